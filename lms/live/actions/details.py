"""Everything about a session but its time and its roster: link, host, speaker, notes; and joining."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts.queries import CohortView
from lms.core import audit, markdown
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.actions.building import assign_hosts
from lms.live.actions.ledger import NewEvidence, append
from lms.live.models import LiveSession
from lms.live.queries import SessionView
from lms.live.rules import EvidenceKind, LiveRefusal
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class Details:
    """What staff say of a session."""

    join_url: str = ""
    backup_id: int | None = None
    """Who takes over when the host cannot."""
    speaker: str = ""
    notes: str = ""
    host_id: int | None = None
    """Chosen by hand; empty: whoever teaches the course."""


def set_details(
    session_id: int, details: Details, *, whole_course: bool = False, actor: Actor, now: dt.datetime
) -> int:
    """Set what learners read about a session; returns how many sessions got the link.

    With `whole_course` the meeting link goes to every session of the course that is not over.
    Raises RuleViolation when an address is not one, or the host does not teach here.
    """
    row: LiveSession | None = locked(LiveSession, session_id)
    if row is None:
        raise NotFound
    session = queries.by_id(session_id)
    _refuse(session, details)
    before = {name: getattr(row, name) for name in asdict(details)}
    row.join_url, row.backup_id = details.join_url, details.backup_id
    row.speaker, row.notes = details.speaker, details.notes
    row.notes_html = markdown.render(details.notes, heading_from=3) if details.notes else ""
    row.host_chosen = details.host_id is not None
    if details.host_id is not None:
        row.host_id = details.host_id
    db.session.flush()
    assign_hosts(row.cohort_id, now=now)
    linked = set_link(session.cohort, _same_course(session, now), details.join_url) if whole_course else 1
    cohort_actions.touch(row.cohort_id)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="live.set_details",
            subject="live_session",
            subject_id=session_id,
            cohort_id=session.cohort_id,
            before=before,
            after={**asdict(details), "linked": linked},
        )
    )
    return linked


def _refuse(session: SessionView, details: Details) -> None:
    refusal = rules.why_not_address(details.join_url)
    if refusal:
        raise RuleViolation(refusal)
    here = {one.person_id for one in queries.staff(session.cohort_id)} | {session.host_id, None}
    if not {details.host_id, details.backup_id} <= here:
        raise RuleViolation(LiveRefusal.NOT_STAFF)
    if details.backup_id is not None and details.backup_id == (details.host_id or session.host_id):
        raise RuleViolation(LiveRefusal.BACKUP_HOSTS)


def _same_course(session: SessionView, now: dt.datetime) -> list[int]:
    lines = queries.sessions(session.cohort, since=now)
    course = session.line.course_id
    return sorted({session.id, *(line.id for line in lines if line.line.course_id == course)})


def set_link(cohort: CohortView, session_ids: list[int], url: str) -> int:
    """Give some sessions of a cohort the same meeting link; returns how many."""
    db.session.execute(
        sa.update(LiveSession)
        .where(LiveSession.cohort_id == cohort.id, LiveSession.id.in_(session_ids))
        .values(join_url=url)
    )
    db.session.expire_all()
    return len(session_ids)


def join(session_id: int, place_id: int | None, *, needs_seat: bool = True, now: dt.datetime) -> str:
    """The meeting's address; a learner's press of the button is noted (`place_id`), and is not presence.

    One insert and no lock: a thousand people press it in the same minute. Raises RuleViolation when it is not open,
    or when the session has seats and the learner has none; staff who are learners too need none (`needs_seat`).
    """
    session = queries.by_id(session_id)
    refusal = rules.why_not_join(session.join_state(now))
    if refusal:
        raise RuleViolation(refusal, minutes=session.policy.join_opens_minutes)
    seats = queries.seats_of(session_id, place_id) if place_id is not None and needs_seat else None
    no_seat = seats.why_not_enter(session.starts_at, now) if seats else None
    if seats and no_seat:
        raise RuleViolation(no_seat, number=seats.own_number)
    if place_id is not None:
        click = NewEvidence(session_id=session_id, place_id=place_id, kind=EvidenceKind.JOIN_CLICK)
        append([click], now=now)
    return session.join_url
