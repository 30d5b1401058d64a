"""Pictures of SIX QUARTERS: where attention and capacity go, who stands where, and how words changed over quarters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.simulations.rules.leadership_desk import Known, Party, Sign
from lms.simulations.rules.leadership_effect import Effect
from lms.web.pictures import Piece, Pin, Strip, board, stack, strip


@dataclass(frozen=True, slots=True)
class Row:
    """A sign with its strip, and its words quarter by quarter for the table."""

    sign: Sign
    strip: Strip
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody, or something, with what is known of them."""

    title: str
    note: str
    rows: tuple[tuple[str, Row], ...]
    """Label ("" where the title says it) and sign."""


@dataclass(frozen=True, slots=True)
class Table:
    """Subjects that belong together."""

    key: str
    title: str
    subjects: tuple[Subject, ...]


def attention_bar(comes: Effect) -> tuple[Piece, ...]:
    """Where the units of the quarter go: cards, stakeholders, product managers, the work; and what is left."""
    groups = {"stakeholders": 0.0, "people": 0.0, "work": 0.0}
    for one in comes.spent:
        groups[one.group] += one.gets
    parts = [
        ("Cards", comes.cost),
        ("Stakeholders", groups["stakeholders"]),
        ("Product managers", groups["people"]),
        ("Vision, meetings, customers", groups["work"]),
    ]
    return stack(parts, comes.units, "Left")


def capacity_bar(parts: Iterable[tuple[str, float]]) -> tuple[Piece, ...]:
    """What the capacity is shared between."""
    return stack(list(parts), 100, "Not given yet")


def standing(parties: Iterable[Party], bands: int) -> tuple[Pin, ...]:
    """The map of stakeholders: agreement across, trust up. Who is known by one of the two only is not on it."""
    things = [
        (one.id.upper(), one.agreement.step, one.trust.step)
        for one in parties
        if one.agreement.step is not None and one.trust.step is not None
    ]
    return board(things, bands, bands)


def tables(seen: Known, places: int) -> tuple[Table, ...]:
    """All signs by whom they are of, with a strip each that has room for so many quarters."""
    names = seen.bands

    def of(title: str, note: str, *signs: tuple[str, Sign]) -> Subject:
        return Subject(title, note, tuple((label, row(sign, names, places)) for label, sign in signs))

    company = [*seen.company, *(sign for _, sign in seen.lines)]
    return (
        Table("company", "The company", tuple(of(sign.title, "", ("", sign)) for sign in company)),
        Table(
            "parties",
            "Stakeholders",
            tuple(
                of(
                    one.title,
                    f"{one.id.upper()} · {one.weight} % of the weight",
                    ("Trust", one.trust),
                    ("Agreement", one.agreement),
                )
                for one in seen.parties
            ),
        ),
        Table(
            "managers",
            "Product managers",
            tuple(
                of(one.name, "", ("Skill", one.skill), ("Engagement", one.engagement))
                for one in seen.managers
            ),
        ),
    )


def row(sign: Sign, names: tuple[str, ...], places: int) -> Row:
    """A sign with its strip and words."""
    words = tuple("" if step is None else names[step] for step in sign.course)
    return Row(sign, strip(sign.course, len(names), places), words)
