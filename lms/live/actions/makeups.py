"""Making a missed session up: written, handed in, judged, taken back; and what is asked for, until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.completion import queries as completion
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.live import queries
from lms.live.actions.ledger import NewEvidence, record_evidence
from lms.live.events import MakeUpHandedIn, MakeUpJudged
from lms.live.models import MakeUp, MakeUpEvent, MakeUpTerms
from lms.live.queries import SessionView
from lms.live.queries import makeups as read
from lms.live.queries.makeups import Terms
from lms.live.rules import EvidenceKind, makeups
from lms.live.rules.makeups import Allowance, MakeUpKind, MakeUpRefusal, MakeUpState, MakeUpStep
from lms.people.rules import Actor


@dataclass(frozen=True)
class Offer:
    """What making a session up asks of a learner, until when, and why they cannot hand it in now."""

    kind: MakeUpKind
    until: dt.datetime
    least: int
    allowance: Allowance
    quiz: ActivityLine | None
    quiz_done: bool
    refusal: str
    """Empty: it can be handed in."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a learner wrote, on the version that their page showed."""

    text: str
    watched: bool
    version: int


def quiz_of(session: SessionView) -> ActivityLine | None:
    """The quiz of the session's module, where there is one."""
    lines = curriculum.outline(session.cohort.version_id).activities.values()
    own = (
        line for line in lines if line.module_id == session.line.module_id and line.kind is ActivityKind.QUIZ
    )
    return next(own, None)


def kind_of(session: SessionView, said: Terms, *, recorded: bool) -> MakeUpKind:
    """What is asked for: what staff said; else the recording where there is one, and the quiz where there is none."""
    if said.kind is not None:
        return said.kind
    if recorded or quiz_of(session) is None:
        return MakeUpKind.RECORDING
    return MakeUpKind.QUIZ


def offer(session: SessionView, place_id: int, *, now: dt.datetime, asks_quiz: bool = False) -> Offer:
    """What making a session up asks of a learner, and whether they can hand it in now.

    One statement; with `asks_quiz` another where the quiz is part of it.
    """
    policy = session.policy
    ground = read.make_up_ground(session.id, place_id, session.line.course_id, policy.makeup_per_course)
    said, left = ground.terms, ground.allowance
    kind = kind_of(session, said, recorded=ground.recorded)
    until = makeups.until(session.ends_at, policy.makeup_days, session.cohort.zone, said.until_on)
    refusal = makeups.why_not_offered(
        counts=session.counts,
        cancelled=session.cancelled,
        ended=now >= session.ends_at,
        closed=session.closed,
        verdict=ground.verdict,
        own=ground.own,
        allowance=left,
        deadline=until,
        now=now,
    )
    quiz = quiz_of(session)
    done = asks_quiz and kind is MakeUpKind.QUIZ and quiz is not None and quiz.id in completion.done(place_id)
    course = curriculum.outline(session.cohort.version_id).course(session.line.course_id).title
    words = ""
    if refusal:
        day = until.astimezone(ZoneInfo(session.cohort.zone))
        words = refusal.value.format(course=course, most=left.most, until=f"{day:%A} {day.day} {day:%B}")
    return Offer(kind, until, policy.makeup_words, left, quiz, done, words)


def save_make_up(session_id: int, place_id: int, written: Written, *, now: dt.datetime) -> int:
    """Keep a draft; returns its new version. Raises Conflict when it was changed in another window."""
    return _save(session_id, place_id, written, now=now).version


def _save(session_id: int, place_id: int, written: Written, *, now: dt.datetime) -> MakeUp:
    locked(Place, place_id)
    session = queries.by_id(session_id)
    offered = offer(session, place_id, now=now)
    if offered.refusal:
        raise RuleViolation(MakeUpRefusal.NOT_NOW, why=offered.refusal)
    row = db.session.scalar(
        sa.select(MakeUp).where(MakeUp.session_id == session_id, MakeUp.place_id == place_id)
    )
    if row is None:
        row = MakeUp(
            session_id=session_id,
            place_id=place_id,
            course_id=session.line.course_id,
            kind=offered.kind,
            state=MakeUpState.DRAFT,
            version=0,
            saved_at=now,
        )
        db.session.add(row)
    elif row.version != written.version:
        raise Conflict(MakeUpRefusal.CHANGED, row.version)
    row.kind, row.text, row.watched = offered.kind, written.text, written.watched
    row.version, row.saved_at = row.version + 1, now
    db.session.flush()
    return row


def hand_in(session_id: int, place_id: int, written: Written, *, actor: Actor, now: dt.datetime) -> None:
    """Hand a make-up in. Raises RuleViolation when it is not offered (any more), or lacks something."""
    row = _save(session_id, place_id, written, now=now)
    session = queries.by_id(session_id)
    offered = offer(session, place_id, now=now, asks_quiz=True)
    lacks = makeups.why_not_enough(
        offered.kind, row.text, watched=row.watched, quiz_done=offered.quiz_done, least=offered.least
    )
    if lacks:
        quiz = (offered.quiz.code or offered.quiz.title) if offered.quiz else ""
        raise RuleViolation(lacks, words=offered.least, written=makeups.words_in(row.text), quiz=quiz)
    row.state, row.handed_in_at = MakeUpState.WAITS, now
    _step(row, MakeUpStep.HANDED_IN, actor, now, text=row.text)
    events.record(
        MakeUpHandedIn(
            cohort_id=session.cohort_id,
            session_id=session_id,
            place_id=place_id,
            make_up_id=row.id,
            at=now,
        )
    )


def judge_make_up(make_up_id: int, *, accept: bool, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Accept a make-up, which gives credit for the session, or send it back with what is to be revised.

    Raises RuleViolation when it does not wait, a reason is lacking, or the course's make-ups are used up.
    """
    row, session = _locked(make_up_id)
    if row.state is not MakeUpState.WAITS:
        raise RuleViolation(MakeUpRefusal.NOT_WAITING)
    if not accept and not reason:
        raise RuleViolation(MakeUpRefusal.NO_REASON)
    if accept:
        most = session.policy.makeup_per_course
        if read.allowance(row.place_id, row.course_id, most).accepted >= most:
            course = curriculum.outline(session.cohort.version_id).course(row.course_id).title
            raise RuleViolation(MakeUpRefusal.ALL_USED, course=course, most=most)
    row.state = MakeUpState.ACCEPTED if accept else MakeUpState.REVISE
    _step(row, MakeUpStep.ACCEPTED if accept else MakeUpStep.REVISE, actor, now, reason=reason)
    if accept:
        _credit(row, session, 1.0, reason, actor, now)
    events.record(
        MakeUpJudged(
            cohort_id=session.cohort_id,
            session_id=session.id,
            place_id=row.place_id,
            accepted=accept,
            reason=reason,
            at=now,
        )
    )


def take_make_up_back(make_up_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take an acceptance back: the credit goes by an entry that says so, and the make-up waits again."""
    row, session = _locked(make_up_id)
    if row.state is not MakeUpState.ACCEPTED:
        raise RuleViolation(MakeUpRefusal.NOT_ACCEPTED)
    if not reason:
        raise RuleViolation(MakeUpRefusal.NO_REASON)
    row.state = MakeUpState.WAITS
    _step(row, MakeUpStep.TAKEN_BACK, actor, now, reason=reason)
    _credit(row, session, None, reason, actor, now)


def set_terms(
    session_id: int, kind: MakeUpKind, until_on: dt.date | None, *, actor: Actor, now: dt.datetime
) -> None:
    """Say what making a session up asks for, and until which day. Raises RuleViolation for a day that is over."""
    session = queries.by_id(session_id)
    if until_on is not None and until_on < now.astimezone(ZoneInfo(session.cohort.zone)).date():
        raise RuleViolation(MakeUpRefusal.TOO_EARLY)
    row = db.session.get(MakeUpTerms, session_id)
    before = {"kind": row.kind.value, "until": str(row.until_on or "")} if row else None
    if row is None:
        row = MakeUpTerms(session_id=session_id)
        db.session.add(row)
    row.kind, row.until_on, row.by_id, row.at = kind, until_on, actor.person_id, now
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="live.set_make_up_terms",
            subject="live_session",
            subject_id=session_id,
            cohort_id=session.cohort_id,
            before=before,
            after={"kind": kind.value, "until": str(until_on or "")},
        )
    )


def _locked(make_up_id: int) -> tuple[MakeUp, SessionView]:
    """A make-up under the lock of its place: no two of a learner are accepted at once."""
    place_id = db.session.scalar(sa.select(MakeUp.place_id).where(MakeUp.id == make_up_id))
    if place_id is None:
        raise NotFound
    locked(Place, place_id)
    row: MakeUp = locked(MakeUp, make_up_id)
    return row, queries.by_id(row.session_id)


def _credit(
    row: MakeUp, session: SessionView, value: float | None, reason: str, actor: Actor, now: dt.datetime
) -> None:
    entry = NewEvidence(
        session_id=row.session_id,
        place_id=row.place_id,
        kind=EvidenceKind.MAKE_UP,
        value=value,
        by_id=actor.person_id,
        reason=reason,
        source=f"make-up {row.public_id}",
    )
    record_evidence(session.cohort_id, [entry], now=now)


def _step(
    row: MakeUp, step: MakeUpStep, actor: Actor, now: dt.datetime, *, text: str = "", reason: str = ""
) -> None:
    db.session.add(
        MakeUpEvent(make_up_id=row.id, step=step, text=text, reason=reason, at=now, by_id=actor.person_id)
    )
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"live.make_up.{step.value}",
            subject="place",
            subject_id=row.place_id,
            after={"make_up": row.public_id, "state": row.state.value},
            reason=reason,
        )
    )
