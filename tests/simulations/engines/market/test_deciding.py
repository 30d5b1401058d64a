"""What cannot be decided, and what happens where nothing is decided."""

from __future__ import annotations

import math

import pytest

from lms.simulations.engines.data import InvalidInput
from lms.simulations.engines.market import Decisions, TeamDecision, problems, start, step
from lms.simulations.engines.market.records import Event
from tests.simulations.engines.market.worlds import changed, sensible, shipped_parameters

TEAMS = ("north", "south", "west")


@pytest.fixture
def state():
    return start(shipped_parameters(), "w", 5, TEAMS)


@pytest.fixture
def raw(state):
    """What a team hands in, as JSON; every place of it can be changed."""
    return sensible(state.teams["north"]).written()


A = "products__A__"
WRONG = [
    ({f"{A}price": 2.99}, "products.A.price"),
    ({f"{A}price": 30.01}, "products.A.price"),
    ({f"{A}price": math.nan}, "products.A.price"),
    ({f"{A}price": "9"}, "products.A.price"),
    ({f"{A}brand": -1}, "products.A.brand"),
    ({f"{A}brand": 1e300}, "products.A.brand"),
    ({f"{A}sales": math.inf}, "products.A.sales"),
    ({f"{A}sales": 2000.5}, "products.A.sales"),
    ({f"{A}mix": {"V": 0.5, "M": 0.4}}, "products.A.mix"),
    ({f"{A}mix": {"V": 0.5, "X": 0.5}}, "products.A.mix.X"),
    ({f"{A}mix": {"V": 1.5, "M": -0.5}}, "products.A.mix.V"),
    ({f"{A}mix": {}}, "products.A.mix"),
    ({f"{A}production": -0.001}, "products.A.production"),
    ({f"{A}production": 2001}, "products.A.production"),
    ({f"{A}forecast": 2001}, "products.A.forecast"),
    ({f"{A}development": 10}, "products.A.weights"),
    (
        {f"{A}development": 10, f"{A}weights": {"performance": 0.5, "ease": 0.2, "trust": 0.2}},
        "products.A.weights",
    ),
    (
        {f"{A}development": 10, f"{A}weights": {"performance": 1.5, "ease": -0.5, "trust": 0}},
        "products.A.weights",
    ),
    ({f"{A}trim": {"performance": 10.5, "ease": 0, "trust": 0}}, "products.A.trim.performance"),
    ({f"{A}trim": {"performance": -1, "ease": 0, "trust": 0}}, "products.A.trim.performance"),
    ({f"{A}colour": "red"}, "products.A.colour"),
    ({"products__C": {"price": 9, "mix": {"V": 1}, "production": 0, "forecast": 0}}, "products.C"),
    ({"products": {}}, "products.A"),
    ({"capacity": -5}, "capacity"),
    ({"capacity": 2001}, "capacity"),
    ({"launch": {"parent": "Q", "development": 60, "weights": {"performance": 1, "ease": 0, "trust": 0}}},
     "launch.parent"),
    ({"launch": {"parent": "A", "development": 59, "weights": {"performance": 1, "ease": 0, "trust": 0}}},
     "launch.development"),
    ({"launch": {"parent": "A", "development": 60, "weights": {"performance": 0, "ease": 0, "trust": 0}}},
     "launch.weights"),
    ({"research": [{"study": "gossip"}]}, "research.0"),
    ({"research": [{"study": "sizes"}, {"study": "sizes"}]}, "research.1"),
    ({"research": [{"study": "test", "product": "Q", "spend": "brand"}]}, "research.0.product"),
    ({"rationale": "x" * 4001}, "rationale"),
]  # fmt: skip


def refused(state, raw):
    """The places at which a decision is refused, whether it cannot be read or cannot be played."""
    with pytest.raises(InvalidInput) as said:
        handed_in(state, raw)
    assert all(one.says for one in said.value.problems)
    return [one.place for one in said.value.problems]


def handed_in(state, raw):
    return step(shipped_parameters(), state, Decisions(teams={"north": TeamDecision.read(raw, "north")}))


@pytest.mark.parametrize(("changes", "place"), WRONG, ids=[f"{at}-{one[1]}" for at, one in enumerate(WRONG)])
def test_what_does_not_fit_is_refused_at_its_place(state, raw, changes, place):
    places = refused(state, changed(raw, **changes))
    assert any(one == f"north.{place}" or one.startswith(f"north.{place}.") for one in places)


def test_all_problems_are_told_at_once(state, raw):
    wrong = changed(raw, products__A__price=1, products__B__production=3000, capacity=3000)
    places = ["north.products.A.price", "north.products.B.production", "north.capacity"]
    assert refused(state, wrong) == places


def test_what_is_at_the_limit_is_taken(state, raw):
    fine = changed(raw, products__A__price=3, products__B__price=30, capacity=2000, rationale="x" * 4000)
    decided = Decisions(teams={"north": TeamDecision.read(fine)})
    assert problems(shipped_parameters(), state, decided) == []
    report = step(shipped_parameters(), state, decided).report.teams["north"]
    assert report.products["A"].price == 3
    assert report.capacity.added == 2000


def test_more_than_the_plant_can_make_is_scaled_down_and_said(state, raw):
    wanted = changed(raw, products__A__production=300, products__B__production=228)
    result = step(
        shipped_parameters(), state, Decisions(teams={"north": TeamDecision.read(wanted)})
    ).report.teams["north"]
    assert (result.capacity.planned, result.capacity.produced) == (528, 264)
    assert (result.products["A"].produced, result.products["B"].produced) == (150, 114)
    assert result.products["A"].planned == 300
    assert result.capacity.above == 44
    assert [one.about for one in result.notes if one.about == "production"]
    dearer = result.products["A"].production_cost / (150 * result.products["A"].unit_cost)
    assert dearer == pytest.approx(1 + 0.3 * 44 / 264, abs=1e-5)


def test_a_team_or_an_event_that_is_not_there_is_refused(state):
    with pytest.raises(InvalidInput) as said:
        step(
            shipped_parameters(),
            state,
            Decisions(teams={"east": None}),
            Event(key="flood", title="A flood", text="Rain.", sizes={"X": 0.5}),
        )
    assert [one.place for one in said.value.problems] == ["east", "event.sizes.X"]


def test_nothing_is_played_after_the_last_year_and_no_event_comes_twice(state):
    params = shipped_parameters()
    flood = Event(key="flood", title="A flood", text="Rain.")
    after = step(params, state, Decisions(teams={}), flood).state
    with pytest.raises(InvalidInput, match="happened already"):
        step(params, after, Decisions(teams={}), flood)
    with pytest.raises(InvalidInput, match="ended after year 8"):
        step(params, state.model_copy(update={"round": 9}), Decisions(teams={}))


@pytest.mark.parametrize("teams", [("a", "b"), tuple("abcdefg"), ("a", "b", "a")])
def test_a_world_has_three_to_six_different_teams(teams):
    with pytest.raises(InvalidInput):
        start(shipped_parameters(), "w", 1, teams)


def test_a_launch_is_sold_from_next_year(state, raw):
    params = shipped_parameters()
    weights = {"performance": 0.5, "ease": 0.25, "trust": 0.25}
    wanted = changed(raw, launch={"parent": "B", "development": 72, "weights": weights})
    result = step(params, state, Decisions(teams={"north": TeamDecision.read(wanted)}))
    report, after = result.report.teams["north"], result.state.teams["north"]
    new, parent = after.products["C"], after.products["B"]
    effort = 16 * math.sqrt(72 / 50)
    assert sorted(report.products) == ["A", "B"]
    assert report.profit.launch_fee == 120
    assert report.profit.development == 72
    assert report.profit.fixed == 180 + 2 * 55
    assert [one.product for one in report.notes] == ["C"]
    expected = [
        level + effort * weight * (1.2 - level / 100)
        for level, weight in zip((40, 55, 48), weights.values(), strict=True)
    ]
    assert new.attributes.each() == pytest.approx(expected)
    assert set(new.awareness.values()) == {0.1}
    assert new.channel == pytest.approx(parent.channel / 2)
    assert (new.stock, new.cumulative, new.price) == (0, 0, parent.price)
    four = after.model_copy(update={"products": {**after.products, "D": new}})
    full = result.state.model_copy(update={"teams": {**result.state.teams, "north": four}})
    more = sensible(four).written() | {"launch": wanted["launch"]}
    assert refused(full, more) == ["north.launch"]


def test_trimming_is_free_and_counts_from_next_year(state, raw):
    wanted = changed(raw, products__A__trim={"performance": 10, "ease": 0, "trust": 2.5})
    result = step(shipped_parameters(), state, Decisions(teams={"north": TeamDecision.read(wanted)}))
    report = result.report.teams["north"]
    assert report.products["A"].attributes.each() == (52, 60, 58)
    assert report.products["A"].attributes_next.each() == (42, 60, 55.5)
    assert report.profit.development == report.profit.write_down == 0


def test_a_fourth_product_costs_more_to_run_than_a_third(state):
    from lms.simulations.engines.market.ledger import fixed_cost

    rules = shipped_parameters().ledger
    assert [fixed_cost(rules, count) / 1000 for count in (1, 2, 3, 4)] == [235, 290, 405, 640]


# Idle ---------------------------------------------------------------------------------------------------------------


def test_an_idle_team_goes_on_as_before(state, raw):
    params = shipped_parameters()
    first = changed(
        raw,
        products__A__price=8.5,
        products__A__brand=33,
        products__A__mix={"V": 0.75, "M": 0.25},
        products__A__sales=21,
        products__A__production=40,
        products__B__price=30,
        products__B__production=150,
        products__B__development=50,
        products__B__weights={"performance": 1, "ease": 0, "trust": 0},
        capacity=30,
        research=[{"study": "sizes"}],
        launch={"parent": "A", "development": 60, "weights": {"performance": 1, "ease": 0, "trust": 0}},
    )
    others = {key: sensible(state.teams[key], production=130) for key in ("south", "west")}
    played = step(params, state, Decisions(teams={**others, "north": TeamDecision.read(first)}))
    result = step(params, played.state, Decisions(teams={}))
    before, report = played.report.teams["north"], result.report.teams["north"]
    a, b, c = (report.products[key] for key in "ABC")
    assert report.idle
    assert report.notes[0].about == "idle"
    assert (a.price, a.brand, a.sales) == (8.5, 33, 21)
    assert result.state.teams["north"].products["A"].mix == {"V": 0.75, "M": 0.25}
    assert before.products["A"].stock == 0
    assert a.planned == a.forecast == before.products["A"].demand
    assert before.products["B"].stock > 0
    expected = max(0, before.products["B"].demand - before.products["B"].stock)
    assert b.planned == pytest.approx(expected, abs=1e-9)
    assert (c.brand, c.sales, c.planned, c.price) == (0, 0, 0, 8.5)
    profit = report.profit
    assert (profit.development, profit.launch_fee, profit.research) == (0, 0, 0)
    assert report.capacity.added == 0
    assert report.research == ()


def test_in_the_first_year_idle_goes_on_from_the_year_before(state):
    report = step(shipped_parameters(), state, Decisions(teams={"north": None})).report.teams["north"]
    start_of = shipped_parameters().start.products
    for key, one in report.products.items():
        assert (one.price, one.brand, one.planned) == (
            start_of[key].price,
            start_of[key].brand,
            start_of[key].demand,
        )
