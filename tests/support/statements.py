"""Counting SQL: `with statements() as seen: …` and then `assert len(seen) <= 6`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

_FRAME = re.compile(r"\s*(begin|commit|rollback|savepoint|release|pragma)\b", re.IGNORECASE)


class Statements(list[str]):
    """The SQL statements that were sent, without those that only open and close transactions."""

    def about(self, table: str) -> list[str]:
        """Return those that name a table."""
        return [text for text in self if re.search(rf"\b{re.escape(table)}\b", text)]

    @property
    def writes(self) -> list[str]:
        """Those that change something."""
        return [text for text in self if re.match(r"\s*(insert|update|delete)\b", text, re.IGNORECASE)]

    def __repr__(self) -> str:
        """Show them numbered, one under the other, so that a failed count explains itself."""
        return "\n".join(f"{number}. {' '.join(text.split())}" for number, text in enumerate(self, start=1))


@contextmanager
def statements() -> Iterator[Statements]:
    """Collect what any connection of this process sends to a database."""
    seen = Statements()

    def note(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if not _FRAME.match(text):
            seen.append(text)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
