"""Looks at the pages of simulations."""

from __future__ import annotations

from tests.browser.look import C14, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "simulations.index": (
        *looks("learner", f"{C14}/simulations/"),
        *looks("coordinator", f"{C14}/simulations/"),
    ),
}
NO_PAGE: dict[str, str] = {
    "simulations.game": "looked at while it is played: tests/simulations/test_game_in_browser.py",
}
