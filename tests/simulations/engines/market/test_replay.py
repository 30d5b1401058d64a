"""What would have happened with one other choice of a team."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.simulations.engines.data import InvalidInput, canonical
from lms.simulations.engines.market import Decisions, due, start, step
from lms.simulations.engines.market.records import TeamDecision
from lms.simulations.engines.market.replay import (
    Year,
    moved,
    replayed,
    sheet_of,
    swapped,
    turning_points,
    value_at,
)
from tests.simulations.engines.market.worlds import sensible, shipped_parameters, wild_round

PARAMS = shipped_parameters()


def course(number, teams=5, decide=wild_round, rounds=8):
    state, years = start(PARAMS, "w", number, [f"team-{at:02}" for at in range(1, teams + 1)]), []
    for _ in range(rounds):
        decided, event = decide(PARAMS, state, number), due(PARAMS, state)
        result = step(PARAMS, state, decided, event)
        years.append(Year(state, decided.teams, event, result.report))
        state = result.state
    return tuple(years)


@cache
def wild(number):
    return course(number, teams=3)


def plain(_params, state, _number):
    """Everybody decides the same; the first team launches a product in the second year and develops it."""
    teams = {key: sensible(team) for key, team in state.teams.items()}
    one = teams["team-01"].written()
    if state.round == 2:
        weights = {"performance": 0.4, "ease": 0.3, "trust": 0.3}
        one["launch"] = {"parent": "A", "development": 90, "weights": weights}
    if state.round == 3:
        one["products"]["A"] |= {
            "price": 12.0,
            "development": 50,
            "weights": dict.fromkeys(weights_of(), 1 / 3),
        }
        one["research"] = [{"study": "test", "product": "C", "spend": "brand"}]
    if state.round == 4:
        one["launch"] = {
            "parent": "C",
            "development": 60,
            "weights": {"performance": 1, "ease": 0, "trust": 0},
        }
    return Decisions(teams=teams | {"team-01": TeamDecision.read(one)})


def weights_of():
    return ("performance", "ease", "trust")


@cache
def launched():
    return course(5, decide=plain, teams=3, rounds=6)


@settings(max_examples=4)
@given(number=st.integers(0, 30), at=st.integers(1, 8), team=st.integers(1, 3))
def test_no_change_makes_no_difference_and_a_replay_is_equal_to_the_byte(number, at, team):
    years, key = wild(number), f"team-{team:02}"
    for was, again in zip(years, replayed(PARAMS, years), strict=True):
        assert canonical(was.report) == canonical(again)
    sheet = sheet_of(years, key, at)
    places = ["products.A.price", "products.A.brand", "capacity", "launch", ""]
    for swap in [
        *(swapped(PARAMS, years, key, at, place, value_at(sheet, place)) for place in places),
        moved(PARAMS, years, key, at, at),
    ]:
        assert swap.before == swap.after
        assert (swap.total, set(swap.terms.values()), swap.fitted) == (0, {0}, ())


@settings(max_examples=4)
@given(number=st.integers(0, 30), at=st.integers(1, 8), price=st.floats(3, 30).map(lambda x: round(x, 2)))
def test_a_swap_is_the_world_played_with_the_other_value(number, at, price):
    years, key = wild(number), "team-02"
    swap = swapped(PARAMS, years, key, at, "products.A.price", price)
    was = sheet_of(years, key, at).products["A"].price
    assert (swap.was, swap.instead) == (was, price)
    one, other = swap.before[0], swap.after[0]
    assert (other.demand - one.demand) * (price - was) <= 1e-9, (
        "a dearer product is never wanted more that year"
    )
    assert swap.total == pytest.approx(sum(swap.terms.values()), abs=1e-5)
    assert [line.round for line in swap.after] == list(range(at, 9))
    by_hand = sheet_of(years, key, at).written()
    by_hand["products"]["A"]["price"] = price
    year = years[at - 1]
    decided = Decisions(teams={**year.decisions, key: TeamDecision.read(by_hand)})
    first = step(PARAMS, year.before, decided, year.event).report.teams[key]
    assert first.scorecard.total == other.points
    assert first.profit.revenue == other.revenue


def test_the_price_of_one_round_is_put_into_the_market_of_another():
    years = launched()
    swap = moved(PARAMS, years, "team-01", 2, 3, "products.A.price")
    assert (swap.round, swap.was, swap.instead) == (
        3,
        12.0,
        years[1].decisions["team-01"].products["A"].price,
    )
    assert swap.after[0].demand > swap.before[0].demand
    assert swap == swapped(PARAMS, years, "team-01", 3, "products.A.price", swap.instead)
    whole = moved(PARAMS, years, "team-01", 2, 3)
    assert whole.place == ""
    assert whole.fitted[0] == "In round 3 nobody had decided about C: it goes on as before."
    money = moved(PARAMS, years, "team-01", 3, 2, "products.A.development")
    assert money.instead == 50, "what it was spent on comes along"


def test_without_the_launch_later_sheets_are_made_to_fit_and_say_so():
    swap = swapped(PARAMS, launched(), "team-01", 2, "launch", None)
    assert "In round 3 what was decided for the former C falls away: there is no such product." in swap.fitted
    assert "In round 3 no study is bought of the former C." in swap.fitted
    assert "In round 4 there is no launch: it has no parent or no room." in swap.fitted
    assert swap.total != 0
    early = swapped(
        PARAMS, launched(), "team-01", 1, "launch", launched()[1].decisions["team-01"].launch.written()
    )
    assert "In round 2 nobody had decided about C: it goes on as before." in early.fitted
    assert not any("former C" in one for one in early.fitted), "the launch of round 2 goes by the next letter"


@pytest.mark.parametrize(
    ("number", "place", "value", "says"),
    [
        (9, "products.A.price", 9.0, "only rounds 1 to 8"),
        (1, "products.C.price", 9.0, "no such place"),
        (1, "products.A.price", 99.0, "not between 3 and 30"),
        (1, "products.A.price", float("nan"), "round 1"),
        (1, "capacity", -1, "greater than or equal"),
        (1, "products.A.price.deep", 1, "no such place"),
    ],
)
def test_what_cannot_be_played_is_refused_in_words(number, place, value, says):
    with pytest.raises(InvalidInput, match=says):
        swapped(PARAMS, wild(3), "team-01", number, place, value)
    with pytest.raises(InvalidInput, match="did not play"):
        swapped(PARAMS, wild(3), "team-09", 1, "capacity", 1)


def test_turning_points_are_the_heaviest_choices_and_cost_little():
    years = course(7)
    begun = time.process_time()
    points = turning_points(PARAMS, years, "team-01")
    spent = time.process_time() - begun
    assert spent < 1, "0.3 s on an idle machine"
    assert len(points) == 3
    everything = turning_points(PARAMS, years, "team-01", n=99)
    assert points == everything[:3]
    assert [one.weight for one in everything] == sorted((one.weight for one in everything), reverse=True)
    assert all(one.weight == abs(one.swap.total) for one in everything)
    silent = tuple(
        Year(one.before, {**one.decisions, "team-01": None}, one.event, one.report) for one in years
    )
    assert turning_points(PARAMS, silent, "team-01") == ()
