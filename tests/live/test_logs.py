"""Lists from meeting tools: matched by address or id only, the same read twice, never a guess."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.live import rules
from lms.live.rules import Learner, RowState, Span, Unreadable

START = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
SPAN = Span(START, START + dt.timedelta(hours=3), "Asia/Kolkata")
"""18:30 to 21:30 in India."""
PEOPLE = [
    Learner(1, "Asha Rao", "asha@example.org", "E-1"),
    Learner(2, "Asha Rao", "asha.rao@example.org", "E-2"),
]


def read(text, known=frozenset(), span=SPAN):
    return rules.plan(text, span, PEOPLE, known)


def at(hour, minute=0):
    return dt.datetime(2026, 8, 15, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("joined", "left"),
    [
        ("2026-08-15 18:31", "2026-08-15 19:02"),
        ("2026-08-15T18:31:00", "2026-08-15T19:02:00"),
        ("2026-08-15T13:01:00Z", "2026-08-15T13:32:00+00:00"),
        ("08/15/2026 06:31:00 PM", "08/15/2026 07:02:00 PM"),
        ("15/08/2026 18:31", "15/08/2026 19:02"),
        ("15.08.2026 18:31", "15.08.2026 19:02"),
        ("18:31", "19:02"),
        ("6:31 PM", "7:02 PM"),
    ],
)
def test_times_as_tools_write_them(joined, left):
    (row,) = read(
        f'Name (Original Name),User Email,Join Time,Leave Time\niPhone,ASHA@example.org,"{joined}","{left}"'
    ).rows
    assert (row.state, row.place_id) == (RowState.NEW, 1)
    assert (row.starts_at, row.ends_at) == (at(13, 1), at(13, 32))


@pytest.mark.parametrize(
    ("cell", "minutes"), [("131", 131), ("131.5", 131.5), ("2:11", 131), ("1:00:30", 60.5), ("2h 11m", 131)]
)
def test_minutes_as_tools_write_them(cell, minutes):
    (row,) = read(f"email;Duration (Minutes)\nasha@example.org;{cell}").rows
    assert row.ends_at - row.starts_at == dt.timedelta(minutes=minutes)
    assert row.starts_at == START


def test_minutes_of_several_rows_are_laid_end_to_end():
    rows = read("email,minutes\nasha@example.org,30\nasha@example.org,40\n").rows
    assert [(row.starts_at, row.ends_at) for row in rows] == [(at(13), at(13, 30)), (at(13, 30), at(14, 10))]


def test_a_namesake_gets_no_credit():
    rows = read("name,email,join,leave\nAsha Rao,,18:30,21:30\nAsha Rao,asha@elsewhere.org,18:30,21:30").rows
    assert [row.state for row in rows] == [RowState.UNKNOWN, RowState.UNKNOWN]
    assert all(row.place_id is None for row in rows)


def test_an_external_id_is_enough():
    (row,) = read("External ID,Join,Leave\ne-2,18:30,21:30").rows
    assert (row.place_id, row.state) == (2, RowState.NEW)


def test_the_same_rows_again_are_known():
    text = "email,join,leave\nasha@example.org,18:30,19:00\nasha@example.org,18:30,19:00"
    first = read(text)
    assert [row.state for row in first.rows] == [RowState.NEW, RowState.KNOWN]
    known = frozenset((row.place_id, row.starts_at, row.ends_at) for row in first.new)
    assert read(text, known).new == ()


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ("asha@example.org,soon,later,", RowState.WRONG),
        ("asha@example.org,19:00,18:00,", RowState.WRONG),
        ("asha@example.org,18:30,,", RowState.WRONG),
        ("asha@example.org,,,", RowState.WRONG),
        ("asha@example.org,,,-5", RowState.WRONG),
        ("asha@example.org,,,99999", RowState.WRONG),
        ("asha@example.org,2026-03-01 18:30,2026-03-01 19:30,", RowState.WRONG),
        ("asha@example.org,17:00,18:00,", RowState.OUTSIDE),
        ("asha@example.org", RowState.WRONG),
    ],
)
def test_what_cannot_be_used_is_listed_and_kept_out(row, state):
    found = read(f"email,join,leave,minutes\n{row}")
    assert [line.state for line in found.rows] == [state]
    assert found.new == ()


@pytest.mark.parametrize(
    "text",
    ["", "  \n", "name,join,leave\nAsha,18:30,19:00", "hello", "email\nasha@example.org", "x" * 400_000],
)
def test_what_is_not_such_a_list_is_refused(text):
    with pytest.raises(Unreadable):
        read(text)


def test_the_head_may_stand_below_a_summary():
    rows = "Name,Email,Join Time,Leave Time\nA,asha@example.org,18:30,21:30"
    text = f"Meeting ID,Topic,Start\n123,Pricing,08/15/2026\n\n{rows}"
    assert [row.state for row in read(text).rows] == [RowState.NEW]


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Unreadable):
        read("email,join,leave,minutes\n" + text)
