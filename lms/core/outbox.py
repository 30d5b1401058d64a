"""Effects outside: rows written in the business transaction, carried out after it, at least once, idempotently.

A row is queued with a dedupe key; the worker leases due rows, runs the handler of their kind and marks them done in
the handler's own transaction. A lease that runs out is taken over; after `MAX_ATTEMPTS` failures with back-off a row
is dead and waits on a screen for a person.
"""

from __future__ import annotations

import datetime as dt
import enum
import traceback
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import audit, clock
from lms.core.db import Document, Model, Pk, Text, db, insert_ignoring, locked
from lms.core.uow import unit_of_work

log = structlog.get_logger()

LEASE = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 8
BACKOFF = (5, 30, 120, 600, 1800, 3600, 7200)
"""Seconds before the second, third … attempt."""

sealed: ContextVar[bool] = ContextVar("outbox_sealed", default=False)
"""True while the demonstration is built: rows are written as done at their time and nothing leaves."""


class OutboxState(enum.StrEnum):
    """Where a row stands."""

    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    DEAD = "dead"


class OutboxRow(Model):
    """One effect to carry out."""

    __tablename__ = "outbox"
    __table_args__ = (sa.Index(None, "state", "run_at", "id"),)

    id: Mapped[Pk]
    kind: Mapped[str] = mapped_column(sa.String(60))
    dedupe_key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    """Event, person, channel: the same effect is never queued twice."""
    payload: Mapped[Document]
    """Ids, never objects."""
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.QUEUED)
    created_at: Mapped[dt.datetime]
    run_at: Mapped[dt.datetime]
    lease_until: Mapped[dt.datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[Text] = mapped_column(default="")
    done_at: Mapped[dt.datetime | None]


Handler = Callable[[dict[str, Any], dt.datetime], None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of a kind. It runs inside a unit of work and must bear being run twice."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


class Call(Protocol):
    """Something said to the outside: prepared from the database, said without a transaction, then written down."""

    def send(self) -> None:
        """Say it; nothing of the database is held meanwhile."""

    def note(self, now: dt.datetime) -> None:
        """Write down what came of it, in the transaction that marks the row as done."""


Prepare = Callable[[dict[str, Any], dt.datetime], Call | None]
_calls: dict[str, Prepare] = {}


def calls(kind: str) -> Callable[[Prepare], Prepare]:
    """Register how a call of a kind is prepared; None: there is nothing to say any more.

    A slow server outside keeps no lock of ours. What is killed between saying and noting is said again.
    """

    def register(prepare: Prepare) -> Prepare:
        _calls[kind] = prepare
        return prepare

    return register


@dataclass(frozen=True, kw_only=True)
class Effect:
    """An effect to queue."""

    kind: str
    dedupe_key: str
    payload: dict[str, Any]
    run_at: dt.datetime | None = None


def enqueue(effect: Effect, *, now: dt.datetime) -> None:
    """Queue one effect in the present unit of work."""
    enqueue_all([effect], now=now)


def enqueue_all(effects: list[Effect], *, now: dt.datetime) -> None:
    """Queue many effects; one whose dedupe key is known already is passed over."""
    done = sealed.get()
    rows = [
        {
            "kind": effect.kind,
            "dedupe_key": effect.dedupe_key,
            "payload": effect.payload,
            "state": OutboxState.DONE if done else OutboxState.QUEUED,
            "created_at": now,
            "run_at": effect.run_at or now,
            "attempts": 1 if done else 0,
            "last_error": "",
            "done_at": now if done else None,
        }
        for effect in effects
    ]
    if insert_ignoring(OutboxRow.__table__, rows) and not done:
        db.session.info["wake"] = True


def under_way(dedupe_keys: Collection[str]) -> frozenset[str]:
    """Those of these effects that wait or are being carried out. One statement for each few hundred."""
    return _in_state(dedupe_keys, OutboxState.QUEUED, OutboxState.LEASED)


def done(dedupe_keys: Collection[str]) -> frozenset[str]:
    """Those of these effects that were carried out. One statement for each few hundred."""
    return _in_state(dedupe_keys, OutboxState.DONE)


def _in_state(dedupe_keys: Collection[str], *states: OutboxState) -> frozenset[str]:
    wanted, found = sorted(dedupe_keys), set[str]()
    for start in range(0, len(wanted), 400):
        found |= set(
            db.session.scalars(
                sa.select(OutboxRow.dedupe_key).where(
                    OutboxRow.dedupe_key.in_(wanted[start : start + 400]),
                    OutboxRow.state.in_(states),
                )
            )
        )
    return frozenset(found)


def drain(limit: int = 100) -> int:
    """Carry out due rows; returns how many were tried. Called by the worker, outside any unit of work."""
    tried = 0
    while tried < limit:
        taken = _lease(min(20, limit - tried))
        if not taken:
            break
        for row_id in taken:
            _carry_out(row_id)
        tried += len(taken)
    return tried


def _lease(count: int) -> list[int]:
    with unit_of_work() as work:
        due = sa.or_(
            sa.and_(OutboxRow.state == OutboxState.QUEUED, OutboxRow.run_at <= work.now),
            sa.and_(OutboxRow.state == OutboxState.LEASED, OutboxRow.lease_until < work.now),
        )
        rows = db.session.scalars(
            sa.select(OutboxRow)
            .where(due)
            .order_by(OutboxRow.run_at, OutboxRow.id)
            .limit(count)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.state = OutboxState.LEASED
            row.lease_until = work.now + LEASE
            row.attempts += 1
        return [row.id for row in rows]


def _carry_out(row_id: int) -> None:
    try:
        call = _said(row_id)
        with unit_of_work() as work:
            row: OutboxRow = locked(OutboxRow, row_id)
            if row.state is not OutboxState.LEASED:
                return
            if row.kind not in _calls:
                _handlers[row.kind](row.payload, work.now)
            elif call is not None:
                call.note(work.now)
            row.state, row.done_at, row.last_error = OutboxState.DONE, work.now, ""
    except Exception as failure:  # noqa: BLE001 - whatever fails is kept with its reason and tried again
        log.warning("outbox.failed", row=row_id, error=repr(failure))
        _failed(row_id, "".join(traceback.format_exception(failure))[-4000:])


def _said(row_id: int) -> Call | None:
    """Say what a row has to say outside, holding nothing of the database; None where that is not its kind."""
    kind, payload, state = db.session.execute(
        sa.select(OutboxRow.kind, OutboxRow.payload, OutboxRow.state).where(OutboxRow.id == row_id)
    ).one()
    if kind not in _calls or state is not OutboxState.LEASED:
        return None
    call = _calls[kind](payload, clock.now())
    db.session.rollback()
    if call is not None:
        call.send()
    return call


def _failed(row_id: int, error: str) -> None:
    with unit_of_work() as work:
        row: OutboxRow = locked(OutboxRow, row_id)
        row.last_error = error
        row.lease_until = None
        if row.attempts >= MAX_ATTEMPTS:
            row.state = OutboxState.DEAD
        else:
            row.state = OutboxState.QUEUED
            row.run_at = work.now + dt.timedelta(seconds=BACKOFF[min(row.attempts, len(BACKOFF)) - 1])


def retry(row_id: int, *, actor_id: int, now: dt.datetime) -> None:
    """Give a dead row another round of attempts."""
    row: OutboxRow | None = locked(OutboxRow, row_id)
    if row is None or row.state is not OutboxState.DEAD:
        return
    row.state, row.attempts, row.run_at = OutboxState.QUEUED, 0, now
    db.session.info["wake"] = True
    audit.record(audit.Entry(actor_id=actor_id, action="outbox.retry", subject="outbox", subject_id=row_id))


@dataclass(frozen=True)
class Health:
    """How the outbox does: for the screen, `/readyz` and alerts."""

    queued: int
    leased: int
    dead: int
    oldest_due_seconds: float


def health() -> Health:
    """Count what waits and how long the oldest due row has waited."""
    counts = dict(
        db.session.execute(
            sa.select(OutboxRow.state, sa.func.count())
            .where(OutboxRow.state != OutboxState.DONE)
            .group_by(OutboxRow.state)
        ).all()
    )
    oldest = db.session.scalar(
        sa.select(sa.func.min(OutboxRow.run_at)).where(OutboxRow.state == OutboxState.QUEUED)
    )
    age = max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0
    return Health(
        counts.get(OutboxState.QUEUED, 0),
        counts.get(OutboxState.LEASED, 0),
        counts.get(OutboxState.DEAD, 0),
        age,
    )


def dead_rows(limit: int = 100) -> list[OutboxRow]:
    """The rows that wait for a person, newest first."""
    return list(
        db.session.scalars(
            sa.select(OutboxRow)
            .where(OutboxRow.state == OutboxState.DEAD)
            .order_by(OutboxRow.id.desc())
            .limit(limit)
        )
    )
