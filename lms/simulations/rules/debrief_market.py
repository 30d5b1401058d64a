"""The debrief of PORTFOLIO YEARS, told from a world as it was played."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from lms.simulations.engines.data import InvalidInput, Problem
from lms.simulations.engines.market import Event, Parameters, Report, State, TeamDecision
from lms.simulations.engines.market.replay import (
    Swap,
    TurningPoint,
    Year,
    figures,
    moved,
    sheet_of,
    swapped,
    turning_points,
)
from lms.simulations.engines.market.reports import TeamReport
from lms.simulations.rules import market_questions
from lms.simulations.rules.debrief import (
    Block,
    Course,
    Grid,
    Line,
    Memory,
    Picture,
    Seat,
    Swapped,
    Swapping,
    Told,
    plain,
    quotes,
    signed,
)
from lms.simulations.rules.games import Json
from lms.simulations.rules.levels import Competency, competencies
from lms.simulations.rules.market_words import TERMS, WHOLE, moves, place_words, swap_told

MOVES = 5
"""Changes of a year that are told; of more it is said how many."""


class MarketTeller:
    """One world, told afterwards."""

    def __init__(self, course: Course, memory: Memory | None = None) -> None:
        self.course = course
        self.params = Parameters.read(course.parameters)
        self.memory = memory or Memory()

    @cached_property
    def years(self) -> tuple[Year, ...]:
        """The rounds as the engine knows them."""
        if self.memory.years is None:
            self.memory.years = self._read()
        found: tuple[Year, ...] = self.memory.years
        return found

    def _read(self) -> tuple[Year, ...]:
        before, found = State.read(self.course.start), []
        for past in self.course.past:
            decisions = {
                key: None if sheet is None else TeamDecision.read(sheet, key)
                for key, sheet in past.decisions.items()
            }
            event = Event.read(past.event) if past.event else None
            found.append(Year(before, decisions, event, Report.read(past.report)))
            before = State.read(past.state)
        return tuple(found)

    @property
    def rounds(self) -> int:
        return len(self.course.past)

    @cached_property
    def scores(self) -> Mapping[str, float]:
        if not self.years:
            return {}
        return {key: one.scorecard.total for key, one in self.years[-1].report.teams.items()}

    def report(self, number: int, key: str) -> TeamReport:
        """A team's report of a round."""
        return self.years[number - 1].report.teams[key]

    def seats(self, keys: Sequence[str]) -> list[Seat]:
        """The teams of that choice, in the order of their names."""
        return [seat for seat in self.course.seats if seat.key in keys]

    # Round by round -------------------------------------------------------------------------------------------------

    def timeline(self, number: int, keys: Sequence[str]) -> tuple[Block, ...]:
        year, rows, told = self.years[number - 1], [], []
        for seat in self.seats(keys):
            one = figures(self.report(number, seat.key))
            expected = sum(it.forecast for it in self.report(number, seat.key).products.values())
            off = f"{100 * abs(expected - one.demand) / one.demand:.0f} %" if one.demand else "–"
            rows.append(
                (
                    seat.name,
                    plain(expected),
                    plain(one.demand),
                    off,
                    plain(one.sold),
                    plain(one.profit),
                    plain(one.cash),
                )
            )
            told.append(self._team_year(number, seat))
        columns = ("Expected", "Wanted", "Off by", "Sold", "Profit", "Cash less debt")
        grid = Grid(
            f"Year {number}: what was expected, and what came",
            (("Team", "text"), *((name, "num") for name in columns)),
            tuple(rows),
            "Expected, wanted and sold in thousand units, all products; profit after tax and cash in ₹ million.",
        )
        event = (
            Told(year.event.title, f"Happened in year {number}", (year.event.text,), tone="warn")
            if year.event
            else Told("Nothing happened", f"Year {number} brought no event")
        )
        return (event, grid, *told)

    def _team_year(self, number: int, seat: Seat) -> Told:
        decided, said = self.years[number - 1].decisions.get(seat.key), self.course.said(number, seat.key)
        if decided is None:
            return Told(
                seat.name, "Nothing was handed in: prices and spends stayed as they were", tone="warn"
            )
        found = moves(decided, self.years[number - 1].before.teams[seat.key])
        more = len(found) - MOVES
        lines = (*found[:MOVES], *([f"{more} smaller changes"] if more > 0 else []))
        return Told(
            seat.name,
            "Decided by a bot"
            if seat.bot or said.how == "decided by a bot"
            else f"Submitted by {said.by}" * bool(said.by),
            lines or ("Everything stayed as it was",),
            quotes(said.rationale, said.dissents),
        )

    # Teams side by side ---------------------------------------------------------------------------------------------

    def compare(self, keys: Sequence[str], scored: Collection[str], own: str | None) -> tuple[Block, ...]:
        names = tuple(str(number) for number in range(1, self.rounds + 1))
        wanted = (
            (
                "Price",
                "₹ thousand, mean of units sold",
                lambda it: it.profit.revenue / _sold(it) if _sold(it) else None,
                keys,
            ),
            ("Share", "% of all units sold by teams", self._share, keys),
            ("Cash less debt", "₹ million", lambda it: it.balance.cash - it.balance.debt, keys),
            ("Profit", "₹ million after tax", lambda it: it.profit.after_tax, keys),
            (
                "Points",
                "balanced scorecard",
                lambda it: it.scorecard.total,
                [key for key in keys if key in scored],
            ),
        )
        pictures = [
            Picture(title, unit, names, tuple(self._line(seat, of, own) for seat in self.seats(of_keys)))
            for title, unit, of, of_keys in wanted
            if of_keys
        ]
        return (*pictures, *self._terms([key for key in keys if key in scored]))

    def _line(self, seat: Seat, of: Any, own: str | None) -> Line:
        values = (of(self.report(number, seat.key)) for number in range(1, self.rounds + 1))
        return Line(seat.name, tuple(None if it is None else round(it, 1) for it in values), seat.key == own)

    def _share(self, report: TeamReport) -> float:
        whole = math.fsum(_sold(one) for one in self.years[report.round - 1].report.teams.values())
        return 100 * _sold(report) / whole if whole else 0.0

    def _terms(self, keys: Sequence[str]) -> tuple[Grid, ...]:
        if not keys or not self.years:
            return ()
        cards = {seat.name: self.report(self.rounds, seat.key).scorecard for seat in self.seats(keys)}
        first = next(iter(cards.values()))
        rows = [
            (
                f"{TERMS[term.key]} (of {term.weight:g})",
                *(f"{card.terms[at].points:.1f}" for card in cards.values()),
            )
            for at, term in enumerate(first.terms)
        ]
        rows.append(("All", *(f"{card.total:.1f}" for card in cards.values())))
        columns = (("Term", "text"), *((name, "num") for name in cards))
        note = "Each figure stands between two marks that are known beforehand; no other team is in it."
        return (Grid("Terms of the scorecard at the end", columns, tuple(rows), note),)

    # What was true --------------------------------------------------------------------------------------------------

    def truth(self, keys: Sequence[str], own: str | None) -> tuple[Block, ...]:
        return tuple(
            block
            for key, segment in self.params.segments.items()
            for block in self._segment(key, segment.title, keys, own)
        )

    def _segment(self, segment: str, title: str, keys: Sequence[str], own: str | None) -> tuple[Block, ...]:
        names = tuple(str(number) for number in range(1, self.rounds + 1))
        lines = tuple(
            Line(
                seat.name,
                tuple(
                    round(100 * self._best(number, seat.key, segment)[1], 1)
                    for number in range(1, self.rounds + 1)
                ),
                seat.key == own,
            )
            for seat in self.seats(keys)
        )
        rows = []
        for number, year in enumerate(self.years, start=1):
            hidden, public = year.report.hidden.segments[segment], year.report.public.segments[segment]
            best = max(self.seats(keys), key=lambda seat: self._best(number, seat.key, segment)[1])
            product, fit = self._best(number, best.key, segment)
            levels = year.report.teams[best.key].products[product].attributes.each()
            rows.append(
                (
                    str(number),
                    f"{public.buyers:,.0f}",
                    " · ".join(f"{it:.0f}" for it in hidden.ideal.each()),
                    " · ".join(f"{it:.0f}" for it in levels),
                    f"{best.name}, {product}",
                    f"{100 * fit:.0f} %",
                    plain(hidden.lost),
                )
            )
        columns = (
            ("Year", "text"),
            ("Buyers", "num"),
            ("Ideal", "num"),
            ("Closest product", "num"),
            ("Whose", "text"),
            ("Fit", "num"),
            ("Found nothing", "num"),
        )
        weights = " · ".join(f"{100 * it:.0f} %" for it in self.params.segments[segment].weights.each())
        note = (
            f"Ideal and product: performance · ease · trust, which count {weights} here. "
            f"A price 10 % higher takes {10 * self.params.segments[segment].elasticity:.0f} % of a product's pull."
        )
        return (
            Picture(
                f"{title}: fit of each team's best product", "100 is exactly what buyers want", names, lines
            ),
            Grid(f"{title}: what buyers wanted", columns, tuple(rows), note),
        )

    def _best(self, number: int, key: str, segment: str) -> tuple[str, float]:
        fits = self.years[number - 1].report.hidden.fit[key]
        product = max(sorted(fits), key=lambda one: fits[one][segment])
        return product, fits[product][segment]

    # Turning points and swaps ---------------------------------------------------------------------------------------

    def turned(self, key: str) -> tuple[TurningPoint, ...]:
        """The choices on which a team's game turned; worked out once."""
        turned: dict[str, tuple[TurningPoint, ...]] = self.memory.turned
        if key not in turned:
            turned[key] = turning_points(self.params, self.years, key) if self.years else ()
        return turned[key]

    def turning(self, key: str) -> tuple[Told, ...]:
        return tuple(swap_told(point.swap) for point in self.turned(key))

    def turned_written(self, key: str) -> list[Json]:
        return [point.written() for point in self.turned(key)]

    def recall(self, key: str, written: Sequence[Json]) -> None:
        self.memory.turned.setdefault(key, tuple(TurningPoint.read(one) for one in written))

    def choices(self, key: str) -> Sequence[tuple[str, str]]:
        products = sorted(self.years[-1].report.teams[key].products) if self.years else []
        fields = ("price", "brand", "sales", "development", "production")
        places = [f"products.{one}.{name}" for one in products for name in fields]
        return [(place, place_words(place)) for place in (*places, *reversed(WHOLE))]

    def swap(self, asked: Swapping) -> Swapped:
        known = self.memory.swaps.get(asked)
        if known is not None:
            return known
        if asked.team not in self.scores:
            raise InvalidInput([Problem("team", "did not play in this world")])
        if asked.what not in {place for place, _ in self.choices(asked.team)}:
            raise InvalidInput([Problem("what", "there is no such choice")])
        if asked.source is not None:
            swap = moved(self.params, self.years, asked.team, asked.source, asked.round, asked.what)
        else:
            value = self._typed(asked)
            swap = swapped(self.params, self.years, asked.team, asked.round, asked.what, value)
        return self.memory.keep(asked, self._shown(swap, asked))

    def _typed(self, asked: Swapping) -> Any:
        """The other value as it was typed; for a launch the only other one is none."""
        if asked.what == "":
            raise InvalidInput([Problem("source", "say from which round the whole sheet is taken")])
        if asked.what == "launch":
            sheet_of(self.years, asked.team, asked.round)
            return None
        try:
            value = float(asked.value.replace(",", "").replace(" ", ""))
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InvalidInput([Problem("value", "is not a number")])
        return value

    def _shown(self, swap: Swap, asked: Swapping) -> Swapped:
        told = swap_told(swap)
        if asked.source is not None:
            title = f"Round {asked.source}: {place_words(swap.place)}, put into round {swap.round}"
        else:
            title = told.title
        rows = []
        for was, now in zip(swap.before, swap.after, strict=True):
            each = ("demand", "sold", "profit", "cash", "points")
            pairs = [(getattr(was, name), getattr(now, name)) for name in each]
            rows.append((str(was.round), *(f"{plain(a)} → {plain(b)}" for a, b in pairs)))
        names = ("Wanted", "Sold", "Profit", "Cash less debt", "Points")
        grid = Grid(
            "Year by year, as it was → as it would have been",
            (("Year", "text"), *((name, "num") for name in names)),
            tuple(rows),
            "Thousand units, ₹ million, points of the scorecard as if the world ended after that year.",
        )
        terms = Grid(
            "Points at the end",
            (("Term", "text"), ("Difference", "num")),
            tuple((TERMS[key], signed(by, 2)) for key, by in swap.terms.items()),
        )
        return Swapped(title, told.about, told.lines, (grid, terms))

    # Competencies and questions -------------------------------------------------------------------------------------

    def _competencies(self, key: str) -> tuple[Competency, ...]:
        cards = [(number, self.report(number, key).scorecard) for number in range(1, self.rounds + 1)]
        return competencies(cards, self.params.evidence)

    def competencies(self, keys: Sequence[str]) -> tuple[Block, ...]:
        found = {seat.name: self._competencies(seat.key) for seat in self.seats(keys)}
        names = self.course.code_names
        if not any(found.values()):
            return ()
        rows = tuple(
            (
                f"{one.code} {names.get(one.code, '')}".strip(),
                *(f"{it[at].score:.0f} · level {it[at].level}" for it in found.values()),
            )
            for at, one in enumerate(next(iter(found.values())))
        )
        note = (
            "Terms of the scorecard as the game ended, in the scenario's shares. Levels from 40, 60 and 78."
        )
        columns = (("Competency", "text"), *((name, "num") for name in found))
        grid = Grid("Scores and levels", columns, rows, note)
        return (grid, *(self._evidence(name, it) for name, it in found.items() if len(found) == 1))

    def _evidence(self, name: str, found: Sequence[Competency]) -> Grid:
        rows = tuple(
            (
                f"{one.code}, round {it.round}",
                ", ".join(f"{TERMS[term]} {reached:.0f}" for term, reached in it.terms),
                f"{it.score:.0f}",
            )
            for one in found
            for it in one.evidence
        )
        columns = (("Competency", "text"), ("Terms, 0 to 100", "text"), ("Score", "num"))
        return Grid(
            f"{name}: every piece of evidence", columns, rows, "As if the game had ended with that round."
        )

    def map(self, keys: Sequence[str]) -> tuple[Block, ...]:
        return ()

    def questions(self, keys: Sequence[str]) -> tuple[Told, ...]:
        return market_questions.asked(self.params, self.years, self.seats(keys), self.course)


def _sold(report: TeamReport) -> float:
    return math.fsum(one.sold for one in report.products.values())
