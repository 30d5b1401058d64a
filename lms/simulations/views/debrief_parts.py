"""The parts of a debrief, made ready: from a world's teller to sections that pages and printed matter show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.simulations import queries
from lms.simulations.queries import Played, RunView, WorldTold
from lms.simulations.rules import Part
from lms.simulations.rules.debrief import Block, Section, Teller, Told, section

WRITTEN = (Part.TIMELINE, Part.QUESTIONS)
LENSES = (Part.TRUTH, Part.QUESTIONS)
LEDES = {
    Part.TIMELINE: "What happened, what moved, why it was decided at the time, and what came of it.",
    Part.COMPARE: "The same figures of every team, in the same frames.",
    Part.TRUTH: "What was hidden while you decided. Put your own guesses beside it before you look.",
    Part.TURNING: "Choices that moved the end most, each played again with that one thing changed and luck as it was.",
    Part.SCORES: "No team is in another's score. Every score names what it was made from.",
    Part.MAP: "Power, legitimacy and urgency of the six, as this game had them, beside the time that they got.",
    Part.QUESTIONS: "Drawn from this cohort's figures; each stands with the figure that asks it.",
    Part.AFTER: "One thing to start or to stop, and the first occasion for it.",
}


@dataclass(frozen=True)
class Asked:
    """Which part, for whom."""

    part: Part
    keys: tuple[str, ...]
    """Teams that are told of."""
    scored: frozenset[str]
    """Teams whose scores may be seen."""
    own: str | None
    number: int
    """The round that the timeline tells."""


def teller_for(run: RunView, world: WorldTold, played: Played, parts: Collection[Part]) -> Teller:
    """The teller of a world with as much as these parts need. Four statements at most."""
    written = dict(queries.written_in(world)) if any(part in WRITTEN for part in parts) else {}
    lenses: dict[str, dict[str, str]] = {}
    if run.engine == "leadership" and any(part in LENSES for part in parts):
        lenses, looked = queries.lenses_in(run.id, world)
        for at, seen in looked.items():
            written[at] = queries.looking(written.get(at), seen)
    teller = queries.teller(run, world, played, written, lenses)
    if Part.TURNING in parts:
        queries.recall(teller, world.id, run.fingerprint, played)
    return teller


def told(teller: Teller, asked: Asked) -> Section:
    """A part as it is shown."""
    return section(asked.part, LEDES[asked.part], blocks(teller, asked) if teller.rounds else ())


def blocks(teller: Teller, asked: Asked) -> Sequence[Block]:
    """What a part consists of; of what teams resolve to do the teller knows nothing."""
    keys = asked.keys
    if asked.part is Part.TIMELINE:
        return teller.timeline(asked.number, keys)
    if asked.part is Part.COMPARE:
        return teller.compare(keys, asked.scored, asked.own)
    if asked.part is Part.TRUTH:
        return teller.truth(keys, asked.own)
    if asked.part is Part.TURNING:
        return turning(teller, keys)
    if asked.part is Part.SCORES:
        return teller.competencies([key for key in keys if key in asked.scored])
    if asked.part is Part.MAP:
        return teller.map(keys)
    return teller.questions(keys) if asked.part is Part.QUESTIONS else ()


def turning(teller: Teller, keys: Sequence[str]) -> tuple[Told, ...]:
    """The three turning points of a team; of several teams the heaviest of each."""
    if len(keys) == 1:
        return teller.turning(keys[0])
    names = {seat.key: seat.name for seat in teller.course.seats}
    return tuple(
        Told(f"{names[key]}. {one.title}", one.about, one.lines, one.quotes, one.tone)
        for key in keys
        for one in teller.turning(key)[:1]
    )
