"""Reads of runs: what actions stand on, what players and whoever runs the game see."""

from __future__ import annotations

from lms.simulations.queries.ground import (
    Ground,
    WorldLine,
    earlier_open,
    game_of,
    ground,
    member_places,
    members_of,
    parameters_of,
    past_of,
    results_of,
    state_of,
    teams_of,
    times_of,
    waits_for_earlier,
    worlds_of,
)
from lms.simulations.queries.lists import (
    GameLine,
    RunLine,
    current_round,
    games_of,
    playing,
    round_name,
    rounds_of_runs,
    run_lines,
)
from lms.simulations.queries.runs import RunView, rounds_of, run_visible_to, runs_of
from lms.simulations.queries.sheets import SheetView, TeamView, sheet_of, team_visible_to

__all__ = [
    "GameLine",
    "Ground",
    "RunLine",
    "RunView",
    "SheetView",
    "TeamView",
    "WorldLine",
    "current_round",
    "earlier_open",
    "game_of",
    "games_of",
    "ground",
    "member_places",
    "members_of",
    "parameters_of",
    "past_of",
    "playing",
    "results_of",
    "round_name",
    "rounds_of",
    "rounds_of_runs",
    "run_lines",
    "run_visible_to",
    "runs_of",
    "sheet_of",
    "state_of",
    "team_visible_to",
    "teams_of",
    "times_of",
    "waits_for_earlier",
    "worlds_of",
]
