"""Long work: asked for once, done at least once, told how far it is; nothing is kept of what was refused."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from lms.core import errands, outbox
from lms.core.db import db
from lms.core.errands import Asked, Ended, Errand, ErrandState, Said, Teller
from lms.core.errors import Refusal, RuleViolation
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work
from lms.people.models import Person
from tests.factories import world

pytestmark = pytest.mark.db


class No(Refusal):
    """Why not."""

    SO = "There is nothing to do for {name}."


@pytest.fixture
def done() -> Iterator[list[dict[str, Any]]]:
    """What the errands of the test were asked to do."""
    seen: list[dict[str, Any]] = []

    def work(payload: dict[str, Any], owner_id: int, teller: Teller, now: dt.datetime) -> Ended:
        seen.append(payload)
        db.session.get_one(Person, owner_id).about = "touched"
        teller.say("Half of it", 1, 2)
        if payload.get("fails"):
            raise OSError("the disk")
        if payload.get("refused"):
            raise RuleViolation(No.SO, name="you")
        return Ended("All of it is done.", well=not payload.get("not"))

    errands.does("test.work")(work)
    yield seen
    errands._kinds.pop("test.work")


def asked(owner: Person, key: str = "one", **payload: Any) -> int:
    with unit_of_work() as work:
        errand = errands.ask(
            Asked(kind="test.work", key=key, title="Do it", owner_id=owner.id, back="/", payload=payload),
            now=work.now,
        )
        return errand.id


def standing(errand_id: int) -> tuple[ErrandState, str]:
    errand = db.session.get_one(Errand, errand_id, populate_existing=True)
    return errand.state, errand.report


def about(owner: Person) -> str:
    return db.session.get_one(Person, owner.id, populate_existing=True).about


def test_an_errand_is_done_and_reports(session, done):
    owner = world.person("Olga Owner")
    errand = asked(owner)
    assert standing(errand) == (ErrandState.ASKED, "")
    outbox.drain()
    assert standing(errand) == (ErrandState.DONE, "All of it is done.")
    assert (len(done), about(owner)) == (1, "touched")


def test_what_is_refused_keeps_nothing_but_its_words(session, done):
    owner = world.person("Olga Owner")
    errand = asked(owner, refused=True)
    outbox.drain()
    assert standing(errand) == (ErrandState.REFUSED, "There is nothing to do for you.")
    assert about(owner) == ""


def test_what_was_not_done_for_a_reason_keeps_what_it_wrote(session, done):
    owner = world.person("Olga Owner")
    errand = asked(owner, **{"not": True})
    outbox.drain()
    assert standing(errand) == (ErrandState.REFUSED, "All of it is done.")
    assert about(owner) == "touched"


def test_asking_twice_while_it_is_under_way_asks_once(session, done):
    owner = world.person("Olga Owner")
    first = asked(owner)
    assert asked(owner) == first
    assert asked(owner, key="another") != first
    assert asked(world.person("Otto Other")) == first
    outbox.drain()
    assert len(done) == 2
    assert asked(owner) != first


def test_what_breaks_is_tried_again_from_nothing_and_waits_for_a_person_at_last(session, done):
    owner = world.person("Olga Owner")
    errand = asked(owner, fails=True)
    outbox.drain()
    assert standing(errand) == (ErrandState.ASKED, "")
    assert about(owner) == ""
    row = db.session.query(OutboxRow).filter_by(kind="errand").one()
    assert (row.state, row.attempts) == (OutboxState.QUEUED, 1)


def test_a_second_delivery_of_a_done_errand_does_nothing(session, done):
    errand = asked(world.person("Olga Owner"))
    outbox.drain()
    with unit_of_work() as work:
        errands._carry_out({"id": errand}, work.now)
    assert len(done) == 1


def test_how_far_it_is_stands_where_the_web_reads_it(app, tmp_path):
    teller = Teller(errands._path("abc"))
    assert errands.said("abc") == Said()
    assert Said().share is None
    teller.say("Adding", 250, 1000)
    assert errands.said("abc") == Said(250, 1000, "Adding")
    assert errands.said("abc").share == 0.25
    teller.say("Adding", 260, 1000)
    assert errands.said("abc").done == 250, "a word more within a moment is not written"
    teller.say("Adding", 1000, 1000)
    assert errands.said("abc").share == 1.0
    errands._path("abc").write_text(json.dumps({"done": "x"}))
    assert errands.said("abc") == Said()
    teller.forget()
    assert errands.said("abc") == Said()
