"""Feedback to a whole class: what a draft of it says, and why a step with it is refused.

A draft speaks of the class and never of one learner. It is made from five finished pieces or more; how many stand at a
level is said in words that fit several figures; a comment is one of the bank, and stands in two pieces at least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from lms.core.errors import Refusal

LEAST_PIECES = 5
"""Of fewer, everybody would know whose level is whose."""
LEAST_SAID = 2
"""A comment that stands in one piece is about that piece."""
MOST_SAID = 6
LONGEST = 20_000


class ClassFeedbackRefusal(Refusal):
    """Why a step with class feedback is refused."""

    CHANGED = "{who} saved this text after you opened it. Nothing was overwritten."
    TOO_FEW = (
        "{count} of {least} pieces are finished. Of fewer, a summary would speak of single learners:"
        " write one yourself, or come back when more are marked."
    )
    TOO_LONG = "Class feedback has at most 20,000 characters."
    EMPTY = "There is nothing to approve: write the text first."
    NO_REASON = "Learners have read an earlier text. Say why it is corrected; the reason is kept for staff."
    APPROVED = "This text is approved already."


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """What a finished piece of work adds to the picture of its class."""

    levels: Mapping[str, int]
    """Row of the rubric → level."""
    snippets: frozenset[str] = frozenset()
    """Comments of the bank that stand in it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the rubric, as the draft speaks of it."""

    key: str
    title: str
    words: tuple[str, ...] = ()
    """What work at each level looks like, from level 1."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a class stands in one row."""

    row: Row
    counts: Mapping[int, int]

    @property
    def mean(self) -> Fraction:
        """The mean level."""
        total = sum(self.counts.values())
        return Fraction(sum(level * count for level, count in self.counts.items()), total)

    @property
    def usual(self) -> int:
        """The level that most reached; of several, the lowest."""
        return min(self.counts, key=lambda level: (-self.counts[level], level))


@dataclass(frozen=True)
class Material:
    """Everything that a draft is made from."""

    rows: Sequence[Row]
    levels: Mapping[int, str]
    """Level → what it is called."""
    pieces: Sequence[MarkedPiece]
    said: Mapping[str, str] = field(default_factory=dict)
    """Comment of the bank → its words."""


def enough(pieces: int) -> bool:
    """Whether a class can be spoken of without speaking of somebody."""
    return pieces >= LEAST_PIECES


def share_in_words(share: Fraction) -> str:
    """How many, in words that fit several figures: what exactly nobody reads off them."""
    if share >= Fraction(9, 10):
        return "nearly all"
    if share >= Fraction(3, 5):
        return "most"
    if share >= Fraction(2, 5):
        return "about half"
    return "some" if share >= Fraction(1, 5) else "a few"


def standings(rows: Sequence[Row], pieces: Sequence[MarkedPiece]) -> list[Standing]:
    """How the class stands in each row that was judged."""
    found = []
    for row in rows:
        counts = Counter(piece.levels[row.key] for piece in pieces if row.key in piece.levels)
        if counts:
            found.append(Standing(row, counts))
    return found


def often_said(pieces: Sequence[MarkedPiece]) -> list[str]:
    """Comments of the bank that stand in several pieces, the most used first."""
    counts = Counter(one for piece in pieces for one in piece.snippets)
    often = [(count, one) for one, count in counts.items() if count >= LEAST_SAID]
    return [one for _count, one in sorted(often, key=lambda each: (-each[0], each[1]))][:MOST_SAID]


def compose(material: Material) -> str:
    """The draft, as Markdown; empty where there are too few pieces."""
    if not enough(len(material.pieces)):
        return ""
    found = standings(material.rows, material.pieces)
    blocks = []
    if found:
        blocks += [
            "## On the whole",
            _on_the_whole(found),
            "## Row by row",
            _row_by_row(found, material.levels),
        ]
    said = [material.said[one] for one in often_said(material.pieces) if material.said.get(one, "").strip()]
    if said:
        blocks += ["## What was said more than once", "\n".join(_item(words) for words in said)]
    return "\n\n".join(blocks)


def _on_the_whole(found: Sequence[Standing]) -> str:
    best, worst = max(found, key=lambda one: one.mean), min(found, key=lambda one: one.mean)
    if best.mean == worst.mean:
        return "The rows of the rubric came out much alike."
    words = f"Strongest was **{best.row.title}**, weakest **{worst.row.title}**."
    if worst.usual < len(worst.row.words):
        words += f" One level higher reads there: “{worst.row.words[worst.usual].strip()}”"
    return words


def _row_by_row(found: Sequence[Standing], levels: Mapping[int, str]) -> str:
    lines = []
    for one in found:
        total = sum(one.counts.values())
        parts = [
            f"{share_in_words(Fraction(one.counts[level], total))} at “{levels.get(level, level)}”"
            for level in sorted(one.counts, key=lambda level: (-one.counts[level], -level))
        ]
        lines.append(f"- **{one.row.title}**: {', '.join(parts)}.")
    return "\n".join(lines)


def _item(words: str) -> str:
    first, *rest = words.replace("\r\n", "\n").strip().split("\n")
    return "\n".join([f"- {first}", *(f"  {line}" if line.strip() else "" for line in rest)])


def why_not_approve(text: str, *, changed: bool, seen: bool, reason: str) -> ClassFeedbackRefusal | None:
    """Why a text cannot be approved, or None. `seen`: learners have read an earlier one."""
    if not text.strip():
        return ClassFeedbackRefusal.EMPTY
    if not changed:
        return ClassFeedbackRefusal.APPROVED
    return ClassFeedbackRefusal.NO_REASON if seen and not reason.strip() else None
