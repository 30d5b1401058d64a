"""Rules of running a simulation: phases of a run, states of a round, sheets and pens, and one way into each engine."""

from __future__ import annotations

from lms.simulations.rules.debrief import Act, Part, begun
from lms.simulations.rules.following import Seat, reminder_due, scored_team
from lms.simulations.rules.games import Game, Json, Kept, NoSuchGame, Past, Shown, Turn, drawn
from lms.simulations.rules.library import game, games
from lms.simulations.rules.refusals import RunRefusal
from lms.simulations.rules.runs import (
    REMINDERS,
    Phase,
    Ranking,
    RoundKind,
    RoundState,
    Times,
    open_for_decisions,
    results_due,
    round_state,
)
from lms.simulations.rules.sheets import (
    PEN,
    Entry,
    Pen,
    Said,
    SheetState,
    Verdict,
    may_write,
    pen_of,
    sheet_state,
)

__all__ = [
    "PEN",
    "REMINDERS",
    "Act",
    "Entry",
    "Game",
    "Json",
    "Kept",
    "NoSuchGame",
    "Part",
    "Past",
    "Pen",
    "Phase",
    "Ranking",
    "RoundKind",
    "RoundState",
    "RunRefusal",
    "Said",
    "Seat",
    "SheetState",
    "Shown",
    "Times",
    "Turn",
    "Verdict",
    "begun",
    "drawn",
    "game",
    "games",
    "may_write",
    "open_for_decisions",
    "pen_of",
    "reminder_due",
    "results_due",
    "round_state",
    "scored_team",
    "sheet_state",
]
