"""What is drawn by lot in a test follows from its name and the seed of the run, so no test passes or fails by chance.

Public ids, and with them the questions of a quiz attempt, candidate numbers, codes and tokens come from `secrets`; here
each test has a source of its own. `--randomly-seed=…` draws everything differently: the order of tests, what
`hypothesis` tries, and these. Another process (a server that a test starts, a worker that it kills) draws as in life.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

USUAL_SEED = 1
"""The seed of a run that names none."""
_source = random.Random(USUAL_SEED)


def install() -> None:
    """Let everything in this process draw from the source of the test that runs."""
    secrets.choice = _choice  # type: ignore[assignment]
    secrets.randbelow = _source.randrange
    secrets.token_bytes = _token_bytes


def begin(seed: int, name: str) -> None:
    """Begin the draws of a test."""
    _source.seed(f"{seed}:{name}")


@contextmanager
def apart(seed: int, name: str) -> Iterator[None]:
    """Inside, draw for what several tests share, whichever of them comes first."""
    before = _source.getstate()
    begin(seed, name)
    yield
    _source.setstate(before)


def _choice(among: Sequence[Any]) -> Any:
    return _source.choice(among)


def _token_bytes(nbytes: int | None = None) -> bytes:
    return _source.randbytes(secrets.DEFAULT_ENTROPY if nbytes is None else nbytes)
