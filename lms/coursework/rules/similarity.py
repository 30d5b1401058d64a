"""Overlap of two texts: how many words of each stand in passages that stand in the other. A share, never a verdict.

A text is read as words. What is quoted, the list of sources, footnotes, and what the brief itself says are left out, so
are stretches too short to compare. Two texts share a passage where five words follow each other in both. The share of a
text is the part of its words that lie in shared passages: identical texts have all, texts that share none have none.

So that a new text need not be laid beside every earlier one, each keeps fingerprints: of all its passages those that
`winnowing` selects (Schleimer, Wilkerson and Aiken, “Winnowing: local algorithms for document fingerprinting”, SIGMOD
2003). Two texts that share eight words in a row have a fingerprint in common; only such pairs are then compared word by
word. Hashes are BLAKE2b, so that they are the same in every process and may be kept.
"""

from __future__ import annotations

import enum
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

PASSAGE = 5
"""Words that must follow each other in both texts."""
WINDOW = 4
"""Passages of which one is kept as a fingerprint."""
SURE = PASSAGE + WINDOW - 1
"""A common stretch of so many words is always found."""
LONGEST_QUOTE = 1200
"""Characters. A sign that is never closed must not hide the rest of the text."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LEFT_OUT = (
    re.compile(r"^[ \t]*>.*$", re.MULTILINE),
    re.compile(r"^[ \t]*\[\^[^\]\n]+\]:.*$", re.MULTILINE),
    re.compile(rf"“[^”]{{1,{LONGEST_QUOTE}}}”"),
    re.compile(rf"«[^»]{{1,{LONGEST_QUOTE}}}»"),
    re.compile(rf'"[^"\n]{{1,{LONGEST_QUOTE}}}"'),
    re.compile(
        r"^[ \t]*(?:#+[ \t]*)?(?:\*\*)?(?:references|bibliography|sources|works cited|literature)"
        r"(?:\*\*)?[ \t]*:?[ \t]*$"
        r"(?:\n(?![ \t]*#).*)*",
        re.MULTILINE | re.IGNORECASE,
    ),
)
Hashes = frozenset[int]
NOTHING: Hashes = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is compared."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """Where each word stands in the text."""
    counts: tuple[bool, ...]
    """Whether a word is compared at all."""
    passages: tuple[int | None, ...]
    """The hash of the passage that begins with each word; None where none does."""

    @property
    def words(self) -> int:
        """How many words are compared."""
        return sum(self.counts)

    @property
    def left_out(self) -> int:
        """How many are not: quoted, a source, the brief's, or too few in a row."""
        return len(self.counts) - self.words

    @property
    def hashes(self) -> Hashes:
        """All its passages."""
        return frozenset(each for each in self.passages if each is not None)


def read(text: str, brief: Hashes = NOTHING) -> Reading:
    """Read a text; passages that stand in the brief are left out too."""
    found = list(_WORD.finditer(text))
    spans = tuple(match.span() for match in found)
    words = [unicodedata.normalize("NFKC", match.group()).casefold() for match in found]
    counts = _with_runs(_not_left_out(text, spans))
    passages = _passages(words, counts)
    if brief:
        of_brief = _covered(passages, brief)
        counts = _with_runs([kept and not known for kept, known in zip(counts, of_brief, strict=True)])
        passages = _passages(words, counts)
    return Reading(text, spans, tuple(counts), tuple(passages))


def _not_left_out(text: str, spans: Sequence[tuple[int, int]]) -> list[bool]:
    kept = [True] * len(spans)
    for pattern in _LEFT_OUT:
        for hidden in pattern.finditer(text):
            start, end = hidden.span()
            for at in range(_first_from(spans, start), len(spans)):
                if spans[at][0] >= end:
                    break
                kept[at] = False
    return kept


def _first_from(spans: Sequence[tuple[int, int]], start: int) -> int:
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][0] < start:
            low = middle + 1
        else:
            high = middle
    return low


def _with_runs(kept: Sequence[bool]) -> list[bool]:
    """Without stretches in which no passage fits."""
    result = [False] * len(kept)
    for start, end in _runs(kept):
        if end - start >= PASSAGE:
            result[start:end] = [True] * (end - start)
    return result


def _runs(kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start = None
    for at, each in enumerate([*kept, False]):
        if each and start is None:
            start = at
        elif not each and start is not None:
            yield start, at
            start = None


def _passages(words: Sequence[str], counts: Sequence[bool]) -> list[int | None]:
    found: list[int | None] = [None] * len(words)
    for start, end in _runs(counts):
        for at in range(start, end - PASSAGE + 1):
            found[at] = _hash(words[at : at + PASSAGE])
    return found


def _hash(words: Sequence[str]) -> int:
    digest = hashlib.blake2b("\n".join(words).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big")


def fingerprints(reading: Reading) -> Hashes:
    """The passages that are kept: the smallest of every window, the last one where several are."""
    chosen: set[int] = set()
    for start, end in _runs([each is not None for each in reading.passages]):
        row = [each for each in reading.passages[start:end] if each is not None]
        for at in range(max(1, len(row) - WINDOW + 1)):
            chosen.add(min(row[at : at + WINDOW]))
    return frozenset(chosen)


# Two texts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common, from the first one's side and from the other's."""

    words: int
    shared: int
    other_words: int
    other_shared: int

    @property
    def share(self) -> Fraction:
        """The part of the first text."""
        return Fraction(self.shared, self.words) if self.words else Fraction(0)

    @property
    def other_share(self) -> Fraction:
        """The part of the other one."""
        return Fraction(self.other_shared, self.other_words) if self.other_words else Fraction(0)

    @property
    def larger(self) -> Fraction:
        """By which pairs are put in order: a short text may lie in a long one whole."""
        return max(self.share, self.other_share)


def overlap(one: Reading, other: Reading) -> Overlap:
    """Count the words of each that stand in passages of both."""
    common = one.hashes & other.hashes
    return Overlap(
        one.words,
        sum(_covered(one.passages, common)),
        other.words,
        sum(_covered(other.passages, common)),
    )


def _covered(passages: Sequence[int | None], common: Hashes) -> list[bool]:
    """Which words lie in a passage of these."""
    covered, left = [], 0
    for each in passages:
        if each is not None and each in common:
            left = PASSAGE
        covered.append(left > 0)
        left = max(0, left - 1)
    return covered


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `number` joins it to the same passage of the other text, 0: it is in this one only."""

    text: str
    number: int = 0
    first: bool = False
    """The first place of this number in its text."""


def side_by_side(one: Reading, other: Reading) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in stretches, with the passages that they share numbered alike.

    A stretch of the first text has the number of its place; one of the other has that of the stretch in which its first
    passage stands.
    """
    common = one.hashes & other.hashes
    numbers: dict[int, int] = {}
    mine = []
    for number, (start, end) in enumerate(_runs(_covered(one.passages, common)), start=1):
        mine.append((start, end, number))
        for each in one.passages[start:end]:
            if each in common:
                numbers.setdefault(each, number)
    theirs = [
        (start, end, next(numbers[each] for each in other.passages[start:end] if each in common))
        for start, end in _runs(_covered(other.passages, common))
    ]
    return _pieces(one, mine), _pieces(other, theirs)


def _pieces(reading: Reading, marked: Iterable[tuple[int, int, int]]) -> tuple[Piece, ...]:
    pieces, at = [], 0
    seen: set[int] = set()
    for start, end, number in marked:
        begin, stop = reading.spans[start][0], reading.spans[end - 1][1]
        pieces += [
            Piece(reading.text[at:begin]),
            Piece(reading.text[begin:stop], number, number not in seen),
        ]
        seen.add(number)
        at = stop
    pieces.append(Piece(reading.text[at:]))
    return tuple(each for each in pieces if each.text)


# What a share asks for ----------------------------------------------------------------------------------------------


class Band(enum.StrEnum):
    """What a share asks somebody to do; it says nothing about anybody."""

    USUAL = "usual"
    READ = "read both"
    ASK = "ask the authors"
    PANEL = "for the panel to read"


class Bands(Protocol):
    """The limits of a programme's policies."""

    @property
    def fine_to(self) -> float: ...
    @property
    def review_to(self) -> float: ...
    @property
    def revise_to(self) -> float: ...


def band(share: Fraction, limits: Bands) -> Band:
    """The band of a share: a limit itself still belongs to the band below it."""
    for name, limit in (
        (Band.USUAL, limits.fine_to),
        (Band.READ, limits.review_to),
        (Band.ASK, limits.revise_to),
    ):
        if share <= Fraction(str(limit)):
            return name
    return Band.PANEL
