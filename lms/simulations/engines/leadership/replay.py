"""What would have happened: a game played again with one choice changed, and the choices on which it turned.

Seed, draws and all other decisions stay. Where the change moves who is there (somebody stays who had left, or leaves
who had stayed), later decisions are made to fit: whoever is not there gets nothing, whoever is there unexpectedly is
led as last decided for them, a hire for whom there is no chair does not happen.
"""

from __future__ import annotations

from lms.simulations.engines import exact
from lms.simulations.engines.data import Data, InvalidInput, Problem
from lms.simulations.engines.leadership import deal
from lms.simulations.engines.leadership.course import Game, played
from lms.simulations.engines.leadership.decisions import Decisions, candidates
from lms.simulations.engines.leadership.names import CODES, LETTERS, PLACES, Code, Letter
from lms.simulations.engines.leadership.parameters import Parameters
from lms.simulations.engines.leadership.rounds import advanced
from lms.simulations.engines.leadership.scoring import Score, scored
from lms.simulations.engines.leadership.stages import ideal
from lms.simulations.engines.leadership.state import State

Course = tuple[Decisions | None, ...]
"""What one team decided, from round 1 on; None for a round in which it submitted nothing."""


class Swap(Data):
    """One choice changed, and the difference that it makes to the end."""

    round: int
    card: str
    chose: Letter
    instead: Letter
    index: float
    """Index with the change less the index as it was."""
    codes: dict[Code, float]
    """The same for each code."""
    left: tuple[str, ...]
    """Who leaves in the changed game."""
    before: Score
    after: Score


class TurningPoint(Data):
    """A choice that moved the end much."""

    round: int
    card: str
    chose: Letter
    fitting: Letter
    weight: float
    """The larger of what the best other option would have gained and what the worst would have lost, in points."""
    swaps: tuple[Swap, ...]
    """Both other options, the better first."""


def swapped(params: Parameters, seed: int, course: Course, card: str, instead: Letter) -> Swap:
    """What another option on one card would have made of a game.

    InvalidInput where the card was not played in it, or nothing was submitted in its round.
    """
    return _swapped(params, seed, course, played(params, seed, course), card, instead)


def _swapped(params: Parameters, seed: int, course: Course, game: Game, card: str, instead: Letter) -> Swap:
    number = _round(params, seed, course, card)
    decided = course[number - 1]
    if decided is None:
        raise InvalidInput([Problem(card, f"nothing was decided in round {number}")])
    other = decided.model_copy(update={"options": {**decided.options, card: instead}})
    end = _again(params, game.states[number - 1], (other, *course[number:]), led(course[:number]))
    after = scored(params, end)
    return Swap(
        round=number,
        card=card,
        chose=decided.options[card],
        instead=instead,
        index=exact.rounded(after.index - game.score.index, PLACES),
        codes={
            code: exact.rounded(after.codes[code].score - game.score.codes[code].score, PLACES)
            for code in CODES
        },
        left=end.left,
        before=game.score,
        after=after,
    )


def turning_points(params: Parameters, seed: int, course: Course, n: int = 3) -> tuple[TurningPoint, ...]:
    """The choices on which a game turned most, weightiest first; rounds without decisions have none."""
    game = played(params, seed, course)
    found = []
    for choice in game.states[-1].choices:
        if choice.idle:
            continue
        swaps = sorted(
            (
                _swapped(params, seed, course, game, choice.card, letter)
                for letter in LETTERS
                if letter != choice.option
            ),
            key=lambda one: (-one.index, one.instead),
        )
        found.append(
            TurningPoint(
                round=choice.round,
                card=choice.card,
                chose=choice.option,
                fitting=choice.fitting,
                weight=max(abs(one.index) for one in swaps),
                swaps=tuple(swaps),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.weight, one.round, one.card))[:n])


def _round(params: Parameters, seed: int, course: Course, card: str) -> int:
    for number, dealt in enumerate(deal.hands(params, seed)[: len(course)], start=1):
        if card in dealt:
            return number
    raise InvalidInput([Problem(card, "was not played in this game")])


def _again(params: Parameters, state: State, course: Course, styles: dict[str, int]) -> State:
    """The end of a game that goes on from a state with decisions that were made for another."""
    for decided in course:
        fitted = None
        if decided is not None:
            styles = {**styles, **decided.delegation}
            fitted = adapted(params, state, decided, styles)
        state = advanced(params, state, fitted).after
    return state


def adapted(params: Parameters, state: State, decided: Decisions, styles: dict[str, int]) -> Decisions:
    """Decisions that fit who is there; a stranger is led in the style last used for them, or in the suitable one."""
    there = {one.id: one for one in state.people}
    attention = decided.attention.model_copy(
        update={"people": {one: units for one, units in decided.attention.people.items() if one in there}}
    )
    return decided.model_copy(
        update={
            "attention": attention,
            "delegation": {
                one: styles.get(one, ideal(params, seat.skill, seat.engagement))
                for one, seat in there.items()
            },
            "hire": decided.hire if decided.hire in candidates(params, state) else None,
        }
    )


def led(course: Course) -> dict[str, int]:
    """The style last decided for everybody in these rounds."""
    found: dict[str, int] = {}
    for decided in course:
        if decided is not None:
            found |= decided.delegation
    return found
