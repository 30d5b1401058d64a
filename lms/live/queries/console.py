"""What a host has before them while a class runs: rooms, private notes, the provider's meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from lms.core.db import db
from lms.live import rules
from lms.live.models import BreakoutRoom, BreakoutSeat, SessionMeeting, SessionNote
from lms.live.queries.rosters import RosterPlace
from lms.live.rules import MeetingState, Room


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room with those who sit in it, by name."""

    name: str
    people: tuple[RosterPlace, ...]


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms of an evening."""

    lines: tuple[RoomLine, ...]
    kept: bool
    """They were changed by hand; else they are the working teams."""

    @property
    def without_address(self) -> tuple[str, ...]:
        """Who has no address and is missing in what the meeting tool reads."""
        return tuple(one.name for line in self.lines for one in line.people if not one.email)


def rooms(session_id: int, people: Iterable[RosterPlace]) -> Rooms:
    """The rooms as they were kept for the evening, else those of the working teams. One statement.

    Who came to the roster since then sits where the fewest are.
    """
    here = {one.place_id: one for one in people}
    rows = db.session.execute(
        sa.select(BreakoutRoom.name, BreakoutSeat.place_id)
        .outerjoin(BreakoutSeat, BreakoutSeat.room_id == BreakoutRoom.id)
        .where(BreakoutRoom.session_id == session_id)
        .order_by(BreakoutRoom.position, BreakoutRoom.id)
    ).all()
    if rows:
        names = dict.fromkeys(row.name for row in rows)
        chosen = {row.place_id: row.name for row in rows if row.place_id is not None}
        found: tuple[Room, ...] = rules.seated(names, chosen, here)
    else:
        found = rules.from_teams((one.place_id, one.team) for one in here.values())
    return Rooms(
        tuple(RoomLine(room.name, tuple(here[each] for each in room.place_ids)) for room in found),
        kept=bool(rows),
    )


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Somebody's private note."""

    text: str
    version: int
    written_at: dt.datetime | None


def note(session_id: int, person_id: int) -> NoteLine:
    """What somebody noted for themselves about a session. One statement."""
    row = db.session.execute(
        sa.select(SessionNote.text, SessionNote.version, SessionNote.written_at).where(
            SessionNote.session_id == session_id, SessionNote.person_id == person_id
        )
    ).one_or_none()
    return NoteLine(*row) if row else NoteLine("", 0, None)


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """What a provider holds ready for a session."""

    provider: str
    external_id: str
    host_url: str
    state: MeetingState
    error: str
    changed_at: dt.datetime
    reported_at: dt.datetime | None


def meeting_of(session_id: int) -> MeetingLine | None:
    """The provider's meeting of a session. One statement."""
    row = db.session.execute(
        sa.select(
            SessionMeeting.provider,
            SessionMeeting.external_id,
            SessionMeeting.host_url,
            SessionMeeting.state,
            SessionMeeting.error,
            SessionMeeting.changed_at,
            SessionMeeting.reported_at,
        ).where(SessionMeeting.session_id == session_id)
    ).one_or_none()
    return MeetingLine(*row) if row else None
