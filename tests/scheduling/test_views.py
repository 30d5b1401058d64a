"""When things are, as a cohort's members see it."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core.uow import unit_of_work
from lms.scheduling import actions, queries
from lms.scheduling.actions import PersonalDate
from lms.scheduling.models import OverrideScope
from lms.scheduling.rules import Act
from tests.factories import scheduling, world
from tests.scheduling.pages import local, url
from tests.support.statements import statements

DAY = dt.timedelta(days=1)


# What members see ---------------------------------------------------------------------------------------------------


def test_a_learner_sees_dates_in_their_own_zone(cohort, visit):
    learner = world.learner(cohort, zone="Asia/Dubai")
    page = visit(learner).get(url(cohort, "schedule"))
    session = queries.item(cohort.id, "s11")
    assert f"{local(session.starts_at, 'Asia/Dubai'):%H:%M}" in page.text("#date-s11 .row-end")
    assert "week 10 of 52" in page.text()
    assert page.has(".pill.live"), "the present week is marked"


@pytest.mark.slow
def test_an_own_date_and_a_moved_and_a_cancelled_one_are_said_so(cohort, visit):
    learner, other = world.learner(cohort), world.learner(cohort)
    with unit_of_work() as work:
        actions.set_personal_date(
            PersonalDate(
                cohort_id=cohort.id,
                item_key="q3",
                scope=OverrideScope.PERSON,
                scope_id=learner.id,
                ends_at=queries.item(cohort.id, "q3").ends_at + 2 * DAY,
                reason="Ill",
            ),
            actor=world.director(),
            now=work.now,
        )
    scheduling.publish(cohort, "s12", Act.MOVE, by=DAY)
    scheduling.publish(cohort, "mc3", Act.CANCEL)
    page = visit(learner).get(url(cohort, "schedule?show=all"))
    assert "your own date" in page.text("#date-q3")
    assert "moved from" in page.text("#date-s12")
    assert "cancelled" in page.text("#date-mc3")
    assert "pinned" not in page.text("#date-s12"), "how the staff did it is not for learners"
    theirs = visit(other).get(url(cohort, "schedule?show=all"))
    assert "your own date" not in theirs.text()


def test_events_for_staff_never_reach_a_learners_page(cohort, visit, coordinator):
    hidden = next(line.key for line in queries.items(cohort.id) if line.staff_only)
    learner = visit(world.learner(cohort))
    for view in ("schedule?show=all", "schedule?view=year", "schedule?show=past"):
        assert not learner.get(url(cohort, view)).has(f"#date-{hidden}")
    assert visit(coordinator).get(url(cohort, "schedule?show=all")).has(f"#date-{hidden}")


@pytest.mark.parametrize(
    "rest",
    [
        "schedule?view=month",
        "schedule?month=2027-02",
        "schedule?month=1999-01",
        "schedule?month=nonsense",
        "schedule?month=2027-13",
        "schedule?view=year",
        "schedule?view=nonsense&show=nonsense",
        "schedule?show=past",
    ],
)
def test_every_form_of_the_schedule_is_a_sound_page(cohort, visit, rest):
    assert visit(world.learner(cohort)).get(url(cohort, rest)).title == "Schedule"


def test_a_month_leads_to_its_neighbours_and_lists_its_days(cohort, visit):
    session = local(queries.item(cohort.id, "s14").starts_at)
    page = visit(world.learner(cohort)).get(url(cohort, f"schedule?month={session:%Y-%m}"))
    assert f"{session:%B %Y}" in page.text("h2")
    assert "S14" in page.text(f"#day-{session:%Y-%m-%d}")
    after = (session.replace(day=1) + 32 * DAY).replace(day=1)
    assert page.link("Month after").endswith(f"month={after:%Y-%m}")


def test_the_day_sheet(cohort, visit):
    session = local(queries.item(cohort.id, "s14").starts_at)
    learner = visit(world.learner(cohort))
    page = learner.get(url(cohort, f"schedule/days/{session:%Y-%m-%d}"))
    assert "S14" in page.text()
    assert (
        "Nothing is on this day"
        in learner.get(url(cohort, f"schedule/days/{session + 2 * DAY:%Y-%m-%d}")).text()
    )
    for bad in ("2001-01-01", "nonsense", "2026-13-01"):
        learner.refused(url(cohort, f"schedule/days/{bad}"), status=404)


def test_before_the_start_and_after_the_end(session, visit):
    early, late = world.cohort(weeks_in=-3), world.cohort(weeks_in=60)
    assert "starts" in visit(world.learner(early)).get(url(early, "schedule")).text(".page-head")
    page = visit(world.learner(late)).get(url(late, "schedule"))
    assert "the year is over" in page.text(".page-head")
    assert "Nothing is ahead" in page.text()
    assert page.link("What has been")


@pytest.mark.slow
def test_the_schedule_costs_the_same_for_5_and_for_60_learners(cohort, visit):
    visitor = visit(world.learner(cohort))

    def cost(rest):
        visitor.get(url(cohort, rest))
        with statements() as seen:
            visitor.get(url(cohort, rest))
        return seen

    few = {rest: len(cost(rest)) for rest in ("schedule", "schedule?view=month", "schedule?view=year")}
    for _ in range(8):
        world.learner(cohort)
    scheduling.publish(cohort, "s14", Act.MOVE, by=DAY)
    many = {rest: len(cost(rest)) for rest in few}
    assert few == many
    assert max(many.values()) <= 10, cost("schedule")
