"""What a sheet of SIX QUARTERS comes to before it is played: arithmetic on what the team itself decides, no forecast.

How others will take it is not known, and nothing here hints at it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.simulations.rules.games import Json
from lms.simulations.rules.leadership_desk import PURPOSES, SPARE, CardView, Situation
from lms.simulations.rules.leadership_sheet import total

_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Spent:
    """Attention for one purpose."""

    field: str
    title: str
    group: str
    """`stakeholders`, `people` or `work`."""
    asked: float
    gets: float
    """After scaling."""
    need: float
    """Units that do all that units can do there in a quarter."""

    @property
    def beyond(self) -> float:
        """Units that do nothing more."""
        return max(0.0, round(self.gets - self.need, 2))


@dataclass(frozen=True, slots=True)
class Effect:
    """Where attention and capacity go, and what falls due."""

    units: float
    cards: tuple[tuple[str, float | None], ...]
    """Title and cost of what was chosen; None where nothing is chosen yet."""
    spent: tuple[Spent, ...]
    capacity: tuple[tuple[str, float], ...]
    """Title and per cent."""
    capacity_total: float | None
    """None where something is no number."""
    due: tuple[str, ...]
    """What falls due this quarter or next, in words."""

    @property
    def cost(self) -> float:
        """What the chosen options take."""
        return math.fsum(cost for _, cost in self.cards if cost is not None)

    @property
    def open_cards(self) -> int:
        """Cards on which nothing is chosen yet."""
        return sum(cost is None for _, cost in self.cards)

    @property
    def available(self) -> float:
        """What the cards leave."""
        return max(0.0, self.units - self.cost)

    @property
    def asked(self) -> float:
        """What everybody together is to get."""
        return math.fsum(one.asked for one in self.spent)

    @property
    def left(self) -> float:
        """Units that nothing was decided about; below nothing where more is asked for than there is."""
        return round(self.available - self.asked, 2)

    @property
    def scale(self) -> float:
        """What part of the asked attention there is."""
        return scale_of(self.available, self.asked)

    @property
    def line(self) -> str:
        """The attention in one line."""
        if self.left < 0:
            return f"{-self.left:g} units too many: everybody gets {100 * self.scale:.0f} %"
        return f"Attention left {self.left:g} of {self.units:g}"


def scale_of(available: float, asked: float) -> float:
    """What part of the asked attention there is."""
    return 1.0 if asked <= available else available / asked


def effect(told: Situation, sheet: Json, values: Mapping[str, str]) -> Effect:
    """What a sheet comes to; what is no number counts for nothing.

    `values` are the fields of its form: there the options go by the numbers that the situation gives them.
    """
    attention = _mapping(sheet.get("attention"))
    stakeholders, people = _mapping(attention.get("stakeholders")), _mapping(attention.get("people"))
    asked = [
        (f"attention-{one.id}", one.title, "stakeholders", _amount(stakeholders.get(one.id)), one.need)
        for one in told.parties
    ]
    asked += [
        (f"attention-pm-{one.id}", one.name, "people", _amount(people.get(one.id)), told.need)
        for one in told.managers
    ]
    asked += [
        (f"attention-{name}", words, "work", _amount(attention.get(name)), told.needs[name])
        for name, words, _ in PURPOSES
    ]
    cards = tuple((card.title, _cost(card, values)) for card in told.cards)
    available = max(0.0, told.units - math.fsum(cost for _, cost in cards if cost is not None))
    scale = scale_of(available, math.fsum(units for _, _, _, units, _ in asked))
    capacity = _mapping(sheet.get("capacity"))
    names = [(line, sign.title) for line, sign in told.lines] + [(name, words) for name, words, _ in SPARE]
    return Effect(
        units=told.units,
        cards=cards,
        spent=tuple(
            Spent(field, words, group, units, round(units * scale, 2), need)
            for field, words, group, units, need in asked
        ),
        capacity=tuple((words, round(100 * _amount(capacity.get(name)), 3)) for name, words in names),
        capacity_total=total(sheet),
        due=tuple(_due(told)),
    )


def _cost(card: CardView, values: Mapping[str, str]) -> float | None:
    chosen = values.get(card.field)
    return next((one.cost for one in card.options if str(one.number) == chosen), None)


def _due(told: Situation) -> list[str]:
    found = []
    for one in told.promises:
        ahead = one.due - told.round
        when = "this quarter" if ahead <= 0 else "next quarter" if ahead == 1 else f"in quarter {one.due}"
        found.append(f"To {one.to}, due {when}: {one.what}.")
    return found


def _amount(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < math.inf else 0.0


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
