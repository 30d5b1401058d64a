"""Corrections of keys in a cohort, and what one would do to those who have taken the quiz."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.rules import Origin
from lms.core.db import db
from lms.core.errors import NotFound
from lms.coursework.models import AttemptState, QuizAnswer, QuizAttempt, QuizCorrection
from lms.coursework.queries.content import Question, bank
from lms.coursework.queries.quizzes import ATTEMPT_COLUMNS, AttemptLine
from lms.coursework.queries.visits import Visit, quiz_visible_to
from lms.coursework.rules import quiz, regrade
from lms.coursework.rules.quiz import BankItem
from lms.coursework.rules.regrade import Correction
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """A correction as its page lists it."""

    public_id: str
    correction: Correction
    by: str
    attempts: int
    rose: int
    fell: int
    marks: int


def correction_lines(cohort_id: int, activity_id: int) -> list[CorrectionLine]:
    """Every correction of a quiz in a cohort, first to last. One statement."""
    rows = db.session.execute(
        sa.select(QuizCorrection, Person.name)
        .join(Person, Person.id == QuizCorrection.by_id)
        .where(QuizCorrection.cohort_id == cohort_id, QuizCorrection.activity_id == activity_id)
        .order_by(QuizCorrection.number)
    )
    return [
        CorrectionLine(row.public_id, _correction(row), name, row.attempts, row.rose, row.fell, row.marks)
        for row, name in rows
    ]


def _correction(row: QuizCorrection) -> Correction:
    return Correction(row.number, row.item_id, row.key, row.past, row.no_harm, row.reason, row.at, row.undoes)


_CORRECTIONS = (
    sa.select(QuizCorrection)
    .where(
        QuizCorrection.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
        QuizCorrection.activity_id == sa.bindparam("activity", type_=sa.Integer),
    )
    .order_by(QuizCorrection.number)
)


def histories(cohort_id: int, activity_id: int) -> dict[int, list[Correction]]:
    """The corrections of a quiz in a cohort by item: most quizzes have none. One statement."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for row in db.session.scalars(_CORRECTIONS, {"cohort": cohort_id, "activity": activity_id}):
        found[row.item_id].append(_correction(row))
    return dict(found)


def keyed_bank(activity_id: int, corrections: Mapping[int, Sequence[Correction]]) -> dict[int, Question]:
    """The bank with the keys that hold in a cohort."""
    return {
        item_id: replace(question, item=regrade.keyed(question.item, corrections[item_id]))
        if item_id in corrections
        else question
        for item_id, question in bank(activity_id).items()
    }


# One item ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ItemPage:
    """An item of a quiz as staff of a cohort look at it."""

    visit: Visit
    published: Question
    question: Question
    """With the key that holds in the cohort."""
    lines: tuple[CorrectionLine, ...]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.visit.cohort_id

    @property
    def history(self) -> list[Correction]:
        """The corrections of this item."""
        return [line.correction for line in self.lines]

    @property
    def latest(self) -> CorrectionLine | None:
        """The one that can be taken back."""
        held = regrade.in_force(self.history)
        return next((line for line in self.lines if held and line.correction.number == held[-1].number), None)


def item_visible_to(actor: Actor, slug: str, key: str, item: str) -> ItemPage:
    """An item of a quiz of a cohort that the actor sees."""
    return item_of(quiz_visible_to(actor, slug, key), item)


def item_of(visit: Visit, item: str) -> ItemPage:
    """An item of a quiz by its author's id, as it stands now. One statement."""
    found = next((one for one in bank(visit.line.id).values() if one.key == item), None)
    if found is None:
        raise NotFound
    lines = tuple(
        line
        for line in correction_lines(visit.cohort_id, visit.line.id)
        if line.correction.item_id == found.item.id
    )
    keyed = regrade.keyed(found.item, [line.correction for line in lines])
    return ItemPage(visit, found, replace(found, item=keyed), lines)


# What a correction would do ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AttemptChange:
    """What an attempt has, and what it would have."""

    attempt: AttemptLine
    trace: Mapping[str, Any]
    """Its trace, anew."""
    before: Fraction
    after: Fraction


@dataclass(frozen=True, slots=True)
class MarkChange:
    """A learner whose mark would be another."""

    place_id: int
    name: str
    before: Fraction | None
    after: Fraction
    best: int
    """The attempt that counts then."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What a history of corrections makes of everybody's finished attempts, against what they have now."""

    attempts: int
    """Finished ones that drew the item."""
    changed: tuple[AttemptChange, ...]
    marks: tuple[MarkChange, ...]
    otherwise: tuple[MarkChange, ...]
    """Learners whose mark stays what it is, but comes from another attempt."""
    left_alone: int
    """Learners whose mark was entered otherwise than by the quiz: it stays."""
    stamp: str
    """Changes when anything of this does."""

    @property
    def rose(self) -> int:
        """Attempts with more points."""
        return sum(one.after > one.before for one in self.changed)

    @property
    def fell(self) -> int:
        """Attempts with fewer points."""
        return sum(one.after < one.before for one in self.changed)


def effects(page: ItemPage, history: Sequence[Correction]) -> Effects:
    """Work out what a history of an item makes of a cohort's attempts. Four statements, whatever their number."""
    cohort_id, activity_id, item = page.visit.cohort_id, page.visit.line.id, page.published.item
    taken = counted_attempts(cohort_id, activity_id)
    drew = [one for one in taken if item.id in one.item_ids]
    given = answers_to([one.id for one in drew], item.id)
    found = [_changed(one, item, history, given.get(one.id)) for one in drew]
    changed = {one.attempt.id: one for one in found if one.after != one.before}
    marks, left_alone = _marks(page, taken, changed)
    seen = hashlib.sha256(
        "".join(f"{one.number}:{one.key}:{one.past}:{one.no_harm}:{one.undoes};" for one in history).encode()
    )
    seen.update("".join(f"{one.id}:{one.trace['points']};" for one in taken).encode())
    return Effects(
        attempts=len(drew),
        changed=tuple(changed.values()),
        marks=tuple(one for one in marks if one.before != one.after),
        otherwise=tuple(one for one in marks if one.before == one.after),
        left_alone=left_alone,
        stamp=seen.hexdigest()[:16],
    )


def counted_attempts(cohort_id: int, activity_id: int, *, first_only: bool = False) -> list[AttemptLine]:
    """The finished attempts of a cohort at a quiz, by learner and number. One statement."""
    statement = (
        sa.select(*ATTEMPT_COLUMNS)
        .join(Place, Place.id == QuizAttempt.place_id)
        .where(
            Place.cohort_id == cohort_id,
            QuizAttempt.activity_id == activity_id,
            QuizAttempt.state != AttemptState.ACTIVE,
        )
        .order_by(QuizAttempt.place_id, QuizAttempt.number)
    )
    if first_only:
        statement = statement.where(QuizAttempt.number == 1)
    return [AttemptLine(**row._asdict()) for row in db.session.execute(statement)]


def answers_to(attempt_ids: Sequence[int], item_id: int | None = None) -> dict[int, Any]:
    """What was answered to an item, by attempt; without an item, by attempt and item. One statement."""
    statement = sa.select(QuizAnswer.attempt_id, QuizAnswer.item_id, QuizAnswer.answer).where(
        QuizAnswer.attempt_id.in_(attempt_ids)
    )
    if item_id is not None:
        rows = db.session.execute(statement.where(QuizAnswer.item_id == item_id))
        return {row.attempt_id: row.answer["value"] for row in rows}
    found: dict[int, Any] = {attempt_id: {} for attempt_id in attempt_ids}
    for row in db.session.execute(statement):
        found[row.attempt_id][row.item_id] = row.answer["value"]
    return found


def _changed(
    attempt: AttemptLine, item: BankItem, history: Sequence[Correction], answer: Any
) -> AttemptChange:
    part, first, last = regrade.judged(item, history, answer, ended_at(attempt))
    lines, after = [], Fraction(attempt.trace["points"])
    for line in attempt.trace["items"]:
        if line["item"] == item.id:
            after += part * item.points - Fraction(line["points"])
            plain = {name: value for name, value in line.items() if name not in ("first", "why")}
            earned = {"points": quiz.fraction_text(part * item.points), "share": quiz.fraction_text(part)}
            lines.append({**plain, **earned, **regrade.words(part, first, last)})
        else:
            lines.append(line)
    trace = {**attempt.trace, "points": quiz.fraction_text(after), "items": lines}
    return AttemptChange(attempt, trace, Fraction(attempt.trace["points"]), after)


def ended_at(attempt: AttemptLine) -> dt.datetime:
    """When an attempt ended; only asked of those that did."""
    return attempt.finished_at or attempt.ends_at


def _marks(
    page: ItemPage, taken: Sequence[AttemptLine], changed: Mapping[int, AttemptChange]
) -> tuple[list[MarkChange], int]:
    """Whose mark would be another: the best of their attempts, where the quiz made the mark that stands."""
    places = {one.attempt.place_id for one in changed.values()}
    mine: dict[int, list[tuple[Fraction, AttemptLine]]] = defaultdict(list)
    for attempt in taken:
        if attempt.place_id in places:
            points = changed[attempt.id].after if attempt.id in changed else Fraction(attempt.trace["points"])
            mine[attempt.place_id].append((100 * points / (attempt.trace["out_of"] or 1), attempt))
    standing = assessment.standing_marks(page.cohort_id, [page.visit.line.id])
    names = _names(places)
    found, left_alone = [], 0
    for place_id, goes in mine.items():
        stands = standing.get((place_id, page.visit.line.id, ""))
        value, best = max(goes, key=lambda go: (go[0], -go[1].number))
        if (
            stands is not None
            and stands.value == value
            and stands.trace.get("attempt") in (None, best.number)
        ):
            continue
        if stands is not None and stands.origin != Origin.QUIZ:
            left_alone += 1
            continue
        found.append(MarkChange(place_id, names[place_id], stands.value if stands else None, value, best.id))
    return sorted(found, key=lambda one: (one.name, one.place_id)), left_alone


def _names(places: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(
        sa.select(Place.id, Person.name)
        .join(Person, Person.id == Place.person_id)
        .where(Place.id.in_(list(places)))
    )
    return dict(rows.all())
