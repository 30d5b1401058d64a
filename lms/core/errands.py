"""Errands: long work that somebody asked for and need not wait for. The worker does it, a page shows how far it is.

An errand is a row and an outbox row; its work is one unit of work, done at least once: a killed worker starts it again
from nothing, since nothing of it was kept. How far it is cannot stand in the database then, for nobody else would see
it before the end: it stands in a small file of the data folder, which web and worker share.

What may stop in the middle is done in steps (`GoesOn`): each is a unit of work of its own and asks for the next one in
it, so that a kill costs one step and repeats none.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import enum
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import audit, events, outbox
from lms.core.db import Document, Model, Name, Pk, PublicId, Text, db, locked
from lms.core.errors import RuleViolation
from lms.core.outbox import Effect

SAID_EVERY = 0.25
"""Seconds between two words on how far it is."""
_folder: dict[str, Path] = {}


class ErrandState(enum.StrEnum):
    """Where an errand stands; one that failed for good waits in the outbox for a person."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class Errand(Model):
    """Something long that a person asked for."""

    __tablename__ = "errand"
    __table_args__ = (sa.Index(None, "kind", "key"), sa.Index(None, "owner_id", "id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    kind: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str] = mapped_column(sa.String(80))
    """What it is about: while one is under way nobody can ask for another."""
    title: Mapped[Name]
    """What was asked for, as its page is called."""
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    payload: Mapped[Document]
    """Ids and choices, never objects."""
    back: Mapped[str] = mapped_column(sa.String(300))
    """The page it was asked from: where what came of it can be seen."""
    state: Mapped[ErrandState] = mapped_column(default=ErrandState.ASKED)
    asked_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    report: Mapped[Text] = mapped_column(default="")
    """What came of it, or why nothing did."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An errand to do."""

    kind: str
    key: str
    """What it is about. While one is under way, asking again is asking for that one."""
    title: str
    owner_id: int
    back: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """How far an errand is: `done` of `total` (0: nobody knows), and at what it is."""

    done: int = 0
    total: int = 0
    words: str = "Waiting for its turn"

    @property
    def share(self) -> float | None:
        """Between 0 and 1, or None while nobody knows."""
        return min(1.0, self.done / self.total) if self.total else None


class Teller:
    """Says how far an errand is, at most a few times a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = float("-inf")

    def say(self, words: str, done: int = 0, total: int = 0) -> None:
        """Tell whoever looks. A file system that is full does not stop the work."""
        if monotonic() - self._last < SAID_EVERY and done < total:
            return
        self._last = monotonic()
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps({"words": words, "done": done, "total": total}))
            fresh.replace(self._path)

    def forget(self) -> None:
        """It is over: the row says what came of it."""
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Ended:
    """What came of an errand, in words; not `well`: it was not done, for a reason that the words give."""

    words: str
    well: bool = True


@dataclass(frozen=True)
class GoesOn:
    """A step is done and is kept, whatever happens to the next one."""

    payload: dict[str, Any]
    """What the next step is to do."""
    words: str
    done: int
    total: int


Work = Callable[[dict[str, Any], int, Teller, dt.datetime], Ended | GoesOn]
"""(payload, the owner's id, teller, now) → what came of it, or of this step.

Raises RuleViolation: nothing of the errand, or of the step, is kept but its words."""
_kinds: dict[str, Work] = {}


def init(folder: Path) -> None:
    """Say where the words on how far errands are stand."""
    _folder["path"] = folder


def does(kind: str) -> Callable[[Work], Work]:
    """Register what does errands of a kind. It runs inside a unit of work and must bear being run twice."""

    def register(work: Work) -> Work:
        _kinds[kind] = work
        return work

    return register


def under_way(kind: str, key: str) -> Errand | None:
    """The errand about this that is not over yet. One statement."""
    return db.session.scalars(
        sa.select(Errand).where(Errand.kind == kind, Errand.key == key, Errand.state == ErrandState.ASKED)
    ).one_or_none()


def ask(asked: Asked, *, now: dt.datetime) -> Errand:
    """Ask for an errand in the present unit of work; the one about the same that is under way is returned instead.

    The caller holds the lock of what it is about.
    """
    known = under_way(asked.kind, asked.key)
    if known is not None:
        return known
    errand = Errand(
        kind=asked.kind,
        key=asked.key,
        title=asked.title[:200],
        owner_id=asked.owner_id,
        payload=asked.payload,
        back=asked.back,
        asked_at=now,
    )
    db.session.add(errand)
    db.session.flush()
    _enqueue(errand, 0, now)
    return errand


def _enqueue(errand: Errand, step: int, now: dt.datetime) -> None:
    key = f"errand:{errand.public_id}" + (f":{step}" if step else "")
    payload = {"id": errand.id, **({"step": step} if step else {})}
    outbox.enqueue(Effect(kind="errand", dedupe_key=key, payload=payload), now=now)


@outbox.handles("errand")
def _carry_out(payload: dict[str, Any], now: dt.datetime) -> None:
    errand: Errand | None = locked(Errand, payload["id"])
    if errand is None or errand.state is not ErrandState.ASKED:
        return
    teller, step = Teller(_path(errand.public_id)), int(payload.get("step", 0))
    if not step:
        teller.say("Begun")
    ended: Ended | GoesOn
    try:
        with db.session.begin_nested():
            ended = _kinds[errand.kind](errand.payload, errand.owner_id, teller, now)
    except RuleViolation as refused:
        events.forget()
        audit.forget()
        ended = Ended(refused.message, well=False)
    if isinstance(ended, GoesOn):
        errand.payload = ended.payload
        _enqueue(errand, step + 1, now)
        Teller(_path(errand.public_id)).say(ended.words, ended.done, ended.total)
        return
    errand.state = ErrandState.DONE if ended.well else ErrandState.REFUSED
    errand.report, errand.ended_at = ended.words, now
    teller.forget()


def _path(public_id: str) -> Path:
    return _folder["path"] / f"{public_id}.json"


def said(public_id: str) -> Said:
    """How far an errand is; before it begins, and after it has ended, nothing is known."""
    try:
        found = json.loads(_path(public_id).read_text())
        return Said(int(found["done"]), int(found["total"]), str(found["words"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Said()
