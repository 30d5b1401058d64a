"""Rights of whoever stands in for a host: as long as their sessions, wherever those move, and no longer."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.cohorts.models import StaffAssignment
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.live import actions, queries
from lms.live.actions import Substituting
from lms.people.models import RoleGrant
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from lms.scheduling.rules import Act
from tests.factories import live, world
from tests.factories import scheduling as dates

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


def path(cohort, key="s10", more=""):
    return f"/cohorts/{cohort.slug}/sessions/{key}{more}"


def stands_in(cohort, key, person):
    with unit_of_work() as work:
        wanted = Substituting(person_id=person.id, reason="A conference")
        actions.substitute(live.session(cohort, key).id, wanted, actor=world.director(), now=work.now)


def rights_until(cohort, person):
    """Until when somebody has their task, and their role with it."""
    return db.session.execute(
        sa.select(StaffAssignment.ends_at, RoleGrant.ends_at)
        .join(RoleGrant, RoleGrant.id == StaffAssignment.grant_id)
        .where(StaffAssignment.cohort_id == cohort.id, StaffAssignment.person_id == person.id)
    ).one()


@pytest.mark.db
@pytest.mark.parametrize("days", [3, 21, -1])
def test_a_substitutes_rights_go_with_the_session_and_end_a_week_after_it(visit, cohort, days):
    guest = world.granted(Role.FACULTY, world.cohort(weeks_in=3), "Dr. Stand-In")
    stands_in(cohort, "s12", guest)
    dates.publish(cohort, "s12", Act.MOVE, by=days * DAY)
    line = live.session(cohort, "s12")
    assert line.host_id == guest.id
    until = line.ends_at + 7 * DAY
    assert rights_until(cohort, guest) == (until, until)
    with clock.at(line.starts_at):
        visit(guest).get(path(cohort, "s12", "/console"))
    with clock.at(until - HOUR):
        visit(guest).get(path(cohort, "s12", "/roster"))
    with clock.at(until + HOUR):
        visit(guest).refused(path(cohort, "s12"), status=404)


@pytest.mark.db
def test_who_stands_in_twice_has_rights_until_the_last_and_only_for_what_is_left(cohort):
    guest = world.granted(Role.FACULTY, world.cohort(weeks_in=3), "Dr. Stand-In")
    first, last = live.session(cohort, "s10"), live.session(cohort, "s14")
    stands_in(cohort, "s10", guest)
    stands_in(cohort, "s14", guest)
    assert rights_until(cohort, guest)[0] == last.ends_at + 7 * DAY
    with unit_of_work() as work:
        actions.end_substitution(last.id, actor=world.director(), now=work.now)
    assert rights_until(cohort, guest) == (first.ends_at + 7 * DAY,) * 2


def test_whoever_stands_in_does_so_in_the_make_up_too(cohort):
    guest = world.granted(Role.FACULTY, world.cohort(weeks_in=3), "Dr. Stand-In")
    stands_in(cohort, "s10", guest)
    line = live.session(cohort, "s10")
    with unit_of_work() as work:
        wanted = actions.Cancelling(
            reason="Power cut.",
            version=scheduling.schedule(cohort.id).version,
            make_up_at=line.starts_at + 24 * DAY,
        )
        actions.cancel_session(line.id, wanted, actor=world.director(), now=work.now)
    made_up = next(one for one in queries.sessions(cohort) if one.replaces == "s10")
    assert made_up.host_id == guest.id
    assert rights_until(cohort, guest)[0] == made_up.ends_at + 7 * DAY
