"""Attendance: what the evidence of one learner and session comes to.

The strongest kind of evidence decides: a coordinator's decision, then an excuse, a make-up that was accepted, a tick on
the roster, minutes in the meeting, the self-code. A make-up answers an absence, so a tick that says "absent" does not
outweigh it. A press of the join button is noted and never decides. Within a kind the latest entry holds; one without a
value takes the earlier ones of its kind back, and an interval is taken back by the same interval with the value 0. A
session on a day of leave stands in neither sum, unless the coordinator decided otherwise or the learner was there all
the same, in full.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.enrolment.rules import Days, Interval, Off


class SessionState(enum.StrEnum):
    """Where a live session stands."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    """The host has said that it takes place as planned."""
    LIVE = "live"
    """Its time has come, by the server's clock."""
    HELD = "held"
    CANCELLED = "cancelled"


class EvidenceKind(enum.StrEnum):
    """What speaks for or against presence."""

    ROSTER = "roster"
    """A member of staff ticked a name; value 0, 0.5 or 1."""
    JOIN_CLICK = "join click"
    """The join button was pressed: shows intent, never presence by itself."""
    SELF_CODE = "self code"
    INTERVAL = "interval"
    """Minutes in the meeting, from an imported log."""
    MAKE_UP = "make-up"
    OVERRIDE = "override"
    """A coordinator's decision, with a reason."""
    EXCUSE = "excuse"
    """Leaves the denominator."""


class Verdict(enum.StrEnum):
    """What the evidence comes to."""

    PRESENT = "present"
    HALF = "half"
    ABSENT = "absent"
    EXCUSED = "excused"
    UNMARKED = "unmarked"
    """No evidence yet: not the same as absent until the session is closed."""


PRECEDENCE = (
    EvidenceKind.OVERRIDE,
    EvidenceKind.EXCUSE,
    EvidenceKind.MAKE_UP,
    EvidenceKind.ROSTER,
    EvidenceKind.INTERVAL,
    EvidenceKind.SELF_CODE,
)
"""Strongest first."""
_DECISIONS = frozenset({EvidenceKind.OVERRIDE, EvidenceKind.EXCUSE})
"""They hold on days of leave too."""
TAKEN_BACK = 0.0
"""The value of an interval that takes an earlier one back."""
LEAVE = "leave"
"""What decided, in a trace, where no evidence did."""
HALVES = {Verdict.PRESENT: 2, Verdict.HALF: 1, Verdict.ABSENT: 0, Verdict.EXCUSED: 0, Verdict.UNMARKED: 0}
COUNTED = frozenset({Verdict.PRESENT, Verdict.HALF, Verdict.ABSENT})
"""The verdicts that stand in a denominator."""
_WORDS = {
    EvidenceKind.OVERRIDE: "Decided by the coordinator",
    EvidenceKind.EXCUSE: "Excused",
    EvidenceKind.ROSTER: "Marked on the roster",
    EvidenceKind.MAKE_UP: "Made up",
    EvidenceKind.INTERVAL: "Minutes in the meeting",
    EvidenceKind.SELF_CODE: "Code entered in class",
    EvidenceKind.JOIN_CLICK: "Join button pressed",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry of the ledger."""

    id: int
    kind: EvidenceKind
    at: dt.datetime
    value: float | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From what share of the scheduled minutes one counts as present, and as half."""

    full_from: Fraction
    half_from: Fraction


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as the rules know it."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    day: dt.date
    """In the cohort's zone."""
    closed: bool = False
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """The days on which sessions count for a learner. Without days, all do."""

    days: Days | None = None
    from_joining: bool = True
    """Sessions before the first day do not count (policy `late_joiner_from_join_date`)."""

    def leave_on(self, day: dt.date) -> Interval | None:
        """The leave within which a day lies."""
        return self.days.leave_on(day) if self.days else None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the evidence comes to, with what was weighed."""

    verdict: Verdict
    trace: dict[str, Any] = field(default_factory=dict)

    @property
    def halves(self) -> int:
        """Present in halves: 2, 1 or 0."""
        return HALVES[self.verdict]

    @property
    def value(self) -> float:
        """1, 0.5 or 0."""
        return self.halves / 2


def merged(
    intervals: Iterable[tuple[dt.datetime, dt.datetime]], starts_at: dt.datetime, ends_at: dt.datetime
) -> list[tuple[dt.datetime, dt.datetime]]:
    """The intervals clipped to the scheduled window and merged: two devices at once count once."""
    clipped = sorted((max(first, starts_at), min(last, ends_at)) for first, last in intervals)
    result: list[tuple[dt.datetime, dt.datetime]] = []
    for first, last in clipped:
        if first >= last:
            continue
        if result and first <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], last))
        else:
            result.append((first, last))
    return result


def share(
    intervals: Iterable[tuple[dt.datetime, dt.datetime]], starts_at: dt.datetime, ends_at: dt.datetime
) -> Fraction:
    """The part of the *scheduled* time that the intervals cover, exactly."""
    whole = _microseconds(ends_at - starts_at)
    there = sum(_microseconds(last - first) for first, last in merged(intervals, starts_at, ends_at))
    return Fraction(there, whole) if whole else Fraction(0)


def exact(share: float) -> Fraction:
    """A share as an author wrote it, exactly: 0.75 is 3/4."""
    return Fraction(str(share))


def _microseconds(span: dt.timedelta) -> int:
    return span // dt.timedelta(microseconds=1)


def verdict_of(value: Fraction | float, bounds: Bounds | None = None) -> Verdict:
    """A value 0, 0.5 or 1, or with bounds a share of the scheduled minutes, as a verdict. Never rounded."""
    full, half = (bounds.full_from, bounds.half_from) if bounds else (Fraction(1), Fraction(1, 2))
    if value >= full:
        return Verdict.PRESENT
    return Verdict.HALF if value >= half else Verdict.ABSENT


def counts_for(member: Membership, day: dt.date) -> str:
    """Why a session on this day does not count for a learner; empty when it does."""
    off = member.days.off(day) if member.days else None
    if off is Off.BEFORE and not member.from_joining:
        return ""
    return _OUTSIDE.get(off, "") if off else ""


_OUTSIDE = {
    Off.BEFORE: "Held before the first day in this cohort",
    Off.BETWEEN: "Held between giving the place up and taking it again",
    Off.AFTER: "Held after the last day in this cohort",
}


def which_holds(sessions: Sequence[tuple[int, bool, bool]]) -> int:
    """Of a lost session and what makes up for it, the one that counts for the activity: (id, cancelled, make-up).

    The latest make-up that takes place; where none does, the session itself.
    """
    standing = [number for number, cancelled, make_up in sessions if make_up and not cancelled]
    own = [number for number, _cancelled, make_up in sessions if not make_up]
    return max(standing) if standing else own[0]


def on_leave(leave: Interval) -> str:
    """A leave in words; its last day is the one before the return."""
    if leave.until is None:
        return f"On leave since {_spoken(leave.first)}"
    return f"On leave from {_spoken(leave.first)} until the return on {_spoken(leave.until)}"


def _spoken(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def judge(
    evidence: Sequence[Evidence], meeting: Meeting, bounds: Bounds, member: Membership | None = None
) -> Judgement:
    """What the ledger of one learner and session comes to, with every piece that was weighed."""
    member = member or Membership()
    outside = "Cancelled by the provider" if meeting.cancelled else counts_for(member, meeting.day)
    leave = member.leave_on(meeting.day)
    standing = _standing(evidence)
    found = _share_of(standing, meeting)
    weighed = [_line(kind, entries, found) for kind, entries in standing.items()]
    if outside:
        return Judgement(Verdict.EXCUSED, _trace(outside, "", weighed, meeting, bounds, found))
    for kind in PRECEDENCE:
        if kind not in standing:
            continue
        verdict = _verdict(kind, standing[kind], found, bounds)
        if kind is EvidenceKind.INTERVAL and verdict is Verdict.ABSENT and not meeting.closed:
            continue
        if leave and kind not in _DECISIONS and verdict is not Verdict.PRESENT:
            break
        return Judgement(verdict, _trace(_WORDS[kind], kind.value, weighed, meeting, bounds, found))
    if leave:
        off = meeting.closed or any(kind in standing for kind in PRECEDENCE)
        verdict = Verdict.EXCUSED if off else Verdict.UNMARKED
        return Judgement(verdict, _trace(on_leave(leave), LEAVE, weighed, meeting, bounds, found))
    if meeting.closed:
        why = "Nothing shows attendance, and the roster is closed"
        return Judgement(Verdict.ABSENT, _trace(why, "", weighed, meeting, bounds, found))
    return Judgement(Verdict.UNMARKED, _trace("Not marked yet", "", weighed, meeting, bounds, found))


def _standing(evidence: Iterable[Evidence]) -> dict[EvidenceKind, list[Evidence]]:
    """What holds of the ledger, strongest kind first: the latest of each kind; all intervals and clicks."""
    by_kind: dict[EvidenceKind, list[Evidence]] = {}
    for entry in sorted(evidence, key=lambda entry: entry.id):
        by_kind.setdefault(entry.kind, []).append(entry)
    result = {}
    for kind in (*PRECEDENCE, EvidenceKind.JOIN_CLICK):
        entries = by_kind.get(kind, [])
        if kind is EvidenceKind.INTERVAL:
            entries = intervals_of(entries)
        elif kind is not EvidenceKind.JOIN_CLICK:
            entries = [entry for entry in entries[-1:] if entry.value is not None]
        if entries:
            result[kind] = entries
    return result


def intervals_of(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The minutes in the meeting that hold: of each interval the latest entry, unless that one takes it back."""
    latest: dict[tuple[dt.datetime | None, dt.datetime | None], Evidence] = {}
    for entry in sorted(evidence, key=lambda entry: entry.id):
        if entry.kind is EvidenceKind.INTERVAL:
            latest[entry.starts_at, entry.ends_at] = entry
    return [entry for entry in latest.values() if entry.value != TAKEN_BACK]


def ticked(evidence: Iterable[Evidence]) -> Verdict:
    """What the roster shows: an excuse in force, else the tick; what outweighs it or falls short of it left aside."""
    standing = _standing(evidence)
    if EvidenceKind.EXCUSE in standing:
        return Verdict.EXCUSED
    tick = standing.get(EvidenceKind.ROSTER)
    return verdict_of(tick[-1].value or 0) if tick else Verdict.UNMARKED


def in_force(evidence: Iterable[Evidence], kind: EvidenceKind) -> bool:
    """Whether an entry of this kind holds."""
    return kind in _standing(evidence)


def _share_of(standing: Mapping[EvidenceKind, list[Evidence]], meeting: Meeting) -> Fraction:
    spans = [
        (entry.starts_at, entry.ends_at)
        for entry in standing.get(EvidenceKind.INTERVAL, [])
        if entry.starts_at and entry.ends_at
    ]
    return share(spans, meeting.starts_at, meeting.ends_at)


def _verdict(kind: EvidenceKind, entries: list[Evidence], found: Fraction, bounds: Bounds) -> Verdict:
    if kind is EvidenceKind.EXCUSE:
        return Verdict.EXCUSED
    if kind is EvidenceKind.INTERVAL:
        return verdict_of(found, bounds)
    return verdict_of(entries[-1].value or 0)


def _line(kind: EvidenceKind, entries: list[Evidence], found: Fraction) -> dict[str, Any]:
    latest = entries[-1]
    line: dict[str, Any] = {
        "kind": kind.value,
        "words": _WORDS[kind],
        "at": latest.at.isoformat(),
        "times": len(entries),
    }
    if kind is EvidenceKind.INTERVAL:
        line["share"] = [found.numerator, found.denominator]
    elif kind not in (EvidenceKind.JOIN_CLICK, EvidenceKind.EXCUSE):
        line["verdict"] = verdict_of(latest.value or 0).value
    if latest.reason:
        line["reason"] = latest.reason
    return line


def _trace(
    why: str,
    decided_by: str,
    weighed: list[dict[str, Any]],
    meeting: Meeting,
    bounds: Bounds,
    found: Fraction,
) -> dict[str, Any]:
    scheduled = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    return {
        "why": why,
        "decided_by": decided_by,
        "weighed": weighed,
        "scheduled_minutes": scheduled,
        "minutes": float(found * scheduled),
        "full_from": float(bounds.full_from),
        "half_from": float(bounds.half_from),
    }
