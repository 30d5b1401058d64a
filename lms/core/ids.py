"""Public ids: what a URL shows of a person, submission, file or project. Integers stay inside."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0/o, 1/i/l: people read ids aloud."""
LENGTH = 12

_seeded: ContextVar[random.Random | None] = ContextVar("seeded_ids", default=None)


def public_id() -> str:
    """A new random public id: 12 characters, about 59 bits."""
    source = _seeded.get()
    if source is not None:
        return "".join(source.choice(ALPHABET) for _ in range(LENGTH))
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def lot(lowest: int, highest: int) -> int:
    """A whole number drawn by lot, both ends included."""
    source = _seeded.get()
    if source is not None:
        return source.randint(lowest, highest)
    return lowest + secrets.randbelow(highest - lowest + 1)


@contextmanager
def seeded(seed: int | str) -> Iterator[None]:
    """Inside, ids follow from the seed: for the demonstration, which is the same for the same seed."""
    token = _seeded.set(random.Random(seed))  # noqa: S311  # nosec B311: demonstration data only
    try:
        yield
    finally:
        _seeded.reset(token)
