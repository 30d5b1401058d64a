"""Rules of running a simulation: phases of a run, states of a round, sheets and pens, and one way into each engine."""

from __future__ import annotations

from lms.simulations.rules.debrief import Act, Part, begun
from lms.simulations.rules.following import reminder_due
from lms.simulations.rules.games import Game, Json, Kept, NoSuchGame, Past, Shown, Turn, drawn
from lms.simulations.rules.library import game, games
from lms.simulations.rules.outlook import NOTHING as NO_OUTLOOK
from lms.simulations.rules.outlook import Outlook, outlooks
from lms.simulations.rules.own import OPEN, Asks, asks, says
from lms.simulations.rules.participation import PART, had_part, participation
from lms.simulations.rules.places import changes
from lms.simulations.rules.refusals import RunRefusal
from lms.simulations.rules.room import Spot, expected, market_map
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
from lms.simulations.rules.watching import (
    Alarm,
    Headline,
    alarms,
    failing,
    headline,
    ranked,
    shown_ranks,
)

__all__ = [
    "NO_OUTLOOK",
    "OPEN",
    "PART",
    "PEN",
    "REMINDERS",
    "Act",
    "Alarm",
    "Asks",
    "Entry",
    "Game",
    "Headline",
    "Json",
    "Kept",
    "NoSuchGame",
    "Outlook",
    "Part",
    "Past",
    "Pen",
    "Phase",
    "Ranking",
    "RoundKind",
    "RoundState",
    "RunRefusal",
    "Said",
    "SheetState",
    "Shown",
    "Spot",
    "Times",
    "Turn",
    "Verdict",
    "alarms",
    "asks",
    "begun",
    "changes",
    "drawn",
    "expected",
    "failing",
    "game",
    "games",
    "had_part",
    "headline",
    "market_map",
    "may_write",
    "open_for_decisions",
    "outlooks",
    "participation",
    "pen_of",
    "ranked",
    "reminder_due",
    "results_due",
    "round_state",
    "says",
    "sheet_state",
    "shown_ranks",
]
