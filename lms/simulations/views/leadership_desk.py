"""SIX QUARTERS at a team's place: cards, attention, capacity and people; and how a quarter reads afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template
from werkzeug.datastructures import MultiDict

from lms.core.errors import NotFound
from lms.core.remember import Remembered
from lms.simulations.engines.data import Problem
from lms.simulations.engines.leadership import Parameters, State, deal
from lms.simulations.queries import PlayedRound, Seat
from lms.simulations.rules import Json
from lms.simulations.rules import leadership_desk as desk
from lms.simulations.rules import leadership_report as reports
from lms.simulations.rules import leadership_sheet as sheets
from lms.simulations.rules.leadership_effect import Effect, effect
from lms.simulations.views import leadership_pictures as pictures
from lms.simulations.views.desks import DESKS, Brief, Group, Lines, Said, Sheet, Step, Wording
from lms.web.pictures import Piece, Pin

_PARAMETERS: Remembered[Parameters] = Remembered(8)
_LABELS = {"capacity": "Capacity", "message": "What is told", "hire": "Who is hired"}


@dataclass(frozen=True, slots=True)
class Choosing:
    """What the situation, the form and the effect show."""

    told: desk.Situation
    values: Mapping[str, str]
    wrong: Mapping[str, str]
    comes: Effect
    attention: tuple[Piece, ...]
    capacity: tuple[Piece, ...]
    standing: tuple[Pin, ...]
    tables: tuple[pictures.Table, ...]
    quarters: tuple[int, ...]
    styles = desk.STYLES
    messages = desk.MESSAGES
    purposes = desk.PURPOSES
    spare = desk.SPARE

    @property
    def capacity_words(self) -> str:
        """What the five come to."""
        comes_to = self.comes.capacity_total
        if comes_to is None:
            return "One of the five is no number"
        return "The five come to 100 %" if comes_to == 100 else f"The five come to {comes_to:g} %"

    @property
    def foot(self) -> tuple[tuple[str, str, str], ...]:
        """What stands below the form wherever one is in it: label, name for the script, words."""
        left, total = self.comes.left, self.comes.capacity_total
        units = f"{left:g} of {self.comes.units:g}" if left >= 0 else f"{-left:g} too many"
        return (
            ("Attention left", "left-short", units),
            ("Capacity", "total", "?" if total is None else f"{total:g} %"),
        )

    @property
    def open_cards(self) -> str:
        """How many cards nothing is chosen on."""
        comes = self.comes
        if not comes.open_cards:
            return "Every card is decided"
        return f"{comes.open_cards} of {len(comes.cards)} cards are open"


@dataclass(frozen=True, slots=True)
class Read:
    """What the report shows."""

    story: reports.Story
    capacity: tuple[Piece, ...]
    standing: tuple[Pin, ...]
    tables: tuple[pictures.Table, ...]
    quarters: tuple[int, ...]
    last: bool
    """It was the last quarter of the game."""


class SixQuartersDesk:
    """The leadership engine's part of a team's place."""

    engine = "leadership"
    unit = "quarter"
    situation = "simulations/leadership/_situation.html"
    form = "simulations/leadership/_form.html"
    effect = "simulations/leadership/_effect.html"
    report = "simulations/leadership/_report.html"
    workbook = "Your quarters as a workbook"

    def steps(self, seat: Seat) -> Sequence[Step]:
        return (
            Step("situation", "Situation and brief"),
            Step("cards", "Cards"),
            Step("attention", "Attention"),
            Step("capacity", "Capacity and people"),
        )

    def read(self, seat: Seat, sent: MultiDict[str, str]) -> Json:
        return sheets.document(_parameters(seat), _now(seat), sent.to_dict())

    def outward(self, seat: Seat, sheet: Json) -> Json:
        return sheets.outward(_parameters(seat), _now(seat).seed, sheet)

    def inward(self, seat: Seat, sheet: Json) -> Json:
        return sheets.inward(_parameters(seat), _now(seat).seed, sheet)

    def page(self, seat: Seat, draft: Json, wrong: Mapping[str, str]) -> Choosing:
        params, course = _parameters(seat), _course(seat)
        told = desk.situation(params, course, lens=seat.view.lens, held=_held(seat))
        values = sheets.fields(params, course[-1], draft)
        comes = effect(told, draft, values)
        return Choosing(
            told=told,
            values=values,
            wrong=wrong,
            comes=comes,
            attention=pictures.attention_bar(comes),
            capacity=pictures.capacity_bar(comes.capacity),
            standing=pictures.standing(told.parties, len(told.bands)),
            tables=pictures.tables(told, told.rounds),
            quarters=tuple(range(1, len(course) + 1)),
        )

    def live(self, seat: Seat, draft: Json) -> dict[str, str]:
        shown = self.page(seat, draft, {})
        comes = shown.comes
        words = {"left": comes.line, "capacity": shown.capacity_words, "open-cards": shown.open_cards}
        return words | {name: figure for _, name, figure in shown.foot}

    def pieces(self, seat: Seat, draft: Json) -> dict[str, str]:
        shown = self.page(seat, draft, {})
        return {"effect": render_template("simulations/leadership/_comes.html", desk=shown)}

    def said(self, seat: Seat, draft: Json, problems: Sequence[Problem]) -> list[Said]:
        params, state = _parameters(seat), _now(seat)
        cards = {
            f"card-{at}": card.title
            for at, card in enumerate(deal.hand(params, state.seed, state.round), start=1)
        }
        return [
            Said(field or "decisions", cards.get(field) or _label(params, field), words)
            for field, words in sheets.problems(params, state, draft).items()
        ]

    def wording(self, parameters: Json) -> Wording:
        params = Parameters.read(parameters)
        return Wording(
            label=lambda place: sheets.place_words(params, place),
            value=lambda seed, place, value: sheets.value_words(params, seed, place, value),
        )

    def label(self, seat: Seat, place: str) -> str:
        return sheets.place_words(_parameters(seat), place)

    def words(self, seat: Seat, place: str, value: Any) -> str:
        return sheets.value_words(_parameters(seat), _now(seat).seed, place, value)

    def summary(self, seat: Seat, sheet: Json) -> Sequence[Group]:
        return [
            Group(title, lines) for title, lines in sheets.summary(_parameters(seat), _now(seat).seed, sheet)
        ]

    def idle(self, seat: Seat) -> str:
        return (
            "If nothing is submitted, capacity stays where it was, nobody is met or told anything, every product "
            "manager is left alone, nobody is hired, and each card takes the course that it takes when nobody "
            "decides. That counts as a weak choice, and nothing else is taken off."
        )

    def brief(self, seat: Seat) -> Brief | None:
        """None: the situation begins with it, because it is what the quarter turns on."""
        return None

    def headline(self, seat: Seat, played: PlayedRound) -> Lines:
        story = self._story(seat, played)
        found = [
            (one.title, one.reactions or "Nobody minded, as far as one could see.") for one in story.cards
        ]
        found += [("Left", name) for name in story.left]
        found += [(f"Promise to {one.to}", "kept") for one in story.kept]
        found += [(f"Promise to {one.to}", "not kept") for one in story.broken]
        return found

    def read_report(self, seat: Seat, played: PlayedRound) -> Read:
        story, params = self._story(seat, played), _parameters(seat)
        return Read(
            story=story,
            capacity=pictures.capacity_bar(story.decided.capacity),
            standing=pictures.standing(story.known.parties, len(story.known.bands)),
            tables=pictures.tables(story.known, params.rounds + 1),
            quarters=tuple(range(1, story.round + 2)),
            last=story.round == params.rounds,
        )

    def sheets(self, seat: Seat, played: PlayedRound) -> Sequence[Sheet]:
        """What the team decided in every quarter up to this one, and what was known: words, as on its pages."""
        params, course = _parameters(seat), _course(seat, played.number)
        decided: list[list[str | float | None]] = [["Quarter", "Part", "Of", "Decided"]]
        for one in seat.played[: played.number]:
            if one.decided is None:
                decided.append([one.number, "Nothing was submitted", "", ""])
                continue
            for title, lines in sheets.summary(params, course[-1].seed, one.decided):
                decided += [[one.number, title, label, words] for label, words in lines]
        known = desk.known(params, course, lens=seat.view.lens, held=_held(seat))
        words: list[list[str | float | None]] = [
            ["Of", *(f"Quarter {at}" for at in range(1, len(course) + 1))]
        ]
        for table in pictures.tables(known, params.rounds + 1):
            words += [[row.sign.title, *row.words] for one in table.subjects for _, row in one.rows]
        return [Sheet("Decisions", decided), Sheet("What was known", words)]

    def _story(self, seat: Seat, played: PlayedRound) -> reports.Story:
        return reports.story(
            _parameters(seat),
            _course(seat, played.number),
            played.report["team"],
            played.decided,
            lens=seat.view.lens,
            held=_held(seat),
        )


def _label(params: Parameters, field: str) -> str:
    """What a field is called in a list of problems."""
    kind, _, rest = field.partition("-")
    if kind in ("attention", "capacity") and rest:
        inside = {"vision": "", "ritual": "", "customers": ""}
        place = rest if rest in inside or kind == "capacity" else f"stakeholders.{rest}"
        if rest.startswith("pm-"):
            place = f"people.{rest.removeprefix('pm-')}"
        return sheets.place_words(params, f"{kind}.{place}")
    if kind == "style":
        return sheets.place_words(params, f"delegation.{rest}")
    return _LABELS.get(field, "This sheet")


def _parameters(seat: Seat) -> Parameters:
    return _PARAMETERS.get(
        seat.view.run.fingerprint, seat.view.run.fingerprint, lambda: Parameters.read(seat.parameters)
    )


def _now(seat: Seat) -> State:
    """The team's own state before the current round, or where the game stands when there is none."""
    if seat.state is None:
        raise NotFound
    return State.read(seat.state["teams"][seat.key])


def _course(seat: Seat, upto: int | None = None) -> list[State]:
    """The team's own states before each round: up to the current one, or up to the one after round `upto`."""
    last = (seat.current.number - 1 if seat.current else len(seat.rounds)) if upto is None else upto
    texts = [seat.start, *(one.after for one in seat.played if one.number <= last)]
    return [State.read(json.loads(one)["teams"][seat.key]) for one in texts]


def _held(seat: Seat) -> frozenset[str]:
    """The lenses that somebody in the team holds now."""
    return frozenset(one.lens for one in seat.mates if one.lens)


SIX_QUARTERS_DESK = SixQuartersDesk()
DESKS[SIX_QUARTERS_DESK.engine] = SIX_QUARTERS_DESK
