"""Distributions of marks: exact figures, what is held back, the page."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.gradebook.rules.statistics import histogram, quantile, split, summary
from tests.factories import assessment as make
from tests.factories import world

MARKS = st.lists(st.fractions(0, 100, max_denominator=60), min_size=5, max_size=40)
F = Fraction


@given(MARKS)
def test_figures_are_those_of_the_textbook_and_in_order(marks: list[Fraction]) -> None:
    found = summary(marks, fewest=5, passing=F(50))
    assert found is not None
    assert found.median == statistics.median(marks)
    assert found.mean == statistics.mean(marks)
    ordered = [found.lowest, found.lower, found.median, found.upper, found.highest]
    assert ordered == sorted(ordered)
    assert found.passed == F(len([mark for mark in marks if mark >= 50]), len(marks))
    assert quantile(sorted(marks), F(1)) == max(marks)
    assert sum(count for _name, count in histogram(marks, fewest=5)) == len(marks)
    assert found == summary(marks[::-1], fewest=5, passing=F(50))


def test_a_few_are_not_shown_and_nor_is_what_would_tell_them() -> None:
    assert summary([F(50)] * 4, fewest=5, passing=F(50)) is None
    assert histogram([F(50)] * 4, fewest=5) == []
    parts = {"A": [F(50)] * 9, "B": [F(60)] * 6, "C": [F(70)] * 2}
    shown = {name: one is not None for name, _count, one in split(parts, fewest=5, passing=F(50))}
    assert shown == {"A": True, "B": False, "C": False}
    two = {"A": [F(50)] * 9, "B": [F(60)] * 2, "C": [F(70)] * 2}
    assert [one is not None for _n, _c, one in split(two, fewest=5, passing=F(50))] == [True, False, False]
    assert histogram([F(0), F(9), F(10), F(99), F(100)], fewest=5)[-1] == ("90–100", 2)


@pytest.mark.db
def test_the_page_shows_boxes_for_staff_and_holds_back_the_few(cohort, coordinator, author, visit) -> None:
    places = [world.place(cohort, world.person()) for _ in range(5)]
    for number, place in enumerate(places):
        make.quiz_mark(cohort, place, "q1", 40 + 10 * number)
    make.quiz_mark(cohort, places[0], "q2", 33)
    address = f"/cohorts/{cohort.slug}/gradebook/statistics"
    visitor = visit(coordinator)
    page = visitor.get(address)
    rows = {row[0]: row for row in page.rows("section:last-of-type table")}
    assert rows["Q1 Quiz 1: strategy and vision"][3:] == [
        "60.0", "40.0", "50.0", "60.0", "70.0", "80.0", "80.0 %",
    ]  # fmt: skip
    (few,) = [row for name, row in rows.items() if name.startswith("Q2")]
    assert few[2].startswith("not shown")
    one = visitor.get(page.link("Q1 Quiz 1: strategy and vision"))
    assert "How many marks lie in each ten" in one.text()
    assert "By section" in one.text()
    assert len(visitor.get(f"{address}?item=nothing").soup.select("section")) == 2
    make.counted(visitor, address, most=8)
    world.place(cohort, author)
    visit(author).refused(address, status=403)
