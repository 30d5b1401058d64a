"""What a team's result in a simulation is worth to each of its members.

The mark is the team's own score against criteria known beforehand, never a rank: the balanced score of Portfolio Years
or the competency index of Six Quarters, as it stood after the last round that the member was in. It counts for whoever
had a part in enough of the rounds for which they sat in a team; for others it is nothing, and the explanation says why.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.assessment.rules.figures import fact, shown

WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class Took:
    """A round for which somebody sat in a team when it closed."""

    number: int
    team_id: int
    part: bool
    """They saved, submitted, confirmed or dissented."""
    score: Fraction
    """Their team's, as if the game had ended with that round."""


class Outcome(enum.StrEnum):
    """What comes of a simulation for a member."""

    COUNTS = "the team's result"
    NO_PART = "too small a part"
    TOO_SHORT = "too few rounds"
    """In a team for less than half of the game: somebody decides by hand."""


@dataclass(frozen=True, slots=True)
class MemberMark:
    """A member's mark with what it rests on."""

    outcome: Outcome
    value: Fraction | None
    """0 to 100; None: no mark by this rule."""
    team_id: int | None
    """Whose result it is."""
    last: int
    """The last round that they were in with this team."""
    sat: int
    """Rounds for which they sat in a team."""
    parts: int
    """Rounds in which they had a part."""


def member_mark(took: Sequence[Took], *, rounds: int, gate: Fraction) -> MemberMark:
    """What a game of so many rounds comes to for a member.

    Whoever changed teams has the result of the one in which they were for most rounds, of equals the later one.
    """
    parts = sum(one.part for one in took)
    if not took:
        return MemberMark(Outcome.TOO_SHORT, None, None, 0, 0, 0)
    counted = Counter(one.team_id for one in took)
    latest = {one.team_id: one.number for one in sorted(took, key=lambda one: one.number)}
    team_id = max(counted, key=lambda team: (counted[team], latest[team]))
    last = max((one for one in took if one.team_id == team_id), key=lambda one: one.number)
    sat = len(took)
    if 2 * sat < rounds:
        return MemberMark(Outcome.TOO_SHORT, None, team_id, last.number, sat, parts)
    if Fraction(parts, sat) < gate:
        return MemberMark(Outcome.NO_PART, Fraction(0), team_id, last.number, sat, parts)
    return MemberMark(
        Outcome.COUNTS, min(WHOLE, max(Fraction(0), last.score)), team_id, last.number, sat, parts
    )


def mark_facts(
    mark: MemberMark, *, name: str, team: str, score: Fraction, rounds: int, gate: Fraction, helped: bool
) -> list[dict[str, Any]]:
    """The lines that explain a member's mark; `name` is what the score is called."""
    needed = -(-mark.sat * gate.numerator // gate.denominator)
    met = mark.outcome is Outcome.COUNTS
    lines = [
        fact(
            f"{name} of {team} after round {mark.last} of {rounds}",
            shown(score),
            bound="of 100",
            note="against criteria that were known beforehand; no other team is in it",
        ),
        fact(
            "Rounds in which you had a part",
            f"{mark.parts} of {mark.sat}",
            bound=f"at least {needed}",
            verdict="met" if met else "missed",
            note="saved, submitted, confirmed or dissented; with less the team's result does not count",
        ),
    ]
    if helped:
        lines.append(
            fact(
                "A bot helped this team out",
                note="where the team submitted nothing; its score stands as it is",
            )
        )
    return lines
