"""How buyers answer, on plain numbers that nothing has rounded."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.simulations.engines.market import demand
from lms.simulations.engines.market.conditions import buyers, conditions
from lms.simulations.engines.market.parameters import Response
from tests.simulations.engines.market.worlds import SEGMENTS, shipped_parameters

levels = st.tuples(*[st.floats(5, 100)] * 3)
shares = st.floats(0, 0.4)
offers = st.builds(
    demand.Offer,
    price=st.floats(3, 30),
    levels=levels,
    awareness=st.fixed_dictionaries({key: st.floats(0.02, 0.9) for key in SEGMENTS}),
    channel=st.floats(0.02, 0.9),
    last=st.fixed_dictionaries(dict.fromkeys(SEGMENTS, shares)),
)
markets = st.lists(offers, min_size=2, max_size=12)
quick = settings(max_examples=60, deadline=None)


def outcome(offered, year=1):
    """Share of each offer in each segment, and of the outside option."""
    params = shipped_parameters()
    now = conditions(params, year, ())
    found = {}
    for market in now.markets:
        drawn = [
            demand.attraction(
                params.demand,
                now,
                market,
                one,
                demand.fit(market, one.levels, params.demand.overshoot),
            )
            for one in offered
        ]
        given_out = demand.shares(market.outside, drawn)
        found[market.key] = [*given_out, 1 - math.fsum(given_out)]
    return found


@quick
@given(markets, st.floats(1.001, 1.5))
def test_a_higher_price_loses_buyers_to_everybody_else(offered, factor):
    dearer = [replace(offered[0], price=offered[0].price * factor), *offered[1:]]
    for before, after in zip(outcome(offered).values(), outcome(dearer).values(), strict=True):
        assert after[0] < before[0]
        assert all(new >= old for old, new in zip(before[1:], after[1:], strict=True))


@quick
@given(markets)
def test_elasticity_is_that_of_the_segment_times_what_one_does_not_have(offered):
    params, small = shipped_parameters(), 1e-5
    up, down = (
        outcome([replace(offered[0], price=offered[0].price * math.exp(step)), *offered[1:]])
        for step in (small, -small)
    )
    for key, before in outcome(offered).items():
        measured = (math.log(up[key][0]) - math.log(down[key][0])) / (2 * small)
        assert measured == pytest.approx(-params.segments[key].elasticity * (1 - before[0]), abs=1e-4)


@quick
@given(markets, st.sampled_from(SEGMENTS), st.floats(0.001, 0.3))
def test_more_awareness_or_reach_never_loses_a_buyer(offered, segment, more):
    first = offered[0]
    aware = replace(first, awareness={**first.awareness, segment: min(1, first.awareness[segment] + more)})
    reached = replace(first, channel=min(1, first.channel + more))
    before = outcome(offered)
    for better in (aware, reached):
        after = outcome([better, *offered[1:]])
        assert all(after[key][0] >= before[key][0] for key in SEGMENTS)
    assert outcome([aware, *offered[1:]])[segment][0] > before[segment][0]


@quick
@given(levels, st.integers(0, 2), st.floats(0.01, 1))
def test_nearer_to_the_ideal_fits_better(level, at, step):
    params = shipped_parameters()
    for market in conditions(params, 3, ()).markets:
        nearer = list(level)
        nearer[at] += (market.ideal[at] - level[at]) * step
        assert demand.fit(market, tuple(nearer), 0.25) >= demand.fit(market, level, 0.25)
        assert demand.fit(market, market.ideal, 0.25) == 0


def test_a_point_too_much_costs_less_than_a_point_too_little():
    market = conditions(shipped_parameters(), 1, ()).markets[0]
    below, above = (tuple(one + step for one in market.ideal) for step in (-8, 8))
    assert demand.fit(market, below, 0.25) == pytest.approx(16 * demand.fit(market, above, 0.25))


@quick
@given(st.floats(0, 1), st.floats(0, 500), st.floats(0.01, 100))
def test_a_spend_builds_up_with_diminishing_effect(before, spend, more):
    by = Response(retention=0.6, scale=30, exponent=0.9)
    first, second, third = (demand.built(before, spend + step * more, by) for step in range(3))
    assert 0 <= first <= second <= third <= 1
    assert third - second <= second - first + 1e-12
    assert demand.built(before, 0, by) == pytest.approx(0.6 * before)


@pytest.mark.parametrize(("year", "expected"), [(1, 67.9), (8, 195.2)])
def test_the_pioneers_come_by_diffusion(year, expected):
    assert buyers(shipped_parameters().segments["P"].size, year) == pytest.approx(expected, abs=0.05)


def test_all_pioneers_come_in_the_end():
    size = shipped_parameters().segments["P"].size
    assert math.fsum(buyers(size, year) for year in range(1, 80)) == pytest.approx(1900)


def test_a_segment_grows_from_the_first_year_on():
    size = shipped_parameters().segments["V"].size
    assert [round(buyers(size, year), 3) for year in (1, 2, 3)] == [630, 642.6, 655.452]


def test_ideals_drift_up_to_the_end_of_the_scale():
    params = shipped_parameters()
    late = {market.key: market.ideal for market in conditions(params, 30, ()).markets}
    assert {market.key: market.ideal for market in conditions(params, 1, ()).markets}["E"] == (60, 55, 80)
    assert {market.key: market.ideal for market in conditions(params, 3, ()).markets}["E"] == (65, 58, 84)
    assert late["E"] == (100, 98.5, 100)
