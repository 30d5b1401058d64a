"""What a team of PORTFOLIO YEARS sees of its market: the situation, the map, and figures over the years.

Own products are known; those of others only as everybody reads them (prices, shares), or as a study said that the team
bought: then with the year that it speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import Forewarning
from lms.simulations.engines.market.reports import (
    IdealsAnswer,
    Public,
    RivalsAnswer,
    TeamReport,
)
from lms.simulations.queries import PlayedRound, Seat
from lms.web import charts
from lms.web.charts import Chart, Series
from lms.web.filters import percent
from lms.web.pictures import Label, Point, labels, trim

Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True)
class Year:
    """A published year as its team reads it."""

    number: int
    public: Public
    team: TeamReport


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing on the map, in percent of the plot."""

    x: str
    y: str
    label: str
    kind: str
    """own, rival, ideal"""
    name: Label | None
    """Where its name stands; None where there is no room for it."""


@dataclass(frozen=True, slots=True)
class MapRow:
    """The same in the map's table."""

    label: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plane:
    """Two attributes across and up."""

    title: str
    across: str
    up: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class MarketMap:
    """Where products stand, and what buyers want as far as the team has asked."""

    planes: tuple[Plane, ...]
    rows: tuple[MapRow, ...]
    known: str
    """What the map rests on, in words."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line chart with what its table needs."""

    title: str
    unit: str
    chart: Chart
    series: tuple[Series, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What everybody sees of a product."""

    team: str
    product: str
    own: bool
    price: str
    sold: str
    shares: tuple[str, ...]


def years_of(seat: Seat) -> tuple[Year, ...]:
    """The published years, in order."""
    return tuple(year_of(one) for one in seat.played)


def year_of(played: PlayedRound) -> Year:
    """A published year."""
    return Year(played.number, Public.read(played.report["public"]), TeamReport.read(played.report["team"]))


def expected(warning: Forewarning | None) -> tuple[str, str, str]:
    """What is expected for the year: title, text, certainty in words. Empty: nothing is."""
    if warning is None:
        return ("", "", "")
    return (warning.title, warning.text, f"announced with {percent(warning.certainty, whole=True)} certainty")


ATTRIBUTES = ("performance", "ease", "trust")
PLANES = (("performance", "ease"), ("performance", "trust"))


def market_map(
    params: Parameters,
    own: Mapping[str, Mapping[str, float]],
    years: Sequence[Year],
    names: Mapping[str, str],
) -> MarketMap:
    """The map of own products with what the latest studies said."""
    things: list[tuple[str, str, Mapping[str, float]]] = []
    rivals, ideals = _latest(years, RivalsAnswer), _latest(years, IdealsAnswer)
    known = ["your products as they are sold now"]
    if rivals:
        known.append(f"the others' as a study found them in year {rivals[0]}")
        for team, products in sorted(rivals[1].teams.items()):
            things += [
                (f"{names.get(team, team)} {key}", "rival", one.attributes.written())
                for key, one in sorted(products.items())
            ]
    if ideals:
        known.append(f"what buyers want in year {ideals[0] + 1} as a study of year {ideals[0]} said")
        things += [
            (params.segments[key].title, "ideal", one.written())
            for key, one in sorted(ideals[1].segments.items())
        ]
    things += [(f"Your {key}", "own", one) for key, one in sorted(own.items())]
    missing = [
        what
        for what, there in (("the others' products", rivals), ("what buyers want", ideals))
        if there is None
    ]
    words = f"It shows {_listed(known)}."
    if missing:
        words += f" Nothing is known of {_listed(missing)}: there is a study for that."
    return MarketMap(
        planes=tuple(_plane(things, across, up) for across, up in PLANES),
        rows=tuple(MapRow(label, tuple(f"{at[name]:.1f}" for name in ATTRIBUTES)) for label, _, at in things),
        known=words,
    )


REACH = {"own": 6.0, "rival": 4.0, "ideal": 9.0}
"""Half the size of each kind of mark, in pixels."""
NAMED = ("own", "ideal", "rival")
"""Whose names choose their place first."""
HIGH = 200
"""Pixels that the plot is high."""


def _plane(things: Sequence[tuple[str, str, Mapping[str, float]]], across: str, up: str) -> Plane:
    points = [
        Point(label, at[across], 100 - at[up], REACH[kind], needed=kind != "rival")
        for label, kind, at in sorted(things, key=lambda one: NAMED.index(one[1]))
    ]
    named = dict(zip((one.label for one in points), labels(points, HIGH), strict=True))
    return Plane(
        f"{across.capitalize()} and {up}",
        across,
        up,
        tuple(
            Spot(f"{trim(at[across])}%", f"{trim(100 - at[up])}%", label, kind, named[label])
            for label, kind, at in things
        ),
    )


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _latest(years: Sequence[Year], kind: type[Answered]) -> tuple[int, Answered] | None:
    """The latest answer to a study, with its year."""
    for year in reversed(years):
        for one in year.team.research:
            if isinstance(one, kind):
                return year.number, one
    return None


def offers(
    params: Parameters, public: Public, own: str, names: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[Offer, ...]]:
    """What everybody reads of all products: heads of the segments, and lines."""
    keys = sorted(params.segments)
    lines = [
        Offer(
            team=names.get(team, team),
            product=key,
            own=team == own,
            price=f"{one.price:.2f}",
            sold=f"{one.sold:.1f}",
            shares=tuple(percent(one.shares.get(segment, 0.0)) for segment in keys),
        )
        for team, products in sorted(public.teams.items(), key=lambda pair: (pair[0] != own, pair[0]))
        for key, one in sorted(products.items())
    ]
    return tuple(params.segments[key].title for key in keys), tuple(lines)


def drawings(params: Parameters, years: Sequence[Year], key: str) -> tuple[Drawn, ...]:
    """Figures over the years; a single year makes no line."""
    if len(years) < 2:
        return ()
    names = tuple(f"Y{one.number}" for one in years)
    products = sorted({name for one in years for name in one.team.products})
    shares = [
        Series(
            spec.title,
            tuple(
                round(
                    100 * sum(product.shares.get(segment, 0.0) for product in one.public.teams[key].values()),
                    1,
                )
                for one in years
            ),
        )
        for segment, spec in sorted(params.segments.items())
    ]
    prices = [
        Series(
            f"{name}",
            tuple(one.team.products[name].price if name in one.team.products else None for one in years),
        )
        for name in products
    ]
    cash = [Series("Cash", tuple(round(one.team.cash.closing, 1) for one in years), mine=True)]
    demand = [
        Series(
            "Demand",
            tuple(round(sum(p.demand for p in one.team.products.values()), 1) for one in years),
            mine=True,
        ),
        Series(
            "Forecast", tuple(round(sum(p.forecast for p in one.team.products.values()), 1) for one in years)
        ),
    ]
    return tuple(
        Drawn(title, unit, charts.lines(series, names, height=120), tuple(series), names)
        for title, unit, series in (
            ("Our share by segment", "%", shares),
            ("Our prices", "₹ '000", prices),
            ("Cash less debt", "₹ m", cash),
            ("Demand and forecast", "'000 units", demand),
        )
    )
