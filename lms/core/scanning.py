"""Looking for harm in what people bring: a scanner of the house's own, asked by the worker about each content once.

Cadre has no scanner. A setting names one: a program that is given a path (`clamdscan --fdpass` and its like: 0 is
clean, 1 found something), or the socket of clamd. What it says belongs to the content, so equal files are looked at
once, and `web.downloads` asks here before it gives anything out: with a scanner set, nobody gets what was not found
clean. Without one nothing is asked and nothing held back.
"""

from __future__ import annotations

import datetime as dt
import enum
import shlex
import socket
import struct
import subprocess  # nosec B404: the program is a setting of this installation
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import events, files, jobs, outbox
from lms.core.db import Model, Text, db, insert_ignoring
from lms.core.errors import Refusal, RuleViolation
from lms.core.files import StoredFile

LONGEST_WORDS = 200
AGAIN_AFTER = dt.timedelta(minutes=5)
"""So long after a scanner did not answer it is asked again."""
AT_ONCE = 200
"""So many are queued by one look for what was never looked at."""


class ScanState(enum.StrEnum):
    """What is known about a content."""

    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    """The scanner did not answer; it is asked again."""


class ScanRefusal(Refusal):
    """Why a file is not given out."""

    WAITING = "“{name}” is still being checked for harm. Try again in a minute."
    UNAVAILABLE = (
        "“{name}” was not checked for harm yet: the scanner does not answer. It is asked again by itself."
    )
    REFUSED = "The scanner found harm in “{name}” ({words}). Nobody is given this file."


class FileScan(Model):
    """What the scanner said about a content."""

    __tablename__ = "file_scan"
    __table_args__ = (sa.Index(None, "state", "checked_at"),)

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    state: Mapped[ScanState] = mapped_column(default=ScanState.WAITING)
    words: Mapped[Text] = mapped_column(default="")
    """What was found, or why nobody answered."""
    asked_at: Mapped[dt.datetime]
    checked_at: Mapped[dt.datetime | None]


@dataclass(frozen=True, kw_only=True)
class FileRefused:
    """The scanner found harm in a content that somebody brought."""

    sha256: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """What a scanner answered."""

    state: ScanState
    words: str = ""


class Scanner(Protocol):
    """Something that looks at a file."""

    def look(self, path: Path) -> Finding:
        """Say what is in it; never raises."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is given the path: it ends with 0 where the file is clean, with 1 where it is not."""

    command: str
    seconds: int

    def look(self, path: Path) -> Finding:
        """Run it."""
        try:
            ended = subprocess.run(  # noqa: S603  # nosec B603: no shell, and the command is a setting
                [*shlex.split(self.command), str(path)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.seconds,
                check=False,
            )
        except (OSError, ValueError, subprocess.SubprocessError) as failure:
            return Finding(ScanState.UNAVAILABLE, _short(f"{type(failure).__name__}: {failure}"))
        said = _short((ended.stdout or ended.stderr).decode(errors="replace").replace(str(path), ""))
        if ended.returncode == 0:
            return Finding(ScanState.CLEAN)
        if ended.returncode == 1:
            return Finding(ScanState.REFUSED, said or "it did not say what")
        return Finding(ScanState.UNAVAILABLE, said or f"it ended with {ended.returncode}")


@dataclass(frozen=True, slots=True)
class Daemon:
    """clamd behind its socket: a path, or host:port. It is sent the bytes, so it needs no right to read our folder."""

    address: str
    seconds: int

    def look(self, path: Path) -> Finding:
        """Send the file and read the answer."""
        try:
            said = self._asked(path)
        except (OSError, ValueError) as failure:
            return Finding(ScanState.UNAVAILABLE, _short(f"{type(failure).__name__}: {failure}"))
        words = said.rpartition(": ")[2].strip()
        if words == "OK":
            return Finding(ScanState.CLEAN)
        if words.endswith(" FOUND"):
            return Finding(ScanState.REFUSED, _short(words.removesuffix(" FOUND")))
        return Finding(ScanState.UNAVAILABLE, _short(said) or "it said nothing")

    def _asked(self, path: Path) -> str:
        with self._connected() as link, path.open("rb") as file:
            link.sendall(b"zINSTREAM\0")
            while block := file.read(64 * 1024):
                link.sendall(struct.pack("!L", len(block)) + block)
            link.sendall(struct.pack("!L", 0))
            answer = b""
            while b"\0" not in answer and len(answer) < 4096 and (more := link.recv(4096)):
                answer += more
        return answer.partition(b"\0")[0].decode(errors="replace")

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(self.seconds)
            try:
                link.connect(self.address)
            except OSError:
                link.close()
                raise
            return link
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host, int(port)), self.seconds)


def _short(words: str) -> str:
    return " ".join(words.replace("\x00", "").split()).strip(" :")[:LONGEST_WORDS]


_scanner: dict[str, Scanner] = {}


def configure(scanner: Scanner | None) -> None:
    """Say which scanner this installation has; None: it has none."""
    _scanner.clear()
    if scanner is not None:
        _scanner["it"] = scanner


def configured(command: str, address: str, seconds: int) -> Scanner | None:
    """The scanner that the settings name."""
    if address:
        return Daemon(address, seconds)
    return Program(command, seconds) if command else None


def active() -> bool:
    """Whether files are looked at here."""
    return bool(_scanner)


# Asking --------------------------------------------------------------------------------------------------------------


def ask(row: StoredFile, now: dt.datetime) -> None:
    """Have a file looked at that somebody brought, unless its content is known."""
    if active() and insert_ignoring(FileScan.__table__, [_waiting(row.sha256, now)]):
        _queue([row.sha256], "first", now)


files.when_entered(ask)


def _waiting(sha256: str, now: dt.datetime) -> dict[str, Any]:
    return {
        "sha256": sha256,
        "state": ScanState.WAITING,
        "words": "",
        "asked_at": now,
        "checked_at": None,
    }


def _queue(hashes: Collection[str], again: str, now: dt.datetime) -> None:
    outbox.enqueue_all(
        [
            outbox.Effect(kind="files.scan", dedupe_key=f"scan:{each}:{again}", payload={"sha256": each})
            for each in hashes
        ],
        now=now,
    )


@jobs.periodic("files.scan", every=5)
def ask_again(payload: dict[str, Any], now: dt.datetime) -> None:
    """Have looked at what the scanner did not answer for, and what came before there was one."""
    if not active():
        return
    silent = db.session.scalars(
        sa.select(FileScan.sha256)
        .where(FileScan.state == ScanState.UNAVAILABLE, FileScan.checked_at <= now - AGAIN_AFTER)
        .order_by(FileScan.checked_at)
        .limit(AT_ONCE)
    ).all()
    never = db.session.scalars(
        sa.select(StoredFile.sha256)
        .distinct()
        .where(~sa.exists().where(FileScan.sha256 == StoredFile.sha256))
        .limit(AT_ONCE)
    ).all()
    insert_ignoring(FileScan.__table__, [_waiting(each, now) for each in never])
    _queue([*silent, *never], str(payload["slot"]), now)


@dataclass(slots=True)
class _Look:
    """One look of the scanner: nothing of the database is held while it takes its time."""

    sha256: str
    finding: Finding = Finding(ScanState.UNAVAILABLE, "no scanner is set")

    def send(self) -> None:
        """Have it look."""
        scanner = _scanner.get("it")
        path = files.storage().path(files.blob_key(self.sha256))
        if scanner is not None:
            self.finding = (
                scanner.look(path) if path.exists() else Finding(ScanState.UNAVAILABLE, "the file is gone")
            )

    def note(self, now: dt.datetime) -> None:
        """Write down what it said."""
        row = db.session.get(FileScan, self.sha256, with_for_update=True, populate_existing=True)
        if row is None or row.state in (ScanState.CLEAN, ScanState.REFUSED):
            return
        row.state, row.words, row.checked_at = self.finding.state, self.finding.words, now
        if row.state is ScanState.REFUSED:
            events.record(FileRefused(sha256=self.sha256, at=now))


@outbox.calls("files.scan")
def _look(payload: dict[str, Any], _now: dt.datetime) -> _Look | None:
    return _Look(str(payload["sha256"])) if active() else None


# Answers -------------------------------------------------------------------------------------------------------------


def states(hashes: Collection[str]) -> Mapping[str, Finding]:
    """What is known about some contents; nothing is asked of the database where there is no scanner."""
    if not active() or not hashes:
        return {}
    known = {
        row.sha256: Finding(row.state, row.words)
        for row in db.session.execute(
            sa.select(FileScan.sha256, FileScan.state, FileScan.words).where(FileScan.sha256.in_(set(hashes)))
        )
    }
    return {each: known.get(each, Finding(ScanState.WAITING)) for each in hashes}


def require_clean(sha256: str, name: str) -> None:
    """Refuse to give out what was not found clean."""
    require_clean_among(states([sha256]), sha256, name)


def is_clean_among(known: Mapping[str, Finding], sha256: str) -> bool:
    """Whether one of several contents, of which `states` was asked together, may be given out."""
    return sha256 not in known or known[sha256].state is ScanState.CLEAN


def require_clean_among(known: Mapping[str, Finding], sha256: str, name: str) -> None:
    """Refuse to give out one of several contents that was not found clean."""
    found = known.get(sha256, Finding(ScanState.CLEAN))
    if not is_clean_among(known, sha256):
        raise RuleViolation(ScanRefusal[found.state.name], name=name, words=found.words)
