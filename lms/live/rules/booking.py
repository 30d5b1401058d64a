"""Slots to be booked: which a series has, who may book one, who is offered one that comes free."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from lms.core.errors import Refusal

MOST_SLOTS = 200
HOLD = dt.timedelta(hours=12)
TOO_SOON = dt.timedelta(hours=2)
"""So close to its start a slot is kept for nobody: whoever comes first has it."""


class BookingRefusal(Refusal):
    """Why a slot is not offered, booked or given up."""

    NOT_A_SERIES = "Say from when to when, and how long each is: at least one must fit, and at most 200."
    CLASH = "You offer something else at {when} already. Nothing was created."
    GONE = "This slot is not offered any more."
    TAKEN = "Somebody was quicker: this slot is taken."
    HELD = "This slot is kept for the next on the waiting list until {until}."
    BEGUN = "This slot has begun."
    NOT_OPEN = "Booking opens {when}."
    CLOSED = "Booking closed {hours} hours before the slot."
    QUOTA = "You have {quota} ahead here already, as many as one may have. Cancel one first."
    OVERLAP = "You have booked another slot at that time."
    ON_LEAVE = "You are on leave. Write to the host if you want to talk all the same."
    ENDED = "This booking has ended already."
    WAIT_ALREADY = "You are on the waiting list already."
    NOT_WAITING = "You are not on the waiting list."
    SOME_FREE = "There are free slots: take one of them."
    NEEDS_REASON = "Say why in a few words: whoever booked it reads it."


class SlotState(enum.StrEnum):
    """What a slot is for somebody who looks."""

    FREE = "free"
    MINE = "mine"
    KEPT_FOR_ME = "kept for you"
    KEPT = "kept"
    TAKEN = "taken"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """When a series has its slots: on a weekday, from a time to a time, so many minutes each, in a zone."""

    first_on: dt.date
    last_on: dt.date
    weekday: int
    from_time: dt.time
    to_time: dt.time
    minutes: int
    zone: str


def slots_of(pattern: Pattern, *, now: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """The slots of a series that are still ahead, by start; each on the wall clock of its own day."""
    found: list[tuple[dt.datetime, dt.datetime]] = []
    day = pattern.first_on + dt.timedelta(days=(pattern.weekday - pattern.first_on.weekday()) % 7)
    length = dt.timedelta(minutes=pattern.minutes)
    while day <= pattern.last_on and len(found) <= MOST_SLOTS and pattern.minutes >= 5:
        begin = dt.datetime.combine(day, pattern.from_time, ZoneInfo(pattern.zone)).astimezone(dt.UTC)
        end = dt.datetime.combine(day, pattern.to_time, ZoneInfo(pattern.zone)).astimezone(dt.UTC)
        while begin + length <= end:
            if begin > now:
                found.append((begin, begin + length))
            begin += length
        day += dt.timedelta(days=7)
    return found


def slot_state(
    *,
    starts_at: dt.datetime,
    taken_by: int | None,
    held_for: int | None,
    held_until: dt.datetime | None,
    me: int | None,
    now: dt.datetime,
) -> SlotState:
    """What a slot is for a learner (or, without one, for staff)."""
    if taken_by is not None:
        return SlotState.MINE if taken_by == me else SlotState.TAKEN
    if now >= starts_at:
        return SlotState.OVER
    if held_for is not None and held_until is not None and now < held_until:
        return SlotState.KEPT_FOR_ME if held_for == me else SlotState.KEPT
    return SlotState.FREE


def why_not_book(
    state: SlotState,
    *,
    starts_at: dt.datetime,
    opens_at: dt.datetime,
    closes_hours: int,
    ahead: int,
    quota: int,
    overlaps: bool,
    on_leave: bool,
    now: dt.datetime,
) -> BookingRefusal | None:
    """Why a learner cannot book a slot now, or None."""
    if state in (SlotState.TAKEN, SlotState.MINE):
        return BookingRefusal.TAKEN
    if state is SlotState.OVER:
        return BookingRefusal.BEGUN
    if state is SlotState.KEPT:
        return BookingRefusal.HELD
    if now < opens_at:
        return BookingRefusal.NOT_OPEN
    if now > starts_at - dt.timedelta(hours=closes_hours):
        return BookingRefusal.CLOSED
    if on_leave:
        return BookingRefusal.ON_LEAVE
    if ahead >= quota:
        return BookingRefusal.QUOTA
    return BookingRefusal.OVERLAP if overlaps else None


def why_not_wait(
    *, bookable: bool, opens_at: dt.datetime, ahead: int, quota: int, now: dt.datetime
) -> BookingRefusal | None:
    """Why a learner does not wait for a slot, or None: there is one they could take now, or they could take none."""
    if now < opens_at:
        return BookingRefusal.NOT_OPEN
    if ahead >= quota:
        return BookingRefusal.QUOTA
    return BookingRefusal.SOME_FREE if bookable else None


def hold_until(starts_at: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Until when a slot that came free is kept for the next who waits; None when it begins too soon for that."""
    latest = starts_at - TOO_SOON
    return min(now + HOLD, latest) if now < latest else None


def overlap(
    starts_at: dt.datetime, ends_at: dt.datetime, others: Sequence[tuple[dt.datetime, dt.datetime]]
) -> bool:
    """Whether something lies across another thing."""
    return any(begin < ends_at and starts_at < end for begin, end in others)
