"""What each role of a team of PORTFOLIO YEARS looks at, taken from the team's own last report."""

from __future__ import annotations

from collections.abc import Callable

from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.queries import Seat
from lms.simulations.views.desks import Brief, Lines
from lms.simulations.views.market_sight import Year
from lms.web.filters import MINUS, percent


def brief(seat: Seat, params: Parameters, last: Year | None) -> Brief | None:
    """The viewer's own; None where they have no role, or one that this game does not know."""
    for key, title, about in seat.game.lenses(seat.parameters):
        if key == seat.view.lens:
            lines = LINES[key](params, last, seat.key) if last and key in LINES else ()
            text = "" if lines else "There are no figures yet: they come with the first report."
            return Brief(title, about, lines, text)
    return None


def _money(value: float) -> str:
    return f"₹ {value:,.1f} m".replace("-", MINUS)


def _chair(params: Parameters, year: Year, key: str) -> Lines:
    """Where the portfolio stands: share and sales by segment."""
    mine = year.public.teams[key].values()
    lines = []
    for segment, spec in sorted(params.segments.items()):
        share = sum(one.shares.get(segment, 0.0) for one in mine)
        lines.append(
            (spec.title, f"{percent(share)} of {year.public.segments[segment].buyers:,.0f} thousand")
        )
    return lines


def _market(_params: Parameters, year: Year, _key: str) -> Lines:
    """What was spent and how far it reaches."""
    lines = []
    for name, one in sorted(year.team.products.items()):
        best = max(one.segments.values(), key=lambda line: line.awareness)
        lines += [
            (f"{name}: brand and sales", f"₹ {one.brand:g} m and ₹ {one.sales:g} m"),
            (f"{name}: best known by", percent(best.awareness)),
            (f"{name}: channel", percent(one.channel)),
        ]
    return lines


def _product(_params: Parameters, year: Year, _key: str) -> Lines:
    """What development made of each product."""
    lines = []
    for name, one in sorted(year.team.products.items()):
        levels = zip(one.attributes.written().items(), one.attributes_next.written().values(), strict=True)
        lines += [(f"{name}: {what}", f"{now:.1f}, next {then:.1f}") for (what, now), then in levels]
    return lines


def _operations(_params: Parameters, year: Year, _key: str) -> Lines:
    """Forecasts, shelves and the plant."""
    plant = year.team.capacity
    lines = [("Capacity used", percent(plant.utilisation))]
    for name, one in sorted(year.team.products.items()):
        off = (one.forecast - one.demand) / one.demand if one.demand else 0.0
        off_words = f"{off * 100:+.0f} %".replace("-", MINUS)
        lines += [
            (f"{name}: forecast was off by", off_words),
            (f"{name}: served", percent(one.served / one.demand) if one.demand else "–"),
            (f"{name}: left in stock", f"{one.stock:,.1f}"),
        ]
    return lines


def _finance(_params: Parameters, year: Year, _key: str) -> Lines:
    """Money, and where points are left."""
    short = sorted(year.team.scorecard.terms, key=lambda one: one.points - one.weight)[:3]
    return [
        ("Cash less debt", _money(year.team.cash.closing)),
        ("Free cash flow", _money(year.team.cash.change)),
        ("Profit after tax", _money(year.team.profit.after_tax)),
        *((f"Points left: {one.key}", f"{one.weight - one.points:.1f} of {one.weight:g}") for one in short),
    ]


LINES: dict[str, Callable[[Parameters, Year, str], Lines]] = {
    "chair": _chair,
    "market": _market,
    "product": _product,
    "operations": _operations,
    "finance": _finance,
}
