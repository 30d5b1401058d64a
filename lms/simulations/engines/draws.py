"""Chance by purpose: every draw is a pure function of its key.

A generator with a state would tie each draw to all draws before it: buying one study more would change the weather.
Here a draw is the SHA-256 digest of its key (world seed, purpose, round, team, …), as in counter-based generators
(Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011). Equal keys give equal draws on every machine.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

Part = str | int
"""What a key is made of."""

Item = TypeVar("Item")
_STANDARD = NormalDist()
_BITS = 53


def uniform(*key: Part) -> float:
    """A number of the open interval (0, 1), uniform over keys; 53 bits, never 0 and never 1."""
    digest = hashlib.sha256(_spelled(key)).digest()
    return ((int.from_bytes(digest[:8], "big") >> (64 - _BITS)) + 0.5) / (1 << _BITS)


def normal(*key: Part) -> float:
    """A standard normal number (mean 0, standard deviation 1), by the inverse of its distribution function."""
    return _STANDARD.inv_cdf(uniform(*key))


def within(spread: float, *key: Part) -> float:
    """A number of the open interval (-spread, +spread), uniform over keys."""
    return spread * (2 * uniform(*key) - 1)


def below(count: int, *key: Part) -> int:
    """A whole number from 0 to `count` - 1."""
    if count < 1:
        raise ValueError("there is nothing to draw from")
    return math.floor(uniform(*key) * count)


def shuffled(items: Sequence[Item], *key: Part) -> list[Item]:
    """The items in an order that depends on the key and on the items' given order (Fisher–Yates)."""
    drawn = list(items)
    for last in range(len(drawn) - 1, 0, -1):
        other = below(last + 1, *key, "shuffle", last)
        drawn[last], drawn[other] = drawn[other], drawn[last]
    return drawn


def sample(items: Sequence[Item], count: int, *key: Part) -> list[Item]:
    """`count` different items, in the drawn order; ValueError where there are fewer."""
    if count > len(items):
        raise ValueError(f"{count} of {len(items)} cannot be drawn")
    return shuffled(items, *key)[:count]


def _spelled(key: tuple[Part, ...]) -> bytes:
    """A key as bytes; JSON keeps (\"a\", \"bc\") and (\"ab\", \"c\") apart, and 1 and \"1\"."""
    return json.dumps(key, separators=(",", ":"), ensure_ascii=True).encode()
