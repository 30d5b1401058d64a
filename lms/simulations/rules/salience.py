"""Who counted in a game of SIX QUARTERS: power, legitimacy and urgency of each stakeholder, and the attention they got.

The three questions are those of stakeholder salience (who can make us, whose claim is right, whose cannot wait); how
they are answered from a game is ours: *power* is the scenario's weight against an even share; a claim is *legitimate*
where what fitted on the cards sided with it more often than against it; it is *urgent* where a promise was open or
trust low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LOW = 45.0
"""Trust below which somebody cannot wait."""
OFTEN = 0.34
"""Share of rounds from which a claim counts as urgent."""

WORDS = {
    (True, True, True): "definitive: all three",
    (True, True, False): "dominant: power and a rightful claim",
    (True, False, True): "dangerous: power and haste, no rightful claim",
    (False, True, True): "dependent: a rightful, urgent claim without power",
    (True, False, False): "dormant: power alone",
    (False, True, False): "discretionary: a rightful claim alone",
    (False, False, True): "demanding: haste alone",
    (False, False, False): "in the background",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a game says of one stakeholder."""

    name: str
    power: float
    """Their share of all power."""
    even: float
    """What everybody would have of it."""
    sided: int
    """Cards on which what fitted was in their favour, less those on which it was against them."""
    pressing: float
    """Share of rounds in which a promise to them was open or their trust was low."""
    attention: float
    """Share of all time spent on stakeholders."""


@dataclass(frozen=True, slots=True)
class Salience:
    """The three answers."""

    power: bool
    legitimacy: bool
    urgency: bool

    @property
    def words(self) -> str:
        """What such a stakeholder is called."""
        return WORDS[self.power, self.legitimacy, self.urgency]

    @property
    def count(self) -> int:
        """How many of the three."""
        return self.power + self.legitimacy + self.urgency


def salience(claim: Claim) -> Salience:
    """Power, legitimacy and urgency of a stakeholder in one game."""
    return Salience(
        power=claim.power > claim.even,
        legitimacy=claim.sided > 0,
        urgency=claim.pressing >= OFTEN,
    )


def overlooked(claims: Sequence[Claim]) -> list[Claim]:
    """Those with two of the three and less than half an even share of the time, the most salient first."""
    found = [one for one in claims if salience(one).count >= 2 and one.attention < 0.5 / max(1, len(claims))]
    return sorted(found, key=lambda one: (-salience(one).count, one.attention, one.name))
