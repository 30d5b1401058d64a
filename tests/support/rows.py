"""One row for every table of a database, made from what the database itself says about its columns.

It lets revisions be tried on tables that are not empty. Foreign keys point to the row made before; what may be empty
stays empty. Where a CHECK constraint wants something in particular, EXAMPLES says so.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import sqlalchemy as sa

from lms.core.db import OF_THE_DATABASE

INSTANT = dt.datetime(2024, 2, 29, 12, 0, tzinfo=dt.UTC)
PARENT = object()
"""The row that the column's foreign key points to."""
EXAMPLES: dict[str, dict[str, Any]] = {
    "capstone_project": {"team_id": PARENT},
    "forum_ear": {"module_id": 0},
    "forum_seen": {"module_id": 0},
    "post_draft": {"subject_id": 1, "parent_id": 0},
    "submission": {"place_id": PARENT},
}
"""Table → column → value."""


def counts(connection: sa.Connection) -> dict[str, int]:
    """Return how many rows each table holds."""
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        for name in sorted(sa.inspect(connection).get_table_names())
        if name != "alembic_version" and not name.startswith(OF_THE_DATABASE)
    }


def fill(connection: sa.Connection) -> None:
    """Put a row into every table that has none."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    present = counts(connection)
    for table in metadata.sorted_tables:
        if present.get(table.name) == 0:
            try:
                connection.execute(sa.insert(table).values(_row(connection, table)))
            except sa.exc.IntegrityError as refused:
                raise AssertionError(
                    f"no example row for {table.name}: {refused.orig}; add one to EXAMPLES in {__name__}"
                ) from refused
    connection.commit()


def _row(connection: sa.Connection, table: sa.Table) -> dict[str, Any]:
    wanted = EXAMPLES.get(table.name, {})
    row = {}
    for column in table.columns:
        value = wanted.get(column.name, PARENT if column.foreign_keys else None)
        generated = column.primary_key and not column.foreign_keys and isinstance(column.type, sa.Integer)
        if column.name not in wanted and (column.nullable or generated):
            continue
        if value is PARENT:
            (parent,) = column.foreign_keys
            value = connection.execute(sa.select(parent.column).limit(1)).scalar_one()
        row[column.name] = _value(column) if value is None else value
    return row


def _value(column: sa.Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, sa.Boolean) or re.match(r"BOOL", str(kind)):
        return True
    if isinstance(kind, sa.Integer | sa.Numeric | sa.Float):
        return 1
    if isinstance(kind, sa.DateTime):
        return INSTANT
    if isinstance(kind, sa.Date):
        return INSTANT.date()
    if isinstance(kind, sa.Time):
        return INSTANT.time()
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.LargeBinary):
        return b"x"
    return "x"[: getattr(kind, "length", None) or 1]
