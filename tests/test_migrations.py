"""The revisions make what the models say, and can be taken back, with rows in the tables, on both databases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lms.core.db import db, of_ours
from tests.support.application import make_app
from tests.support.rows import counts, fill

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

pytestmark = [
    pytest.mark.db,
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
]


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    return [script.revision for script in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]


def test_there_is_one_line_of_revisions():
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1


def test_revisions_make_what_the_models_say(session):
    context = MigrationContext.configure(
        session.connection(), opts={"compare_type": True, "include_name": of_ours}
    )
    assert compare_metadata(context, db.metadata) == []


def test_check_constraints_are_those_of_the_models(session):
    inspector = sa.inspect(session.connection())
    for table in db.metadata.sorted_tables:
        declared = {c.name for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {c["name"] for c in inspector.get_check_constraints(table.name)} == declared, table.name


def test_indexes_are_those_of_the_models(session):
    """Alembic does not compare indexes on expressions and those on part of a table; their names are compared here."""
    catalogue = {
        "sqlite": "select name from sqlite_master where type = 'index' and sql is not null",
        "postgresql": "select indexname from pg_indexes where schemaname = current_schema()",
    }
    found = set(session.scalars(sa.text(catalogue[session.get_bind().dialect.name])))
    declared = {str(index.name) for table in db.metadata.sorted_tables for index in table.indexes}
    assert declared - found == set()
    assert {name for name in found - declared if name.startswith("ix_")} == set()


@pytest.mark.slow
def test_every_revision_goes_up_down_and_up_again_with_rows_in_the_tables(empty_database):
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(empty_database, Path(folder))
        before = "base"
        for revision in revisions():
            with app.app_context():
                had = rows()
                flask_migrate.upgrade(revision=revision)
                assert kept(had) == had, f"{revision} loses rows"
                with connected() as connection:
                    fill(connection)
                flask_migrate.downgrade(revision=before)
                assert kept(had) == had, f"going back before {revision} loses rows"
                flask_migrate.upgrade(revision=revision)
                assert kept(had) == had, f"{revision} loses rows the second time"
                with connected() as connection:
                    fill(connection)
                db.engine.dispose()
            before = revision


def rows() -> dict[str, int]:
    with connected() as connection:
        return counts(connection)


def kept(before: dict[str, int]) -> dict[str, int]:
    now = rows()
    return {table: now.get(table, 0) for table in before}


@contextmanager
def connected() -> Iterator[sa.Connection]:
    with db.engine.connect() as connection:
        yield connection
