"""Meetings that a provider holds: asked for here, made and changed by the worker, their participants taken over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.core import audit, events, outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.core.sheets import to_csv
from lms.live import ports, queries
from lms.live.actions.lists import Brought, record_list, try_list
from lms.live.events import NamesWait
from lms.live.models import LiveSession, SessionMeeting
from lms.live.ports import MeetingBusy, MeetingMade, MeetingRefused, MeetingWanted, Participation
from lms.live.queries import SessionView
from lms.live.rules import LiveRefusal, MeetingState, Reading, Tool
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
        if row.state is not MeetingState.FAILED:
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

CREATE, UPDATE, CANCEL, PARTICIPANTS = "create", "update", "cancel", "participants"


@dataclass
class MeetingCall:
    """One thing to ask the provider: prepared from the database, asked without a transaction, then written down.

    It may be asked twice: then nothing more happens. What the provider refuses for good is kept with its words, for
    staff; where it asks for time the same is tried again then. Everything else is raised, and the outbox tries again
    with longer and longer pauses.
    """

    what: str
    act: str
    session_id: int
    provider: ports.MeetingProvider
    external_id: str
    wanted: MeetingWanted
    made: MeetingMade | None = None
    found: Sequence[Participation] = ()
    refused: str = ""
    busy: int = 0

    def send(self) -> None:
        """Ask, holding nothing of the database: a provider that takes its time keeps nobody else waiting."""
        try:
            if self.act == CREATE:
                self.made = self.provider.create(self.wanted)
            elif self.act == UPDATE:
                self.provider.update(self.external_id, self.wanted)
            elif self.act == CANCEL:
                self.provider.cancel(self.external_id)
            else:
                self.found = self.provider.participants(self.external_id)
        except MeetingBusy as busy:
            self.busy = busy.seconds
        except MeetingRefused as no:
            self.refused = str(no) or "It was refused."

    def note(self, now: dt.datetime) -> None:
        """Keep what came of it; whatever changed while it was asked is asked for next."""
        meeting: SessionMeeting | None = locked(SessionMeeting, self.session_id)
        if meeting is None:
            return
        if self.busy:
            _queue(self.what, self.session_id, now=now, later=self.busy)
            return
        if self.refused:
            meeting.error, meeting.changed_at = self.refused[:1000], now
            if self.act == CREATE:
                meeting.state = MeetingState.FAILED
            return
        session = queries.by_id(self.session_id)
        if self.act == PARTICIPANTS:
            _take_over(self, session, meeting, now)
            return
        if self.made is not None:
            _keep(self.made, self.provider.name, session, meeting)
        meeting.state = MeetingState.ENDED if self.act == CANCEL else MeetingState.MADE
        meeting.error, meeting.changed_at = "", now
        outdated = session.cancelled or _wanted(session) != self.wanted
        if session.cancelled if self.act == CANCEL else not outdated:
            return
        _queue("follow", self.session_id, now=now)


def prepared(what: str, payload: dict[str, Any], _now: dt.datetime) -> MeetingCall | None:
    """What is to be asked of the provider by now; None where there is nothing to ask any more."""
    provider = ports.provider()
    meeting = db.session.get(SessionMeeting, int(payload["session_id"]))
    if provider is None or meeting is None:
        return None
    session = queries.by_id(meeting.session_id)
    act = _act(what, session, meeting)
    if act is None:
        return None
    return MeetingCall(what, act, session.id, provider, meeting.external_id, _wanted(session))


def _act(what: str, session: SessionView, meeting: SessionMeeting) -> str | None:
    if what == "report":
        return PARTICIPANTS if meeting.external_id and meeting.reported_at is None else None
    if meeting.state is MeetingState.MADE:
        return None if what == "make" else CANCEL if session.cancelled else UPDATE
    return None if session.cancelled else CREATE


def _wanted(session: SessionView) -> MeetingWanted:
    return MeetingWanted(
        reference=f"cadre-{session.public_id}",
        topic=f"{session.line.code} {session.title} · {session.cohort.name}".strip(),
        starts_at=session.starts_at,
        minutes=int((session.ends_at - session.starts_at).total_seconds() // 60),
        zone=session.cohort.zone,
    )


def _keep(made: MeetingMade, provider: str, session: SessionView, meeting: SessionMeeting) -> None:
    """The session has its meeting, and its link with it."""
    row: LiveSession = locked(LiveSession, session.id)
    row.join_url = made.join_url
    meeting.external_id, meeting.host_url = made.external_id, made.host_url
    cohort_actions.touch(session.cohort_id)
    audit.record(
        audit.Entry(
            actor_id=None,
            action="live.meeting_made",
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            after={"provider": provider, "meeting": made.external_id},
        )
    )


def _take_over(call: MeetingCall, session: SessionView, meeting: SessionMeeting, now: dt.datetime) -> None:
    """Who was there goes the way of every list: tried, recorded, and names that match nobody to their desk.

    An empty report may not be whole yet: it is asked for again.
    """
    if meeting.reported_at is not None or not call.found:
        return
    meeting.reported_at, meeting.changed_at, meeting.error = now, now, ""
    brought = Brought(name=f"{call.provider.name}-{call.external_id}.csv", body=_as_list(call.found))
    try:
        tried = try_list(
            session.id, [brought], Reading(Tool.TABLE, "UTC"), zones=("UTC",), actor=None, now=now
        )
        recorded = record_list(tried.id, actor=None, now=now)
    except RuleViolation as refused:
        meeting.error = refused.message[:1000]
        return
    if recorded.names:
        events.record(
            NamesWait(
                cohort_id=session.cohort_id,
                session_id=session.id,
                provider=call.provider.name,
                names=recorded.names,
                at=now,
            )
        )


def _as_list(found: Sequence[Participation]) -> bytes:
    """A provider's report as a table with instants in UTC, as somebody could have brought it."""
    rows = [
        [each.name or each.address, each.address, each.joined_at.isoformat(), each.left_at.isoformat()]
        for each in found
    ]
    return to_csv(["Name", "Email", "Joined (UTC)", "Left (UTC)"], rows).encode()
