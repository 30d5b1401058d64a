"""A played round of SIX QUARTERS as its team reads it: what it decided, what happened, what is known now.

Only the team's own part of a report is read here (`report.team`); what was true stays with whoever runs the game until
the debrief.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.simulations.engines.leadership import Decisions, Parameters, State
from lms.simulations.engines.leadership.decisions import idle
from lms.simulations.engines.leadership.names import LINES
from lms.simulations.engines.leadership.report import Played, Told
from lms.simulations.rules.games import Json
from lms.simulations.rules.leadership_desk import (
    MESSAGES,
    PURPOSES,
    SPARE,
    STYLES,
    Due,
    Known,
    due,
    known,
    titled,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Attention for one purpose, as it was decided and as it came."""

    title: str
    asked: float
    got: float


@dataclass(frozen=True)
class Decided:
    """A team's decisions in words."""

    attention: tuple[Asked, ...]
    """What got any, the most first."""
    capacity: tuple[tuple[str, float], ...]
    """Title and per cent."""
    styles: tuple[tuple[str, str], ...]
    """Product manager and how they were led."""
    message: str
    hired: str
    """Who; empty where nobody was."""


@dataclass(frozen=True)
class Story:
    """A round as its team reads it."""

    round: int
    idle: bool
    cards: tuple[Played, ...]
    decided: Decided
    units: float
    """What the cards left."""
    scale: float
    happened: tuple[str, ...]
    left: tuple[str, ...]
    made: tuple[Due, ...]
    kept: tuple[Due, ...]
    broken: tuple[Due, ...]
    known: Known
    """What is known now; the last two of each course are then and now."""


def story(
    params: Parameters,
    states: Sequence[State],
    told: Json,
    decided: Json | None,
    *,
    lens: str,
    held: Collection[str],
) -> Story:
    """The round that was played last in these states of a team: those before each round, and the one after it.

    `told` is the team's own part of the report, `decided` its sheet as played (None where nothing was submitted).
    """
    before = states[-2]
    team = Told.read(told)
    sheet = idle(params, before) if decided is None else Decisions.read(decided)
    return Story(
        round=before.round,
        idle=team.idle,
        cards=team.cards,
        decided=in_words(params, sheet, team.attention_scale),
        units=team.attention_left,
        scale=team.attention_scale,
        happened=team.happened,
        left=team.left,
        made=tuple(due(params, one) for one in team.promises_made),
        kept=tuple(due(params, one) for one in team.promises_kept),
        broken=tuple(due(params, one) for one in team.promises_broken),
        known=known(params, states, lens=lens, held=held),
    )


def parts(params: Parameters) -> tuple[tuple[str, str], ...]:
    """What capacity may go to, with its title, in the order in which it is talked about."""
    lines = [(str(line), params.signals.lines[line]) for line in LINES]
    return (*lines, *((name, words) for name, words, _ in SPARE))


def in_words(params: Parameters, sheet: Decisions, scale: float) -> Decided:
    """Decisions in words; options are told with their cards."""
    titles = {f"trust.{one.id}": titled(one.name) for one in params.stakeholders}
    titles |= {f"people.{one}": params.seat(one).name for one in params.everybody()}
    titles |= {name: words for name, words, _ in PURPOSES}
    asked = [
        Asked(titles[name], units, round(units * scale, 2))
        for name, units in sheet.attention.by_name().items()
        if units
    ]
    shares = sheet.capacity.model_dump()
    return Decided(
        attention=tuple(sorted(asked, key=lambda one: (-one.asked, one.title))),
        capacity=tuple((words, round(100 * shares[name], 3)) for name, words in parts(params)),
        styles=tuple(
            (params.seat(one).name, next(words for number, words, _ in STYLES if number == style))
            for one, style in sheet.delegation.items()
        ),
        message=next(words for name, words, _ in MESSAGES if name == sheet.message),
        hired=params.seat(sheet.hire).name if sheet.hire else "",
    )
