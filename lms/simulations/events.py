"""What happened in runs of simulations."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RunBegun:
    """Teams know in which run, with whom and in which role they play."""

    cohort_id: int
    run_id: int
    public_id: str
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RoundOpened:
    """A round takes decisions from now on."""

    cohort_id: int
    run_id: int
    round_id: int
    place_ids: tuple[int, ...]
    closes_at: dt.datetime
    again: bool
    """It was open before: whoever runs the game opened it anew."""
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RoundClosesSoon:
    """A round closes in `hours` and these teams have not submitted: their members and the coordinators are told."""

    cohort_id: int
    run_id: int
    round_id: int
    team_ids: tuple[int, ...]
    place_ids: tuple[int, ...]
    hours: int
    closes_at: dt.datetime
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class TeamsIdle:
    """A round closed without anything from these teams: their members and the coordinators are told."""

    cohort_id: int
    run_id: int
    round_id: int
    team_ids: tuple[int, ...]
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SheetSubmitted:
    """The editor of a team submitted: the others are asked to confirm."""

    cohort_id: int
    run_id: int
    round_id: int
    team_id: int
    sheet_id: int
    by_place_id: int
    place_ids: tuple[int, ...]
    """The others."""
    submission: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RoundPlayed:
    """All worlds of a round were played; its results are not shown yet."""

    cohort_id: int
    run_id: int
    round_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ResultsPublished:
    """The results of a round are shown."""

    cohort_id: int
    run_id: int
    round_id: int
    activity_id: int | None
    place_ids: tuple[int, ...]
    """Of everybody who was in a team."""
    decided: tuple[int, ...]
    """Of those whose team had submitted."""
    again: bool
    """They were published before: the round was played anew."""
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RoundChanged:
    """Whoever runs the game changed a round's end, stopped its clock or let it go on."""

    cohort_id: int
    run_id: int
    round_id: int
    place_ids: tuple[int, ...]
    what: str
    """`extended`, `frozen` or `resumed`."""
    closes_at: dt.datetime
    reason: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class TeamJoined:
    """Somebody sits in a team of a game that goes on: new in the team, or their team was put together with it."""

    cohort_id: int
    run_id: int
    team_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class SeatsRefused:
    """People of a team of the cohort do not come into the game that their team plays."""

    cohort_id: int
    run_id: int
    team_id: int
    place_ids: tuple[int, ...]
    carried: tuple[int, ...]
    """Those of them who bring a result of the same game from another cohort; the others gave up their seat."""
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PlayersAway:
    """People play no more, because their place rests or has ended."""

    cohort_id: int
    run_id: int
    team_id: int
    place_ids: tuple[int, ...]
    resting: tuple[int, ...]
    """Those of them who come back to their seat when their leave ends."""
    mates: tuple[int, ...]
    """Who plays on in the team."""
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class TeamShrank:
    """A team of a game that goes on is down to one member, or none: whoever runs it merges it or sets a bot in."""

    cohort_id: int
    run_id: int
    team_id: int
    members: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class DebriefOpened:
    """What was true is shown to those who played."""

    cohort_id: int
    run_id: int
    place_ids: tuple[int, ...]
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class RunEnded:
    """A run ended with its debrief."""

    cohort_id: int
    run_id: int
    activity_id: int | None
    """The debrief's."""
    place_ids: tuple[int, ...]
    """Of those who played to the end."""
    at: dt.datetime
