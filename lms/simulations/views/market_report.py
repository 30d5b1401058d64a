"""The report of a year of PORTFOLIO YEARS: books, market, studies, and how figures became points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.reports import (
    IdealsAnswer,
    OrderAnswer,
    RivalsAnswer,
    SizesAnswer,
    TeamReport,
    Term,
    TestAnswer,
)
from lms.simulations.views.desks import Lines, Sheet
from lms.simulations.views.market_sight import Drawn, MarketMap, Offer, Year
from lms.web.filters import MINUS, percent

PROFIT = (
    ("revenue", "Revenue", 1),
    ("cost_of_goods", "Cost of goods sold", -1),
    ("brand", "Brand", -1),
    ("sales", "Sales and channels", -1),
    ("contribution", "Contribution", 0),
    ("development", "Development", -1),
    ("launch_fee", "Launch fee", -1),
    ("carrying", "Keeping stock", -1),
    ("write_down", "Write-down of stock", -1),
    ("fixed", "Fixed cost", -1),
    ("depreciation", "Depreciation", -1),
    ("research", "Studies", -1),
    ("operating_profit", "Operating profit", 0),
    ("interest", "Interest", 1),
    ("before_tax", "Profit before tax", 0),
    ("tax", "Tax", -1),
    ("after_tax", "Profit after tax", 0),
)
CASH = (
    ("opening", "Cash less debt, before", 0),
    ("receipts", "From customers", 1),
    ("production", "Making goods", -1),
    ("spends", "All other costs", -1),
    ("interest", "Interest", 1),
    ("tax", "Tax", -1),
    ("operating", "Operating cash flow", 0),
    ("investment", "New capacity", -1),
    ("change", "Free cash flow", 0),
    ("closing", "Cash less debt, after", 0),
)
BALANCE = (
    ("cash", "Cash", 1),
    ("stock", "Stock", 1),
    ("plant", "Plant, less depreciation", 1),
    ("debt", "Debt", -1),
    ("equity", "What is yours", 0),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the books: this year and the one before."""

    label: str
    now: str
    before: str
    total: bool


@dataclass(frozen=True, slots=True)
class Points:
    """A term of the scorecard from figure to points."""

    title: str
    says: str
    figure: str
    nothing: str
    everything: str
    points: str
    weight: str
    share: float


@dataclass(frozen=True, slots=True)
class Answered:
    """A study's answer: in words, and as a table where it has figures."""

    title: str
    words: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment: what it was, and what was ours."""

    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class MarketReport:
    """What the template shows."""

    year: int
    event: tuple[str, str]
    warning: tuple[str, str, str]
    notes: tuple[str, ...]
    headline: Lines
    profit: tuple[Row, ...]
    cash: tuple[Row, ...]
    balance: tuple[Row, ...]
    products: tuple[tuple[str, Lines], ...]
    segments: tuple[SegmentRow, ...]
    heads: tuple[str, ...]
    offers: tuple[Offer, ...]
    market: MarketMap
    drawings: tuple[Drawn, ...]
    answers: tuple[Answered, ...]
    points: tuple[Points, ...]
    total: str
    value: tuple[str, str]
    """What has been earned, what comes after; ₹ million."""


def money(value: float) -> str:
    """₹ million with one decimal."""
    text = f"{value:,.1f}"
    return text.replace("-", MINUS) if text != "-0.0" else "0.0"


def rows(lines: Sequence[tuple[str, str, int]], now: Any, before: Any) -> tuple[Row, ...]:
    """Lines of the books; costs stand with a minus, sums in bold."""
    return tuple(
        Row(
            label,
            money((sign or 1) * getattr(now, key)),
            money((sign or 1) * getattr(before, key)) if before else "",
            sign == 0,
        )
        for key, label, sign in lines
    )


TITLES: dict[str, tuple[str, str]] = {
    "value": (
        "Value",
        "free cash flows so far, discounted, and what the portfolio is worth after them; ₹ million",
    ),
    "margin": ("Margin", "contribution by revenue, mean of the years"),
    "safety": ("Cash safety", "debt at the end of the years, mean; ₹ million"),
    "satisfaction": ("Satisfaction", "how well what was sold fitted those who bought it"),
    "volume": ("Volume", "units sold a year, mean; thousands"),
    "fill": ("Full shelves", "demand that found its product on the shelf"),
    "forecast": ("Forecasts", "what they were off by, part of demand"),
    "utilisation": ("Use of the plant", "distance of the use of capacity from 92 %"),
    "future": ("Ready for next year", "best fit next year, mean of the best two segments"),
}
PERCENT = ("margin", "satisfaction", "fill", "forecast", "utilisation", "future")


def points(terms: Sequence[Term]) -> tuple[Points, ...]:
    """Each term with the figure that gives nothing and the one that gives everything."""
    found = []
    for one in terms:
        title, says = TITLES.get(one.key, (one.key.capitalize(), ""))
        shown = _percent if one.key in PERCENT else money
        found.append(
            Points(
                title,
                says,
                shown(one.raw),
                shown(one.zero),
                shown(one.full),
                f"{one.points:.1f}",
                f"{one.weight:g}",
                one.reached / 100,
            )
        )
    return tuple(found)


def _percent(value: float) -> str:
    return f"{value * 100:.1f} %"


def segments(params: Parameters, year: Year, key: str) -> tuple[SegmentRow, ...]:
    """Buyers, who bought from us, from nobody here, and what of ours was asked for and sold."""
    mine, own = year.public.teams[key], year.team.products
    found = []
    for segment, spec in sorted(params.segments.items()):
        public = year.public.segments[segment]
        lines = [one.segments[segment] for one in own.values() if segment in one.segments]
        found.append(
            SegmentRow(
                spec.title,
                (
                    f"{public.buyers:,.1f}",
                    percent(sum(one.shares.get(segment, 0.0) for one in mine.values())),
                    f"{sum(one.demand for one in lines):,.1f}",
                    f"{sum(one.sold for one in lines):,.1f}",
                    percent(public.outside_share),
                ),
            )
        )
    return tuple(found)


def products(report: TeamReport) -> tuple[tuple[str, Lines], ...]:
    """Each product: from plan to shelf to money."""
    return tuple(
        (
            key,
            (
                ("Price", f"₹ {one.price:.2f} thousand"),
                ("Cost of a unit sold", f"₹ {one.average_cost:.2f} thousand"),
                ("Forecast", f"{one.forecast:,.1f} thousand"),
                ("Demand", f"{one.demand:,.1f} thousand"),
                ("Made", f"{one.produced:,.1f} thousand"),
                ("Sold", f"{one.sold:,.1f} thousand"),
                ("Left in stock", f"{one.stock:,.1f} thousand"),
                ("Contribution", f"₹ {money(one.contribution)} m"),
                ("Channel", percent(one.channel)),
                *(
                    (name.capitalize(), f"{level:.1f}, next year {then:.1f}")
                    for (name, level), then in zip(
                        one.attributes.written().items(),
                        one.attributes_next.written().values(),
                        strict=True,
                    )
                ),
            ),
        )
        for key, one in sorted(report.products.items())
    )


# Studies --------------------------------------------------------------------------------------------------------------


def answers(params: Parameters, year: Year, names: Mapping[str, str]) -> tuple[Answered, ...]:
    """What was asked, answered."""
    tell: dict[type, Callable[..., Answered]] = {
        SizesAnswer: _sizes,
        IdealsAnswer: _ideals,
        OrderAnswer: _order,
        RivalsAnswer: _rivals,
        TestAnswer: _test,
    }
    return tuple(tell[type(one)](params, one, year.number, names) for one in year.team.research)


def _sizes(params: Parameters, one: SizesAnswer, year: int, _names: Any) -> Answered:
    spread = params.research.sizes.spread * 100
    return Answered(
        "Size of the segments",
        f"Buyers in thousands. Each figure may be off by {spread:g} %; events to come are not in it.",
        ("Segment", f"Year {year + 1}", f"Year {year + 2}"),
        tuple(
            (params.segments[key].title, f"{line.next_year:,.0f}", f"{line.year_after:,.0f}")
            for key, line in sorted(one.segments.items())
        ),
    )


def _ideals(params: Parameters, one: IdealsAnswer, year: int, _names: Any) -> Answered:
    spread = params.research.ideals.spread
    return Answered(
        "What buyers want",
        f"The product that each segment would like best in year {year + 1}, within {spread:g} points.",
        ("Segment", "Performance", "Ease", "Trust"),
        tuple(
            (params.segments[key].title, *(f"{level:.1f}" for level in at.each()))
            for key, at in sorted(one.segments.items())
        ),
    )


def _order(params: Parameters, one: OrderAnswer, _year: int, _names: Any) -> Answered:
    def titles(keys: Sequence[str]) -> str:
        return ", ".join(params.segments[key].title for key in keys)

    return Answered(
        "What matters most",
        f"Most sensitive to price first: {titles(one.by_price)}. "
        f"Least forgiving of what is missing first: {titles(one.by_fit)}.",
        ("Segment", "First", "Second", "Third"),
        tuple(
            (params.segments[key].title, *(name.capitalize() for name in order))
            for key, order in sorted(one.attributes.items())
        ),
    )


def _rivals(_params: Parameters, one: RivalsAnswer, year: int, names: Mapping[str, str]) -> Answered:
    return Answered(
        "Products of the others",
        f"As they were sold in year {year}; the map shows them too.",
        ("Product", "Price", "Performance", "Ease", "Trust"),
        tuple(
            (
                f"{names.get(team, team)} {key}",
                f"{line.price:.2f}",
                *(f"{level:.1f}" for level in line.attributes.each()),
            )
            for team, of in sorted(one.teams.items())
            for key, line in sorted(of.items())
        ),
    )


def _test(params: Parameters, one: TestAnswer, _year: int, _names: Any) -> Answered:
    spread = params.research.test.spread * 100
    return Answered(
        f"Test: {one.spend} of {one.product}",
        f"One per cent more for {one.spend} would have moved demand for {one.product} by "
        f"{one.elasticity:.3f} %; the figure may be off by {spread:g} %.",
        (),
        (),
    )


# The workbook ---------------------------------------------------------------------------------------------------------


def sheets(years: Sequence[Year]) -> tuple[Sheet, ...]:
    """The team's books over the years."""
    heads = [f"Year {one.number}" for one in years]

    def table(title: str, lines: Sequence[tuple[str, str, int]], part: str) -> Sheet:
        body = [
            [label, *((sign or 1) * getattr(getattr(one.team, part), key) for one in years)]
            for key, label, sign in lines
        ]
        return Sheet(title, [["₹ million", *heads], *body])

    names = sorted({name for one in years for name in one.team.products})
    what = ("price", "forecast", "demand", "produced", "sold", "stock", "revenue", "contribution")
    body: list[list[str | float | None]] = [
        [
            f"{name} {key}",
            *(getattr(one.team.products[name], key) if name in one.team.products else None for one in years),
        ]
        for name in names
        for key in what
    ]
    score: list[list[str | float | None]] = [
        [TITLES.get(term.key, (term.key, ""))[0], *(_term(one, term.key) for one in years)]
        for term in years[-1].team.scorecard.terms
    ]
    total: list[str | float | None] = ["Together", *(one.team.scorecard.total for one in years)]
    return (
        table("Profit and loss", PROFIT, "profit"),
        table("Cash", CASH, "cash"),
        table("Balance sheet", BALANCE, "balance"),
        Sheet("Products", [["", *heads], *body]),
        Sheet("Scorecard", [["Points", *heads], *score, total]),
    )


def _term(year: Year, key: str) -> float | None:
    return next((one.points for one in year.team.scorecard.terms if one.key == key), None)
