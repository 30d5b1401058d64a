"""What a room may see of a game: places as far as the ranking shows them, products on the public market map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.simulations.rules.games import Json


@dataclass(frozen=True, slots=True)
class Spot:
    """A product on the market map: all of it is in everybody's report."""

    team: str
    product: str
    price: float
    sold: float
    share: float
    """Of all units that the teams of the world sold."""


def market_map(public: Json | None) -> list[Spot]:
    """Every product of a world by team and name, from the public part of a report; nothing without one."""
    products = [
        (team, product, one)
        for team, offered in sorted((public or {}).get("teams", {}).items())
        for product, one in sorted(offered.items())
    ]
    total = sum(one["sold"] for _, _, one in products)
    return [
        Spot(team, product, one["price"], one["sold"], one["sold"] / total if total else 0.0)
        for team, product, one in products
    ]


def expected(public: Json | None) -> tuple[str, str]:
    """Title and text of what is expected for the next round, as everybody read it; empty: nothing."""
    warning: Mapping[str, str] = (public or {}).get("warning") or {}
    return str(warning.get("title", "")), str(warning.get("text", ""))
