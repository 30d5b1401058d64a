"""Taking over a list that a meeting tool exported."""

from __future__ import annotations

import datetime as dt
import hashlib

from lms.core import audit, files
from lms.core.db import locked
from lms.core.errors import NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.actions.ledger import NewEvidence, record_evidence
from lms.live.actions.rosters import TAKEN
from lms.live.models import LiveSession
from lms.live.rules import EvidenceKind, LiveRefusal, Plan, Span
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling


def plan_log(session_id: int, text: str, zone: str) -> Plan:
    """What a list would write; the real run writes exactly this. Raises RuleViolation when it cannot be read."""
    session = queries.by_id(session_id)
    if session.cancelled:
        raise RuleViolation(LiveRefusal.CANCELLED)
    span = Span(session.starts_at, session.ends_at, zone)
    try:
        return rules.plan(text, span, queries.log_learners(session), queries.known_intervals(session_id))
    except rules.Unreadable as why:
        raise RuleViolation(LiveRefusal.NOT_A_CSV, why=str(why)) from None


def record_log(
    session_id: int, text: str, zone: str, *, name: str = "attendance.csv", actor: Actor, now: dt.datetime
) -> Plan:
    """Record the minutes of a list; the list itself is kept. The same list again records nothing."""
    row: LiveSession | None = locked(LiveSession, session_id)
    if row is None:
        raise NotFound
    plan = plan_log(session_id, text, zone)
    if not plan.new:
        return plan
    body = text.encode()
    source = f"list {hashlib.sha256(body).hexdigest()[:12]}"
    files.keep_bytes(
        body,
        files.safe_name(name),
        content_type=files.CONTENT_TYPES["csv"],
        owner_id=actor.person_id,
        purpose="attendance list",
        now=now,
    )
    record_evidence(
        row.cohort_id,
        [
            NewEvidence(
                session_id=session_id,
                place_id=line.place_id,
                kind=EvidenceKind.INTERVAL,
                starts_at=line.starts_at,
                ends_at=line.ends_at,
                by_id=actor.person_id,
                source=source,
            )
            for line in plan.new
            if line.place_id is not None
        ],
        now=now,
    )
    scheduling.hold(row.item_id, TAKEN, now=now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="live.record_log",
            subject="live_session",
            subject_id=session_id,
            cohort_id=row.cohort_id,
            after={
                "source": source,
                "rows": len(plan.rows),
                "recorded": len(plan.new),
                "people": plan.people,
            },
        )
    )
    return plan
