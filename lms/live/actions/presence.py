"""What learners say of their own presence: the code of the class, and beforehand that they will not come."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa

from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.live import queries
from lms.live.actions.ledger import NewEvidence, record_evidence
from lms.live.models import AnnouncedAbsence, CodeTry, LiveSession, SessionCode
from lms.live.queries import SessionView, makeups
from lms.live.rules import EvidenceKind, LiveRefusal, codes
from lms.live.rules.codes import CodeRefusal
from lms.people.rules import Actor


def show_code(session_id: int, minutes: int, *, actor: Actor, now: dt.datetime) -> None:
    """Begin to show codes for some minutes, never past the scheduled end; an earlier stretch ends.

    Raises RuleViolation when the session is not live, or its roster is closed.
    """
    session = _locked(session_id)
    refusal = codes.why_not_show(
        cancelled=session.cancelled,
        closed=session.closed,
        counts=session.counts,
        opens_at=session.opens_at,
        ends_at=session.ends_at,
        now=now,
    )
    if refusal:
        raise RuleViolation(refusal)
    _end(session_id, now)
    closes_at = min(now + dt.timedelta(minutes=minutes), session.ends_at)
    db.session.add(
        SessionCode(
            session_id=session_id,
            secret=secrets.token_hex(16),
            opens_at=now,
            closes_at=closes_at,
            by_id=actor.person_id,
        )
    )
    _note(session, "live.show_code", actor, {"until": closes_at.isoformat()})


def end_code(session_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Show codes no longer."""
    session = _locked(session_id)
    _end(session_id, now)
    _note(session, "live.end_code", actor, {})


def _end(session_id: int, now: dt.datetime) -> None:
    for row in db.session.scalars(
        sa.select(SessionCode).where(
            SessionCode.session_id == session_id, SessionCode.ended_at.is_(None), SessionCode.closes_at > now
        )
    ):
        row.ended_at = now


def enter_code(session_id: int, place_id: int, typed: str, *, actor: Actor, now: dt.datetime) -> str:
    """Take the code of the class as evidence, once for each learner; returns why not, or an empty text.

    It does not raise: a wrong code has to be counted.
    """
    locked(Place, place_id)
    session = queries.by_id(session_id)
    mine = makeups.mine(session_id, place_id)
    if mine.code_taken:
        return CodeRefusal.USED.value
    if session.cancelled or session.closed:
        return (CodeRefusal.CANCELLED if session.cancelled else CodeRefusal.CLOSED).value
    if mine.window is None or not mine.code_open(now):
        return CodeRefusal.NONE.value
    again = codes.free_again(_wrong(session_id, place_id, now), now)
    if again is not None:
        minutes = max(1, -(-(again - now) // dt.timedelta(minutes=1)))
        return CodeRefusal.TOO_OFTEN.value.format(at=f"in {minutes} min")
    if not codes.right(mine.window, typed, now):
        db.session.add(CodeTry(session_id=session_id, place_id=place_id, at=now))
        db.session.flush()
        return CodeRefusal.WRONG.value
    entry = NewEvidence(
        session_id=session_id,
        place_id=place_id,
        kind=EvidenceKind.SELF_CODE,
        value=1.0,
        by_id=actor.person_id,
    )
    record_evidence(session.cohort_id, [entry], now=now)
    return ""


def _wrong(session_id: int, place_id: int, now: dt.datetime) -> list[dt.datetime]:
    return list(
        db.session.scalars(
            sa.select(CodeTry.at).where(
                CodeTry.session_id == session_id,
                CodeTry.place_id == place_id,
                CodeTry.at > now - codes.WITHIN,
            )
        )
    )


def announce_absence(session_id: int, place_id: int, reason: str, *, now: dt.datetime) -> None:
    """Say beforehand that one will not come; it is no evidence, and whoever comes all the same is present.

    Raises RuleViolation when the session has begun or was cancelled.
    """
    locked(Place, place_id)
    session = queries.by_id(session_id)
    if session.cancelled:
        raise RuleViolation(LiveRefusal.CANCELLED)
    if now >= session.starts_at:
        raise RuleViolation(LiveRefusal.BEGUN)
    _take_back(session_id, place_id, now)
    db.session.add(AnnouncedAbsence(session_id=session_id, place_id=place_id, reason=reason, at=now))
    db.session.flush()


def take_absence_back(session_id: int, place_id: int, *, now: dt.datetime) -> None:
    """Say that one comes after all."""
    locked(Place, place_id)
    _take_back(session_id, place_id, now)


def _take_back(session_id: int, place_id: int, now: dt.datetime) -> None:
    for row in db.session.scalars(
        sa.select(AnnouncedAbsence).where(
            AnnouncedAbsence.session_id == session_id,
            AnnouncedAbsence.place_id == place_id,
            AnnouncedAbsence.taken_back_at.is_(None),
        )
    ):
        row.taken_back_at = now
    db.session.flush()


def _locked(session_id: int) -> SessionView:
    if locked(LiveSession, session_id) is None:
        raise NotFound
    return queries.by_id(session_id)


def _note(session: SessionView, action: str, actor: Actor, after: dict[str, object]) -> None:
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            after=after,
        )
    )
