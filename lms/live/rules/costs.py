"""What missing a session costs: exact ratios, the rule, how many more can be missed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lms.live.rules.attendance import Verdict, exact
from lms.live.rules.sums import Count


@dataclass(frozen=True, slots=True)
class Cost:
    """One ratio, overall or of a course, with what a session to come does to it."""

    now: Count
    missed: Count
    attended: Count
    needed: Fraction
    ahead: int
    """Sessions that count and are still to come, this one among them."""
    can_miss: int
    """How many of those ahead can be missed while all others are attended; −1: the rule cannot be reached any more."""

    @property
    def breaks(self) -> bool:
        """Missing this one puts the ratio below the rule, for now."""
        return below(self.missed, self.needed)

    @property
    def out_of_reach(self) -> bool:
        """Missing this one puts the rule out of reach by attending alone."""
        return self.can_miss < 1


def below(count: Count, needed: Fraction) -> bool:
    """Whether an exact ratio is below a rule; before anything counted it is not."""
    return count.share is not None and count.share < needed


def can_miss(count: Count, ahead: int, needed: Fraction) -> int:
    """How many of the sessions ahead can be missed, all others attended, so that the exact ratio reaches the rule."""
    whole = count.sessions + ahead
    if not whole:
        return ahead
    most = (Fraction(count.halves, 2) + ahead - needed * whole).__floor__()
    return min(ahead, most) if most >= 0 else -1


def cost(count: Count, ahead: int, needed: float) -> Cost:
    """What missing, and attending, the next session does to a ratio."""
    rule = exact(needed)
    return Cost(
        now=count,
        missed=count.plus(Verdict.ABSENT),
        attended=count.plus(Verdict.PRESENT),
        needed=rule,
        ahead=ahead,
        can_miss=can_miss(count, ahead, rule),
    )
