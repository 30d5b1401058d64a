"""What a round came to: for the team in words, and for the facilitator the true values with every cause."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lms.simulations.engines import exact
from lms.simulations.engines.data import Data
from lms.simulations.engines.leadership import book, stages
from lms.simulations.engines.leadership.book import Book, Change
from lms.simulations.engines.leadership.briefs import title
from lms.simulations.engines.leadership.cards import Card, Option
from lms.simulations.engines.leadership.decisions import Decisions
from lms.simulations.engines.leadership.names import PLACES
from lms.simulations.engines.leadership.parameters import Parameters
from lms.simulations.engines.leadership.scoring import Score, scored
from lms.simulations.engines.leadership.state import Choice, Pledge, State

OUTSPOKEN = 0.1
"""Misfit beyond the tolerance from which a stakeholder says aloud that the capacity is in the wrong place."""
SEEN = ("line.cash", "line.growth", "line.bet", "delivery", "customers", "debt")
"""What shows in any company's own figures; trust, skill and what people feel do not."""
NOTICED = 2.0
"""Points from which a change shows."""
_CAUSES = {
    "capacity": "the capacity that went into it",
    "discovery": "the capacity for discovery",
    "paid": "the capacity for repairs",
    "growth": "what every quarter adds",
    "fading": "that nothing lasts by itself",
    "listening": "the time spent with customers",
    "people": "how able and willing the product managers were",
    "safety": "what could be said aloud",
    "debt": "technical debt",
    "narrow": "capacity that was put too much in one place, or too thin everywhere",
}
_STYLES = ("directed", "coached", "supported", "left to decide")


class Played(Data):
    """A card, as the team chose."""

    card: str
    title: str
    chose: str
    """The option in words."""
    reactions: str
    """Who took it well and who badly, as one would have noticed; empty where nobody minded."""
    overdone: str
    """What too much process cost, in words; empty where nothing was overdone."""


class Debriefed(Data):
    """A card, as it is talked about afterwards."""

    card: str
    title: str
    choice: Choice
    chose: str
    consequence: str
    """What came of it in the long run."""
    fitting: str
    """The option that fitted, in words."""
    because: str
    """What in the context asked for something else than the textbook; empty where the textbook fitted."""


class Told(Data):
    """What the team is told after a round. No true value is in it."""

    idle: bool
    """Nothing was submitted, and what happens by itself has happened."""
    cards: tuple[Played, ...]
    attention_left: float
    """Units that the cards left."""
    attention_asked: float
    attention_scale: float
    """What part of the asked attention there was: below 1 where more was asked than the cards left."""
    happened: tuple[str, ...]
    """What happened and why, in sentences."""
    left: tuple[str, ...]
    """Names of those who left."""
    hired: str | None
    """Name of who was hired."""
    promises_made: tuple[Pledge, ...]
    promises_kept: tuple[Pledge, ...]
    promises_broken: tuple[Pledge, ...]


class Leaving(Data):
    """One product manager's risk of leaving."""

    id: str
    engagement: float
    odds: float
    """Probability of leaving at this engagement."""
    left: bool


class Truth(Data):
    """What was true, for the facilitator and the debrief."""

    before: dict[str, float]
    after: dict[str, float]
    changes: tuple[Change, ...]
    """Every cause of the difference, in the order of the round."""
    attention: dict[str, float]
    """Units that each purpose got."""
    cards: tuple[Debriefed, ...]
    leaving: tuple[Leaving, ...]
    score: Score
    """What the game would come to if it ended here."""


class Report(Data):
    """The report of a round."""

    round: int
    team: Told
    facilitator: Truth


@dataclass(frozen=True)
class Trail:
    """A round as it was played: all that a report is written from."""

    params: Parameters
    before: State
    decisions: Decisions
    idle: bool
    chosen: tuple[tuple[Card, Choice], ...]
    units: float
    """What the cards left."""
    given: Mapping[str, float]
    book: Book
    judged: tuple[tuple[Pledge, bool], ...]
    """Promises that fell due, and whether they were kept."""
    made: tuple[Pledge, ...]
    suited: Mapping[str, int]
    """The style that suited each product manager."""
    engaged: Mapping[str, float]
    """The engagement of each product manager when it was drawn who leaves."""
    leaving: tuple[str, ...]
    after: State


def reported(trail: Trail) -> Report:
    """The report of a round."""
    return Report(round=trail.before.round, team=_told(trail), facilitator=_truth(trail))


def _truth(trail: Trail) -> Truth:
    return Truth(
        before=trail.before.values(),
        after=trail.after.values(),
        changes=trail.book.written(),
        attention={purpose: exact.rounded(trail.given[purpose], PLACES) for purpose in sorted(trail.given)},
        cards=tuple(_debriefed(card, choice) for card, choice in trail.chosen),
        leaving=tuple(
            Leaving(
                id=one,
                engagement=exact.rounded(value, PLACES),
                odds=exact.rounded(stages.odds(trail.params, value), PLACES),
                left=one in trail.leaving,
            )
            for one, value in trail.engaged.items()
        ),
        score=scored(trail.params, trail.after),
    )


def _told(trail: Trail) -> Told:
    params, decisions = trail.params, trail.decisions
    asked = math.fsum(decisions.attention.by_name().values())
    return Told(
        idle=trail.idle,
        cards=tuple(_played(params, card, choice) for card, choice in trail.chosen),
        attention_left=trail.units,
        attention_asked=exact.rounded(asked, PLACES),
        attention_scale=exact.rounded(min(1.0, trail.units / asked), PLACES) if asked else 1.0,
        happened=tuple(_sentences(trail, asked)),
        left=tuple(params.seat(one).name for one in trail.leaving),
        hired=params.seat(decisions.hire).name if decisions.hire else None,
        promises_made=trail.made,
        promises_kept=tuple(pledge for pledge, kept in trail.judged if kept),
        promises_broken=tuple(pledge for pledge, kept in trail.judged if not kept),
    )


def _played(params: Parameters, card: Card, choice: Choice) -> Played:
    option, context = card.options[choice.option], card.context
    return Played(
        card=card.id,
        title=card.title,
        chose=option.text,
        reactions=_reactions(params, option),
        overdone=context.penalty_says if context is not None and stages.overdone(card, choice) else "",
    )


def _debriefed(card: Card, choice: Choice) -> Debriefed:
    because = card.context.because if card.context and choice.fitting != card.textbook else ""
    return Debriefed(
        card=card.id,
        title=card.title,
        choice=choice,
        chose=card.options[choice.option].text,
        consequence=card.options[choice.option].consequence,
        fitting=card.options[choice.fitting].text,
        because=because,
    )


def _reactions(params: Parameters, option: Option) -> str:
    """Faces in the room: which way an option moved each stakeholder, without how far."""
    felt = {one.name: option.effects.get(f"trust.{one.id}", 0.0) for one in params.stakeholders}
    glad = [name for name, by in felt.items() if by > 0]
    sorry = [name for name, by in felt.items() if by < 0]
    parts = [
        f"{_listed(names, 'and')} took it {how}" for names, how in ((glad, "well"), (sorry, "badly")) if names
    ]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _sentences(trail: Trail, asked: float) -> Iterable[str]:
    """What happened and why: only what the team could have known or seen."""
    params, given = trail.params, trail.given
    if trail.idle:
        yield (
            "Nothing was decided this quarter. Capacity stayed where it was, product managers were left alone, nobody "
            "was met or told anything, and each matter took the course that it takes when nobody decides."
        )
    units = math.fsum(given.values())
    if asked > units + 1e-9:
        yield (
            f"{round(asked, 2):g} units of attention were asked for and {round(units, 2):g} were left beside the "
            "cards, so everybody got less in proportion."
        )
    names = {one.id: one.name for one in params.stakeholders}
    unmet = [names[one.id] for one in params.stakeholders if not given.get(f"trust.{one.id}")]
    if unmet and not trail.idle:
        yield f"No time went to {_listed(unmet, 'or')}. Trust that is not looked after fades."
    for one in params.stakeholders:
        if trail.decisions.capacity.misfit(one.prefers) - params.buy_in.tolerance > OUTSPOKEN:
            yield f"{one.name[0].upper()}{one.name[1:]} would have put the capacity elsewhere, and says so."
    yield from _moved(trail)
    yield from _led(trail)
    for pledge, kept in trail.judged:
        who = names[pledge.to]
        yield (
            f"What was promised to {who} has come true and is remembered."
            if kept
            else f"The promise to {who} of round {pledge.made} fell due and was not kept."
        )


def _moved(trail: Trail) -> Iterable[str]:
    """What a company sees of its own quarter, which way it went, and what weighed most in that direction."""
    before, after = trail.before.values(), trail.after.values()
    told = dict(_CAUSES)
    for card, _ in trail.chosen:
        told[f"card {card.id}"] = f"what was decided on “{card.title}”"
        told[f"overdone {card.id}"] = f"more process than “{card.title}” needed"
    for quantity in SEEN:
        by = after[quantity] - before[quantity]
        if abs(by) >= NOTICED:
            causes: dict[str, float] = {}
            for name, cause, part in trail.book.changes:
                if name == quantity and cause != book.LIMIT:
                    causes[cause] = causes.get(cause, 0.0) + part
            most = max(causes, key=lambda cause: causes[cause] * by)
            yield f"{title(trail.params, quantity)} {'rose' if by > 0 else 'fell'}; most of it was {told[most]}."


def _led(trail: Trail) -> Iterable[str]:
    """How product managers took the way in which they were led."""
    for one, suits in trail.suited.items():
        name, style = trail.params.seat(one).name, trail.decisions.delegation[one]
        way = _STYLES[style - 1]
        if one in trail.leaving:
            yield f"{name} has left the company; the last quarter under you was spent being {way}."
        elif style < suits:
            yield f"{name} was {way}, and let it be felt that less would have done."
        elif style > suits:
            yield f"{name} was {way}, and was often seen looking for somebody to ask."


def _listed(names: list[str], joined: str) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joined} {names[-1]}"
