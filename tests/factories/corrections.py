"""Corrections of keys in tests: people who took a quiz, a key that is wrong, what everybody has then."""

from __future__ import annotations

from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.coursework import actions, queries
from lms.coursework.actions import Correcting
from lms.coursework.models import QuizAttempt
from lms.coursework.rules import quiz, regrade
from lms.curriculum.models import QuizItem
from tests.factories import coursework as make
from tests.factories import world

WHY = "Two of the options say the same."


def takers(cohort, count, *, right=10):
    """People who took the first quiz, each with so many right answers."""
    people = [world.learner(cohort, f"Learner {at:02}") for at in range(count)]
    for who in people:
        make.finished(who, cohort, right=right)
    return people


def drawn_by_most(cohort, kind="single"):
    """The item of a kind that most attempts drew, as staff look at it."""
    seen: dict[int, int] = {}
    for row in db.session.scalars(sa.select(QuizAttempt)):
        for each in row.items:
            seen[each["item"]] = seen.get(each["item"], 0) + 1
    items = db.session.scalars(sa.select(QuizItem).where(QuizItem.id.in_(seen), QuizItem.kind == kind))
    return max(items, key=lambda item: (seen[item.id], -item.id))


def look(cohort, item, who=None):
    """An item as staff of the cohort look at it."""
    return queries.item_visible_to(who or world.director(), cohort.slug, "q1", item.key)


def other_key(page):
    """A key under which what was right is wrong."""
    (right,) = regrade.key_of(page.question.item)["correct"]
    return {"correct": [(right + 1) % page.question.item.choices]}


def correct(cohort, item, past, *, no_harm=False, key=None, actor=None):
    """Correct an item's key, as previewed."""
    page = look(cohort, item)
    wanted = Correcting(key=key or other_key(page), past=past, no_harm=no_harm, reason=WHY)
    with unit_of_work() as work:
        correction = actions.proposed(page, wanted, work.now)
        stamp = queries.effects(page, [*page.history, correction]).stamp
        return actions.correct_item(page, wanted, stamp=stamp, actor=actor or world.director(), now=work.now)


def undo(cohort, item):
    """Take the latest correction of an item back."""
    page = look(cohort, item)
    number = page.latest.correction.number
    with unit_of_work() as work:
        back = actions.taking_back(page, number, work.now)
        stamp = queries.effects(page, [*page.history, back]).stamp
        return actions.undo_correction(page, number, stamp=stamp, actor=world.director(), now=work.now)


def marks(cohort):
    """The mark that each place sees."""
    found = assessment.standing_marks(cohort.id)
    return {place: mark.released for (place, _activity, _part), mark in found.items()}


def rescored(cohort):
    """Every attempt scored from nothing by the keys that hold: what “only the new” has to give."""
    best: dict[int, Fraction] = {}
    for row in db.session.scalars(sa.select(QuizAttempt)):
        bank = queries.keyed_bank(row.activity_id, queries.histories(cohort.id, row.activity_id))
        items = [bank[each["item"]].item for each in row.items]
        mark = quiz.score(items, queries.answers(row.id)[0]).mark
        best[row.place_id] = max(mark, best.get(row.place_id, mark))
    return best
