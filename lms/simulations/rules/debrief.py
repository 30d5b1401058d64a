"""The debrief: its parts, who sees which, and what it is told in, whatever the engine.

A part is a section of blocks: pictures, grids of figures, things told with quotations. Pages and printed matter are
both made from them.
"""

from __future__ import annotations

import enum
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lms.simulations.rules.games import Json
from lms.simulations.rules.runs import Phase, Ranking


class Part(enum.StrEnum):
    """A part of the debrief, in the order in which it is led."""

    TIMELINE = "timeline"
    COMPARE = "compare"
    TRUTH = "truth"
    TURNING = "turning"
    SCORES = "scores"
    MAP = "map"
    QUESTIONS = "questions"
    AFTER = "after"


TITLES = {
    Part.TIMELINE: "Round by round",
    Part.COMPARE: "Teams side by side",
    Part.TRUTH: "What was true",
    Part.TURNING: "Turning points",
    Part.SCORES: "Competencies",
    Part.MAP: "Who counted",
    Part.QUESTIONS: "Questions to discuss",
    Part.AFTER: "What you take along",
}


class Act(enum.StrEnum):
    """What somebody resolves to do with a behaviour."""

    START = "start"
    STOP = "stop"


def parts_of(engine: str) -> tuple[Part, ...]:
    """The parts that the debrief of an engine has: only one of people has a map of them."""
    return tuple(part for part in Part if part is not Part.MAP or engine == "leadership")


def begun(phase: Phase) -> bool:
    """Whether those who played may read the debrief."""
    return phase in (Phase.DEBRIEF, Phase.ENDED)


def parts_seen(engine: str, phase: Phase, revealed: Collection[str], *, watching: bool) -> tuple[Part, ...]:
    """The parts of the cohort's debrief that somebody sees.

    Whoever watches all teams sees everything at any time. Those who played see what is revealed while it is led, and
    everything once the run has ended. What to take along is nobody's secret from its beginning.
    """
    parts = parts_of(engine)
    if watching or phase is Phase.ENDED:
        return parts
    if phase is not Phase.DEBRIEF:
        return ()
    return tuple(part for part in parts if part in revealed or part is Part.AFTER)


def ranked(scores: Mapping[str, float], ranking: Ranking, own: str | None) -> frozenset[str]:
    """The teams whose scores a member of one may see: their own always, others as the run says."""
    if ranking is Ranking.FULL:
        return frozenset(scores)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:3] if ranking is Ranking.TOP else []
    return frozenset(best) | ({own} if own is not None and own in scores else frozenset())


# What it is told in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One named row of a picture; None is a gap."""

    label: str
    values: tuple[float | None, ...]
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines over places: a chart with its table."""

    title: str
    unit: str
    names: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Figures in rows; a column is its title and `text` or `num`."""

    title: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Something told: a title, what it is about, sentences, and what people wrote, each with who."""

    title: str
    about: str = ""
    lines: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()
    tone: str = ""


Block = Picture | Grid | Told


@dataclass(frozen=True, slots=True)
class Section:
    """A part, ready to be shown or printed."""

    part: Part
    title: str
    lede: str
    blocks: tuple[Block, ...]


KEPT = 60
"""Swaps that are remembered of a world."""

# What it is told from -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seat:
    """A team of a world."""

    key: str
    name: str
    bot: bool


@dataclass(frozen=True, slots=True)
class Written:
    """What a team wrote in a round, and what its members said of it."""

    rationale: str = ""
    by: str = ""
    how: str = ""
    """`played`, `carried on` or `decided by a bot`."""
    dissents: tuple[tuple[str, str], ...] = ()
    """Who, and what they would have decided."""
    confirmed: int = 0
    looked: Mapping[str, bool] = field(default_factory=dict)
    """Lens → whether its holder had the sheet open in the round."""


NOTHING_WRITTEN = Written()


@dataclass(frozen=True, slots=True)
class RoundPast:
    """A round of a world as it was played."""

    number: int
    event: Json | None
    decisions: Mapping[str, Json | None]
    state: Json
    """After it."""
    report: Json


@dataclass(frozen=True)
class Course:
    """A world with everything that the debrief is told from."""

    engine: str
    parameters: Json
    start: Json
    seed: int
    past: tuple[RoundPast, ...]
    seats: tuple[Seat, ...]
    written: Mapping[tuple[int, str], Written]
    code_names: Mapping[str, str]
    lenses: Mapping[str, Mapping[str, str]]
    """Team → lens → who holds it."""

    def said(self, number: int, key: str) -> Written:
        """What a team wrote in a round."""
        return self.written.get((number, key), NOTHING_WRITTEN)


@dataclass(frozen=True, slots=True)
class Swapping:
    """One other choice that somebody wants to see played."""

    team: str
    round: int
    what: str
    """Market: place in the sheet, empty for all of it. Leadership: the card."""
    value: str = ""
    """Market: the other value as typed; leadership: the option's letter."""
    source: int | None = None
    """Market: the round whose decision is taken."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """What became of it."""

    title: str
    verdict: str
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass
class Memory:
    """What is dear to work out of a world and stays what it is while its results do."""

    years: Any = None
    turned: dict[str, Any] = field(default_factory=dict)
    swaps: OrderedDict[Swapping, Swapped] = field(default_factory=OrderedDict)

    def keep(self, asked: Swapping, found: Swapped) -> Swapped:
        """Remember a swap, and forget the oldest of too many."""
        self.swaps[asked] = found
        while len(self.swaps) > KEPT:
            self.swaps.popitem(last=False)
        return found


class Teller(Protocol):
    """An engine's debrief of one world. Everything is pure; what is dear is worked out once for each teller."""

    course: Course

    @property
    def rounds(self) -> int:
        """How many were played."""
        ...

    @property
    def scores(self) -> Mapping[str, float]:
        """By team, as they stand after the last round."""
        ...

    def timeline(self, number: int, keys: Sequence[str]) -> tuple[Block, ...]:
        """A round: what happened, what moved, what people wrote beside what came of it."""
        ...

    def compare(self, keys: Sequence[str], scored: Collection[str], own: str | None) -> tuple[Block, ...]:
        """Small multiples of the teams; scores only of `scored`."""
        ...

    def truth(self, keys: Sequence[str], own: str | None) -> tuple[Block, ...]:
        """What was hidden from those who decided."""
        ...

    def turning(self, key: str) -> tuple[Told, ...]:
        """The three choices on which a team's game turned."""
        ...

    def turned_written(self, key: str) -> list[Json]:
        """The same as the engine writes it down, to be kept."""
        ...

    def recall(self, key: str, written: Sequence[Json]) -> None:
        """Know what was kept, and work it out no more."""
        ...

    def competencies(self, keys: Sequence[str]) -> tuple[Block, ...]:
        """Scores and levels; for one team with every piece of evidence."""
        ...

    def map(self, keys: Sequence[str]) -> tuple[Block, ...]:
        """Who counted; nothing where an engine has no people."""
        ...

    def questions(self, keys: Sequence[str]) -> tuple[Told, ...]:
        """Questions that this game's figures ask, each with its figure."""
        ...

    def choices(self, key: str) -> Sequence[tuple[str, str]]:
        """What of a team's sheets may be swapped: key and words."""
        ...

    def swap(self, asked: Swapping) -> Swapped:
        """Play again with one other choice. InvalidInput says what cannot be played."""
        ...


def section(part: Part, lede: str, blocks: Sequence[Block]) -> Section:
    """A part with its title."""
    return Section(part, TITLES[part], lede, tuple(blocks))


def quotes(rationale: str, dissents: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """What was written at the time, each with who."""
    found = [("Why, at the time", rationale)] if rationale else []
    return (*found, *((f"{name} would have decided otherwise", reason) for name, reason in dissents))


def plain(value: float, places: int = 1) -> str:
    """A figure as people write it, what is below nothing with a minus."""
    text = f"{abs(value):,.{places}f}"
    return f"−{text}" if value < 0 and float(text.replace(",", "")) else text


def signed(value: float, places: int = 1) -> str:
    """A figure with its sign, as people write it."""
    text = f"{abs(value):,.{places}f}"
    if float(text.replace(",", "")) == 0:
        return "±0"
    return f"{'+' if value > 0 else '−'}{text}"
