"""What many requests read alike, remembered by object and version for the life of the process.

A version grows in the transaction that changes what it stands for, so a remembered value is never stale: whoever reads
the new version asks for another entry. A unit of work may use what is known but adds nothing to it, since what it sees
may still be rolled back and its version be given to something else; while it runs it holds the row with the version, so
that nobody else can have made the version that it sees.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from lms.core.db import db, writing

Value = TypeVar("Value")
_all: weakref.WeakSet[Remembered[Any]] = weakref.WeakSet()


class Remembered(Generic[Value]):
    """The newest version of at most `size` objects, those used last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, tuple[Hashable, Value]] = OrderedDict()
        self._lock = threading.Lock()
        _all.add(self)

    def get(self, key: Hashable, version: Hashable, make: Callable[[], Value]) -> Value:
        """The value of an object at a version; made when it is not known."""
        where = (id(db.engine), key)
        with self._lock:
            found = self._kept.get(where)
            if found is not None and found[0] == version:
                self._kept.move_to_end(where)
                return found[1]
        value = make()
        if writing.get():
            return value
        with self._lock:
            self._kept[where] = (version, value)
            self._kept.move_to_end(where)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value

    def forget(self) -> None:
        """Know nothing any more."""
        with self._lock:
            self._kept.clear()


def forget_all() -> None:
    """Know nothing any more, anywhere: after another database took the place of the one that was read."""
    for each in list(_all):
        each.forget()
