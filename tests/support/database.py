"""Databases for tests: one migrated template per run, copied for each process and for each test that asks.

Most tests share their process's database and run inside one outer transaction that is rolled back (`isolated`).
Those that need several connections, or commits that are real, get a copy of their own (`fresh`).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from lms.core import remember
from lms.core.db import db
from tests.support.postgres import Server

Migrate = Callable[[str], None]
"""Brings the empty database at an address to the newest revision."""


def gather_statistics(*models: type) -> None:
    """Let PostgreSQL plan by what the tables of these models hold (all of them, if none is named).

    A living server gathers by itself. A bare ANALYZE would also lock catalogs that all databases of the server share,
    until the end of a test's outer transaction, and another process would wait for it as long.
    """
    if db.engine.dialect.name != "postgresql":
        return
    tables = [model.__table__ for model in models] or db.metadata.sorted_tables
    db.session.execute(sa.text(f"ANALYZE {', '.join(table.name for table in tables)}"))


class Databases(ABC):
    """Where the databases of one test process come from."""

    def __init__(self, shared: Path, process: str) -> None:
        """Take the folder that all processes of a run share, and this one's name."""
        self.shared = shared
        self.process = process
        self._count = 0

    def copy(self, migrate: Migrate) -> str:
        """Return the address of a migrated database of its own; the first caller of the run migrates for all."""
        with _alone(self.shared / "template.lock"):
            done = self.shared / "template.done"
            if not done.exists():
                migrate(self._create_template())
                self._finish_template()
                done.touch()
        self._count += 1
        return self._copy(f"{self.process}_{self._count}")

    @abstractmethod
    def empty(self, name: str) -> str:
        """Return the address of a new database without tables."""

    @abstractmethod
    def drop(self, address: str) -> None:
        """Remove a database."""

    @abstractmethod
    def _create_template(self) -> str: ...

    @abstractmethod
    def _finish_template(self) -> None: ...

    @abstractmethod
    def _copy(self, name: str) -> str: ...


class SqliteDatabases(Databases):
    """Files in the run's temporary folder."""

    def empty(self, name: str) -> str:
        """Return the address of a file that is not there yet."""
        return f"sqlite:///{self.shared / f'{self.process}_{name}.db'}"

    def drop(self, address: str) -> None:
        """Remove the file and its journal."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{sa.make_url(address).database}{ending}").unlink(missing_ok=True)

    def _create_template(self) -> str:
        return f"sqlite:///{self.shared / 'template.db'}"

    def _finish_template(self) -> None:
        connection = sqlite3.connect(self.shared / "template.db")
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()

    def _copy(self, name: str) -> str:
        target = self.shared / f"{name}.db"
        shutil.copyfile(self.shared / "template.db", target)
        return f"sqlite:///{target}"


class PostgresDatabases(Databases):
    """Databases of one server; their names say which run they belong to."""

    def __init__(self, shared: Path, process: str, server: Server, run: str) -> None:
        """Take the server and the run's name besides."""
        super().__init__(shared, process)
        self.server = server
        self.run = _prefix(run)

    def empty(self, name: str) -> str:
        """Create a database without tables."""
        return _text(self.server.create(f"{self.run}_{self.process}_{name}"))

    def drop(self, address: str) -> None:
        """Drop the database, with whoever is connected."""
        self.server.drop(str(sa.make_url(address).database))

    def _create_template(self) -> str:
        return _text(self.server.create(f"{self.run}_template"))

    def _finish_template(self) -> None:
        """Leave it as it is: nobody is connected to it any more."""

    def _copy(self, name: str) -> str:
        return _text(self.server.create(f"{self.run}_{name}", template=f"{self.run}_template"))


def drop_all(server: Server, run: str) -> None:
    """Drop every database that a run left on the server."""
    for name in server.names():
        if name.startswith(f"{_prefix(run)}_"):
            server.drop(name)


def _prefix(run: str) -> str:
    return f"cadre_test_{run}"


class Isolation:
    """One connection with an open transaction, which every session of the application uses while a test runs."""

    def __init__(self, app: Flask) -> None:
        """Begin it on the application's own database."""
        self.app = app
        self._engine: sa.Engine = db._app_engines[app][None]
        self._begin(self._engine)
        self._moved = False

    def move(self, engine: sa.Engine) -> None:
        """Go on in another database; what was done in this one is undone."""
        self._end()
        self._begin(engine)
        self._moved = True

    def end(self) -> None:
        """Undo everything, and give the application its own database back."""
        self._end()
        db._app_engines[self.app][None] = self._engine

    @property
    def untouched(self) -> bool:
        """Whether it is where it began, with nothing written and nothing loaded yet."""
        if self._moved or db.session.identity_map or db.session.new:
            return False
        raw = self._connection.connection.driver_connection
        if isinstance(raw, sqlite3.Connection):
            return raw.total_changes == self._changes
        return self._connection.scalar(sa.text("select pg_current_xact_id_if_assigned()")) is None

    def _begin(self, engine: sa.Engine) -> None:
        self._connection = engine.connect()
        self._outer = self._connection.begin()
        raw = self._connection.connection.driver_connection
        self._changes = getattr(raw, "total_changes", 0)
        db._app_engines[self.app][None] = self._connection
        db.session.remove()
        remember.forget_all()

    def _end(self) -> None:
        db.session.remove()
        with suppress(sa.exc.SQLAlchemyError):
            self._outer.rollback()
        self._connection.close()


_isolations: list[Isolation] = []


def isolation() -> Isolation | None:
    """The one in which this process works at the moment."""
    return _isolations[-1] if _isolations else None


@contextmanager
def isolated(app: Flask) -> Iterator[None]:
    """Roll back everything done inside, commits included.

    Every session of the application uses one connection with an open transaction; their own transactions become
    savepoints in it.
    """
    inside = Isolation(app)
    _isolations.append(inside)
    db.session.configure(join_transaction_mode="create_savepoint")
    try:
        yield
    finally:
        inside.end()
        _isolations.remove(inside)
        db.session.configure(join_transaction_mode="conditional_savepoint")


def another_engine(app: Flask, address: str) -> sa.Engine:
    """An engine on another database that knows how the application's statements are written already."""
    engine = sa.create_engine(address, **app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {}))
    known = db._app_engines[app][None].engine
    engine.dialect = known.dialect
    engine._compiled_cache = known._compiled_cache
    return engine


@contextmanager
def fresh(app: Flask, address: str) -> Iterator[sa.Engine]:
    """Let the application use another database, with as many connections as it likes and real commits."""
    engines = db._app_engines[app]
    before = engines[None]
    engines[None] = engine = another_engine(app, address)
    hidden, _isolations[:] = list(_isolations), []
    db.session.remove()
    remember.forget_all()
    try:
        yield engine
    finally:
        db.session.remove()
        engine.dispose()
        engines[None] = before
        _isolations[:] = hidden


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock among the processes of a run."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _text(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)
