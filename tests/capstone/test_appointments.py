"""What teams have agreed stands in the way of a session that moves: the preview names it as the team's."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.live.models import Slot
from lms.people.rules import Role
from lms.scheduling import queries
from lms.scheduling.rules import Act, Flag
from tests.factories import booking, capstone, scheduling, world
from tests.support.statements import statements


@pytest.fixture
def made(session):
    return capstone.capstone()


def found(cohort, slot_id, key="s30"):
    """What the preview says when a session moves onto a slot, by flag."""
    slot = db.session.scalars(sa.select(Slot).where(Slot.id == slot_id)).one()
    by = slot.starts_at - queries.item(cohort.id, key).starts_at
    wanted = scheduling.wanted(cohort, key, Act.MOVE, by=by)
    preview = queries.work_out(queries.ground(cohort), wanted, now=clock.now())
    _look, findings = queries.findings(cohort, preview)
    return {one.flag: one for one in findings[key] if "book" in one.words or "Team" in one.words}


def test_a_slot_with_the_guide_is_the_meeting_of_the_team(made):
    slots = booking.offered(made.cohort, made.guide)
    assert found(made.cohort, slots[0]) == {}
    booking.booked(made.cohort, made.team.people[0], slots[0])
    finding = found(made.cohort, slots[0])[Flag.TEAM]
    assert finding.words == "Team Depot Five meets Grete Lind, its guide, at that time."
    assert finding.weight == 3


def test_a_slot_with_somebody_else_is_the_learners_own(made):
    other = capstone.guide(made.cohort, "Gita Other")
    slots = booking.offered(made.cohort, other)
    booking.booked(made.cohort, made.team.people[0], slots[0])
    words = {flag: one.words for flag, one in found(made.cohort, slots[0]).items()}
    assert words == {Flag.LEARNERS: "Asha Rao has booked “Office hours” with Gita Other at that time."}


def test_what_was_cancelled_stands_in_nobodys_way(made):
    slots = booking.offered(made.cohort, made.guide)
    agreed = booking.booked(made.cohort, made.team.people[0], slots[0])
    booking.cancelled(agreed, made.team.people[0])
    assert found(made.cohort, slots[0]) == {}


def test_bookings_of_another_cohort_are_not_of_this_one(made):
    other = world.cohort(weeks_in=24)
    slots = booking.offered(made.cohort, made.guide)
    booking.booked(made.cohort, made.team.people[0], slots[0])
    assert found(other, slots[0]) == {}


def test_a_host_whose_slots_are_booked_is_needed_there(made):
    lead = world.granted(Role.FACULTY, made.cohort, "Ana Lead")
    slots = booking.offered(made.cohort, lead)
    booking.booked(made.cohort, made.team.people[0], slots[0])
    wanted = found(made.cohort, slots[0])
    assert (
        wanted[Flag.HOST].words
        == f"Ana Lead has bookings for Office hours of {made.cohort.name} at that time."
    )


def test_the_preview_asks_once_however_many_have_booked(made):
    slots = booking.offered(made.cohort, made.guide, weeks=2)

    def cost():
        with statements() as seen:
            found(made.cohort, slots[0])
        return len(seen)

    few = cost()
    for slot, who in zip(slots, made.team.people, strict=False):
        booking.booked(made.cohort, who, slot)
    assert cost() == few
