"""Whose a name in a meeting's list may be. Only a proposal with its reasons: a person decides."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof", "phone", "iphone", "ipad", "the", "guest", "zoom"})
MOST = 3
_NEAR = 0.84


@dataclass(frozen=True, slots=True)
class Name:
    """A learner as they are compared."""

    place_id: int
    name: str
    email: str
    pressed: bool = False
    """They pressed the join button of this session."""
    has_minutes: bool = False
    """A list has minutes of theirs already."""
    on_leave: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A learner who may be meant, and why."""

    place_id: int
    name: str
    reasons: tuple[str, ...]
    weight: int


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name: without accents, capitals, titles, devices and single letters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    found = re.findall(r"[^\W\d_]+", bare.casefold())
    return tuple(word for word in found if len(word) > 1 and word not in _TITLES)


def candidates(
    name: str,
    original: str,
    address: str,
    learners: Sequence[Name],
    remembered: Mapping[int, str] | None = None,
) -> tuple[Candidate, ...]:
    """At most three learners who may be meant, likeliest first.

    `remembered`: place → the session in which the name was said to be theirs.
    """
    often = Counter(word for one in learners for word in set(words_of(one.name)))
    found = []
    for one in learners:
        reasons = _reasons(name, original, address, one, often)
        before = (remembered or {}).get(one.place_id)
        if before:
            reasons.insert(0, (f"was said to be theirs in {before}", 60))
        if not reasons:
            continue
        if one.pressed and not one.has_minutes:
            reasons.append(("pressed the join button, and no minutes are theirs yet", 25))
        elif not one.has_minutes and not one.on_leave:
            reasons.append(("no minutes are theirs yet", 10))
        else:
            reasons.append(("has minutes already" if one.has_minutes else "is on leave", -10))
        weight = sum(points for _words, points in reasons)
        found.append(Candidate(one.place_id, one.name, tuple(words for words, _points in reasons), weight))
    found.sort(key=lambda one: (-one.weight, one.name, one.place_id))
    return tuple(found[:MOST])


def _reasons(
    name: str, original: str, address: str, one: Name, often: Mapping[str, int]
) -> list[tuple[str, int]]:
    theirs = set(words_of(one.name))
    reasons: list[tuple[str, int]] = []
    for text, what in ((name, "name"), (original, "name behind the name")):
        words = set(words_of(text))
        shared = words & theirs
        if words and words == theirs:
            reasons.append((f"the same {what}", 50))
        elif len(shared) > 1:
            reasons.append((f"the {what} has “{' '.join(sorted(shared))}”", 40))
        elif shared:
            word = next(iter(shared))
            alone = often[word] == 1
            reasons.append(
                (
                    f"the {what} has “{word}”" + (", which only they are called here" if alone else ""),
                    30 if alone else 15,
                )
            )
        elif words and _nearly(text, one.name):
            reasons.append((f"nearly the same {what}", 25))
    local = address.partition("@")[0] if "@" in address else ""
    parts = set(words_of(local.replace(".", " ").replace("_", " ").replace("-", " ")))
    joined = "".join(sorted(parts))
    if theirs and len(parts & theirs) > 1:
        reasons.append(("the address has their name", 35))
    elif parts & theirs or any(len(word) > 3 and word in joined for word in theirs):
        reasons.append(("the address has a part of their name", 15))
    own = one.email.partition("@")[0].lower()
    if local and own and local == own and "@" in address:
        reasons.append(("the address begins like theirs", 25))
    return reasons


def _nearly(a: str, b: str) -> bool:
    left, right = " ".join(sorted(words_of(a))), " ".join(sorted(words_of(b)))
    return len(left) > 3 and difflib.SequenceMatcher(None, left, right).ratio() >= _NEAR
