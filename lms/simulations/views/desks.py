"""The seam between the frame of a team's place and what is special to an engine.

The frame knows rounds, clocks, pens, voices and submissions; a desk knows how a form becomes a sheet, what the
situation is, what decisions come to, and how a report reads. `desk_of` is the only way from one to the other. A desk
sees a team's `Seat`, in which nothing is that the team may not know, but for the state of the world: of that a desk
shows the team's own part only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from werkzeug.datastructures import MultiDict

from lms.core.errors import NotFound
from lms.simulations.engines.data import Problem
from lms.simulations.queries import PlayedRound, Seat
from lms.simulations.rules import Json

Lines = Sequence[tuple[str, str]]
"""Labels with what stands there, in words."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of deciding; on a phone it stands alone."""

    key: str
    """Of the part of the page that it goes to: `id="step-KEY"`."""
    title: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things that belong together in a summary: of a product, of a person."""

    title: str
    lines: Lines


@dataclass(frozen=True, slots=True)
class Brief:
    """What a member's role looks at, for that member only."""

    title: str
    about: str
    lines: Lines
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook."""

    title: str
    rows: Sequence[Sequence[str | float | None]]
    """The first are the heads."""


@dataclass(frozen=True, slots=True)
class Said:
    """A problem in words, with the field that it belongs to."""

    anchor: str
    """`id` of the field."""
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How an engine calls the places of a sheet and what stands there: in the cockpit and in the log alike."""

    label: Callable[[str], str]
    value: Callable[[int, str, Any], str]
    """Seed of the world, place, value."""


class Desk(Protocol):
    """What an engine adds to a team's place. Nothing here reads or writes a database."""

    engine: str
    unit: str
    """What a round is called: year, quarter."""
    situation: str
    form: str
    effect: str
    report: str
    """Templates that the frame includes; each finds `page` (the frame's) and `desk` (what `page` or `read_report`
    below made). `form` stands inside the frame's form, whose fields are read by `read`; fields that may not be written
    now are disabled by the fieldset around them."""
    workbook: str
    """What the workbook is called that a report offers."""

    def steps(self, seat: Seat) -> Sequence[Step]:
        """The steps of deciding, before the last one, which is the frame's: reason and submission."""
        ...

    def read(self, seat: Seat, sent: MultiDict[str, str]) -> Json:
        """What was typed, as a sheet. What is no number stays as it was typed: it is refused when it is submitted."""
        ...

    def page(self, seat: Seat, draft: Json, wrong: Mapping[str, str]) -> Any:
        """What the three templates show. `wrong`: id of a field → what is wrong there."""
        ...

    def live(self, seat: Seat, draft: Json) -> dict[str, str]:
        """After a save without a reload: `data-out` names with their new words."""
        ...

    def pieces(self, seat: Seat, draft: Json) -> dict[str, str]:
        """The same for pictures: `data-html` names with what stands there now."""
        ...

    def outward(self, seat: Seat, sheet: Json) -> Json:
        """A sheet as a page may carry it to be sent back; `inward` is the way back."""
        ...

    def inward(self, seat: Seat, sheet: Json) -> Json:
        """A sheet that a page carried."""
        ...

    def said(self, seat: Seat, draft: Json, problems: Sequence[Problem]) -> list[Said]:
        """What keeps a sheet from being played, in words, at its fields."""
        ...

    def wording(self, parameters: Json) -> Wording:
        """The words for sheets, for whoever has no seat: `label` and `words` below say the same."""
        ...

    def label(self, seat: Seat, place: str) -> str:
        """What a place in a sheet is called: "Product A, price"."""
        ...

    def words(self, seat: Seat, place: str, value: Any) -> str:
        """A value at a place, in words."""
        ...

    def summary(self, seat: Seat, sheet: Json) -> Sequence[Group]:
        """What a sheet decides, to be read before it is submitted or confirmed, and in the history."""
        ...

    def idle(self, seat: Seat) -> str:
        """What happens where nothing is submitted; said before it does."""
        ...

    def brief(self, seat: Seat) -> Brief | None:
        """What the viewer's own role looks at; None where they have none."""
        ...

    def headline(self, seat: Seat, played: PlayedRound) -> Lines:
        """The few figures of a round that was played."""
        ...

    def read_report(self, seat: Seat, played: PlayedRound) -> Any:
        """What the report's template shows."""
        ...

    def sheets(self, seat: Seat, played: PlayedRound) -> Sequence[Sheet]:
        """The team's own figures up to that round, for a workbook; none where there are no books."""
        ...


DESKS: dict[str, Desk] = {}
"""By engine."""


def desk_of(engine: str) -> Desk:
    """The desk of an engine. NotFound where there is no page for it."""
    if engine not in DESKS:
        raise NotFound
    return DESKS[engine]
