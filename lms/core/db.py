"""The database: one base class, one session, and how each backend is made to behave."""

from __future__ import annotations

import datetime as dt
import enum
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, mapped_column

from lms.core import clock, ids
from lms.core.known import present


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware UTC datetime on every backend, SQLite included."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
"""A document; JSONB on PostgreSQL."""

Pk = Annotated[int, mapped_column(primary_key=True)]
PublicId = Annotated[str, mapped_column(sa.String(12), unique=True, default=ids.public_id)]
"""The id that URLs show."""
Name = Annotated[str, mapped_column(sa.String(200))]
Key = Annotated[str, mapped_column(sa.String(80))]
"""A slug: an activity id, an item key."""
Text = Annotated[str, mapped_column(sa.Text)]
Document = Annotated[dict[str, Any], mapped_column(Json)]
Documents = Annotated[list[Any], mapped_column(Json)]


class Base(DeclarativeBase):
    """Base of every table."""

    registry = orm.registry(
        metadata=sa.MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            dt.datetime: UtcDateTime(),
            str: sa.String(400),
            enum.StrEnum: sa.Enum(
                enum.StrEnum,
                native_enum=False,
                create_constraint=False,
                validate_strings=True,
                length=40,
                values_callable=lambda members: [member.value for member in members],
            ),
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

writing: ContextVar[bool] = ContextVar("writing", default=False)
"""True while a unit of work opens its transaction: SQLite then takes the write lock at once."""


@sa.event.listens_for(sa.Engine, "connect")
def _on_connect(connection: Any, _record: object) -> None:
    """Let SQLAlchemy own SQLite's transactions, and make SQLite mean its foreign keys."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            "foreign_keys = ON",
            "busy_timeout = 5000",
            "synchronous = NORMAL",
        ):
            connection.execute(f"PRAGMA {pragma}")


@contextmanager
def not_waiting_for_the_disk(engine: sa.Engine) -> Iterator[None]:
    """SQLite, one connection: inside nothing waits for the disk, and at the end everything has arrived there.

    For what is begun anew when the machine stops in the middle. On PostgreSQL nothing changes.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    _pragmas(engine, "synchronous = OFF")
    try:
        yield
    finally:
        _pragmas(engine, "synchronous = FULL", "wal_checkpoint(TRUNCATE)", "synchronous = NORMAL")


def _pragmas(engine: sa.Engine, *pragmas: str) -> None:
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")


@sa.event.listens_for(sa.Engine, "begin")
def _on_begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def insert_ignoring(table: Any, rows: list[dict[str, Any]]) -> int:
    """Insert rows, skipping those that meet a unique constraint; returns how many went in."""
    if not rows:
        return 0
    insert = _ignoring(table, db.session.get_bind().dialect.name)
    db.session.flush()
    connection = db.session.connection()
    written = 0
    for start in range(0, len(rows), 500):
        result = connection.execute(
            insert, rows[start : start + 500], execution_options={"preserve_rowcount": True}
        )
        written += result.rowcount
    return written


def insert_new(table: Any, rows: list[dict[str, Any]], *, returning: tuple[str, ...]) -> list[Any]:
    """Insert rows, skipping those that meet a unique constraint; returns these columns of those that went in."""
    if not rows:
        return []
    db.session.flush()
    insert = _ignoring(table, db.session.get_bind().dialect.name).returning(
        *(table.c[name] for name in returning)
    )
    connection = db.session.connection()
    return [
        row
        for start in range(0, len(rows), 500)
        for row in connection.execute(insert, rows[start : start + 500])
    ]


@lru_cache(maxsize=256)
def _ignoring(table: Any, dialect: str) -> Any:
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table).on_conflict_do_nothing()


UPSERT_BATCH = 400


def upsert(
    table: Any, rows: list[dict[str, Any]], *, keys: tuple[str, ...], keep_when_set: tuple[str, ...] = ()
) -> None:
    """Insert rows, or update those that have the same keys already.

    A column of `keep_when_set` keeps its first value while it is set again, and is emptied when the new value is
    empty. Executed for many rows, not written as one statement of many values: a third of the time.
    """
    if not rows:
        return
    complete = _upserting(table, db.session.get_bind().dialect.name, tuple(rows[0]), keys, keep_when_set)
    for start in range(0, len(rows), UPSERT_BATCH):
        db.session.execute(complete, rows[start : start + UPSERT_BATCH])


@lru_cache(maxsize=256)
def _upserting(
    table: Any, dialect: str, names: tuple[str, ...], keys: tuple[str, ...], keep_when_set: tuple[str, ...]
) -> Any:
    """The statement for rows of these columns, built once: building it costs more than sending it."""
    statement = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    changed: dict[str, Any] = {name: statement.excluded[name] for name in names if name not in keys}
    for name in keep_when_set:
        new = statement.excluded[name]
        changed[name] = sa.case((new.is_(None), None), else_=sa.func.coalesce(table.c[name], new))
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)


def read(statement: Any, values: dict[str, Any] | None = None) -> Any:
    """The rows of a statement that names columns, never entities; what waits to be written is written first.

    The session would look at them for entities, which takes nearly as long as asking SQLite for them.
    """
    session = db.session()
    if session.autoflush:
        session.flush()
    known = present.get()
    if known is not None and values and statement.is_select:
        return known.answer(session.connection(), statement, values)
    return session.connection().execute(statement, values or {})


def plain_rows(statement: Any) -> list[dict[str, Any]]:
    """The rows of a statement as dictionaries by column, of nothing but what JSON knows: instants as ISO 8601 text."""
    return [
        {name: _plain(value) for name, value in row._asdict().items()}
        for row in db.session.execute(statement)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


def locked(model: Any, key: int) -> Any:
    """The row under a lock that lasts until the unit of work ends, or None.

    On SQLite the unit of work itself holds the only write lock.
    """
    return db.session.scalars(_lock(model), {"key": key}).one_or_none()


@lru_cache(maxsize=256)
def _lock(model: Any) -> Any:
    """The statement that locks a row of a model and reads it as it stands."""
    (column,) = sa.inspect(model).primary_key
    return (
        sa.select(model)
        .where(column == sa.bindparam("key", type_=column.type))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def server_now(now: dt.datetime) -> dt.datetime:
    """The instant by the database's clock, where it has one of its own: several machines then agree on it.

    SQLite has this machine's clock, and a clock that was set by somebody holds everywhere.
    """
    if db.session.get_bind().dialect.name != "postgresql" or clock.is_set():
        return now
    found: dt.datetime = db.session.scalars(sa.select(sa.func.clock_timestamp())).one()
    return found


def render_for_migration(kind: str, item: object, _context: object) -> str | bool:
    """Keep revisions free of application code: render our types as plain SQL ones."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.Enum) and not item.native_enum:
        return f"sa.String(length={item.length})"
    if isinstance(item, sa.types.TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    if isinstance(item, sa.JSON):
        return 'sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")'
    return False


OF_THE_DATABASE = "post_search_fts"
"""Full-text indexes begin like this: revisions make them, models do not know them, and SQLite keeps tables for one."""


def of_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a revision or a comparison looks at something that a database has."""
    return kind not in ("table", "index") or not (name or "").startswith(OF_THE_DATABASE)
