"""What would have happened: a world played again with one choice of a team changed, and the choices on which it turned.

Seed, events and every decision of the others stay as they were; the others do not answer what the changed team would
have done. Later years of that team are made to fit where the change moves what there is: a product that was never
launched needs no decisions, one that nobody decided about goes on as the rule for nothing handed in says. What was made
to fit is told in words; what cannot be played is refused, with its place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.simulations.engines.data import Data, InvalidInput, Problem
from lms.simulations.engines.exact import rounded
from lms.simulations.engines.market.idle import idle
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import (
    Decisions,
    Event,
    MarketingTest,
    State,
    Study,
    TeamDecision,
    TeamState,
)
from lms.simulations.engines.market.reports import Report, TeamReport
from lms.simulations.engines.market.scorecard import FIGURES
from lms.simulations.engines.market.step import step
from lms.simulations.engines.market.validation import of_team

MOST_TRIED = 10
"""Choices of a team that a search for turning points plays again; of more, those with the most money in them."""
_FIELDS = ("price", "brand", "sales", "development", "production")


@dataclass(frozen=True)
class Year:
    """A year as it was played."""

    before: State
    decisions: Mapping[str, TeamDecision | None]
    event: Event | None
    report: Report


class Figures(Data):
    """What a year came to for a team; money in ₹ million, quantities in '000."""

    round: int
    demand: float
    sold: float
    revenue: float
    profit: float
    """After tax."""
    cash: float
    """Less debt."""
    points: float
    """Of the scorecard, as if the world ended after this year."""


class Swap(Data):
    """One choice changed, and the difference that it makes."""

    team: str
    round: int
    place: str
    """Of the choice in the sheet: `products.A.price`; empty: the whole sheet."""
    was: Any
    instead: Any
    before: tuple[Figures, ...]
    """From the changed year on, as they were."""
    after: tuple[Figures, ...]
    """The same years, changed."""
    terms: dict[str, float]
    """Points of each term of the scorecard at the end, with the change less as it was."""
    total: float
    """The same for all terms together."""
    fitted: tuple[str, ...]
    """What was made to fit, in sentences."""


class TurningPoint(Data):
    """A choice that moved the end much, against leaving things as they were that year."""

    round: int
    place: str
    weight: float
    """How far it moved the scorecard, whichever way."""
    swap: Swap


def replayed(params: Parameters, years: Sequence[Year]) -> tuple[Report, ...]:
    """The reports of a world that is played again with nothing changed: equal to the byte to those there were."""
    return tuple(
        step(params, one.before, Decisions(teams=dict(one.decisions)), one.event).report for one in years
    )


def sheet_of(years: Sequence[Year], team: str, number: int) -> TeamDecision:
    """What a team decided in a year: where it handed nothing in, what the rule for that decided."""
    year = _year(years, team, number)
    return year.decisions.get(team) or idle(year.before.teams[team])


def value_at(sheet: TeamDecision, place: str) -> Any:
    """What stands at a place of a sheet (`products.A.price`, `capacity`, `launch`; empty: the sheet).

    InvalidInput where there is no such place.
    """
    found: Any = sheet.written()
    for part in place.split(".") if place else ():
        if not isinstance(found, dict) or part not in found:
            raise InvalidInput([Problem(place, "there is no such place in a sheet")])
        found = found[part]
    return found


def swapped(
    params: Parameters, years: Sequence[Year], team: str, number: int, place: str, instead: Any
) -> Swap:
    """A world with one value of a team's sheet of a year changed. InvalidInput names what cannot be played."""
    sheet = sheet_of(years, team, number)
    was = value_at(sheet, place)
    changed = TeamDecision.read(_put(sheet.written(), place, instead), f"round {number}")
    return _swap(params, years, team, number, place, (was, instead), changed, [])


def moved(
    params: Parameters, years: Sequence[Year], team: str, number: int, into: int, place: str = ""
) -> Swap:
    """A year's decision, or one value of it, put into another year's market: “your round-2 price with round-3 demand”.

    InvalidInput where one of the years has no such place: a product that there was not.
    """
    there, here = sheet_of(years, team, number), sheet_of(years, team, into)
    taken = value_at(there, place)
    if place:
        changed = TeamDecision.read(_put(here.written(), place, taken), f"round {into}")
        changed = _developed(changed, there, place)
        return _swap(params, years, team, into, place, (value_at(here, place), taken), changed, [])
    fitted: list[str] = []
    changed = _fit(params, years[into - 1].before.teams[team], there, {}, into, fitted)
    return _swap(params, years, team, into, "", (here.written(), taken), changed, fitted)


def _developed(changed: TeamDecision, there: TeamDecision, place: str) -> TeamDecision:
    """Money for development brings along what it was spent on, where nothing was said about that."""
    _, _, rest = place.partition("products.")
    key, _, name = rest.partition(".")
    if name != "development" or changed.products[key].weights is not None:
        return changed
    one = changed.products[key].model_copy(update={"weights": there.products[key].weights})
    return changed.model_copy(update={"products": {**changed.products, key: one}})


def turning_points(
    params: Parameters, years: Sequence[Year], team: str, n: int = 3, most: int = MOST_TRIED
) -> tuple[TurningPoint, ...]:
    """The choices on which a team's game turned: each against leaving things as they were that year, heaviest first.

    At most `most` choices are played again, those with the most money in them; years without a decision have none.
    """
    tried = sorted(_choices(years, team), key=lambda one: (-one[0], one[1], one[2]))[:most]
    found = []
    for _, number, place in tried:
        instead = value_at(idle(years[number - 1].before.teams[team]), place)
        swap = swapped(params, years, team, number, place, instead)
        found.append(TurningPoint(round=number, place=place, weight=abs(swap.total), swap=swap))
    return tuple(sorted(found, key=lambda one: (-one.weight, one.round, one.place))[:n])


def _choices(years: Sequence[Year], team: str) -> list[tuple[float, int, str]]:
    """What a team chose otherwise than to go on as before: the money in it, year, place."""
    found: list[tuple[float, int, str]] = []
    for number, year in enumerate(years, start=1):
        decided = year.decisions.get(team)
        if decided is None:
            continue
        base, report = idle(year.before.teams[team]), year.report.teams[team]
        for key, one in decided.products.items():
            other, told = base.products[key], report.products[key]
            worth = {"price": told.demand, "production": told.unit_cost}
            found += [
                (stake, number, f"products.{key}.{name}")
                for name in _FIELDS
                if (stake := abs(getattr(one, name) - getattr(other, name)) * worth.get(name, 1.0))
            ]
        if decided.capacity:
            found.append((report.cash.investment, number, "capacity"))
        if decided.launch is not None:
            fee = report.profit.launch_fee
            found.append((fee + decided.launch.development, number, "launch"))
    return found


def _swap(
    params: Parameters,
    years: Sequence[Year],
    team: str,
    number: int,
    place: str,
    values: tuple[Any, Any],
    changed: TeamDecision,
    fitted: list[str],
) -> Swap:
    before = years[number - 1].before
    found = list(of_team(params, before.teams[team], changed, f"round {number}"))
    if found:
        raise InvalidInput(found)
    reports = _again(params, years, team, number, changed, fitted)
    was = [year.report.teams[team] for year in years[number - 1 :]]
    terms = {
        one.key: rounded(one.points - other.points, FIGURES)
        for one, other in zip(reports[-1].scorecard.terms, was[-1].scorecard.terms, strict=True)
    }
    return Swap(
        team=team,
        round=number,
        place=place,
        was=values[0],
        instead=values[1],
        before=tuple(figures(one) for one in was),
        after=tuple(figures(one) for one in reports),
        terms=terms,
        total=rounded(reports[-1].scorecard.total - was[-1].scorecard.total, FIGURES),
        fitted=tuple(dict.fromkeys(fitted)),
    )


def _again(
    params: Parameters,
    years: Sequence[Year],
    team: str,
    number: int,
    changed: TeamDecision,
    fitted: list[str],
) -> list[TeamReport]:
    """A team's reports of a world that goes on from a year with another sheet of it."""
    state, reports = years[number - 1].before, []
    names: dict[str, str] = {}
    # Products that have another letter in the changed world: as it was → as it is.
    for at in range(number - 1, len(years)):
        year = years[at]
        decided = year.decisions.get(team)
        if at == number - 1:
            decided = changed
        elif decided is not None:
            decided = _fit(params, state.teams[team], decided, names, at + 1, fitted)
        teams = {**year.decisions, team: decided}
        result = step(params, state, Decisions(teams=teams), year.event)
        _follow(names, _new(year.before, years, at, team), _grown(state, result.state, team))
        state = result.state
        reports.append(result.report.teams[team])
    return reports


def _fit(
    params: Parameters,
    own: TeamState,
    decided: TeamDecision,
    names: Mapping[str, str],
    number: int,
    fitted: list[str],
) -> TeamDecision:
    """A sheet that was made for another world, as this one can play it; what was changed for it is told."""
    there = {names.get(key, key): one for key, one in decided.products.items()}
    gone, new = sorted(set(there) - set(own.products)), sorted(set(own.products) - set(there))
    carried = idle(own).products
    fitted += [
        f"In round {number} what was decided for {key} falls away: there is no such product." for key in gone
    ]
    fitted += [f"In round {number} nobody had decided about {key}: it goes on as before." for key in new]
    launch = decided.launch
    if launch is not None:
        parent = names.get(launch.parent, launch.parent)
        if parent not in own.products or len(own.products) >= params.launch.most_products:
            fitted.append(f"In round {number} there is no launch: it has no parent or no room.")
            launch = None
        else:
            launch = launch.model_copy(update={"parent": parent})
    research: list[Study] = []
    for study in decided.research:
        if isinstance(study, MarketingTest):
            product = names.get(study.product, study.product)
            if product not in own.products:
                fitted.append(f"In round {number} no study is bought of {product}.")
                continue
            research.append(study.model_copy(update={"product": product}))
        else:
            research.append(study)
    products = {key: there.get(key, carried.get(key)) for key in own.products}
    return decided.model_copy(
        update={"products": products, "launch": launch, "research": tuple(dict.fromkeys(research))}
    )


def _new(before: State, years: Sequence[Year], at: int, team: str) -> str | None:
    """The product that a team got at the end of a year, as it was; None: none, or it is not known yet."""
    if at + 1 < len(years):
        return _grown(before, years[at + 1].before, team)
    return None


def _grown(before: State, after: State, team: str) -> str | None:
    return next(iter(sorted(set(after.teams[team].products) - set(before.teams[team].products))), None)


def _follow(names: dict[str, str], was: str | None, is_now: str | None) -> None:
    """Remember under which letter a launch goes in the changed world."""
    if was is not None:
        names[was] = is_now if is_now is not None else f"the former {was}"


def figures(report: TeamReport) -> Figures:
    """What a year came to, from a team's report."""
    products = report.products.values()
    return Figures(
        round=report.round,
        demand=rounded(math.fsum(one.demand for one in products), 3),
        sold=rounded(math.fsum(one.sold for one in products), 3),
        revenue=report.profit.revenue,
        profit=report.profit.after_tax,
        cash=rounded(report.balance.cash - report.balance.debt, 3),
        points=report.scorecard.total,
    )


def _put(sheet: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    """A sheet with another value at one place."""
    head, _, rest = place.partition(".")
    if not head:
        return dict(value)
    return {**sheet, head: _put(sheet[head], rest, value) if rest else value}


def _year(years: Sequence[Year], team: str, number: int) -> Year:
    if not 1 <= number <= len(years):
        raise InvalidInput([Problem("round", f"only rounds 1 to {len(years)} were played")])
    year = years[number - 1]
    if team not in year.before.teams:
        raise InvalidInput([Problem("team", "did not play in this world")])
    return year
