"""The graphs of cohorts, as changes are worked out on them, and the public holidays of a cohort's year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import rules as cohort_rules
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import Holiday
from lms.core.db import db
from lms.core.errors import NotFound
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


@dataclass(frozen=True)
class Ground:
    """What a change is worked out on: the graph, and which version of the schedule it is of."""

    cohort: CohortView
    version: int
    release_number: int
    graph: Graph
    own: Mapping[str, int] = field(default_factory=dict)
    """Item key → how many sections, teams and learners have a date of their own of it."""


_OWN = (
    sa.select(sa.func.count())
    .where(
        Override.item_id == ScheduledItem.id,
        Override.scope != OverrideScope.COHORT,
        Override.revoked_at.is_(None),
    )
    .scalar_subquery()
    .label("own")
)
_SETTING = aliased(Override)


def grounds(cohorts: Iterable[CohortView]) -> list[Ground]:
    """Schedules as they stand, each with its graph. Two statements, however many cohorts.

    The version comes with the items, before the facts: it is never newer than the graph. An item the programme does
    not have is as its row says.
    """
    views = list(cohorts)
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(_rows([view.id for view in views])):
        rows[row.cohort_id].append(row)
    facts = _facts([view.id for view in views])
    return [_ground(view, rows[view.id], facts.get(view.id, {})) for view in views]


def ground(cohort: CohortView) -> Ground:
    """One schedule as it stands: two statements."""
    return grounds([cohort])[0]


def graph(cohort: CohortView) -> Graph:
    """One cohort's graph as it stands: two statements."""
    return ground(cohort).graph


def _rows(cohort_ids: list[int]) -> Any:
    return (
        sa.select(
            Schedule.cohort_id,
            Schedule.version,
            Schedule.release_number,
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
            _SETTING.id.label("setting_id"),
            _SETTING.starts_at.label("set_starts_at"),
            _SETTING.ends_at.label("set_ends_at"),
            _SETTING.cancelled.label("set_cancelled"),
            _OWN,
        )
        .select_from(Schedule)
        .join(ScheduledItem, ScheduledItem.cohort_id == Schedule.cohort_id)
        .outerjoin(ScheduleHold, ScheduleHold.item_id == ScheduledItem.id)
        .outerjoin(JOINT, JOINT.c.item_id == ScheduledItem.id)
        .outerjoin(
            _SETTING,
            sa.and_(
                _SETTING.item_id == ScheduledItem.id,
                _SETTING.scope == OverrideScope.COHORT,
                _SETTING.revoked_at.is_(None),
            ),
        )
        .where(Schedule.cohort_id.in_(cohort_ids))
        .order_by(ScheduledItem.starts_at, ScheduledItem.id, ScheduleHold.id, _SETTING.id)
    )


def _ground(cohort: CohortView, rows: list[Any], facts: dict[tuple[str, str], dt.datetime]) -> Ground:
    if not rows:
        raise NotFound
    holds: dict[str, tuple[str, ...]] = {}
    settings: dict[str, tuple[int, Setting]] = {}
    for row in rows:
        known = holds.get(row.key, ())
        if row.reason is not None and row.reason not in known:
            holds[row.key] = (*known, row.reason)
        if row.setting_id is not None:
            found = (row.setting_id, Setting(row.set_starts_at, row.set_ends_at, row.set_cancelled))
            settings[row.key] = max(found, settings.get(row.key, found), key=itemgetter(0))
    planned = blueprint(cohort.version_id).specs
    activities = curriculum.outline(cohort.version_id).activities
    graph = Graph(
        specs={
            row.key: planned.get(row.key) or spec_of(row, activities[row.activity_id].key) for row in rows
        },
        calendar=calendar(cohort),
        standing={row.key: Standing(row.starts_at, row.ends_at, row.state) for row in rows},
        settings={key: setting for key, (_id, setting) in settings.items()},
        facts=facts,
        holds=holds,
        ids={row.key: row.id for row in rows},
        joint={row.key: row.joint_id for row in rows if row.joint_id is not None},
    )
    own = {row.key: row.own for row in rows if row.own}
    return Ground(cohort, rows[0].version, rows[0].release_number, graph, own)


def _facts(cohort_ids: list[int]) -> dict[int, dict[tuple[str, str], dt.datetime]]:
    rows = db.session.execute(
        sa.select(ScheduleFact.cohort_id, ScheduleFact.item_key, ScheduleFact.kind, ScheduleFact.at)
        .where(ScheduleFact.cohort_id.in_(cohort_ids), ScheduleFact.scope == OverrideScope.COHORT)
        .order_by(ScheduleFact.id)
    )
    found: dict[int, dict[tuple[str, str], dt.datetime]] = defaultdict(dict)
    for row in rows:
        found[row.cohort_id][row.item_key, row.kind] = row.at
    return found


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
