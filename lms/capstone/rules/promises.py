"""Promises and loads: working days, what a guide carries, when meetings raise an alarm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lms.capstone.rules.refusals import CapstoneRefusal

WEEKEND = frozenset({5, 6})
END_OF_DAY = dt.time(23, 59)
SHORTEST, LONGEST = 5, 240


def working_day(first: dt.date, days: int, holidays: Collection[dt.date] = ()) -> dt.date:
    """The n-th working day after a day: neither weekends nor the cohort's public holidays count."""
    day = first
    while days > 0:
        day += dt.timedelta(days=1)
        if day.weekday() not in WEEKEND and day not in holidays:
            days -= 1
    return day


def end_of_day(day: dt.date, zone: str) -> dt.datetime:
    """The last minute of a day in a zone, as an instant."""
    return dt.datetime.combine(day, END_OF_DAY, ZoneInfo(zone)).astimezone(dt.UTC)


def answer_by(
    handed_in_at: dt.datetime, days: int, zone: str, holidays: Collection[dt.date] = ()
) -> dt.datetime:
    """Until when an answer is promised: the end of the n-th working day in the cohort's zone."""
    return end_of_day(working_day(handed_in_at.astimezone(ZoneInfo(zone)).date(), days, holidays), zone)


@dataclass(frozen=True, slots=True)
class Assigning:
    """What judging an assignment needs."""

    load: int
    """Running projects that the person guides in all cohorts, without this one."""
    cap: int
    changes: bool
    """Somebody else guides the project now."""
    same: bool
    may_override: bool
    reason: str


def why_not_assign(wanted: Assigning) -> CapstoneRefusal | None:
    """Why a person does not become the guide of a project, or None."""
    if wanted.same:
        return CapstoneRefusal.SAME_GUIDE
    if wanted.load >= wanted.cap and not wanted.may_override:
        return CapstoneRefusal.FULL
    if wanted.load >= wanted.cap and not wanted.reason:
        return CapstoneRefusal.OVER_CAP_REASON
    if wanted.changes and not wanted.reason:
        return CapstoneRefusal.GUIDE_REASON
    return None


@dataclass(frozen=True, slots=True)
class GuideLoad:
    """Somebody who could guide, with what they carry."""

    person_id: int
    name: str
    load: int
    here: bool = False
    """They have a task in this cohort."""


def suggested(candidates: Sequence[GuideLoad], cap: int) -> int | None:
    """Whom to propose: the lowest load below the cap, people of this cohort first where loads are equal."""
    free = [one for one in candidates if one.load < cap]
    best = min(free, key=lambda one: (one.load, not one.here, one.name, one.person_id), default=None)
    return best.person_id if best else None


@dataclass(frozen=True, slots=True)
class MeetingCount:
    """How the meetings of a project stand."""

    held: int
    missed: int

    def alarming(self, bound: int) -> bool:
        """Whether somebody should look: so many meetings were missed."""
        return self.missed >= bound


@dataclass(frozen=True, slots=True)
class Correcting:
    """What judging a correction of a meeting's note needs."""

    own: bool
    """The one who noted it corrects it."""
    steers: bool
    """A coordinator does."""
    noted_at: dt.datetime
    now: dt.datetime
    days: int
    """Within which one corrects one's own note, by policy."""
    reason: str
    changed: bool


def why_not_correct(wanted: Correcting) -> CapstoneRefusal | None:
    """Why a note on a meeting cannot be corrected like this, or None."""
    if not wanted.own and not wanted.steers:
        return CapstoneRefusal.NOT_AUTHOR
    if not wanted.steers and wanted.now > wanted.noted_at + dt.timedelta(days=wanted.days):
        return CapstoneRefusal.CORRECTION_OVER
    if not wanted.reason:
        return CapstoneRefusal.CORRECTION_REASON
    return None if wanted.changed else CapstoneRefusal.NOTHING_CORRECTED


def why_not_note(
    *,
    held_at: dt.datetime,
    now: dt.datetime,
    created_at: dt.datetime,
    minutes: int,
    held: bool,
    present: Collection[int],
    decisions: str,
) -> CapstoneRefusal | None:
    """Why a meeting note is refused, or None."""
    if held_at > now:
        return CapstoneRefusal.IN_FUTURE
    if held_at.date() < created_at.date():
        return CapstoneRefusal.BEFORE_PROJECT
    if not held:
        return None
    if not SHORTEST <= minutes <= LONGEST:
        return CapstoneRefusal.BAD_MINUTES
    if not present:
        return CapstoneRefusal.NOBODY_THERE
    return CapstoneRefusal.NO_DECISIONS if not decisions else None
