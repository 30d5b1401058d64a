"""Cancelling a session in one act, what makes up for it, and taking the cancellation back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.actions.ledger import NewEvidence, record_evidence
from lms.live.events import SessionCancelled, SessionMadeUp, SessionReinstated
from lms.live.models import LiveSession
from lms.live.queries import SessionView
from lms.live.rules import EvidenceKind, LiveRefusal
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling_actions
from lms.scheduling.actions import Publishing

EXCUSED_BY_PROVIDER = "Excused by the provider: the make-up is at a time when they cannot come"


@dataclass(frozen=True, kw_only=True)
class Cancelling:
    """A cancellation that somebody looked at: why, and when the session is made up for."""

    reason: str
    version: int
    """Of the schedule that the page was made on: when it has moved on, nothing is cancelled."""
    make_up_at: dt.datetime | None = None
    """When the make-up begins; empty: it is chosen later."""
    carries: bool = True
    """What hangs on the session moves with the make-up."""


def cancel_session(session_id: int, wanted: Cancelling, *, actor: Actor, now: dt.datetime) -> None:
    """Cancel a session, give it its make-up, and have everybody told, in one release.

    The lost session leaves everybody's denominator and the make-up enters it. Raises RuleViolation when it was held
    or cancelled already, or the make-up lies in the past; Conflict when the schedule moved on meanwhile.
    """
    session = _taken(session_id)
    refusal = rules.why_not_cancel(cancelled=session.cancelled, closed=session.closed)
    refusal = refusal or rules.why_not_make_up_at(wanted.make_up_at, now)
    if refusal:
        raise RuleViolation(refusal)
    if not wanted.reason:
        raise RuleViolation(LiveRefusal.NO_REASON)
    change = queries.cancelling(session, wanted.make_up_at, carries=wanted.carries, now=now)
    release_id = _publish(session, change, wanted.version, wanted.reason, actor=actor, now=now)
    _note(session, "live.cancel_session", actor, {"make_up_at": wanted.make_up_at}, wanted.reason)
    events.record(
        SessionCancelled(
            cohort_id=session.cohort_id,
            session_id=session.id,
            release_id=release_id,
            actor_id=actor.person_id,
            reason=wanted.reason,
            at=now,
        )
    )


def make_up(session_id: int, wanted: Cancelling, *, actor: Actor, now: dt.datetime) -> None:
    """Give a session that was cancelled its make-up. Raises like `cancel_session`, and when there is one already."""
    session = _taken(session_id)
    standing = any(not line.cancelled for line in queries.make_ups(session))
    refusal = rules.why_not_make_up(
        cancelled=session.cancelled, make_up=bool(session.replaces), standing=standing
    )
    if wanted.make_up_at is None:
        refusal = refusal or LiveRefusal.NO_DATE
    refusal = refusal or rules.why_not_make_up_at(wanted.make_up_at, now)
    if refusal:
        raise RuleViolation(refusal)
    change = queries.cancelling(session, wanted.make_up_at, carries=wanted.carries, now=now)
    reason = wanted.reason or f"The make-up of {session.line.code or session.line.title}."
    release_id = _publish(session, change, wanted.version, reason, actor=actor, now=now)
    _note(session, "live.make_up", actor, {"make_up_at": wanted.make_up_at}, wanted.reason)
    events.record(
        SessionMadeUp(
            cohort_id=session.cohort_id,
            session_id=session.id,
            release_id=release_id,
            actor_id=actor.person_id,
            at=now,
        )
    )


def reinstate_session(session_id: int, reason: str, *, version: int, actor: Actor, now: dt.datetime) -> None:
    """Let a cancelled session take place after all, while it is still ahead; its make-up goes.

    Raises RuleViolation when it is not cancelled or its time has come; Conflict when the schedule moved on meanwhile.
    """
    session = _taken(session_id)
    held = any(line.closed for line in queries.make_ups(session))
    refusal = rules.why_not_reinstate(
        cancelled=session.cancelled, starts_at=session.starts_at, made_up=held, now=now
    )
    if refusal:
        raise RuleViolation(refusal)
    if not reason:
        raise RuleViolation(LiveRefusal.NO_REASON)
    change = queries.reinstating(session, now=now)
    release_id = _publish(session, change, version, reason, actor=actor, now=now)
    _note(session, "live.reinstate_session", actor, {}, reason)
    events.record(
        SessionReinstated(
            cohort_id=session.cohort_id,
            session_id=session.id,
            release_id=release_id,
            actor_id=actor.person_id,
            reason=reason,
            at=now,
        )
    )


def cannot_attend(session_id: int, place_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """A learner cannot come to a make-up: they are excused by the provider, who chose the date.

    Raises RuleViolation when it is no make-up, its time has come, or they said so already.
    """
    session = _taken(session_id)
    refusal = rules.why_not_excuse_oneself(
        make_up=bool(session.replaces), cancelled=session.cancelled, starts_at=session.starts_at, now=now
    )
    if refusal:
        raise RuleViolation(refusal)
    if queries.excused_oneself(session_id, place_id):
        raise RuleViolation(LiveRefusal.EXCUSED_ALREADY)
    words = f"{EXCUSED_BY_PROVIDER}. {reason}".strip() if reason else EXCUSED_BY_PROVIDER
    _excuse(session, place_id, 1.0, words, actor=actor, now=now)


def can_attend(session_id: int, place_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """They can come after all: their excuse is taken back. Raises RuleViolation when there is none of their own."""
    session = _taken(session_id)
    if now >= session.starts_at or not queries.excused_oneself(session_id, place_id):
        raise RuleViolation(LiveRefusal.NOT_EXCUSED)
    _excuse(session, place_id, None, "They can come after all", actor=actor, now=now)


def _excuse(
    session: SessionView, place_id: int, value: float | None, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    entry = NewEvidence(
        session_id=session.id,
        place_id=place_id,
        kind=EvidenceKind.EXCUSE,
        value=value,
        by_id=actor.person_id,
        reason=reason[:400],
        source=rules.OWN_EXCUSE,
    )
    record_evidence(session.cohort_id, [entry], now=now)


def _taken(session_id: int) -> SessionView:
    """The session, under its lock."""
    if locked(LiveSession, session_id) is None:
        raise NotFound
    return queries.by_id(session_id)


def _publish(
    session: SessionView,
    change: queries.Cancellation,
    version: int,
    reason: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> int:
    publishing = Publishing(
        cohort_id=session.cohort_id, wanted=change.wanted, version=version, note=reason, announced=False
    )
    release = scheduling_actions.publish(publishing, actor=actor, now=now)
    return release.id


def _note(session: SessionView, action: str, actor: Actor, after: Mapping[str, object], reason: str) -> None:
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            after=dict(after),
            reason=reason,
        )
    )
