"""A course of a world on paper: the seed, and what every team decided in every round."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from lms.simulations.engines.data import Data, fingerprint
from lms.simulations.engines.leadership import deal
from lms.simulations.engines.leadership.briefs import Briefing, briefing
from lms.simulations.engines.leadership.decisions import Decisions
from lms.simulations.engines.leadership.parameters import Parameters
from lms.simulations.engines.leadership.report import Report
from lms.simulations.engines.leadership.rounds import Result, step
from lms.simulations.engines.leadership.scoring import Score, scored
from lms.simulations.engines.leadership.state import State, beginning

VERSION = "1"
"""Of the equations: it changes with any of them, and a world pins it."""


class Course(Data):
    """What is played."""

    world: str = ""
    seed: int
    parameters: Parameters
    teams: dict[str, tuple[Decisions | None, ...]] = Field(min_length=1)
    """Each team's decisions from round 1 on; null where it submitted nothing."""


class Round(Data):
    """One round of one team."""

    briefing: Briefing
    report: Report
    state: State
    """After the round."""


class Team(Data):
    """How a team fared."""

    rounds: tuple[Round, ...]
    score: Score
    over: bool
    """Whether all rounds have been played; the score is what it stands at where not."""
    next: Briefing | None
    """What the team is given before the next round; null at the end."""


class Answer(Data):
    """What a course came to."""

    engine: str = f"leadership {VERSION}"
    parameters: str
    """Their fingerprint."""
    world: str
    seed: int
    hands: tuple[tuple[str, ...], ...]
    """The cards of each round."""
    teams: dict[str, Team]


@dataclass(frozen=True)
class Game:
    """One team's rounds: the state before each and after the last, and every report."""

    states: tuple[State, ...]
    results: tuple[Result, ...]
    score: Score


def played(params: Parameters, seed: int, decisions: tuple[Decisions | None, ...], at: str = "") -> Game:
    """The rounds of one team; InvalidInput names the round and place of what cannot be played."""
    states, results = [beginning(params, seed)], []
    for number, decided in enumerate(decisions, start=1):
        results.append(step(params, states[-1], decided, f"{at}round {number}"))
        states.append(results[-1].state)
    return Game(tuple(states), tuple(results), scored(params, states[-1]))


def play(course: Course) -> Answer:
    """Every team of a course by itself: no team is in another's equations."""
    params = course.parameters
    return Answer(
        parameters=fingerprint(params),
        world=course.world,
        seed=course.seed,
        hands=deal.hands(params, course.seed),
        teams={name: _team(course, name) for name in sorted(course.teams)},
    )


def _team(course: Course, name: str) -> Team:
    params = course.parameters
    game = played(params, course.seed, course.teams[name], f"teams.{name}.")
    over = game.states[-1].round > params.rounds
    return Team(
        rounds=tuple(
            Round(briefing=briefing(params, before), report=one.report, state=one.state)
            for before, one in zip(game.states, game.results, strict=False)
        ),
        score=game.score,
        over=over,
        next=None if over else briefing(params, game.states[-1]),
    )
