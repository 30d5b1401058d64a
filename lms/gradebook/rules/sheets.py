"""A sheet of marks that comes back: what a cell would do, against what stands and what stood when it was taken."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from fractions import Fraction

from lms.assessment.rules import shown
from lms.core.errors import Refusal
from lms.gradebook.rules.external import read_number


class SheetRefusal(Refusal):
    """Why a sheet, or a cell of it, is not taken."""

    UNKNOWN_ID = (
        "Nobody in this cohort has the id “{text}”. Ids stand in the column “id” of a sheet taken here."
    )
    TWICE = "Row {row} is about the same learner. Keep one of the two."
    NOT_A_MARK = "“{text}” is no mark: 0 to 100, like 62 or 62.5."
    BLIND = "This is marked under a number until its release. Change it on the marking desk."
    SECOND = (
        "You look at this piece second. Give your own judgement first; then its mark can be changed here."
    )
    EMPTIED = "A mark is not taken away by emptying its cell. Excuse the item in its cell instead."
    STAMPS = "The column “versions” of this row is not as it was given. Take the sheet again."
    TOO_MUCH = (
        "This list would change {share} % of the marks it holds. Tick that this is meant, or look again."
    )
    NO_REASON = "Say why these marks change: it stays with each of them."
    NOTHING = "This list changes nothing that stands now."
    UNDONE = "This list was taken back already."


class CellDoes(enum.StrEnum):
    """What one cell of a sheet does."""

    NOTHING = "nothing"
    RECORDS = "records"
    CHANGES = "changes"
    CONFLICT = "conflict"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Present:
    """What stands in the gradebook, and what stood in the version that the sheet was taken with."""

    latest: int
    """Number of the latest version; 0: none."""
    value: Fraction | None
    """What stands; None: nothing."""
    at_stamp: Fraction | None
    """What stood in the version of the sheet."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a cell comes to."""

    does: CellDoes
    value: Fraction | None = None
    refusal: SheetRefusal | None = None


def judge_cell(text: str, stamp: int, present: Present) -> Judged:
    """What a cell does. A figure as it was given does nothing, whatever happened since."""
    if not text:
        emptied = present.value is not None and stamp == present.latest
        return Judged(CellDoes.REFUSED, refusal=SheetRefusal.EMPTIED) if emptied else Judged(CellDoes.NOTHING)
    value = read_number(text)
    if value is None or value > 100:
        return Judged(CellDoes.REFUSED, refusal=SheetRefusal.NOT_A_MARK)
    if _says(value, present.value) or (stamp != present.latest and _says(value, present.at_stamp)):
        return Judged(CellDoes.NOTHING)
    if stamp != present.latest:
        return Judged(CellDoes.CONFLICT, value)
    return Judged(CellDoes.CHANGES if present.value is not None else CellDoes.RECORDS, value)


def judge_hidden(text: str, why: SheetRefusal) -> Judged:
    """What a cell does whose mark is kept from whoever brings it: a right guess is answered like a wrong one."""
    return Judged(CellDoes.REFUSED, refusal=why) if text else Judged(CellDoes.NOTHING)


def _says(value: Fraction, known: Fraction | None) -> bool:
    """Whether a figure is what a sheet shows of a mark: cut to one decimal."""
    return known is not None and (value == known or value == Fraction(shown(known)))


def stamps(numbers: list[int]) -> str:
    """The versions of a learner's marks, in the programme's order, as a sheet carries them."""
    return " ".join(str(number) for number in numbers)


def read_stamps(text: str, count: int) -> list[int] | None:
    """The versions of a sheet's row; None where they are not as they were given."""
    parts = text.split()
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) < 7 for part in parts):
        return None
    return [int(part) for part in parts]


def share_of(acts: int, held: int) -> Fraction:
    """How much of what a list holds it would change."""
    return Fraction(acts, held) if held else Fraction(0)
