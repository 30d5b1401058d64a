"""Who had a part in what their team decided: the gate of marks asks it, and so does whoever runs the game.

Reading a sheet is no part in it. Saving, submitting, confirming and dissenting are; a round counts for a member once it
was played while they sat in the team.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from lms.simulations.rules.sheets import Entry

PART = frozenset({Entry.SAVED, Entry.SUBMITTED, Entry.CONFIRMED, Entry.DISSENTED})
"""What counts: whoever dissents has said where they stand. Taking the pen and seeing the sheet do not."""


def had_part(did: Collection[Entry]) -> bool:
    """Whether somebody who did these things in a round had a part in it."""
    return not PART.isdisjoint(did)


def participation(
    rounds: Collection[int], did: Mapping[int, Collection[Entry]]
) -> tuple[int, int, Fraction | None]:
    """Rounds in which somebody had a part, rounds that count for them, and the share; None while no round counts.

    `rounds` are those that were played while they sat in the team, `did` says by round what they did.
    """
    counted = set(rounds)
    part = sum(had_part(did.get(one, ())) for one in counted)
    return part, len(counted), Fraction(part, len(counted)) if counted else None
