"""How one question of a bank is composed for staff: what was answered, its corrections, what another would do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import request
from markupsafe import Markup

from lms.assessment.rules import shown
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.coursework import queries
from lms.coursework.forms import PAST, CorrectionForm
from lms.coursework.queries import CorrectionLine, Effects, ItemPage, Visit
from lms.coursework.rules import CourseworkRefusal, quiz, regrade
from lms.coursework.rules.item_statistics import FEWEST, ItemStatistics, lines_of
from lms.coursework.rules.quiz import BankItem
from lms.coursework.rules.regrade import Correction
from lms.coursework.views.quiz_bank_pages import KINDS, apart, solved
from lms.web.guards import current_actor
from lms.web.html import stored

LARGEST = Fraction(10**12)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A line of the item with what is right about it."""

    text: str
    right: bool
    anew: bool
    """Otherwise than published."""
    count: int | None
    share: float
    upper: int


@dataclass(frozen=True, slots=True)
class PastLine:
    """A correction that was made."""

    line: CorrectionLine
    words: str
    gone: bool
    """It was taken back."""
    key: str


@dataclass(frozen=True, slots=True)
class BankItemPage:
    """An item with everything about it."""

    visit: Visit
    key: str
    number: int
    kind: str
    kind_words: str
    points: int
    prompt: Markup
    case: Markup
    explanation: Markup
    right: str
    lines: tuple[KeyLine, ...]
    found: ItemStatistics
    solved: str
    apart: str
    fewest: int
    history: tuple[PastLine, ...]
    latest: CorrectionLine | None
    may_correct: bool
    options: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    """For match and order: the lines, each with what is right at present."""
    rights: tuple[str, ...]
    now: dt.datetime
    zone: str


def item_page(page: ItemPage, *, may_correct: bool) -> BankItemPage:
    """Compose an item's page."""
    view = queries.bank_view(page.visit)
    item, html = page.question.item, page.question.html
    found = view.statistics[item.id]
    return BankItemPage(
        visit=page.visit,
        key=page.question.key,
        number=list(view.questions).index(item.id) + 1,
        kind=item.kind,
        kind_words=KINDS[item.kind],
        points=item.points,
        prompt=stored(html["prompt"]),
        case=stored(html.get("case", "")),
        explanation=stored(html["explanation"]),
        right=_right(item),
        lines=_lines(page, found),
        found=found,
        solved=solved(found),
        apart=apart(found),
        fewest=FEWEST,
        history=_history(page),
        latest=page.latest,
        may_correct=may_correct,
        options=tuple(text for text, _right in lines_of(item)) if item.kind in ("single", "multiple") else (),
        places=_places(item),
        rights=_rights(item),
        now=clock.now(),
        zone=current_actor().zone,
    )


def _right(item: BankItem) -> str:
    """The key in words, for kinds whose lines do not show it."""
    if item.kind == "numeric":
        key = regrade.key_of(item)
        within = f", give or take {key['tolerance']:,.10g}" if key["tolerance"] else ""
        return f"{key['answer']:,.10g} {item.spec.get('unit', '')}".strip() + within
    return ", ".join(item.spec["accept"]) if item.kind == "short" else ""


def _lines(page: ItemPage, found: ItemStatistics) -> tuple[KeyLine, ...]:
    item = page.question.item
    if item.kind in ("numeric", "short"):
        return tuple(
            KeyLine(
                one.text,
                one.right,
                one.right != (quiz.share(page.published.item, one.text) == 1),
                one.count,
                one.count / found.count,
                one.upper,
            )
            for one in found.chosen
        )
    counts: Sequence[Any] = found.chosen or [None] * len(lines_of(item))
    before = lines_of(page.published.item)
    return tuple(
        KeyLine(
            text,
            right,
            before[at] != (text, right),
            one.count if one else None,
            one.count / found.count if one else 0,
            one.upper if one else 0,
        )
        for at, ((text, right), one) in enumerate(zip(lines_of(item), counts, strict=True))
    )


def _history(page: ItemPage) -> tuple[PastLine, ...]:
    held = {one.number for one in regrade.in_force(page.history)}
    return tuple(
        PastLine(
            line,
            "Taken back" if line.correction.undoes else PAST[line.correction.past],
            line.correction.number not in held,
            key_words(page.published.item, line.correction),
        )
        for line in reversed(page.lines)
    )


def key_words(item: BankItem, correction: Correction) -> str:
    """The key that a correction brought, in words; none where it brought none."""
    if correction.undoes or not correction.key:
        return ""
    keyed = regrade.with_key(item, correction.key)
    if item.kind in ("numeric", "short"):
        return _right(keyed)
    return "; ".join(text for text, right in lines_of(keyed) if right)


# Correcting ----------------------------------------------------------------------------------------------------------


def _places(item: BankItem) -> tuple[tuple[str, int], ...]:
    if item.kind not in ("match", "order"):
        return ()
    texts = item.spec["steps"] if item.kind == "order" else [pair["left"] for pair in item.spec["pairs"]]
    sent = [request.form.get(f"place-{at}", "") for at in range(len(texts))]
    return tuple(
        (text, int(value) if value.isascii() and value.isdigit() and len(value) < 4 else right)
        for text, value, right in zip(texts, sent, quiz.right_places(item.spec), strict=True)
    )


def _rights(item: BankItem) -> tuple[str, ...]:
    if item.kind == "match":
        return tuple(pair["right"] for pair in item.spec["pairs"])
    return tuple(str(at + 1) for at in range(item.choices)) if item.kind == "order" else ()


def correction_form(page: ItemPage) -> CorrectionForm:
    """The form, filled with the key that holds."""
    key = regrade.key_of(page.question.item)
    return CorrectionForm(
        correct=key.get("correct", []),
        answer=f"{key['answer']:.10g}" if "answer" in key else "",
        tolerance=f"{key['tolerance']:.10g}" if "tolerance" in key else "",
        accept="\n".join(key.get("accept", [])),
    )


def sent_key(page: ItemPage, form: CorrectionForm) -> dict[str, Any]:
    """The key that was sent, for the kind of the item; what cannot be read is for the rule to refuse."""
    item = page.question.item
    if item.kind in ("single", "multiple"):
        return {"correct": sorted({at for at in form.correct.data or () if 0 <= at < item.choices})}
    if item.kind == "numeric":
        return {"answer": _figure(form.answer.data), "tolerance": _figure(form.tolerance.data or "0")}
    if item.kind == "short":
        texts = [" ".join(line.split()) for line in (form.accept.data or "").splitlines()]
        return {"accept": [text[: regrade.LONGEST_ANSWER] for text in texts if text]}
    sent = [request.form.get(f"place-{at}", "") for at in range(item.choices)]
    return {
        "places": [
            int(value)
            if value.isascii() and value.isdigit() and len(value) < 4 and int(value) < item.choices
            else None
            for value in sent
        ]
    }


def _figure(text: str | None) -> float | int | None:
    meant = quiz.number(text or "")
    if meant is None or abs(meant) > LARGEST:
        return None
    return int(meant) if meant.denominator == 1 else float(meant)


def field_of(page: ItemPage, refused: RuleViolation) -> str:
    """The field that a refusal is about."""
    if refused.reason is CourseworkRefusal.SAY_WHY:
        return "reason"
    return {"numeric": "answer", "short": "accept"}.get(page.question.item.kind, "")


@dataclass(frozen=True, slots=True)
class Mover:
    """A learner whose mark changes."""

    name: str
    before: str
    after: str
    up: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a correction would do."""

    attempts: int
    rose: int
    fell: int
    marks: tuple[Mover, ...]
    left_alone: int
    stamp: str
    number: int
    """Of the correction that would be taken back."""

    @property
    def same(self) -> int:
        """Attempts that had the item and keep their points."""
        return self.attempts - self.rose - self.fell


def preview(page: ItemPage, found: Effects) -> Preview:
    """Compose who rises and who falls: those who fall first, then by how far."""
    order = sorted(found.marks, key=lambda one: one.after - (one.before or 0))
    return Preview(
        attempts=found.attempts,
        rose=found.rose,
        fell=found.fell,
        marks=tuple(
            Mover(
                one.name,
                "–" if one.before is None else shown(one.before),
                shown(one.after),
                one.before is None or one.after > one.before,
            )
            for one in order
        ),
        left_alone=found.left_alone,
        stamp=found.stamp,
        number=page.latest.correction.number if page.latest else 0,
    )
