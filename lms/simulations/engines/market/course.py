"""A course: a world from its start to some year, as JSON. And the engine for the command line."""

from __future__ import annotations

from pydantic import Field

from lms.simulations.engines.data import Data, InvalidInput, Problem, fingerprint
from lms.simulations.engines.market import events
from lms.simulations.engines.market.parameters import Parameters
from lms.simulations.engines.market.records import Decisions, Event, State, TeamDecision
from lms.simulations.engines.market.reports import Report
from lms.simulations.engines.market.start import start
from lms.simulations.engines.market.step import step
from lms.simulations.engines.play import Engine

VERSION = "1"
"""Goes up whenever equal decisions may give another report; a running world is pinned to it."""


class Round(Data):
    """One year of a course."""

    decisions: dict[str, TeamDecision | None] = {}
    """By team; a team that is left out or null is idle."""
    event: Event | str | None = "drawn"
    """What happens: "drawn" by the seed, null for nothing, a key of the deck, or an event written out."""


class Course(Data):
    """A world and what is decided in it."""

    world: str = Field(min_length=1)
    seed: int
    teams: tuple[str, ...] = ()
    """Who plays; with `state`, nobody is named."""
    state: State | None = None
    """Where the course begins, if not at the start."""
    rounds: tuple[Round, ...]
    parameters: Parameters
    """Left out: those of the scenario that is shipped."""


class Played(Data):
    """A year that was played."""

    report: Report
    state: State
    """After it."""


class Answer(Data):
    """What became of a course."""

    engine: str
    version: str
    parameters: str
    """Fingerprint (SHA-256) of the parameters."""
    start: State
    rounds: tuple[Played, ...]


def play(course: Course) -> Answer:
    """Play a course. InvalidInput names the round and the place of what does not fit."""
    params = course.parameters
    if course.state is not None and course.teams:
        raise InvalidInput([Problem("teams", "are those of the state; leave them out")])
    first = state = course.state or start(params, course.world, course.seed, course.teams)
    played = []
    for number, one in enumerate(course.rounds):
        try:
            result = step(params, state, Decisions(teams=one.decisions), _event(params, state, one.event))
        except InvalidInput as refused:
            at = f"rounds.{number}"
            raise InvalidInput([Problem(f"{at}.{it.place}", it.says) for it in refused.problems]) from refused
        state = result.state
        played.append(Played(report=result.report, state=state))
    return Answer(
        engine="market",
        version=VERSION,
        parameters=fingerprint(params),
        start=first,
        rounds=tuple(played),
    )


def _event(params: Parameters, state: State, wanted: Event | str | None) -> Event | None:
    if wanted is None or isinstance(wanted, Event):
        return wanted
    if wanted == "drawn":
        return events.due(params, state)
    if wanted not in params.events.deck:
        raise InvalidInput([Problem("event", f"there is no event “{wanted}” in the deck")])
    return events.event(params, state.seed, wanted)


ENGINE = Engine(name="market", scenario="portfolio-years", course=Course, answer=Answer, play=play)
