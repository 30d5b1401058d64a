"""When a session can be cancelled, made up for, and take place after all."""

from __future__ import annotations

import datetime as dt

from lms.live.rules.sessions import LiveRefusal

OWN_EXCUSE = "own word on a make-up"
"""The source of an excuse that a learner gave for themselves, because the make-up is at another time."""
URGENT = dt.timedelta(hours=24)
"""A session lost, moved or set so shortly before its time is told by every channel there is."""


def why_not_cancel(*, cancelled: bool, closed: bool) -> LiveRefusal | None:
    """Why a session cannot be cancelled, or None. One whose hour passed without a host still can."""
    if cancelled:
        return LiveRefusal.CANCELLED_ALREADY
    return LiveRefusal.WAS_HELD if closed else None


def why_not_make_up_at(at: dt.datetime | None, now: dt.datetime) -> LiveRefusal | None:
    """Why there is no make-up at this instant, or None; without an instant it is chosen later."""
    return LiveRefusal.MAKE_UP_PAST if at is not None and at <= now else None


def why_not_make_up(*, cancelled: bool, make_up: bool, standing: bool) -> LiveRefusal | None:
    """Why a session gets no make-up, or None: it takes place, is one itself, or has one already."""
    if make_up:
        return LiveRefusal.IS_MAKE_UP
    if not cancelled:
        return LiveRefusal.NOT_CANCELLED
    return LiveRefusal.MADE_UP_ALREADY if standing else None


def why_not_reinstate(
    *, cancelled: bool, starts_at: dt.datetime, made_up: bool, now: dt.datetime
) -> LiveRefusal | None:
    """Why a cancelled session cannot take place after all, or None."""
    if not cancelled:
        return LiveRefusal.NOT_CANCELLED
    if made_up:
        return LiveRefusal.MADE_UP_HELD
    return LiveRefusal.TIME_PASSED if starts_at <= now else None


def why_not_excuse_oneself(
    *, make_up: bool, cancelled: bool, starts_at: dt.datetime, now: dt.datetime
) -> LiveRefusal | None:
    """Why a learner cannot say that they are unable to come, or None: only to a make-up that is still ahead."""
    if not make_up or cancelled:
        return LiveRefusal.NO_MAKE_UP
    return LiveRefusal.TIME_PASSED_EXCUSE if now >= starts_at else None


def urgent(starts_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether people have to hear of it by every channel: it is about to begin."""
    return now < starts_at <= now + URGENT or starts_at <= now
