"""Who hosts: confirming a session, a substitute with rights for a time, the backup host taking over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.live import queries, rules
from lms.live.actions.standing_in import follow_task, task_for_a_time
from lms.live.events import HostChanged
from lms.live.models import LiveSession, SessionSubstitute
from lms.live.queries import SessionView
from lms.live.rules import LiveRefusal, SessionState
from lms.people.rules import Actor, Role


def confirm(session_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Say that a session takes place as planned. Raises RuleViolation when it lacks what it needs, or has begun."""
    row, session = _taken(session_id)
    refusal = rules.why_not_confirm(state=session.state_at(now), missing=session.readiness.missing)
    if refusal:
        raise RuleViolation(refusal[0], **refusal[1])
    row.state, row.confirmed_at, row.confirmed_by_id = SessionState.CONFIRMED, now, actor.person_id
    _note(session, "live.confirm", actor, {})


@dataclass(frozen=True, kw_only=True)
class Substituting:
    """Who stands in for the host, and why."""

    person_id: int
    reason: str


def substitute(session_id: int, wanted: Substituting, *, actor: Actor, now: dt.datetime) -> None:
    """Have somebody host a session in the host's place.

    Who does not teach in the cohort yet gets the rights of faculty in the session's course, until a week after it;
    who has them already to stand in elsewhere keeps them until the last of their sessions.
    Raises RuleViolation when the session is over or lost, or they host it already or learn here.
    """
    row, session = _taken(session_id)
    refusal = rules.why_not_host(
        person_id=wanted.person_id,
        host_id=session.host_id,
        learner=queries.learns_in(wanted.person_id, session.cohort_id),
        over=now >= session.ends_at,
        cancelled=session.cancelled,
    )
    if refusal is None and not wanted.reason:
        refusal = LiveRefusal.NO_REASON
    if refusal:
        raise RuleViolation(refusal)
    _end_running(session, actor=actor, now=now)
    until = session.ends_at + rules.RIGHTS_AFTER
    task_id = task_for_a_time(session.cohort_id, wanted.person_id, now)
    here = {one.person_id for one in queries.staff(session.cohort_id)}
    if task_id is None and wanted.person_id not in here:
        course = curriculum.outline(session.cohort.version_id).course(session.line.course_id)
        task_id = cohort_actions.appoint_until(
            session.cohort_id,
            wanted.person_id,
            Role.FACULTY,
            until,
            course_key=course.key,
            reason=f"Stands in for {session.host or 'the host'}: {wanted.reason}",
            actor=actor,
            now=now,
        ).id
    db.session.add(
        SessionSubstitute(
            session_id=session_id,
            person_id=wanted.person_id,
            instead_of_id=session.host_id,
            assignment_id=task_id,
            starts_at=now,
            ends_at=until,
            reason=wanted.reason,
            by_id=actor.person_id,
            at=now,
        )
    )
    db.session.flush()
    if task_id is not None:
        follow_task(task_id)
    _set_host(row, session, wanted.person_id, wanted.reason, "substitute", actor=actor, now=now)


def end_substitution(session_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Give a session back to its host; the substitute's rights end. Raises RuleViolation when there is none."""
    row, session = _taken(session_id)
    running = queries.substitution(session_id, now)
    if running is None:
        raise RuleViolation(LiveRefusal.NO_SUBSTITUTE)
    _end_running(session, actor=actor, now=now)
    if now < session.ends_at:
        _set_host(row, session, running.instead_of_id, "", "back", actor=actor, now=now)


def take_over(session_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """The backup host takes a session over, and the host becomes the backup.

    Raises RuleViolation when none is named, or the session is over or lost.
    """
    row, session = _taken(session_id)
    if session.backup_id is None:
        raise RuleViolation(LiveRefusal.NO_BACKUP)
    refusal = rules.why_not_host(
        person_id=session.backup_id,
        host_id=session.host_id,
        learner=False,
        over=now >= session.ends_at,
        cancelled=session.cancelled,
    )
    if refusal:
        raise RuleViolation(refusal)
    row.backup_id = session.host_id
    _set_host(row, session, session.backup_id, "", "backup", actor=actor, now=now)


def _end_running(session: SessionView, *, actor: Actor, now: dt.datetime) -> None:
    running = db.session.scalars(
        sa.select(SessionSubstitute)
        .where(SessionSubstitute.session_id == session.id, SessionSubstitute.ended_at.is_(None))
        .with_for_update()
    ).all()
    for one in running:
        one.ended_at = now
        db.session.flush()
        if one.assignment_id is None or one.ends_at <= now:
            continue
        if _needed(one, now):
            follow_task(one.assignment_id)
            continue
        cohort_actions.release(
            one.assignment_id,
            cohort_id=session.cohort_id,
            reason="They do not stand in any more.",
            actor=actor,
            now=now,
        )
    db.session.flush()


def _needed(ended: SessionSubstitute, now: dt.datetime) -> bool:
    """Whether the same task serves another session in which they stand in."""
    return (
        db.session.scalar(
            sa.select(SessionSubstitute.id).where(
                SessionSubstitute.assignment_id == ended.assignment_id,
                SessionSubstitute.id != ended.id,
                SessionSubstitute.ended_at.is_(None),
                SessionSubstitute.ends_at > now,
            )
        )
        is not None
    )


def _set_host(
    row: LiveSession,
    session: SessionView,
    person_id: int | None,
    reason: str,
    how: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    row.host_id, row.host_chosen = person_id, person_id is not None
    if row.backup_id == person_id:
        row.backup_id = None
    row.confirmed_at = row.confirmed_by_id = None
    if row.state is SessionState.CONFIRMED:
        row.state = SessionState.PLANNED
    cohort_actions.touch(session.cohort_id)
    _note(session, "live.set_host", actor, {"host": person_id, "how": how}, reason)
    events.record(
        HostChanged(
            cohort_id=session.cohort_id,
            session_id=session.id,
            old_id=session.host_id,
            new_id=person_id,
            how=how,
            reason=reason,
            actor_id=actor.person_id,
            at=now,
        )
    )


def _taken(session_id: int) -> tuple[LiveSession, SessionView]:
    row: LiveSession | None = locked(LiveSession, session_id)
    if row is None:
        raise NotFound
    return row, queries.by_id(session_id)


def _note(
    session: SessionView, action: str, actor: Actor, after: dict[str, object], reason: str = ""
) -> None:
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            before={"host": session.host_id},
            after=after,
            reason=reason,
        )
    )
