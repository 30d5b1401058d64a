"""The demonstration shows marking in every state, and each of them to somebody who signs in, a click or two away.

It is walked through in Chromium by `tests/browser/test_every_page.py`, in the same run and from the same building: so
this belongs with the tests that need a browser, although it opens none.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core.db import db
from lms.people.models import Person
from tests.support.demonstration import copied
from tests.support.pages import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.browser]
C14, C15 = "/cohorts/cohort-14", "/cohorts/cohort-15"
STATES = {
    "a piece that nobody has": "marking_task where state = 'waiting' and marker_id is null",
    "a piece that waits for its marker": "marking_task where state = 'waiting' and marker_id is not null",
    "a half judged piece": "marking_task where state = 'draft'",
    "a judged piece": "marking_task where state = 'finalised'",
    "a moderated mark, not released": "mark m join mark_version v on v.mark_id = m.id and v.number = m.latest_version"
    " where v.state = 'moderated' and m.released_version is null",
    "a released piece": "marking_task where state = 'released'",
    "a sample that is not done": "moderation where drawn_at is not null and done_at is null and waived_at is null",
    "a sample that is done": "moderation where done_at is not null",
    "a second look that waits": "second_look where state = 'waiting'",
    "a second look to be decided": "second_look where state = 'judged'",
    "a piece to begin with, judged": "calibration_try where submitted_at is not null",
    "a marking pack that came back": "pack_return where applied_at is null and left_out <> '[]' and files <> '[]'",
    "a piece that desk and pack judged apart": "pack_return r join marking_task t on t.activity_id = r.activity_id"
    " and t.marker_id = r.person_id where t.state = 'draft' and t.cohort_id = r.cohort_id",
    "class feedback that is not approved": "class_feedback where approved_number is null and text <> ''",
    "class feedback that learners read": "class_feedback where released_number is not null",
    "more time for work": "extension",
    "extra time for quizzes": "extra_time",
    "an attempt that is going on": "quiz_attempt where state = 'active'",
    "an open complaint": "request where kind = 'mark-complaint' and state = 'open'",
    "a second assessor who is asked": "mark_review where state = 'asked'",
    "a complaint that was heard": "request where kind = 'mark-complaint' and state = 'granted'",
    "a mark of a second assessor": "mark_version where origin = 'review' and state = 'released'",
    "a resit": "course_resit where state = 'open'",
    "an item that is excused": "grade_ruling where kind = 'excuse' and undone_at is null",
    "a ceiling": "grade_ruling where kind = 'cap' and undone_at is null",
    "an excuse that is asked for": "request where kind = 'excuse'",
    "a key that was corrected": "quiz_correction",
}


@pytest.fixture(scope="module")
def shown(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Flask]:
    """The demonstration as it is built, nobody having touched it."""
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent
    found = copied(shared, tmp_path_factory.mktemp("states"))
    with found.app_context():
        yield found
        db.session.remove()
        db.engine.dispose()


def one(query: str) -> str:
    """The one value that a query finds."""
    return str(db.session.scalars(sa.text(query)).one())


def of(app: Flask, name: str) -> Visitor:
    """Somebody who signs in."""
    person = db.session.scalars(sa.select(Person).where(Person.email == f"{name}@cadre.example")).one()
    return Visitor(app).signed_in(person)


def test_every_state_is_there(shown: Flask) -> None:
    found = {
        name: db.session.scalar(sa.text(f"select count(*) from {where}")) for name, where in STATES.items()
    }
    assert [name for name, count in found.items() if not count] == []


def test_the_learner_sees_what_is_theirs(shown: Flask) -> None:
    learner = of(shown, "learner")
    quiz = one(
        "select a.title from quiz_attempt q join activity a on a.id = q.activity_id where q.state = 'active'"
    )
    page = learner.get(learner.get(C14).link(quiz))
    assert "Your time is running" in page.text()
    assert "100 % and 60 minutes more for you" in page.text()
    heard = learner.get(learner.get(C14).link("Your requests"))
    assert "The second mark counts" in heard.text()
    returned = learner.get(f"{C14}/assignments/a-1")
    assert "To everybody who handed this in" in returned.text()
    waits = learner.get(f"{C14}/assignments/{held(1)}")
    assert "came back" not in waits.text(), "its sample is open"


def held(cohort: int) -> str:
    """The batch of a cohort whose marks are due and wait: in the first for its sample, in the second for somebody."""
    moderated = (
        "exists (select 1 from mark m join mark_version v on v.mark_id = m.id and v.number = m.latest_version"
    )
    moderated += (
        " where m.cohort_id = s.cohort_id and m.activity_id = s.activity_id and v.state = 'moderated')"
    )
    which = "s.done_at is null and s.waived_at is null" if cohort == 1 else moderated
    return one(
        "select a.key from moderation s join activity a on a.id = s.activity_id"
        f" where s.cohort_id = {cohort} and s.drawn_at is not null and {which}"
    )


def packed() -> str:
    """What the pack that came back is of."""
    return one("select a.key from pack_return r join activity a on a.id = r.activity_id")


def test_the_faculty_has_something_of_each_to_do(shown: Flask) -> None:
    faculty = of(shown, "faculty")
    queue = faculty.get("/marking")
    assert "begun" in queue.text()
    waiting = one(
        "select t.public_id from marking_task t join person p on p.id = t.marker_id where t.cohort_id = 2"
        " and t.state = 'waiting' and p.email = 'faculty@cadre.example' order by t.id limit 1"
    )
    page = faculty.get(f"/marking/{waiting}")
    assert "Finish and compare" in faculty.get(page.link("Judge the piece to begin with")).text()
    came = faculty.get(
        faculty.get(f"{C14}/activities/{packed()}/pack").one("section a[href*='/pack/']")["href"]
    )
    assert "conflict" in came.text(".lede")
    assert "1 unchanged" in came.text(".lede")
    assert "It was changed on the desk after the pack was made." in came.text()
    assert "On paper I was stricter" in came.text()
    assert came.has("main form [name=finish]"), "the pieces that nobody touched can be taken"
    looks = faculty.get(queue.link("Second looks"))
    assert held(1).upper() in looks.text()
    written = faculty.get(f"{C14}/activities/{held(1)}/class-feedback")
    assert "Written, not approved" in written.text()


def test_the_coordinator_sees_what_waits_and_what_is_over(shown: Flask) -> None:
    coordinator = of(shown, "coordinator")
    marks = coordinator.get(f"{C14}/marks")
    assert "without a marker" in marks.text()
    batch = coordinator.get(f"{C14}/activities/{held(1)}/marks")
    assert "the sample of this batch is still being marked a second time" in batch.text()
    sample = coordinator.get(batch.link("The sample of this batch")).text()
    assert [state for state in ("they agree", "they differ", "waits") if state not in sample] == []
    begun = coordinator.get(batch.link("The piece to begin with")).text()
    assert "to do" in begun
    assert "done" in begun
    release = coordinator.get(f"{C15}/activities/{held(2)}/marks/release")
    assert release.title.startswith("Release ")
    inbox = coordinator.get("/requests").text()
    assert "Complaint about the mark" in inbox
    failed = one(
        "select p.public_id from course_resit r join place p on p.id = r.place_id where r.state = 'open'"
    )
    assert "Resit" in coordinator.get(f"{C14}/learners/{failed}/results").text()
