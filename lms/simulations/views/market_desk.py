"""PORTFOLIO YEARS at a team's place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.simulations.engines.data import Problem
from lms.simulations.engines.market import Parameters, State
from lms.simulations.engines.market.records import TeamState
from lms.simulations.queries import PlayedRound, Seat
from lms.simulations.rules import Json
from lms.simulations.rules.market_plan import basis, plan
from lms.simulations.views import market_form, market_report, market_sight, market_words
from lms.simulations.views.desks import DESKS, Brief, Group, Lines, Said, Sheet, Step, Wording
from lms.simulations.views.market_briefs import brief
from lms.simulations.views.market_form import Field, LaunchForm, ProductForm, Study
from lms.simulations.views.market_report import MarketReport
from lms.simulations.views.market_sight import Drawn, MarketMap, Offer, Year

GONE = "is not there any more, because an earlier year was played again. Save the draft once, and it is gone from it."


@dataclass(frozen=True)
class MarketPage:
    """Situation, form and effect of a year."""

    year: int
    of: int
    warning: tuple[str, str, str]
    in_force: tuple[str, ...]
    segments: tuple[tuple[str, str, str], ...]
    """Title, what it is, usual price."""
    market: MarketMap
    heads: tuple[str, ...]
    offers: tuple[Offer, ...]
    drawings: tuple[Drawn, ...]
    products: tuple[ProductForm, ...]
    levels: Mapping[str, Lines]
    """Of each product, as it is sold this year."""
    capacity: Field
    launch: LaunchForm | None
    """None where no further product may be had."""
    studies: tuple[Study, ...]
    studies_error: str
    live: Mapping[str, str]
    warnings: tuple[tuple[str, str], ...]
    basis: str
    """For the page's script: what a plan is computed from, with the words of the warnings."""
    fee: str

    @property
    def foot(self) -> tuple[tuple[str, str, str], ...]:
        """What stands below the form wherever one is in it: label, name for the script, words."""
        shown = (("Cash", "cash"), ("Capacity", "use"))
        return tuple((label, name, self.live[name]) for label, name in shown if name in self.live)


class MarketDesk:
    """What PORTFOLIO YEARS adds to the frame."""

    engine = "market"
    unit = "year"
    situation = "simulations/_market_situation.html"
    form = "simulations/_market_form.html"
    effect = "simulations/_market_effect.html"
    report = "simulations/_market_report.html"
    workbook = "Your books as a workbook"

    def steps(self, seat: Seat) -> Sequence[Step]:
        _, _, team = _read(seat)
        return (
            Step("situation", "Situation"),
            *(Step(f"product-{key}", f"Product {key}") for key in sorted(team.products)),
            Step("company", "Company"),
        )

    def read(self, seat: Seat, sent: MultiDict[str, str]) -> Json:
        params, _, team = _read(seat)
        return market_form.read(sent, seat.draft, team, params.segments)

    def page(self, seat: Seat, draft: Json, wrong: Mapping[str, str]) -> MarketPage:
        params, state, team = _read(seat)
        years = market_sight.years_of(seat)
        last = years[-1] if years else None
        facts = basis(params, state, seat.key)
        coming = plan(params, state, seat.key, draft)
        heads, lines = market_sight.offers(params, last.public, seat.key, seat.names) if last else ((), ())
        full = len(team.products) >= params.launch.most_products
        return MarketPage(
            year=state.round,
            of=params.rounds,
            warning=market_sight.expected(state.warning),
            in_force=tuple(
                one.event.title
                for one in state.events
                if one.event.rounds is None or state.round < one.round + one.event.rounds
            ),
            segments=tuple(
                (spec.title, spec.about, f"{spec.reference_price:g}")
                for _, spec in sorted(params.segments.items())
            ),
            market=market_sight.market_map(
                params,
                {key: one.attributes.written() for key, one in team.products.items()},
                years,
                seat.names,
            ),
            heads=heads,
            offers=lines,
            drawings=market_sight.drawings(params, years, seat.key),
            products=tuple(
                market_form.product_form(params, team, key, draft, wrong, _last(team, seat, key))
                for key in sorted(team.products)
            ),
            levels={
                key: (
                    *(
                        (what.capitalize(), f"{level:.0f}")
                        for what, level in one.attributes.written().items()
                    ),
                    ("In stock", f"{one.stock:.1f}"),
                    ("Channel", f"{one.channel * 100:.0f} %"),
                )
                for key, one in team.products.items()
            },
            capacity=market_form.capacity_field(params, team, draft, wrong),
            launch=None if full else market_form.launch_form(params, team, draft, wrong),
            studies=market_form.studies(params, team, draft),
            studies_error=wrong.get("research", ""),
            live=market_words.live(coming),
            warnings=tuple(market_words.warnings(params, draft, coming)),
            basis=json.dumps(facts | {"words": market_words.WARN}),
            fee=f"{params.launch.fee:g}",
        )

    def live(self, seat: Seat, draft: Json) -> dict[str, str]:
        params, state, _ = _read(seat)
        return market_words.live(plan(params, state, seat.key, draft))

    def pieces(self, seat: Seat, draft: Json) -> dict[str, str]:
        return {}

    def outward(self, seat: Seat, sheet: Json) -> Json:
        return sheet

    def inward(self, seat: Seat, sheet: Json) -> Json:
        return sheet

    def said(self, seat: Seat, draft: Json, problems: Sequence[Problem]) -> list[Said]:
        here = set(seat.state["teams"][seat.key]["products"]) if seat.state else set()
        gone = {
            path[1]
            for path in (one.place.split(".") for one in problems)
            if path[0] == "products" and path[1:] and path[1] not in here
        }
        left = [
            one for one in problems if one.place.split(".")[1:2] == [] or one.place.split(".")[1] not in gone
        ]
        return [
            *(Said("decisions", f"Product {key}", GONE) for key in sorted(gone)),
            *market_words.said(left, draft, _parameters(seat).segments),
        ]

    def wording(self, parameters: Json) -> Wording:
        segments = Parameters.read(parameters).segments
        return Wording(
            label=lambda place: market_words.label(place, segments),
            value=lambda _seed, place, value: market_words.value(place, value),
        )

    def label(self, seat: Seat, place: str) -> str:
        return market_words.label(place, _parameters(seat).segments)

    def words(self, seat: Seat, place: str, value: Any) -> str:
        return market_words.value(place, value)

    def summary(self, seat: Seat, sheet: Json) -> Sequence[Group]:
        return market_words.summary(sheet, _parameters(seat).segments)

    def idle(self, seat: Seat) -> str:
        return (
            "If nothing is submitted, prices, spends and mix of last year stay; you make last year's demand less "
            "what is in stock, and there is no development, launch, new capacity or study. "
            "There is no other penalty."
        )

    def brief(self, seat: Seat) -> Brief | None:
        years = market_sight.years_of(seat)
        return brief(seat, _parameters(seat), years[-1] if years else None)

    def headline(self, seat: Seat, played: PlayedRound) -> Lines:
        team = market_sight.year_of(played).team
        return (
            ("Revenue", f"₹ {team.profit.revenue:,.1f} m"),
            ("After tax", f"₹ {team.profit.after_tax:,.1f} m".replace("-", "\N{MINUS SIGN}")),
            ("Cash less debt", f"₹ {team.cash.closing:,.1f} m".replace("-", "\N{MINUS SIGN}")),
            ("Score so far", f"{team.scorecard.total:.1f} of 100"),
        )

    def read_report(self, seat: Seat, played: PlayedRound) -> MarketReport:
        params = _parameters(seat)
        years = _until(seat, played)
        now, before = years[-1], years[-2] if len(years) > 1 else None
        team, card = now.team, now.team.scorecard
        heads, lines = market_sight.offers(params, now.public, seat.key, seat.names)
        event = now.public.event
        return MarketReport(
            year=now.number,
            event=(event.title, event.text) if event else ("", ""),
            warning=market_sight.expected(now.public.warning),
            notes=tuple(one.text for one in team.notes),
            headline=self.headline(seat, played),
            profit=market_report.rows(market_report.PROFIT, team.profit, before and before.team.profit),
            cash=market_report.rows(market_report.CASH, team.cash, before and before.team.cash),
            balance=market_report.rows(market_report.BALANCE, team.balance, before and before.team.balance),
            products=market_report.products(team),
            segments=market_report.segments(params, now, seat.key),
            heads=heads,
            offers=lines,
            market=market_sight.market_map(
                params,
                {key: one.attributes.written() for key, one in team.products.items()},
                years,
                seat.names,
            ),
            drawings=market_sight.drawings(params, years, seat.key),
            answers=market_report.answers(params, now, seat.names),
            points=market_report.points(card.terms),
            total=f"{card.total:.1f}",
            value=(market_report.money(card.present_value), market_report.money(card.terminal_value)),
        )

    def sheets(self, seat: Seat, played: PlayedRound) -> Sequence[Sheet]:
        return market_report.sheets(_until(seat, played))


def _until(seat: Seat, played: PlayedRound) -> tuple[Year, ...]:
    return tuple(market_sight.year_of(one) for one in seat.played if one.number <= played.number)


def _parameters(seat: Seat) -> Parameters:
    return Parameters.read(seat.parameters)


def _read(seat: Seat) -> tuple[Parameters, State, TeamState]:
    """The state of the world is read whole, and only the team's own part of it is handed on."""
    params, state = _parameters(seat), State.read(seat.state or {})
    return params, state, state.teams[seat.key]


def _last(team: TeamState, seat: Seat, key: str) -> dict[str, str]:
    """What stood there a year ago, as far as there was a year."""
    one = team.products[key]
    shown = market_form.shown
    found = {"price": shown(one.price), "brand": shown(one.brand), "sales": shown(one.sales)}
    report = seat.last.report["team"]["products"].get(key) if seat.last else None
    if report is not None:
        found |= {
            "development": shown(report["development"]),
            "production": shown(report["planned"]),
            "forecast": f"{shown(report['forecast'])}, demand {report['demand']:,.1f}",
        }
    return found


MARKET = MarketDesk()
DESKS[MARKET.engine] = MARKET
