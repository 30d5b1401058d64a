"""Sessions: whether one can be joined, who hosts it, what it still lacks, what two people ticked at once."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lms.core.errors import Refusal
from lms.live.rules.attendance import Verdict


class LiveRefusal(Refusal):
    """Why something about a session is refused."""

    CANCELLED = "This session was cancelled. There is no roster to keep."
    NOT_BEGUN = "The roster opens together with the room. Come back then."
    CLOSED = "The roster was closed meanwhile. Nothing was changed; reopen it, or correct a single name."
    ALREADY_CLOSED = "The roster is closed already."
    CHANGED_MEANWHILE = (
        "{by} changed {names} since you opened this page. Nothing was closed; look at the roster again."
    )
    NOT_CLOSED = "The roster is open. Mark the name there."
    NOT_STARTED = "A roster is closed after the session has begun."
    NO_REASON = "Say why in a few words: it stays in the record and the learner reads it."
    NOT_ON_ROSTER = "That learner is not on this roster."
    NOT_STAFF = "Choose one of the cohort's teaching staff."
    NOT_AN_ADDRESS = (
        "Give a full web address that begins with https://, as the meeting's invitation shows it."
    )
    NOT_YET = "The room opens {minutes} minutes before the start."
    OVER = "This session is over."
    NO_LINK = "There is no meeting link yet."
    NOT_A_LIST = "This list cannot be read. {why}"
    BEGUN = "The session has begun. Tell the host instead; the roster says what counts."
    NOBODY = "No row of the list says anything new. Nothing was recorded."
    LIST_RECORDED = "This list was recorded already."
    LIST_NOT_RECORDED = "This list is not recorded yet. There is nothing to take back."
    LIST_UNDONE = "This list was taken back already."
    NAME_DECIDED = "Somebody decided on this name meanwhile. Look at it again."
    NAME_WAITS = "Nothing was said of this name. There is nothing to take back."
    OTHERS_ADDRESS = (
        "This address is {name}’s. It can be assigned for this session, but not remembered for others."
    )
    NOT_A_CSV = "This is not a list that can be read: {why}"
    CANCELLED_ALREADY = "This session was cancelled already."
    WAS_HELD = "Its roster is closed: it was held, and cannot be cancelled any more."
    NOT_CANCELLED = "This session takes place."
    NO_DATE = "Choose when it is made up for."
    MAKE_UP_PAST = "That time has passed. Choose a date that is still ahead."
    IS_MAKE_UP = "This is a make-up itself. Give the session that was lost another one."
    MADE_UP_ALREADY = "It has a make-up already. Move that one, or cancel it first."
    MADE_UP_HELD = "Its make-up was held. It cannot take place a second time."
    TIME_PASSED = "Its time has passed. Give it a make-up instead."
    NO_MAKE_UP = "One excuses oneself only from a make-up. Write to the coordinator about any other session."
    TIME_PASSED_EXCUSE = "It has begun. Write to the coordinator."
    EXCUSED_ALREADY = "You said so already, and are excused."
    NOT_EXCUSED = "There is nothing to take back."
    NOT_TO_CONFIRM = "It is confirmed already, or has begun."
    LACKS = "It still lacks {what}. See to that first."
    HOSTS_ALREADY = "They host it already."
    IS_LEARNER = "They are a learner of this cohort."
    NOBODY_THERE = "Choose somebody."
    BACKUP_HOSTS = "The backup host is somebody else than the host."
    NO_BACKUP = "No backup host is named."
    NO_SUBSTITUTE = "Nobody stands in for the host."
    NO_RELEASE_DATE = "Say from when on learners see it."
    NO_CONSENT = "Say that those who can be seen or heard agreed, or keep it for the staff."
    TOO_MANY_FILES = "A session has at most {most} files. Remove one first."
    NOTE_CHANGED = "You changed these notes elsewhere meanwhile. Nothing was overwritten; reload to see them."
    NO_ROOMS = "Name at least one room."
    NO_PROVIDER = "No meeting provider is set up here. Type the address of a meeting."
    HAS_MEETING = "A meeting was asked for already."


class JoinState(enum.StrEnum):
    """What the join button can do now."""

    CANCELLED = "cancelled"
    AHEAD = "ahead"
    OPEN = "open"
    OPEN_WITHOUT_LINK = "open without link"
    OVER = "over"


def join_state(
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    cancelled: bool,
    link: str,
    opens_minutes: int,
    now: dt.datetime,
) -> JoinState:
    """Whether a session can be joined: from some minutes before its start until its scheduled end."""
    if cancelled:
        return JoinState.CANCELLED
    if now >= ends_at:
        return JoinState.OVER
    if now < opens_at(starts_at, opens_minutes):
        return JoinState.AHEAD
    return JoinState.OPEN if link else JoinState.OPEN_WITHOUT_LINK


def opens_at(starts_at: dt.datetime, minutes: int) -> dt.datetime:
    """When the room, and the roster with it, opens."""
    return starts_at - dt.timedelta(minutes=minutes)


def why_not_join(state: JoinState) -> LiveRefusal | None:
    """Why nobody can join now, or None."""
    return {
        JoinState.CANCELLED: LiveRefusal.CANCELLED,
        JoinState.AHEAD: LiveRefusal.NOT_YET,
        JoinState.OPEN_WITHOUT_LINK: LiveRefusal.NO_LINK,
        JoinState.OVER: LiveRefusal.OVER,
    }.get(state)


def why_not_mark(
    *, cancelled: bool, closed: bool, starts_at: dt.datetime, opens_minutes: int, now: dt.datetime
) -> LiveRefusal | None:
    """Why the roster cannot be marked now, or None."""
    if cancelled:
        return LiveRefusal.CANCELLED
    if closed:
        return LiveRefusal.CLOSED
    return LiveRefusal.NOT_BEGUN if now < opens_at(starts_at, opens_minutes) else None


def why_not_close(
    *, cancelled: bool, closed: bool, starts_at: dt.datetime, now: dt.datetime
) -> LiveRefusal | None:
    """Why the roster cannot be closed now, or None."""
    if cancelled:
        return LiveRefusal.CANCELLED
    if closed:
        return LiveRefusal.ALREADY_CLOSED
    return LiveRefusal.NOT_STARTED if now < starts_at else None


def why_not_address(text: str) -> LiveRefusal | None:
    """Why this cannot be a meeting's or a recording's address, or None. Empty is none at all and allowed."""
    if not text:
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return LiveRefusal.NOT_AN_ADDRESS
    bad = any(character.isspace() or not character.isprintable() for character in text) or "\\" in text
    if parts.scheme != "https" or not host or "." not in host or parts.username or bad:
        return LiveRefusal.NOT_AN_ADDRESS
    return None


# Hosts --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Teacher:
    """A member of faculty, the course they teach (empty: all), and from when to when."""

    person_id: int
    course: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None

    def teaches(self, course: str, at: dt.datetime) -> bool:
        """Whether they teach this course at an instant."""
        there = self.starts_at <= at and (self.ends_at is None or at < self.ends_at)
        return self.course == course and there


@dataclass(frozen=True, slots=True)
class Slot:
    """A session that wants a host."""

    session_id: int
    course: str
    starts_at: dt.datetime


def default_hosts(slots: Sequence[Slot], teachers: Sequence[Teacher]) -> dict[int, int | None]:
    """The host of each session: one teacher of a course has all its sessions, several take turns in order.

    Where nobody teaches the course itself, those who teach the whole programme take turns.
    """
    hosts: dict[int, int | None] = {}
    turns: dict[str, int] = {}
    for slot in sorted(slots, key=lambda slot: (slot.starts_at, slot.session_id)):
        own = [one.person_id for one in teachers if one.teaches(slot.course, slot.starts_at)]
        own = own or [one.person_id for one in teachers if one.teaches("", slot.starts_at)]
        own = list(dict.fromkeys(own))
        turn = turns.get(slot.course, 0)
        hosts[slot.session_id] = own[turn % len(own)] if own else None
        turns[slot.course] = turn + 1
    return hosts


def lacks(*, host: bool, link: bool, speaker: bool, masterclass: bool) -> tuple[str, ...]:
    """What a session still lacks before it is ready."""
    missing = [("host", host), ("meeting link", link)]
    if masterclass:
        missing.append(("speaker", speaker))
    return tuple(name for name, there in missing if not there)


# Two people on one roster -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clash:
    """A name on which two people differ."""

    place_id: int
    mine: Verdict
    theirs: Verdict


def merge_roster(
    base: Mapping[int, Verdict],
    mine: Mapping[int, Verdict],
    present: Mapping[int, Verdict],
    others: frozenset[int],
) -> tuple[dict[int, Verdict], list[Clash]]:
    """What of my roster is written, and on which names somebody else decided otherwise meanwhile.

    `base` is what my page showed, `present` what stands there now, `others` the names that somebody else changed since.
    A name that I did not touch keeps what stands there. Nothing of another's is overwritten: it is reported.
    """
    writes: dict[int, Verdict] = {}
    clashes: list[Clash] = []
    for place_id, wanted in mine.items():
        now = present.get(place_id, Verdict.UNMARKED)
        if wanted == now:
            continue
        if place_id not in others:
            writes[place_id] = wanted
        elif wanted != base.get(place_id, Verdict.UNMARKED):
            clashes.append(Clash(place_id, wanted, now))
    return writes, clashes
