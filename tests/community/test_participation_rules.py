"""What participation comes to: points, what counts for whom, the steps behind a figure."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.community import rules
from lms.community.rules import Counting, Participation, ThreadFacts
from lms.enrolment.rules import Off

POLICY = Participation(Fraction(60), Fraction(20), 2, 60, Fraction("0.6"))
DUE = dt.datetime(2026, 8, 13, 18, 29, tzinfo=dt.UTC)
CLOSES = DUE + dt.timedelta(days=3)
BEFORE, AFTER = DUE - dt.timedelta(hours=2), DUE + dt.timedelta(hours=2)
OVER = CLOSES + dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("first", "substantive", "points"),
    [
        (None, 0, 0),
        (BEFORE, 0, 60),
        (DUE, 0, 60),
        (AFTER, 0, 0),
        (BEFORE, 1, 80),
        (BEFORE, 2, 100),
        (BEFORE, 7, 100),
        (None, 2, 40),
        (AFTER, 1, 20),
    ],
)
def test_points_of_a_discussion_and_their_steps_agree(first, substantive, points):
    facts = ThreadFacts(first, DUE, CLOSES, replies=substantive + 1, substantive=substantive)
    assert rules.thread_points(POLICY, in_time=facts.in_time, replies=substantive) == points
    trace = rules.thread_trace(POLICY, facts, "Asia/Kolkata")
    one, two, mark = trace["facts"]
    assert trace["mark"] == str(points)
    assert int(one["value"]) + int(two["value"]) == points
    assert mark["value"] == f"{points}.0"
    assert one["verdict"] == ("met" if points >= 60 else "missed")


def test_the_steps_name_times_zone_and_what_did_not_count():
    facts = ThreadFacts(AFTER, DUE, CLOSES, replies=3, substantive=1)
    one, two, _mark = rules.thread_trace(POLICY, facts, "Asia/Kolkata")["facts"]
    assert one["note"] == "posted 14 Aug 2026, 01:59, due 13 Aug 2026, 23:59 (Asia/Kolkata)"
    assert two["note"].startswith("3 replies written; a reply counts from 60 words on")
    assert two["bound"] == "1 × 20, at most 2 count"


@pytest.mark.parametrize(
    ("facts", "off", "now", "expected"),
    [
        (ThreadFacts(None, DUE, CLOSES), None, OVER, Counting.FINAL),
        (ThreadFacts(None, DUE, CLOSES), None, CLOSES, Counting.OPEN),
        (ThreadFacts(None, None, None), None, OVER, Counting.NO_DATE),
        (ThreadFacts(BEFORE, DUE, CLOSES, cancelled=True), None, OVER, Counting.EXCUSED),
        (ThreadFacts(None, DUE, CLOSES), Off.BEFORE, OVER, Counting.JOINED_LATER),
        (ThreadFacts(AFTER, DUE, CLOSES), Off.BEFORE, OVER, Counting.JOINED_LATER),
        (ThreadFacts(None, DUE, CLOSES), Off.BETWEEN, OVER, Counting.JOINED_LATER),
        (ThreadFacts(None, DUE, CLOSES), Off.LEAVE, OVER, Counting.ON_LEAVE),
        (ThreadFacts(BEFORE, DUE, CLOSES), Off.LEAVE, OVER, Counting.FINAL),
    ],
)
def test_what_counts_for_whom(facts, off, now, expected):
    assert rules.counting(facts, off=off, now=now) is expected


@pytest.mark.parametrize(
    ("threads", "contribution", "mark"),
    [
        ([], None, None),
        ([100], None, 100),
        ([], 70, 70),
        ([100, 40], None, 70),
        ([100, 50], 50, 65),
        ([80], 30, 60),
    ],
)
def test_participation_so_far_assumes_nothing_of_what_is_missing(threads, contribution, mark):
    given_contribution = None if contribution is None else Fraction(contribution)
    found = rules.participation_mark(POLICY, [Fraction(each) for each in threads], given_contribution)
    assert found == mark


@given(st.lists(st.fractions(0, 100), max_size=5), st.none() | st.fractions(0, 100))
def test_participation_lies_among_its_parts(threads, contribution):
    found = rules.participation_mark(POLICY, threads, contribution)
    parts = [*threads, *([] if contribution is None else [contribution])]
    assert (found is None) == (not parts)
    if found is not None:
        assert min(parts) <= found <= max(parts)


@pytest.mark.parametrize(
    ("text", "points"),
    [("0", 0), ("100", 100), ("101", None), ("7.5", None), ("-1", None), ("", None), ("٣", None)],
)
def test_points_are_whole_numbers(text, points):
    assert rules.read_points(text) == points
