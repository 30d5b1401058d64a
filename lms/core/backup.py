"""Backup and restore: database, files and keys as one cut.

The database is read in one transaction with a single snapshot and written table by table as JSON lines, so that a
backup of either backend restores into either. Files are named by their content and never change, so that those which
rows of the snapshot refer to can be copied after it.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lms.core import files
from lms.core.db import db

FORMAT = 1
CHUNK = 500


class RestoreRefused(Exception):
    """The archive cannot be restored here; the message says why and what to do."""


@dataclass(frozen=True)
class Summary:
    """What an archive holds."""

    made_at: dt.datetime
    revision: str
    rows: int
    files: int
    digest: str
    """SHA-256 over all table contents: equal for equal databases."""


def _tables() -> list[sa.Table]:
    return list(db.metadata.sorted_tables)


def _revision(connection: sa.Connection) -> str:
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime | dt.date) else value


def _lines(connection: sa.Connection, table: sa.Table) -> Iterator[str]:
    rows = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
    for row in rows:
        yield json.dumps({name: _plain(value) for name, value in row.items()}, sort_keys=True, default=str)


def _snapshot(engine: sa.Engine) -> sa.Connection:
    if engine.dialect.name == "postgresql":
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()


def backup(target: Path, *, data_dir: Path, now: dt.datetime) -> Summary:
    """Write everything into one archive (.tar.gz), which appears under its name only when it is whole."""
    partial = target.with_name(target.name + ".partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    rows, hashed, names = 0, hashlib.sha256(), []
    with _snapshot(db.engine) as connection, tarfile.open(partial, "w:gz") as archive:
        revision = _revision(connection)
        for table in _tables():
            text = "".join(f"{line}\n" for line in _lines(connection, table))
            rows += text.count("\n")
            hashed.update(f"{table.name}\n{text}".encode())
            _add(archive, f"tables/{table.name}.jsonl", text.encode(), now)
        stored = db.metadata.tables["stored_file"]
        for sha256 in connection.execute(
            sa.select(stored.c.sha256).distinct().order_by(stored.c.sha256)
        ).scalars():
            names.append(sha256)
            _add(archive, f"files/{sha256}", b"".join(files.storage().read(files.blob_key(sha256))), now)
        for key in sorted((data_dir / "keys").glob("*")):
            _add(archive, f"keys/{key.name}", key.read_bytes(), now)
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "revision": revision,
            "rows": rows,
            "files": len(names),
            "digest": hashed.hexdigest(),
        }
        _add(archive, "manifest.json", json.dumps(manifest).encode(), now)
    partial.chmod(0o600)
    partial.replace(target)
    return _summary(manifest)


def _add(archive: tarfile.TarFile, name: str, body: bytes, now: dt.datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mtime, entry.mode = len(body), int(now.timestamp()), 0o600
    archive.addfile(entry, io.BytesIO(body))


def _summary(manifest: dict[str, Any]) -> Summary:
    return Summary(
        made_at=dt.datetime.fromisoformat(manifest["made_at"]),
        revision=manifest["revision"],
        rows=manifest["rows"],
        files=manifest["files"],
        digest=manifest["digest"],
    )


def digest() -> str:
    """The digest of the database as it is: equal to a backup's when no row differs."""
    hashed = hashlib.sha256()
    with _snapshot(db.engine) as connection:
        for table in _tables():
            text = "".join(f"{line}\n" for line in _lines(connection, table))
            hashed.update(f"{table.name}\n{text}".encode())
    return hashed.hexdigest()


def restore(source: Path, *, data_dir: Path) -> Summary:
    """Bring an archive back into an empty, migrated database and an empty data folder.

    Raises RestoreRefused when the place is not empty, the revisions differ or the archive is damaged. Nothing is
    kept of a restore that fails.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            bodies = {entry.name: _body(archive, entry) for entry in archive if entry.isfile()}
    except (OSError, tarfile.TarError, gzip.BadGzipFile, EOFError) as wrong:
        raise RestoreRefused(f"{source} cannot be read: {wrong}") from wrong
    manifest = json.loads(bodies.get("manifest.json", b"{}"))
    if manifest.get("format") != FORMAT:
        raise RestoreRefused(f"{source} is not a backup of this program")
    _keys(bodies, data_dir)
    with db.engine.connect() as connection, connection.begin():
        if (here := _revision(connection)) != manifest["revision"]:
            raise RestoreRefused(
                f"the backup was made at revision {manifest['revision']}, this database is at {here}: "
                "restore with the release that made it, then migrate"
            )
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        hashed = hashlib.sha256()
        for table in _tables():
            text = bodies.get(f"tables/{table.name}.jsonl", b"").decode()
            hashed.update(f"{table.name}\n{text}".encode())
            _fill(connection, table, text)
        if hashed.hexdigest() != manifest["digest"]:
            raise RestoreRefused(f"{source} is damaged: its tables do not match its digest")
        for name, body in bodies.items():
            if name.startswith("files/"):
                sha256 = name.removeprefix("files/")
                if hashlib.sha256(body).hexdigest() != sha256:
                    raise RestoreRefused(f"{source} is damaged: file {sha256[:12]} does not match its name")
                files.storage().write(files.blob_key(sha256), body)
    return _summary(manifest)


def _body(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(entry)
    return stream.read() if stream else b""


def _keys(bodies: dict[str, bytes], data_dir: Path) -> None:
    folder = data_dir / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, body in bodies.items():
        if name.startswith("keys/"):
            path = folder / Path(name).name
            path.write_bytes(body)
            path.chmod(0o600)


def _fill(connection: sa.Connection, table: sa.Table, text: str) -> None:
    if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one():
        raise RestoreRefused(f"table {table.name} is not empty: restore into a new database")
    rows = [_typed(table, json.loads(line)) for line in text.splitlines()]
    for start in range(0, len(rows), CHUNK):
        connection.execute(sa.insert(table), rows[start : start + CHUNK])
    serial = next(
        (c for c in table.primary_key.columns if c.autoincrement is not False and c.name == "id"), None
    )
    if rows and serial is not None and connection.dialect.name == "postgresql":
        connection.execute(
            sa.text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)"),
            {"table": table.name, "last": max(row["id"] for row in rows)},
        )


def _typed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    inner = getattr(kind, "impl_instance", kind)
    if isinstance(inner, sa.DateTime):
        return dt.datetime.fromisoformat(value)
    if isinstance(inner, sa.Date):
        return dt.date.fromisoformat(value)
    if isinstance(inner, sa.Enum) and inner.enum_class is not None:
        return inner.enum_class(value)
    return value
