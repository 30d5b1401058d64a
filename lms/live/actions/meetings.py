"""Meetings that a provider holds: asked for here, made and changed by the worker, their participants taken over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.core import audit, outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.live import ports, queries
from lms.live.actions.ledger import NewEvidence, record_evidence
from lms.live.models import LiveSession, SessionMeeting
from lms.live.ports import MeetingBusy, MeetingRefused, MeetingWanted
from lms.live.queries import SessionView
from lms.live.rules import EvidenceKind, LiveRefusal, MeetingState
from lms.people.rules import Actor
from lms.scheduling.models import ScheduledItem

REPORT_AFTER = dt.timedelta(minutes=20)
"""A provider needs a while after a meeting before its list of participants is whole."""
REPORT_UNTIL = dt.timedelta(days=3)


def ask_for_meeting(session_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Have the provider make a meeting for a session; the worker does it and sets the link.

    Raises RuleViolation without a provider, or when the session is over or lost, or has a meeting.
    """
    provider = ports.provider()
    if provider is None:
        raise RuleViolation(LiveRefusal.NO_PROVIDER)
    row: LiveSession | None = locked(LiveSession, session_id)
    if row is None:
        raise NotFound
    session = queries.by_id(session_id)
    if session.cancelled:
        raise RuleViolation(LiveRefusal.CANCELLED_ALREADY)
    if now >= session.ends_at:
        raise RuleViolation(LiveRefusal.OVER)
    meeting = db.session.get(SessionMeeting, session_id)
    if meeting is not None and meeting.state in (MeetingState.ASKED, MeetingState.MADE):
        raise RuleViolation(LiveRefusal.HAS_MEETING)
    if meeting is None:
        meeting = SessionMeeting(session_id=session_id, provider=provider.name)
        db.session.add(meeting)
    meeting.state, meeting.error, meeting.changed_at = MeetingState.ASKED, "", now
    _queue("make", session_id, now=now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="live.ask_for_meeting",
            subject="live_session",
            subject_id=session_id,
            cohort_id=session.cohort_id,
            after={"provider": provider.name},
        )
    )


def follow_meetings(item_ids: Collection[int], *, now: dt.datetime) -> None:
    """A release moved, cancelled or reinstated sessions: have their meetings follow."""
    if ports.provider() is None or not item_ids:
        return
    rows = db.session.execute(
        sa.select(SessionMeeting.session_id, SessionMeeting.state)
        .join(LiveSession, LiveSession.id == SessionMeeting.session_id)
        .where(LiveSession.item_id.in_(list(item_ids)))
    ).all()
    for row in rows:
        if row.state in (MeetingState.MADE, MeetingState.ENDED):
            _queue("follow", row.session_id, now=now)


def ask_for_reports(*, now: dt.datetime) -> int:
    """Have the lists of participants of meetings that are over fetched; returns how many."""
    if ports.provider() is None:
        return 0
    ids = db.session.scalars(
        sa.select(SessionMeeting.session_id)
        .join(LiveSession, LiveSession.id == SessionMeeting.session_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            SessionMeeting.state == MeetingState.MADE,
            SessionMeeting.reported_at.is_(None),
            ScheduledItem.ends_at <= now - REPORT_AFTER,
            ScheduledItem.ends_at > now - REPORT_UNTIL,
        )
        .order_by(SessionMeeting.session_id)
    ).all()
    for session_id in ids:
        _queue("report", session_id, now=now)
    return len(ids)


def _queue(what: str, session_id: int, *, now: dt.datetime, later: int = 0) -> None:
    outbox.enqueue(
        outbox.Effect(
            kind=f"meeting.{what}",
            dedupe_key=f"meeting:{what}:{session_id}:{now:%Y%m%d%H%M%S%f}",
            payload={"session_id": session_id},
            run_at=now + dt.timedelta(seconds=later) if later else None,
        ),
        now=now,
    )


# What the worker does -----------------------------------------------------------------------------------------------


def carry_out(what: str, payload: dict[str, Any], now: dt.datetime) -> None:
    """Ask the provider for one thing. It may be asked twice: then nothing more happens.

    What it refuses for good is kept with its words, for staff; where it asks for time the same is tried again then.
    Everything else is raised, and the outbox tries again with longer and longer pauses.
    """
    session_id = int(payload["session_id"])
    provider = ports.provider()
    meeting: SessionMeeting | None = locked(SessionMeeting, session_id)
    if provider is None or meeting is None:
        return
    try:
        _DO[what](provider, queries.by_id(session_id), meeting, now)
    except MeetingBusy as busy:
        _queue(what, session_id, now=now, later=busy.seconds)
    except MeetingRefused as no:
        meeting.error, meeting.changed_at = str(no)[:1000], now
        if what == "make":
            meeting.state = MeetingState.FAILED


def _wanted(session: SessionView) -> MeetingWanted:
    return MeetingWanted(
        reference=f"cadre-{session.public_id}",
        topic=f"{session.line.code} {session.title} · {session.cohort.name}".strip(),
        starts_at=session.starts_at,
        minutes=int((session.ends_at - session.starts_at).total_seconds() // 60),
        zone=session.cohort.zone,
    )


def _make(
    provider: ports.MeetingProvider, session: SessionView, meeting: SessionMeeting, now: dt.datetime
) -> None:
    if meeting.state is MeetingState.MADE or session.cancelled:
        return
    made = provider.create(_wanted(session))
    row: LiveSession = locked(LiveSession, session.id)
    row.join_url = made.join_url
    meeting.external_id, meeting.host_url = made.external_id, made.host_url
    meeting.state, meeting.error, meeting.changed_at = MeetingState.MADE, "", now
    cohort_actions.touch(session.cohort_id)
    audit.record(
        audit.Entry(
            actor_id=None,
            action="live.meeting_made",
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            after={"provider": provider.name, "meeting": made.external_id},
        )
    )


def _follow(
    provider: ports.MeetingProvider, session: SessionView, meeting: SessionMeeting, now: dt.datetime
) -> None:
    if session.cancelled:
        if meeting.state is MeetingState.MADE:
            provider.cancel(meeting.external_id)
            meeting.state, meeting.changed_at = MeetingState.ENDED, now
        return
    if meeting.state is MeetingState.ENDED:
        _make(provider, session, meeting, now)
    elif meeting.state is MeetingState.MADE:
        provider.update(meeting.external_id, _wanted(session))
        meeting.error, meeting.changed_at = "", now


def _report(
    provider: ports.MeetingProvider, session: SessionView, meeting: SessionMeeting, now: dt.datetime
) -> None:
    """Take over who was there; names that no learner of the cohort has as an address stay out, and are said."""
    if meeting.reported_at is not None or not meeting.external_id:
        return
    found = provider.participants(meeting.external_id)
    people = queries.on_roster(session, queries.places(session.cohort_id))
    by_address = {one.email.casefold(): one.place_id for one in people if one.email}
    known = queries.known_intervals(session.id)
    new = {
        (by_address[each.address.casefold()], each.joined_at, each.left_at)
        for each in found
        if each.address.casefold() in by_address and each.joined_at < each.left_at
    } - known
    record_evidence(
        session.cohort_id,
        [
            NewEvidence(
                session_id=session.id,
                place_id=place_id,
                kind=EvidenceKind.INTERVAL,
                starts_at=first,
                ends_at=last,
                source=f"{provider.name} {meeting.external_id}",
            )
            for place_id, first, last in sorted(new)
        ],
        now=now,
    )
    unknown = sorted(
        {each.name or each.address for each in found if each.address.casefold() not in by_address}
    )
    meeting.reported_at, meeting.changed_at = now, now
    meeting.error = f"Not matched: {', '.join(unknown)}"[:1000] if unknown else ""


_DO = {"make": _make, "follow": _follow, "report": _report}
