"""What a list of who was in the meeting would record: the same for the trial and the real run.

A row is matched by e-mail address, by an address that somebody said is a learner's too, or by external id; never by a
name alone: names repeat, and people join as "iPhone". What matches nobody waits for a person to say who it was; guests
of an open session are kept apart. What the ledger already holds is not written again.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.live.rules import instants
from lms.live.rules.instants import Span
from lms.live.rules.likeness import words_of
from lms.live.rules.sheets import Unreadable
from lms.live.rules.tools import Log, Seen

_SLACK = dt.timedelta(seconds=90)
"""By how much first and last may exceed the minutes before the minutes are believed."""


TWICE = (
    "Another list that is recorded has minutes of theirs, without times as well. Take that list back and bring both "
    "files together: then their minutes are added up."
)


class RowState(enum.StrEnum):
    """What comes of a row."""

    NEW = "recorded"
    KNOWN = "known already"
    WAITS = "waits for a name"
    GUEST = "guest, kept apart"
    STAFF = "staff, not counted"
    OFF = "not on this roster"
    OUTSIDE = "outside the session"
    LOBBY = "waiting room, not counted"
    IGNORED = "set aside"
    WRONG = "not readable"


class NameState(enum.StrEnum):
    """What was said of a name that matched nobody."""

    WAITS = "waiting"
    ASSIGNED = "assigned"
    GUEST = "guest"
    IGNORED = "set aside"


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody a row may belong to."""

    place_id: int
    name: str
    email: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What is known of a name that matched nobody in an earlier list of the session."""

    state: NameState
    place_id: int | None
    spans: frozenset[tuple[dt.datetime, dt.datetime]]


@dataclass(frozen=True)
class Ground:
    """Everything that rows are judged against."""

    learners: Sequence[Learner]
    aliases: Mapping[str, int] = field(default_factory=dict)
    """Addresses that somebody said are a learner's too."""
    staff: frozenset[str] = frozenset()
    off: Mapping[str, str] = field(default_factory=dict)
    """Addresses of those for whom the session does not count, with their names."""
    known: frozenset[tuple[int, dt.datetime, dt.datetime]] = frozenset()
    decided: Mapping[str, Decided] = field(default_factory=dict)
    """By the key of a name."""
    open_doors: bool = False
    """Others than learners were invited: a masterclass."""
    minutes: frozenset[int | str] = frozenset()
    """Whom another list that stands gives minutes without times: places, and keys of names."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list and what comes of it."""

    number: int
    """Line in the file; the first is 1."""
    file: int
    name: str
    address: str
    state: RowState
    words: str = ""
    place_id: int | None = None
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    key: str = ""
    """Whose row it is where it matches nobody."""
    original: str = ""
    flagged: bool = False
    """The tool calls them a guest."""
    minutes_only: bool = False
    """It has minutes and no times: they are laid from the scheduled start on."""

    def as_dict(self) -> dict[str, Any]:
        """As it is kept."""
        kept: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                "number",
                "file",
                "name",
                "address",
                "words",
                "place_id",
                "key",
                "original",
                "flagged",
                "minutes_only",
            )
            if getattr(self, name)
        }
        kept["state"] = self.state.value
        for name in ("starts_at", "ends_at"):
            at: dt.datetime | None = getattr(self, name)
            if at is not None:
                kept[name] = at.isoformat()
        return kept

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Row:
        """From how it was kept."""
        values: dict[str, Any] = {"number": 0, "file": 0, "name": "", "address": "", **kept}
        values["state"] = RowState(kept["state"])
        for name in ("starts_at", "ends_at"):
            if name in kept:
                values[name] = dt.datetime.fromisoformat(kept[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Plan:
    """What reading a list would write."""

    rows: tuple[Row, ...]

    def of(self, *states: RowState) -> tuple[Row, ...]:
        """The rows in these states."""
        return tuple(row for row in self.rows if row.state in states)

    @property
    def new(self) -> tuple[Row, ...]:
        """The rows that are written to the ledger."""
        return self.of(RowState.NEW)

    @property
    def people(self) -> int:
        """How many learners they belong to."""
        return len({row.place_id for row in self.new})

    @property
    def names(self) -> int:
        """How many names would wait."""
        return len({row.key for row in self.of(RowState.WAITS)})

    def fingerprint(self) -> tuple[tuple[Any, ...], ...]:
        """What two plans have in common that write the same."""
        return tuple(
            (row.file, row.number, row.state, row.place_id, row.key, row.starts_at, row.ends_at)
            for row in self.rows
        )


def key_of(seen: Seen) -> str:
    """Whose row it is where it matches nobody: by address, else by id, else by the name as it stands there."""
    if seen.email:
        return f"address:{seen.email}"
    if seen.external_id:
        return f"id:{seen.external_id.lower()}"
    return "name:" + re.sub(r"\s+", " ", seen.name).strip().casefold()


def plan(logs: Sequence[Log], session: Span, ground: Ground) -> Plan:
    """Judge the rows of one or several lists of a session. Rows that have only minutes are laid end to end."""
    judge = _Judge(session, ground)
    return Plan(tuple(judge.row(file, seen) for file, log in enumerate(logs) for seen in log.rows))


class _Judge:
    """Judges row after row: what was written by an earlier row is known to a later one."""

    def __init__(self, session: Span, ground: Ground) -> None:
        self.session, self.ground = session, ground
        self.by_email = _by(ground.learners, "email")
        self.by_id = _by(ground.learners, "external_id")
        self.by_place = {one.place_id: one for one in ground.learners}
        self.written = set(ground.known)
        self.waiting = {(key, *span) for key, one in ground.decided.items() for span in one.spans}
        self.laid: dict[int | str, dt.datetime] = {}

    def row(self, file: int, seen: Seen) -> Row:
        """What comes of a row."""
        address = seen.email or seen.external_id

        def said(state: RowState, words: str = "", **more: Any) -> Row:
            name = more.pop("name", seen.name)
            return Row(
                seen.number,
                file,
                name,
                address,
                state,
                words,
                original=seen.original,
                flagged=seen.guest,
                minutes_only=not seen.joined and bool(seen.minutes),
                **more,
            )

        if seen.waiting:
            return said(RowState.LOBBY, "Time in the waiting room is not time in the session.")
        if seen.email in self.ground.staff:
            return said(RowState.STAFF)
        found = self._whose(seen)
        if len(found) > 1:
            return said(RowState.WRONG, "The address and the id belong to two learners.")
        if not found and seen.email in self.ground.off:
            who = self.ground.off[seen.email]
            return said(RowState.OFF, f"{who} is not on this roster: the session does not count for them.")
        learner = self.by_place[next(iter(found))] if found else None
        key = "" if learner else key_of(seen)
        try:
            starts_at, ends_at = self._interval(seen, learner.place_id if learner else key)
        except Unreadable as why:
            return said(RowState.WRONG, str(why), place_id=learner.place_id if learner else None)
        times = {"starts_at": starts_at, "ends_at": ends_at}
        if ends_at <= self.session.starts_at or starts_at >= self.session.ends_at:
            return said(RowState.OUTSIDE, "None of this lies within the scheduled time.", **times)
        if self._twice(seen, learner.place_id if learner else key, starts_at, ends_at):
            return said(RowState.WRONG, TWICE, place_id=learner.place_id if learner else None, **times)
        if learner is None:
            return self._nobody(seen, key, said, times)
        entry = (learner.place_id, starts_at, ends_at)
        state = RowState.KNOWN if entry in self.written else RowState.NEW
        self.written.add(entry)
        return said(state, self._how(seen, learner), name=learner.name, place_id=learner.place_id, **times)

    def _twice(self, seen: Seen, whose: int | str, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
        """Whether a row has only minutes, other ones than another list that stands gives the same person.

        Nobody can say whether they are the same minutes, or those of a meeting that was begun again.
        """
        if seen.joined or whose not in self.ground.minutes:
            return False
        return (whose, starts_at, ends_at) not in self.written | self.waiting

    def _whose(self, seen: Seen) -> set[int]:
        """The learners to whom a row belongs: at most one, unless its address and its id disagree."""
        found = set()
        if seen.email:
            found |= {one.place_id for one in self.by_email.get(seen.email, [])}
            place_id = self.ground.aliases.get(seen.email)
            if not found and place_id in self.by_place:
                found.add(place_id)
        if seen.external_id:
            found |= {one.place_id for one in self.by_id.get(seen.external_id.lower(), [])}
        decided = self.ground.decided.get(key_of(seen))
        if not found and decided and decided.place_id in self.by_place:
            found.add(decided.place_id)
        return found

    def _how(self, seen: Seen, learner: Learner) -> str:
        """How a row was matched, where it was not by the learner's own address or id."""
        if learner.email.lower() == seen.email or (
            seen.external_id and learner.external_id.lower() == seen.external_id.lower()
        ):
            return ""
        if seen.email and self.ground.aliases.get(seen.email) == learner.place_id:
            return f"By the address {seen.email}, which is theirs too."
        return f"“{seen.name or seen.email}” was said to be {learner.name} in this session."

    def _nobody(
        self, seen: Seen, key: str, said: Callable[..., Row], times: Mapping[str, dt.datetime]
    ) -> Row:
        """A row that matches nobody: it waits, unless it is known, was decided, or is plainly a guest's."""
        entry = (key, times["starts_at"], times["ends_at"])
        decided = self.ground.decided.get(key)
        known = entry in self.waiting
        self.waiting.add(entry)
        if decided and decided.state in (NameState.GUEST, NameState.IGNORED):
            state = RowState.GUEST if decided.state is NameState.GUEST else RowState.IGNORED
            return said(state, "Known already." if known else "", key=key, **times)
        if known:
            return said(RowState.KNOWN, "It waits already.", key=key, **times)
        if self.ground.open_doors and seen.guest and seen.email and not self._resembles(seen):
            return said(RowState.GUEST, "", key=key, **times)
        words = (
            "No learner of this roster has this address or id."
            if seen.email or seen.external_id
            else "No address and no id: a name alone is not enough."
        )
        return said(RowState.WAITS, words, key=key, **times)

    def _resembles(self, seen: Seen) -> bool:
        """Whether a name shares a word with a learner's: then a person looks at it."""
        words = {*words_of(seen.name), *words_of(seen.original)}
        return any(words & set(words_of(one.name)) for one in self.ground.learners)

    def _interval(self, seen: Seen, whose: int | str) -> tuple[dt.datetime, dt.datetime]:
        """Joined and left; or minutes, laid end to end from the scheduled start."""
        if not seen.joined:
            if not seen.minutes:
                raise Unreadable("It has neither times nor minutes.")
            first = self.laid.get(whose, self.session.starts_at)
            last = first + dt.timedelta(minutes=instants.minutes(seen.minutes))
            self.laid[whose] = last
            return first, last
        first = instants.instant(seen.joined, self.session)
        if not seen.left and not seen.minutes:
            raise Unreadable("It says when they joined, but neither when they left nor how many minutes.")
        if not seen.left:
            return first, first + dt.timedelta(minutes=instants.minutes(seen.minutes))
        last = instants.instant(seen.left, self.session)
        if last < first:
            raise Unreadable("They left before they joined.")
        if seen.minutes:
            there = dt.timedelta(minutes=instants.minutes(seen.minutes))
            if last - first - there > _SLACK:
                last = first + there
        return first, last


def _by(learners: Iterable[Learner], name: str) -> dict[str, list[Learner]]:
    found: dict[str, list[Learner]] = {}
    for one in learners:
        value = getattr(one, name).lower()
        if value:
            found.setdefault(value, []).append(one)
    return found


def best_zone(logs: Sequence[Log], session: Span, zones: Sequence[str]) -> str:
    """The zone in which the rows of a list lie best within the session; the first where nothing tells them apart."""

    def fits(zone: str) -> dt.timedelta:
        span = Span(session.starts_at, session.ends_at, zone)
        total = dt.timedelta()
        for log in logs:
            for seen in log.rows[:200]:
                try:
                    first = instants.instant(seen.joined, span) if seen.joined else None
                    last = instants.instant(seen.left, span) if seen.left else None
                except Unreadable:
                    continue
                if first:
                    last = last or first + dt.timedelta(minutes=1)
                    total += max(dt.timedelta(), min(last, span.ends_at) - max(first, span.starts_at))
        return total

    stated = next((log.zone for log in logs if log.zone), "")
    return stated or max(zones, key=fits)
