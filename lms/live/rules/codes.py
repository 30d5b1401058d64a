"""The code that a host shows in class: made from a secret and the server's clock, so that it changes by itself.

A code is good while it is shown and for as long again, for those who type slowly; nobody else's clock plays a part.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from lms.core.errors import Refusal

TURN = dt.timedelta(seconds=60)
"""So long one code is shown."""
LENGTH = 6
TRIES = 5
WITHIN = dt.timedelta(minutes=10)
"""So many wrong codes are heard within so long."""
MINUTES = (5, 10, 15, 20)
"""How long a host may have codes shown."""


class CodeRefusal(Refusal):
    """Why a code is not shown or not taken."""

    NOT_LIVE = "A code can be shown from when the room opens until the scheduled end."
    CANCELLED = "This session was cancelled."
    CLOSED = "The roster is closed: nothing can be added by code any more."
    NOT_COUNTED = "Attendance of this session is not counted, so it needs no code."
    NONE = "No code is being taken now. Ask the host to show one."
    WRONG = "That is not the code that is shown. Look again: it changes every minute."
    TOO_OFTEN = "Too many wrong codes. Try again at {at}, or tell the host."
    USED = "Your code was taken already. One is enough."
    NO_PLACE = "Only learners of this cohort enter a code."


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when codes are shown, and the secret that makes them."""

    secret: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    ended_at: dt.datetime | None = None

    @property
    def until(self) -> dt.datetime:
        """When the last code was shown."""
        return min(self.closes_at, self.ended_at) if self.ended_at else self.closes_at

    def open(self, now: dt.datetime) -> bool:
        """Whether codes are shown now."""
        return self.opens_at <= now < self.until


def code_at(window: Window, now: dt.datetime) -> str:
    """The code that is shown at an instant."""
    return _code(window.secret, _turn(window, now))


def next_at(window: Window, now: dt.datetime) -> dt.datetime:
    """When the next code is shown, or the last one ends."""
    return min(window.opens_at + (_turn(window, now) + 1) * TURN, window.until)


def _turn(window: Window, now: dt.datetime) -> int:
    return max(0, (now - window.opens_at) // TURN)


def _code(secret: str, turn: int) -> str:
    digest = hmac.new(secret.encode(), str(turn).encode(), hashlib.sha256).digest()
    return str(int.from_bytes(digest[:8], "big") % 10**LENGTH).zfill(LENGTH)


def right(window: Window, typed: str, now: dt.datetime) -> bool:
    """Whether a code is the one that is shown, or was shown just before."""
    digits = "".join(c for c in typed if c.isascii() and c.isdigit())
    turn = _turn(window, now)
    good = [_code(window.secret, each) for each in (turn, turn - 1) if each >= 0]
    return any(hmac.compare_digest(digits, each) for each in good)


def taken_until(window: Window) -> dt.datetime:
    """Until when the last code is taken."""
    return window.until if window.ended_at else window.until + TURN


def why_not_show(
    *,
    cancelled: bool,
    closed: bool,
    counts: bool,
    opens_at: dt.datetime,
    ends_at: dt.datetime,
    now: dt.datetime,
) -> CodeRefusal | None:
    """Why no code can be shown now, or None."""
    if cancelled:
        return CodeRefusal.CANCELLED
    if closed:
        return CodeRefusal.CLOSED
    if not counts:
        return CodeRefusal.NOT_COUNTED
    return None if opens_at <= now < ends_at else CodeRefusal.NOT_LIVE


def free_again(wrong: list[dt.datetime], now: dt.datetime) -> dt.datetime | None:
    """When somebody who typed too many wrong codes is heard again; None when they are heard now."""
    recent = sorted(at for at in wrong if now - WITHIN < at)
    return recent[-TRIES] + WITHIN if len(recent) >= TRIES else None
