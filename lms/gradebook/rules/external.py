"""Work done elsewhere: a score out of something becomes a mark."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from lms.assessment.rules import exact, fact, shown
from lms.core.errors import Refusal

_NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,4})?$")


class GradebookRefusal(Refusal):
    """Why an external result is not taken."""

    NOT_A_NUMBER = "“{text}” is not a number. Write it like 34 or 34.5."
    OUT_OF_NOTHING = "“Out of” is more than 0."
    ABOVE = "{score} is more than the {out_of} that could be reached."
    NO_NOTE = "Say where it was done and what you saw: the learner reads this with the mark."
    LONG_NOTE = "The note is longer than 2,000 characters. Shorten it."
    NOT_GRADED = "“{key}” is not marked in this programme. Use the code or the id of an activity that is."
    NEEDS_PART = "“{key}” is marked in parts. Write one of: {parts}."
    UNKNOWN_LEARNER = "Nobody in this cohort has “{text}”."
    TWICE = "Row {row} is about the same learner and activity. Keep one of the two."
    LIST_GONE = (
        "The file of this list is not kept any more. What was taken from it stands; bring the list again."
    )
    BLIND = "This is marked under a number until its release. Ask a coordinator to record it."
    SECOND = "You look at this piece second. Give your own judgement first."
    NOT_THIS_COHORT = "That learner is not in this cohort."


LONGEST_NOTE = 2000


def read_number(text: str) -> Fraction | None:
    """A number as people write it, with a point or a comma; None when it is none."""
    plain = text.strip().replace("\N{NO-BREAK SPACE}", "")
    return Fraction(plain.replace(",", ".")) if _NUMBER.match(plain) else None


def why_not_score(score: Fraction, out_of: Fraction) -> GradebookRefusal | None:
    """Why a score cannot be a mark, or None."""
    if out_of <= 0:
        return GradebookRefusal.OUT_OF_NOTHING
    return GradebookRefusal.ABOVE if score > out_of else None


def score_mark(score: Fraction, out_of: Fraction) -> Fraction:
    """The mark of a score."""
    return 100 * score / out_of


def external_trace(score: Fraction, out_of: Fraction) -> dict[str, Any]:
    """How the score became a mark."""
    mark = score_mark(score, out_of)
    return {
        "score": exact(score),
        "out_of": exact(out_of),
        "facts": [
            fact("Work done elsewhere", f"{_plain(score)} of {_plain(out_of)}"),
            fact(
                "Mark",
                shown(mark),
                bound=f"{_plain(score)} ÷ {_plain(out_of)} × 100",
                note=f"exactly {exact(mark)}; shown cut to one decimal, never rounded",
            ),
        ],
    }


def _plain(value: Fraction) -> str:
    return f"{float(value):g}"
