"""From what members of a team say of each other to the factor of each, exactly.

Each member rates every other on the same items, 1 to 5; nobody rates themselves. What a rater gives a member
is a share of all that this rater gives, so strict and generous raters weigh the same. A member's raw figure
is the mean of their shares, times the number of the others: 1 means "as much as everybody else". The raw
figures are then moved together, up or down, and clipped to the bounds until their mean is exactly 1: this is
the nearest point that keeps both (least squares), it treats equals equally, and no bound is broken afterwards
as clipping and then scaling would do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Given = Mapping[int, Mapping[int, int]]
"""Rater → member → the sum of the items that the rater gave. Only those who rated every other member stand in it."""


@dataclass(frozen=True, slots=True)
class FactorPolicy:
    """What a programme says about factors (policies.yaml, `capstone` and `contribution`)."""

    low: Fraction
    high: Fraction
    response: Fraction
    """With a smaller share of answers every factor is 1."""
    comment_from: Fraction
    """A factor further from 1 than this needs a comment."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What the ratings of a team come to."""

    values: Mapping[int, Fraction]
    """Member → factor."""
    raw: Mapping[int, Fraction] = field(default_factory=dict)
    """Before the bounds; empty where too few answered."""
    answered: int = 0
    members: int = 0
    enough: bool = True
    """Whether so many answered that the ratings count."""

    def far(self, comment_from: Fraction) -> list[int]:
        """The members whose factor needs a comment."""
        return sorted(member for member, value in self.values.items() if abs(value - 1) > comment_from)


def shares(given: Given, members: Collection[int]) -> dict[int, dict[int, Fraction]]:
    """Rater → member → share of what this rater gave to the others that are still in the team."""
    found: dict[int, dict[int, Fraction]] = {}
    for rater, scores in given.items():
        own = {member: Fraction(scores[member]) for member in members if member != rater and member in scores}
        total = sum(own.values(), Fraction(0))
        if rater in members and total:
            found[rater] = {member: score / total for member, score in own.items()}
    return found


def raw_figures(given: Given, members: Collection[int]) -> dict[int, Fraction]:
    """Each member's mean share times the number of the others; 1 for whom nobody rated."""
    all_shares = shares(given, members)
    found = {}
    for member in members:
        own = [row[member] for rater, row in all_shares.items() if rater != member]
        found[member] = (len(members) - 1) * sum(own, Fraction(0)) / len(own) if own else Fraction(1)
    return found


def project(raw: Sequence[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
    """The nearest figures between the bounds whose mean is exactly 1.

    Clip; spread what is missing (or too much) evenly over those not clipped; repeat until both hold. A step
    ends where the next figure meets a bound or comes loose from it, so there are at most two steps for each
    figure.
    """
    shift = Fraction(0)
    while True:
        values = [min(high, max(low, figure + shift)) for figure in raw]
        residue = len(raw) - sum(values, Fraction(0))
        if not residue:
            return values
        shift += _step(raw, shift, residue, low, high)


def _step(
    raw: Sequence[Fraction], shift: Fraction, residue: Fraction, low: Fraction, high: Fraction
) -> Fraction:
    """How far all move together now: as far as the residue needs, or to the next bound."""
    if residue > 0:
        free = sum(low <= figure + shift < high for figure in raw)
        corners = [bound - figure - shift for figure in raw for bound in (low, high)]
        limit = min(corner for corner in corners if corner > 0)
        return min(limit, residue / free) if free else limit
    free = sum(low < figure + shift <= high for figure in raw)
    corners = [bound - figure - shift for figure in raw for bound in (low, high)]
    limit = max(corner for corner in corners if corner < 0)
    return max(limit, residue / free) if free else limit


def factors(
    members: Collection[int], given: Given, policy: FactorPolicy, *, excluded: Collection[int] = ()
) -> Factors:
    """The factor of each member who is still in the team.

    A rater who was left out still counts among those who answered: leaving one out must not void what the others said.
    """
    present = sorted(set(members))
    ones = dict.fromkeys(present, Fraction(1))
    answered = [rater for rater in present if rater in given]
    if not present or Fraction(len(answered), len(present)) < policy.response:
        return Factors(ones, {}, len(answered), len(present), enough=False)
    counted = {rater: given[rater] for rater in answered if rater not in excluded}
    raw = raw_figures(counted, present)
    values = project([raw[member] for member in present], policy.low, policy.high)
    return Factors(dict(zip(present, values, strict=True)), raw, len(answered), len(present))
