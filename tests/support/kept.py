"""Where many tests begin, built once in a process and kept in a database of its own.

A test whose first act is to build a cohort goes on in the database in which the same cohort stands already. What it
finds is what it would have built: the same rows, the same ids, from the same actions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa

from lms.core import remember
from tests.support import chance, database
from tests.support.application import prepare
from tests.support.database import Databases

T = TypeVar("T")
WORTH_KEEPING = 2
"""How often the same beginning has to come in a process."""
_asked: Counter[Hashable] = Counter()
_kept: dict[Hashable, tuple[sa.Engine, Any]] = {}
_databases: list[Databases] = []


def keep_in(databases: Databases | None) -> None:
    """Say where databases come from; nothing: keep nothing any more."""
    for engine, _value in _kept.values():
        engine.dispose()
    _kept.clear()
    _databases[:] = [databases] if databases else []


def beginning(key: Hashable, build: Callable[[], T]) -> T:
    """What `build` makes in a database that nobody has written in, and the test in the database where it stands.

    The key names everything that it depends on, the time included.
    """
    here = database.isolation()
    if not _databases or here is None or not here.untouched:
        return build()
    _asked[key] += 1
    with chance.apart(0, str(key)):
        if _asked[key] < WORTH_KEEPING:
            value = build()
            remember.forget_all()  # as after a move: whoever counts statements counts the same
            return value
        if key not in _kept:
            address = _databases[0].copy(prepare)
            with database.fresh(here.app, address):
                value = build()
            _kept[key] = database.another_engine(here.app, address), value
    engine, value = _kept[key]
    here.move(engine)
    return value
