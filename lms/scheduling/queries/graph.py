"""The graph of a cohort, as changes are worked out on it, and the public holidays of its year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import rules as cohort_rules
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import Holiday
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.people.models import Person
from lms.scheduling.models import (
    JointSession,
    JointSessionMember,
    Override,
    OverrideScope,
    Schedule,
    ScheduledItem,
    ScheduleFact,
    ScheduleHold,
    ScheduleRelease,
)
from lms.scheduling.queries.blueprint import blueprint
from lms.scheduling.queries.items import calendar
from lms.scheduling.rules import Graph, Night, Setting, Standing, spec_of

JOINT = (
    sa.select(JointSessionMember.item_id, JointSessionMember.joint_id)
    .join(JointSession, JointSession.id == JointSessionMember.joint_id)
    .where(JointSession.ended_at.is_(None))
    .subquery("joint")
)
"""The items that are part of a joint session, and of which."""


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """Which release of a cohort's schedule is in force, and its version for the second writer."""

    release_number: int
    version: int


def schedule(cohort_id: int) -> ScheduleView:
    """The present state of a cohort's schedule."""
    row = db.session.execute(
        sa.select(Schedule.release_number, Schedule.version).where(Schedule.cohort_id == cohort_id)
    ).one()
    return ScheduleView(row.release_number, row.version)


def latest_release(cohort_id: int) -> tuple[int, str]:
    """Number of the latest release and who published it."""
    row = db.session.execute(
        sa.select(ScheduleRelease.number, Person.name)
        .outerjoin(Person, Person.id == ScheduleRelease.published_by_id)
        .where(ScheduleRelease.cohort_id == cohort_id)
        .order_by(ScheduleRelease.number.desc())
        .limit(1)
    ).one()
    return row.number, row.name or "Cadre"


def graph(cohort: CohortView) -> Graph:
    """The cohort's graph as it stands: three statements. An item the programme does not have is as its row says."""
    rows = db.session.execute(
        sa.select(
            ScheduledItem.id,
            ScheduledItem.key,
            ScheduledItem.starts_at,
            ScheduledItem.ends_at,
            ScheduledItem.state,
            ScheduledItem.kind,
            ScheduledItem.label,
            ScheduledItem.starts_anchor,
            ScheduledItem.ends_anchor,
            ScheduledItem.minutes,
            ScheduledItem.staff_only,
            ScheduledItem.replaces,
            ScheduledItem.carries,
            ScheduledItem.activity_id,
            ScheduleHold.reason,
            JOINT.c.joint_id,
        )
        .outerjoin(ScheduleHold, ScheduleHold.item_id == ScheduledItem.id)
        .outerjoin(JOINT, JOINT.c.item_id == ScheduledItem.id)
        .where(ScheduledItem.cohort_id == cohort.id)
        .order_by(ScheduledItem.starts_at, ScheduledItem.id, ScheduleHold.id)
    ).all()
    holds: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row.reason is not None:
            holds[row.key] = (*holds.get(row.key, ()), row.reason)
    keys = {row.id: row.key for row in rows}
    planned = blueprint(cohort.version_id).specs
    activities = curriculum.outline(cohort.version_id).activities
    return Graph(
        specs={
            row.key: planned.get(row.key) or spec_of(row, activities[row.activity_id].key) for row in rows
        },
        calendar=calendar(cohort),
        standing={row.key: Standing(row.starts_at, row.ends_at, row.state) for row in rows},
        settings=_settings(cohort.id, keys),
        facts=_facts(cohort.id),
        holds=holds,
        ids={row.key: row.id for row in rows},
        joint={row.key: row.joint_id for row in rows if row.joint_id is not None},
    )


def _settings(cohort_id: int, keys: dict[int, str]) -> dict[str, Setting]:
    rows = db.session.execute(
        sa.select(Override.item_id, Override.starts_at, Override.ends_at, Override.cancelled)
        .where(
            Override.cohort_id == cohort_id,
            Override.scope == OverrideScope.COHORT,
            Override.revoked_at.is_(None),
        )
        .order_by(Override.id)
    )
    return {keys[row.item_id]: Setting(row.starts_at, row.ends_at, row.cancelled) for row in rows}


def _facts(cohort_id: int) -> dict[tuple[str, str], dt.datetime]:
    rows = db.session.execute(
        sa.select(ScheduleFact.item_key, ScheduleFact.kind, ScheduleFact.at)
        .where(ScheduleFact.cohort_id == cohort_id, ScheduleFact.scope == OverrideScope.COHORT)
        .order_by(ScheduleFact.id)
    )
    return {(row.item_key, row.kind): row.at for row in rows}


def night(version_id: int) -> Night:
    """When people sleep, by the programme's policy."""
    policy = curriculum.outline(version_id).policies.scheduling
    return Night(dt.time.fromisoformat(policy.night_from), dt.time.fromisoformat(policy.night_to))


def holidays(cohort: CohortView, lands: list[str]) -> dict[dt.date, tuple[Holiday, ...]]:
    """Public holidays of the cohort's place, and of the countries given, over the cohort's year."""
    weeks = calendar(cohort)
    first = weeks.first_monday
    last = weeks.monday(weeks.weeks) + dt.timedelta(days=13)
    found: dict[dt.date, tuple[Holiday, ...]] = {}
    own = cohort_rules.holidays_of(cohort.holiday_country, cohort.holiday_subdivision, first, last)
    for holiday in own:
        found[holiday.on] = (*found.get(holiday.on, ()), holiday)
    for land in sorted(set(lands) - {"", cohort.holiday_country}):
        for each in cohort_rules.holidays_of(land, "", first, last):
            there = Holiday(each.on, each.name, each.place, each.tentative, of_cohort=False)
            found[each.on] = (*found.get(each.on, ()), there)
    return found
