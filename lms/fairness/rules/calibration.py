"""The piece that markers begin with: who still has to judge it, when once more, how far apart two judgements lie.

It is no mark: nothing here reaches a learner, and nothing of it counts anywhere.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.core.errors import Refusal

MOST_TRIES = 2
SHORTEST_NAME = 3
BLANK = "[name]"


class Asked(enum.StrEnum):
    """How much a programme wants of it (policies.yaml, `calibration`)."""

    OFF = "off"
    ADVISED = "advised"
    REQUIRED = "required"


class Step(enum.StrEnum):
    """Where somebody stands with it."""

    TO_DO = "to do"
    BEGUN = "begun"
    DONE = "done"
    AGREED = "agreed on it"
    EXEMPT = "exempt"


class CalibrationRefusal(Refusal):
    """Why a step with it is refused."""

    OFF = "By the policies of this programme no piece is set to begin with."
    SET = "A piece is set already. Take it back first; that is possible until somebody has judged it."
    NO_PIECE = "Choose a finished piece of this activity."
    NO_TEXT = "This piece has no text that could be shown, only files. Choose another, or bring a text."
    NOTHING = "Bring the text that markers are to judge."
    TOO_LONG = "A text has at most 60,000 characters."
    NO_REASON = "Say why, in a few words: the reason is kept."
    JUDGED = "Somebody has judged it: it stays."
    ANOTHERS = "Somebody else is writing the agreed judgement of this piece."
    OPEN = "The agreed judgement stands: markers have begun to be compared with it."
    NOT_OPEN = "Nothing is asked of markers yet: the agreed judgement is missing."
    CHANGED = "This was saved in another window. Reload the page to see what stands."
    DONE = "You have judged this piece. Nothing more is asked of you."
    NOT_DIRECTOR = "Only a director lets somebody mark without it."
    NOT_A_MARKER = "Choose somebody who marks this activity and has not judged it."
    NOBODY = "Everybody has done it: there is nobody to remind."


@dataclass(frozen=True, slots=True)
class CalibrationPolicy:
    """What a programme says about it."""

    asked: Asked
    tolerance: Fraction
    shown_from: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of somebody: the totals they finished, in order, and what frees them."""

    marks: tuple[Fraction, ...] = ()
    begun: bool = False
    agreed: bool = False
    """They agreed on the reference: they cannot be compared with it."""
    exempt: bool = False

    @property
    def step(self) -> Step:
        """Where they stand."""
        if self.agreed:
            return Step.AGREED
        if self.marks:
            return Step.DONE
        if self.exempt:
            return Step.EXEMPT
        return Step.BEGUN if self.begun else Step.TO_DO

    @property
    def free(self) -> bool:
        """Whether they may judge other pieces."""
        return self.agreed or self.exempt or bool(self.marks)


def within(mark: Fraction, reference: Fraction, tolerance: Fraction) -> bool:
    """Whether a total lies close enough to the agreed one."""
    return abs(mark - reference) <= tolerance


def next_try(standing: Standing, reference: Fraction, tolerance: Fraction) -> int | None:
    """The number of the judgement that somebody may write now; None: nothing more is asked."""
    if standing.agreed or len(standing.marks) >= MOST_TRIES:
        return None
    if standing.marks and within(standing.marks[-1], reference, tolerance):
        return None
    return len(standing.marks) + 1


def holds_back(asked: Asked, standing: Standing) -> bool:
    """Whether somebody may not judge other pieces yet."""
    return asked is Asked.REQUIRED and not standing.free


@dataclass(frozen=True, slots=True)
class Apart:
    """One row of the rubric in two judgements, in points."""

    key: str
    own: Fraction
    reference: Fraction

    @property
    def difference(self) -> Fraction:
        """One's own less the agreed one."""
        return self.own - self.reference


def rows_apart(own: Mapping[str, Fraction], reference: Mapping[str, Fraction]) -> list[Apart]:
    """How far apart two judgements lie, row by row, in the reference's order."""
    return [Apart(key, own[key], points) for key, points in reference.items() if key in own]


def median_distance(marks: Sequence[Fraction], reference: Fraction) -> Fraction | None:
    """The middle distance of several first judgements from the agreed one."""
    apart = sorted(abs(mark - reference) for mark in marks)
    if not apart:
        return None
    middle = len(apart) // 2
    return apart[middle] if len(apart) % 2 else (apart[middle - 1] + apart[middle]) / 2


def without_names(html: str, names: Iterable[str]) -> str:
    """A text in which every part of these names that stands as a word is blanked; tags stay as they are."""
    parts = {
        _folded(part) for name in names for part in re.findall(r"\w+", name) if len(part) >= SHORTEST_NAME
    }

    def blank(found: re.Match[str]) -> str:
        return BLANK if _folded(found.group()) in parts else found.group()

    pieces = re.split(r"(<[^>]*>|&\w+;)", html)
    return "".join(piece if index % 2 else re.sub(r"\w+", blank, piece) for index, piece in enumerate(pieces))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
