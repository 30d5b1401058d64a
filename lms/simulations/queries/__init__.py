"""Reads of runs: what actions stand on, what players and whoever runs the game see."""

from __future__ import annotations

from lms.simulations.queries.ground import (
    Ground,
    WorldLine,
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
    worlds_of,
)
from lms.simulations.queries.runs import RunView, rounds_of, run_visible_to, runs_of
from lms.simulations.queries.sheets import SheetView, TeamView, sheet_of, team_visible_to

__all__ = [
    "Ground",
    "RunView",
    "SheetView",
    "TeamView",
    "WorldLine",
    "game_of",
    "ground",
    "member_places",
    "members_of",
    "parameters_of",
    "past_of",
    "results_of",
    "rounds_of",
    "run_visible_to",
    "runs_of",
    "sheet_of",
    "state_of",
    "team_visible_to",
    "teams_of",
    "times_of",
    "worlds_of",
]
