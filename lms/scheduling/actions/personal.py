"""Own dates: more time for a team or one learner."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Section
from lms.cohorts.queries import CohortView
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.enrolment.models import Place, Team
from lms.people.rules import Actor
from lms.scheduling import queries
from lms.scheduling.actions.publishing import wall
from lms.scheduling.events import PersonalDateChanged
from lms.scheduling.models import ItemKind, Override, OverrideScope
from lms.scheduling.queries import ItemLine
from lms.scheduling.rules import ScheduleRefusal


@dataclass(frozen=True, kw_only=True)
class PersonalDate:
    """Another deadline for a section, a team or one person."""

    cohort_id: int
    item_key: str
    scope: OverrideScope
    scope_id: int
    """Id of the section, team or person."""
    ends_at: dt.datetime
    reason: str


def set_personal_date(wanted: PersonalDate, *, actor: Actor, now: dt.datetime) -> int:
    """Give a team or person another deadline; an earlier own deadline of theirs ends. Returns the override's id.

    Raises RuleViolation when the item has no deadline or does not take place, when the new one lies in the past,
    not after everybody's, or after the cohort's last day.
    """
    cohort = cohorts.by_id(wanted.cohort_id)
    line = queries.item(cohort.id, wanted.item_key)
    if line is None:
        raise NotFound
    _check(cohort, line, wanted, now)
    before = _end_known(line.id, wanted.scope, wanted.scope_id, now=now)
    override = Override(
        cohort_id=cohort.id,
        item_id=line.id,
        scope=wanted.scope,
        scope_id=wanted.scope_id,
        ends_at=wanted.ends_at,
        wall=wall(cohort.zone, None, wanted.ends_at),
        reason=wanted.reason,
        by_id=actor.person_id,
        at=now,
    )
    db.session.add(override)
    db.session.flush()
    _tell(
        override,
        "scheduling.set_personal_date",
        actor,
        before={"ends_at": before or line.ends_at},
        after={"ends_at": wanted.ends_at},
        reason=wanted.reason,
    )
    return override.id


def revoke(override_id: int, *, actor: Actor, now: dt.datetime, reason: str = "") -> None:
    """End an own date: everybody's date holds again.

    Raises RuleViolation when it is not in force any more.
    """
    override: Override | None = locked(Override, override_id)
    if override is None:
        raise NotFound
    if override.revoked_at is not None or override.scope is OverrideScope.COHORT:
        raise RuleViolation(ScheduleRefusal.NO_OVERRIDE)
    override.revoked_at = now
    _tell(
        override,
        "scheduling.revoke",
        actor,
        before={"ends_at": override.ends_at},
        after={},
        reason=reason,
    )


def _check(cohort: CohortView, line: ItemLine, wanted: PersonalDate, now: dt.datetime) -> None:
    if line.kind is ItemKind.SESSION:
        raise RuleViolation(ScheduleRefusal.NO_OWN_DATE)
    if wanted.scope is not OverrideScope.SECTION and _is_round(cohort, line):
        raise RuleViolation(ScheduleRefusal.ONE_CLOCK)
    if line.cancelled:
        raise RuleViolation(ScheduleRefusal.CANCELLED)
    if not _belongs(cohort.id, wanted):
        raise RuleViolation(ScheduleRefusal.NOT_IN_COHORT, scope=wanted.scope.value)
    if wanted.ends_at <= now:
        raise RuleViolation(ScheduleRefusal.IN_THE_PAST)
    there = ZoneInfo(cohort.zone)
    if wanted.scope is not OverrideScope.SECTION and wanted.ends_at <= line.ends_at:
        local = line.ends_at.astimezone(there)
        raise RuleViolation(ScheduleRefusal.NOT_LATER, when=f"{local:%d %B %Y, %H:%M} {local.tzname()}")
    weeks = queries.calendar(cohort)
    last = weeks.monday(weeks.weeks) + dt.timedelta(days=6)
    if wanted.ends_at.astimezone(there).date() > last:
        raise RuleViolation(ScheduleRefusal.AFTER_THE_END, day=f"{last:%d %B %Y}")


def _is_round(cohort: CohortView, line: ItemLine) -> bool:
    """Whether teams play against each other in it, by one clock."""
    activity = curriculum.outline(cohort.version_id).activities[line.activity_id]
    return activity.kind is ActivityKind.SIMULATION


def _belongs(cohort_id: int, wanted: PersonalDate) -> bool:
    known: sa.Select[int]
    match wanted.scope:
        case OverrideScope.PERSON:
            known = sa.select(Place.id).where(
                Place.cohort_id == cohort_id, Place.person_id == wanted.scope_id
            )
        case OverrideScope.TEAM:
            known = sa.select(Team.id).where(Team.cohort_id == cohort_id, Team.id == wanted.scope_id)
        case OverrideScope.SECTION:
            known = sa.select(Section.id).where(Section.cohort_id == cohort_id, Section.id == wanted.scope_id)
        case OverrideScope.COHORT:
            return False
    return db.session.scalar(known) is not None


def _end_known(item_id: int, scope: OverrideScope, scope_id: int, *, now: dt.datetime) -> dt.datetime | None:
    """End the own deadline that holds now, if any; the next one replaces it."""
    known = db.session.scalars(
        sa.select(Override)
        .where(
            Override.item_id == item_id,
            Override.scope == scope,
            Override.scope_id == scope_id,
            Override.ends_at.is_not(None),
            Override.by_id.is_not(None),
            Override.revoked_at.is_(None),
        )
        .with_for_update()
    ).all()
    for each in known:
        each.revoked_at = now
    return known[-1].ends_at if known else None


def _tell(
    override: Override,
    action: str,
    actor: Actor,
    *,
    before: dict[str, object],
    after: dict[str, object],
    reason: str,
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject=override.scope.value,
            subject_id=override.scope_id,
            cohort_id=override.cohort_id,
            before={"item_id": override.item_id, **before},
            after=after,
            reason=reason,
        )
    )
    events.record(
        PersonalDateChanged(
            cohort_id=override.cohort_id,
            item_id=override.item_id,
            scope=override.scope.value,
            scope_id=override.scope_id or 0,
        )
    )
