"""Studies and events: what is drawn, and on what it does not depend."""

from __future__ import annotations

import pytest

from lms.simulations.engines.market import Decisions, due, start, step
from lms.simulations.engines.market.conditions import buyers, conditions
from lms.simulations.engines.market.events import event, warning_for
from lms.simulations.engines.market.records import Event, Happened
from tests.simulations.engines.market.worlds import SEGMENTS, sensible, shipped_parameters

TEAMS = ("north", "south", "west")
ALL = (
    {"study": "sizes"},
    {"study": "ideals"},
    {"study": "order"},
    {"study": "rivals"},
    {"study": "test", "product": "A", "spend": "brand"},
    {"study": "test", "product": "A", "spend": "sales"},
)


def world(seed=7, name="w"):
    return start(shipped_parameters(), name, seed, TEAMS)


def bought(state, *studies, team="north"):
    """The answers that a team gets for some studies, by what was asked."""
    raw = sensible(state.teams[team]).written()
    mine = type(sensible(state.teams[team])).read({**raw, "research": list(studies)})
    decided = {key: sensible(one) for key, one in state.teams.items()} | {team: mine}
    report = step(shipped_parameters(), state, Decisions(teams=decided)).report.teams[team]
    return {str(study): one for study, one in zip(studies, report.research, strict=True)}


def test_neither_order_nor_other_purchases_change_an_answer():
    state = world()
    together, backwards = bought(state, *ALL), bought(state, *reversed(ALL))
    assert together == backwards
    for study in ALL:
        assert bought(state, study)[str(study)] == together[str(study)]


def test_another_team_world_or_seed_is_told_other_figures():
    study = {"study": "ideals"}
    answers = [
        bought(world(), study),
        bought(world(), study, team="south"),
        bought(world(name="other"), study),
        bought(world(seed=8), study),
    ]
    assert len({str(one) for one in answers}) == 4


def off(seed, study):
    """How far the figures of a study are off, as parts of what is allowed."""
    params = shipped_parameters()
    state = world(seed)
    answer = bought(state, {"study": study})[str({"study": study})]
    found = []
    for market in conditions(params, 2, ()).markets:
        if study == "sizes":
            after = buyers(params.segments[market.key].size, 3)
            line = answer.segments[market.key]
            found += [(line.next_year / market.buyers - 1) / 0.04, (line.year_after / after - 1) / 0.04]
        else:
            estimated = answer.segments[market.key].each()
            found += [(one - true) / 2 for one, true in zip(estimated, market.ideal, strict=True)]
    return found


@pytest.mark.parametrize("study", ["sizes", "ideals"])
def test_figures_are_off_by_no_more_than_the_spread_and_by_as_much(study):
    found = [one for seed in range(25) for one in off(seed, study)]
    assert max(abs(one) for one in found) <= 1.001
    assert max(found) > 0.9
    assert min(found) < -0.9
    assert abs(sum(found) / len(found)) < 0.15


def test_order_and_rivals_are_exact():
    state = world()
    answers = bought(state, {"study": "order"}, {"study": "rivals"})
    order, rivals = answers.values()
    assert order.by_price == ("V", "M", "E", "P")
    assert order.by_fit == ("E", "M", "P", "V")
    assert order.attributes["E"] == ("trust", "performance", "ease")
    assert set(rivals.teams) == {"south", "west"}
    assert rivals.teams["south"]["A"].attributes == state.teams["south"].products["A"].attributes
    assert rivals.teams["south"]["A"].price == 9


@pytest.mark.parametrize("spend", ["brand", "sales"])
def test_a_marketing_test_says_what_more_money_would_do(spend):
    """Against the market itself, with a little more spent: within the spread, whatever the seed."""
    params = shipped_parameters()
    for seed in range(6):
        state = world(seed)
        answer = next(iter(bought(state, {"study": "test", "product": "A", "spend": spend}).values()))
        demands = []
        for more in (0.0, 1.0):
            mine = sensible(state.teams["north"])
            product = mine.products["A"]
            product = product.model_copy(update={spend: getattr(product, spend) + more})
            mine = mine.model_copy(update={"products": {**mine.products, "A": product}})
            decided = {key: sensible(one) for key, one in state.teams.items()} | {"north": mine}
            result = step(params, state, Decisions(teams=decided))
            demands.append(result.report.teams["north"].products["A"].demand)
        base = 40.0 if spend == "brand" else 30.0
        measured = (demands[1] - demands[0]) / demands[0] * (base + 0.5)
        assert answer.elasticity / measured == pytest.approx(1, abs=0.23)
        assert answer.elasticity > 0


# Events -------------------------------------------------------------------------------------------------------------


def course(seed):
    """For each year of a world: what was announced, and what came."""
    params = shipped_parameters()
    state, found = start(params, "w", seed, TEAMS), []
    happened: tuple[Happened, ...] = ()
    for year in range(1, params.rounds + 1):
        warned = warning_for(params, seed, year, happened)
        state = state.model_copy(update={"round": year, "events": happened, "warning": warned})
        came = due(params, state)
        if came:
            happened = (*happened, Happened(round=year, event=came))
        found.append((year, warned, came))
    return found


def test_events_come_as_often_as_they_should_and_warnings_hold_as_often_as_they_say():
    years = [one for seed in range(700) for one in course(seed)]
    later = [one for one in years if one[0] >= 2]
    announced = [one for one in later if one[1]]
    came = [one for one in later if one[2]]
    assert not any(warned or event for year, warned, event in years if year < 2)
    assert abs(len(came) / len(later) - 0.6) < 0.03
    assert abs(len(came) / len(announced) - 0.7) < 0.03
    assert all(warned and warned.key == event.key for _, warned, event in came)
    assert {event.key for _, _, event in came} == set(shipped_parameters().events.deck)


def test_nothing_happens_twice_in_a_world():
    for seed in range(100):
        keys = [event.key for _, _, event in course(seed) if event]
        assert len(keys) == len(set(keys))


def test_what_a_team_does_does_not_change_what_happens():
    params = shipped_parameters()
    courses = []
    for spend in (0.0, 80.0):
        state, found = world(11), []
        while state.round <= params.rounds:
            found.append((state.warning, due(params, state)))
            decided = {key: sensible(one, brand=spend) for key, one in state.teams.items()}
            state = step(params, state, Decisions(teams=decided), found[-1][1]).state
        courses.append(found)
    assert courses[0] == courses[1]
    assert any(came for _, came in courses[0])


def test_a_recession_is_drawn_once_and_the_same_in_every_segment():
    params = shipped_parameters()
    depths = [event(params, seed, "recession").sizes for seed in range(40)]
    assert all(0.92 <= one["V"] <= 0.95 and len(set(one.values())) == 1 for one in depths)
    assert len({one["V"] for one in depths}) > 30


def test_the_warning_stands_in_the_report_of_the_year_before():
    params = shipped_parameters()
    state = world(3)
    for _ in range(params.rounds):
        result = step(params, state, Decisions(teams={}), due(params, state))
        assert result.report.public.warning == result.state.warning
        if result.state.warning:
            assert result.state.warning.round == state.round + 1
        state = result.state
    assert state.warning is None


@pytest.mark.parametrize(
    ("key", "year", "holds"),
    [
        ("recession", 3, True),
        ("recession", 4, False),
        ("import-wave", 4, True),
        ("import-wave", 5, False),
        ("input-costs", 8, True),
        ("channel-consolidation", 8, True),
        ("trust-regulation", 8, True),
    ],
)
def test_an_event_lasts_as_long_as_it_says(key, year, holds):
    params = shipped_parameters()
    happened = (Happened(round=3, event=event(params, 1, key)),)
    before, now = conditions(params, year, ()), conditions(params, year, happened)
    assert (now.in_force == (key,)) is holds
    assert (now.markets != before.markets or now != before) is holds
    assert conditions(params, 2, happened).in_force == ()


def test_what_each_event_does():
    params = shipped_parameters()
    plain = conditions(params, 4, ())
    sizes = {one.key: one.buyers for one in plain.markets}

    def after(key):
        return conditions(params, 4, (Happened(round=4, event=event(params, 1, key)),))

    assert after("input-costs").input_cost == 1.08
    assert after("chip-shortage").capacity == 0.9
    assert after("channel-consolidation").channel_exponent == 0.65
    assert {one.key: one.outside for one in after("import-wave").markets}["V"] == pytest.approx(0.9 * 1.35)
    hyped = {one.key: one.buyers for one in after("ai-hype").markets}
    assert hyped["P"] == pytest.approx(1.25 * sizes["P"], abs=0.001)
    assert {key: one for key, one in hyped.items() if key != "P"} == {
        key: one for key, one in sizes.items() if key != "P"
    }
    ideals = {one.key: one.ideal for one in plain.markets}
    shifted = {one.key: one.ideal for one in after("trust-regulation").markets}
    assert shifted["E"][2] == ideals["E"][2] + 4
    assert shifted["M"][2] == ideals["M"][2] + 3
    assert shifted["V"] == ideals["V"]


def test_an_event_of_a_facilitator_is_played_like_any_other():
    state = world()
    shock = Event(key="strike", title="A strike", text="Ports are closed.", rounds=1, sizes={"M": 0.5})
    result = step(shipped_parameters(), state, Decisions(teams={}), shock)
    assert result.report.public.event == shock
    assert result.report.public.in_force == ("strike",)
    assert result.report.public.segments["M"].buyers == 260
    assert set(result.report.public.segments) == set(SEGMENTS)
