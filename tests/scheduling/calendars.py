"""Another calendar for a cohort, as tests ask for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from lms.cohorts import queries as cohorts
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.scheduling import actions, queries
from lms.scheduling.actions import Publishing
from lms.scheduling.queries import Wanted
from tests.factories import world

WEEK = dt.timedelta(weeks=1)


def moment(cohort, key):
    return queries.item(cohort.id, key).starts_at


def wanted(cohort, **changes):
    return Wanted(calendar=replace(queries.calendar_of(cohorts.by_id(cohort.id)), **changes))


def publishing(cohort, change, version=None):
    return Publishing(
        cohort_id=cohort.id,
        wanted=change,
        version=version or queries.schedule(cohort.id).version,
        note="The institute closes for a week.",
    )


def publish(cohort, change, version=None):
    with unit_of_work() as work:
        return actions.publish(
            publishing(cohort, change, version), actor=world.director(), now=work.now
        ).number


def ahead(cohort):
    """A calendar week ahead that is no break, with the first session after it."""
    weeks = queries.calendar(cohort)
    week = weeks.week_of(clock.now().date()) + 3
    while {week, week + 1, week + 2} & {*weeks.breaks}:
        week += 1
    monday = dt.datetime.combine(weeks.monday(week), dt.time(), dt.UTC)
    lines = [line for line in queries.items(cohort.id) if line.kind.value == "session"]
    return week, next(line for line in lines if line.starts_at >= monday)
