"""What cannot be decided, with its place and in words. Nothing is clipped: a year with a problem is not played."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lms.simulations.engines.data import Problem, comes_to_one
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.quantities import Attributes, Range
from lms.simulations.engines.market.records import (
    Decisions,
    Event,
    LaunchDecision,
    MarketingTest,
    ProductDecision,
    State,
    TeamDecision,
    TeamState,
)


def problems(
    params: Parameters, state: State, decisions: Decisions, event: Event | None = None
) -> list[Problem]:
    """All that stands against playing the year."""
    found = []
    if state.round > params.rounds:
        found.append(Problem("round", f"the world ended after year {params.rounds}"))
    unknown = sorted(set(decisions.teams) - set(state.teams))
    found.extend(Problem(key, "there is no such team") for key in unknown)
    for key in sorted(state.teams):
        decided = decisions.teams.get(key)
        if decided is not None:
            found.extend(of_team(params, state.teams[key], decided, key))
    if event is not None:
        found.extend(_of_event(params, state, event))
    return found


def of_team(params: Parameters, team: TeamState, decided: TeamDecision, at: str) -> Iterator[Problem]:
    """What is wrong with one team's decision; places begin with `at`."""
    for key in sorted(set(team.products) - set(decided.products)):
        yield Problem(f"{at}.products.{key}", "is missing; every product needs a decision")
    for key in sorted(decided.products):
        place = f"{at}.products.{key}"
        if key not in team.products:
            yield Problem(place, "there is no such product")
        else:
            yield from _of_product(params, decided.products[key], place)
    yield from _quantity(params, decided.capacity, f"{at}.capacity")
    if decided.launch is not None:
        yield from _of_launch(params, team, decided.launch, f"{at}.launch")
    yield from _of_research(team, decided, f"{at}.research")
    if len(decided.rationale) > params.limits.rationale:
        yield Problem(f"{at}.rationale", f"is longer than {params.limits.rationale} characters")


def _of_product(params: Parameters, decided: ProductDecision, at: str) -> Iterator[Problem]:
    yield from _between(params.limits.price, decided.price, f"{at}.price", "₹ thousand")
    for name in ("brand", "sales", "development"):
        yield from _money(params, getattr(decided, name), f"{at}.{name}")
    for name in ("production", "forecast"):
        yield from _quantity(params, getattr(decided, name), f"{at}.{name}")
    yield from _mix(params, decided.mix, f"{at}.mix")
    if decided.weights is not None:
        yield from _weights(decided.weights, f"{at}.weights")
    elif decided.development > 0:
        yield Problem(f"{at}.weights", "say what development is spent on")
    cuts = Range(least=0, most=params.development.most_trim)
    for name, cut in decided.trim.written().items():
        yield from _between(cuts, cut, f"{at}.trim.{name}", "points")


def _of_launch(params: Parameters, team: TeamState, decided: LaunchDecision, at: str) -> Iterator[Problem]:
    if decided.parent not in team.products:
        yield Problem(f"{at}.parent", "there is no such product")
    if len(team.products) >= params.launch.most_products:
        yield Problem(at, f"a team has at most {params.launch.most_products} products")
    if decided.development < params.launch.least:
        yield Problem(f"{at}.development", f"is below {params.launch.least:g}, the least for a launch")
    yield from _money(params, decided.development, f"{at}.development")
    yield from _weights(decided.weights, f"{at}.weights")


def _of_research(team: TeamState, decided: TeamDecision, at: str) -> Iterator[Problem]:
    for number, study in enumerate(decided.research):
        if study in decided.research[:number]:
            yield Problem(f"{at}.{number}", "is bought twice")
        if isinstance(study, MarketingTest) and study.product not in team.products:
            yield Problem(f"{at}.{number}.product", "there is no such product")


def _of_event(params: Parameters, state: State, event: Event) -> Iterator[Problem]:
    if event.key in {one.event.key for one in state.events}:
        yield Problem("event.key", "has happened already")
    for name in ("sizes", "outside", "ideal"):
        for segment in sorted(set(getattr(event, name)) - set(params.segments)):
            yield Problem(f"event.{name}.{segment}", "there is no such segment")


def _mix(params: Parameters, mix: Mapping[str, float], at: str) -> Iterator[Problem]:
    for segment in sorted(set(mix) - set(params.segments)):
        yield Problem(f"{at}.{segment}", "there is no such segment")
    if not comes_to_one(mix):
        yield Problem(at, f"comes to {sum(mix.values()):g}, not to 1")


def _weights(weights: Attributes, at: str) -> Iterator[Problem]:
    if min(weights.each()) < 0:
        yield Problem(at, "is negative")
    elif not weights.come_to_one():
        yield Problem(at, f"comes to {sum(weights.each()):g}, not to 1")


def _money(params: Parameters, spend: float, at: str) -> Iterator[Problem]:
    if spend > params.limits.money:
        yield Problem(at, f"is above {params.limits.money:g} ₹ million")


def _quantity(params: Parameters, quantity: float, at: str) -> Iterator[Problem]:
    if quantity > params.limits.quantity:
        yield Problem(at, f"is above {params.limits.quantity:g} thousand units")


def _between(allowed: Range, value: float, at: str, unit: str) -> Iterator[Problem]:
    if not allowed.least <= value <= allowed.most:
        yield Problem(at, f"is not between {allowed.least:g} and {allowed.most:g} {unit}")
