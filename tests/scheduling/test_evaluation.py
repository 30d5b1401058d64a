"""Dating a graph: what each expression means, in which zone, and what is refused."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.scheduling.rules import (
    Calendar,
    ItemKind,
    Moved,
    Unschedulable,
    anchor_words,
    evaluate,
    first_monday,
    hanging_on,
    items_of,
    wall_instant,
)
from tests.scheduling.graphs import MONDAY, ZONES, calendar, shipped


def specs(*given: tuple[str, str, dict]):
    return [item for key, kind, spec in given for item in items_of(key, kind, spec)]


def session(key: str, at: str, minutes: int = 180):
    return key, "live_session", {"at": at, "minutes": minutes}


def quiz(key: str, opens: str, due: str):
    return key, "quiz", {"opens": opens, "due": due}


def local(instant: dt.datetime, zone: str = "Asia/Kolkata") -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("expression", "falls"),
    [
        ("cohort.start", "Mon 2026-09-07 00:00"),
        ("cohort.start + 14d @ 09:30", "Mon 2026-09-21 09:30"),
        ("week 1 Sat 18:30", "Sat 2026-09-12 18:30"),
        ("week 12", "Mon 2026-11-23 00:00"),
        ("teach 11 Sat 18:30", "Sat 2026-11-21 18:30"),
        ("teach 12 Sat 18:30", "Sat 2026-12-05 18:30"),
        ("session(s5).start", "Sat 2026-10-10 18:30"),
        ("session(s5).end", "Sat 2026-10-10 21:30"),
        ("session(s5).end + 48h", "Mon 2026-10-12 21:30"),
        ("session(s5).start - 3d @ 23:59", "Wed 2026-10-07 23:59"),
        ("session(s5).start + 1d @ 23:59", "Sun 2026-10-11 23:59"),
        ("session(s5).start + 90min", "Sat 2026-10-10 20:00"),
        ("round(ps).open", "Mon 2026-09-28 09:00"),
        ("round(ps).close", "Fri 2026-10-02 21:00"),
        ("milestone(m1).due", "Sun 2026-11-01 23:59"),
        ("milestone(m1).approved + 30d", "Tue 2026-12-01 23:59"),
    ],
)
def test_what_an_expression_means(expression, falls):
    items = specs(
        session("s5", "week 5 Sat 18:30"),
        ("ps", "simulation", {"opens": "week 4 Mon 09:00", "closes": "week 4 Fri 21:00"}),
        ("m1", "milestone", {"opens": "week 6 Mon 09:00", "due": "week 8 Sun 23:59"}),
        ("it", "event", {"at": expression}),
    )
    assert local(evaluate(items, calendar())["it"].starts_at) == falls


def test_what_hangs_on_an_approval_follows_it_once_it_is_recorded():
    items = specs(
        ("m1", "milestone", {"opens": "week 1 Mon", "due": "week 2 Sun 23:59"}),
        ("m2", "milestone", {"opens": "milestone(m1).approved", "due": "milestone(m1).approved + 14d"}),
    )
    approved = dt.datetime(2026, 9, 15, 8, tzinfo=dt.UTC)
    dates = evaluate(items, calendar(), facts={("m1", "approved"): approved})
    assert dates["m2"].starts_at == approved
    assert dates["m2"].ends_at == approved + dt.timedelta(days=14)


@pytest.mark.parametrize(
    ("starts_on", "monday"),
    [
        (dt.date(2026, 9, 7), dt.date(2026, 9, 7)),
        (dt.date(2026, 9, 8), dt.date(2026, 9, 14)),
        (dt.date(2026, 9, 13), dt.date(2026, 9, 14)),
    ],
)
def test_week_one_begins_on_the_monday_on_or_after_the_start(starts_on, monday):
    assert first_monday(starts_on) == monday


def test_a_ring_is_found_and_named():
    items = specs(
        quiz("a", "session(b).start", "session(b).start + 1d"), session("b", "session(c).start"),
        session("c", "session(b).end"),
    )  # fmt: skip
    with pytest.raises(Unschedulable, match="ring") as refused:
        evaluate(items, calendar())
    assert refused.value.details["items"] in ("b → c → b", "c → b → c")


NAMES = "abcdef"


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), max_size=6))
def test_there_are_dates_exactly_when_nothing_hangs_on_itself(hangs_on):
    """`hangs_on`: a session → the one after whose end it begins; the others stand in the calendar."""
    items = specs(
        *(
            session(name, f"session({hangs_on[name]}).end + 1d" if name in hangs_on else "week 2 Sat 18:30")
            for name in NAMES
        )
    )

    def ringed(name):
        seen = []
        while name in hangs_on and name not in seen:
            seen.append(name)
            name = hangs_on[name]
        return name in seen

    if any(ringed(name) for name in NAMES):
        with pytest.raises(Unschedulable, match="ring"):
            evaluate(items, calendar())
        return
    dates = evaluate(items, calendar())
    assert all(dates[name].starts_at > dates[target].ends_at for name, target in hangs_on.items())


def test_what_hangs_on_nothing_is_refused():
    with pytest.raises(Unschedulable, match="“s9”, which has no date"):
        evaluate(specs(quiz("a", "session(s9).start", "week 2 Sun")), calendar())


def test_a_calendar_that_is_too_short_is_refused():
    with pytest.raises(Unschedulable, match="teaching week 4"):
        evaluate(specs(session("s", "teach 4 Sat 18:30")), Calendar(MONDAY, 4, (2,), "UTC"))


def test_a_session_that_moves_keeps_its_length_and_takes_along_what_hangs_on_it():
    items = specs(
        session("s", "week 2 Sat 18:30", 90), quiz("q", "week 2 Mon", "session(s).start + 1d @ 23:59")
    )
    moved = dt.datetime(2026, 9, 22, 12, tzinfo=dt.UTC)
    dates = evaluate(items, calendar(), moved={"s": Moved(starts_at=moved)})
    assert (dates["s"].ends_at - dates["s"].starts_at) == dt.timedelta(minutes=90)
    assert local(dates["q"].ends_at) == "Wed 2026-09-23 23:59"


# Six zones: wall times stay wall times when the clocks change -------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_the_whole_programme_keeps_its_wall_times_all_year(zone):
    dates = evaluate(shipped().values(), calendar(zone))
    lectures = [f"s{number}" for number in range(1, 36)]
    assert {local(dates[key].starts_at, zone)[-5:] for key in lectures} == {"18:30"}
    assert {local(dates[key].starts_at, zone)[:3] for key in lectures} == {"Sat"}
    due = [dates[key].ends_at for key in ("q1", "q6", "q11", "a-1", "b-2", "m2")]
    assert {local(at, zone)[-5:] for at in due} == {"23:59"}


def test_a_day_is_a_day_on_the_calendar_and_24_hours_are_exact():
    items = specs(
        session("s", "cohort.start + 0d @ 01:00"),
        ("day", "event", {"at": "session(s).start + 1d"}),
        ("hours", "event", {"at": "session(s).start + 24h"}),
    )
    sunday_before_change = Calendar(dt.date(2026, 3, 28), 52, (), "Europe/London")
    dates = evaluate(items, sunday_before_change)
    assert local(dates["hours"].starts_at, "Europe/London") == "Sun 2026-03-29 02:00"
    assert local(dates["day"].starts_at, "UTC") == "Sun 2026-03-29 01:00"


@pytest.mark.parametrize(
    ("zone", "day", "time", "expected"),
    [
        ("Europe/London", dt.date(2026, 3, 29), dt.time(1, 30), None),
        ("Europe/London", dt.date(2026, 3, 29), dt.time(2, 30), "2026-03-29 01:30"),
        ("Europe/London", dt.date(2026, 10, 25), dt.time(1, 30), "2026-10-25 00:30"),
        ("America/New_York", dt.date(2026, 3, 8), dt.time(2, 30), None),
        ("America/New_York", dt.date(2026, 11, 1), dt.time(1, 30), "2026-11-01 05:30"),
        ("America/Sao_Paulo", dt.date(2018, 11, 4), dt.time(0, 30), None),
        ("America/Sao_Paulo", dt.date(2026, 11, 1), dt.time(0, 30), "2026-11-01 03:30"),
        ("Asia/Kolkata", dt.date(2026, 3, 29), dt.time(2, 30), "2026-03-28 21:00"),
        ("Asia/Dubai", dt.date(2026, 3, 29), dt.time(2, 30), "2026-03-28 22:30"),
        ("Australia/Lord_Howe", dt.date(2026, 10, 4), dt.time(2, 15), None),
        ("Australia/Lord_Howe", dt.date(2026, 10, 4), dt.time(2, 30), "2026-10-03 15:30"),
        ("Australia/Lord_Howe", dt.date(2026, 4, 5), dt.time(1, 45), "2026-04-04 14:45"),
    ],
)
def test_a_wall_time_is_an_instant_unless_the_clocks_jump_over_it(zone, day, time, expected):
    instant = wall_instant(day, time, zone)
    assert (f"{instant:%Y-%m-%d %H:%M}" if instant else None) == expected


@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)),
    time=st.times().map(lambda time: time.replace(second=0, microsecond=0)),
)
def test_a_wall_time_reads_back_as_it_was_written(zone, day, time):
    instant = wall_instant(day, time, zone)
    if instant is not None:
        there = instant.astimezone(ZoneInfo(zone))
        assert (there.date(), there.time()) == (day, time)


# Properties ---------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(zone=st.sampled_from(ZONES), start=st.dates(dt.date(2025, 1, 1), dt.date(2031, 1, 1)), data=st.data())
def test_evaluation_is_pure_and_in_order(zone, start, data):
    breaks = tuple(data.draw(st.lists(st.integers(2, 52), min_size=3, max_size=3, unique=True)))
    weeks = Calendar(first_monday(start), 52, breaks, zone)
    items = list(shipped().values())
    shuffled = random.Random(data.draw(st.integers(0, 999))).sample(items, len(items))
    first, second = evaluate(items, weeks), evaluate(shuffled, weeks)
    assert first == second
    assert all(at.starts_at <= at.ends_at for at in first.values())


@settings(max_examples=40)
@given(
    key=st.sampled_from([f"s{number}" for number in range(1, 36)]),
    days=st.integers(-6, 40),
    zone=st.sampled_from(ZONES),
)
def test_a_move_touches_only_what_hangs_on_it_and_a_pin_stays(key, days, zone):
    specs_ = shipped()
    was = evaluate(specs_.values(), calendar(zone))
    wanted = was[key].starts_at + dt.timedelta(days=days)
    now = evaluate(specs_.values(), calendar(zone), moved={key: Moved(starts_at=wanted)})
    assert now[key].starts_at == wanted
    touched = {each for each in was if was[each] != now[each]}
    assert touched <= {key, *hanging_on(specs_.values(), key)}


@settings(max_examples=25)
@given(week=st.integers(2, 51))
def test_a_pinned_item_does_not_move_with_a_break(week):
    specs_ = shipped()
    was = evaluate(specs_.values(), calendar(breaks=(12, 20, 45)))
    pin = {"s20": Moved(starts_at=was["s20"].starts_at)}
    breaks = tuple(sorted({12, 45, week if week not in (12, 45) else 20}))
    assert evaluate(specs_.values(), calendar(breaks=breaks), moved=pin)["s20"] == was["s20"]


def test_hanging_is_transitive_and_counts_steps():
    items = specs(
        session("s", "week 2 Sat 18:30"),
        session("t", "session(s).end + 7d"),
        quiz("q", "week 2 Mon", "session(t).start"),
        quiz("r", "week 2 Mon", "week 3 Sun"),
    )
    assert hanging_on(items, "s") == {"t": 1, "q": 2}
    assert hanging_on(items, "r") == {}


def test_the_kinds_of_dates():
    kinds = {
        item.key: (item.kind, item.staff_only)
        for item in specs(
            session("s", "week 1 Sat 18:30"),
            ("th", "discussion", {"opens": "week 1 Mon", "first_post": "week 1 Wed", "closes": "week 2 Sun"}),
            ("d", "event", {"at": "week 1 Mon"}),
            ("b", "event", {"at": "week 1 Mon", "minutes": 60, "audience": "staff"}),
            ("r", "reading", {"opens": "week 1 Mon"}),
        )
    }
    assert kinds == {
        "s": (ItemKind.SESSION, False),
        "th": (ItemKind.WINDOW, False),
        "th.first-post": (ItemKind.INSTANT, False),
        "d": (ItemKind.INSTANT, False),
        "b": (ItemKind.SESSION, True),
        "r": (ItemKind.WINDOW, False),
    }


@pytest.mark.parametrize(
    ("expression", "weekday", "words"),
    [
        ("teach 5 Mon 09:00", 0, "Monday of teaching week 5, 09:00"),
        ("week 10 Wed 17:00", 2, "Wednesday of calendar week 10, 17:00"),
        ("week 52 Mon 10:00 + 14d", 0, "14 days after Monday of calendar week 52, 10:00"),
        ("session(s5).start", 5, "the start of lecture S5"),
        ("session(s5).start + 1d @ 23:59", 6, "the Sunday after lecture S5, 23:59"),
        ("session(s5).start - 3d @ 23:59", 2, "the Wednesday before lecture S5, 23:59"),
        ("session(s5).start + 0d @ 23:59", 5, "the day of lecture S5, 23:59"),
        ("session(s5).start + 8d @ 23:59", 6, "8 days after the start of lecture S5, 23:59"),
        ("session(s5).end + 48h", 0, "48 hours after the end of lecture S5"),
        ("session(s5).start - 90min", 5, "1 hour and 30 minutes before the start of lecture S5"),
        ("milestone(m1).approved + 30d", 1, "30 days after the approval of M1 (its due date until then)"),
        ("milestone(m1).due", 6, "the day M1 is due"),
        ("round(ps).close", 4, "the close of round 1"),
        ("cohort.start + 1d", 1, "1 day after the cohort's first Monday"),
    ],
)
def test_an_anchor_in_words(expression, weekday, words):
    assert anchor_words(expression, {"s5": "lecture S5", "m1": "M1", "ps": "round 1"}, weekday) == words
