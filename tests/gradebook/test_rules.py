"""Results so far: tables, properties, and what the explanation says."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.gradebook import rules
from lms.gradebook.rules import CoursePlan, GradebookRefusal, GroupPlan, Item, ProgrammePlan, SharePlan

QUIZZES = tuple(Item(number, "", f"Q{number}") for number in range(1, 6))
COURSE = CoursePlan(
    "core",
    "A",
    "Core",
    Fraction(30),
    (
        GroupPlan("quizzes", "Quizzes", Fraction(15), (SharePlan("Quizzes", Fraction(15), QUIZZES, best=4),)),
        GroupPlan(
            "assignments",
            "Assignments",
            Fraction(60),
            (SharePlan("Assignments", Fraction(60), (Item(11, "", "A-1"), Item(12, "", "A-2"))),),
        ),
        GroupPlan(
            "report",
            "Report",
            Fraction(10),
            (
                SharePlan(
                    "Report",
                    Fraction(10),
                    (
                        Item(20, "report", "M6a: Report", Fraction(8)),
                        Item(20, "self", "M6a: Self", Fraction(2)),
                    ),
                ),
            ),
        ),
        GroupPlan(
            "participation",
            "Participation",
            Fraction(15),
            (
                SharePlan("Discussions", Fraction(9), (Item(31, "", "Th1"), Item(32, "", "Th2"))),
                SharePlan("Contribution", Fraction(6), (), absent="not recorded yet"),
            ),
        ),
    ),
)


def marks(**given_marks: Any) -> dict[tuple[int, str], Fraction]:
    """Marks by "q1" and the like."""
    keys = {f"q{number}": (number, "") for number in range(1, 6)} | {
        "a1": (11, ""), "a2": (12, ""), "report": (20, "report"), "self": (20, "self"), "th1": (31, ""),
        "th2": (32, ""),
    }  # fmt: skip
    return {keys[name]: Fraction(value) for name, value in given_marks.items()}


@pytest.mark.parametrize(
    ("released", "mark", "points"),
    [
        ({}, None, 0),
        ({"a1": 70}, 70, 30),
        ({"a1": 70, "a2": 80}, 75, 60),
        ({"q1": 50}, 50, "15/4"),
        ({"q1": 50, "q2": 60, "q3": 70, "q4": 80}, 65, 15),
        ({"q1": 50, "q2": 60, "q3": 70, "q4": 80, "q5": 90}, 75, 15),
        ({"q1": 50, "q2": 50, "q3": 50, "q4": 50, "q5": 50}, 50, 15),
        ({"report": 80}, 80, 8),
        ({"report": 80, "self": 60}, 76, 10),
        ({"th1": 100}, 100, "9/2"),
        ({"a1": 70, "q1": 50}, Fraction(70 * 30 + Fraction(50 * 15, 4)) / (30 + Fraction(15, 4)), "135/4"),
        ({"a1": "200/3", "a2": "200/3"}, "200/3", 60),
        ({"a1": 0}, 0, 30),
    ],
)
def test_a_course_so_far(released: dict[str, Any], mark: Any, points: Any) -> None:
    standing = rules.course_result(COURSE, marks(**released))
    assert standing.mark == (None if mark is None else Fraction(mark))
    assert standing.released == Fraction(points)


def test_marks_of_other_courses_do_not_count() -> None:
    assert rules.course_result(COURSE, {(99, ""): Fraction(100), (20, ""): Fraction(100)}).mark is None


def test_only_what_can_never_come_is_left_out_of_a_complete_course() -> None:
    everything = dict.fromkeys((item.key for item in COURSE.items), Fraction(60))
    standing = rules.course_result(COURSE, everything)
    assert (standing.mark, standing.released, standing.whole) == (60, 94, False)


VALUES = st.fractions(min_value=0, max_value=100, max_denominator=60)
SOME = st.dictionaries(st.sampled_from([item.key for item in COURSE.items]), VALUES)


@given(SOME)
def test_a_result_lies_among_its_marks_and_counts_at_most_everything(released: Any) -> None:
    standing = rules.course_result(COURSE, released)
    assert 0 <= standing.released <= 100
    if released:
        assert standing.mark is not None
        assert min(released.values()) <= standing.mark <= max(released.values())
        assert Fraction(standing.document()["mark"]) == standing.mark
    else:
        assert standing.mark is None


@given(SOME, st.data())
def test_a_better_mark_never_makes_a_result_worse(released: Any, data: st.DataObject) -> None:
    if not released:
        return
    key = data.draw(st.sampled_from(sorted(released)))
    better = {
        **released,
        key: data.draw(st.fractions(min_value=released[key], max_value=100, max_denominator=60)),
    }
    before, after = rules.course_result(COURSE, released), rules.course_result(COURSE, better)
    assert after.mark >= before.mark  # type: ignore[operator]
    assert after.released == before.released


@given(st.dictionaries(st.sampled_from([item.key for item in QUIZZES]), VALUES, min_size=1))
def test_the_best_n_are_those_of_all_choices(released: Any) -> None:
    size = min(4, len(released))
    best = max(sum(chosen, Fraction(0)) / size for chosen in combinations(released.values(), size))
    assert rules.course_result(COURSE, released).mark == best


def programme() -> ProgrammePlan:
    share = (SharePlan("Everything", Fraction(100), (Item(50, "", "M1"),)),)
    other = CoursePlan(
        "capstone", "K", "Capstone", Fraction(70), (GroupPlan("all", "All", Fraction(100), share),)
    )
    return ProgrammePlan("Product Leadership", (COURSE, other))


def test_the_programme_weighs_what_is_released_of_each_course() -> None:
    plan = programme()
    released = {**marks(a1=70, a2=70), (50, ""): Fraction(90)}
    courses = {course.key: rules.course_result(course, released) for course in plan.courses}
    whole = rules.programme_result(plan, courses)
    assert whole.released == 30 * Fraction(60, 100) + 70
    assert whole.mark == (18 * 70 + 70 * 90) / Fraction(88)
    nothing = {course.key: rules.course_result(course, {}) for course in plan.courses}
    assert (rules.programme_result(plan, nothing).mark, rules.programme_result(plan, nothing).released) == (
        None,
        0,
    )


@given(SOME, st.none() | VALUES)
def test_the_programme_is_the_mean_of_every_released_point(released: Any, capstone: Fraction | None) -> None:
    plan = programme()
    everything = {**released, **({(50, ""): capstone} if capstone is not None else {})}
    courses = {course.key: rules.course_result(course, everything) for course in plan.courses}
    whole = rules.programme_result(plan, courses)
    worth = {key: Fraction(0) for key in courses}
    for course in plan.courses:
        worth[course.key] = course.weight * courses[course.key].released / 100
    total = sum(worth.values())
    expected = sum(worth[key] * (courses[key].mark or 0) for key in courses) / total if total else None
    assert (whole.mark, whole.released) == (expected, total)


def test_the_explanation_names_what_counts_what_does_not_and_what_is_to_come() -> None:
    released = marks(q1=50, q2=60, q3=70, q4=80, q5=90, a1="211/3")
    (head,) = rules.course_result(COURSE, released).facts
    assert (head["text"], head["value"], head["bound"]) == ("Core", "71.8", "45 of 100 points released")
    quizzes, assignments, report, participation = head["parts"]
    assert (quizzes["value"], quizzes["note"]) == ("75.0", "best 4 of 5")
    assert [(line["value"], line["bound"], line["note"]) for line in quizzes["parts"][:2]] == [
        ("50.0", "", "not among the best 4"),
        ("60.0", "3.75 points", ""),
    ]
    assert [(line["value"], line["verdict"]) for line in assignments["parts"]] == [
        ("70.3", "fact"),
        ("–", "open"),
    ]
    assert (report["value"], report["verdict"]) == ("–", "open")
    assert [line["note"] for line in participation["parts"]] == ["", "not recorded yet"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("34", 34), (" 34.5 ", "69/2"), ("34,5", "69/2"), ("0", 0), ("1e9", None), ("", None), ("-3", None),
     ("34.55555", None), ("1234567", None), ("٣", None), ("½", None), ("34 %", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: Any) -> None:
    assert rules.read_number(text) == (None if number is None else Fraction(number))


@pytest.mark.parametrize(
    ("score", "out_of", "refusal"),
    [(34, 40, None), (0, 40, None), (40, 40, None), (41, 40, GradebookRefusal.ABOVE),
     (0, 0, GradebookRefusal.OUT_OF_NOTHING)],
)  # fmt: skip
def test_a_score_lies_within_what_could_be_reached(score: int, out_of: int, refusal: Any) -> None:
    assert rules.why_not_score(Fraction(score), Fraction(out_of)) is refusal


def test_a_score_becomes_a_mark_with_its_steps() -> None:
    assert rules.score_mark(Fraction(34), Fraction(40)) == 85
    trace = rules.external_trace(Fraction("34.5"), Fraction(40))
    assert [(line["text"], line["value"], line["bound"]) for line in trace["facts"]] == [
        ("Work done elsewhere", "34.5 of 40", ""),
        ("Mark", "86.2", "34.5 ÷ 40 × 100"),
    ]
