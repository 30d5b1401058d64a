"""What holds in every year, whatever teams decide: worlds of two to six teams, played wildly for three years."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.simulations.engines.data import canonical
from lms.simulations.engines.market import Decisions, due, step
from lms.simulations.engines.market.reports import CashFlow, Result
from tests.simulations.engines.market.worlds import Dice, any_number_of_teams, wild, wild_round, wild_years

worlds = given(number=st.integers(0, 2**40), teams=st.integers(2, 6))
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
YEARS = 3


def whole(figure: float) -> int:
    """₹ 1,000 or units, of a figure that must have no more than three decimals."""
    count = round(figure * 1000)
    assert figure == count / 1000
    return count


def nobody_buys_what_is_not_there(state, decided, result):
    public, hidden = result.report.public, result.report.hidden
    for key, market in public.segments.items():
        products = [one for of in public.teams.values() for one in of.values()]
        assert abs(math.fsum([market.outside_share, *(one.shares[key] for one in products)]) - 1) <= 1e-12
        assert market.outside_share > 0
        lines = [one.segments[key] for of in result.report.teams.values() for one in of.products.values()]
        chose = sum(whole(one.demand) for one in lines)
        sold, lost = sum(whole(one.sold) for one in lines), whole(hidden.segments[key].lost)
        assert chose == sold + lost
        assert whole(market.sold) == sold <= whole(market.buyers)
        assert lost >= 0
    for team, report in result.report.teams.items():
        before = state.teams[team].products
        for key, one in report.products.items():
            assert min(one.sold, one.stock, one.produced, one.demand, one.served, one.stock_value) >= 0
            opened = whole(before[key].stock)
            assert whole(one.sold) == sum(whole(line.sold) for line in one.segments.values())
            assert opened + whole(one.produced) == whole(one.sold) + whole(one.stock)
            assert whole(one.served) <= whole(one.demand)
            after = result.state.teams[team].products[key]
            assert whole(after.cumulative) == whole(before[key].cumulative) + whole(one.produced)


def what_was_chosen_is_sold_before_anything_comes_over(state, decided, result):
    for team, report in result.report.teams.items():
        for key, one in report.products.items():
            available = whole(state.teams[team].products[key].stock) + whole(one.produced)
            assert whole(one.served) == min(available, whole(one.demand))
            assert one.sold >= one.served


def plants_make_no_more_than_they_can(state, decided, result):
    params = any_number_of_teams()
    for team, report in result.report.teams.items():
        plant, notes = report.capacity, [one.about for one in report.notes]
        ceiling = params.production.ceiling * plant.available
        assert plant.produced <= ceiling + 0.0005
        assert (plant.planned > ceiling + 0.0005) == ("production" in notes)
        if "production" not in notes:
            assert all(one.produced == one.planned for one in report.products.values())
        assert plant.above == pytest.approx(max(0, plant.produced - plant.available), abs=1e-9)
        assert ("idle" in notes) == report.idle == (decided.teams[team] is None)
        assert plant.next == result.state.teams[team].capacity
        assert whole(plant.next) == whole(state.teams[team].capacity) + whole(plant.added)


def the_books_agree_to_the_last_thousand(state, decided, result):
    for team, report in result.report.teams.items():
        before, after = state.teams[team], result.state.teams[team]
        profit = {name: whole(getattr(report.profit, name)) for name in type(report.profit).model_fields}
        cash = {name: whole(getattr(report.cash, name)) for name in CashFlow.model_fields}
        sheet = {name: whole(getattr(report.balance, name)) for name in type(report.balance).model_fields}
        stock = sum(whole(one.stock_value) for one in before.products.values())
        assert cash["opening"] == whole(before.cash) - whole(before.debt)
        assert cash["closing"] == sheet["cash"] - sheet["debt"]
        assert cash["closing"] == cash["opening"] + cash["operating"] - cash["investment"]
        assert min(sheet["cash"], sheet["debt"]) == 0
        change = cash["closing"] - cash["opening"]
        assert change == cash["change"]
        made = change + sheet["stock"] - stock + sheet["plant"] - whole(before.net_plant)
        assert made == profit["after_tax"]
        assert sheet["equity"] == sheet["cash"] + sheet["stock"] + sheet["plant"] - sheet["debt"]
        assert sheet["stock"] == sum(whole(one.stock_value) for one in after.products.values())
        for name in ("revenue", "cost_of_goods", "brand", "sales", "carrying", "write_down"):
            assert profit[name] == sum(whole(getattr(one, name)) for one in report.products.values())
        costs = ("development", "launch_fee", "carrying", "write_down", "fixed", "depreciation", "research")
        assert profit["operating_profit"] == profit["contribution"] - sum(profit[one] for one in costs)
        assert profit["tax"] >= 0
        assert (after.cash, after.debt) == (report.balance.cash, report.balance.debt)
        assert after.losses == report.balance.losses
        assert after.losses == 0 or profit["tax"] == 0
        assert after.net_plant >= 0


def points_are_the_sum_of_their_terms_and_never_below_nothing(state, decided, result):
    for report in result.report.teams.values():
        card = report.scorecard
        assert card.total == pytest.approx(math.fsum(one.points for one in card.terms), abs=1e-6)
        assert sum(one.weight for one in card.terms) == 100
        for one in card.terms:
            inside = min(1, max(0, (one.raw - one.zero) / (one.full - one.zero)))
            assert one.points == pytest.approx(one.weight * inside, abs=1e-4)
            assert 0 <= one.points <= one.weight


CHECKS = (
    nobody_buys_what_is_not_there,
    what_was_chosen_is_sold_before_anything_comes_over,
    plants_make_no_more_than_they_can,
    the_books_agree_to_the_last_thousand,
    points_are_the_sum_of_their_terms_and_never_below_nothing,
)


@few
@worlds
def test_what_holds_in_every_year(number, teams):
    for state, decided, result in wild_years(number, YEARS, teams):
        for check in CHECKS:
            check(state, decided, result)


@pytest.mark.slow
def test_it_holds_in_three_hundred_and_twenty_years():
    for number in range(64):
        for state, decided, result in wild_years(number, 5, 2 + number % 5):
            for check in CHECKS:
                check(state, decided, result)


@few
@worlds
def test_the_order_of_teams_changes_nothing(number, teams):
    params = any_number_of_teams()
    state, decided, result = wild_years(number, 2, teams)[-1]
    turned = state.model_copy(
        update={
            "teams": {
                key: one.model_copy(update={"products": dict(reversed(one.products.items()))})
                for key, one in reversed(state.teams.items())
            }
        }
    )
    other = Decisions(teams=dict(reversed(decided.teams.items())))
    event = due(params, state)
    assert canonical(step(params, turned, other, event)) == canonical(result)
    assert canonical(step(params, state, decided, event)) == canonical(result)


@few
@given(number=st.integers(0, 2**40), teams=st.integers(2, 6))
def test_names_of_teams_change_nothing_but_the_names(number, teams):
    params = any_number_of_teams()
    state, decided, result = wild_years(number, 2, teams)[-1]
    decided = Decisions(
        teams={key: one and one.model_copy(update={"research": ()}) for key, one in decided.teams.items()}
    )
    names = sorted(state.teams)
    renamed = dict(zip(names, reversed(names), strict=True))
    swapped = state.model_copy(update={"teams": {renamed[key]: one for key, one in state.teams.items()}})
    other = Decisions(teams={renamed[key]: one for key, one in decided.teams.items()})
    plain = step(params, state, decided, due(params, state))
    turned = step(params, swapped, other, due(params, state))
    assert {renamed[key]: one for key, one in plain.state.teams.items()} == turned.state.teams
    for key, report in plain.report.teams.items():
        assert report.model_copy(update={"team": renamed[key]}) == turned.report.teams[renamed[key]]
    assert result.report.round == plain.report.round


@few
@given(number=st.integers(0, 2**40), teams=st.integers(2, 6))
def test_equal_decisions_give_equal_results(number, teams):
    params = any_number_of_teams()
    state = wild_years(number, 1, teams)[0][0]
    for _ in range(3):
        one = wild(params, state.teams["team-0"], Dice("alike", number, state.round))
        alike = Decisions(teams=dict.fromkeys(state.teams, one.model_copy(update={"research": ()})))
        result = step(params, state, alike, due(params, state))
        reports = [one.model_copy(update={"team": ""}) for one in result.report.teams.values()]
        assert all(report == reports[0] for report in reports)
        assert all(team == result.state.teams["team-0"] for team in result.state.teams.values())
        state = result.state


MAY_MOVE = {
    "research",
    "operating_profit",
    "before_tax",
    "tax",
    "after_tax",
}


def without_money(result: Result, team: str) -> dict:
    """A result without what research may move: cash and profit of one team, and its points that hang on them."""
    raw = result.written()
    report, after = raw["report"]["teams"][team], raw["state"]["teams"][team]
    for name in MAY_MOVE:
        del report["profit"][name]
    del report["cash"], report["research"], report["notes"]
    for name in ("cash", "debt", "equity", "losses"):
        del report["balance"][name]
    card = report["scorecard"]
    del card["total"], card["present_value"], card["terminal_value"]
    card["terms"] = [one for one in card["terms"] if one["key"] not in {"value", "safety"}]
    for name in ("cash", "debt", "losses"):
        del after[name]
    for name in ("free_cash_flow", "debt"):
        del after["years"][-1][name]
    return raw


@few
@worlds
def test_research_moves_only_the_buyers_cash_and_profit(number, teams):
    params = any_number_of_teams()
    state = wild_years(number, 2, teams)[-1][2].state
    decided = wild_round(params, state, number)
    team = min(state.teams)
    mine = decided.teams[team] or wild(params, state.teams[team], Dice("mine", number))
    studies = wild_study_list()
    results = [
        step(
            params,
            state,
            Decisions(teams={**decided.teams, team: mine.model_copy(update={"research": bought})}),
            due(params, state),
        )
        for bought in ((), studies)
    ]
    assert without_money(results[0], team) == without_money(results[1], team)
    assert results[1].report.teams[team].profit.research == 20
    apart = results[0].report.teams[team].cash.closing - results[1].report.teams[team].cash.closing
    saved = results[0].report.teams[team].profit.tax - results[1].report.teams[team].profit.tax
    assert apart == pytest.approx(20 - saved, abs=1e-9)


def wild_study_list():
    return wild(any_number_of_teams(), wild_years(0, 1, 2)[0][0].teams["team-0"], Always()).research


class Always(Dice):
    """Dice that always come up."""

    def __init__(self) -> None:
        super().__init__("always")

    def chance(self, share: float) -> bool:
        return True
