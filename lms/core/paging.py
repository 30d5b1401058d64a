"""Keyset paging: a page is found by where the last one ended, never by counting rows away."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
SIZE = 30
LARGEST = 2**31 - 1
"""So large can the id of a row be."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the cursor of the next older ones (None at the end)."""

    rows: tuple[T, ...]
    next_cursor: str | None = None


def cursor_of(values: Sequence[Any]) -> str:
    """Write the sort key of the last row shown as an opaque word for the URL."""
    return base64.urlsafe_b64encode(json.dumps(list(values), default=str).encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> list[Any] | None:
    """Read a cursor back; anything else than one of ours reads as the first page."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None
    return values if isinstance(values, list) and all(_storable(value) for value in values) else None


def _storable(value: Any) -> bool:
    """Whether a database can compare with it: a number that fits a column, a text without what none keeps."""
    if isinstance(value, str):
        return "\x00" not in value
    return value is None or (isinstance(value, int | float) and abs(value) <= LARGEST)


def page(rows: Sequence[T], key: Callable[[T], Sequence[Any]], size: int = SIZE) -> Page[T]:
    """Make a page of rows that were fetched with a limit of size + 1."""
    shown = tuple(rows[:size])
    return Page(shown, cursor_of(key(shown[-1])) if len(rows) > size else None)
