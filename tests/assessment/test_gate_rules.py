"""Who may take which step with a mark, who marks next, and the hints before a release: truth tables."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lms.assessment import rules
from lms.assessment.rules import (
    AssessmentRefusal,
    Candidate,
    Origin,
    QueuePlace,
    Releasing,
    TaskState,
)

W, D, F, R, S = (
    TaskState.WAITING, TaskState.DRAFT, TaskState.FINALISED, TaskState.RELEASED, TaskState.SUPERSEDED
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "judge", "reopen", "correct"),
    [
        (W, None, AssessmentRefusal.NOT_FINALISED, AssessmentRefusal.NOT_RELEASED),
        (D, None, AssessmentRefusal.NOT_FINALISED, AssessmentRefusal.NOT_RELEASED),
        (F, AssessmentRefusal.FINALISED, None, AssessmentRefusal.NOT_RELEASED),
        (R, AssessmentRefusal.RELEASED, AssessmentRefusal.RELEASED, None),
        (S, AssessmentRefusal.SUPERSEDED, AssessmentRefusal.NOT_FINALISED, AssessmentRefusal.NOT_RELEASED),
    ],
)
def test_what_each_state_allows(state: TaskState, judge: object, reopen: object, correct: object) -> None:
    found = (rules.why_not_judge(state), rules.why_not_reopen(state), rules.why_not_correct(state, "A slip."))
    assert found == (judge, reopen, correct)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_needs_a_reason(reason: str) -> None:
    assert rules.why_not_correct(R, reason) is AssessmentRefusal.NO_REASON


ME, OTHER = 1, 2


@pytest.mark.parametrize(
    ("origin", "entered_by", "summative", "refusal"),
    [
        (Origin.RUBRIC, ME, True, AssessmentRefusal.ENTERED_ALONE),
        (Origin.RUBRIC, OTHER, True, None),
        (Origin.RUBRIC, ME, False, None),
        (Origin.RUBRIC, OTHER, False, None),
        (Origin.EXTERNAL, ME, True, AssessmentRefusal.ENTERED_ALONE),
        (Origin.EXTERNAL, OTHER, True, None),
        (Origin.QUIZ, None, True, None),
        (Origin.QUIZ, ME, True, None),
        (Origin.PARTICIPATION, None, True, None),
        (Origin.PARTICIPATION, ME, True, None),
    ],
)
def test_no_one_releases_alone_what_they_alone_entered(
    origin: Origin, entered_by: int | None, summative: bool, refusal: object
) -> None:
    assert rules.why_not_release(Releasing(origin, entered_by, summative), ME) is refusal


@pytest.mark.parametrize("origin", list(Origin))
@pytest.mark.parametrize("summative", [True, False])
def test_only_what_a_rule_worked_out_or_counts_nowhere_passes_the_gate_at_once(
    origin: Origin, summative: bool
) -> None:
    refused = rules.why_not_record(origin=origin, summative=summative, released=True)
    held = summative and origin not in (Origin.QUIZ, Origin.PARTICIPATION, Origin.SIMULATION)
    assert refused is (AssessmentRefusal.NOT_THROUGH_THE_GATE if held else None)
    assert rules.why_not_record(origin=origin, summative=summative, released=False) is None


@pytest.mark.parametrize(
    ("candidates", "chosen"),
    [
        ([], None),
        ([Candidate(7, False, 9)], 7),
        ([Candidate(7, False, 0), Candidate(8, True, 9)], 8),
        ([Candidate(7, True, 3), Candidate(8, True, 2), Candidate(9, True, 2)], 8),
        ([Candidate(9, False, 1), Candidate(8, False, 1)], 8),
    ],
)
def test_the_one_of_the_course_with_the_fewest_pieces_marks(
    candidates: list[Candidate], chosen: int | None
) -> None:
    assert rules.choose_marker(candidates) == chosen


@pytest.mark.parametrize(
    ("queue", "current", "upcoming"),
    [
        ("aBc", "a", "c"), ("aBC", "a", None), ("abc", "c", "a"), ("ABc", "A", "c"), ("aBc", "c", "a"),
        ("abc", "b", "c"), ("aBc", "elsewhere", "a"), ("", "a", None), ("a", "a", None),
    ],
)  # fmt: skip
def test_what_comes_next_is_the_next_open_piece_round_to_the_beginning(
    queue: str, current: str, upcoming: str | None
) -> None:
    places = [QueuePlace(letter, letter.islower()) for letter in queue]
    assert rules.next_place(places, current) == upcoming


def test_a_distribution_needs_five_marks_and_loses_none() -> None:
    assert rules.distribution([Fraction(60)] * 4) == []
    marks = [Fraction(text) for text in ("0", "39.99", "40", "59.99", "60", "89.99", "90", "100")]
    assert rules.distribution(marks) == [
        ("0–39", 2), ("40–49", 1), ("50–59", 1), ("60–69", 1), ("70–79", 0), ("80–89", 1), ("90–100", 2),
    ]  # fmt: skip


def test_markers_are_compared_with_everybody_else() -> None:
    rows = rules.spread([(1, Fraction(70)), (1, Fraction(80)), (2, Fraction(60)), (2, Fraction(62))])
    assert [(row.marker_id, row.count, row.mean, row.apart) for row in rows] == [
        (1, 2, 75, 14),
        (2, 2, 61, -14),
    ]
    assert rules.spread([(1, Fraction(70))])[0].apart == 0
    assert rules.spread([]) == []


@pytest.mark.parametrize(("count", "size"), [(0, 0), (3, 3), (6, 6), (59, 6), (60, 6), (61, 7), (200, 20)])
def test_a_tenth_and_at_least_six_are_read_again(count: int, size: int) -> None:
    assert rules.sample_size(count, share=Fraction(1, 10), least=6) == size
