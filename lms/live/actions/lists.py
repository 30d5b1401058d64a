"""Lists of who was in the meeting: tried, recorded, taken back. Trying and recording judge with the same code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.core import audit, files, outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.actions.ledger import NewEvidence, append, recompute, record_evidence
from lms.live.actions.reading import Judged, asked_of, judge
from lms.live.actions.rosters import TAKEN
from lms.live.models import AttendanceList, AttendanceListFile, LiveSession, UnknownName
from lms.live.queries import SessionView
from lms.live.rules import (
    TAKEN_BACK,
    EvidenceKind,
    LiveRefusal,
    NameState,
    Plan,
    Reading,
    Row,
    RowState,
)
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling

AT_ONCE = 400
"""So many rows are recorded in one go; a longer list goes on in the background."""
MOST_FILES = 4
RECORD = "live.record_list"


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A file that somebody brought."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Recorded:
    """What came of recording a list."""

    stale: bool = False
    """Something had changed since it was tried: the report was renewed and nothing was recorded."""
    under_way: bool = False
    rows: int = 0
    people: int = 0
    names: int = 0


def try_list(
    session_id: int,
    brought: Sequence[Brought],
    reading: Reading,
    *,
    zones: Sequence[str],
    actor: Actor | None,
    now: dt.datetime,
) -> AttendanceList:
    """Read and judge a list and keep it with its report; the ledger is not touched.

    `zones` are those among which the list's own is found out. Without an actor it was fetched from the provider of
    the meeting. Raises RuleViolation when it cannot be read.
    """
    session = queries.by_id(session_id)
    if session.cancelled:
        raise RuleViolation(LiveRefusal.CANCELLED)
    if not brought or len(brought) > MOST_FILES:
        raise RuleViolation(
            LiveRefusal.NOT_A_LIST, why=f"Bring between one and {MOST_FILES} files of one session."
        )
    judged = judge(session, [one.body for one in brought], reading, zones)
    row = AttendanceList(
        session_id=session_id,
        by_id=actor.person_id if actor else None,
        created_at=now,
        tool=judged.logs[0].tool,
        zone=judged.zone,
        reading={**judged.reading(reading), "zones": list(zones)},
        report=[line.as_dict() for line in judged.plan.rows],
    )
    db.session.add(row)
    db.session.flush()
    for position, one in enumerate(brought):
        ending = "xlsx" if rules.is_workbook(one.body) else "csv"
        stored = files.keep_bytes(
            one.body,
            files.safe_name(one.name),
            content_type=files.CONTENT_TYPES[ending],
            owner_id=actor.person_id if actor else None,
            purpose="attendance list",
            now=now,
        )
        db.session.add(AttendanceListFile(list_id=row.id, position=position, file_id=stored.id))
    db.session.flush()
    return row


def reread_list(list_id: int, reading: Reading, *, now: dt.datetime) -> None:
    """Read a list that was tried another way. Raises RuleViolation when it was recorded already, or cannot be read."""
    row, session = _locked(list_id)
    if row.started_at is not None:
        raise RuleViolation(LiveRefusal.LIST_RECORDED)
    zones = row.reading["zones"]
    judged = judge(session, queries.bodies(list_id), reading, zones)
    _renew(row, judged, reading, now)


def record_list(list_id: int, *, actor: Actor | None, now: dt.datetime) -> Recorded:
    """Record what a list that was tried would record: minutes go to the ledger, names that match nobody to their desk.

    When something changed since it was tried, only the report is renewed. Long lists go on in the background.
    Raises RuleViolation when it was recorded before, or says nothing new.
    """
    row, session = _locked(list_id)
    if row.started_at is not None:
        raise RuleViolation(LiveRefusal.LIST_RECORDED)
    if session.cancelled:
        raise RuleViolation(LiveRefusal.CANCELLED)
    asked = asked_of(row.reading)
    judged = judge(session, queries.bodies(list_id), asked, row.reading["zones"])
    before = Plan(tuple(Row.of(kept) for kept in row.report))
    if judged.plan.fingerprint() != before.fingerprint():
        _renew(row, judged, asked, now)
        return Recorded(stale=True)
    plan = judged.plan
    if not plan.of(RowState.NEW, RowState.WAITS, RowState.GUEST):
        raise RuleViolation(LiveRefusal.NOBODY)
    row.started_at, row.applied_by_id, row.done = now, actor.person_id if actor else None, 0
    scheduling.hold(session.item_id, TAKEN, now=now)
    if len(plan.rows) > AT_ONCE:
        _queue(row, now)
        return Recorded(under_way=True)
    _record(row, session, now)
    return Recorded(rows=len(plan.new), people=plan.people, names=plan.names)


def go_on(list_id: int, *, now: dt.datetime) -> None:
    """Record the next rows of a long list; the last ones end it."""
    row, session = _locked(list_id)
    if row.started_at is None or row.applied_at is not None:
        return
    _record(row, session, now)
    if row.applied_at is None:
        _queue(row, now)


def _queue(row: AttendanceList, now: dt.datetime) -> None:
    db.session.flush()
    outbox.enqueue(
        outbox.Effect(kind=RECORD, dedupe_key=f"{RECORD}:{row.id}:{row.done}", payload={"list_id": row.id}),
        now=now,
    )


def _record(row: AttendanceList, session: SessionView, now: dt.datetime) -> None:
    """Record the next rows of the report; nothing that the ledger holds by now is written again."""
    rows = [Row.of(kept) for kept in row.report[row.done : row.done + AT_ONCE]]
    known = queries.known_intervals(session.id)
    record_evidence(
        session.cohort_id,
        [
            NewEvidence(
                session_id=session.id,
                place_id=line.place_id,
                kind=EvidenceKind.INTERVAL,
                starts_at=line.starts_at,
                ends_at=line.ends_at,
                by_id=row.applied_by_id,
                reason=line.words,
                source=source_of(row.public_id),
            )
            for line in rows
            if line.state is RowState.NEW
            and line.place_id is not None
            and (line.place_id, line.starts_at, line.ends_at) not in known
        ],
        now=now,
    )
    _keep_names(session.id, row.public_id, rows)
    row.done += len(rows)
    if row.done < len(row.report):
        return
    row.applied_at = now
    _note(row, session, "live.record_list", row.applied_by_id, counts(Row.of(kept) for kept in row.report))


def source_of(public_id: str) -> str:
    """How the ledger names a list."""
    return f"list {public_id}"


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows are in each state."""
    found: dict[str, int] = {}
    for row in rows:
        found[row.state.value] = found.get(row.state.value, 0) + 1
    return found


def _keep_names(session_id: int, public_id: str, rows: Sequence[Row]) -> None:
    """Keep the names that matched nobody, each once for a session, with all their minutes."""
    found = [
        row for row in rows if row.key and row.state in (RowState.WAITS, RowState.GUEST, RowState.IGNORED)
    ]
    there = {
        one.key: one
        for one in db.session.scalars(
            sa.select(UnknownName).where(
                UnknownName.session_id == session_id, UnknownName.key.in_({row.key for row in found})
            )
        )
    }
    for row in found:
        if row.starts_at is None or row.ends_at is None:
            continue
        one = there.get(row.key)
        if one is None:
            one = there[row.key] = UnknownName(
                session_id=session_id,
                key=row.key,
                name=row.name,
                original=row.original,
                address=row.address,
                flagged=row.flagged,
                spans=[],
                state=NameState.GUEST if row.state is RowState.GUEST else NameState.WAITS,
            )
            db.session.add(one)
        span = [row.starts_at.isoformat(), row.ends_at.isoformat(), public_id]
        if span[:2] not in [kept[:2] for kept in one.spans]:
            one.spans = [*one.spans, span]
    db.session.flush()


# Taking back --------------------------------------------------------------------------------------------------------


def undo_list(list_id: int, *, actor: Actor, now: dt.datetime) -> int:
    """Take back what a list recorded, by entries that say so; returns how many intervals. Its names go with it.

    What another list that stands holds too is left. Raises RuleViolation when it was never recorded, or undone before.
    """
    row, session = _locked(list_id)
    if row.applied_at is None:
        raise RuleViolation(LiveRefusal.LIST_NOT_RECORDED)
    if row.undone_at is not None:
        raise RuleViolation(LiveRefusal.LIST_UNDONE)
    others = _held_by_others(row)
    gone = {
        (entry.place_id, entry.evidence.starts_at, entry.evidence.ends_at)
        for entry in queries.entries(session.id)
        if entry.source == source_of(row.public_id)
    }
    gone |= _of_names(session.id, row.public_id)
    gone &= {*queries.known_intervals(session.id)}
    gone = {each for each in gone if each not in others}
    reason = f"The list of {row.created_at:%-d %B %Y} was taken back"
    append([_taken_back(session.id, each, row.public_id, reason, actor) for each in sorted(gone)], now=now)
    recompute(session.cohort_id, {session.id}, place_ids={each[0] for each in gone}, now=now)
    _forget_names(session.id, row.public_id)
    row.undone_at, row.undone_by_id = now, actor.person_id
    _note(row, session, "live.undo_list", actor.person_id, {"intervals": len(gone)})
    return len(gone)


def _taken_back(
    session_id: int,
    interval: tuple[int, dt.datetime | None, dt.datetime | None],
    public_id: str,
    reason: str,
    actor: Actor,
) -> NewEvidence:
    place_id, starts_at, ends_at = interval
    return NewEvidence(
        session_id=session_id,
        place_id=place_id,
        kind=EvidenceKind.INTERVAL,
        value=TAKEN_BACK,
        starts_at=starts_at,
        ends_at=ends_at,
        by_id=actor.person_id,
        reason=reason,
        source=source_of(public_id),
    )


def _held_by_others(row: AttendanceList) -> set[tuple[int, dt.datetime | None, dt.datetime | None]]:
    """The intervals that other lists of the session hold which stand."""
    reports = db.session.scalars(
        sa.select(AttendanceList.report).where(
            AttendanceList.session_id == row.session_id,
            AttendanceList.id != row.id,
            AttendanceList.applied_at.is_not(None),
            AttendanceList.undone_at.is_(None),
        )
    )
    lines = [Row.of(kept) for report in reports for kept in report]
    return {
        (line.place_id, line.starts_at, line.ends_at)
        for line in lines
        if line.place_id is not None and line.state in (RowState.NEW, RowState.KNOWN)
    }


def _of_names(session_id: int, public_id: str) -> set[tuple[int, dt.datetime | None, dt.datetime | None]]:
    """What names of a list gave to the learners whose they were said to be, and no other list has."""
    found: set[tuple[int, dt.datetime | None, dt.datetime | None]] = set()
    for one in db.session.scalars(
        sa.select(UnknownName).where(UnknownName.session_id == session_id, UnknownName.place_id.is_not(None))
    ):
        own = [kept for kept in one.spans if kept[2] == public_id]
        found |= {(one.place_id or 0, first, last) for first, last in queries.spans_of(own)}
    return found


def _forget_names(session_id: int, public_id: str) -> None:
    """The names of a list go, but for what other lists have of them."""
    for one in db.session.scalars(sa.select(UnknownName).where(UnknownName.session_id == session_id)):
        left = [kept for kept in one.spans if kept[2] != public_id]
        if len(left) == len(one.spans):
            continue
        if left:
            one.spans = left
        else:
            db.session.delete(one)
    db.session.flush()


def _locked(list_id: int) -> tuple[AttendanceList, SessionView]:
    """A list under the lock of its session."""
    session_id = db.session.scalar(sa.select(AttendanceList.session_id).where(AttendanceList.id == list_id))
    if session_id is None:
        raise NotFound
    locked(LiveSession, session_id)
    row: AttendanceList = locked(AttendanceList, list_id)
    return row, queries.by_id(session_id)


def _renew(row: AttendanceList, judged: Judged, asked: Reading, now: dt.datetime) -> None:
    row.created_at = now
    row.tool, row.zone = judged.logs[0].tool, judged.zone
    row.reading = {**judged.reading(asked), "zones": row.reading["zones"]}
    row.report = [line.as_dict() for line in judged.plan.rows]
    db.session.flush()


def _note(
    row: AttendanceList, session: SessionView, action: str, by_id: int | None, after: Mapping[str, Any]
) -> None:
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=by_id,
            action=action,
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            after={"list": row.public_id, **after},
        )
    )
