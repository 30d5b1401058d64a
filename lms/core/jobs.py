"""The job engine: Huey wakes the worker, the outbox says what there is to do.

Huey takes a job off its queue before it runs it, so that a killed worker loses it; hence a job carries nothing. It
only says "look at the outbox". A periodic tick does the same for rows that nobody was woken for, and starts the
periodic work of the domains, each at most once per slot (dedupe key = name + slot).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask
from huey import crontab
from huey.api import Huey
from huey.storage import SqliteStorage

from lms.core import clock, outbox, uow
from lms.core.config import Mode, Settings

log = structlog.get_logger()


LONGEST_DOZE = 1.0
"""Seconds after which an idle worker looks for a wake-up: what is done afterwards is there when one looks again."""


@dataclass(frozen=True)
class Periodic:
    """Work that recurs: `every` minutes, in slots counted from midnight UTC."""

    name: str
    every: int


_periodic: list[Periodic] = []


def periodic(name: str, *, every: int) -> Callable[[outbox.Handler], outbox.Handler]:
    """Register work that recurs every so many minutes; its payload is the slot."""

    def register(handler: outbox.Handler) -> outbox.Handler:
        if all(known.name != name for known in _periodic):
            _periodic.append(Periodic(name, every))
        return outbox.handles(f"periodic.{name}")(handler)

    return register


def queue_periodic(now: dt.datetime) -> None:
    """Queue this slot's periodic work; called by every worker, effective once."""
    minute = int(now.timestamp() // 60)
    with uow.unit_of_work():
        for work in _periodic:
            slot = minute // work.every
            outbox.enqueue(
                outbox.Effect(
                    kind=f"periodic.{work.name}",
                    dedupe_key=f"periodic:{work.name}:{slot}",
                    payload={"slot": slot},
                ),
                now=now,
            )


class Queue(SqliteStorage):  # type: ignore[misc]
    """Huey's queue without a wait for the disk at every wake-up, and without harm when the power fails.

    A lost wake-up is made good by the next tick, since the outbox holds what there is to do.
    """

    def _create_connection(self) -> Any:
        connection = super()._create_connection()
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


class Engine:
    """Huey bound to one application."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.huey: Huey = Huey("cadre", storage_class=Queue, filename=str(settings.data_dir / "jobs.db"))
        self._drain: Any = self.huey.task(name="drain")(self._run)
        self.huey.periodic_task(crontab(minute="*"), name="tick")(self._tick)

    def _run(self) -> None:
        with self.app.app_context():
            while outbox.drain():
                pass

    def _tick(self) -> None:
        with self.app.app_context():
            queue_periodic(clock.now())
            while outbox.drain():
                pass

    def wake(self) -> None:
        """Tell the worker that the outbox has something; never fails the request that asks."""
        try:
            self._drain()
        except Exception as failure:  # noqa: BLE001 - the row is kept; the next tick finds it
            log.warning("jobs.wake_failed", error=repr(failure))

    def work(self) -> None:
        """Run the worker until it is told to stop."""
        self.huey.create_consumer(
            workers=2, worker_type="thread", periodic=True, check_worker_health=True, max_delay=LONGEST_DOZE
        ).run()


_engine: Engine | None = None


def init_app(app: Flask, settings: Settings) -> None:
    """Bind the engine to the application; in tests nothing wakes and tests drain the outbox themselves."""
    global _engine
    if settings.mode is Mode.TEST:
        return
    _engine = Engine(app, settings)
    app.extensions["jobs"] = _engine
    uow.when_committed(_engine.wake)
