"""Scripted strategies: teams of nobody, for filling a world and for finding out whether one way of playing beats all.

A bot sees what a team sees: the manual, its own products and reports, what is public, and the studies that it buys. It
knows neither ideal points nor sensitivities unless a study told it. Six strategies are sane, five are what a scenario
has to punish. Spends vary by up to 25 per cent and prices by up to 3, drawn by world, team, year and product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.simulations.engines import draws
from lms.simulations.engines.market.forecasts import expected, first_guess
from lms.simulations.engines.market.parameters import Growing, Parameters
from lms.simulations.engines.market.quantities import ATTRIBUTES, Attributes
from lms.simulations.engines.market.records import (
    LaunchDecision,
    ProductDecision,
    ProductState,
    Study,
    Survey,
    TeamDecision,
    TeamState,
)
from lms.simulations.engines.market.reports import IdealsAnswer, OrderAnswer, Public, TeamReport

UNKNOWN = Attributes(performance=0.4, ease=0.3, trust=0.3)
"""Where development goes before anybody has asked."""
JITTER = 0.25
PRICE_JITTER = 0.03
NEEDS_YEARS = 2
"""Capacity is added while so many years are left to use it."""


@dataclass(frozen=True)
class View:
    """What a team knows when it decides."""

    params: Parameters
    """Read as a manual only: prices of studies, usual prices of segments, limits, rules of the books."""
    seed: int
    world: str
    name: str
    year: int
    teams: int
    team: TeamState
    reports: Sequence[TeamReport]
    """Its own, of the years so far."""
    public: Sequence[Public]

    def latest(self, kind: type[IdealsAnswer | OrderAnswer]) -> IdealsAnswer | OrderAnswer | None:
        """What the team was last told by a study of a kind."""
        for report in reversed(self.reports):
            for one in report.research:
                if isinstance(one, kind):
                    return one
        return None

    def jitter(self, spread: float, *key: str) -> float:
        """A factor around one."""
        return 1 + draws.within(spread, self.seed, "bot", self.world, self.name, self.year, *key)


@dataclass(frozen=True)
class Role:
    """What a product is for."""

    segment: str
    """The one that it is developed for, and that its price is set by."""
    mix: Mapping[str, float]
    price: float
    """Multiple of what is usual in its segment."""
    brand: float
    sales: float
    development: float
    """₹ million a year."""
    launch: int | None = None
    """The year in which it is launched; None for a product of the start."""
    parent: str = "A"
    launch_development: float = 90.0


@dataclass(frozen=True)
class Strategy:
    """A way of playing; roles are of products A, B, C, D in turn."""

    name: str
    roles: tuple[Role, ...]
    safety: float = 0.06
    """Made above the forecast, as a share of it."""
    absent: frozenset[int] = frozenset()
    """Years in which it hands nothing in."""
    levers: Mapping[str, float] = field(default_factory=dict)
    """Factors on price, brand, sales, development, for sweeps."""
    forecast_noise: float = 0.0

    def scaled(self, lever: str, by: float) -> Strategy:
        """The same strategy with one lever pulled."""
        return replace(self, levers={**self.levers, lever: self.levers.get(lever, 1.0) * by})


def decide(strategy: Strategy, view: View) -> TeamDecision | None:
    """What a bot hands in; None where it does nothing."""
    if view.year in strategy.absent:
        return None
    strategy = fitted(strategy, view.params)
    roles = _roles(strategy, view)
    plans = {
        key: _plan(strategy, view, key, product, roles[key]) for key, product in view.team.products.items()
    }
    forecasts = {
        key: _forecast(strategy, view, key, product, plans[key], roles[key])
        for key, product in view.team.products.items()
    }
    wanted = {
        key: max(0.0, forecasts[key] * (1 + strategy.safety) - product.stock)
        for key, product in view.team.products.items()
    }
    ceiling = view.params.production.ceiling * view.team.capacity
    scale = min(1.0, ceiling / max(1e-9, sum(wanted.values())))
    return TeamDecision(
        products={
            key: plan.model_copy(
                update={"forecast": forecasts[key], "production": round(wanted[key] * scale, 3)}
            )
            for key, plan in plans.items()
        },
        capacity=_capacity(view, sum(forecasts.values())),
        launch=_launch(strategy, view),
        research=_research(view),
        editor=strategy.name,
    )


def fitted(strategy: Strategy, params: Parameters) -> Strategy:
    """The strategy in a scenario whose segments are called otherwise: each role in the one most like its own.

    The dearest takes the place of the enterprise, the cheapest that of value, the one that comes by diffusion that of
    the pioneer, and the middle one the middle.
    """
    named = {segment for role in strategy.roles for segment in (role.segment, *role.mix)}
    if named <= set(params.segments):
        return strategy
    order = sorted(params.segments, key=lambda key: (params.segments[key].reference_price, key))
    grown = [key for key in order if isinstance(params.segments[key].size, Growing)] or order
    new = [key for key in order if key not in grown] or order[-1:]
    like = {"V": order[0], "M": grown[len(grown) // 2], "E": grown[-1], "P": new[-1]}
    places = {key: key if key in params.segments else like.get(key, order[0]) for key in named}
    return replace(strategy, roles=tuple(_moved(role, places) for role in strategy.roles))


def _moved(role: Role, places: Mapping[str, str]) -> Role:
    mix: dict[str, float] = {}
    for segment, share in role.mix.items():
        mix[places[segment]] = round(mix.get(places[segment], 0.0) + share, 9)
    return replace(role, segment=places[role.segment], mix=mix)


def _roles(strategy: Strategy, view: View) -> dict[str, Role]:
    """What each product of a team is for: those of the start first, by name; of more products the last role's."""
    begun = view.params.start.products
    products = sorted(view.team.products, key=lambda key: (key not in begun, key))
    return {
        key: strategy.roles[min(at, len(strategy.roles) - 1)]
        for at, key in enumerate(products)
        if strategy.roles
    }


def _plan(strategy: Strategy, view: View, key: str, product: ProductState, role: Role) -> ProductDecision:
    """Everything of a product but quantities."""
    limits = view.params.limits

    def spend(lever: str, amount: float) -> float:
        factor = strategy.levers.get(lever, 1.0) * view.jitter(JITTER, key, lever)
        return round(min(limits.money, amount * factor), 3)

    usual = view.params.segments[role.segment].reference_price
    price = usual * role.price * strategy.levers.get("price", 1.0) * view.jitter(PRICE_JITTER, key, "price")
    needs = wishes(view, product.attributes, role.segment)
    development = spend("development", role.development) if needs else 0.0
    return ProductDecision(
        price=round(min(limits.price.most, max(limits.price.least, price)), 2),
        brand=spend("brand", role.brand),
        mix=dict(role.mix),
        sales=spend("sales", role.sales),
        development=development,
        weights=needs if development else None,
        trim=_trim(view, product.attributes, role.segment),
        production=0.0,
        forecast=0.0,
    )


def wishes(view: View, levels: Attributes, segment: str) -> Attributes | None:
    """Where development should go: what lacks of the ideal, what matters most first. None where nothing lacks."""
    ideals, order = view.latest(IdealsAnswer), view.latest(OrderAnswer)
    if not isinstance(ideals, IdealsAnswer):
        return UNKNOWN
    weights = {
        name: 3 - order.attributes[segment].index(name) if isinstance(order, OrderAnswer) else 1
        for name in ATTRIBUTES
    }
    ahead = 2.5  # they move on by about as much until what is developed now is sold
    lacks = {
        name: weights[name] * max(0.0, ideal + ahead - level)
        for name, ideal, level in zip(ATTRIBUTES, ideals.segments[segment].each(), levels.each(), strict=True)
    }
    whole = sum(lacks.values())
    if whole <= 0:
        return None
    shares = [round(lacks[name] / whole, 3) for name in ATTRIBUTES[:2]]
    return Attributes(performance=shares[0], ease=shares[1], trust=round(1 - sum(shares), 3))


def _trim(view: View, levels: Attributes, segment: str) -> Attributes:
    """Take down what is far above the ideal; it costs and nobody pays for it."""
    ideals = view.latest(IdealsAnswer)
    cuts = dict.fromkeys(ATTRIBUTES, 0.0)
    if isinstance(ideals, IdealsAnswer):
        for name, ideal, level in zip(
            ATTRIBUTES, ideals.segments[segment].each(), levels.each(), strict=True
        ):
            cuts[name] = round(min(view.params.development.most_trim, max(0.0, level - ideal - 6)), 2)
    return Attributes(**cuts)


def _forecast(
    strategy: Strategy, view: View, key: str, product: ProductState, plan: ProductDecision, role: Role
) -> float:
    """'000 units that the bot expects to be asked for."""
    if view.reports and key in view.reports[-1].products:
        guess = expected(view.params, view.reports[-1].products[key], view.public, plan)
    else:
        guess = first_guess(view.params, view.public, view.teams, product, plan, role.segment)
    noise = 1 + draws.within(1.0, view.seed, "bot", view.world, view.name, view.year, key, "forecast")
    limit = view.params.limits.quantity
    return round(min(limit, guess * (1 + strategy.forecast_noise * (noise - 1))), 3)


def _capacity(view: View, forecast: float) -> float:
    """Capacity to add, where next year's demand seems to need it."""
    left = view.params.rounds - view.year
    if left < NEEDS_YEARS:
        return 0.0
    lacking = forecast * 1.05 / 0.95 - view.team.capacity
    return round(min(80.0, lacking), 1) if lacking > 10 and view.team.cash > 2 * lacking else 0.0


def _launch(strategy: Strategy, view: View) -> LaunchDecision | None:
    """The next product, when its year has come and there is money for it."""
    count = len(view.team.products)
    if count >= min(len(strategy.roles), view.params.launch.most_products):
        return None
    role = strategy.roles[count]
    named = role.parent if role.parent in view.team.products else min(view.team.products)
    affordable = view.team.cash >= 150 and not view.team.debt
    if role.launch is None or view.year < role.launch or view.year > view.params.rounds - 3 or not affordable:
        return None
    parent = view.team.products[named]
    money = role.launch_development * view.jitter(JITTER, "launch")
    return LaunchDecision(
        parent=named,
        development=round(max(view.params.launch.least, money), 3),
        weights=wishes(view, parent.attributes, role.segment) or UNKNOWN,
    )


def _research(view: View) -> tuple[Study, ...]:
    """Ideals every year but the last, and once what matters."""
    if view.year == view.params.rounds:
        return ()
    studies: list[Study] = [Survey(study="ideals")]
    if view.year == 1:
        studies.append(Survey(study="order"))
    return tuple(studies)
