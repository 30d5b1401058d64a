"""A round worked out by hand, to every printed digit: one segment, three teams with one product each."""

from __future__ import annotations

import math

import pytest

from lms.simulations.engines.market import Decisions, Parameters, TeamDecision, demand, start, step
from lms.simulations.engines.market.conditions import conditions
from lms.simulations.engines.market.development import effort
from tests.simulations.engines.market.worlds import changed, shipped_parameters

TEAMS = {
    "X": {"levels": (52, 60, 58), "price": 9.0, "brand": 50, "sales": 30, "stock": 150},
    "Y": {"levels": (60, 66, 62), "price": 10.5, "brand": 60, "sales": 35, "stock": 170},
    "Z": {"levels": (50, 58, 55), "price": 7.8, "brand": 40, "sales": 40, "stock": 150},
}
WORKED = {
    # A, C, F, e^F, price term, a, share, demand
    "X": (".8451", ".6791", "-.0262", ".9741", "1.0000", ".6900", ".2271", "118.12"),
    "Y": (".8890", ".7129", "-.0013", ".9987", ".6698", ".5080", ".1673", "86.97"),
    "Z": (".7839", ".7431", "-.0668", ".9354", "1.4507", ".9395", ".3093", "160.84"),
}


def four(number: float) -> str:
    return f"{number:.4f}".replace("0.", ".", 1) if abs(number) < 1 else f"{number:.4f}"


@pytest.fixture(scope="module")
def params():
    raw = shipped_parameters().written()
    product = {**raw["start"]["products"]["A"], "mix": {"M": 1.0}}
    return Parameters.read(
        changed(
            raw,
            segments={"M": raw["segments"]["M"]},
            start__products={"A": product},
            events__deck={},
        )
    )


@pytest.fixture(scope="module")
def before(params):
    raw = start(params, "mini", 1, TEAMS).written()
    for key, one in TEAMS.items():
        raw["teams"][key]["products"]["A"]["attributes"] = dict(
            zip(("performance", "ease", "trust"), one["levels"], strict=True)
        )
    return type(start(params, "mini", 1, TEAMS)).read(raw)


@pytest.fixture(scope="module")
def result(params, before):
    decided = {
        key: {
            "products": {
                "A": {
                    "price": one["price"],
                    "brand": one["brand"],
                    "mix": {"M": 1},
                    "sales": one["sales"],
                    "production": one["stock"],
                    "forecast": 100,
                }
            }
        }
        for key, one in TEAMS.items()
    }
    decided["X"]["products"]["A"] |= {
        "development": 60,
        "weights": {"performance": 0.4, "ease": 0.3, "trust": 0.3},
    }
    decided["X"]["research"] = [{"study": "test", "product": "A", "spend": "brand"}]
    return step(
        params, before, Decisions(teams={key: TeamDecision.read(one) for key, one in decided.items()})
    )


@pytest.mark.parametrize("team", TEAMS)
def test_a_product_in_the_market(params, before, result, team):
    market = conditions(params, 1, ()).markets[0]
    now = conditions(params, 1, ())
    report = result.report.teams[team].products["A"]
    line = report.segments["M"]
    levels = report.attributes.each()
    exponent = demand.fit(market, levels, params.demand.overshoot)
    offer = demand.Offer(
        price=report.price,
        levels=levels,
        awareness={"M": line.awareness},
        channel=report.channel,
        last={"M": 0.0},
    )
    found = (
        four(line.awareness),
        four(report.channel),
        four(exponent),
        four(math.exp(exponent)),
        four((report.price / market.reference_price) ** -market.elasticity),
        four(demand.attraction(params.demand, now, market, offer, exponent)),
        four(line.share),
        f"{line.demand:.2f}",
    )
    assert found == WORKED[team]


def attraction(params, line, report):
    """A product's, from what its report says."""
    now = conditions(params, 1, ())
    market = now.markets[0]
    offer = demand.Offer(
        price=report.price,
        levels=report.attributes.each(),
        awareness={"M": line.awareness},
        channel=report.channel,
        last={"M": 0.0},
    )
    exponent = demand.fit(market, report.attributes.each(), params.demand.overshoot)
    return demand.attraction(params.demand, now, market, offer, exponent)


def test_the_factors_and_sums_between_the_columns(params, result):
    products = {key: one.products["A"] for key, one in result.report.teams.items()}
    factors = {
        key: (four(one.segments["M"].awareness ** 0.9), four(one.channel**0.5))
        for key, one in products.items()
    }
    assert factors == {"X": (".8595", ".8241"), "Y": (".8995", ".8443"), "Z": (".8032", ".8620")}
    drawn = {key: attraction(params, one.segments["M"], one) for key, one in products.items()}
    assert f"{params.segments['M'].outside + math.fsum(drawn.values()):.4f}" == "3.0375"
    assert f"{drawn['X'] + drawn['Y']:.4f}" == "1.1980"
    assert f"{params.demand.spill * (products['Z'].demand - 150):.2f}" == "6.50"
    assert f"{effort(params.development, 60, 1):.3f}" == "10.954"


def test_the_segment(result):
    market = result.report.public.segments["M"]
    assert market.buyers == 520
    assert four(market.outside_share) == ".2963"
    shares = [team["A"].shares["M"] for team in result.report.public.teams.values()]
    assert f"{math.fsum([*shares, market.outside_share]):.4f}" == "1.0000"


def test_what_comes_over_from_an_empty_shelf(result):
    products = {key: one.products["A"] for key, one in result.report.teams.items()}
    assert products["Z"].sold == 150
    assert f"{products['Z'].demand - 150:.2f}" == "10.84"
    assert f"{products['X'].sold - products['X'].served:.2f}" == "3.74"
    assert f"{products['X'].sold:.2f}" == "121.86"
    assert f"{products['Y'].sold - products['Y'].served:.2f}" == "2.76"
    assert f"{products['Y'].sold:.2f}" == "89.73"
    assert f"{result.report.hidden.segments['M'].lost:.2f}" == "4.33"


def test_the_books(result):
    report = result.report.teams["X"]
    product, profit, cash, balance = report.products["A"], report.profit, report.cash, report.balance
    assert f"{product.unit_cost:.4f}" == "4.4376"
    assert f"{product.stock:.2f}" == "28.14"
    assert {name: f"{getattr(profit, name):.2f}" for name in type(profit).model_fields} == {
        "revenue": "1096.74",
        "cost_of_goods": "540.77",
        "brand": "50.00",
        "sales": "30.00",
        "contribution": "475.97",
        "development": "60.00",
        "launch_fee": "0.00",
        "carrying": "18.73",
        "write_down": "18.73",
        "fixed": "235.00",
        "depreciation": "44.00",
        "research": "6.00",
        "operating_profit": "93.51",
        "interest": "12.00",
        "before_tax": "105.51",
        "tax": "26.38",
        "after_tax": "79.13",
    }
    assert f"{product.stock_value + profit.write_down:.2f}" == "124.87"
    assert f"{cash.production:.2f}" == "665.64"
    assert f"{cash.closing:.2f}" == f"{balance.cash:.2f}" == "316.99"
    changes = (cash.change, balance.stock - 0, balance.plant - 440)
    assert tuple(f"{one:.2f}" for one in changes) == ("16.99", "106.14", "-44.00")
    assert f"{sum(changes):.2f}" == "79.13"


def test_development(result):
    levels = result.state.teams["X"].products["A"].attributes
    assert tuple(f"{one:.2f}" for one in levels.each()) == ("54.98", "61.97", "60.04")


def test_price_elasticity(params, result):
    share = result.report.public.teams["X"]["A"].shares["M"]
    assert f"{-params.segments['M'].elasticity * (1 - share):.2f}" == "-2.01"
