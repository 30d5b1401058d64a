"""One round: from a state and decisions to the next state and a report."""

from __future__ import annotations

from dataclasses import dataclass

from lms.simulations.engines.leadership import deal, stages
from lms.simulations.engines.leadership.book import Book
from lms.simulations.engines.leadership.cards import Card
from lms.simulations.engines.leadership.decisions import Decisions, checked
from lms.simulations.engines.leadership.decisions import idle as nothing
from lms.simulations.engines.leadership.parameters import Parameters
from lms.simulations.engines.leadership.report import Report, Trail, reported
from lms.simulations.engines.leadership.state import Choice, Pledge, State, parts


@dataclass(frozen=True)
class Result:
    """What a round came to."""

    state: State
    report: Report


def step(params: Parameters, state: State, decisions: Decisions | None, at: str = "") -> Result:
    """Play one round of one team; None where the team submitted nothing.

    InvalidInput names every place below `at` that keeps the round from being played.
    """
    trail = advanced(params, state, decisions, at)
    return Result(trail.after, reported(trail))


def advanced(params: Parameters, state: State, decisions: Decisions | None, at: str = "") -> Trail:
    """The same without writing a report: for whoever plays many rounds and looks at their ends."""
    idle = decisions is None
    decided = nothing(params, state, at) if decisions is None else checked(params, state, decisions, at)
    dealt = deal.hand(params, state.seed, state.round)
    chosen = tuple(
        (card, stages.judged(params, state, card, decided.options[card.id], idle=idle)) for card in dealt
    )
    units, given = stages.attention(params, dealt, decided)
    seat = params.seat(decided.hire) if decided.hire else None

    book = Book(state.values())
    stages.cards(params, state, book, chosen)
    stages.hired(params, book, seat)
    judged = stages.promises(params, state, book)
    stages.stakeholders(params, book, given, decided.capacity, decided.message)
    suited = {
        one.id: stages.ideal(params, book[f"skill.{one.id}"], book[f"engagement.{one.id}"])
        for one in state.people
    }
    leaving = stages.people(params, state, book, given, decided.delegation)
    engaged = {one.id: book[f"engagement.{one.id}"] for one in state.people}
    staying = tuple(one.id for one in state.people if one.id not in leaving)
    stages.work(params, book, given, decided.capacity, decided.message, staying)
    stages.business(params, book, decided.capacity)

    made = _made(params, state, chosen)
    values, there = book.rounded(), staying
    if seat is not None:
        values |= {f"skill.{seat.id}": seat.skill, f"engagement.{seat.id}": seat.engagement}
        there = (*staying, seat.id)
    after = State.model_validate(
        {
            **parts(values, there),
            "seed": state.seed,
            "round": state.round + 1,
            "promises": tuple(one for one in state.promises if one.due != state.round) + made,
            "left": state.left + leaving,
            "choices": state.choices + tuple(choice for _, choice in chosen),
            "capacity": decided.capacity,
        }
    )
    return Trail(
        params=params,
        before=state,
        decisions=decided,
        idle=idle,
        chosen=chosen,
        units=units,
        given=given,
        book=book,
        judged=judged,
        made=made,
        suited=suited,
        engaged=engaged,
        leaving=leaving,
        after=after,
    )


def _made(params: Parameters, state: State, chosen: tuple[tuple[Card, Choice], ...]) -> tuple[Pledge, ...]:
    """What the chosen options promise."""
    return tuple(
        Pledge(
            to=promise.to,
            costs=promise.costs,
            card=card.id,
            made=state.round,
            due=state.round + params.promises.after,
        )
        for card, choice in chosen
        if (promise := card.options[choice.option].promise) is not None
    )
