"""Sessions as pages begin with them: one for whoever may see it, those of a window, those of a host."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.content.schema.programme import AttendancePolicy
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.live import rules
from lms.live.models import AttendanceMark, AttendanceTotal, LiveSession, SessionFile, Speaker, SpeakerFile
from lms.live.queries.attendance import NONE_YET, AttendanceView, attendance_view
from lms.live.rules import FilePhase, JoinState, Readiness, SessionState, Verdict
from lms.live.rules.speakers import SpeakerState
from lms.people.models import Person
from lms.people.rules import Actor, Role
from lms.scheduling.models import ItemState, ReleaseChange, Schedule, ScheduledItem, ScheduleRelease


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """The viewer's place in the cohort, when they are a learner of it."""

    place_id: int
    state: PlaceState
    joined_on: dt.date
    left_on: dt.date | None
    attendance: AttendanceView = NONE_YET


@dataclass(frozen=True, slots=True)
class SessionView:
    """A live session as its pages and guards know it."""

    cohort: CohortView
    id: int
    public_id: str
    activity_id: int
    item_id: int
    make_up_of_id: int | None
    key: str
    replaces: str
    """Key of the session that it makes up for."""
    state: SessionState
    counts: bool
    host_id: int | None
    host: str
    host_chosen: bool
    backup_id: int | None
    backup: str
    confirmed_at: dt.datetime | None
    speaker: str
    join_url: str
    notes: str
    notes_html: str
    closed_at: dt.datetime | None
    roster_version: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    sequence: int = 0
    """How often its dates changed; adding a make-up is the first time."""
    slides: bool = False
    """Whether there is anything to prepare with."""
    place: OwnPlace | None = None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def line(self) -> ActivityLine:
        """The activity."""
        return curriculum.outline(self.cohort.version_id).activities[self.activity_id]

    @property
    def policy(self) -> AttendancePolicy:
        """What the programme says of attendance."""
        return policy_of(self.cohort)

    @property
    def masterclass(self) -> bool:
        """Whether it has a speaker."""
        return self.line.kind is ActivityKind.MASTERCLASS

    @property
    def title(self) -> str:
        """What it is called: the activity's title, and that it is a make-up."""
        return f"{self.line.title} (make-up)" if self.replaces else self.line.title

    @property
    def cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.state is SessionState.CANCELLED

    @property
    def closed(self) -> bool:
        """Whether its roster is closed."""
        return self.closed_at is not None

    @property
    def day(self) -> dt.date:
        """Its day in the cohort's zone."""
        return self.starts_at.astimezone(ZoneInfo(self.cohort.zone)).date()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it still lacks before it is ready."""
        return rules.lacks(
            host=self.host_id is not None,
            link=bool(self.join_url),
            speaker=bool(self.speaker),
            masterclass=self.masterclass,
        )

    @property
    def readiness(self) -> Readiness:
        """What it lacks, and what it should have besides."""
        return rules.readiness(lacks=self.lacks, slides=self.slides, backup=self.backup_id is not None)

    @property
    def changed(self) -> bool:
        """Whether its dates ever changed, or it was cancelled."""
        return self.sequence > (1 if self.replaces else 0)

    def state_at(self, now: dt.datetime) -> SessionState:
        """Where it stands by the clock."""
        return rules.state_now(self.state, self.starts_at, self.ends_at, now)

    def join_state(self, now: dt.datetime) -> JoinState:
        """Whether it can be joined now."""
        return rules.join_state(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            cancelled=self.cancelled,
            link=self.join_url,
            opens_minutes=self.policy.join_opens_minutes,
            now=now,
        )

    @property
    def opens_at(self) -> dt.datetime:
        """When the room opens."""
        return rules.opens_at(self.starts_at, self.policy.join_opens_minutes)


def policy_of(cohort: CohortView) -> AttendancePolicy:
    """What the cohort's programme says of attendance."""
    return curriculum.outline(cohort.version_id).policies.attendance


HAS_SLIDES: Any = sa.or_(
    sa.exists().where(
        SessionFile.session_id == LiveSession.id,
        SessionFile.phase == FilePhase.BEFORE,
        SessionFile.removed_at.is_(None),
        SessionFile.held_back == "",
    ),
    sa.exists().where(
        Speaker.session_id == LiveSession.id,
        Speaker.state == SpeakerState.CONFIRMED,
        Speaker.backup.is_(False),
        SpeakerFile.speaker_id == Speaker.id,
        SpeakerFile.removed_at.is_(None),
    ),
)
"""Something to show: a file that is there beforehand, or slides that the speaker brought."""
_backup = aliased(Person)
_SESSION = (
    LiveSession.id,
    LiveSession.public_id,
    LiveSession.activity_id,
    LiveSession.item_id,
    LiveSession.make_up_of_id,
    ScheduledItem.key,
    ScheduledItem.replaces,
    LiveSession.state,
    LiveSession.counts,
    LiveSession.host_id,
    sa.func.coalesce(Person.name, "").label("host"),
    LiveSession.host_chosen,
    LiveSession.backup_id,
    sa.func.coalesce(_backup.name, "").label("backup"),
    LiveSession.confirmed_at,
    LiveSession.speaker,
    LiveSession.join_url,
    LiveSession.notes,
    LiveSession.notes_html,
    LiveSession.closed_at,
    LiveSession.roster_version,
    ScheduledItem.starts_at,
    ScheduledItem.ends_at,
    ScheduledItem.sequence,
    HAS_SLIDES.label("slides"),
)


def select_sessions() -> Any:
    """The columns of a session view, from everything they come from."""
    return (
        sa.select(*_SESSION)
        .select_from(LiveSession)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .outerjoin(Person, Person.id == LiveSession.host_id)
        .outerjoin(_backup, _backup.id == LiveSession.backup_id)
    )


def session_visible_to(actor: Actor, slug: str, key: str) -> SessionView:
    """The session with this key in the cohort with this slug; NotFound where the actor has no business.

    Two statements, and a third for a learner's own place.
    """
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        select_sessions().where(LiveSession.cohort_id == cohort.id, ScheduledItem.key == key)
    ).one_or_none()
    if row is None:
        raise NotFound
    return SessionView(cohort=cohort, **row._asdict(), place=_own_place(actor, cohort.id))


def _own_place(actor: Actor, cohort_id: int) -> OwnPlace | None:
    if not actor.has(Role.LEARNER, cohort_id):
        return None
    row = db.session.execute(
        sa.select(
            Place.id.label("place_id"),
            Place.state,
            Place.joined_on,
            Place.left_on,
            AttendanceTotal.halves,
            AttendanceTotal.sessions,
            AttendanceTotal.by_course,
        )
        .outerjoin(AttendanceTotal, AttendanceTotal.place_id == Place.id)
        .where(Place.cohort_id == cohort_id, Place.person_id == actor.person_id, Place.state.in_(ACTIVE))
    ).one_or_none()
    if row is None:
        return None
    total = NONE_YET if row.halves is None else attendance_view(row)
    return OwnPlace(row.place_id, row.state, row.joined_on, row.left_on, total)


def by_id(session_id: int) -> SessionView:
    """The session, for those who have its id already."""
    cohort_id = db.session.scalar(sa.select(LiveSession.cohort_id).where(LiveSession.id == session_id))
    if cohort_id is None:
        raise NotFound
    row = db.session.execute(select_sessions().where(LiveSession.id == session_id)).one()
    return SessionView(cohort=cohorts.by_id(cohort_id), **row._asdict())


def sessions(
    cohort: CohortView, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> list[SessionView]:
    """The sessions of a cohort that touch the window, by start. One statement."""
    statement = select_sessions().where(LiveSession.cohort_id == cohort.id)
    if since is not None:
        statement = statement.where(ScheduledItem.ends_at >= since)
    if until is not None:
        statement = statement.where(ScheduledItem.starts_at < until)
    rows = db.session.execute(statement.order_by(ScheduledItem.starts_at, LiveSession.id))
    return [SessionView(cohort=cohort, **row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class RosterState:
    """How far a roster is."""

    learners: int
    marked: int
    closed: bool

    @property
    def unmarked(self) -> int:
        """How many names still wait."""
        return max(0, self.learners - self.marked)

    @property
    def words(self) -> str:
        """In a few words."""
        if self.closed:
            return "Closed"
        if not self.marked:
            return "Not taken yet"
        return f"{self.unmarked} unmarked" if self.unmarked else "All marked, not closed"


def roster_states(lines: Iterable[SessionView]) -> dict[int, RosterState]:
    """How far the rosters of some sessions are, by session; nobody waits for those on leave. Two statements."""
    lines = list(lines)
    ids = [line.id for line in lines]
    marked = dict(
        db.session.execute(
            sa.select(AttendanceMark.session_id, sa.func.count())
            .where(AttendanceMark.session_id.in_(ids), AttendanceMark.verdict != Verdict.UNMARKED)
            .group_by(AttendanceMark.session_id)
        ).all()
    )
    learners = dict(
        db.session.execute(
            sa.select(Place.cohort_id, sa.func.count())
            .where(
                Place.cohort_id.in_({line.cohort_id for line in lines}),
                Place.state.in_(ACTIVE - {PlaceState.ON_LEAVE}),
            )
            .group_by(Place.cohort_id)
        ).all()
    )
    return {
        line.id: RosterState(learners.get(line.cohort_id, 0), marked.get(line.id, 0), line.closed)
        for line in lines
    }


def cancelled_items(item_ids: Iterable[int]) -> dict[int, bool]:
    """Whether items of the schedule are cancelled, by item."""
    rows = db.session.execute(
        sa.select(ScheduledItem.id, ScheduledItem.state).where(ScheduledItem.id.in_(list(item_ids)))
    )
    return {row.id: row.state is ItemState.CANCELLED for row in rows}


def moved_items(cohort_id: int, item_ids: Iterable[int]) -> frozenset[int]:
    """Those of these items that the latest release moved."""
    latest = sa.select(Schedule.release_number).where(Schedule.cohort_id == cohort_id).scalar_subquery()
    return frozenset(
        db.session.scalars(
            sa.select(ReleaseChange.item_id)
            .join(ScheduleRelease, ScheduleRelease.id == ReleaseChange.release_id)
            .where(
                ScheduleRelease.cohort_id == cohort_id,
                ScheduleRelease.number == latest,
                ReleaseChange.item_id.in_(list(item_ids)),
                ReleaseChange.old_starts_at != ReleaseChange.new_starts_at,
            )
        )
    )
