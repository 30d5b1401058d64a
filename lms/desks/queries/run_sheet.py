"""Everything that needs somebody in the next days, over all cohorts: a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.completion.models import ActivityDone
from lms.core.db import db
from lms.curriculum.models import Activity, ActivityKind
from lms.desks.models import Duty
from lms.desks.queries import game_lines, sheet_lines
from lms.desks.queries.staff import sessions_between
from lms.desks.rules import DAYS, Line, LineKind, Tone
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.live import policy as live
from lms.people.models import Person, RoleGrant, User
from lms.people.queries.persons import grant_in_force
from lms.people.rules import Actor, Role
from lms.progress.models import CaseEntry, CaseKind
from lms.requests import queries as requests
from lms.requests.rules import RequestState, Urgency
from lms.scheduling.models import ItemKind, ItemState, ScheduledItem

DUE = (
    ActivityKind.QUIZ,
    ActivityKind.ASSIGNMENT,
    ActivityKind.GROUP_WORK,
    ActivityKind.ROLE_PLAY,
    ActivityKind.PROGRESS_NOTE,
    ActivityKind.FORM,
    ActivityKind.MILESTONE,
)
WRITTEN_TO = 60
"""So many learners at most are named in the address that leads to a message."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Somebody who runs cohorts."""

    person_id: int
    public_id: str
    name: str
    cohort_id: int | None
    """Empty: all of them."""


@dataclass(frozen=True)
class RunSheet:
    """The lines of a run-sheet, and who could look after them."""

    cohorts: tuple[CohortView, ...]
    lines: tuple[Line, ...]
    runners: tuple[Runner, ...]


def run_sheet(actor: Actor, now: dt.datetime) -> RunSheet:
    """Read the run-sheet of whoever runs or oversees cohorts: at most twelve statements."""
    views = tuple(
        view
        for view in cohorts.cohorts_of(actor, Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR)
        if view.state is CohortState.OPEN
    )
    by_id = {view.id: view for view in views}
    until = now + dt.timedelta(days=DAYS + 1)
    able = tuple(runners(by_id, now))
    names = {one.person_id: one.name for one in able}
    duties = _duties(by_id)
    found = [
        *_sessions(by_id, now, until),
        *_deadlines(by_id, now, until),
        *_requests(actor, by_id, now),
        *_promises(actor, by_id, now, until),
        *_releases(by_id, now),
        *game_lines.rounds(actor, by_id, now, until),
        *sheet_lines.names(actor, by_id, now),
        *sheet_lines.drafts(actor, by_id, now),
    ]
    lines = [_allowed(actor, _owned(line, duties.get((line.cohort_id, line.key)), names)) for line in found]
    return RunSheet(views, tuple(lines), able)


MAY = {"live.roster": live.can_mark, "live.edit_session": live.can_edit}
"""Acts that not everybody who reads a run-sheet may carry out; who may not opens the session's page."""


def _allowed(actor: Actor, line: Line) -> Line:
    may = MAY.get(line.endpoint)
    return line if may is None or may(actor, line) else replace(line, act="Open", endpoint="live.session")


def _owned(line: Line, owner_id: int | None, names: dict[int, str]) -> Line:
    if owner_id is None or owner_id not in names:
        return line
    return replace(line, owner_id=owner_id, owner=names[owner_id])


def runners(cohort_ids: Collection[int], now: dt.datetime) -> list[Runner]:
    """Who coordinates these cohorts, or all, and can sign in; by name. One statement."""
    rows = db.session.execute(
        sa.select(Person.id, Person.public_id, Person.name, RoleGrant.cohort_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .join(User, User.person_id == Person.id)
        .where(
            RoleGrant.role == Role.COORDINATOR,
            sa.or_(RoleGrant.cohort_id.in_(list(cohort_ids)), RoleGrant.cohort_id.is_(None)),
            grant_in_force(now),
            User.active.is_(True),
        )
        .order_by(Person.sort_name, Person.id, RoleGrant.id)
    )
    found: dict[tuple[int, int | None], Runner] = {}
    for row in rows:
        found.setdefault((row.id, row.cohort_id), Runner(row.id, row.public_id, row.name, row.cohort_id))
    return list(found.values())


def _duties(by_id: dict[int, CohortView]) -> dict[tuple[int, str], int]:
    rows = db.session.execute(
        sa.select(Duty.cohort_id, Duty.key, Duty.owner_id).where(Duty.cohort_id.in_(list(by_id)))
    )
    return {(row.cohort_id, row.key): row.owner_id for row in rows}


def _sessions(by_id: dict[int, CohortView], now: dt.datetime, until: dt.datetime) -> list[Line]:
    """Sessions ahead with what they lack, and those behind whose roster is still open."""
    slugs = {view.slug: view for view in by_id.values()}
    found = []
    for one in sessions_between(by_id, now - dt.timedelta(days=14), until):
        view = slugs[one.cohort_slug]
        over = one.ends_at < now
        if over and (one.closed or not one.counts):
            continue
        act, endpoint, note, tone = "Open", "live.session", f"with {one.host}, ready", Tone.GOOD
        if over:
            act, endpoint, note, tone = "Close the roster", "live.roster", "roster still open", Tone.WARN
        elif one.missing:
            near = one.starts_at - now < dt.timedelta(days=2)
            act, endpoint, note = "Get it ready", "live.edit_session", one.missing
            tone = Tone.BAD if near else Tone.WARN
        found.append(
            Line(
                kind=LineKind.ROSTER if over else LineKind.SESSION,
                at=one.starts_at,
                cohort_id=view.id,
                cohort=view.name,
                slug=view.slug,
                title=f"{one.code} {one.title}".strip(),
                note=note,
                tone=tone,
                act=act,
                endpoint=endpoint,
                values=(("key", one.key),),
                key=f"session:{one.key}",
            )
        )
    return found


def _deadlines(by_id: dict[int, CohortView], now: dt.datetime, until: dt.datetime) -> list[Line]:
    """What falls due, with who has not done it: one statement, a row for each who has not."""
    rows = db.session.execute(
        sa.select(
            ScheduledItem.cohort_id,
            ScheduledItem.key,
            ScheduledItem.ends_at,
            Activity.code,
            Activity.title,
            Place.public_id,
        )
        .join(Activity, Activity.id == ScheduledItem.activity_id)
        .outerjoin(
            Place,
            sa.and_(
                Place.cohort_id == ScheduledItem.cohort_id,
                Place.state == PlaceState.ENROLLED,
                ~sa.exists().where(
                    ActivityDone.place_id == Place.id, ActivityDone.activity_id == ScheduledItem.activity_id
                ),
            ),
        )
        .where(
            ScheduledItem.cohort_id.in_(list(by_id)),
            ScheduledItem.kind == ItemKind.WINDOW,
            ScheduledItem.state == ItemState.PLANNED,
            ScheduledItem.label == "",
            ScheduledItem.ends_at >= now - dt.timedelta(hours=24),
            ScheduledItem.ends_at < until,
            Activity.kind.in_(DUE),
            Activity.required.is_(True),
        )
        .order_by(ScheduledItem.ends_at, ScheduledItem.id, Place.id)
    )
    items: dict[tuple[int, str], Any] = {}
    missing: dict[tuple[int, str], list[str]] = defaultdict(list)
    for row in rows:
        items.setdefault((row.cohort_id, row.key), row)
        if row.public_id is not None:
            missing[row.cohort_id, row.key].append(row.public_id)
    return [_deadline(row, by_id[row.cohort_id], missing[key], now) for key, row in items.items()]


def _deadline(row: Any, view: CohortView, missing: list[str], now: dt.datetime) -> Line:
    soon = row.ends_at - now < dt.timedelta(hours=48)
    tone = Tone.GOOD if not missing or not soon else Tone.BAD if row.ends_at < now else Tone.WARN
    people = "1 learner has" if len(missing) == 1 else f"{len(missing)} learners have"
    return Line(
        kind=LineKind.DEADLINE,
        at=row.ends_at,
        cohort_id=view.id,
        cohort=view.name,
        slug=view.slug,
        title=f"{row.code} {row.title}".strip(),
        note=f"{people} not handed in" if missing else "all have handed in",
        tone=tone,
        act="Write to them" if missing else "Open the plan",
        endpoint="community.announcements" if missing else "scheduling.item",
        values=(("person", missing[:WRITTEN_TO]),) if missing else (("key", row.key),),
        key=f"deadline:{row.key}",
    )


def _requests(actor: Actor, by_id: dict[int, CohortView], now: dt.datetime) -> list[Line]:
    """Open requests whose promise has passed or runs out within the days of the sheet."""
    until = now + dt.timedelta(days=DAYS)
    slugs = {view.slug: view for view in by_id.values()}
    found = []
    for line in requests.everything(actor, requests.Filter(), now=now):
        if line.cohort_slug not in slugs or line.state is not RequestState.OPEN or line.promised_at > until:
            continue
        view = slugs[line.cohort_slug]
        stands = line.urgency(now)
        tone = {Urgency.PASSED: Tone.BAD, Urgency.NEAR: Tone.WARN}.get(stands, Tone.GOOD)
        found.append(
            Line(
                kind=LineKind.REQUEST,
                at=line.promised_at,
                cohort_id=view.id,
                cohort=view.name,
                slug=view.slug,
                title=f"{line.person}: {line.title}",
                note="the promise has passed" if stands is Urgency.PASSED else "answer promised",
                tone=tone,
                act="Answer",
                endpoint="requests.one",
                values=(("public_id", line.public_id),),
                owner_id=line.owner_id,
                owner=line.owner,
            )
        )
    return found


def _promises(actor: Actor, by_id: dict[int, CohortView], now: dt.datetime, until: dt.datetime) -> list[Line]:
    """Promises of case files that are not kept and fall due; those that only coordinators read, for them."""
    keeper = aliased(Person)
    rows = db.session.execute(
        sa.select(
            Place.cohort_id,
            Place.public_id,
            Person.name,
            CaseEntry.text,
            CaseEntry.due_on,
            CaseEntry.by_id,
            keeper.name.label("by"),
        )
        .join(Place, Place.id == CaseEntry.place_id)
        .join(Person, Person.id == Place.person_id)
        .join(keeper, keeper.id == CaseEntry.by_id)
        .where(
            Place.cohort_id.in_(list(by_id)),
            CaseEntry.kind == CaseKind.PROMISE,
            CaseEntry.kept_at.is_(None),
            CaseEntry.due_on <= until.date(),
        )
        .order_by(CaseEntry.due_on, CaseEntry.id)
    )
    found = []
    for row in rows:
        view = by_id[row.cohort_id]
        zone = ZoneInfo(actor.zone)
        at = dt.datetime.combine(row.due_on, dt.time(23, 59), zone).astimezone(dt.UTC)
        today = now.astimezone(zone).date()
        tone = Tone.BAD if row.due_on < today else Tone.WARN if row.due_on == today else Tone.GOOD
        words = " ".join(row.text.split())
        found.append(
            Line(
                kind=LineKind.PROMISE,
                at=at,
                cohort_id=view.id,
                cohort=view.name,
                slug=view.slug,
                title=f"Promised to {row.name}",
                note=words if len(words) <= 90 else f"{words[:88].rstrip()} …",
                tone=tone,
                act="Open the case file",
                endpoint="progress.case_file",
                values=(("public_id", row.public_id),),
                owner_id=row.by_id,
                owner=row.by,
                clock=False,
            )
        )
    return found


def _releases(by_id: dict[int, CohortView], now: dt.datetime) -> list[Line]:
    """Finished marks that wait to be released, by activity; they are today's."""
    rows = db.session.execute(
        sa.select(
            MarkingTask.cohort_id,
            Activity.key,
            Activity.code,
            Activity.title,
            sa.func.count().label("number"),
            sa.func.min(MarkingTask.promised_at).label("promised_at"),
        )
        .join(Activity, Activity.id == MarkingTask.activity_id)
        .where(MarkingTask.cohort_id.in_(list(by_id)), MarkingTask.state == TaskState.FINALISED)
        .group_by(MarkingTask.cohort_id, Activity.key, Activity.code, Activity.title)
        .order_by(sa.func.min(MarkingTask.promised_at), Activity.key)
    )
    return [
        Line(
            kind=LineKind.RELEASE,
            at=min(row.promised_at, now),
            cohort_id=row.cohort_id,
            cohort=by_id[row.cohort_id].name,
            slug=by_id[row.cohort_id].slug,
            title=f"{row.code} {row.title}".strip(),
            note=f"{row.number} {'mark' if row.number == 1 else 'marks'} finished, not released",
            tone=Tone.BAD if row.promised_at < now else Tone.WARN,
            act="Look and release",
            endpoint="assessment.batch",
            values=(("key", row.key),),
            key=f"release:{row.key}",
            clock=False,
        )
        for row in rows
    ]
