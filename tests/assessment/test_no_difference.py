"""Before its release a finished mark changes nothing that its learner can see, count or time.

The canary's tests look for the words of a sealed mark. These look for its shadow: everything that a learner can fetch
is fetched before the marker finishes and again after it, at the same instant, and has to be the same to the last
letter: pages with their comments, files with their names, headers, the feed, what a search finds, one's own data.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping

import pytest
import sqlalchemy as sa
import time_machine

from lms.assessment import actions
from lms.assessment.models import Mark
from lms.assessment.ports import Batch
from lms.core import clock, ids
from lms.core.db import db
from lms.core.uow import unit_of_work
from tests.factories import assessment as make
from tests.factories import calendars, world

CANARY = "the canary sang in sealed room nine"
FIGURES = ("85.3", "77.7", "66.6", "333/5")
KEYS = {"activity": "a-1", "course": "core", "module": "a1", "thread": "th1", "other": "a-2"}
VARYING = re.compile(r'((?:name="csrf_token"[^>]*value|nonce|name="csrf-token" content)=")[\w.\-=+/]+')
"""What differs between two answers to the same question: tokens against forgery, and nonces."""
HEADERS = ("Content-Disposition", "Content-Type", "ETag", "Last-Modified", "Location")

Answers = dict[tuple[str, str], tuple[object, ...]]


@pytest.fixture(autouse=True)
def still() -> Iterator[dt.datetime]:
    """The clock stands while two looks are compared."""
    now = clock.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False):
        yield now


@pytest.fixture
def scene(session, still):
    cohort = world.cohort(weeks_in=12)
    author, peer = world.person("Asha Rao"), world.person("Ben Okafor")
    place = world.place(cohort, author)
    world.place(cohort, peer)
    return cohort, make.marker(cohort, "Mara Marker"), author, peer, make.bring(cohort, [place])


def everything(app, visitor, cohort, words: Mapping[str, str]) -> Answers:
    """What a visitor gets at every address of the house that these words can fill, by rule and what the word names."""
    found: Answers = {}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.startswith(("static", "style_guide", "security")):
            continue
        for name, word in words.items() if rule.arguments - {"slug"} else [("", "")]:
            values = {each: cohort.slug if each == "slug" else word for each in rule.arguments}
            if "int:" in rule.rule:
                values |= {each: 1 for each in rule.arguments if f"<int:{each}>" in rule.rule}
            try:
                address = app.url_map.bind("localhost").build(rule.endpoint, values)
            except ValueError:  # a closed list of words: none of ours
                continue
            answer = visitor.open("GET", address)
            text = VARYING.sub(r"\1", answer.get_data(as_text=True))
            headers = [str(answer.headers.get(each)) for each in HEADERS]
            if word and name == "sealed":
                text, *headers = (each.replace(word, "…") for each in (text, *headers))
            found[rule.rule, name] = (answer.status_code, *headers, text)
    return found


def differing(before: Answers, after: Answers) -> list[str]:
    """Where two looks differ, with the first place of each."""
    assert before.keys() == after.keys()
    lines = []
    for key, one in before.items():
        for was, now in zip(one, after[key], strict=True):
            if was != now:
                at = next((i for i, (a, b) in enumerate(zip(str(was), str(now), strict=False)) if a != b), 0)
                lines.append(
                    f"{key}: …{str(was)[max(at - 60, 0) : at + 60]!r} → {str(now)[max(at - 60, 0) : at + 60]!r}"
                )
                break
    return lines


def waiting(person_id: int) -> tuple[int, int]:
    """How many notices somebody has and how many mails go out: the timing of a message is a message."""
    notice, outbox = db.metadata.tables["notice"], db.metadata.tables["outbox"]
    theirs = sa.select(sa.func.count()).select_from(notice).where(notice.c.person_id == person_id)
    mails = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.kind.like("%mail%"))
    return db.session.scalar(theirs) or 0, db.session.scalar(mails) or 0


def seal(cohort, marker, task) -> None:
    """Finish the work with the canary's words, and approve feedback to the class that says them, too."""
    with unit_of_work() as work:
        actions.finalise(
            task.id,
            make.judgement(task, overall=f"Overall, {CANARY}."),
            version=0,
            actor=world.actor(marker),
            now=work.now,
        )
    with unit_of_work() as work:
        actions.approve_class_feedback(
            Batch(cohort.id, task.activity_id, task.part),
            f"To all of you, {CANARY}.",
            version=0,
            reason="",
            actor=world.actor(marker),
            now=work.now,
        )


@pytest.mark.slow
@pytest.mark.parametrize("who", ["author", "peer"])
def test_nothing_that_a_learner_can_fetch_changes_when_a_marker_finishes(app, scene, visit, who) -> None:
    cohort, marker, author, peer, task = scene
    person = author if who == "author" else peer
    feed = calendars.address(person)
    visitor = visit(person)
    calendars.fetched(app, feed)
    everything(app, visitor, cohort, KEYS)  # whatever a first look writes down is written
    before = everything(app, visitor, cohort, {**KEYS, "work": task.public_id, "sealed": ids.public_id()})
    fed, told = calendars.fetched(app, feed).get_data(), waiting(person.id)
    seal(cohort, marker, task)
    sealed = db.session.scalar(sa.select(Mark.public_id))
    assert sealed
    after = everything(app, visitor, cohort, {**KEYS, "work": task.public_id, "sealed": sealed})
    assert differing(before, after) == []
    assert calendars.fetched(app, feed).get_data() == fed
    assert waiting(person.id) == told
    assert len(after) > 200


@pytest.mark.slow
def test_the_log_says_nothing_of_it(app, scene, visit, caplog) -> None:
    cohort, marker, author, _peer, task = scene
    with caplog.at_level(logging.DEBUG):
        visit(marker).get(f"/marking/{task.public_id}")
        seal(cohort, marker, task)
        everything(app, visit(author), cohort, {"activity": "a-1"})
    assert CANARY not in caplog.text
    assert not any(figure in caplog.text for figure in FIGURES)
