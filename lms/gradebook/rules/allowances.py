"""What is a learner's own in the reckoning: items excused, ceilings on marks, the one resit of a course."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from lms.assessment.rules import fact, shown
from lms.assessment.rules.figures import plain
from lms.core.errors import Refusal

Key = tuple[int, str]
"""An activity and its part."""
LONGEST_REASON = 1000


class RulingKind(enum.StrEnum):
    """What is decided about one item for one learner."""

    EXCUSE = "excuse"
    CAP = "cap"


class AllowanceRefusal(Refusal):
    """Why something of one's own in the reckoning is refused."""

    NO_REASON = "Say why: the learner reads it with the result."
    LONG_REASON = "The reason is longer than 1,000 characters. Shorten it."
    EXCUSED_ALREADY = "This is excused already."
    CAPPED_ALREADY = "There is a ceiling on this already. Take it back first."
    OVER = "This was taken back already."
    CAP_RANGE = "A ceiling lies between 0 and 100."
    NOT_FAILED = "A resit is for a course that is failed: {mark} so far, and {needed} are needed."
    NOTHING_YET = "Nothing of this course is released yet, so it cannot be failed."
    ONE_RESIT = "There is one resit for each course, and this learner has had it."
    TOO_LATE = "This resit could be handed in until {until}. Take it back, or record its mark with the board."
    NOT_OPEN = "This resit is {state} already."
    OWN_MARK = (
        "You entered this mark yourself: a coordinator, a director or another member of faculty releases it."
    )
    NO_PANEL = "A panel judges this resit. Say first who sits on it: {size} people at least."
    SMALL_PANEL = "{count} on the panel: it needs {size} at least."
    OLD_PANEL = "{known} of {count} judged the panel before. Most of those who judge a resit have not."
    NO_PANEL_HERE = "No panel judges this course."
    NO_JUDGE = "Choose people who judge in this cohort."
    BLIND = "This is marked under a number. Change the mark on the marking desk, or wait for its release."
    SECOND = (
        "You look at this piece second. Give your own judgement first; then its mark can be changed here."
    )
    NOT_A_MARK = "A mark is a number from 0 to 100, like 62 or 62.5."


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that an item counts with."""

    limit: Fraction
    why: str


@dataclass(frozen=True, slots=True)
class Resit:
    """The released mark of a resit, with the most that it may count."""

    mark: Fraction
    cap: Fraction

    def counted(self, base: Fraction | None) -> Fraction:
        """The course's result: the better of what stands and of the resit up to its ceiling."""
        own = min(self.mark, self.cap)
        return own if base is None else max(base, own)

    def fact(self, base: Fraction | None) -> dict[str, Any]:
        """The line of the explanation."""
        counts = base is None or min(self.mark, self.cap) > base
        before = f"{shown(base)} before it" if base is not None else "nothing before it"
        return fact(
            "Resit",
            shown(min(self.mark, self.cap)),
            bound=f"{shown(self.mark)}, at most {plain(self.cap)}",
            note=f"{before}; " + ("it counts" if counts else "what stood before is better and counts"),
        )


@dataclass(frozen=True, slots=True)
class Own:
    """Everything that is a learner's own in the reckoning."""

    excused: Mapping[Key, str] = field(default_factory=dict)
    """Item → why."""
    caps: Mapping[Key, Cap] = field(default_factory=dict)
    resits: Mapping[str, Resit] = field(default_factory=dict)
    """By course."""

    def why_excused(self, key: Key) -> str:
        """Why an item is excused."""
        return self.excused.get(key, "")

    def capped(self, key: Key, value: Fraction) -> Fraction:
        """What a mark counts with."""
        cap = self.caps.get(key)
        return value if cap is None else min(value, cap.limit)

    def cap_note(self, key: Key, value: Fraction) -> str:
        """What is said of a ceiling."""
        cap = self.caps.get(key)
        if cap is None:
            return ""
        held = f"{shown(value)}, counts with {plain(cap.limit)} at most" if value > cap.limit else ""
        return held or f"at most {plain(cap.limit)}"


NOTHING = Own()


def why_not_reason(reason: str) -> AllowanceRefusal | None:
    """Why a reason is not taken, or None."""
    if not reason.strip():
        return AllowanceRefusal.NO_REASON
    return AllowanceRefusal.LONG_REASON if len(reason) > LONGEST_REASON else None


class ResitState(enum.StrEnum):
    """Where a resit stands."""

    OPEN = "open"
    MARKED = "marked"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


def why_not_open_resit(
    mark: Fraction | None, needed: Fraction | None, had: int, most: int
) -> AllowanceRefusal | None:
    """Why a course has no resit for this learner, or None."""
    if had >= most:
        return AllowanceRefusal.ONE_RESIT
    if mark is None:
        return AllowanceRefusal.NOTHING_YET
    return AllowanceRefusal.NOT_FAILED if needed is None or mark >= needed else None


def why_not_mark_resit(
    state: ResitState, until: dt.datetime, handed_in_at: dt.datetime
) -> AllowanceRefusal | None:
    """Why the mark of a resit is not taken, or None."""
    if state not in (ResitState.OPEN, ResitState.MARKED):
        return AllowanceRefusal.NOT_OPEN
    return AllowanceRefusal.TOO_LATE if handed_in_at > until else None


def why_not_panel(panel: Collection[int], before: Collection[int], size: int) -> AllowanceRefusal | None:
    """Why these people do not judge a resit, or None: as many as a panel has, more than half of them new to it."""
    seated = set(panel)
    if not seated:
        return AllowanceRefusal.NO_PANEL
    if len(seated) < size:
        return AllowanceRefusal.SMALL_PANEL
    return AllowanceRefusal.OLD_PANEL if 2 * len(seated - set(before)) <= len(seated) else None


def why_not_release_resit(
    state: ResitState, entered_by_id: int | None, releaser_id: int
) -> AllowanceRefusal | None:
    """Why the mark of a resit is not released by this person, or None."""
    if state is not ResitState.MARKED:
        return AllowanceRefusal.NOT_OPEN
    return AllowanceRefusal.OWN_MARK if entered_by_id == releaser_id else None
