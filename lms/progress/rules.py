"""Pure decisions about standing: what state an activity is in, what can still be reached, what is at risk."""

from __future__ import annotations

import datetime as dt
import enum
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from lms.people.rules import Days


class WorkState(enum.StrEnum):
    """How an activity stands for a learner."""

    DONE = "done"
    TODO = "todo"
    LATE = "late"
    AHEAD = "locked"
    """Not open yet."""
    MISSED = "missed"
    """It has closed and cannot be done any more."""
    CANCELLED = "cancelled"


TAKEN_LATE = frozenset({"assignment", "group_work", "role_play", "progress_note", "form", "milestone"})
"""Kinds that are taken after their deadline; everything else closes."""
SESSIONS = frozenset({"live_session", "masterclass", "event"})


def work_state(
    kind: str,
    *,
    done: bool,
    required: bool,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    cancelled: bool,
    now: dt.datetime,
) -> WorkState:
    """The state of an activity of this kind. Only what is taken late can be late; a reading never closes."""
    if cancelled:
        return WorkState.CANCELLED
    if done:
        return WorkState.DONE
    if kind in SESSIONS:
        return WorkState.TODO
    if now < starts_at:
        return WorkState.AHEAD
    if now <= ends_at or kind == "reading":
        return WorkState.TODO
    if kind not in TAKEN_LATE:
        return WorkState.MISSED
    return WorkState.LATE if required else WorkState.TODO


@dataclass(frozen=True, slots=True)
class Attendance:
    """Attendance so far and what is still to come, in halves of a session for exactness."""

    halves: int
    """Present so far: 1.5 sessions are 3."""
    sessions: int
    """Sessions that counted so far."""
    ahead: int
    """Required sessions still to come."""

    @property
    def ratio(self) -> Fraction | None:
        """The exact share so far; None before the first session."""
        return Fraction(self.halves, 2 * self.sessions) if self.sessions else None

    @property
    def lowest(self) -> Fraction | None:
        """The share at the end if nothing more is attended."""
        total = self.sessions + self.ahead
        return Fraction(self.halves, 2 * total) if total else None

    @property
    def highest(self) -> Fraction | None:
        """The share at the end if everything more is attended."""
        total = self.sessions + self.ahead
        return Fraction(self.halves + 2 * self.ahead, 2 * total) if total else None

    def absences_left(self, bound: Fraction) -> int:
        """How many sessions still to come may be missed without falling under the bound; -1 when it is out of reach.

        The largest k with (halves + 2·(ahead − k)) ÷ (2·total) ≥ bound.
        """
        total = self.sessions + self.ahead
        if not total:
            return 0
        spare = Fraction(self.halves + 2 * self.ahead, 2) - bound * total
        return min(self.ahead, math.floor(spare)) if spare >= 0 else -1


def absences_left(
    overall: Attendance, courses: dict[str, Attendance], bound: Fraction, course_bound: Fraction
) -> int:
    """How many sessions may still be missed before a rule breaks; -1 when one is out of reach already.

    A course that is over, and held, has nothing left that could be missed: it takes no absence from the others.
    """
    left = [overall.absences_left(bound)]
    for each in courses.values():
        own = each.absences_left(course_bound)
        if each.ahead or own < 0:
            left.append(own)
    return min(left)


@dataclass(frozen=True, slots=True)
class Risk:
    """One rule of risk that holds, in words."""

    rule: str
    text: str


MANY_LATE = 3


def _late(late_open: int) -> Risk:
    return Risk("late", f"{late_open} pieces of work overdue")


def with_late(found: list[Risk], late_open: int) -> list[Risk]:
    """The same rules of risk with another number of pieces overdue, in their order."""
    others = [risk for risk in found if risk.rule != "late"]
    at = sum(risk.rule == "missed" for risk in others)
    return [*others[:at], *([_late(late_open)] if late_open >= MANY_LATE else []), *others[at:]]


def risks(
    *,
    missed_in_a_row: int,
    late_open: int,
    days_unseen: int | None,
    absences_left: int | None,
    lowest_course: Fraction | None,
    on_leave: bool,
) -> list[Risk]:
    """The rules of risk that hold for a learner. Leave suppresses them all (C6)."""
    if on_leave:
        return []
    found = []
    if missed_in_a_row >= 2:
        found.append(Risk("missed", f"missed {missed_in_a_row} live sessions in a row"))
    if late_open >= MANY_LATE:
        found.append(_late(late_open))
    if days_unseen is not None and days_unseen >= 10:
        found.append(Risk("unseen", f"not signed in for {days_unseen} days"))
    if absences_left is not None and absences_left <= 1:
        words = (
            "attendance can no longer be reached"
            if absences_left < 0
            else f"{absences_left} absence left"
            if absences_left
            else "no absence left"
        )
        found.append(Risk("attendance", words))
    if lowest_course is not None and lowest_course < 50:
        found.append(Risk("marks", "a course mark below 50 so far"))
    return found


AT_RISK = 2
"""From so many rules of risk on a learner is shown as at risk; one alone when it is attendance out of reach."""


def is_at_risk(found: list[Risk]) -> bool:
    """Whether the rules together make a risk."""
    return len(found) >= AT_RISK or any(risk.text == "attendance can no longer be reached" for risk in found)


def forecast_award(
    mark: Fraction | None, capstone: Fraction | None, awards: list[dict[str, Any]], reachable: bool
) -> str:
    """The award the marks so far point to; a capstone without a mark does not count against it."""
    if mark is None:
        return ""
    for award in awards:
        if award["needs_completion"] and not reachable:
            continue
        if award["programme_from"] is not None and mark < Fraction(str(award["programme_from"])):
            continue
        bound = award["capstone_from"]
        if bound is not None and capstone is not None and capstone < Fraction(str(bound)):
            continue
        if (
            award["programme_from"] is None
            and award["attendance_from"] is None
            and not award["needs_completion"]
        ):
            return str(award["title"])
        return str(award["title"])
    return ""


def step_of(done: int, due: int) -> int | None:
    """The step 0 to 4 of a week's heat: what was due and is done; None when nothing was due."""
    if not due:
        return None
    if done >= due:
        return 4
    return 0 if not done else 1 + min(2, done * 3 // due)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence for a competency: a released mark turned into a level."""

    kind: str
    level: int
    weight: Fraction


@dataclass(frozen=True, slots=True)
class CompetencyLevel:
    """What may be said of a competency. `mean` and `level` are empty until there is enough evidence."""

    code: str
    title: str
    mean: Fraction | None
    items: int
    kinds: int
    note: str


def item_level(mark: Fraction, bounds: list[float]) -> int:
    """The level of a mark: 1 + one for each bound it reaches (PROGRAMME: 50, 65, 80)."""
    return 1 + sum(mark >= Fraction(str(bound)) for bound in bounds)


def competency_level(
    code: str, title: str, evidence: list[Evidence], *, min_items: int, min_kinds: int
) -> CompetencyLevel:
    """The weighted mean of item levels, published only from enough items of enough kinds."""
    kinds = len({each.kind for each in evidence})
    if len(evidence) < min_items or kinds < min_kinds:
        few = len(evidence) < min_items
        note = f"{len(evidence)} of {min_items} marks" if few else f"{kinds} of {min_kinds} kinds of work"
        return CompetencyLevel(code, title, None, len(evidence), kinds, note)
    weight = sum((each.weight for each in evidence), Fraction(0))
    mean = sum((each.weight * each.level for each in evidence), Fraction(0)) / weight
    return CompetencyLevel(code, title, mean, len(evidence), kinds, "")


def published_level(mean: Fraction, thresholds: list[float]) -> int:
    """The level that is published: 1 + one for each threshold the mean reaches (1.75, 2.5, 3.4)."""
    return 1 + sum(mean >= Fraction(str(bound)) for bound in thresholds)


# Busy days ---------------------------------------------------------------------------------------------------------


def collides(starts_at: dt.datetime, ends_at: dt.datetime, days: Days, zone: str) -> bool:
    """Whether something touches days on which somebody cannot, as the days are where they are."""
    there = ZoneInfo(zone)
    first, last = starts_at.astimezone(there).date(), ends_at.astimezone(there).date()
    return first <= days.ends_on and days.starts_on <= last
