"""Large files that arrive in pieces: whoever loses the connection or comes back tomorrow goes on where it stopped.

An upload is a row; what arrived of it is a file beside the blobs. How far it is, is that file's length, so that a piece
costs no write to the database. A piece says where it begins and what its hash is: one that came already is passed over,
one that is damaged or does not fit is refused, and nothing is appended. When all is there it becomes a file like any
other. The row stays: it says when the upload began, and that instant may decide whether work is late.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import files, jobs
from lms.core.db import Model, Pk, PublicId, db, read
from lms.core.errors import Refusal, RuleViolation
from lms.core.files import Limits, Received, StoredFile
from lms.core.ids import public_id

PIECE = 4 * 1024 * 1024
"""Bytes of a piece as our script sends them."""
LARGEST_PIECE = 16 * 1024 * 1024
KEPT = dt.timedelta(days=7)
"""So long after its last piece an upload can be gone on with."""
QUOTA = 2000 * 1024 * 1024
"""Bytes that one person's unfinished uploads may come to."""
SPARE = 512 * 1024 * 1024
"""Bytes of the disk that uploads leave free."""


class UploadRefusal(Refusal):
    """Why a piece, or a whole upload, is refused."""

    QUOTA = "Your unfinished uploads would come to more than {limit} MB. Finish one, or discard it, and begin again."
    NO_ROOM = "There is no room on the server for a file of this size. Tell whoever runs this installation."
    DAMAGED = "This piece arrived damaged. Send it again."
    TOO_FAR = "Pieces before this one are missing. Go on at {offset}."
    TOO_MUCH = "This is more than the upload was said to have."
    NOT_ALL = "Not everything has arrived yet."


class FileUpload(Model):
    """A file that arrives in pieces."""

    __tablename__ = "file_upload"
    __table_args__ = (sa.Index(None, "owner_id", "place"), sa.Index(None, "file_id"))

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    place: Mapped[str] = mapped_column(sa.String(80))
    """What it is for, in the words of whoever asked: `submission:12:place:7`."""
    name: Mapped[str] = mapped_column(sa.String(200))
    size: Mapped[int]
    began_at: Mapped[dt.datetime]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    """What it became; empty while pieces are missing."""
    arrived_at: Mapped[dt.datetime | None]


_folder: dict[str, Path] = {}


def init(folder: Path) -> None:
    """Say where what has arrived lies."""
    _folder["path"] = folder


def part_of(upload_id: str) -> Path:
    """What has arrived of an upload."""
    return _folder["path"] / f"{upload_id}.part"


def arrived(upload_id: str) -> int:
    """How many bytes of it are here."""
    try:
        return part_of(upload_id).stat().st_size
    except FileNotFoundError:
        return 0


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A file that somebody is about to send."""

    owner_id: int
    place: str
    name: str
    size: int


def begin(announced: Announced, *, limits: Limits, now: dt.datetime) -> FileUpload:
    """Begin an upload, or find the one that was begun with the same file: it goes on where it stopped.

    Raises RuleViolation for what can be refused before a byte of it has come.
    """
    name = files.require_fit(announced.name, announced.size, limits)
    under_way = db.session.scalars(
        sa.select(FileUpload)
        .where(FileUpload.owner_id == announced.owner_id, FileUpload.file_id.is_(None))
        .order_by(FileUpload.id)
    ).all()
    for one in under_way:
        if (one.place, one.name, one.size) == (announced.place, name, announced.size):
            return one
    if sum(one.size for one in under_way) + announced.size > QUOTA:
        raise RuleViolation(UploadRefusal.QUOTA, limit=QUOTA // (1024 * 1024))
    _folder["path"].mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(_folder["path"]).free < announced.size * 2 + SPARE:
        raise RuleViolation(UploadRefusal.NO_ROOM)
    row = FileUpload(
        public_id=public_id(),
        owner_id=announced.owner_id,
        place=announced.place,
        name=name,
        size=announced.size,
        began_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


@dataclass(frozen=True, slots=True)
class UploadLine:
    """An upload as pages and scripts see it."""

    id: int
    public_id: str
    owner_id: int
    place: str
    name: str
    size: int
    began_at: dt.datetime
    file_id: int | None

    @property
    def arrived(self) -> int:
        """How many bytes of it are here."""
        return self.size if self.file_id is not None else arrived(self.public_id)

    @property
    def share(self) -> float:
        """How far it is, between 0 and 1."""
        return self.arrived / self.size


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that has arrived whole: what the page that sent it has to know of the draft it belongs to now."""

    public_id: str
    name: str
    gone: tuple[str, ...] = ()
    """Public ids of files whose place it took."""


_LINE = sa.select(
    FileUpload.id,
    FileUpload.public_id,
    FileUpload.owner_id,
    FileUpload.place,
    FileUpload.name,
    FileUpload.size,
    FileUpload.began_at,
    FileUpload.file_id,
)


def by_public_id(upload_id: str) -> UploadLine | None:
    """The upload with this public id."""
    row = db.session.execute(_LINE.where(FileUpload.public_id == upload_id)).one_or_none()
    return UploadLine(*row) if row else None


_UNFINISHED = _LINE.where(
    FileUpload.owner_id == sa.bindparam("owner", type_=sa.Integer),
    FileUpload.place == sa.bindparam("place", type_=sa.String),
    FileUpload.file_id.is_(None),
).order_by(FileUpload.id)


def unfinished(owner_id: int, place: str) -> tuple[UploadLine, ...]:
    """What somebody has begun to send to a place."""
    found = read(_UNFINISHED, {"owner": owner_id, "place": place})
    return tuple(UploadLine(*row) for row in found)


_UNDER = _LINE.where(
    FileUpload.owner_id == sa.bindparam("owner", type_=sa.Integer),
    FileUpload.place.startswith(sa.bindparam("under", type_=sa.String)),
    FileUpload.file_id.is_(None),
).order_by(FileUpload.id)


def unfinished_under(owner_id: int, under: str) -> tuple[UploadLine, ...]:
    """What somebody has begun to send to any of the places whose words begin like this."""
    return tuple(UploadLine(*row) for row in read(_UNDER, {"owner": owner_id, "under": under}))


def take(upload: UploadLine, stream: IO[bytes], *, offset: int, sha256: str) -> int:
    """Append a piece; returns how many bytes are here now. Nothing of the database is read or written.

    A piece that is here already changes nothing. Raises RuleViolation when it is damaged or does not fit.
    """
    body = stream.read(LARGEST_PIECE + 1)
    if upload.file_id is not None:
        return upload.size
    if len(body) > LARGEST_PIECE or offset < 0 or offset + len(body) > upload.size:
        raise RuleViolation(UploadRefusal.TOO_MUCH)
    if hashlib.sha256(body).hexdigest() != sha256.lower():
        raise RuleViolation(UploadRefusal.DAMAGED)
    _folder["path"].mkdir(parents=True, exist_ok=True)
    with part_of(upload.public_id).open("ab") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        here = part.seek(0, 2)
        if offset > here:
            raise RuleViolation(UploadRefusal.TOO_FAR, offset=here)
        fresh = body[here - offset :]
        part.write(fresh)
        return here + len(fresh)


def received(upload: UploadLine, limits: Limits) -> Received:
    """Check what has arrived and keep its bytes, before a unit of work begins."""
    try:
        with part_of(upload.public_id).open("rb") as part:
            if part.seek(0, 2) != upload.size:
                raise RuleViolation(UploadRefusal.NOT_ALL)
            return files.receive(part, upload.name, limits=limits)
    except FileNotFoundError:
        raise RuleViolation(UploadRefusal.NOT_ALL) from None


def finish(upload: UploadLine, stored: StoredFile, now: dt.datetime) -> None:
    """Say what an upload became."""
    db.session.execute(
        sa.update(FileUpload)
        .where(FileUpload.id == upload.id, FileUpload.file_id.is_(None))
        .values(file_id=stored.id, arrived_at=now)
    )


def forget(upload_id: str) -> None:
    """Take away what had arrived: it became a file, or is not wanted."""
    part_of(upload_id).unlink(missing_ok=True)


def drop(upload: UploadLine) -> None:
    """Discard an upload that was not finished."""
    db.session.execute(sa.delete(FileUpload).where(FileUpload.id == upload.id, FileUpload.file_id.is_(None)))


def arrivals(file_ids: list[int]) -> list[tuple[dt.datetime, dt.datetime]]:
    """When the uploads that became these files began, and when they were here."""
    rows = db.session.execute(
        sa.select(FileUpload.began_at, FileUpload.arrived_at).where(FileUpload.file_id.in_(file_ids))
    )
    return [(began, ended) for began, ended in rows if ended is not None]


@jobs.periodic("uploads.sweep", every=60)
def sweep(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Take away uploads that nobody went on with for a week, and parts that no upload knows."""
    folder = _folder["path"]
    waiting = db.session.execute(_LINE.where(FileUpload.file_id.is_(None))).all()
    for line in (UploadLine(*row) for row in waiting):
        part = part_of(line.public_id)
        last = (
            max(line.began_at, dt.datetime.fromtimestamp(part.stat().st_mtime, dt.UTC))
            if part.exists()
            else line.began_at
        )
        if last < now - KEPT:
            drop(line)
            forget(line.public_id)
    known = {row.public_id for row in waiting}
    for part in folder.glob("*.part") if folder.exists() else ():
        old = dt.datetime.fromtimestamp(part.stat().st_mtime, dt.UTC) < now - dt.timedelta(days=1)
        if part.stem not in known and old:
            part.unlink(missing_ok=True)
