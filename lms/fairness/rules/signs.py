"""Signs that ratings of a team should be looked at before they count: what a coordinator reads, never a verdict.

All of it is said in *relative* figures: what a rater gave a member, over the mean of what this rater gave the
others (1: the same as everybody). Four patterns are looked for.

* *One against all*: at least three raters, every one of them gives the same member 0.85 or less, and item by
  item they hardly differ (at most one point). Independent people who are dissatisfied name different faults;
  the same line five times is a pact, or a fact that a coordinator should know as well.
* *Favours returned*: two members give each other 1.15 or more, while the mean that the others give each of
  them is 1 or less.
* *A rater apart*: what a rater gives a member lies 0.3 or more from the median of what the other raters (two
  at least, who agree) give.
* *All others low*: a rater's items have a mean that is 1.5 points below the mean of everybody else's, for
  every member rated. In shares it changes nothing; it tells how somebody sees the team.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

Items = Mapping[int, Mapping[int, Mapping[str, int]]]
"""Rater → member → item → 1 to 5; complete answers of present members only."""

AGAINST = Fraction(85, 100)
FAVOUR = Fraction(115, 100)
APART = Fraction(3, 10)
LOWER = Fraction(3, 2)
FEWEST_AGAINST = 3


class Sign(enum.StrEnum):
    """What may be odd about ratings."""

    AGAINST_ONE = "against one"
    FAVOURS = "favours returned"
    APART = "a rater apart"
    ALL_LOW = "all others low"


@dataclass(frozen=True, slots=True)
class Found:
    """One sign: who shows it, and whom it concerns."""

    sign: Sign
    raters: tuple[int, ...]
    members: tuple[int, ...]


def relative(items: Items) -> dict[int, dict[int, Fraction]]:
    """Rater → member → what was given over the rater's own mean."""
    found: dict[int, dict[int, Fraction]] = {}
    for rater, rows in items.items():
        sums = {member: sum(each.values()) for member, each in rows.items() if member != rater}
        total = sum(sums.values())
        if total:
            found[rater] = {member: Fraction(own * len(sums), total) for member, own in sums.items()}
    return found


def signs(items: Items) -> list[Found]:
    """Everything odd about these ratings, in a fixed order."""
    figures = relative(items)
    members = sorted({member for row in figures.values() for member in row})
    return [
        *_against_one(items, figures, members),
        *_favours(figures),
        *_apart(figures, members),
        *_all_low(items),
    ]


def _against_one(items: Items, figures: dict[int, dict[int, Fraction]], members: list[int]) -> list[Found]:
    found = []
    for member in members:
        raters = sorted(rater for rater, row in figures.items() if member in row)
        if len(raters) < FEWEST_AGAINST or any(figures[rater][member] > AGAINST for rater in raters):
            continue
        rows = [items[rater][member] for rater in raters]
        if all(max(row[item] for row in rows) - min(row[item] for row in rows) <= 1 for item in rows[0]):
            found.append(Found(Sign.AGAINST_ONE, tuple(raters), (member,)))
    return found


def _favours(figures: dict[int, dict[int, Fraction]]) -> list[Found]:
    found = []
    for one in sorted(figures):
        for other in sorted(figures[one]):
            if other <= one or one not in figures.get(other, {}):
                continue
            if figures[one][other] < FAVOUR or figures[other][one] < FAVOUR:
                continue
            if all(_of_others(figures, member, (one, other)) for member in (one, other)):
                found.append(Found(Sign.FAVOURS, (one, other), (one, other)))
    return found


def _of_others(figures: dict[int, dict[int, Fraction]], member: int, pair: tuple[int, int]) -> bool:
    """Whether the others say of a member no more than "as everybody"."""
    given = [row[member] for rater, row in figures.items() if rater not in pair and member in row]
    return bool(given) and sum(given, Fraction(0)) / len(given) <= 1


def _apart(figures: dict[int, dict[int, Fraction]], members: list[int]) -> list[Found]:
    found: dict[int, list[int]] = {}
    for member in members:
        for rater, row in figures.items():
            others = [each[member] for other, each in figures.items() if other != rater and member in each]
            agreed = len(others) > 1 and max(others) - min(others) < APART
            if agreed and member in row and abs(row[member] - median(others)) >= APART:
                found.setdefault(rater, []).append(member)
    return [Found(Sign.APART, (rater,), tuple(found[rater])) for rater in sorted(found)]


def _all_low(items: Items) -> list[Found]:
    def of(row: Mapping[str, int]) -> Fraction:
        return Fraction(sum(row.values()), len(row))

    found = []
    for rater, rows in sorted(items.items()):
        low = []
        for member, row in sorted(rows.items()):
            others = [of(each[member]) for other, each in items.items() if other != rater and member in each]
            if others and of(row) <= sum(others, Fraction(0)) / len(others) - LOWER:
                low.append(member)
        if low and len(low) == len(rows):
            found.append(Found(Sign.ALL_LOW, (rater,), tuple(low)))
    return found
