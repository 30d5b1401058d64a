"""Lines of the run-sheet that wait without a date of their own: names that matched nobody, drafts about to go stale."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.desks.rules import Line, LineKind, Standing, Tone, why_stale
from lms.live import policy as live
from lms.live.models import LiveSession, UnknownName
from lms.live.rules import NameState
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling import policy as scheduling
from lms.scheduling.models import (
    DraftState,
    Schedule,
    ScheduledItem,
    ScheduleDraft,
    ScheduleDraftCohort,
    ScheduleDraftEdit,
)

PRESSING = dt.timedelta(days=2)
"""So long after a session names may wait before the line presses: attendance is not right meanwhile."""


def names(actor: Actor, by_id: dict[int, CohortView], now: dt.datetime) -> list[Line]:
    """Names of brought lists that matched nobody, by session; they are today's. One statement."""
    rows = db.session.execute(
        sa.select(
            LiveSession.cohort_id,
            Activity.key,
            Activity.code,
            Activity.title,
            ScheduledItem.ends_at,
            sa.func.count().label("number"),
        )
        .select_from(UnknownName)
        .join(LiveSession, LiveSession.id == UnknownName.session_id)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(LiveSession.cohort_id.in_(list(by_id)), UnknownName.state == NameState.WAITS)
        .group_by(LiveSession.cohort_id, Activity.key, Activity.code, Activity.title, ScheduledItem.ends_at)
        .order_by(ScheduledItem.ends_at, Activity.key)
    )
    return [_names(row, by_id[row.cohort_id], actor, now) for row in rows]


def _names(row: Any, view: CohortView, actor: Actor, now: dt.datetime) -> Line:
    may = live.can_mark(actor, view)
    values: tuple[tuple[str, object], ...] = (("session", row.key),) if may else (("key", row.key),)
    return Line(
        kind=LineKind.NAMES,
        at=now,
        cohort_id=view.id,
        cohort=view.name,
        slug=view.slug,
        title=f"{row.code} {row.title}".strip(),
        note=f"{row.number} {'name has' if row.number == 1 else 'names have'} matched nobody",
        tone=Tone.BAD if row.ends_at < now - PRESSING else Tone.WARN,
        act="Say who they are" if may else "Open",
        endpoint="live.unknown_names" if may else "live.session",
        values=values,
        key=f"names:{row.key}",
        clock=False,
    )


def drafts(actor: Actor, by_id: dict[int, CohortView], now: dt.datetime) -> list[Line]:
    """Open drafts of dates, one's own and shared ones, that go stale: one line each. One statement."""
    first = (
        sa.select(sa.func.min(ScheduledItem.starts_at))
        .select_from(ScheduledItem)
        .join(
            ScheduleDraftEdit,
            sa.and_(
                ScheduleDraftEdit.item_key == ScheduledItem.key,
                ScheduleDraftEdit.draft_id == ScheduleDraft.id,
                sa.or_(
                    ScheduleDraftEdit.cohort_id.is_(None),
                    ScheduleDraftEdit.cohort_id == ScheduledItem.cohort_id,
                ),
            ),
        )
        .where(ScheduledItem.cohort_id == ScheduleDraftCohort.cohort_id, ScheduledItem.starts_at >= now)
        .correlate(ScheduleDraft, ScheduleDraftCohort)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            ScheduleDraft.id,
            ScheduleDraft.public_id,
            ScheduleDraft.name,
            ScheduleDraft.owner_id,
            Person.name.label("owner"),
            ScheduleDraft.changed_at,
            ScheduleDraftCohort.cohort_id,
            (Schedule.release_number > ScheduleDraftCohort.seen_release).label("overtaken"),
            first.label("first_at"),
        )
        .select_from(ScheduleDraft)
        .join(ScheduleDraftCohort, ScheduleDraftCohort.draft_id == ScheduleDraft.id)
        .join(Schedule, Schedule.cohort_id == ScheduleDraftCohort.cohort_id)
        .join(Person, Person.id == ScheduleDraft.owner_id)
        .where(
            ScheduleDraft.state == DraftState.OPEN,
            sa.or_(ScheduleDraft.shared.is_(True), ScheduleDraft.owner_id == actor.person_id),
        )
        .order_by(ScheduleDraft.changed_at, ScheduleDraft.id, ScheduleDraftCohort.id)
    )
    of_draft: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        of_draft[row.id].append(row)
    found = (_draft(parts, actor, by_id, now) for parts in of_draft.values())
    return [line for line in found if line is not None]


def _draft(parts: list[Any], actor: Actor, by_id: dict[int, CohortView], now: dt.datetime) -> Line | None:
    views = [by_id.get(row.cohort_id) for row in parts]
    if any(view is None or not scheduling.can_change_dates(actor, view) for view in views):
        return None
    row, view = parts[0], views[0]
    ahead = [each.first_at for each in parts if each.first_at is not None]
    standing = Standing(row.changed_at, any(each.overtaken for each in parts), min(ahead, default=None))
    stale = why_stale(standing, now)
    if view is None or stale is None:
        return None
    why, tone = stale
    return Line(
        kind=LineKind.DRAFT,
        at=now,
        cohort_id=view.id,
        cohort=", ".join(each.name for each in views if each is not None),
        slug=view.slug,
        title=f"Draft “{row.name}”",
        note=f"not published, {why}",
        tone=tone,
        act="Publish it or let it go",
        endpoint="scheduling.studio",
        values=(("draft", row.public_id),),
        owner_id=row.owner_id,
        owner=row.owner,
        clock=False,
    )
