"""Bots: they see what a team sees, and their tournaments say whether a scenario is worth playing."""

from __future__ import annotations

import pytest

from lms.simulations.engines.market import Decisions, Parameters, due, problems, start, step
from lms.simulations.engines.market.balance import Table, gates, printed, tournament
from lms.simulations.engines.market.bots import View, decide
from lms.simulations.engines.market.strategies import ALL, DEGENERATE, SANE
from lms.simulations.engines.market.tournament import Score, best_replies, mixed, play
from tests.simulations.engines.market.worlds import shipped_parameters

PLAYED = 3


@pytest.fixture(scope="module")
def views():
    """What five bots see in the fourth year of a world, and what they did until then."""
    params = shipped_parameters()
    names = [one.name for one in SANE[:5]]
    state = start(params, "w", 4, names)
    reports, public = {name: [] for name in names}, []

    def view(name):
        return View(
            params=params,
            seed=4,
            world="w",
            name=name,
            year=state.round,
            teams=len(names),
            team=state.teams[name],
            reports=tuple(reports[name]),
            public=tuple(public),
        )

    for _ in range(PLAYED):
        decided = Decisions(teams={name: decide(ALL[name], view(name)) for name in names})
        assert problems(params, state, decided) == []
        result = step(params, state, decided, due(params, state))
        for name in names:
            reports[name].append(result.report.teams[name])
        public.append(result.report.public)
        state = result.state
    return {name: view(name) for name in names}


def test_a_bot_does_not_know_what_no_study_told_it(views):
    """Other ideals, sensitivities and elasticities in the manual change nothing of what it decides."""
    raw = shipped_parameters().written()
    for segment in raw["segments"].values():
        segment |= {
            "elasticity": 1.1,
            "sensitivity": 50,
            "outside": 2.5,
            "ideal": {"performance": 90, "ease": 10, "trust": 90},
            "drift": {"performance": 0, "ease": 5, "trust": 0},
            "weights": {"performance": 0.1, "ease": 0.1, "trust": 0.8},
        }
    raw["demand"] |= {"inertia": 0.1, "spill": 0.0}
    other = Parameters.read(raw)
    for name, view in views.items():
        blind = View(**{**vars(view), "params": other})
        assert decide(ALL[name], blind) == decide(ALL[name], view)


def test_a_bot_decides_alike_when_asked_again(views):
    for name, view in views.items():
        assert decide(ALL[name], view) == decide(ALL[name], view)


def test_sane_bots_expect_about_what_comes(views):
    errors = [
        abs(one.forecast - one.demand) / one.demand
        for view in views.values()
        for one in view.reports[-1].products.values()
    ]
    assert sum(errors) / len(errors) < 0.3


def test_the_same_world_gives_the_same_points():
    params = shipped_parameters()
    seats = [*SANE[:4], DEGENERATE[0]]
    assert play(params, 3, seats) == play(params, 3, seats) != play(params, 4, seats)


def test_nonsense_does_not_pay_in_a_few_worlds():
    found = {one.name: one for one in mixed(shipped_parameters(), 16, (*SANE, *DEGENERATE))}
    best = max(found[one.name].points for one in SANE)
    assert best > 78
    assert all(found[one.name].points < best - 8 for one in DEGENERATE)
    assert sum(one.wins * one.worlds for one in found.values()) == pytest.approx(16)


@pytest.mark.slow
def test_the_shipped_scenario_passes_every_gate():
    table = tournament(shipped_parameters(), 60, whole=False)
    assert gates(table) == ()
    assert len(set(best_replies(table.invasions).values())) >= 2


# The gates, each failing for its own reason ---------------------------------------------------------------------------


def score(name, points, wins=0.2):
    return Score(name=name, worlds=10, points=points, spread=1.0, wins=wins)


def table(sane=None, everybody=None, invasions=None):
    good = [score("cost", 82), score("balanced", 81), score("premium", 80), score("pioneer", 70)]
    bad = [score(one.name, 60 - (one.name == "do-nothing")) for one in DEGENERATE]
    return Table(
        sane=good if sane is None else sane,
        everybody=sorted([*good, *bad], key=lambda one: -one.points) if everybody is None else everybody,
        invasions=invasions
        or {"cost": {"cost": 70.0, "premium": 80.0}, "premium": {"cost": 81.0, "premium": 75.0}},
        sweeps={},
        noise={},
        idle={},
        luck=None,
    )


def test_a_balanced_table_passes():
    assert gates(table()) == ()
    assert printed(table()).endswith("All gates hold.")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"sane": [score("cost", 82, 0.46), score("balanced", 81), score("premium", 80)]}, "cost wins 46%"),
        ({"sane": [score("cost", 82), score("balanced", 81), score("premium", 78.9)]}, "only cost, balanced"),
        ({"invasions": {"cost": {"cost": 80.0, "premium": 70.0}, "premium": {"cost": 81.0, "premium": 75.0}}},
         "cost is the best reply to everything"),
        ({"everybody": [score("cost", 82), score("gouge", 74.5), score("do-nothing", 50)]},
         "gouge is 7.5 points below"),
        ({"everybody": [score("cost", 82), score("do-nothing", 50), score("gouge", 49)]},
         "gouge comes last"),
    ],
)  # fmt: skip
def test_a_gate_says_what_fails(changes, says):
    failed = gates(table(**changes))
    assert len(failed) == 1
    assert says in failed[0]
    assert says in printed(table(**changes))


@pytest.mark.slow
def test_what_is_not_balanced_does_not_pass_by_chance():
    """Where volume alone counts, the gates notice."""
    raw = shipped_parameters().written()
    for name, term in raw["scorecard"]["terms"].items():
        term["weight"] = 100 if name == "volume" else 0
    assert gates(tournament(Parameters.read(raw), 12, whole=False))
