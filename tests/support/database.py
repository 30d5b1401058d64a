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


@contextmanager
def isolated(app: Flask) -> Iterator[None]:
    """Roll back everything done inside, commits included.

    Every session of the application uses one connection with an open transaction; their own transactions become
    savepoints in it.
    """
    engines = db._app_engines[app]
    engine = engines[None]
    connection = engine.connect()
    outer = connection.begin()
    engines[None] = connection
    db.session.remove()
    remember.forget_all()
    db.session.configure(join_transaction_mode="create_savepoint")
    try:
        yield
    finally:
        db.session.remove()
        with suppress(sa.exc.SQLAlchemyError):
            outer.rollback()
        connection.close()
        engines[None] = engine
        db.session.configure(join_transaction_mode="conditional_savepoint")


@contextmanager
def fresh(app: Flask, address: str) -> Iterator[None]:
    """Let the application use another database, with as many connections as it likes and real commits."""
    engines = db._app_engines[app]
    engine = engines[None]
    engines[None] = sa.create_engine(address, **app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {}))
    db.session.remove()
    remember.forget_all()
    try:
        yield
    finally:
        db.session.remove()
        engines[None].dispose()
        engines[None] = engine


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
