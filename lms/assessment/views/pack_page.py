"""What the page of a returned pack shows: each piece with what would happen to it, and both values of a conflict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from lms.assessment.queries import Judged, ReturnView, RubricView
from lms.assessment.rules import Judgement
from lms.assessment.rules.packs import Verdict, plain
from lms.web.filters import plural
from lms.web.shapes import Tone

WORDS: dict[Verdict, tuple[str, Tone]] = {
    Verdict.TAKEN: ("to be taken", "good"),
    Verdict.CONFLICT: ("conflict", "warn"),
    Verdict.REFUSED: ("refused", "bad"),
    Verdict.UNCHANGED: ("unchanged", ""),
}
ORDER = list(WORDS)
FIRST = [Verdict.CONFLICT, Verdict.REFUSED, Verdict.TAKEN, Verdict.UNCHANGED]
"""What somebody has to look at comes first."""


NOTHING = "nothing"


@dataclass(frozen=True)
class Value:
    """A field in which table and desk differ."""

    label: str
    table: str
    desk: str


@dataclass(frozen=True)
class PieceRow:
    """One piece of the pack."""

    label: str
    href: str
    word: str
    tone: Tone
    why: tuple[str, ...]
    values: tuple[Value, ...]
    beside: bool
    """The desk says something of it too, so both stand beside each other."""
    files: tuple[str, ...]


@dataclass(frozen=True)
class ReturnPage:
    """A pack that came back."""

    view: ReturnView
    rows: tuple[PieceRow, ...]
    unchanged: tuple[PieceRow, ...]
    """Pieces of which the table says nothing new."""
    counts: tuple[str, ...]
    takes: int
    files: int
    button: str


def present(view: ReturnView, judged: Sequence[Judged], rubric: RubricView) -> ReturnPage:
    """Make the page."""
    ordered = sorted(judged, key=lambda one: FIRST.index(one.verdict))
    count = {kind: sum(one.verdict is kind for one in judged) for kind in ORDER}
    takes, files = count[Verdict.TAKEN], sum(len(one.files) for one in judged)
    parts = [plural(takes, "piece") if takes else "", plural(files, "annotated file") if files else ""]
    return ReturnPage(
        view=view,
        rows=tuple(_row(one, rubric) for one in ordered if one.verdict is not Verdict.UNCHANGED),
        unchanged=tuple(_row(one, rubric) for one in ordered if one.verdict is Verdict.UNCHANGED),
        counts=tuple(f"{number} {WORDS[kind][0]}" for kind, number in count.items() if number),
        takes=takes,
        files=files,
        button=f"Take {' and '.join(filter(None, parts))}" if takes or files else "",
    )


def _row(one: Judged, rubric: RubricView) -> PieceRow:
    word, tone = WORDS[one.verdict]
    line = one.line
    shown = one.verdict in (Verdict.TAKEN, Verdict.CONFLICT) and line is not None
    values = _values(one.row.judgement, line.piece.judgement, rubric) if shown and line else ()
    return PieceRow(
        label=line.title if line else f"Line {one.row.number}",
        href=url_for("assessment.desk", task=line.piece.public_id) if line else "",
        word=word,
        tone=tone,
        why=one.why,
        values=values,
        beside=any(value.desk != NOTHING for value in values),
        files=tuple(file["name"] for file in one.files),
    )


def _values(table: Judgement, desk: Judgement, rubric: RubricView) -> tuple[Value, ...]:
    found = []

    def compare(label: str, mine: object, theirs: object) -> None:
        own, other = ("" if one is None else plain(str(one)) for one in (mine, theirs))
        if own != other:
            found.append(Value(label, own or NOTHING, other or NOTHING))

    for row in rubric.words:
        compare(row.title, table.levels.get(row.key), desk.levels.get(row.key))
        compare(f"{row.title}, points", table.points.get(row.key), desk.points.get(row.key))
        compare(f"{row.title}, comment", table.comments.get(row.key), desk.comments.get(row.key))
    compare("To the author", table.overall, desk.overall)
    return tuple(found)
