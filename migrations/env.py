"""Run the revisions against whichever database the application is configured for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from flask import current_app

from lms.core.db import db

OPTIONS = current_app.extensions["migrate"].configure_args
LOCK = 7_201_986
"""PostgreSQL advisory lock: two processes that start together migrate one after the other."""


def drop_empty(_context, _revision, directives) -> None:
    """Write no file when there is nothing to change."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


@contextmanager
def undisturbed(connection: sa.Connection) -> Iterator[None]:
    """Migrate alone; on SQLite with foreign keys looking away, since it alters a table by copying it."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        connection.commit()
        try:
            yield
        finally:
            connection.rollback()
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
            connection.commit()
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"a revision left dangling foreign keys: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


with db.engine.connect() as connection, undisturbed(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        transaction_per_migration=True,
        transactional_ddl=True,
        process_revision_directives=drop_empty,
        **OPTIONS,
    )
    with context.begin_transaction():
        context.run_migrations()
