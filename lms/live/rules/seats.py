"""Seats of a session: who gets one, who waits and in which order, until when one is given up in time."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence

from lms.core.errors import Refusal

MOST_SEATS = 2000
MOST_CANCEL_HOURS = 336


class SeatState(enum.StrEnum):
    """Where somebody stands who asked for a seat."""

    SEATED = "seated"
    WAITING = "waiting"
    GIVEN_UP = "given up"
    TAKEN_BACK = "taken back"
    """By staff, with a reason."""


class SeatRefusal(Refusal):
    """Why a seat is not given, given up or planned."""

    NO_PLAN = "Nobody needs a seat for this session: just come."
    CANCELLED = "This session does not take place."
    BEGUN = "The session has begun. Nobody waits for a seat, or gives one up, any more."
    HAVE_ONE = "You have a seat already."
    WAIT_ALREADY = "You are on the waiting list already."
    HAVE_NONE = "You neither have a seat nor wait for one. Nothing was changed."
    ON_LEAVE = "You are on leave on that day. Tell your coordinator if you want to come all the same."
    NOT_A_NUMBER = "Give a whole number of seats from 0 to 2,000."
    NOT_HOURS = "Give the hours as a whole number from 0 to 336."
    NEEDS_REASON = "Say why in a few words: the learner reads it."
    NEEDS_SEAT = (
        "This session has seats, and you have none yet. Take one on this page, then the room opens for you."
    )
    ALL_TAKEN = (
        "All seats are taken. Join the waiting list on this page:"
        " as soon as a seat is yours the room opens for you."
    )
    YOU_WAIT = (
        "You are number {number} on the waiting list. As soon as a seat is yours you are told,"
        " and the room opens for you."
    )
    FULL = (
        "All seats are taken and the session has begun."
        " Write to your coordinator if you should be in it all the same."
    )
    NO_GUEST = "There is no name in any of the lines. Write one guest in each: name, address, organisation."
    NOT_A_GUEST = "“{line}” is not read: write name, address, organisation, with commas between."


def why_not_take(
    *,
    planned: bool,
    cancelled: bool,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    free: bool,
    on_leave: bool,
    now: dt.datetime,
) -> SeatRefusal | None:
    """Why nobody can ask for a seat now, or None. Once it has begun only a free seat is given, until the end."""
    if not planned:
        return SeatRefusal.NO_PLAN
    if cancelled:
        return SeatRefusal.CANCELLED
    if now >= ends_at or (now >= starts_at and not free):
        return SeatRefusal.BEGUN
    return SeatRefusal.ON_LEAVE if on_leave else None


def state_for(seats: int, seated: int, waiting: int) -> SeatState:
    """What the next one who asks gets: a seat when one is free and nobody waits for it."""
    return SeatState.SEATED if seated < seats and not waiting else SeatState.WAITING


def promoted(seats: int, seated: int, waiting: Sequence[int]) -> list[int]:
    """Who of those that wait, first come first, gets a seat now."""
    return list(waiting[: max(0, seats - seated)])


def cancel_by(starts_at: dt.datetime, hours: int) -> dt.datetime:
    """Until when a seat is given up in time: after it somebody else can hardly come any more."""
    return starts_at - dt.timedelta(hours=hours)


def why_not_plan(seats: int | None, cancel_hours: int | None) -> SeatRefusal | None:
    """Why this is no plan of seats, or None."""
    if seats is None or not 0 <= seats <= MOST_SEATS:
        return SeatRefusal.NOT_A_NUMBER
    if cancel_hours is None or not 0 <= cancel_hours <= MOST_CANCEL_HOURS:
        return SeatRefusal.NOT_HOURS
    return None


def why_not_enter(*, planned: bool, state: SeatState | None, free: bool, begun: bool) -> SeatRefusal | None:
    """Why a learner is not let into the meeting of a session with seats, or None: each says the way to one.

    Staff and whoever speaks need no seat, and guests take none: this is asked of learners only.
    """
    if not planned or state is SeatState.SEATED:
        return None
    if state is SeatState.WAITING:
        return SeatRefusal.FULL if begun else SeatRefusal.YOU_WAIT
    if free:
        return SeatRefusal.NEEDS_SEAT
    return SeatRefusal.FULL if begun else SeatRefusal.ALL_TAKEN
