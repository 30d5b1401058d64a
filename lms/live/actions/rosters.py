"""Keeping a roster: ticks, closing, reopening; a coordinator's correction and excuse."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.live import queries, rules
from lms.live.actions.ledger import NewEvidence, append, latest_entry, recompute
from lms.live.actions.materials import release_recordings
from lms.live.events import AttendanceCorrected
from lms.live.models import LiveSession
from lms.live.queries import Entry, SessionView
from lms.live.rules import Evidence, EvidenceKind, LiveRefusal, SessionState, Verdict
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling

TAKEN = "Attendance was recorded"
_VALUES = {Verdict.PRESENT: 1.0, Verdict.HALF: 0.5, Verdict.ABSENT: 0.0}
_ROSTER = (EvidenceKind.ROSTER, EvidenceKind.EXCUSE)


@dataclass(frozen=True, kw_only=True)
class Roster:
    """What somebody wants on a roster: verdicts by place, made on the roster's version."""

    version: int
    wanted: Mapping[int, Verdict]
    reason: str = ""


@dataclass(frozen=True)
class NameClash:
    """A name on which somebody else decided otherwise meanwhile."""

    name: str
    mine: Verdict
    theirs: Verdict
    by: str


@dataclass(frozen=True)
class RosterSaved:
    """What came of saving a roster."""

    version: int
    """For the next save from the same page."""
    written: int
    clashes: tuple[NameClash, ...] = ()
    by_others: tuple[str, ...] = ()
    """Names that others changed since the page was opened."""


def set_roster(session_id: int, roster: Roster, *, actor: Actor, now: dt.datetime) -> RosterSaved:
    """Tick names on a roster. Nothing that somebody else ticked meanwhile is overwritten: it is reported.

    Raises RuleViolation when the roster is closed or not open yet, or a name is not on it.
    """
    row, session = _taken(session_id)
    refusal = rules.why_not_mark(
        cancelled=session.cancelled,
        closed=session.closed,
        starts_at=session.starts_at,
        opens_minutes=session.policy.join_opens_minutes,
        now=now,
    )
    if refusal:
        raise RuleViolation(refusal)
    people = {one.place_id: one for one in queries.on_roster(session, queries.places(session.cohort_id))}
    if not roster.wanted.keys() <= people.keys():
        raise RuleViolation(LiveRefusal.NOT_ON_ROSTER)
    ledger = queries.entries(session_id)
    others = _changed_by_others(ledger, roster.version, actor)
    writes, clashes = rules.merge_roster(
        _ticks(ledger, roster.version), roster.wanted, _ticks(ledger), frozenset(others)
    )
    _write(row, ledger, writes, reason=roster.reason, actor=actor, now=now)
    return RosterSaved(
        version=roster.version if others else row.roster_version,
        written=len(writes),
        clashes=tuple(
            NameClash(people[each.place_id].name, each.mine, each.theirs, others[each.place_id])
            for each in clashes
        ),
        by_others=tuple(people[place_id].name for place_id in people if place_id in others),
    )


def _taken(session_id: int) -> tuple[LiveSession, SessionView]:
    """The session under its lock, and as it is read."""
    row: LiveSession | None = locked(LiveSession, session_id)
    if row is None:
        raise NotFound
    return row, queries.by_id(session_id)


def _ticks(ledger: list[Entry], version: int | None = None) -> dict[int, Verdict]:
    """What the roster shows by place, or showed at a version."""
    by_place: dict[int, list[Evidence]] = defaultdict(list)
    for entry in ledger:
        if version is None or entry.evidence.id <= version:
            by_place[entry.place_id].append(entry.evidence)
    return {place_id: rules.ticked(found) for place_id, found in by_place.items()}


def _changed_by_others(ledger: list[Entry], version: int, actor: Actor) -> dict[int, str]:
    """The places that somebody else ticked since a version, and who did so last."""
    return {
        entry.place_id: entry.by
        for entry in ledger
        if entry.evidence.id > version and entry.evidence.kind in _ROSTER and entry.by_id != actor.person_id
    }


def _write(
    row: LiveSession,
    ledger: list[Entry],
    writes: Mapping[int, Verdict],
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    if not writes:
        return
    before: dict[int, list[Evidence]] = defaultdict(list)
    for entry in ledger:
        before[entry.place_id].append(entry.evidence)
    found = [
        NewEvidence(
            session_id=row.id,
            place_id=place_id,
            kind=kind,
            value=value,
            by_id=actor.person_id,
            reason=reason if kind is EvidenceKind.EXCUSE else "",
        )
        for place_id, wanted in writes.items()
        for kind, value in _steps(before[place_id], wanted)
    ]
    append(found, now=now)
    row.roster_version = latest_entry(row.id)
    scheduling.hold(row.item_id, TAKEN, now=now)
    recompute(row.cohort_id, {row.id}, place_ids=set(writes), now=now)
    _note(row, "live.set_roster", actor, {"names": len(writes)}, reason)


def _steps(before: list[Evidence], wanted: Verdict) -> list[tuple[EvidenceKind, float | None]]:
    """The entries that lead from what stands on the roster to what is wanted."""
    if wanted is Verdict.EXCUSED:
        return [(EvidenceKind.EXCUSE, 1.0)]
    steps: list[tuple[EvidenceKind, float | None]] = []
    if rules.in_force(before, EvidenceKind.EXCUSE):
        steps.append((EvidenceKind.EXCUSE, None))
    steps.append((EvidenceKind.ROSTER, _VALUES.get(wanted)))
    return steps


def close_session(session_id: int, version: int, *, actor: Actor, now: dt.datetime) -> int:
    """Close a roster: who is unmarked is absent from here on. Returns how many are absent.

    Raises RuleViolation when it cannot be closed; Conflict when somebody else ticked names since the page was opened.
    """
    row, session = _taken(session_id)
    refusal = rules.why_not_close(
        cancelled=session.cancelled, closed=session.closed, starts_at=session.starts_at, now=now
    )
    if refusal:
        raise RuleViolation(refusal)
    others = _changed_by_others(queries.entries(session_id), version, actor)
    if others:
        names = ", ".join(sorted(set(others.values())))
        words = "1 name" if len(others) == 1 else f"{len(others)} names"
        raise Conflict(LiveRefusal.CHANGED_MEANWHILE, row.roster_version, by=names, names=words)
    row.closed_at, row.state = now, SessionState.HELD
    scheduling.hold(row.item_id, TAKEN, now=now)
    recompute(row.cohort_id, {row.id}, now=now)
    absent = sum(
        verdict is Verdict.ABSENT for (_session, _place), verdict in queries.verdicts([row.id]).items()
    )
    _note(row, "live.close_session", actor, {"absent": absent})
    release_recordings(now=now)
    return absent


def reopen(session_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Open a closed roster again, with a reason; who was absent by the closing alone is unmarked again."""
    row, _session = _taken(session_id)
    if row.closed_at is None:
        raise RuleViolation(LiveRefusal.NOT_CLOSED)
    if not reason:
        raise RuleViolation(LiveRefusal.NO_REASON)
    row.closed_at = None
    recompute(row.cohort_id, {row.id}, now=now)
    _note(row, "live.reopen", actor, {}, reason)


def correct(
    session_id: int, place_id: int, wanted: Verdict, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Decide a learner's attendance against what the evidence says; `UNMARKED` takes earlier decisions back.

    Appended with its reason, which the learner reads. Raises RuleViolation without one, or before the session began.
    """
    row, session = _taken(session_id)
    if session.cancelled:
        raise RuleViolation(LiveRefusal.CANCELLED)
    if now < session.starts_at and wanted is not Verdict.EXCUSED:
        raise RuleViolation(LiveRefusal.NOT_BEGUN)
    if not reason:
        raise RuleViolation(LiveRefusal.NO_REASON)
    people = queries.on_roster(session, queries.places(session.cohort_id, [place_id]))
    if not people:
        raise RuleViolation(LiveRefusal.NOT_ON_ROSTER)
    standing = [entry.evidence for entry in queries.entries(session_id, place_id)]
    before = queries.mark(session_id, place_id)
    found = [
        NewEvidence(
            session_id=session_id,
            place_id=place_id,
            kind=kind,
            value=value,
            by_id=actor.person_id,
            reason=reason,
        )
        for kind, value in _decision(standing, wanted)
    ]
    append(found, now=now)
    row.roster_version = latest_entry(session_id)
    scheduling.hold(row.item_id, TAKEN, now=now)
    recompute(row.cohort_id, {session_id}, place_ids={place_id}, now=now)
    after = queries.mark(session_id, place_id)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="live.correct",
            subject="place",
            subject_id=place_id,
            cohort_id=row.cohort_id,
            before={"session": session.key, "verdict": before.verdict if before else None},
            after={"session": session.key, "verdict": after.verdict if after else None},
            reason=reason,
        )
    )
    events.record(
        AttendanceCorrected(
            cohort_id=row.cohort_id,
            session_id=session_id,
            place_id=place_id,
            actor_id=actor.person_id,
            reason=reason,
            at=now,
        )
    )


def excuse(session_id: int, place_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Excuse a learner from a session, before or after it: it leaves their denominator."""
    correct(session_id, place_id, Verdict.EXCUSED, reason, actor=actor, now=now)


def _decision(standing: list[Evidence], wanted: Verdict) -> list[tuple[EvidenceKind, float | None]]:
    steps: list[tuple[EvidenceKind, float | None]] = []
    if wanted in _VALUES:
        return [(EvidenceKind.OVERRIDE, _VALUES[wanted])]
    if rules.in_force(standing, EvidenceKind.OVERRIDE):
        steps.append((EvidenceKind.OVERRIDE, None))
    if wanted is Verdict.EXCUSED:
        steps.append((EvidenceKind.EXCUSE, 1.0))
    elif rules.in_force(standing, EvidenceKind.EXCUSE):
        steps.append((EvidenceKind.EXCUSE, None))
    return steps


def _note(row: LiveSession, action: str, actor: Actor, after: dict[str, object], reason: str = "") -> None:
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="live_session",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            after=after,
            reason=reason,
        )
    )
