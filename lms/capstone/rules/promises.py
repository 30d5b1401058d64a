"""Promises and loads: working days, what a guide carries, when meetings raise an alarm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.capstone.rules.refusals import CapstoneRefusal
from lms.cohorts.rules import answer_by, end_of_day, working_day

__all__ = [
    "Assigning",
    "Correcting",
    "GuideLoad",
    "MeetingCount",
    "answer_by",
    "end_of_day",
    "suggested",
    "why_not_assign",
    "why_not_correct",
    "why_not_note",
    "working_day",
]

SHORTEST, LONGEST = 5, 240


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
