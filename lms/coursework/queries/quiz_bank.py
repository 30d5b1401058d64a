"""A quiz's bank as its cohort met it: items with their keys, statistics and corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.coursework.queries.content import Question
from lms.coursework.queries.corrections import (
    CorrectionLine,
    answers_to,
    correction_lines,
    counted_attempts,
    keyed_bank,
)
from lms.coursework.queries.visits import Visit
from lms.coursework.rules.item_statistics import ItemStatistics, Taken, statistics
from lms.coursework.rules.regrade import Correction


@dataclass(frozen=True, slots=True)
class BankView:
    """A quiz's bank in a cohort."""

    questions: Mapping[int, Question]
    """With the keys that hold in the cohort."""
    statistics: Mapping[int, ItemStatistics]
    corrections: Mapping[int, Sequence[CorrectionLine]]
    attempts: int
    """Finished first attempts: what the statistics rest on."""


def bank_view(visit: Visit) -> BankView:
    """The bank with how its items did. Three statements, however many attempts there are."""
    lines: dict[int, list[CorrectionLine]] = {}
    for line in correction_lines(visit.cohort_id, visit.line.id):
        lines.setdefault(line.correction.item_id, []).append(line)
    histories: dict[int, list[Correction]] = {
        item: [line.correction for line in found] for item, found in lines.items()
    }
    questions = keyed_bank(visit.line.id, histories)
    taken = counted_attempts(visit.cohort_id, visit.line.id, first_only=True)
    answers = answers_to([one.id for one in taken])
    found = statistics(
        {item_id: question.item for item_id, question in questions.items()},
        [Taken(one.item_ids, answers[one.id]) for one in taken],
    )
    return BankView(questions, found, lines, len(taken))
