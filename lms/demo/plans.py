"""Which cohorts the demonstration has, in the order in which they are built."""

from __future__ import annotations

from dataclasses import dataclass

TEAM_NAMES = (
    "Banyan",
    "Neem",
    "Teak",
    "Sal",
    "Deodar",
    "Palash",
    "Kadamba",
    "Arjun",
    "Champa",
    "Mahua",
    "Sandal",
    "Cedar",
)
FLOWERING = ("Chinar", "Gulmohar", "Jacaranda", "Tamarind", "Ashoka", "Silk cotton", "Laburnum")


@dataclass(frozen=True)
class Plan:
    """One cohort of the demonstration."""

    key: str
    slug: str
    name: str
    week: int
    """The calendar week it is in today; 0 or less: starts in 1 - week weeks."""
    seats: int
    teams: tuple[str, ...] = TEAM_NAMES
    shows: bool = True
    """Whether the rarer states of marking, requests and sessions are put into it besides what any year has."""
    open_round: str = ""
    """The round that is open in it on every day of the week, whenever the demonstration is built."""


PLANS = (
    Plan("week41", "cohort-14", "Cohort 14", 41, 50),
    Plan("week14", "cohort-15", "Cohort 15", 14, 40),
    Plan("opening", "cohort-16", "Cohort 16", -4, 48),
    Plan(
        "week33",
        "partner-2",
        "Partner Cohort 2",
        33,
        24,
        teams=FLOWERING,
        shows=False,
        open_round="ls-r4",
    ),
)
"""New ones come last: what stands before them, ids included, is built as if they were not there."""
