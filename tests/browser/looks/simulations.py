"""Looks at the pages of simulations."""

from __future__ import annotations

from tests.browser.look import C14, C15, DOWNLOAD, Look, looks

LOOKS: dict[str, tuple[Look, ...]] = {
    "simulations.index": (
        *looks("learner", f"{C14}/simulations/"),
        *looks("coordinator", f"{C14}/simulations/"),
    ),
    "simulations.new_run": looks("coordinator", f"{C14}/simulations/new/"),
    "simulations.setup": (
        *looks("coordinator", f"{C14}/simulations/{{ended_market}}/setup/"),
        *looks("coordinator", f"{C15}/simulations/{{open_market}}/setup/"),
    ),
    "simulations.marks": (
        *looks("coordinator", f"{C14}/simulations/{{ended_market}}/marks"),
        *looks("coordinator", f"{C15}/simulations/{{open_market}}/marks"),
    ),
}
NO_PAGE: dict[str, str] = {
    "simulations.books": DOWNLOAD,
    "simulations.history": "looked at while it is played: tests/simulations/test_game_in_browser.py",
    "simulations.report": "looked at while it is played: tests/simulations/test_game_in_browser.py",
    "simulations.game": "looked at while it is played: tests/simulations/test_game_in_browser.py",
    "simulations.marks_file": DOWNLOAD,
    "simulations.roles_file": DOWNLOAD,
}
_RUN = "select public_id from simulation_run where engine = "
WORDS = {
    "ended_market": f"{_RUN} 'market' and cohort_id = 1",
    "ended_leadership": f"{_RUN} 'leadership' and cohort_id = 1",
    "open_market": f"{_RUN} 'market' and cohort_id = 2",
}
