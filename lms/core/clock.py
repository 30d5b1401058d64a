"""The one place that asks for the time.

A unit of work reads it once and hands it down as `now`. Tests and the demonstration set it with `at`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_set: ContextVar[dt.datetime | None] = ContextVar("clock", default=None)


def now() -> dt.datetime:
    """The present instant, aware, UTC."""
    return _set.get() or dt.datetime.now(dt.UTC)


@contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    """Inside, it is this instant."""
    if instant.tzinfo is None:
        raise ValueError("the clock is set to an aware instant")
    token = _set.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _set.reset(token)


def is_set() -> bool:
    """Whether somebody set the clock: tests and the demonstration do."""
    return _set.get() is not None
