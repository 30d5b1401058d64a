"""Publishing a change of the dates as the next release, and taking the latest one back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.people.rules import Actor
from lms.scheduling import queries
from lms.scheduling.events import SchedulePublished
from lms.scheduling.models import (
    Override,
    OverrideScope,
    ReleaseChange,
    Schedule,
    ScheduledItem,
    ScheduleRelease,
)
from lms.scheduling.queries import Added, Preview, Wanted
from lms.scheduling.rules import DraftRefusal, ItemState, Obstacle, Plan, ScheduleRefusal, Setting


@dataclass(frozen=True, kw_only=True)
class Publishing:
    """A change that somebody has looked at and wants published."""

    cohort_id: int
    wanted: Wanted
    version: int
    """Of the schedule that the preview was made on: when it has moved on, nothing is published."""
    note: str
    """Why; everybody who looks at the release reads it."""
    announced: bool = True
    """Tell those affected."""


def publish(publishing: Publishing, *, actor: Actor, now: dt.datetime) -> ScheduleRelease:
    """Publish a change as the next release: the dates are those of the preview.

    Raises Conflict when somebody published meanwhile, RuleViolation when nothing would change or an item cannot
    change like this (it would lie in the past, or is held and nobody agreed).
    """
    present = taken(publishing)
    cohort = cohorts.by_id(publishing.cohort_id)
    preview = queries.work_out(queries.ground(cohort), publishing.wanted, now=now)
    added = _add(cohort, publishing.wanted.added)
    release = release_of(present, preview, publishing, actor=actor, now=now)
    if added:
        db.session.execute(
            sa.update(ScheduledItem).where(ScheduledItem.id.in_(added)).values(added_by_id=release.id)
        )
    return release


def _add(cohort: CohortView, added: Sequence[Added]) -> list[int]:
    """Write items that the schedule did not have; they take place from the release on that follows."""
    activities = curriculum.outline(cohort.version_id).by_key
    rows = [
        ScheduledItem(
            cohort_id=cohort.id,
            key=one.spec.key,
            activity_id=activities[one.spec.activity_key].id,
            kind=one.spec.kind,
            label=one.spec.label,
            starts_anchor=one.spec.starts_text,
            minutes=one.spec.minutes,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            state=ItemState.CANCELLED,
            replaces=one.spec.replaces,
            carries=one.spec.carries,
        )
        for one in added
    ]
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def set_calendar(publishing: Publishing, *, actor: Actor, now: dt.datetime) -> None:
    """Keep another calendar by which no date moves: another holiday calendar, or another day before the same Monday.

    Raises like `publish`; also when dates would move, which is a release.
    """
    present = taken(publishing)
    preview = queries.work_out(
        queries.ground(cohorts.by_id(publishing.cohort_id)), publishing.wanted, now=now
    )
    if preview.plan.changes:
        raise RuleViolation(ScheduleRefusal.DATES_MOVE)
    if not preview.calendar_changes:
        raise RuleViolation(ScheduleRefusal.NOTHING)
    present.version += 1
    cohort_actions.set_calendar(
        publishing.cohort_id, queries.calendar_of(preview.cohort), reason=publishing.note, actor=actor
    )


def undo(number: int, publishing: Publishing, *, actor: Actor, now: dt.datetime) -> ScheduleRelease:
    """Take the latest release back: its settings go, and the dates before it are published as a new release.

    Raises like `publish`; also when the release is the first, or not the latest.
    """
    present = taken(publishing)
    if number == 1:
        raise RuleViolation(ScheduleRefusal.FIRST_RELEASE)
    if present.release_number != number:
        raise RuleViolation(ScheduleRefusal.NOT_LATEST, number=number)
    cohort = cohorts.by_id(publishing.cohort_id)
    release = queries.release(cohort.id, number)
    if release is None:
        raise NotFound
    if release.set_id is not None:
        raise RuleViolation(DraftRefusal.IN_SET, number=number)
    wanted = Wanted(
        queries.undoing(cohort.id, release.id),
        publishing.wanted.keep,
        publishing.wanted.consent,
        release.undone(queries.calendar_of(cohort)),
    )
    preview = queries.work_out(queries.ground(cohort), wanted, now=now)
    return release_of(present, preview, publishing, actor=actor, now=now, undoes=number)


def taken(publishing: Publishing) -> Schedule:
    """The schedule under lock, when it still is the one that the preview was made on."""
    present: Schedule | None = locked(Schedule, publishing.cohort_id)
    if present is None:
        raise NotFound
    if present.version != publishing.version:
        number, name = queries.latest_release(publishing.cohort_id)
        raise Conflict(ScheduleRefusal.CHANGED_MEANWHILE, number, name=name, number=number)
    return present


def release_of(
    present: Schedule,
    preview: Preview,
    publishing: Publishing,
    *,
    actor: Actor,
    now: dt.datetime,
    undoes: int | None = None,
) -> ScheduleRelease:
    plan = preview.plan
    if not plan.changes:
        raise RuleViolation(ScheduleRefusal.NOTHING)
    alone = next((each for each in plan.changes if Obstacle.JOINT in each.obstacles), None)
    if alone is not None:
        title = queries.names_in(preview.cohort.version_id, preview.ground.graph).titles[alone.key]
        raise RuleViolation(DraftRefusal.JOINT_ALONE, title=title)
    if plan.obstacles:
        raise RuleViolation(ScheduleRefusal.BLOCKED, count=plan.obstacles)
    release = write(
        preview.cohort,
        present,
        plan,
        before=preview.ground.graph.settings,
        note=publishing.note,
        announced=publishing.announced,
        actor_id=actor.person_id,
        now=now,
        undoes=undoes,
    )
    if preview.calendar_changes:
        before, after = (queries.calendar_of(each) for each in (preview.ground.cohort, preview.cohort))
        release.calendar = {
            "before": queries.calendar_document(before),
            "after": queries.calendar_document(after),
        }
        cohort_actions.set_calendar(preview.cohort.id, after, reason=publishing.note, actor=actor)
    return release


def write(
    cohort: CohortView,
    present: Schedule,
    plan: Plan,
    *,
    before: Mapping[str, Setting],
    note: str,
    announced: bool,
    actor_id: int | None,
    now: dt.datetime,
    undoes: int | None = None,
) -> ScheduleRelease:
    """Write a plan that nothing stands in the way of as the next release."""
    present.release_number += 1
    present.version += 1
    release = ScheduleRelease(
        cohort_id=cohort.id,
        number=present.release_number,
        note=note,
        published_by_id=actor_id,
        published_at=now,
        announced=announced,
        undoes=undoes,
    )
    db.session.add(release)
    db.session.flush()
    ids = _ids(cohort.id)
    _write_settings(cohort, release, plan, before, ids, actor_id)
    _write_items(release, plan, ids, queries.names(cohort).short)
    cohort_actions.touch(cohort.id)
    audit.record(
        audit.Entry(
            actor_id=actor_id,
            action="scheduling.undo" if undoes else "scheduling.publish",
            subject="schedule",
            subject_id=cohort.id,
            cohort_id=cohort.id,
            before={change.key: _span(change.old) for change in plan.changes},
            after={
                "release": release.number,
                **{change.key: _span(change.new) for change in plan.changes},
            },
            reason=note,
        )
    )
    events.record(
        SchedulePublished(
            cohort_id=cohort.id,
            release_id=release.id,
            number=release.number,
            item_ids=tuple(ids[change.key] for change in plan.changes if change.visible),
            announced=announced,
        )
    )
    return release


def _span(at: object) -> list[str]:
    return [
        str(getattr(at, "starts_at", "")),
        str(getattr(at, "ends_at", "")),
        str(getattr(at, "state", "")),
    ]


def _ids(cohort_id: int) -> dict[str, int]:
    rows = db.session.execute(
        sa.select(ScheduledItem.key, ScheduledItem.id).where(ScheduledItem.cohort_id == cohort_id)
    )
    return {row.key: row.id for row in rows}


def _write_settings(
    cohort: CohortView,
    release: ScheduleRelease,
    plan: Plan,
    before: Mapping[str, Setting],
    ids: Mapping[str, int],
    actor_id: int | None,
) -> None:
    changed = [
        key
        for key in sorted({*before, *plan.settings})
        if before.get(key, Setting()) != plan.settings.get(key, Setting())
    ]
    if not changed:
        return
    db.session.execute(
        sa.update(Override)
        .where(
            Override.cohort_id == cohort.id,
            Override.scope == OverrideScope.COHORT,
            Override.revoked_at.is_(None),
            Override.item_id.in_([ids[key] for key in changed]),
        )
        .values(revoked_at=release.published_at, ended_by_id=release.id)
    )
    rows = [
        {
            "cohort_id": cohort.id,
            "item_id": ids[key],
            "scope": OverrideScope.COHORT,
            "starts_at": setting.starts_at,
            "ends_at": setting.ends_at,
            "wall": wall(cohort.zone, setting.starts_at, setting.ends_at),
            "cancelled": setting.cancelled,
            "reason": release.note,
            "by_id": actor_id,
            "at": release.published_at,
            "release_id": release.id,
        }
        for key in changed
        if (setting := plan.settings.get(key)) is not None
    ]
    if rows:
        db.session.execute(sa.insert(Override), rows)


def wall(zone: str, starts_at: dt.datetime | None, ends_at: dt.datetime | None) -> str:
    """What a person set, on the wall clock of the cohort's zone."""
    parts = [f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for at in (starts_at, ends_at) if at]
    return f"{' to '.join(parts)} {zone}" if parts else ""


def _write_items(
    release: ScheduleRelease, plan: Plan, ids: Mapping[str, int], names: Mapping[str, str]
) -> None:
    db.session.execute(
        sa.update(ScheduledItem),
        [
            {
                "id": ids[change.key],
                "starts_at": change.new.starts_at,
                "ends_at": change.new.ends_at,
                "state": change.new.state,
                "pinned": plan.settings.get(change.key, Setting()).pinned,
            }
            for change in plan.changes
        ],
    )
    moved = [ids[change.key] for change in plan.changes if change.visible]
    if moved:
        db.session.execute(
            sa.update(ScheduledItem)
            .where(ScheduledItem.id.in_(moved))
            .values(sequence=ScheduledItem.sequence + 1)
        )
    db.session.execute(
        sa.insert(ReleaseChange),
        [
            {
                "release_id": release.id,
                "item_id": ids[change.key],
                "old_starts_at": change.old.starts_at,
                "old_ends_at": change.old.ends_at,
                "old_state": change.old.state,
                "new_starts_at": change.new.starts_at,
                "new_ends_at": change.new.ends_at,
                "new_state": change.new.state,
                "why": change.words(names)[:300],
            }
            for change in plan.changes
        ],
    )
