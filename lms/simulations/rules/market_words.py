"""PORTFOLIO YEARS in words: places of a sheet, what a team changed in a year, terms of the scorecard."""

from __future__ import annotations

from typing import Any

from lms.simulations.engines.market.idle import idle
from lms.simulations.engines.market.records import LaunchDecision, ProductDecision, TeamDecision, TeamState
from lms.simulations.engines.market.replay import Swap
from lms.simulations.rules.debrief import Told, plain, signed

TERMS = {
    "value": "Value of the company",
    "margin": "Margin",
    "safety": "Cash safety",
    "satisfaction": "Satisfaction",
    "volume": "Volume",
    "fill": "Full shelves",
    "forecast": "Forecasts",
    "utilisation": "Use of the plant",
    "future": "Fit for the future",
}
FIELDS = {
    "price": ("price", "₹ thousand"),
    "brand": ("brand spend", "₹ million"),
    "sales": ("sales spend", "₹ million"),
    "development": ("development", "₹ million"),
    "production": ("production", "thousand"),
    "forecast": ("forecast", "thousand"),
}
STUDIES = {
    "sizes": "segment sizes",
    "ideals": "ideal points",
    "order": "what matters",
    "rivals": "rivals' products",
    "test": "a marketing test",
}
FEW = 0.005
"""Below this a price or a spend counts as unchanged."""


def place_words(place: str) -> str:
    """What a place of a sheet is called."""
    if place in WHOLE:
        return WHOLE[place]
    _, key, name = place.split(".")
    return f"{key}: {FIELDS[name][0]}"


WHOLE = {"": "the whole sheet", "capacity": "capacity added", "launch": "the launch"}


def value_words(place: str, value: Any) -> str:
    """A value at a place of a sheet, with its unit."""
    if place == "":
        return "its sheet"
    if place == "launch":
        return "no launch" if value is None else f"a launch from {value['parent']}"
    unit = "thousand units" if place == "capacity" else FIELDS[place.rsplit(".", 1)[1]][1]
    return f"{'₹ ' if '₹' in unit else ''}{figure(float(value))} {unit.removeprefix('₹ ')}"


def figure(value: float) -> str:
    """A figure with as many decimals as it needs, two at most."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def moves(decided: TeamDecision, before: TeamState) -> list[str]:
    """What a team changed in a year against going on as before, the boldest first."""
    found: list[tuple[float, str]] = []
    base = idle(before)
    if decided.launch is not None:
        found.append((1000, _launch(decided.launch)))
    if decided.capacity:
        found.append((2 * decided.capacity, f"Capacity: {figure(decided.capacity)} thousand units added"))
    for key in sorted(decided.products):
        if key in base.products:
            found += _of_product(key, decided.products[key], base.products[key])
    if decided.research:
        names = ", ".join(STUDIES[one.study] for one in decided.research)
        found.append((1, f"Studies: {names}"))
    return [words for _, words in sorted(found, key=lambda one: -one[0])]


def _launch(launch: LaunchDecision) -> str:
    return f"A launch from {launch.parent}, with ₹ {figure(launch.development)} million of development"


def _of_product(key: str, one: ProductDecision, base: ProductDecision) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    if abs(one.price - base.price) > FEW:
        by = 100 * (one.price / base.price - 1)
        words = f"{key}: price ₹ {figure(base.price)} → {figure(one.price)} thousand ({by:+.0f} %)"
        found.append((20 * abs(by), words.replace("-", "−")))
    for name in ("brand", "sales"):
        was, now = getattr(base, name), getattr(one, name)
        if abs(now - was) > FEW:
            found.append(
                (abs(now - was), f"{key}: {FIELDS[name][0]} ₹ {figure(was)} → {figure(now)} million")
            )
    if one.development:
        found.append((one.development, f"{key}: ₹ {figure(one.development)} million for {_aim(one)}"))
    return found


def _aim(one: ProductDecision) -> str:
    """What development is spent on, most first."""
    weights = one.weights.written() if one.weights else {}
    aims = [name for name, share in sorted(weights.items(), key=lambda it: -it[1]) if share >= 0.25]
    return " and ".join(aims) or "development"


def swap_told(swap: Swap) -> Told:
    """A swap in words."""
    was, now = swap.before[-1].points, swap.after[-1].points
    first, other = swap.before[0], swap.after[0]
    moved_terms = sorted(swap.terms.items(), key=lambda it: -abs(it[1]))[:2]
    lines = [
        f"Wanted that year: {first.demand:,.1f} thousand; it would have been {other.demand:,.1f}.",
        f"Profit that year: ₹ {plain(first.profit)} million; it would have been ₹ {plain(other.profit)} million.",
        *(f"{TERMS[key]}: {signed(by)} points at the end." for key, by in moved_terms if abs(by) >= 0.05),
        *swap.fitted,
    ]
    place = place_words(swap.place)
    return Told(
        f"Round {swap.round}: {place}, {value_words(swap.place, swap.was)}"
        if swap.place
        else f"Round {swap.round}: another sheet",
        f"With {value_words(swap.place, swap.instead)} instead the end would have moved by {signed(now - was)} points: "
        f"{figure(round(now, 1))} for {figure(round(was, 1))}.",
        tuple(lines),
        tone="good" if now < was else "warn",
    )
