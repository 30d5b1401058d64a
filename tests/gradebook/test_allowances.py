"""What is one's own in the reckoning: excuses, ceilings, resits, dropped marks; against brute force."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.rules import LateRule, late_factor
from lms.gradebook import rules
from lms.gradebook.rules import Cap, CoursePlan, GroupPlan, Item, Own, ProgrammePlan, Resit, SharePlan
from lms.gradebook.rules.allowances import (
    AllowanceRefusal,
    ResitState,
    why_not_mark_resit,
    why_not_open_resit,
    why_not_reason,
    why_not_release_resit,
)
from tests.gradebook.test_rules import COURSE, SOME, VALUES

KEYS = [item.key for item in COURSE.items]
EXCUSED = st.sets(st.sampled_from(KEYS)).map(lambda keys: dict.fromkeys(keys, "Ill."))


def without(course: CoursePlan, gone: Any) -> CoursePlan:
    """The course as if the programme had none of these items; a share that loses all of them goes."""
    groups = []
    for group in course.groups:
        shares = tuple(
            replace(share, items=tuple(item for item in share.items if item.key not in gone))
            for share in group.shares
            if not share.items or any(item.key not in gone for item in share.items)
        )
        points = sum((share.points for share in shares), Fraction(0))
        groups.append(replace(group, shares=shares, points=points))
    return replace(course, groups=tuple(group for group in groups if group.shares))


@given(SOME, EXCUSED)
def test_an_excused_item_is_as_if_there_were_none(released: Any, excused: Any) -> None:
    left = {key: mark for key, mark in released.items() if key not in excused}
    standing = rules.course_result(COURSE, released, Own(excused=excused))
    absent = rules.course_result(without(COURSE, excused), left)
    assert standing.mark == absent.mark
    countable = sum((group.points for group in without(COURSE, excused).groups), Fraction(0))
    assert standing.released * countable == absent.released * 100


def test_a_course_of_which_everything_is_excused_leaves_the_programme() -> None:
    one = CoursePlan("a", "A", "A", Fraction(40), (group("Memos", 100, 1),))
    other = CoursePlan("b", "B", "B", Fraction(60), (group("Report", 100, 2),))
    plan = ProgrammePlan("Programme", (one, other))
    excused = Own(excused={(1, ""): "Done before."})
    courses = {
        "a": rules.course_result(one, {}, excused),
        "b": rules.course_result(other, {(2, ""): Fraction(70)}, excused),
    }
    assert courses["a"].counts is False
    whole = rules.programme_result(plan, courses)
    assert (whole.mark, whole.released, whole.whole) == (70, 100, True)


def group(title: str, points: int, *numbers: int, **how: int) -> GroupPlan:
    items = tuple(Item(number, "", f"Item {number}") for number in numbers)
    share = SharePlan(title, Fraction(points), items, best=how.get("best"), drop=how.get("drop", 0))
    return GroupPlan(title, title, Fraction(points), (share,))


def course(**how: int) -> CoursePlan:
    return CoursePlan("q", "Q", "Quizzes", Fraction(100), (group("Quizzes", 100, *range(1, 7), **how),))


SIX = st.dictionaries(st.sampled_from([(number, "") for number in range(1, 7)]), VALUES, min_size=1)


@given(SIX, st.integers(1, 8), st.sets(st.integers(1, 6), max_size=5))
def test_dropping_the_lowest_is_the_best_of_all_choices_of_the_rest(
    released: Any, drop: int, gone: set[int]
) -> None:
    excused = {(number, ""): "Ill." for number in gone}
    left = [mark for key, mark in released.items() if key not in excused]
    standing = rules.course_result(course(drop=drop), released, Own(excused=excused))
    if not left:
        assert standing.mark is None
        return
    size = min(max(1, 6 - len(gone) - drop), len(left))
    assert standing.mark == max(sum(chosen, Fraction(0)) / size for chosen in combinations(left, size))


@given(SIX, st.integers(1, 6), st.sets(st.integers(1, 6), max_size=5))
def test_the_best_n_of_what_is_not_excused(released: Any, best: int, gone: set[int]) -> None:
    excused = {(number, ""): "Ill." for number in gone}
    left = [mark for key, mark in released.items() if key not in excused]
    standing = rules.course_result(course(best=best), released, Own(excused=excused))
    if left:
        size = min(best, 6 - len(gone), len(left))
        assert standing.mark == max(sum(chosen, Fraction(0)) / size for chosen in combinations(left, size))


CAPS = st.dictionaries(st.sampled_from(KEYS), VALUES.map(lambda limit: Cap(limit, "Similarity.")))


@given(SOME, CAPS, EXCUSED)
def test_a_ceiling_is_the_lower_mark_and_never_helps(released: Any, caps: Any, excused: Any) -> None:
    lower = {key: min(mark, caps[key].limit) if key in caps else mark for key, mark in released.items()}
    own = Own(excused=excused, caps=caps)
    assert (
        rules.course_result(COURSE, released, own).mark
        == rules.course_result(COURSE, lower, Own(excused=excused)).mark
    )
    free = rules.course_result(COURSE, released, Own(excused=excused)).mark
    held = rules.course_result(COURSE, released, own).mark
    assert (free is None) == (held is None)
    assert free is None or held is None or held <= free


@given(SOME, CAPS, EXCUSED, st.data())
def test_raising_a_mark_never_lowers_a_result(released: Any, caps: Any, excused: Any, data: Any) -> None:
    if not released:
        return
    key = data.draw(st.sampled_from(sorted(released)))
    better = {**released, key: data.draw(st.fractions(released[key], 100, max_denominator=60))}
    resit = data.draw(st.none() | VALUES.map(lambda mark: Resit(mark, Fraction(60))))
    own = Own(excused=excused, caps=caps, resits={"core": resit} if resit else {})
    before, after = rules.course_result(COURSE, released, own), rules.course_result(COURSE, better, own)
    assert before.mark is None or (after.mark is not None and after.mark >= before.mark)
    assert before.released == after.released


@given(SOME, CAPS, EXCUSED, st.integers())
def test_the_order_of_items_and_marks_does_not_matter(
    released: Any, caps: Any, excused: Any, seed: int
) -> None:
    shuffled = random.Random(seed)  # nosec B311 - an order, no secret
    groups = []
    for each in COURSE.groups:
        shares = [replace(s, items=tuple(shuffled.sample(s.items, len(s.items)))) for s in each.shares]
        groups.append(replace(each, shares=tuple(shuffled.sample(shares, len(shares)))))
    other = replace(COURSE, groups=tuple(shuffled.sample(groups, len(groups))))
    marks = dict(shuffled.sample(sorted(released.items()), len(released)))
    own = Own(excused=excused, caps=caps)
    assert rules.course_result(other, marks, own).mark == rules.course_result(COURSE, released, own).mark


@given(SOME)
def test_the_weights_of_what_counts_make_the_points(released: Any) -> None:
    standing = rules.course_result(COURSE, released)
    lines = [line for head in standing.facts for line in leaves(head) if line.get("item")]
    worth = sum((Fraction(line["bound"].split()[0]) for line in lines if line["bound"]), Fraction(0))
    assert abs(worth - standing.released) < Fraction(len(lines) + 1, 100)
    full = rules.course_result(COURSE, dict.fromkeys(KEYS, Fraction(50)))
    assert full.released == 94


def leaves(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [line] if not line["parts"] else [leaf for part in line["parts"] for leaf in leaves(part)]


@pytest.mark.parametrize(
    ("base", "mark", "counts"),
    [(45, 72, 60), (45, 50, 50), (45, 40, 45), (None, 72, 60), (65, 90, 65)],
)
def test_a_resit_counts_where_it_is_better_and_up_to_its_ceiling(base: Any, mark: int, counts: int) -> None:
    released = {} if base is None else {(11, ""): Fraction(base), (12, ""): Fraction(base)}
    own = Own(resits={"core": Resit(Fraction(mark), Fraction(60))})
    standing = rules.course_result(COURSE, released, own)
    assert standing.mark == counts
    line = standing.facts[0]["parts"][-1]
    assert line["text"] == "Resit"
    assert line["bound"] == f"{mark}.0, at most 60"


def test_the_explanation_says_what_is_excused_capped_and_dropped() -> None:
    own = Own(excused={(11, ""): "A child in hospital."}, caps={(12, ""): Cap(Fraction(60), "Similar text.")})
    text = str(rules.course_result(COURSE, {(12, ""): Fraction(72)}, own).facts)
    assert "A child in hospital." in text
    assert "72.0, counts with 60 at most" in text
    assert "30 points are excused" not in text, "the share keeps its points while one item of it counts"
    everything = rules.course_result(COURSE, {}, Own(excused={(11, ""): "Ill.", (12, ""): "Ill."}))
    assert "60 points are excused and left out" in everything.facts[0]["note"]
    dropped = rules.course_result(course(drop=1), {(1, ""): Fraction(50), (2, ""): Fraction(70)})
    assert dropped.facts[0]["parts"][0]["note"] == "without the lowest"


LATE = st.builds(LateRule, per_day=st.fractions(0, 1, max_denominator=20), days=st.integers(0, 30))


@given(LATE, st.integers(-3, 40))
def test_the_late_rule_is_what_one_gets_by_taking_off_day_by_day(late: LateRule, days: int) -> None:
    left = Fraction(1)
    for day in range(1, days + 1):
        left = Fraction(0) if day > late.days else max(Fraction(0), left - late.per_day)
    assert late_factor(late, days) == left


NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("mark", "needed", "had", "refusal"),
    [
        (Fraction(49), Fraction(50), 0, None),
        (Fraction(50), Fraction(50), 0, AllowanceRefusal.NOT_FAILED),
        (Fraction(49), None, 0, AllowanceRefusal.NOT_FAILED),
        (None, Fraction(50), 0, AllowanceRefusal.NOTHING_YET),
        (Fraction(49), Fraction(50), 1, AllowanceRefusal.ONE_RESIT),
    ],
)
def test_who_has_a_resit(mark: Any, needed: Any, had: int, refusal: Any) -> None:
    assert why_not_open_resit(mark, needed, had, 1) is refusal


def test_when_the_mark_of_a_resit_is_taken_and_who_releases_it() -> None:
    later = NOW + dt.timedelta(minutes=1)
    assert why_not_mark_resit(ResitState.OPEN, NOW, NOW) is None
    assert why_not_mark_resit(ResitState.MARKED, NOW, NOW) is None
    assert why_not_mark_resit(ResitState.OPEN, NOW, later) is AllowanceRefusal.TOO_LATE
    assert why_not_mark_resit(ResitState.RELEASED, NOW, NOW) is AllowanceRefusal.NOT_OPEN
    assert why_not_release_resit(ResitState.MARKED, 1, 2) is None
    assert why_not_release_resit(ResitState.MARKED, 1, 1) is AllowanceRefusal.OWN_MARK
    assert why_not_release_resit(ResitState.OPEN, None, 2) is AllowanceRefusal.NOT_OPEN
    assert why_not_reason(" ") is AllowanceRefusal.NO_REASON
    assert why_not_reason("x" * 1001) is AllowanceRefusal.LONG_REASON
    assert why_not_reason("Ill.") is None
