"""Files that people bring: kept as blobs behind one interface, described by a row, never rendered on our origin."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import obstore
import sqlalchemy as sa
from obstore.store import LocalStore
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import zips
from lms.core.db import Model, Pk, PublicId, db
from lms.core.errors import Refusal, RuleViolation

_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"%PDF-", 0, "pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "png"),
    (b"\xff\xd8\xff", 0, "jpg"),
    (b"ftyp", 4, "mp4"),
    (b"PK\x03\x04", 0, "zip"),
)
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "mp4": "video/mp4",
    "m4a": "audio/mp4",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "csv": "text/csv",
    "txt": "text/plain",
}
_MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
BLOCK = 1024 * 1024


class FileRefusal(Refusal):
    """Why a file is not taken."""

    TOO_LARGE = "“{name}” is larger than {limit} MB. Nothing was stored; make it smaller or hand in a link."
    EMPTY = "“{name}” is empty. Choose the file again."
    WRONG_TYPE = "“{name}” is not accepted here. Accepted: {accepted}."
    NOT_WHAT_IT_SAYS = "“{name}” is not the {claimed} file its name says. Save it again in that format."


class StoredFile(Model):
    """What is known about a blob."""

    __tablename__ = "stored_file"

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    """`submission`, `photo`, `evidence` …: who may read it is decided by what refers to it."""
    name: Mapped[str] = mapped_column(sa.String(200))
    content_type: Mapped[str] = mapped_column(sa.String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    stored_at: Mapped[dt.datetime]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a place accepts: extensions and megabytes."""

    types: tuple[str, ...]
    megabytes: int


class Storage:
    """The blobs of one installation, in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self.store = LocalStore(str(self.folder))

    def write(self, key: str, data: bytes | IO[bytes]) -> None:
        """Keep a blob under its key; the same key again changes nothing."""
        obstore.put(self.store, key, data)

    def path(self, key: str) -> Path:
        """Where a blob lies, for programs that look at files."""
        return self.folder / key

    def read(self, key: str) -> Iterator[bytes]:
        """The blob's bytes, in pieces."""
        for piece in obstore.get(self.store, key).stream():
            yield bytes(piece)


_storage: Storage | None = None


def init(folder: Path) -> None:
    """Say where files are kept."""
    global _storage
    _storage = Storage(folder)


def storage() -> Storage:
    """The storage of this installation."""
    if _storage is None:
        raise RuntimeError("files.init was not called")
    return _storage


def safe_name(name: str) -> str:
    """The file's own name without folders, control or direction marks, at most 120 characters."""
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    plain = re.sub(r"\s+", " ", plain).strip(" .") or "file"
    if len(plain) <= 120:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: 119 - len(ending)]}{dot}{ending}" if dot and len(ending) < 10 else plain[:120]


def sniff(stream: IO[bytes], name: str) -> str | None:
    """The file's type by its content: an extension of CONTENT_TYPES, or None when content and name disagree."""
    ending = ending_of(name)
    stream.seek(0)
    head = stream.read(16)
    found = next((kind for magic, at, kind in _SIGNATURES if head[at : at + len(magic)] == magic), None)
    if found == "zip":
        return ending if ending in _MAIN_PARTS and _is_office(stream, _MAIN_PARTS[ending]) else None
    if found == "mp4":
        return ending if ending in ("mp4", "m4a") else None
    if found:
        return found if found == ending else None
    if ending in ("csv", "txt"):
        return None if any(b"\x00" in block for block in _blocks(stream)) else ending
    return None


def _is_office(stream: IO[bytes], main_part: str) -> bool:
    """Whether an archive is an office file of this kind, without macros; nothing of it is unpacked."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {each.filename for each in archive.infolist()}
    except zips.UNREADABLE:
        return False
    macros = any(each.lower().endswith("vbaproject.bin") for each in names)
    return "[Content_Types].xml" in names and main_part in names and not macros


def ending_of(name: str) -> str:
    """A name's ending as types are called here."""
    return name.rpartition(".")[2].lower().replace("jpeg", "jpg")


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    while block := stream.read(BLOCK):
        yield block


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was checked and whose bytes are kept; no row knows of it yet."""

    name: str
    content_type: str
    size: int
    sha256: str


def require_fit(name: str, size: int, limits: Limits) -> str:
    """Refuse what can be refused before a byte of it is looked at; returns the name as it is kept."""
    name = safe_name(name)
    if not size:
        raise RuleViolation(FileRefusal.EMPTY, name=name)
    if size > limits.megabytes * 1024 * 1024:
        raise RuleViolation(FileRefusal.TOO_LARGE, name=name, limit=limits.megabytes)
    if ending_of(name) not in limits.types:
        raise RuleViolation(FileRefusal.WRONG_TYPE, name=name, accepted=", ".join(limits.types))
    return name


def receive(stream: IO[bytes], name: str, *, limits: Limits) -> Received:
    """Check a file and keep its bytes. Done before a unit of work begins: a large file holds no lock of the database.

    It is read in pieces, never whole. Raises RuleViolation when it is empty, too large, of a type not accepted here, or
    not what its name says. What is never entered afterwards lies there under its hash and is named by nothing.
    """
    if not stream.seekable():
        with tempfile.TemporaryFile() as spooled:
            while block := stream.read(BLOCK):
                spooled.write(block)
            return receive(spooled, name, limits=limits)
    size = stream.seek(0, 2)
    name = require_fit(name, size, limits)
    kind = sniff(stream, name)
    if kind is None:
        raise RuleViolation(FileRefusal.NOT_WHAT_IT_SAYS, name=name, claimed=ending_of(name))
    digest = hashlib.sha256()
    for block in _blocks(stream):
        digest.update(block)
    stream.seek(0)
    storage().write(blob_key(digest.hexdigest()), stream)
    return Received(name, CONTENT_TYPES[kind], size, digest.hexdigest())


_watchers: list[Callable[[StoredFile, dt.datetime], None]] = []


def when_entered(watcher: Callable[[StoredFile, dt.datetime], None]) -> None:
    """Call this for each file that somebody brought, in the unit of work that enters it."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def enter(received: Received, *, owner_id: int | None, purpose: str, now: dt.datetime) -> StoredFile:
    """Add the row of a received file to the present unit of work."""
    row = StoredFile(
        owner_id=owner_id,
        purpose=purpose,
        name=received.name,
        content_type=received.content_type,
        size=received.size,
        sha256=received.sha256,
        stored_at=now,
    )
    db.session.add(row)
    db.session.flush()
    for watcher in _watchers:
        watcher(row, now)
    return row


def keep(
    stream: IO[bytes], name: str, *, limits: Limits, owner_id: int | None, purpose: str, now: dt.datetime
) -> StoredFile:
    """Check and keep an uploaded file; the row is added to the present unit of work.

    Raises RuleViolation when it is empty, too large, of a type not accepted here, or not what its name says.
    """
    return enter(receive(stream, name, limits=limits), owner_id=owner_id, purpose=purpose, now=now)


def keep_bytes(
    body: bytes, name: str, *, content_type: str, owner_id: int | None, purpose: str, now: dt.datetime
) -> StoredFile:
    """Keep bytes of our own making or already checked."""
    digest = hashlib.sha256(body).hexdigest()
    row = StoredFile(
        owner_id=owner_id,
        purpose=purpose,
        name=name,
        content_type=content_type,
        size=len(body),
        sha256=digest,
        stored_at=now,
    )
    storage().write(blob_key(digest), body)
    db.session.add(row)
    db.session.flush()
    return row


def blob_key(sha256: str) -> str:
    """Where a blob lies: named by its content, so that equal files are kept once."""
    return f"{sha256[:2]}/{sha256}"


def by_public_id(public_id: str) -> StoredFile | None:
    """The file with this public id."""
    return db.session.scalar(sa.select(StoredFile).where(StoredFile.public_id == public_id))
