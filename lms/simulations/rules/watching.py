"""What whoever runs a game has to see at a glance: who fails, what a team has, how teams stand, what is wrong."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass

from lms.simulations.rules.games import Json
from lms.simulations.rules.runs import Ranking, RoundState

LATE = dt.timedelta(minutes=2)
"""So long after its close a round may wait for the worker before somebody should look why."""


class Alarm(enum.StrEnum):
    """What is wrong with a run, in a sentence fit to show."""

    NOT_PINNED = (
        "This installation does not have the version of the engine with which this run was begun. No round can be "
        "played; what was played can be read. Whoever looks after the installation has to bring that version back."
    )
    GIVEN_UP = (
        "A world could not be played and was given up after several attempts. Ask for it again; if that fails, call "
        "whoever looks after the installation. Nothing that was submitted is lost."
    )
    BEHIND = (
        "The round is over and has not been played for more than two minutes. Perhaps no worker runs: call whoever "
        "looks after the installation. Nothing that was submitted is lost."
    )
    WAITS = (
        "The next round’s time has come: it takes no decisions, and is not played, until this one has been."
    )


def alarms(
    *,
    pinned: bool,
    state: RoundState | None,
    closes_at: dt.datetime | None,
    now: dt.datetime,
    given_up: int,
    waits: bool,
) -> tuple[Alarm, ...]:
    """What is wrong, the cause before what follows from it."""
    found = []
    if not pinned:
        found.append(Alarm.NOT_PINNED)
    if given_up:
        found.append(Alarm.GIVEN_UP)
    if state is RoundState.DUE and not found and closes_at is not None and now - closes_at > LATE:
        found.append(Alarm.BEHIND)
    if waits:
        found.append(Alarm.WAITS)
    return tuple(found)


def failing(*, members: int, active: int, played: int, bot: bool) -> bool:
    """Whether a team of people is down to one active member or none: it is then merged, or a bot helps it out.

    `active` had a part, or looked at a sheet, in the present round or the two before it. Before a round was played
    nobody can tell.
    """
    return not bot and played > 0 and (active <= 1 or members <= 1)


@dataclass(frozen=True, slots=True)
class Headline:
    """The one figure of a team beside its score."""

    label: str
    value: float
    unit: str
    bad: bool

    @property
    def words(self) -> str:
        """With its unit, as one says it."""
        return f"₹ {self.value:,.0f} m" if self.unit.startswith("₹") else f"{self.value:.0f} {self.unit}"


def headline(engine: str, parameters: Json, state: Json, team: str) -> Headline | None:
    """What a team has at the beginning of the next round: cash or debt, or the trust that it enjoys."""
    own = state.get("teams", {}).get(team)
    if own is None:
        return None
    if engine == "market":
        owes = own["debt"] > 0
        return Headline("debt" if owes else "cash", own["debt"] if owes else own["cash"], "₹ m", owes)
    power = {one["id"]: one["power"] for one in parameters["stakeholders"]}
    trust = sum(share * own["trust"][who] for who, share in power.items())
    return Headline("trust", trust, "of 100", trust < 40)


def ranked(scores: Mapping[str, float]) -> list[tuple[int, str]]:
    """Teams with their rank, the best first; those with equal scores share one."""
    order = sorted(scores, key=lambda one: (-scores[one], one))
    return [(1 + sum(other > scores[one] for other in scores.values()), one) for one in order]


def shown_ranks(ranking: Ranking, scores: Mapping[str, float]) -> list[tuple[int, str]]:
    """Who stands where, as far as teams may see it: nobody, the first three, or all.

    Neither the debrief nor the end of a run changes that: what another team came to becomes the mark of its members.
    """
    found = ranked(scores)
    if ranking is Ranking.FULL:
        return found
    return [] if ranking is Ranking.HIDDEN else [one for one in found if one[0] <= 3]
