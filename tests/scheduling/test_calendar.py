"""Another calendar for a cohort: what it does to every date, publishing it and undoing it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.cohorts.rules import CohortRefusal
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.scheduling import actions, queries
from lms.scheduling.models import Override
from lms.scheduling.rules import ScheduleRefusal
from tests.factories import scheduling, world
from tests.scheduling.calendars import WEEK, ahead, moment, publish, publishing, wanted


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=14)


@pytest.fixture
def coming(session):
    """A cohort that has not begun."""
    return world.cohort()


def state(cohort):
    return {line.key: (line.starts_at, line.ends_at) for line in queries.items(cohort.id)}


@pytest.mark.db
def test_a_break_inserted_pushes_what_lies_ahead_and_nothing_that_was(cohort):
    before, now = state(cohort), clock.now()
    week, line = ahead(cohort)
    breaks = tuple(sorted((*cohort.breaks, week)))
    assert publish(cohort, wanted(cohort, breaks=breaks)) == 2
    after = state(cohort)
    assert moment(cohort, line.key) == line.starts_at + WEEK
    assert all(after[key] == span for key, span in before.items() if span[1] <= now)
    assert all(after[key][0] >= min(now, span[0]) for key, span in before.items())
    present = cohorts.by_id(cohort.id)
    assert (present.breaks, queries.calendar(present).weeks) == (breaks, queries.calendar(cohort).weeks + 1)


@pytest.mark.db
def test_undoing_brings_the_calendar_and_every_date_back(cohort):
    before = state(cohort)
    week, _line = ahead(cohort)
    publish(cohort, wanted(cohort, breaks=tuple(sorted((*cohort.breaks, week)))))
    assert scheduling.undo(cohort, 2) == 3
    assert (cohorts.by_id(cohort.id).breaks, state(cohort)) == (cohort.breaks, before)
    assert not db.session.scalar(
        sa.select(sa.func.count()).select_from(Override).where(Override.revoked_at.is_(None))
    )


@pytest.mark.db
def test_a_break_that_moves_changes_places_with_the_weeks_between(cohort):
    week, _line = ahead(cohort)
    publish(cohort, wanted(cohort, breaks=tuple(sorted((*cohort.breaks, week)))))
    before, length = state(cohort), queries.calendar(cohorts.by_id(cohort.id)).weeks
    moved = tuple(sorted((*cohort.breaks, week + 1)))
    publish(cohort, wanted(cohort, breaks=moved))
    weeks = queries.calendar(cohorts.by_id(cohort.id))
    monday = dt.datetime.combine(weeks.monday(week + 1), dt.time(), dt.UTC)
    shifted = [
        key
        for key, span in before.items()
        if monday <= span[0] < monday + WEEK and state(cohort)[key][0] == span[0] - WEEK
    ]
    assert shifted
    assert weeks.weeks == length
    assert all(
        state(cohort)[key][0] == span[0]
        for key, span in before.items()
        if span[0] >= monday + 3 * WEEK and not key.startswith(("a0", "m"))
    )


@pytest.mark.db
def test_a_break_removed_brings_what_follows_forward(cohort):
    gone = next(week for week in cohort.breaks if week > queries.week_now(cohort, clock.now()) + 1)
    before = state(cohort)
    publish(cohort, wanted(cohort, breaks=tuple(week for week in cohort.breaks if week != gone)))
    sessions = [line for line in queries.items(cohort.id) if line.kind.value == "session"]
    monday = dt.datetime.combine(queries.calendar(cohort).monday(gone + 2), dt.time(), dt.UTC)
    assert any(
        before[line.key][0] - line.starts_at == WEEK for line in sessions if before[line.key][0] > monday
    )
    assert all(line.starts_at > clock.now() for line in sessions if before[line.key][0] > clock.now())


@pytest.mark.db
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (lambda cohort: {"breaks": cohort.breaks[1:]}, CohortRefusal.BREAK_PAST),
        (lambda cohort: {"starts_on": cohort.starts_on + WEEK}, CohortRefusal.START_BEGUN),
        (lambda _cohort: {"zone": "Europe/Berlin"}, CohortRefusal.ZONE_BEGUN),
        (lambda _cohort: {"holiday_country": "ZZ"}, CohortRefusal.UNKNOWN_COUNTRY),
        (lambda cohort: {"breaks": (*cohort.breaks, 90)}, CohortRefusal.BREAK_OUTSIDE),
        (lambda _cohort: {}, ScheduleRefusal.NOTHING),
    ],
)
def test_what_is_refused_changes_nothing(cohort, changes, reason):
    with pytest.raises(RuleViolation) as refused:
        publish(cohort, wanted(cohort, **changes(cohort)))
    assert refused.value.reason is reason
    assert (queries.schedule(cohort.id).release_number, cohorts.by_id(cohort.id)) == (1, cohort)


@pytest.mark.db
def test_held_items_move_only_with_consent_each_for_itself(cohort):
    week, line = ahead(cohort)
    with unit_of_work() as work:
        actions.hold(line.id, "Work was handed in", now=work.now)
    change = wanted(cohort, breaks=tuple(sorted((*cohort.breaks, week))))
    with pytest.raises(RuleViolation) as refused:
        publish(cohort, change)
    assert refused.value.reason is ScheduleRefusal.BLOCKED
    publish(cohort, replace(change, keep=frozenset({line.key})))
    assert moment(cohort, line.key) == line.starts_at
    scheduling.undo(cohort, 2)
    publish(cohort, replace(change, consent=frozenset({line.key})))
    assert moment(cohort, line.key) == line.starts_at + WEEK


@pytest.mark.db
def test_a_second_writer_is_told(cohort):
    version = queries.schedule(cohort.id).version
    week, _line = ahead(cohort)
    change = wanted(cohort, breaks=tuple(sorted((*cohort.breaks, week))))
    publish(cohort, change)
    with pytest.raises(Conflict):
        publish(cohort, change, version)


@pytest.mark.db
def test_a_cohort_that_has_not_begun_starts_on_another_day_in_another_zone(coming):
    before = state(coming)
    publish(coming, wanted(coming, starts_on=coming.starts_on + 2 * WEEK, zone="Europe/Berlin"))
    first = min(before, key=lambda key: before[key])
    assert state(coming)[first][0].date() >= (before[first][0] + dt.timedelta(days=13)).date()
    present = cohorts.by_id(coming.id)
    assert (present.starts_on, present.zone) == (coming.starts_on + 2 * WEEK, "Europe/Berlin")
    scheduling.undo(coming, 2)
    assert state(coming) == before


@pytest.mark.db
def test_a_cohort_nobody_has_seen_is_dated_anew_as_a_whole_even_after_its_day(cohort):
    with unit_of_work() as work:
        cohort_actions.set_state(cohort.id, CohortState.PREPARING, actor=world.director(), now=work.now)
    start = clock.now().date() + 3 * WEEK
    publish(cohort, wanted(cohort, starts_on=start))
    assert all(line.starts_at.date() >= start - 4 * WEEK for line in queries.items(cohort.id))
    assert queries.calendar(cohorts.by_id(cohort.id)).week_of(moment(cohort, "s1").date()) == 1
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Override))


@pytest.mark.db
def test_a_holiday_calendar_moves_nothing_and_is_no_release(cohort):
    change = wanted(cohort, holiday_country="IN", holiday_subdivision="KA")
    with pytest.raises(RuleViolation):
        publish(cohort, change)
    version = queries.schedule(cohort.id).version
    with unit_of_work() as work:
        actions.set_calendar(publishing(cohort, change), actor=world.director(), now=work.now)
    assert (cohorts.by_id(cohort.id).holiday_country, queries.schedule(cohort.id).release_number) == ("IN", 1)
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.set_calendar(publishing(cohort, change, version), actor=world.director(), now=work.now)
    week, _line = ahead(cohort)
    moves = wanted(cohort, breaks=tuple(sorted((*cohort.breaks, week))))
    with pytest.raises(RuleViolation) as refused, unit_of_work() as work:
        actions.set_calendar(publishing(cohort, moves), actor=world.director(), now=work.now)
    assert refused.value.reason is ScheduleRefusal.DATES_MOVE
