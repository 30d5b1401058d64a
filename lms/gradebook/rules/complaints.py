"""Complaints about marks: until when, about what, and who may look a second time."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.core.errors import Refusal


class ReviewState(enum.StrEnum):
    """Where a second look stands."""

    ASKED = "asked"
    JUDGED = "judged"
    DECLINED = "declined"
    """By the assessor: a conflict, no time."""
    DROPPED = "dropped"
    """The complaint was withdrawn, or somebody else was asked instead."""


class ComplaintRefusal(Refusal):
    """Why a complaint about a mark, or a second look at it, is refused."""

    NOTHING_RELEASED = "You have no released mark for this yet. A complaint is possible once you see one."
    TOO_LATE = "A complaint about this mark was possible until {until}."
    ONCE = "You have complained about this mark already. There is one complaint for each mark."
    NOT_JUDGED = "No second assessor has judged this work yet. Ask one, or decide that it is not upheld."
    NOT_ABLE = "{name} cannot be the second assessor: {why}."
    ASKED_ALREADY = "{name} has been asked already and has not answered yet."
    OVER = "This second look is {state} already."
    NO_WHY = "Say why you cannot: whoever asks somebody else reads it."
    NO_WORDS = "Say in some words what decided your judgement: the learner reads it with the decision."
    MOVED = "The mark has changed since it was complained of. Look at its history first."


def complain_until(released_at: dt.datetime, days: int) -> dt.datetime:
    """The last instant at which a mark may be complained of."""
    return released_at + dt.timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Assessor:
    """Somebody who could look a second time."""

    person_id: int
    public_id: str
    name: str
    sections: frozenset[int] = frozenset()
    """Sections that they have as theirs in this cohort."""
    waiting: int = 0


def why_not_assess(
    one: Assessor, *, markers: Collection[int], decider: int, against: int | None, section: int | None
) -> str:
    """Why this person does not look a second time, in words; empty: they may.

    Nobody who entered or marked any version, nobody whom the complaint is about, not the one who decides it, and
    nobody in whose section the learner sits.
    """
    if one.person_id in markers:
        return "they marked this work before"
    if one.person_id == against:
        return "the complaint is about them"
    if one.person_id == decider:
        return "they decide the complaint"
    if section is not None and section in one.sections:
        return "the learner sits in their section"
    return ""


def choose_order(able: Sequence[Assessor]) -> list[Assessor]:
    """Those who may, the least laden first."""
    return sorted(able, key=lambda one: (one.waiting, one.name, one.person_id))
