"""Standing: truth tables for states, absences, risks, awards and competencies."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.progress import rules
from lms.progress.rules import Attendance, Evidence, Risk, WorkState

MON, TUE, WED = (dt.datetime(2026, 3, day, tzinfo=dt.UTC) for day in (2, 3, 4))


@pytest.mark.parametrize(
    ("kind", "done", "required", "now", "cancelled", "expected"),
    [
        ("assignment", False, True, MON - dt.timedelta(days=1), False, WorkState.AHEAD),
        ("assignment", False, True, TUE, False, WorkState.TODO),
        ("assignment", False, True, WED + dt.timedelta(days=9), False, WorkState.LATE),
        ("assignment", False, False, WED + dt.timedelta(days=9), False, WorkState.TODO),
        ("assignment", True, True, WED + dt.timedelta(days=9), False, WorkState.DONE),
        ("assignment", True, True, TUE, True, WorkState.CANCELLED),
        ("quiz", False, True, WED + dt.timedelta(seconds=1), False, WorkState.MISSED),
        ("discussion", False, True, WED + dt.timedelta(seconds=1), False, WorkState.MISSED),
        ("simulation", False, True, WED + dt.timedelta(days=1), False, WorkState.MISSED),
        ("reading", False, True, WED + dt.timedelta(days=100), False, WorkState.TODO),
        ("live_session", False, True, WED + dt.timedelta(days=1), False, WorkState.TODO),
        ("event", False, False, MON - dt.timedelta(days=1), False, WorkState.TODO),
        ("quiz", False, True, WED, False, WorkState.TODO),
    ],
)
def test_states(
    kind: str, done: bool, required: bool, now: dt.datetime, cancelled: bool, expected: WorkState
) -> None:
    found = rules.work_state(
        kind, done=done, required=required, starts_at=MON, ends_at=WED, cancelled=cancelled, now=now
    )
    assert found is expected


@pytest.mark.parametrize(
    ("halves", "sessions", "ahead", "expected"),
    [
        (0, 0, 0, 0),
        (0, 0, 4, 1),  # 75 % of 4 is 3
        (20, 10, 0, 0),
        (14, 10, 0, -1),  # 70 % and nothing ahead
        (14, 10, 2, 0),  # 7 + 2 of 12 is exactly 75 %
        (13, 10, 2, -1),
        (20, 10, 2, 2),  # only so many lie ahead
        (15, 10, 10, 2),  # 7.5 + 10 − k ≥ 15
    ],
)
def test_absences_left(halves: int, sessions: int, ahead: int, expected: int) -> None:
    assert Attendance(halves, sessions, ahead).absences_left(Fraction(3, 4)) == expected


@given(
    st.integers(0, 30),
    st.integers(0, 15),
    st.integers(0, 15),
    st.sampled_from([Fraction(3, 4), Fraction(3, 5)]),
)
def test_absences_left_equals_brute_force(halves: int, sessions: int, ahead: int, bound: Fraction) -> None:
    halves = min(halves, 2 * sessions)
    total = sessions + ahead
    possible = [
        missed
        for missed in range(ahead + 1)
        if not total or Fraction(halves + 2 * (ahead - missed), 2 * total) >= bound
    ]
    expected = max(possible, default=-1) if total else 0
    assert Attendance(halves, sessions, ahead).absences_left(bound) == expected


def test_the_strictest_course_decides() -> None:
    overall = Attendance(20, 10, 10)
    courses = {"core": Attendance(20, 10, 0), "data-ai": Attendance(0, 0, 2)}
    assert rules.absences_left(overall, courses, Fraction(3, 4), Fraction(3, 5)) == 0


def test_a_course_that_is_over_takes_no_absence_away() -> None:
    overall, ahead = Attendance(60, 30, 10), Attendance(0, 0, 10)
    over, broken = Attendance(46, 23, 0), Attendance(20, 23, 0)

    def left(course: Attendance) -> int:
        courses = {"core": course, "leadership": ahead}
        return rules.absences_left(overall, courses, Fraction(3, 4), Fraction(3, 5))

    assert left(over) == 4, "the course that goes on decides"
    assert left(broken) == -1, "what was missed in it stays missed"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"missed_in_a_row": 2}, ["missed"]),
        ({"late_open": 3}, ["late"]),
        ({"late_open": 2}, []),
        ({"days_unseen": 10}, ["unseen"]),
        ({"days_unseen": None}, []),
        ({"absences_left": 1}, ["attendance"]),
        ({"absences_left": 2}, []),
        ({"lowest_course": Fraction(49)}, ["marks"]),
        ({"missed_in_a_row": 5, "late_open": 9, "on_leave": True}, []),
    ],
)
def test_risks(facts: dict, expected: list[str]) -> None:
    given_ = {
        "missed_in_a_row": 0,
        "late_open": 0,
        "days_unseen": 0,
        "absences_left": None,
        "lowest_course": None,
        "on_leave": False,
        **facts,
    }
    assert [risk.rule for risk in rules.risks(**given_)] == expected


def test_one_rule_alone_is_no_risk_unless_attendance_is_out_of_reach() -> None:
    assert not rules.is_at_risk([Risk("late", "3 pieces of work overdue")])
    assert rules.is_at_risk([Risk("late", "…"), Risk("unseen", "…")])
    assert rules.is_at_risk([Risk("attendance", "attendance can no longer be reached")])


AWARDS = [
    {
        "title": "Distinction",
        "programme_from": 85,
        "capstone_from": 80,
        "attendance_from": None,
        "needs_completion": True,
    },
    {
        "title": "Merit",
        "programme_from": 75,
        "capstone_from": None,
        "attendance_from": None,
        "needs_completion": True,
    },
    {
        "title": "Completion",
        "programme_from": 60,
        "capstone_from": None,
        "attendance_from": None,
        "needs_completion": True,
    },
    {
        "title": "Statement",
        "programme_from": None,
        "capstone_from": None,
        "attendance_from": None,
        "needs_completion": False,
    },
]


@pytest.mark.parametrize(
    ("mark", "capstone", "reachable", "expected"),
    [
        (None, None, True, ""),
        (Fraction(86), None, True, "Distinction"),
        (Fraction(86), Fraction(79), True, "Merit"),
        (Fraction(7499, 100), None, True, "Completion"),
        (Fraction(59), None, True, "Statement"),
        (Fraction(90), Fraction(90), False, "Statement"),
    ],
)
def test_awards(mark: Fraction | None, capstone: Fraction | None, reachable: bool, expected: str) -> None:
    assert rules.forecast_award(mark, capstone, AWARDS, reachable) == expected


@pytest.mark.parametrize(
    ("done", "due", "step"), [(0, 0, None), (0, 3, 0), (1, 3, 2), (2, 3, 3), (3, 3, 4), (1, 9, 1)]
)
def test_steps_of_a_week(done: int, due: int, step: int | None) -> None:
    assert rules.step_of(done, due) == step


def test_a_level_is_published_from_enough_items_of_enough_kinds() -> None:
    one = Evidence("Quiz", 3, Fraction(1))
    other = Evidence("Assignment", 2, Fraction(3, 5))
    assert rules.competency_level("VIS", "Vision", [one, one, one], min_items=3, min_kinds=2).mean is None
    published = rules.competency_level("VIS", "Vision", [one, one, other], min_items=3, min_kinds=2)
    assert published.mean == Fraction(3 + 3 + Fraction(6, 5), Fraction(13, 5))
    assert [
        rules.published_level(Fraction(mean), [1.75, 2.5, 3.4]) for mean in ("1.74", "1.75", "2.5", "3.4")
    ] == [1, 2, 3, 4]


@pytest.mark.parametrize(("mark", "level"), [(0, 1), (49, 1), (50, 2), (65, 3), (80, 4), (100, 4)])
def test_item_levels(mark: int, level: int) -> None:
    assert rules.item_level(Fraction(mark), [50, 65, 80]) == level


@given(
    st.integers(0, 4),
    st.integers(0, 6),
    st.integers(0, 6),
    st.one_of(st.none(), st.integers(0, 20)),
    st.one_of(st.none(), st.integers(-2, 3)),
    st.one_of(st.none(), st.fractions(0, 100)),
)
def test_work_changes_its_own_rule_of_risk_alone(
    missed: int, before: int, after: int, unseen: int | None, left: int | None, lowest: Fraction | None
) -> None:
    others = {
        "missed_in_a_row": missed,
        "days_unseen": unseen,
        "absences_left": left,
        "lowest_course": lowest,
        "on_leave": False,
    }
    kept = rules.risks(late_open=before, **others)  # type: ignore[arg-type]
    assert rules.with_late(kept, after) == rules.risks(late_open=after, **others)  # type: ignore[arg-type]
