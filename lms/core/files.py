"""Files that people bring: kept as blobs behind one interface, described by a row, never rendered on our origin."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import obstore
import sqlalchemy as sa
from obstore.store import LocalStore
from sqlalchemy.orm import Mapped, mapped_column

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
_ZIP_MEMBERS = {"docx": b"word/", "xlsx": b"xl/", "pptx": b"ppt/"}


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
        self.store = LocalStore(str(folder.resolve()))

    def write(self, key: str, data: bytes) -> None:
        """Keep a blob under its key; the same key again changes nothing."""
        obstore.put(self.store, key, data)

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


def sniff(head: bytes, body: bytes, name: str) -> str | None:
    """The file's type by its content: an extension of CONTENT_TYPES, or None when content and name disagree."""
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    found = next((kind for magic, at, kind in _SIGNATURES if head[at : at + len(magic)] == magic), None)
    if found == "zip":
        member = _ZIP_MEMBERS.get(ending)
        return ending if member and member in body else None
    if found == "mp4":
        return ending if ending in ("mp4", "m4a") else None
    if found:
        return found if found == ending else None
    if ending in ("csv", "txt"):
        return ending if b"\x00" not in body else None
    return None


def keep(
    stream: IO[bytes], name: str, *, limits: Limits, owner_id: int | None, purpose: str, now: dt.datetime
) -> StoredFile:
    """Check and keep an uploaded file; the row is added to the present unit of work.

    Raises RuleViolation when it is empty, too large, of a type not accepted here, or not what its name says.
    """
    name = safe_name(name)
    limit = limits.megabytes * 1024 * 1024
    body = stream.read(limit + 1)
    if not body:
        raise RuleViolation(FileRefusal.EMPTY, name=name)
    if len(body) > limit:
        raise RuleViolation(FileRefusal.TOO_LARGE, name=name, limit=limits.megabytes)
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    if ending not in limits.types:
        raise RuleViolation(FileRefusal.WRONG_TYPE, name=name, accepted=", ".join(limits.types))
    if sniff(body[:16], body, name) is None:
        raise RuleViolation(FileRefusal.NOT_WHAT_IT_SAYS, name=name, claimed=ending)
    return keep_bytes(
        body, name, content_type=CONTENT_TYPES[ending], owner_id=owner_id, purpose=purpose, now=now
    )


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
