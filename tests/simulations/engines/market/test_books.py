"""Costs, books and points, each rule on its own."""

from __future__ import annotations

import pytest

from lms.simulations.engines.market import Decisions, start, step
from lms.simulations.engines.market.conditions import conditions
from lms.simulations.engines.market.development import effort
from lms.simulations.engines.market.figures import part, parts_of, split
from lms.simulations.engines.market.ledger import Turnover, line, taxed
from lms.simulations.engines.market.records import Year
from lms.simulations.engines.market.sales import sell, unit_cost
from lms.simulations.engines.market.scorecard import future_fit, scorecard
from tests.simulations.engines.market.worlds import sensible, shipped_parameters


@pytest.mark.parametrize(
    ("cumulative", "share"), [(0, 1), (100, 1), (200, 0.858565), (1000, 0.602560), (1600, 0.55), (9000, 0.55)]
)
def test_a_unit_costs_less_the_more_were_made_down_to_a_floor(cumulative, share):
    params = shipped_parameters()
    full = 1.2 + 5 * 0.52**2 + 1.5 * 0.60**2 + 4 * 0.58**2
    cost = unit_cost(params.production, conditions(params, 1, ()), (52, 60, 58), cumulative)
    assert cost == pytest.approx(full * share, rel=1e-5)


@pytest.mark.parametrize(
    ("before_tax", "losses", "tax", "left"),
    [
        (100_000, 0, 25_000, 0),
        (100_000, 40_000, 15_000, 0),
        (100_000, 140_000, 0, 40_000),
        (-30_000, 40_000, 0, 70_000),
        (0, 5, 0, 5),
        (3, 0, 1, 0),
        (2, 0, 0, 0),
    ],
)
def test_tax_is_paid_after_losses_carried_forward(before_tax, losses, tax, left):
    assert taxed(shipped_parameters().ledger, before_tax, losses) == (tax, left)


def turnover(**changes):
    plain = {
        "price": 9.0,
        "opening_stock": 10_000,
        "opening_value": 30_000,
        "produced": 30_000,
        "production_cost": 150_000,
        "sold": 20_000,
        "brand": 0,
        "sales": 0,
        "development": 0,
    }
    return line(shipped_parameters().ledger, Turnover(**{**plain, **changes}))


def test_goods_leave_at_weighted_average_cost():
    books = turnover()
    assert (books.revenue, books.cost_of_goods, books.contribution) == (180_000, 90_000, 90_000)
    assert (books.stock, books.stock_value, books.carrying) == (20_000, 90_000, 13_500)
    assert books.write_down == 0


def test_stock_of_a_product_under_development_is_written_down():
    books = turnover(development=1)
    assert (books.write_down, books.stock_value, books.carrying) == (13_500, 76_500, 13_500)


def test_an_empty_shelf_is_worth_nothing():
    books = turnover(sold=40_000, opening_value=30_001)
    assert (books.stock, books.stock_value, books.cost_of_goods, books.carrying) == (0, 0, 180_001, 0)
    nothing = turnover(opening_stock=0, opening_value=0, produced=0, production_cost=0, sold=0)
    assert (nothing.cost_of_goods, nothing.stock_value, nothing.average) == (0, 0, 0)


def test_plant_is_written_off_once():
    params = shipped_parameters().model_copy(update={"rounds": 14})
    state = start(params, "w", 1, ("a", "b", "c"))
    written_off = []
    while state.round <= params.rounds:
        result = step(params, state, Decisions(teams={}))
        written_off.append(result.report.teams["a"].profit.depreciation)
        state = result.state
    assert written_off == [44.0] * 10 + [0.0] * 4
    assert state.teams["a"].net_plant == 0


def test_interest_is_on_what_there_was_at_the_beginning():
    params = shipped_parameters()
    state = start(params, "w", 1, ("a", "b", "c"))
    spent = sensible(state.teams["a"], brand=900.0)
    first = step(params, state, Decisions(teams={"a": spent}))
    assert first.report.teams["a"].profit.interest == 12
    debt = first.state.teams["a"].debt
    assert debt > 1000
    assert [one.about for one in first.report.teams["a"].notes] == ["debt"]
    second = step(params, first.state, Decisions(teams={}))
    assert second.report.teams["a"].profit.interest == pytest.approx(-0.16 * debt, abs=0.0006)


@pytest.mark.parametrize(("products", "points"), [(1, 10), (2, 10), (3, 20 / 3), (4, 5)])
def test_development_is_spread_thin_over_many_products(products, points):
    assert effort(shipped_parameters().development, 50, products) == pytest.approx(points)


def test_what_comes_over_is_no_more_than_there_is():
    demand = {("a", "A"): {"V": 100, "M": 50}, ("b", "A"): {"V": 40, "M": 20}, ("c", "A"): {"V": 0, "M": 0}}
    pull = {key: {"V": 1.0, "M": 1.0} for key in demand}
    sold = sell(0.6, demand, pull, {("a", "A"): 75, ("b", "A"): 65, ("c", "A"): 1_000})
    assert sold.served[("a", "A")] == {"V": 50, "M": 25}
    assert sold.spilled[("a", "A")] == {"V": 0, "M": 0}
    # of 50 and 25 that are unmet, 30 and 15 are offered, half of it to each; b has 5 left
    assert sum(sold.spilled[("b", "A")].values()) == 5
    assert sold.spilled[("c", "A")] == {"V": 15, "M": 7}
    assert sold.lost == {
        segment: unmet - sum(one[segment] for one in sold.spilled.values())
        for segment, unmet in {"V": 50, "M": 25}.items()
    }


def test_parts_come_to_their_whole_or_leave_a_rest():
    assert split(10, [1, 1, 1]) == [4, 3, 3]
    assert split(2, [1, 3, 3]) == [0, 1, 1]
    assert split(5, [0, 0]) == [0, 0]
    assert parts_of(10, [0.25, 0.25]) == [2, 2]
    assert parts_of(3, [0.5, 0.5]) == [1, 1]
    assert [part(one, 0.15) for one in (10, 30, 1000)] == [2, 4, 150]


# Points -------------------------------------------------------------------------------------------------------------


def year(**changes):
    plain = {
        "free_cash_flow": 100.0,
        "revenue": 1000.0,
        "contribution": 200.0,
        "debt": 0.0,
        "sold": 150.0,
        "delight": 120.0,
        "demand": 160.0,
        "served": 144.0,
        "missed": 16.0,
        "utilisation": 0.80,
    }
    return Year(**{**plain, **changes})


def points(*years, future=0.75):
    card = scorecard(shipped_parameters().scorecard, years, future)
    return {one.key: round(one.points, 3) for one in card.terms}


def test_every_term_goes_from_its_figure_to_its_points():
    present, terminal = 100 / 1.12, 6 * 0.5 * 100 / 1.12
    assert points(year()) == {
        "value": round(25 * (present + terminal + 200) / 4200, 3),
        "margin": 5.0,
        "safety": 10.0,
        "satisfaction": round(15 * (0.80 - 0.60) / 0.35, 3),
        "volume": 5.0,
        "fill": round(5 * (0.9 - 0.7) / 0.3, 3),
        "forecast": round(7 * (1 - 0.1 / 0.4), 3),
        "utilisation": round(8 * (1 - 0.12 / 0.6), 3),
        "future": 5.0,
    }


def test_years_are_averaged_and_the_last_two_flows_are_worth_more():
    years = (year(debt=400.0), year(free_cash_flow=-500.0), year(free_cash_flow=300.0))
    found = points(*years)
    assert found["safety"] == round(10 * (1 - 400 / 3 / 400), 3)
    present = 100 / 1.12 - 500 / 1.12**2 + 300 / 1.12**3
    assert found["value"] == round(25 * max(0, present + 200) / 4200, 3)
    better = points(*years[:2], year(free_cash_flow=900.0))
    terminal = 6 * 0.5 * 200 / 1.12**3
    assert better["value"] == round(25 * (present + 600 / 1.12**3 + terminal + 200) / 4200, 3)


def test_nothing_sold_is_no_division_by_nothing():
    empty = year(revenue=0.0, contribution=-80.0, sold=0.0, delight=0.0, demand=0.0, served=0.0, missed=5.0)
    found = points(empty, future=0.2)
    assert (found["margin"], found["satisfaction"], found["volume"], found["forecast"]) == (0, 0, 0, 0)
    assert found["fill"] == 5
    assert found["future"] == 0


def test_the_future_is_that_of_the_best_two_segments():
    fits = [{"V": 0.9, "M": 0.5, "E": 0.2}, {"V": 0.3, "M": 0.7, "E": 0.6}]
    assert future_fit(fits, 2) == pytest.approx(0.8)
    assert future_fit(fits, 3) == pytest.approx(2.2 / 3)
