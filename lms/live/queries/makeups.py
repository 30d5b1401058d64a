"""What a learner has beside the ledger in a session (code, absence, make-up), and the make-ups that staff judge."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.live.models import (
    AnnouncedAbsence,
    AttendanceEvidence,
    AttendanceMark,
    LiveSession,
    MakeUp,
    MakeUpEvent,
    MakeUpTerms,
    SessionCode,
    SessionRecording,
)
from lms.live.queries.attendance import MarkView
from lms.live.queries.consents import lacks_consent
from lms.live.rules import EvidenceKind, Verdict, makeups
from lms.live.rules.codes import Window, taken_until
from lms.live.rules.makeups import Allowance, MakeUpKind, MakeUpState, MakeUpStep
from lms.live.rules.speakers import Artefact
from lms.people.models import Person
from lms.people.rules import Actor

PAGE = 40


@dataclass(frozen=True, slots=True)
class Mine:
    """What a learner has beside the ledger in one session."""

    window: Window | None
    code_taken: bool
    absent_since: dt.datetime | None
    absence_reason: str
    make_up: MakeUpState | None
    mark: MarkView | None
    joined_at: dt.datetime | None
    """When they first pressed the join button."""

    def code_open(self, now: dt.datetime) -> bool:
        """Whether a code would be taken now."""
        return self.window is not None and self.window.opens_at <= now < taken_until(self.window)


def mine(session_id: int, place_id: int) -> Mine:
    """What a learner has beside the ledger in one session. One statement."""
    latest = (
        sa.select(sa.func.max(SessionCode.id)).where(SessionCode.session_id == session_id).scalar_subquery()
    )
    said = (
        sa.select(sa.func.max(AnnouncedAbsence.id))
        .where(
            AnnouncedAbsence.session_id == session_id,
            AnnouncedAbsence.place_id == place_id,
            AnnouncedAbsence.taken_back_at.is_(None),
        )
        .scalar_subquery()
    )
    taken = (
        sa.select(AttendanceEvidence.id)
        .where(
            AttendanceEvidence.session_id == session_id,
            AttendanceEvidence.place_id == place_id,
            AttendanceEvidence.kind == EvidenceKind.SELF_CODE,
        )
        .exists()
    )
    pressed = (
        sa.select(sa.func.min(AttendanceEvidence.at))
        .where(
            AttendanceEvidence.session_id == session_id,
            AttendanceEvidence.place_id == place_id,
            AttendanceEvidence.kind == EvidenceKind.JOIN_CLICK,
        )
        .scalar_subquery()
    )
    row = db.session.execute(
        sa.select(
            SessionCode.secret,
            SessionCode.opens_at,
            SessionCode.closes_at,
            SessionCode.ended_at,
            taken.label("code_taken"),
            AnnouncedAbsence.at.label("absent_since"),
            sa.func.coalesce(AnnouncedAbsence.reason, "").label("absence_reason"),
            MakeUp.state.label("make_up"),
            AttendanceMark.verdict,
            AttendanceMark.trace,
            AttendanceMark.computed_at,
            pressed.label("joined_at"),
        )
        .select_from(Place)
        .outerjoin(SessionCode, SessionCode.id == latest)
        .outerjoin(AnnouncedAbsence, AnnouncedAbsence.id == said)
        .outerjoin(MakeUp, sa.and_(MakeUp.session_id == session_id, MakeUp.place_id == Place.id))
        .outerjoin(
            AttendanceMark,
            sa.and_(AttendanceMark.session_id == session_id, AttendanceMark.place_id == Place.id),
        )
        .where(Place.id == place_id)
    ).one()
    mark = MarkView(row.verdict, row.trace, row.computed_at) if row.verdict else None
    window = Window(row.secret, row.opens_at, row.closes_at, row.ended_at) if row.secret else None
    return Mine(
        window,
        row.code_taken,
        row.absent_since,
        row.absence_reason,
        row.make_up,
        mark,
        row.joined_at,
    )


def window(session_id: int) -> Window | None:
    """The latest stretch of minutes in which codes were shown in a session."""
    row = db.session.execute(
        sa.select(SessionCode.secret, SessionCode.opens_at, SessionCode.closes_at, SessionCode.ended_at)
        .where(SessionCode.session_id == session_id)
        .order_by(SessionCode.id.desc())
        .limit(1)
    ).one_or_none()
    return Window(*row) if row else None


def codes_taken(session_id: int) -> int:
    """How many learners entered a code in a session."""
    return (
        db.session.scalar(
            sa.select(sa.func.count(sa.distinct(AttendanceEvidence.place_id))).where(
                AttendanceEvidence.session_id == session_id, AttendanceEvidence.kind == EvidenceKind.SELF_CODE
            )
        )
        or 0
    )


def absences(session_id: int) -> dict[int, str]:
    """Who said beforehand that they will not come, with their reason: place → reason."""
    rows = db.session.execute(
        sa.select(AnnouncedAbsence.place_id, AnnouncedAbsence.reason)
        .where(AnnouncedAbsence.session_id == session_id, AnnouncedAbsence.taken_back_at.is_(None))
        .order_by(AnnouncedAbsence.id)
    )
    return {row.place_id: row.reason for row in rows}


def allowance(place_id: int, course_id: int, most: int) -> Allowance:
    """What is left of somebody's make-ups in a course. One statement."""
    states = db.session.scalars(
        sa.select(MakeUp.state).where(MakeUp.place_id == place_id, MakeUp.course_id == course_id)
    )
    return makeups.allowance(states, most)


@dataclass(frozen=True, slots=True)
class Terms:
    """What staff said of making a session up; nothing: the policy holds."""

    kind: MakeUpKind | None = None
    until_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class OwnMakeUp:
    """A learner's make-up of one session, as far as it is."""

    id: int
    state: MakeUpState
    kind: MakeUpKind
    text: str
    watched: bool
    version: int
    saved_at: dt.datetime
    handed_in_at: dt.datetime | None


def terms(session_id: int) -> Terms:
    """What staff said of making a session up."""
    row = db.session.execute(
        sa.select(MakeUpTerms.kind, MakeUpTerms.until_on).where(MakeUpTerms.session_id == session_id)
    ).one_or_none()
    return Terms(row.kind, row.until_on) if row else Terms()


def own_make_up(session_id: int, place_id: int) -> OwnMakeUp | None:
    """A learner's make-up of a session; None before they began."""
    row = db.session.execute(
        sa.select(
            MakeUp.id,
            MakeUp.state,
            MakeUp.kind,
            MakeUp.text,
            MakeUp.watched,
            MakeUp.version,
            MakeUp.saved_at,
            MakeUp.handed_in_at,
        ).where(MakeUp.session_id == session_id, MakeUp.place_id == place_id)
    ).one_or_none()
    return OwnMakeUp(**row._asdict()) if row else None


@dataclass(frozen=True, slots=True)
class MakeUpGround:
    """What decides whether somebody may make a session up now."""

    terms: Terms
    own: MakeUpState | None
    verdict: Verdict | None
    allowance: Allowance
    recorded: bool
    """There is a recording of the session."""


def make_up_ground(session_id: int, place_id: int, course_id: int, most: int) -> MakeUpGround:
    """Terms, own make-up, mark and what is left in the course. One statement."""

    def number(*states: MakeUpState) -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(MakeUp)
            .where(MakeUp.place_id == place_id, MakeUp.course_id == course_id, MakeUp.state.in_(states))
            .scalar_subquery()
        )

    recorded = sa.and_(
        sa.exists().where(
            SessionRecording.session_id == session_id,
            SessionRecording.removed_at.is_(None),
            SessionRecording.held_back == "",
        ),
        sa.not_(lacks_consent(session_id, Artefact.RECORDING)),
    )
    row = db.session.execute(
        sa.select(
            MakeUpTerms.kind,
            MakeUpTerms.until_on,
            MakeUp.state,
            AttendanceMark.verdict,
            number(MakeUpState.ACCEPTED).label("accepted"),
            number(MakeUpState.WAITS, MakeUpState.REVISE).label("under_way"),
            recorded.label("recorded"),
        )
        .select_from(Place)
        .outerjoin(MakeUpTerms, MakeUpTerms.session_id == session_id)
        .outerjoin(MakeUp, sa.and_(MakeUp.session_id == session_id, MakeUp.place_id == Place.id))
        .outerjoin(
            AttendanceMark,
            sa.and_(AttendanceMark.session_id == session_id, AttendanceMark.place_id == Place.id),
        )
        .where(Place.id == place_id)
    ).one()
    left = Allowance(most, row.accepted, row.under_way)
    return MakeUpGround(Terms(row.kind, row.until_on), row.state, row.verdict, left, row.recorded)


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the story of a make-up."""

    step: MakeUpStep
    text: str
    reason: str
    at: dt.datetime
    by: str


def steps(make_up_id: int) -> list[Step]:
    """The story of a make-up, oldest first. One statement."""
    rows = db.session.execute(
        sa.select(
            MakeUpEvent.step, MakeUpEvent.text, MakeUpEvent.reason, MakeUpEvent.at, Person.name.label("by")
        )
        .join(Person, Person.id == MakeUpEvent.by_id)
        .where(MakeUpEvent.make_up_id == make_up_id)
        .order_by(MakeUpEvent.id)
    )
    return [Step(**row._asdict()) for row in rows]


# What staff judge ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MakeUpLine:
    """A make-up in the list of those who judge."""

    id: int
    public_id: str
    session_id: int
    session_key: str
    session_code: str
    session_title: str
    course_id: int
    place_id: int
    who: str
    kind: MakeUpKind
    state: MakeUpState
    text: str
    watched: bool
    version: int
    handed_in_at: dt.datetime | None


def _lines() -> Any:
    learner = aliased(Person)
    return (
        sa.select(
            MakeUp.id,
            MakeUp.public_id,
            MakeUp.session_id,
            Activity.key.label("session_key"),
            Activity.code.label("session_code"),
            Activity.title.label("session_title"),
            MakeUp.course_id,
            MakeUp.place_id,
            learner.name.label("who"),
            MakeUp.kind,
            MakeUp.state,
            MakeUp.text,
            MakeUp.watched,
            MakeUp.version,
            MakeUp.handed_in_at,
        )
        .join(LiveSession, LiveSession.id == MakeUp.session_id)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(Place, Place.id == MakeUp.place_id)
        .join(learner, learner.id == Place.person_id)
    )


def make_up_counts(cohort_id: int) -> dict[MakeUpState, int]:
    """How many make-ups of a cohort are in each state. One statement."""
    rows = db.session.execute(
        sa.select(MakeUp.state, sa.func.count())
        .join(LiveSession, LiveSession.id == MakeUp.session_id)
        .where(LiveSession.cohort_id == cohort_id)
        .group_by(MakeUp.state)
    )
    return dict(rows.all())


def make_ups(
    cohort_id: int, state: MakeUpState, *, start: int = 0, most: int | None = PAGE + 1
) -> list[MakeUpLine]:
    """The make-ups of a cohort in a state, longest waiting first. One statement."""
    statement = _lines().where(LiveSession.cohort_id == cohort_id, MakeUp.state == state)
    rows = db.session.execute(statement.order_by(MakeUp.handed_in_at, MakeUp.id).offset(start).limit(most))
    return [MakeUpLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class MakeUpView:
    """A make-up that was handed in: what its page for staff begins with."""

    cohort: CohortView
    line: MakeUpLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def make_up_visible_to(actor: Actor, slug: str, task: str) -> MakeUpView:
    """A make-up of the cohort that was handed in; a draft is its author's alone. NotFound for anybody else's."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        _lines().where(
            LiveSession.cohort_id == cohort.id, MakeUp.public_id == task, MakeUp.state != MakeUpState.DRAFT
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return MakeUpView(cohort, MakeUpLine(**row._asdict()))
