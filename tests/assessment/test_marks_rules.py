"""From rubric to mark: truth tables, properties, the late rule against brute force, what a trace says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import rules
from lms.assessment.rules import Band, Criterion, Judgement, LateRule, Rubric
from lms.assessment.rules.figures import LARGEST, decimal, plain

BANDS = tuple(
    Band(level, title, Fraction(low), Fraction(high))
    for level, title, low, high in (
        (1, "Weak", 0, 49),
        (2, "Adequate", 50, 64),
        (3, "Strong", 65, 79),
        (4, "Excellent", 80, 100),
    )
)
RUBRIC = Rubric(
    tuple(
        Criterion(key, key.title(), Fraction(weight))
        for key, weight in (("vision", 25), ("play", 25), ("rival", 20), ("bet", 20), ("reader", 10))
    ),
    BANDS,
)
LATE = LateRule(Fraction(1, 20), 5)
KEYS = [row.key for row in RUBRIC.criteria]


def judged(levels: dict[str, int], points: dict[str, int] | None = None, late_days: int = 0) -> rules.Outcome:
    return rules.judge(RUBRIC, Judgement(levels, points or {}, {}, "Good."), LATE, late_days)


@pytest.mark.parametrize(
    ("level", "mark"), [(1, Fraction(49, 2)), (2, Fraction(57)), (3, Fraction(72)), (4, Fraction(90))]
)
def test_a_level_alone_is_worth_the_middle_of_its_band(level: int, mark: Fraction) -> None:
    assert judged(dict.fromkeys(KEYS, level)).mark == mark


def test_rows_count_by_their_weights() -> None:
    levels = {"vision": 4, "play": 3, "rival": 2, "bet": 3, "reader": 1}
    expected = Fraction(90 * 25 + 72 * 25 + 57 * 20 + 72 * 20, 100) + Fraction(49, 2) * 10 / 100
    assert judged(levels).mark == expected


def test_points_within_the_level_are_taken_instead_of_its_middle() -> None:
    levels = dict.fromkeys(KEYS, 3)
    assert judged(levels, {"reader": 79}).mark == Fraction(72 * 90 + 79 * 10, 100)


def test_points_without_a_level_name_the_level() -> None:
    outcome = judged({key: 3 for key in KEYS if key != "reader"}, {"reader": 80})
    assert outcome.mark == Fraction(72 * 90 + 80 * 10, 100)
    assert [row["level"] for row in outcome.trace["rows"]] == [3, 3, 3, 3, 4]


@pytest.mark.parametrize(
    ("levels", "points", "problem"),
    [
        ({}, {}, "Choose a level for “Reader”."),
        ({"reader": 5}, {}, "“Reader” has no such level. Choose one of those shown."),
        ({"reader": 0}, {}, "“Reader” has no such level. Choose one of those shown."),
        ({"reader": 3}, {"reader": 80},
         "80 points for “Reader” lie outside level 3 (65 to 79). Change one of the two."),
        ({"reader": 3}, {"reader": 64},
         "64 points for “Reader” lie outside level 3 (65 to 79). Change one of the two."),
        ({"reader": 4}, {"reader": 101}, "Points for “Reader” are whole numbers from 0 to 100."),
        ({}, {"reader": -1}, "Points for “Reader” are whole numbers from 0 to 100."),
    ],
)  # fmt: skip
def test_what_is_no_judgement_is_said_at_its_row(
    levels: dict[str, int], points: dict[str, int], problem: str
) -> None:
    outcome = judged({**{key: 3 for key in KEYS if key != "reader"}, **levels}, points)
    assert outcome.problems == {"reader": problem}
    assert (outcome.mark, outcome.so_far, outcome.trace) == (None, Fraction(72), {})


def test_a_judgement_without_a_word_to_the_author_is_not_finished() -> None:
    outcome = rules.judge(RUBRIC, Judgement(dict.fromkeys(KEYS, 3), overall="  "), LATE, 0)
    assert list(outcome.problems) == [""]
    assert outcome.mark == 72


@pytest.mark.parametrize(
    ("days", "factor"),
    [(-1, 1), (0, 1), (1, "19/20"), (2, "9/10"), (3, "17/20"), (4, "4/5"), (5, "3/4"), (6, 0), (60, 0)],
)
def test_the_late_rule_of_the_programme(days: int, factor: object) -> None:
    assert rules.late_factor(LATE, days) == Fraction(factor)  # type: ignore[arg-type]


@given(
    per_day=st.fractions(min_value=0, max_value=1, max_denominator=100),
    days=st.integers(0, 12),
    late=st.integers(-3, 40),
)
def test_the_late_rule_equals_counting_day_by_day(per_day: Fraction, days: int, late: int) -> None:
    left = Fraction(1)
    for _day in range(max(0, late)):
        left = max(Fraction(0), left - per_day)
    expected = Fraction(0) if late > days else left
    assert rules.late_factor(LateRule(per_day, days), late) == expected


LEVELS = st.integers(1, 4)


@given(
    weights=st.lists(st.integers(1, 100), min_size=2, max_size=10),
    data=st.data(),
    days=st.integers(0, 7),
)
def test_a_mark_lies_between_its_rows_and_never_falls_when_a_row_rises(
    weights: list[int], data: st.DataObject, days: int
) -> None:
    rubric = Rubric(
        tuple(Criterion(f"c{index}", f"Row {index}", Fraction(w)) for index, w in enumerate(weights)), BANDS
    )
    levels = {row.key: data.draw(LEVELS) for row in rubric.criteria}
    outcome = rules.judge(rubric, Judgement(levels, overall="x"), LATE, days)
    assert outcome.mark is not None
    assert outcome.so_far is not None
    middles = [rubric.band(level).middle for level in levels.values()]  # type: ignore[union-attr]
    assert min(middles) <= outcome.so_far <= max(middles)
    assert outcome.mark == outcome.so_far * rules.late_factor(LATE, days) <= outcome.so_far
    assert Fraction(outcome.trace["mark"]) == outcome.mark
    key = data.draw(st.sampled_from(sorted(levels)))
    if levels[key] < 4:
        better = rules.judge(rubric, Judgement({**levels, key: levels[key] + 1}, overall="x"), LATE, days)
        assert better.mark is not None
        assert better.mark >= outcome.mark


@given(scale=st.integers(1, 50))
def test_only_the_proportions_of_weights_matter(scale: int) -> None:
    scaled = Rubric(
        tuple(Criterion(row.key, row.title, row.weight * scale) for row in RUBRIC.criteria), BANDS
    )
    judgement = Judgement({"vision": 4, "play": 1, "rival": 2, "bet": 3, "reader": 4}, overall="x")
    assert rules.judge(scaled, judgement, LATE, 1).mark == rules.judge(RUBRIC, judgement, LATE, 1).mark


def test_a_trace_shows_every_step_and_is_plain() -> None:
    trace = judged({**dict.fromkeys(KEYS, 3), "vision": 4}, {"reader": 70}, late_days=2).trace
    rubric, late, mark = trace["facts"]
    assert (rubric["text"], rubric["value"]) == ("Rubric", "76.3")
    assert rubric["parts"][0] == {
        "text": "Vision",
        "value": "22.5",
        "bound": "90 × 25 %",
        "verdict": "fact",
        "note": "level 4, Excellent: the middle of 80 to 100",
        "parts": [],
    }
    assert rubric["parts"][4]["note"] == "level 3, Strong: 70 of 65 to 79 points"
    assert (late["value"], late["bound"]) == ("× 0.9", "2 days begun, 5 % each")
    assert (mark["value"], mark["note"]) == (
        "68.6",
        "exactly 6867/100; shown cut to one decimal, never rounded",
    )
    assert (trace["mark"], trace["before_late"], trace["late_days"]) == ("6867/100", "763/10", 2)


def test_on_time_the_trace_says_nothing_of_lateness_and_after_the_last_day_nothing_is_left() -> None:
    assert [line["text"] for line in judged(dict.fromkeys(KEYS, 3)).trace["facts"]] == ["Rubric", "Mark"]
    gone = judged(dict.fromkeys(KEYS, 4), late_days=6)
    assert gone.mark == 0
    assert gone.trace["facts"][1]["note"] == "nothing is left after 5 days"


@pytest.mark.parametrize(
    ("value", "words"),
    [("60", "60.0"), ("5999/100", "59.9"), ("59999999/1000000", "59.9"), ("0", "0.0"), ("100", "100.0"),
     ("1499/20", "74.9"), ("2/3", "0.6")],
)  # fmt: skip
def test_figures_are_cut_never_rounded(value: str, words: str) -> None:
    assert rules.shown(Fraction(value)) == words


@given(st.fractions(min_value=0, max_value=100))
def test_a_figure_is_never_shown_above_what_it_is(value: Fraction) -> None:
    assert Fraction(rules.shown(value)) <= value < Fraction(rules.shown(value)) + Fraction(1, 10)


@given(st.fractions(min_value=0, max_value=100))
def test_what_is_kept_compares_with_every_bound_as_the_exact_figure_does(value: Fraction) -> None:
    kept = rules.storable(value / Fraction(3**40, 3**40 + 1))
    exact = value / Fraction(3**40, 3**40 + 1)
    assert kept.denominator <= LARGEST
    assert kept.numerator <= LARGEST
    for bound in (Fraction(50), Fraction(60), Fraction(75), Fraction("59.999")):
        assert (kept >= bound) == (exact >= bound)
    assert rules.shown(kept) == rules.shown(exact)


def test_decimals_of_files_are_exact() -> None:
    assert (decimal(0.05), decimal(33.3), decimal("12.5")) == (
        Fraction(1, 20),
        Fraction(333, 10),
        Fraction(25, 2),
    )
    assert [plain(Fraction(text)) for text in ("25", "9/10", "25/4", "1/3")] == ["25", "0.9", "6.25", "0.333"]


def test_parts_weigh_by_their_points() -> None:
    assert rules.mean_of_parts([(Fraction(28), Fraction(80)), (Fraction(7), Fraction(60))]) == 76
    assert rules.mean_of_parts([(Fraction(28), Fraction(80))]) == 80
    assert rules.mean_of_parts([]) == 0


def test_a_judgement_is_stored_and_read_back() -> None:
    judgement = Judgement({"vision": 3}, {"vision": 70}, {"vision": "Sharp.", "play": ""}, "Well done.")
    document = judgement.document()
    assert document == {
        "levels": {"vision": 3},
        "points": {"vision": 70},
        "comments": {"vision": "Sharp."},
        "overall": "Well done.",
    }
    assert Judgement.read(document).document() == document
    assert Judgement.read({}) == Judgement()
    assert [judgement.begun, Judgement.read({}).begun] == [True, False]
