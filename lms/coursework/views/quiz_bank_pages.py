"""How a quiz's bank is composed for staff: its questions with their figures, as a page and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flask import url_for

from lms.coursework import queries
from lms.coursework.queries import CorrectionLine, Visit
from lms.coursework.rules import regrade
from lms.coursework.rules.item_statistics import FEWEST, ItemStatistics
from lms.web import charts
from lms.web.filters import percent
from lms.web.html import stored

KINDS = {
    "single": "one right",
    "multiple": "several right",
    "numeric": "number",
    "short": "short text",
    "match": "pairs",
    "order": "order",
}

# The bank ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in the list."""

    number: int
    href: str
    words: str
    kind: str
    had: int
    solved: str
    share: float | None
    apart: str
    flags: tuple[str, ...]
    corrected: bool


@dataclass(frozen=True, slots=True)
class BankPage:
    """A quiz's bank with how its items did."""

    visit: Visit
    rows: tuple[ItemRow, ...]
    attempts: int
    fewest: int
    mean: str
    plane: charts.Plane | None
    plane_words: str

    @property
    def flagged(self) -> int:
        """Items that ask for a second look."""
        return sum(bool(row.flags) for row in self.rows)

    @property
    def corrected(self) -> int:
        """Items whose key was corrected here."""
        return sum(row.corrected for row in self.rows)


def bank_page(visit: Visit) -> BankPage:
    """Compose the list."""
    view = queries.bank_view(visit)
    rows = tuple(
        _row(visit, number, question, view.statistics[item_id], view.corrections.get(item_id, ()))
        for number, (item_id, question) in enumerate(view.questions.items(), start=1)
    )
    known = [one.facility for one in view.statistics.values() if one.facility is not None]
    dots = [
        (str(number), float(one.facility), one.discrimination, bool(one.flags))
        for number, one in enumerate(view.statistics.values(), start=1)
        if one.facility is not None and one.discrimination is not None
    ]
    plane = charts.plane(
        dots,
        [(0, "0 %"), (0.2, "20 %"), (0.5, "50 %"), (0.95, "95 %"), (1, "")],
        [(-1, "−1"), (-0.5, "−0.5"), (0, "0"), (0.5, "0.5"), (1, "1")],
    )
    return BankPage(
        visit,
        rows,
        view.attempts,
        FEWEST,
        percent(sum(known, Fraction(0)) / len(known), whole=True) if known else "–",
        plane if dots else None,
        f"{len(dots)} questions; those named are {', '.join(row.words for row in rows if row.flags) or 'none'}.",
    )


def _row(
    visit: Visit,
    number: int,
    question: queries.Question,
    found: ItemStatistics,
    lines: Sequence[CorrectionLine],
) -> ItemRow:
    return ItemRow(
        number=number,
        href=url_for(".bank_item", slug=visit.cohort.slug, key=visit.line.key, item=question.key),
        words=_short(question.html["prompt"]),
        kind=KINDS[question.item.kind],
        had=found.count,
        solved=solved(found),
        share=None if found.facility is None else float(found.facility),
        apart=apart(found),
        flags=found.flags,
        corrected=bool(regrade.in_force([line.correction for line in lines])),
    )


def solved(found: ItemStatistics) -> str:
    """An item's difficulty as it is read."""
    return "–" if found.facility is None else percent(found.facility, whole=True)


def apart(found: ItemStatistics) -> str:
    """An item's discrimination as it is read."""
    if found.discrimination is None:
        return "–"
    return f"{found.discrimination:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def _short(html: str) -> str:
    words = stored(html).striptags()
    return words if len(words) <= 96 else f"{words[:95].rsplit(' ', 1)[0]} …"


HEAD = (
    "question", "id", "kind", "points", "attempts that had it", "left open", "difficulty (share earned)",
    "discrimination (item and the others)", "look again", "key corrected", "answers (count; * right)", "text",
)  # fmt: skip


def bank_rows(visit: Visit) -> tuple[Sequence[str], list[Sequence[object]]]:
    """The list as a spreadsheet."""
    view = queries.bank_view(visit)
    rows: list[Sequence[object]] = []
    for number, (item_id, question) in enumerate(view.questions.items(), start=1):
        found = view.statistics[item_id]
        lines = view.corrections.get(item_id, ())
        rows.append(
            (
                number,
                question.key,
                question.item.kind,
                question.item.points,
                found.count,
                found.open,
                "" if found.facility is None else f"{float(found.facility):.3f}",
                "" if found.discrimination is None else f"{found.discrimination:.3f}",
                "; ".join(found.flags),
                "yes" if regrade.in_force([line.correction for line in lines]) else "",
                "; ".join(f"{one.text} ({one.count}{'*' if one.right else ''})" for one in found.chosen),
                stored(question.html["prompt"]).striptags(),
            )
        )
    return HEAD, rows
