"""The one place that commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from lms.core import audit, clock, events
from lms.core.db import db, writing

_ACTIVE = "unit_of_work"
alone: ContextVar[bool] = ContextVar("alone", default=False)
"""True while nobody else writes, as when a demonstration is built: what a session knows stays true afterwards."""
_wakers: list[Callable[[], None]] = []


@dataclass(frozen=True)
class Work:
    """A unit of work: what is done inside happens at `now`, together or not at all."""

    now: dt.datetime


def when_committed(waker: Callable[[], None]) -> None:
    """Call this after each commit that left something in the outbox (the worker's wake-up)."""
    _wakers.append(waker)


@contextmanager
def unit_of_work() -> Iterator[Work]:
    """Commit everything done inside, or nothing.

    The read transaction of the request ends first, so that a write never starts from a stale snapshot; on SQLite
    the write lock is taken at once. Subscribers of recorded events run before the commit.
    """
    session = db.session
    if session.info.get(_ACTIVE):
        raise RuntimeError("a unit of work is already open; pass it down instead of opening another")
    if not alone.get():
        session.rollback()
    elif session().in_transaction():
        session.commit()  # ends the transaction, and forgets nothing
    session.info[_ACTIVE] = True
    token = writing.set(True)
    try:
        session.connection()
        work = Work(clock.now())
        yield work
        events.deliver()
        audit.seal(work.now)
        session.commit()
    except BaseException:
        session.rollback()
        events.forget()
        audit.forget()
        session.info.pop("wake", None)
        raise
    finally:
        writing.reset(token)
        session.info.pop(_ACTIVE, None)
    if session.info.pop("wake", False):
        for waker in _wakers:
            waker()
