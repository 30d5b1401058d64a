"""The calendar's page: looking at another one, publishing it, keeping what does not move a date."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.scheduling import actions, queries
from lms.scheduling.models import ScheduleRelease
from tests.factories import world
from tests.scheduling.calendars import WEEK, ahead, moment
from tests.support.statements import statements


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=14)


@pytest.fixture
def coming(session):
    """A cohort that has not begun."""
    return world.cohort()


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def path(cohort, more=""):
    return f"/cohorts/{cohort.slug}/calendar{more}"


@pytest.mark.slow
def test_a_coordinator_looks_publishes_and_undoes(cohort, coordinator, visit):
    visitor, learner = visit(coordinator), visit(world.learner(cohort, "Lea Learner"))
    page = visitor.get(path(cohort))
    assert "Began on" in page.text()
    assert not page.has("[name=starts_on]")
    week, line = ahead(cohort)
    looked = visitor.submit(page, "form[method=get]")
    assert "Nothing would change" in looked.text()
    asked = "&".join(
        f"break={each}" for each in (*cohort.breaks, week) if each > queries.week_now(cohort, clock.now())
    )
    looked = visitor.get(path(cohort, f"?look=1&{asked}"))
    assert f"A break in week {week}." in looked.text()
    assert "The year becomes 1 week longer." in looked.text()
    assert "1 learner" in looked.text("#publish")
    assert queries.schedule(cohort.id).release_number == 1, "looking changes nothing"
    empty = visitor.submit(looked, "#publish", {"note": ""})
    assert "Say why, in a sentence." in empty.text()
    done = visitor.submit(looked, "#publish", {"note": "The institute closes for a week."})
    assert "Release 2 is published." in done.text(".notices")
    assert f"A break in week {week}." in done.text("#release-2")
    stale = visitor.submit(looked, "#publish", {"note": "Again."})
    assert "published release 2 in the meantime" in stale.text("[role=alert]")
    assert "dates changed" in learner.get("/notices").text() or "moved" in learner.get("/notices").text()
    undone = visitor.submit(
        visitor.get(f"/cohorts/{cohort.slug}/releases/undo?number=2"), "#publish", {"note": "A mistake."}
    )
    assert "Release 3 is published." in undone.text(".notices")
    assert moment(cohort, line.key) == line.starts_at


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?look=1&break=2", "Week 2 has begun or is over"),
        ("?look=1&break=x", "Choose the break weeks from the lists."),
        ("?look=1&break=20&break=20", "named twice"),
        ("?look=1&break=99", "cannot be a break"),
        ("?look=1&break=20&holiday_country=ZZ", "Not a valid choice"),
        ("?look=1&break=20&holiday_country=IN&holiday_subdivision=zz", "is not a part of India"),
    ],
)
def test_what_is_no_calendar_is_said_and_nothing_is_offered(cohort, coordinator, visit, query, says):
    page = visit(coordinator).get(path(cohort, query))
    assert says in page.text()
    assert not page.has("#publish")


def test_a_cohort_that_has_begun_keeps_start_and_zone_whatever_the_address_says(cohort, coordinator, visit):
    asked = "&".join(f"break={week}" for week in cohort.breaks[1:])
    page = visit(coordinator).get(path(cohort, f"?look=1&{asked}&starts_on=2031-01-01&zone=Europe/Berlin"))
    assert "Nothing would change" in page.text()


def test_a_date_that_is_none_is_said_at_its_field(coming, visit):
    page = visit(world.granted(Role.COORDINATOR, coming)).get(path(coming, "?look=1&starts_on=tomorrow"))
    assert "Not a valid date value" in page.text("#starts_on-error")
    page = visit(world.granted(Role.COORDINATOR, coming)).get(
        path(coming, "?look=1&starts_on=2001-01-01&zone=Asia/Kolkata")
    )
    assert "starts today or later" in page.text("#starts_on-error")


def test_a_holiday_calendar_is_looked_at_and_kept(cohort, coordinator, visit):
    visitor = visit(coordinator)
    page = visitor.submit(
        visitor.get(path(cohort)), "form[method=get]", {"holiday_country": "IN", "holiday_subdivision": "ka"}
    )
    assert "Public holidays of India (KA)." in page.text()
    assert "No date moves by this." in page.text()
    done = visitor.submit(page, "form[method=post].narrow", {"note": "Most of us live there."})
    assert "The calendar is changed. No date moved." in done.text(".notices")
    assert cohorts.by_id(cohort.id).holiday_subdivision == "KA"


def test_before_the_cohort_opens_nobody_is_told_and_no_reason_is_asked(session, visit):
    cohort = world.cohort()
    coordinator, learner = world.granted(Role.COORDINATOR, cohort), world.learner(cohort)
    with unit_of_work() as work:
        cohort_actions.set_state(cohort.id, CohortState.PREPARING, actor=world.director(), now=work.now)
    visitor = visit(coordinator)
    start = cohort.starts_on + WEEK
    page = visitor.submit(visitor.get(path(cohort)), "form[method=get]", {"starts_on": start.isoformat()})
    assert "Nobody is told" in page.text("#publish")
    done = visitor.submit(page, "#publish", {"note": ""})
    assert "Release 2 is published. Nobody was told." in done.text(".notices")
    release = db.session.scalars(sa.select(ScheduleRelease).order_by(ScheduleRelease.id.desc())).first()
    assert (release.announced, release.note) == (False, "The calendar was changed before the cohort opened.")
    assert cohorts.by_id(cohort.id).starts_on == start
    visit(learner).refused(path(cohort), status=404)


def test_a_closed_cohort_keeps_its_calendar(cohort, coordinator, visit):
    with unit_of_work() as work:
        cohort_actions.set_state(cohort.id, CohortState.CLOSED, actor=world.director(), now=work.now)
    page = visit(coordinator).get(path(cohort, "?look=1&break=30"))
    assert "The cohort is closed" in page.text()
    assert not page.has("form[method=post].narrow")


def test_who_may_not(cohort, visit):
    visit(world.learner(cohort)).refused(path(cohort), status=403)
    visit(world.granted(Role.FACULTY, cohort)).refused(path(cohort), status=403)
    visit(world.granted(Role.COORDINATOR, world.cohort())).refused(path(cohort), status=404)


def with_a_break_more(cohort):
    week, line = ahead(cohort)
    now = queries.week_now(cohort, clock.now())
    return "&".join(f"break={each}" for each in sorted((*cohort.breaks, week)) if each > now), line


def test_many_dates_stand_by_month_and_what_must_be_decided_stands_first(cohort, coordinator, visit):
    query, line = with_a_break_more(cohort)
    with unit_of_work() as work:
        actions.hold(line.id, "Work was handed in", now=work.now)
    page = visit(coordinator).get(path(cohort, f"?look=1&{query}"))
    assert "To decide, or clashing" in page.texts("#publish h3")[0]
    assert page.has(f"#publish h3 + ul [name=consent][value='{line.key}']")
    assert not page.has("#publish details [name=consent]")
    months = page.texts("#publish details > summary")
    assert len(months) > 3
    told = [int(text.split(": ")[1].split()[0]) for text in months]
    first = len(page.texts("#publish h3 + ul > li"))
    assert sum(told) + first == len(page.texts("#publish .change")) > 60
    assert f"{sum(told) + first} dates" in page.text("#publish .section-head")


def test_a_few_dates_need_no_headings(cohort, coordinator, visit):
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/plan/s30/change?act=cancel")
    assert page.has("#publish .change")
    assert not page.has("#publish h3")
    assert not page.has("#publish details")


@pytest.mark.slow
def test_looking_costs_the_same_for_many_learners(cohort, coordinator, visit):
    query, _line = with_a_break_more(cohort)
    visitor = visit(coordinator)

    def cost():
        visitor.get(path(cohort, f"?look=1&{query}"))
        with statements() as seen:
            visitor.get(path(cohort, f"?look=1&{query}"))
        return seen

    for _ in range(5):
        world.learner(cohort)
    few = cost()
    for _ in range(55):
        world.learner(cohort)
    many = cost()
    assert len(few) == len(many) <= 14, many
