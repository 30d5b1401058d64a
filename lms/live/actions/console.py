"""What a host keeps while the class runs: private notes, and the rooms of the evening."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.models import BreakoutRoom, BreakoutSeat, LiveSession, SessionNote
from lms.live.rules import LiveRefusal
from lms.people.rules import Actor


def set_note(session_id: int, text: str, *, version: int, actor: Actor, now: dt.datetime) -> int:
    """Keep somebody's private note; returns its version.

    Raises Conflict when they changed it elsewhere meanwhile: nothing is overwritten.
    """
    if locked(LiveSession, session_id) is None:
        raise NotFound
    row = db.session.get(SessionNote, (session_id, actor.person_id), populate_existing=True)
    if row is None:
        row = SessionNote(
            session_id=session_id, person_id=actor.person_id, text="", version=0, written_at=now
        )
        db.session.add(row)
    if row.version != version:
        raise Conflict(LiveRefusal.NOTE_CHANGED, row.text)
    row.text, row.version, row.written_at = text, version + 1, now
    db.session.flush()
    return row.version


def set_rooms(session_id: int, names: Sequence[str], chosen: Mapping[int, str], *, actor: Actor) -> int:
    """Keep the rooms of an evening; returns how many. Who is put into none of them sits where the fewest are.

    Raises RuleViolation when there is no room.
    """
    if locked(LiveSession, session_id) is None:
        raise NotFound
    if not names:
        raise RuleViolation(LiveRefusal.NO_ROOMS)
    session = queries.by_id(session_id)
    people = [one.place_id for one in queries.in_rooms(session)]
    found = rules.seated(names, chosen, people)
    _clear(session_id)
    for position, room in enumerate(found):
        row = BreakoutRoom(session_id=session_id, name=room.name, position=position)
        db.session.add(row)
        db.session.flush()
        if room.place_ids:
            db.session.execute(
                sa.insert(BreakoutSeat),
                [{"session_id": session_id, "place_id": each, "room_id": row.id} for each in room.place_ids],
            )
    _note(
        session.cohort_id, session_id, "live.set_rooms", actor, {"rooms": len(found), "people": len(people)}
    )
    return len(found)


def rooms_from_teams(session_id: int, *, actor: Actor) -> None:
    """Let the rooms be the working teams again."""
    row: LiveSession | None = locked(LiveSession, session_id)
    if row is None:
        raise NotFound
    _clear(session_id)
    _note(row.cohort_id, session_id, "live.rooms_from_teams", actor, {})


def _clear(session_id: int) -> None:
    db.session.execute(sa.delete(BreakoutSeat).where(BreakoutSeat.session_id == session_id))
    db.session.execute(sa.delete(BreakoutRoom).where(BreakoutRoom.session_id == session_id))


def _note(cohort_id: int, session_id: int, action: str, actor: Actor, after: dict[str, object]) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="live_session",
            subject_id=session_id,
            cohort_id=cohort_id,
            after=after,
        )
    )
