"""What one member of a team of SIX QUARTERS has before them in a round: cards, people, what is known, their own brief.

Only words for values are here, never the values. What one lens alone hears is in no other member's view; what nobody's
lens hears stands on the board (`briefs.briefing`). Options go by the number that they have in this world's order: the
authors' letters would tell which of them a textbook advises, so they stay here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.simulations.engines.leadership import Parameters, State, briefing
from lms.simulations.engines.leadership.briefs import (
    Brief,
    Briefing,
    Colleague,
    band,
    private,
    reading,
    title,
)
from lms.simulations.engines.leadership.names import LINES, SINGLE
from lms.simulations.engines.leadership.state import Pledge

STYLES = (
    (1, "Direct", "you say what is to be done, and how"),
    (2, "Coach", "you decide together, and explain"),
    (3, "Support", "they decide, you are asked"),
    (4, "Leave to decide", "they decide, you hear of it"),
)
"""Ways of leading a product manager: number on the sheet, word, what it means."""
MESSAGES = (
    ("full", "Everything", "what went wrong too"),
    ("framed", "The favourable part", "true, and chosen"),
    ("minimal", "As little as possible", "nothing that could be held against you"),
)
PURPOSES = (
    ("vision", "Vision", "working on the direction and telling it"),
    ("ritual", "The team's own meetings", "where one may say what went wrong"),
    ("customers", "Customers", "time with those who use what you make, beside the key customer"),
)
"""What attention may go to beside people: place on the sheet, title, what it is."""
SPARE = (
    ("debt", "Repairs", "paying back technical debt"),
    ("discovery", "Discovery", "finding out what customers need"),
)
"""What capacity may go to beside the lines."""
_MUCH = {"good": "high", "very good": "very high"}
"""Of debt there may be much, and that is not good."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What is known of one value."""

    quantity: str
    title: str
    band: str
    """The word for it now; empty where only somebody else hears it this quarter."""
    step: int | None
    """The place of the word among the bands, from 0."""
    own: bool
    """The reader alone hears it."""
    reading: tuple[int, int, int] | None
    """Of the reader's own: about so much, and between which two."""
    course: tuple[int | None, ...]
    """The places of the words from the first quarter to this one; None where the reader was not told."""

    @property
    def before(self) -> int | None:
        """Where it stood when it was last told."""
        return next((step for step in reversed(self.course[:-1]) if step is not None), None)

    @property
    def moved(self) -> int:
        """-1, 0 or 1: which way it went since it was last told."""
        before = self.before
        if before is None or self.step is None:
            return 0
        return (self.step > before) - (self.step < before)


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option as it is numbered in this world."""

    number: int
    text: str
    cost: float


@dataclass(frozen=True, slots=True)
class CardView:
    """A card of the round; its field on the form is its place in the hand."""

    place: int
    title: str
    situation: str
    gone: tuple[str, ...]
    options: tuple[OptionView, ...]

    @property
    def field(self) -> str:
        """The name of its field."""
        return f"card-{self.place}"


@dataclass(frozen=True, slots=True)
class Party:
    """A stakeholder as the team knows them."""

    id: str
    name: str
    """With its article, for a sentence."""
    title: str
    about: str
    weight: int
    """Per cent of what stakeholders think together."""
    need: float
    """Units of attention that a quarter with them takes."""
    trust: Sign
    agreement: Sign


@dataclass(frozen=True, slots=True)
class Manager:
    """A product manager as the team knows them."""

    id: str
    name: str
    about: str
    skill: Sign
    engagement: Sign


@dataclass(frozen=True, slots=True)
class Due:
    """A promise that was given and is not judged yet."""

    to: str
    made: int
    due: int
    what: str
    """What keeps it."""


@dataclass(frozen=True)
class Known:
    """What a reader knows of everybody and of the company, from the first quarter to this one."""

    company: tuple[Sign, ...]
    lines: tuple[tuple[str, Sign], ...]
    """Line and what is known of it."""
    parties: tuple[Party, ...]
    managers: tuple[Manager, ...]
    bands: tuple[str, ...]

    @property
    def signs(self) -> tuple[Sign, ...]:
        """Every sign, the company's own first."""
        told = [*self.company, *(sign for _, sign in self.lines)]
        told += [sign for one in self.parties for sign in (one.trust, one.agreement)]
        return (*told, *(sign for one in self.managers for sign in (one.skill, one.engagement)))

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """What only somebody else hears this quarter, by title."""
        return tuple(sign.title for sign in self.signs if not sign.band)


@dataclass(frozen=True)
class Situation(Known):
    """Everything that one reader is told before a round."""

    round: int
    rounds: int
    units: float
    about: str
    cards: tuple[CardView, ...]
    need: float
    """Units that a quarter with a product manager takes."""
    needs: dict[str, float]
    """The same for vision, ritual and customers."""
    candidates: tuple[Colleague, ...]
    promises: tuple[Due, ...]
    lens: str
    lens_title: str
    lens_about: str
    brief: Brief | None
    """What the reader alone hears; nobody else's is here."""
    others: tuple[str, ...]
    """Titles of the lenses that others in the team hold: each of them hears something too."""


def situation(params: Parameters, states: Sequence[State], *, lens: str, held: Collection[str]) -> Situation:
    """What a reader with this lens ("" for none) is told before the round of the last of a team's states.

    `states` are those before each round from the first on; `held` are the lenses that somebody in the team holds now.
    """
    now, seen = states[-1], known(params, states, lens=lens, held=held)
    briefs = briefing(params, now, held)
    looks = next((one for one in params.signals.lenses if one.id == lens), None)
    return Situation(
        company=seen.company,
        lines=seen.lines,
        parties=seen.parties,
        managers=seen.managers,
        bands=seen.bands,
        round=briefs.round,
        rounds=params.rounds,
        units=briefs.attention,
        about=" ".join(params.about.split()),
        cards=_cards(briefs),
        need=params.people.need,
        needs={
            "vision": params.work.vision_need,
            "ritual": params.work.ritual_need,
            "customers": params.work.customer_need,
        },
        candidates=briefs.candidates,
        promises=tuple(due(params, one) for one in now.promises),
        lens=lens if looks else "",
        lens_title=looks.title if looks else "",
        lens_about=looks.about if looks else "",
        brief=next((one for one in briefs.briefs if one.lens == lens), None),
        others=tuple(one.title for one in params.signals.lenses if one.id in held and one.id != lens),
    )


def known(params: Parameters, states: Sequence[State], *, lens: str, held: Collection[str]) -> Known:
    """What a reader with this lens knows when a team's states were these, also after the last round."""
    board = _Board(params, states, lens, held)
    return Known(
        company=tuple(board.sign(one) for one in SINGLE),
        lines=tuple((one, board.sign(f"line.{one}")) for one in LINES),
        parties=_parties(params, board),
        managers=tuple(_manager(params, board, one.id) for one in states[-1].people),
        bands=tuple(one.name for one in params.signals.bands),
    )


class _Board:
    """What the reader was told in every quarter so far: the team's board, and their own readings."""

    def __init__(self, params: Parameters, states: Sequence[State], lens: str, held: Collection[str]) -> None:
        self.params = params
        self.bands = [one.name for one in params.signals.bands]
        self.steps: list[dict[str, int]] = []
        self.mine: dict[str, tuple[int, int, int]] = {}
        for state in states:
            heard = private(params, state) if state.round <= params.rounds else {}
            own = heard.get(lens, "") if lens in held else ""
            others = {name for holder, name in heard.items() if holder in held} - {own}
            told = {name: reading(params, state, name) for name in state.values() if name not in others}
            self.steps.append({name: self.bands.index(band(params, one.value)) for name, one in told.items()})
            self.mine = {own: (told[own].value, told[own].low, told[own].high)} if own else {}

    def sign(self, quantity: str) -> Sign:
        step = self.steps[-1].get(quantity)
        return Sign(
            quantity=quantity,
            title=title(self.params, quantity),
            band="" if step is None else word_of(self.bands[step], quantity),
            step=step,
            own=quantity in self.mine,
            reading=self.mine.get(quantity),
            course=tuple(one.get(quantity) for one in self.steps),
        )


def word_of(name: str, quantity: str) -> str:
    """The word of a band, as it is said of this value."""
    return _MUCH.get(name, name) if quantity == "debt" else name


def titled(name: str) -> str:
    """A stakeholder's name as a heading: without its article."""
    bare = name.removeprefix("the ")
    return f"{bare[:1].upper()}{bare[1:]}"


def _parties(params: Parameters, board: _Board) -> tuple[Party, ...]:
    return tuple(
        Party(
            id=one.id,
            name=one.name,
            title=titled(one.name),
            about=one.about,
            weight=round(100 * one.power),
            need=one.need,
            trust=board.sign(f"trust.{one.id}"),
            agreement=board.sign(f"buy_in.{one.id}"),
        )
        for one in params.stakeholders
    )


def _manager(params: Parameters, board: _Board, identifier: str) -> Manager:
    seat = params.seat(identifier)
    return Manager(
        seat.id,
        seat.name,
        seat.about,
        board.sign(f"skill.{seat.id}"),
        board.sign(f"engagement.{seat.id}"),
    )


def _cards(briefs: Briefing) -> tuple[CardView, ...]:
    return tuple(
        CardView(
            place=place,
            title=card.title,
            situation=card.situation,
            gone=card.gone,
            options=tuple(
                OptionView(number, one.text, one.cost) for number, one in enumerate(card.options, start=1)
            ),
        )
        for place, card in enumerate(briefs.cards, start=1)
    )


def due(params: Parameters, pledge: Pledge) -> Due:
    """A promise as its team reads it."""
    names = {one.id: one.name for one in params.stakeholders}
    return Due(to=names[pledge.to], made=pledge.made, due=pledge.due, what=kept_by(params))


def kept_by(params: Parameters) -> str:
    """What keeps a promise, in words."""
    rules = params.promises
    return f"{title(params, rules.quantity)} has to stand at {rules.at_least:g} of 100 or more"
