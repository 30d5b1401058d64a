"""Who did what to what, from which value to which, why: rows that form a hash chain.

Entries are collected during a unit of work and sealed just before its commit, under a lock on the chain's head, so
that the chain has no forks. `verify` finds the first row that was changed or removed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Model, Pk, Text, db

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
_WAITING = "audit"
GENESIS = "0" * 64


class AuditEntry(Model):
    """One fact of the audit log; never updated, never deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index(None, "subject", "subject_id", "id"),
        sa.Index(None, "cohort_id", "id"),
        sa.Index(None, "actor_id", "id"),
    )

    id: Mapped[Pk]
    at: Mapped[dt.datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who; empty for the system itself."""
    action: Mapped[str] = mapped_column(sa.String(80))
    """Domain and verb, e.g. `enrolment.enrol`."""
    subject: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int | None]
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    before: Mapped[Document]
    after: Mapped[Document]
    reason: Mapped[Text]
    request_id: Mapped[str | None] = mapped_column(sa.String(40))
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class AuditHead(Model):
    """The one row that says where the chain ends."""

    __tablename__ = "audit_head"

    id: Mapped[Pk]
    hash: Mapped[str] = mapped_column(sa.String(64))
    count: Mapped[int]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What an action says it did."""

    actor_id: int | None
    action: str
    subject: str
    subject_id: int | None = None
    cohort_id: int | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str = ""


def record(entry: Entry) -> None:
    """Add a fact to the log of the present unit of work."""
    db.session.info.setdefault(_WAITING, []).append(entry)


def forget() -> None:
    """Drop what was collected: the unit of work failed."""
    db.session.info.pop(_WAITING, None)


_INSERT = sa.insert(cast("sa.Table", AuditEntry.__table__))
"""Of the table: one statement for all, where that of the model makes one for each set of columns that are filled."""


_head = cast("sa.Table", AuditHead.__table__)
_LAST, _MORE = sa.bindparam("last", type_=sa.String), sa.bindparam("more", type_=sa.Integer)
_HEAD = sa.select(_head.c.hash, _head.c.count).where(_head.c.id == 1).with_for_update()
_MOVED = sa.update(_head).where(_head.c.id == 1).values(hash=_LAST, count=_head.c.count + _MORE)
_BEGUN = sa.insert(_head).values(id=1, hash=_LAST, count=_MORE)


def seal(now: dt.datetime) -> None:
    """Write the collected facts as the next links of the chain."""
    entries: list[Entry] = db.session.info.pop(_WAITING, [])
    if not entries:
        return
    db.session.flush()
    connection = db.session.connection()
    head = connection.execute(_HEAD).one_or_none()
    previous = head.hash if head else GENESIS
    rows = []
    for entry in entries:
        row = {
            "at": now,
            "actor_id": entry.actor_id,
            "action": entry.action,
            "subject": entry.subject,
            "subject_id": entry.subject_id,
            "cohort_id": entry.cohort_id,
            "before": _plain(entry.before),
            "after": _plain(entry.after),
            "reason": entry.reason,
            "request_id": request_id.get(),
            "previous": previous,
        }
        row["hash"] = previous = digest(row)
        rows.append(row)
    connection.execute(_MOVED if head else _BEGUN, {"last": previous, "more": len(rows)})
    connection.execute(_INSERT, rows)


def _plain(values: dict[str, Any] | None) -> dict[str, Any]:
    return json.loads(json.dumps(values or {}, default=str))  # type: ignore[no-any-return]


def digest(row: dict[str, Any]) -> str:
    """SHA-256 over the previous hash and the row's facts in canonical JSON."""
    facts = {name: value for name, value in row.items() if name not in ("id", "hash", "at")}
    facts["at"] = row["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Verdict:
    """The result of checking the chain: how many links, and the first broken one."""

    count: int
    broken_at: int | None
    why: str = ""


def verify() -> Verdict:
    """Recompute the chain from its beginning."""
    previous, count = GENESIS, 0
    table = AuditEntry.__table__
    for found in db.session.execute(sa.select(table).order_by(table.c.id)).mappings():
        row = dict(found)
        count += 1
        if row["previous"] != previous:
            return Verdict(count, row["id"], "a row before this one was removed or added")
        if digest(row) != row["hash"]:
            return Verdict(count, row["id"], "this row was changed after it was written")
        previous = row["hash"]
    head = db.session.execute(_HEAD).one_or_none()
    if (head.hash if head else GENESIS) != previous or (head.count if head else 0) != count:
        return Verdict(count, count + 1, "rows at the end were removed")
    return Verdict(count, None)
