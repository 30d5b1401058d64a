"""Lists from meeting tools: each tool's files with their oddities, matched by address or id only, never a guess."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from lms.live import rules
from lms.live.rules import Decided, Ground, Learner, NameState, Reading, Row, RowState, Span, Tool, Unreadable

FILES = Path(__file__).parent / "lists"
START = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
INDIA = "Asia/Kolkata"
SPAN = Span(START, START + dt.timedelta(hours=3), INDIA)
"""18:30 to 21:30 in India."""
PEOPLE = (
    Learner(1, "Asha Rao", "asha@example.org", "E-1"),
    Learner(2, "Asha Rao", "asha.rao@example.org", "E-2"),
    Learner(3, "Bela Nair", "bela@example.org", "E-3"),
)
GROUND = Ground(PEOPLE, staff=frozenset({"host@school.example"}))
AS_IT_IS = Reading()
NEW, KNOWN, WAITS = RowState.NEW, RowState.KNOWN, RowState.WAITS


def bytes_of(name: str, encoding: str = "utf-8") -> bytes:
    return (FILES / f"{name}.csv").read_text("utf-8").encode(encoding)


def read(text: str | bytes, ground: Ground = GROUND, span: Span = SPAN, reading: Reading = AS_IT_IS):
    body = text.encode() if isinstance(text, str) else text
    return rules.plan([rules.read_list(body, reading)], span, ground)


def at(hour, minute=0, second=0):
    return dt.datetime(2026, 8, 15, hour, minute, second, tzinfo=dt.UTC)


def merged_minutes(plan, place_id: int) -> float:
    spans = [(row.starts_at, row.ends_at) for row in plan.new if row.place_id == place_id]
    there = rules.merged(spans, SPAN.starts_at, SPAN.ends_at)
    return sum((last - first).total_seconds() for first, last in there) / 60


# Each tool


@pytest.mark.parametrize(
    ("name", "encoding", "tool"),
    [
        ("zoom", "utf-8-sig", Tool.ZOOM),
        ("zoom_usage", "utf-8", Tool.ZOOM_USAGE),
        ("teams", "utf-16", Tool.TEAMS),
        ("teams", "utf-16-le", Tool.TEAMS),
        ("teams_old", "utf-8", Tool.TEAMS),
        ("meet", "utf-8", Tool.MEET),
        ("meet_seen", "utf-8", Tool.MEET),
        ("table", "utf-8", Tool.TABLE),
    ],
)
def test_a_tool_is_known_by_its_file(name, encoding, tool):
    assert rules.read_list(bytes_of(name, encoding)).tool is tool


def test_zooms_meeting_report_with_its_preamble_rejoins_guests_and_waiting_room():
    plan = read(bytes_of("zoom", "utf-8-sig"))
    assert [(row.number, row.name, row.state) for row in plan.rows] == [
        (5, "Host of the School", RowState.STAFF),
        (6, "Asha Rao", RowState.LOBBY),
        (7, "Asha Rao", NEW),
        (8, "Asha Rao", NEW),
        (9, "Asha Rao", NEW),
        (10, "iPhone", WAITS),
        (11, "Rao, Asha", WAITS),
        (12, "Open Guest", WAITS),
        (13, "Early Bird", RowState.OUTSIDE),
    ]
    assert merged_minutes(plan, 1) == 40 + 138
    assert plan.rows[5].original == "Bela Nair"
    log = rules.read_list(bytes_of("zoom"))
    assert dict(log.about) == {
        "Meeting": "812 3456 7890",
        "Topic": "S12 Pricing, with cases",
        "Began": "08/15/2026 06:20:11 PM",
        "Ended": "08/15/2026 09:55:40 PM",
    }


def test_zooms_usage_report_two_occurrences_of_one_meeting_are_put_together_and_another_is_left_out():
    plan = read(bytes_of("zoom_usage"))
    assert [row.state for row in plan.rows] == [NEW, NEW, RowState.OUTSIDE]
    assert merged_minutes(plan, 1) == 55 + 119


def test_teams_comings_and_goings_are_read_not_the_first_and_last():
    plan = read(bytes_of("teams", "utf-16"))
    assert [(row.name, row.state) for row in plan.rows] == [
        ("Asha Rao", NEW),
        ("Asha Rao", NEW),
        ("Bela Nair", WAITS),
    ]
    assert merged_minutes(plan, 1) == pytest.approx(40 + 44, abs=0.05)
    assert plan.rows[2].flagged


def test_teams_without_its_third_section_never_credits_more_than_its_minutes():
    body = bytes_of("teams").split(b"3. In-Meeting")[0].decode().encode("utf-16")
    plan = read(body)
    first = plan.rows[0]
    assert first.ends_at - first.starts_at == dt.timedelta(minutes=90)


def test_teams_older_report_and_its_sign_in_names():
    plan = read(bytes_of("teams_old"))
    assert [(row.address, row.state) for row in plan.rows] == [
        ("asha@example.org", NEW),
        ("bela@private.example", WAITS),
    ]


def test_meet_puts_names_together_and_believes_the_minutes():
    plan = read(bytes_of("meet"))
    assert [(row.name, row.state) for row in plan.rows] == [("Asha Rao", NEW), ("Bela Nair", WAITS)]
    assert plan.rows[0].starts_at == at(13, 1)
    assert plan.rows[0].ends_at == at(14, 58)
    (seen,) = read(bytes_of("meet_seen")).rows
    assert (seen.name, seen.starts_at, seen.ends_at) == ("Bela Nair", at(13, 1, 5), at(16))


def test_a_table_says_its_zone_in_its_headings():
    log = rules.read_list(bytes_of("table"))
    assert log.zone == "UTC"
    assert rules.best_zone([log], SPAN, [INDIA, "UTC"]) == "UTC"
    (row,) = rules.plan([log], Span(SPAN.starts_at, SPAN.ends_at, "UTC"), GROUND).rows
    assert (row.place_id, row.state, row.starts_at, row.ends_at) == (1, NEW, at(13), at(16))


def test_headings_that_nobody_knows_are_named_by_hand():
    unnamed = rules.read_list(bytes_of("unheard"))
    assert unnamed.columns == {}
    named = Reading(columns={"email": 3, "joined": 1, "left": 2, "name": 0})
    (row,) = read(bytes_of("unheard"), reading=named).rows
    assert (row.place_id, row.state, row.starts_at, row.ends_at) == (1, NEW, at(13), at(16))


def test_an_excel_workbook_is_read_like_the_text_of_it():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["Email", "Join", "Leave", "Learner ID"])
        sheet.write_string(1, 0, "asha@example.org")
        sheet.write_datetime(1, 1, at(18, 31).replace(tzinfo=None), form)
        sheet.write_datetime(1, 2, at(19, 2).replace(tzinfo=None), form)
    (row,) = read(buffer.getvalue()).rows
    assert (row.place_id, row.starts_at, row.ends_at) == (1, at(13, 1), at(13, 32))


def test_the_zone_that_fits_best_is_proposed():
    log = rules.read_list(b"email,join,leave\nasha@example.org,2026-08-15 13:00,2026-08-15 16:00")
    assert rules.best_zone([log], SPAN, [INDIA, "UTC", "Europe/London"]) == "UTC"
    silent = rules.read_list(b"email,minutes\nasha@example.org,20")
    assert rules.best_zone([silent], SPAN, [INDIA, "UTC"]) == INDIA


# Times


@pytest.mark.parametrize(
    ("joined", "left"),
    [
        ("2026-08-15 18:31", "2026-08-15 19:02"),
        ("2026-08-15T18:31:00", "2026-08-15T19:02:00"),
        ("2026-08-15T13:01:00Z", "2026-08-15T13:32:00+00:00"),
        ("2026-08-15 13:01 UTC", "2026-08-15 13:32 GMT"),
        ("2026-08-15 18:31 GMT+5:30", "2026-08-15 19:02 UTC+05:30"),
        ("08/15/2026 06:31:00 PM", "08/15/2026 07:02:00 PM"),
        ("8/15/26, 6:31:00\u202fPM", "8/15/26, 7:02:00\u202fp.m."),
        ("Aug 15, 2026 06:31:00 PM", "August 15, 2026, 7:02 PM"),
        ("15 August 2026 18:31", "Saturday, 15 Aug 2026 19:02"),
        ("15/08/2026 18:31", "15/08/2026 19:02"),
        ("15.08.2026 18:31", "15.08.26 19:02:00"),
        ("15-Aug-2026 18:31", "2026/08/15 19:02:00.000"),
        ("18:31", "19:02"),
        ("6:31 PM", "7:02pm"),
    ],
)
def test_times_as_tools_write_them(joined, left):
    (row,) = read(f'User Email,Join Time,Leave Time\nASHA@example.org,"{joined}","{left}"').rows
    assert (row.state, row.place_id) == (NEW, 1)
    assert (row.starts_at, row.ends_at) == (at(13, 1), at(13, 32))


def test_where_day_and_month_can_be_read_both_ways_the_session_decides():
    start = dt.datetime(2026, 7, 8, 13, 0, tzinfo=dt.UTC)
    span = Span(start, start + dt.timedelta(hours=3), INDIA)
    for cell in ("07/08/2026 18:30", "08/07/2026 18:30"):
        (row,) = read(f"email,join,minutes\nasha@example.org,{cell},60", span=span).rows
        assert row.starts_at == start


def test_an_hour_that_a_clock_shows_twice_is_the_one_of_the_session():
    start = dt.datetime(2026, 10, 25, 1, 0, tzinfo=dt.UTC)
    span = Span(start, start + dt.timedelta(hours=2), "Europe/London")
    (row,) = read("email,join,minutes\nasha@example.org,2026-10-25 01:10,60", span=span).rows
    assert row.starts_at == start + dt.timedelta(minutes=10)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("131", 131), ("131.5", 131.5), ("2:11", 131), ("1:00:30", 60.5), ("2h 11m", 131), ("2h 11m 30s", 131.5),
        ("1 hr 57 min", 117), ("2 hours", 120), ("57 mins", 57), ("45 seconds", 0.75),
    ],
)  # fmt: skip
def test_minutes_as_tools_write_them(cell, minutes):
    (row,) = read(f"email;Duration (Minutes)\nasha@example.org;{cell}").rows
    assert row.ends_at - row.starts_at == dt.timedelta(minutes=minutes)
    assert row.starts_at == START


def test_minutes_of_several_rows_and_files_are_laid_end_to_end():
    text = b"email,minutes\nasha@example.org,30\nasha@example.org,40\n"
    logs = [rules.read_list(text), rules.read_list(b"email,minutes\nasha@example.org,20\n")]
    rows = rules.plan(logs, SPAN, GROUND).rows
    assert [(row.file, row.starts_at, row.ends_at) for row in rows] == [
        (0, at(13), at(13, 30)),
        (0, at(13, 30), at(14, 10)),
        (1, at(14, 10), at(14, 30)),
    ]


# Who


def test_a_namesake_gets_no_credit():
    rows = read("name,email,join,leave\nAsha Rao,,18:30,21:30\nAsha Rao,asha@elsewhere.org,18:30,21:30").rows
    assert [(row.state, row.place_id) for row in rows] == [(WAITS, None), (WAITS, None)]
    assert [row.key for row in rows] == ["name:asha rao", "address:asha@elsewhere.org"]


def test_an_external_id_is_enough_and_must_not_contradict_the_address():
    (row,) = read("External ID,Join,Leave\ne-2,18:30,21:30").rows
    assert (row.place_id, row.state) == (2, NEW)
    (row,) = read("External ID,email,Join,Leave\ne-2,asha@example.org,18:30,21:30").rows
    assert row.state is RowState.WRONG


def test_an_address_that_was_said_to_be_theirs_matches_and_says_so():
    ground = Ground(PEOPLE, aliases={"ash@private.example": 1})
    (row,) = read("email,join,leave\nash@private.example,18:30,21:30", ground).rows
    assert (row.place_id, row.state) == (1, NEW)
    assert row.words == "By the address ash@private.example, which is theirs too."


def test_what_was_said_of_a_name_in_this_session_holds_for_its_later_lists():
    text = "name,email,join,leave\niPhone,,18:30,19:30"

    def decided(state, place_id=None):
        return Ground(PEOPLE, decided={"name:iphone": Decided(state, place_id, frozenset())})

    (row,) = read(text, decided(NameState.ASSIGNED, 3)).rows
    assert (row.place_id, row.state) == (3, NEW)
    assert [row.state for row in read(text, decided(NameState.GUEST)).rows] == [RowState.GUEST]
    assert [row.state for row in read(text, decided(NameState.IGNORED)).rows] == [RowState.IGNORED]


def test_guests_of_an_open_session_are_kept_apart_but_not_who_may_be_a_learner():
    ground = Ground(PEOPLE, open_doors=True)
    rows = read(
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
        "Open Guest,guest@elsewhere.example,18:30,19:30,60,Yes\n"
        "Bela,bela.private@elsewhere.example,18:30,19:30,60,Yes\n"
        "No Address,,18:30,19:30,60,Yes\n",
        ground,
    ).rows
    assert [row.state for row in rows] == [RowState.GUEST, WAITS, WAITS]
    assert [row.state for row in read("name,email,join,leave,guest\nG,g@x.example,18:30,19:30,yes").rows] == [
        WAITS
    ]


def test_somebody_for_whom_the_session_does_not_count_is_named():
    (row,) = read(
        "email,join,leave\nlate@example.org,18:30,19:30", Ground(PEOPLE, off={"late@example.org": "Lata"})
    ).rows
    assert (row.state, row.place_id) == (RowState.OFF, None)
    assert "Lata" in row.words


def test_the_same_rows_again_are_known():
    text = "email,join,leave\nasha@example.org,18:30,19:00\nasha@example.org,18:30,19:00"
    first = read(text)
    assert [row.state for row in first.rows] == [NEW, KNOWN]
    known = frozenset((row.place_id, row.starts_at, row.ends_at) for row in first.new)
    assert read(text, Ground(PEOPLE, known=known)).new == ()


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ("asha@example.org,soon,later,", RowState.WRONG),
        ("asha@example.org,19:00,2026-08-15 18:00,", RowState.WRONG),
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
    "text", ["", "  \n", "hello", "email\nasha@example.org", "x" * 4_000_000, b"PK\x03\x04 no"]
)
def test_what_is_not_such_a_list_is_refused(text):
    with pytest.raises(Unreadable):
        read(text)


# Properties


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Unreadable):
        read("email,join,leave,minutes\n" + text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body):
    with contextlib.suppress(Unreadable):
        read(body)


rows = st.lists(
    st.tuples(
        st.sampled_from(["asha@example.org", "bela@example.org", "x@example.org", ""]),
        st.integers(0, 300),
        st.integers(0, 120),
    ),
    min_size=1,
    max_size=12,
)


@given(rows)
def test_a_list_that_was_recorded_says_nothing_new_the_second_time(seen):
    lines = [
        f"n{number},{address},{(at(12) + dt.timedelta(minutes=first)).isoformat()},{minutes}"
        for number, (address, first, minutes) in enumerate(seen)
    ]
    text = "name,email,join,minutes\n" + "\n".join(lines)
    first = read(text)
    spans: dict[str, set] = {}
    for row in first.of(WAITS):
        spans.setdefault(row.key, set()).add((row.starts_at, row.ends_at))
    ground = Ground(
        PEOPLE,
        known=frozenset((row.place_id, row.starts_at, row.ends_at) for row in first.new),
        decided={key: Decided(NameState.WAITS, None, frozenset(each)) for key, each in spans.items()},
    )
    assert read(text, ground).of(NEW, WAITS) == ()


@given(rows)
def test_a_row_is_kept_and_read_back_as_it_was(seen):
    plan = read("email,join,minutes\n" + "\n".join(f"{a},18:{b % 60:02d},{c}" for a, b, c in seen))
    assert tuple(Row.of(row.as_dict()) for row in plan.rows) == plan.rows
