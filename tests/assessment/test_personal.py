"""What marking holds of somebody who marks: all that is about them, and nothing about those whose work it is."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from lms.assessment import actions, queries
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from tests.factories import assessment as make
from tests.factories import world
from tests.support.statements import statements

pytestmark = pytest.mark.db


def test_how_somebody_marks_is_in_their_data(cohort, marker, coordinator, visit) -> None:
    lea = world.place(cohort, world.person("Lea Ito"))
    task = make.bring(cohort, [lea], key="a-1")
    make.finish(task, marker, overall="A sharp memo.")
    today = clock.now().date()
    public_id = db.session.scalar(sa.select(Place.public_id).where(Place.id == lea))
    boss = world.actor(coordinator)
    with unit_of_work() as work:
        actions.set_cap(cohort.id, marker.id, "a-1", 3, actor=boss)
        actions.add_leave(marker.id, today, today + dt.timedelta(days=2), actor=boss, now=work.now)
        actions.declare_conflict(marker.id, public_id, reason="One family.", actor=boss, now=work.now)
        actions.keep_snippet(
            "Name the price.",
            activity_key="a-1",
            criterion="",
            shared_with=None,
            actor=world.actor(marker),
            now=work.now,
        )
    parts = json.loads(visit(marker).open("GET", "/account/data.json").get_data(as_text=True))["parts"]
    held = parts["marking"]["data"]
    assert [(row["activity"], row["state"], row["cohort"]) for row in held["pieces"]] == [
        ("a-1", "finalised", cohort.name)
    ]
    assert [(row["activity"], row["most"]) for row in held["most_at_once"]] == [("a-1", 3)]
    assert [row["until"] for row in held["away"]] == [(today + dt.timedelta(days=2)).isoformat()]
    assert [row["reason"] for row in held["does_not_mark"]] == ["One family."]
    assert [row["text"] for row in held["kept_comments"]] == ["Name the price."]
    assert "A sharp memo." not in json.dumps(held)
    assert all(not rows for rows in queries.marking_part(coordinator.id).data.values())


def test_as_many_statements_for_much_as_for_little(cohort, marker) -> None:
    who = marker.id
    with statements() as few:
        queries.marking_part(who)
    for task in make.works(cohort, 3):
        make.finish(task, marker)
    who = marker.id
    with statements() as many:
        queries.marking_part(who)
    assert len(few) == len(many) == 5
