"""One way into each engine: to a run, parameters, states, decisions and reports are JSON, whatever is in them.

What is played with an engine of one version stays with it: a run names engine and version, and is refused, never
quietly moved, where this installation has another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from lms.simulations.engines.data import Problem

Json = dict[str, Any]
Read = TypeVar("Read")


class Kept(dict[str, Any]):
    """Parameters that are used many times: an engine keeps beside them what it made of them once."""

    made: Any = None


def made(parameters: Json, read: Callable[[Json], Read]) -> Read:
    """The parameters as an engine reads them, read once where they are kept."""
    if not isinstance(parameters, Kept):
        return read(parameters)
    if parameters.made is None:
        parameters.made = read(parameters)
    found: Read = parameters.made
    return found


class NoSuchGame(LookupError):
    """This installation has no engine of that name and version."""


@dataclass(frozen=True)
class Turn:
    """A round of a world as it was played."""

    state: Json
    """Before the next round."""
    report: Json
    """Whole, with what only the debrief may see."""
    idle: frozenset[str]
    """Teams for which the rule for nothing submitted decided."""
    scores: Mapping[str, float]
    """By team, 0 to 100, as if the game ended here: balanced score, or competency index."""
    event: Json | None = None
    """What happened in it."""


@dataclass(frozen=True)
class Past:
    """A round that a world has behind it."""

    report: Json
    decisions: Mapping[str, Json | None]
    """By team; None: idle."""


@dataclass(frozen=True)
class Shown:
    """What a game says about a competency."""

    code: str
    score: float
    """0 to 100."""
    says: str
    """Of what it was made."""


class Game(Protocol):
    """An engine, as runs use it. Teams go by their key; every method is pure."""

    engine: str
    version: str
    scenario: str
    """The scenario that is shipped for it."""
    title: str
    prefix: str
    """Of the keys of its activities in a programme: `ps` for ps-practice, ps-r1, …"""
    least: int
    """Members of a team."""
    most: int
    open_scores: bool
    """Whether a team may read scores before the debrief: what is computed from hidden values it may not."""

    def checked(self, parameters: Json) -> Json:
        """The parameters with everything filled in; InvalidInput where they make no sense."""
        ...

    def rounds(self, parameters: Json) -> int:
        """How many rounds a game has."""
        ...

    def world_sizes(self, parameters: Json) -> tuple[int, int, int]:
        """Teams of a world: the least, the most, and up to how many bots fill."""
        ...

    def lenses(self, parameters: Json) -> Sequence[tuple[str, str, str]]:
        """The roles of a team's members: key, title, what it looks at."""
        ...

    def strategies(self) -> Sequence[str]:
        """Bots that may play a team, the plainest first."""
        ...

    def begin(self, parameters: Json, world: str, seed: int, teams: Sequence[str]) -> Json:
        """The state before the first round."""
        ...

    def blank(self, parameters: Json, state: Json, team: str) -> Json:
        """What a sheet starts from: as before, and nothing new. It can be submitted as it stands."""
        ...

    def problems(self, parameters: Json, state: Json, team: str, decided: Json) -> list[Problem]:
        """What keeps a team's sheet from being played, with places below the sheet."""
        ...

    def events(self, parameters: Json, state: Json) -> Sequence[tuple[str, str]]:
        """What may be made to happen in the round to be played: key and title."""
        ...

    def turn(
        self, parameters: Json, state: Json, decided: Mapping[str, Json | None], event: Json | str | None
    ) -> Turn:
        """Play a round. `event`: "drawn" by the seed, None for nothing, a key of the deck, or one written out.

        InvalidInput names the place of what cannot be played.
        """
        ...

    def own_report(self, report: Json, team: str) -> Json:
        """Of a report what that team may read when the round is published."""
        ...

    def evidence(self, parameters: Json, report: Json, team: str) -> Sequence[Shown]:
        """What a game, as it stood after a report, says about competencies, by code."""
        ...

    def bot(
        self, parameters: Json, state: Json, past: Sequence[Past], team: str, strategy: str
    ) -> Json | None:
        """What a bot decides for a team; it knows what the team knows."""
        ...


drawn = "drawn"
"""The event that the seed brings."""
