"""Busy days and what falls on them: now, and after a release."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.live import queries as live
from lms.people import actions as people
from lms.people.rules import Days, Role
from lms.progress.rules import collides
from lms.scheduling.rules import Act
from tests.factories import scheduling, world
from tests.factories.requests import told
from tests.support.statements import statements

UTC = dt.UTC
DAY = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("start", "end", "zone", "found"),
    [
        ("2026-11-26T10:00", "2026-11-26T12:00", "UTC", True),
        ("2026-11-27T00:00", "2026-11-27T01:00", "UTC", False),
        ("2026-11-27T00:00", "2026-11-27T01:00", "America/New_York", True),
        ("2026-11-25T20:00", "2026-11-25T21:00", "Asia/Kolkata", True),
        ("2026-11-25T23:00", "2026-11-26T01:00", "UTC", True),
    ],
)
def test_days_are_those_of_the_person(start, end, zone, found):
    at, until = (dt.datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (start, end))
    assert collides(at, until, Days(DAY, DAY), zone) is found


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=26)


def coming(cohort):
    """The next session but one that counts: late enough to be moved."""
    ahead = live.sessions(cohort, since=clock.now() + dt.timedelta(days=9))
    return next(one for one in ahead if one.counts)


def busy(who, day: dt.date) -> None:
    with unit_of_work() as work:
        people.add_busy_date(Days(day, day), "Board", actor=world.actor(who), now=work.now)


def test_ones_busy_days_say_what_falls_on_them_and_what_can_be_done(cohort, visit):
    lea = world.learner(cohort, "Lea Learner")
    session = coming(cohort)
    busy(lea, session.starts_at.astimezone(ZoneInfo("Asia/Kolkata")).date())
    browser = visit(lea)
    page = browser.get("/account/busy-dates")
    assert session.line.title in page.text(".rows")
    asked = browser.get(page.link(f"Ask to be excused: {session.line.code} {session.line.title}".strip()))
    assert session.line.title in asked.title
    with statements() as seen:
        browser.get("/account/busy-dates")
    assert len(seen) <= 10


def test_whom_a_release_meets_is_told_once_with_the_new_date(cohort, visit):
    lea, mira = world.learner(cohort, "Lea Learner"), world.learner(cohort, "Mira Mate")
    world.granted(Role.COORDINATOR, cohort)
    session = coming(cohort)
    later = session.starts_at + dt.timedelta(days=1)
    busy(lea, later.astimezone(ZoneInfo("Asia/Kolkata")).date())
    scheduling.publish(cohort, session.key, Act.MOVE, by=dt.timedelta(days=1))
    assert [title for title in told(lea) if "busy days" in title] == [
        f"{session.line.code} {session.line.title} now falls on your busy days".strip()
    ]
    assert not [title for title in told(mira) if "busy days" in title]
