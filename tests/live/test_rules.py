"""Attendance from evidence: truth tables, and properties over any ledger."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.enrolment.rules import Days, Interval
from lms.live import rules
from lms.live.rules import (
    Bounds,
    Count,
    Evidence,
    EvidenceKind,
    JoinState,
    LiveRefusal,
    Meeting,
    Membership,
    Slot,
    Teacher,
    Verdict,
)

START = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
END = START + dt.timedelta(hours=3)
DAY = dt.date(2026, 8, 15)
BOUNDS = Bounds(Fraction(3, 4), Fraction(1, 2))
OPEN = Meeting(START, END, DAY)
CLOSED = Meeting(START, END, DAY, closed=True)
PRESENT, HALF, ABSENT, EXCUSED, UNMARKED = (
    Verdict.PRESENT,
    Verdict.HALF,
    Verdict.ABSENT,
    Verdict.EXCUSED,
    Verdict.UNMARKED,
)
K = EvidenceKind


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


def ledger(*entries):
    """Entries in order: (kind, value) or ("interval", from minute, to minute)."""
    found = []
    for number, (kind, *rest) in enumerate(entries, start=1):
        if kind is K.INTERVAL:
            found.append(Evidence(number, kind, START, None, at(rest[0]), at(rest[1])))
        else:
            found.append(Evidence(number, kind, START, *rest))
    return found


@pytest.mark.parametrize(
    ("entries", "while_open", "when_closed"),
    [
        ([], UNMARKED, ABSENT),
        ([(K.JOIN_CLICK,)], UNMARKED, ABSENT),
        ([(K.JOIN_CLICK,), (K.JOIN_CLICK,), (K.SELF_CODE, 1.0)], PRESENT, PRESENT),
        ([(K.ROSTER, 1.0)], PRESENT, PRESENT),
        ([(K.ROSTER, 0.5)], HALF, HALF),
        ([(K.ROSTER, 0.0)], ABSENT, ABSENT),
        ([(K.ROSTER, 0.0), (K.ROSTER, 1.0)], PRESENT, PRESENT),
        ([(K.ROSTER, 1.0), (K.ROSTER, None)], UNMARKED, ABSENT),
        ([(K.INTERVAL, 0, 135)], PRESENT, PRESENT),
        ([(K.INTERVAL, 0, 134)], HALF, HALF),
        ([(K.INTERVAL, 0, 90)], HALF, HALF),
        ([(K.INTERVAL, 0, 89)], UNMARKED, ABSENT),
        ([(K.INTERVAL, 0, 89), (K.SELF_CODE, 1.0)], PRESENT, ABSENT),
        ([(K.SELF_CODE, 1.0), (K.INTERVAL, 0, 100)], HALF, HALF),
        ([(K.INTERVAL, 0, 180), (K.MAKE_UP, 0.5)], HALF, HALF),
        ([(K.MAKE_UP, 1.0), (K.ROSTER, 0.0)], PRESENT, PRESENT),
        ([(K.ROSTER, 0.5), (K.MAKE_UP, 1.0), (K.MAKE_UP, None)], HALF, HALF),
        ([(K.ROSTER, 1.0), (K.EXCUSE, 1.0)], EXCUSED, EXCUSED),
        ([(K.EXCUSE, 1.0), (K.EXCUSE, None)], UNMARKED, ABSENT),
        ([(K.EXCUSE, 1.0), (K.EXCUSE, None), (K.ROSTER, 0.5)], HALF, HALF),
        ([(K.EXCUSE, 1.0), (K.OVERRIDE, 0.0)], ABSENT, ABSENT),
        ([(K.OVERRIDE, 1.0), (K.ROSTER, 0.0), (K.INTERVAL, 0, 10)], PRESENT, PRESENT),
        ([(K.OVERRIDE, 1.0), (K.ROSTER, 0.0), (K.OVERRIDE, None)], ABSENT, ABSENT),
    ],
)
def test_the_strongest_evidence_decides(entries, while_open, when_closed):
    assert rules.judge(ledger(*entries), OPEN, BOUNDS).verdict is while_open
    assert rules.judge(ledger(*entries), CLOSED, BOUNDS).verdict is when_closed


def test_four_dropped_lines_and_two_devices_count_once():
    found = ledger(
        (K.INTERVAL, -20, 30),
        (K.INTERVAL, 31, 60),
        (K.INTERVAL, 40, 100),
        (K.INTERVAL, 41, 99),
        (K.INTERVAL, 110, 400),
    )
    judged = rules.judge(found, OPEN, BOUNDS)
    assert judged.trace["minutes"] == 169
    assert judged.trace["scheduled_minutes"] == 180
    assert judged.verdict is PRESENT


def test_a_session_that_overruns_punishes_nobody_who_left_on_time():
    judged = rules.judge(ledger((K.INTERVAL, 0, 180)), OPEN, BOUNDS)
    assert judged.trace["weighed"][0]["share"] == [1, 1]


def span(first: int, until: int | None) -> Interval:
    """Days around the session's own: 0 is its day."""
    day = dt.timedelta(days=1)
    return Interval(DAY + first * day, DAY + until * day if until is not None else None)


def held(*days: tuple[int, int | None], from_joining: bool = True) -> Membership:
    return Membership(Days(tuple(span(*each) for each in days)), from_joining=from_joining)


def away(*leaves: tuple[int, int | None]) -> Membership:
    return Membership(Days((span(-30, None),), tuple(span(*each) for each in leaves)))


@pytest.mark.parametrize(
    ("member", "counts"),
    [
        (Membership(), True),
        (held((0, None)), True),
        (held((1, None)), False),
        (held((1, None), from_joining=False), True),
        (held((-9, 0)), False),
        (held((-9, 0), from_joining=False), False),
        (held((-9, 1)), True),
        (held((-9, -5), (0, None)), True),
        (held((-9, -5), (1, None)), False),
    ],
)
def test_sessions_outside_the_membership_leave_the_denominator(member, counts):
    judged = rules.judge(ledger((K.ROSTER, 1.0)), CLOSED, BOUNDS, member)
    assert judged.verdict is (PRESENT if counts else EXCUSED)


def test_a_cancelled_session_leaves_everybodys_denominator_whatever_was_ticked():
    cancelled = Meeting(START, END, DAY, closed=True, cancelled=True)
    judged = rules.judge(ledger((K.OVERRIDE, 0.0)), cancelled, BOUNDS)
    assert judged.verdict is EXCUSED
    assert judged.trace["why"] == "Cancelled by the provider"


@pytest.mark.parametrize(
    ("entries", "meeting", "verdict"),
    [
        ((), OPEN, UNMARKED),
        ((), CLOSED, EXCUSED),
        (((K.JOIN_CLICK,),), OPEN, UNMARKED),
        (((K.ROSTER, 1.0),), OPEN, PRESENT),
        (((K.ROSTER, 1.0),), CLOSED, PRESENT),
        (((K.ROSTER, 0.5),), CLOSED, EXCUSED),
        (((K.ROSTER, 0.0),), OPEN, EXCUSED),
        (((K.ROSTER, 0.0),), CLOSED, EXCUSED),
        (((K.INTERVAL, 0, 180),), CLOSED, PRESENT),
        (((K.INTERVAL, 0, 100),), CLOSED, EXCUSED),
        (((K.MAKE_UP, 1.0),), CLOSED, PRESENT),
        (((K.EXCUSE, 1.0),), CLOSED, EXCUSED),
        (((K.OVERRIDE, 0.0),), CLOSED, ABSENT),
        (((K.OVERRIDE, 0.5),), CLOSED, Verdict.HALF),
    ],
)
def test_a_session_during_a_leave_counts_only_for_who_was_there_in_full_or_by_decision(
    entries, meeting, verdict
):
    assert rules.judge(ledger(*entries), meeting, BOUNDS, away((-3, 4))).verdict is verdict


@pytest.mark.parametrize(
    ("leave", "verdict", "why"),
    [
        ((-3, None), EXCUSED, "On leave since 12 August 2026"),
        ((0, 1), EXCUSED, "On leave from 15 August 2026 until the return on 16 August 2026"),
        ((-3, 0), ABSENT, "Nothing shows attendance, and the roster is closed"),
        ((1, 4), ABSENT, "Nothing shows attendance, and the roster is closed"),
    ],
)
def test_a_leave_begins_on_its_first_day_and_ends_before_the_return(leave, verdict, why):
    judged = rules.judge([], CLOSED, BOUNDS, away(leave))
    assert (judged.verdict, judged.trace["why"]) == (verdict, why)
    assert judged.trace["decided_by"] == (rules.LEAVE if verdict is EXCUSED else "")


def test_the_trace_shows_everything_weighed_with_the_bounds():
    found = ledger((K.JOIN_CLICK,), (K.INTERVAL, 0, 120), (K.ROSTER, 1.0))
    trace = rules.judge(found, OPEN, BOUNDS).trace
    assert trace["why"] == "Marked on the roster"
    assert trace["decided_by"] == "roster"
    assert [line["kind"] for line in trace["weighed"]] == ["roster", "interval", "join click"]
    assert (trace["full_from"], trace["half_from"]) == (0.75, 0.5)


minutes = st.integers(-300, 500)
spans = st.lists(st.tuples(minutes, minutes).map(sorted), max_size=12)


@given(spans)
def test_a_share_lies_between_nothing_and_all(found):
    share = rules.share([(at(a), at(b)) for a, b in found], START, END)
    assert 0 <= share <= 1


@given(spans)
def test_merged_minutes_are_the_minutes_covered(found):
    share = rules.share([(at(a), at(b)) for a, b in found], START, END)
    covered = {minute for a, b in found for minute in range(max(a, 0), min(b, 180))}
    assert share == Fraction(len(covered), 180)


@given(spans, spans)
def test_more_minutes_never_mean_less(first, second):
    def pairs(found):
        return [(at(a), at(b)) for a, b in found]

    assert rules.share(pairs(first + second), START, END) >= rules.share(pairs(first), START, END)


kinds = st.sampled_from([K.ROSTER, K.OVERRIDE, K.EXCUSE, K.MAKE_UP, K.SELF_CODE])
values = st.sampled_from([None, 0.0, 0.5, 1.0])


@given(st.lists(st.tuples(kinds, values), max_size=10), st.booleans())
def test_a_press_of_the_join_button_changes_nothing(entries, closed):
    meeting = CLOSED if closed else OPEN
    clicks = [(K.JOIN_CLICK,)] * 3
    without = rules.judge(ledger(*entries), meeting, BOUNDS)
    assert rules.judge(ledger(*entries, *clicks), meeting, BOUNDS).verdict is without.verdict


@given(st.lists(st.tuples(kinds, values), max_size=10))
def test_a_decision_of_the_coordinator_always_holds(entries):
    found = ledger(*entries, (K.OVERRIDE, 1.0))
    assert rules.judge(found, CLOSED, BOUNDS).verdict is PRESENT


# Totals


def test_totals_are_exact_and_leave_out_what_does_not_count():
    marks = [("core", PRESENT), ("core", HALF), ("core", EXCUSED), ("data-ai", ABSENT), ("data-ai", UNMARKED)]
    found = rules.totals(marks)
    assert found.overall == Count(3, 3)
    assert found.overall.share == Fraction(1, 2)
    assert found.by_course == {"core": Count(3, 2), "data-ai": Count(0, 1)}


def test_seventy_four_point_nine_is_not_seventy_five():
    assert not Count(149, 100).reaches(0.75)
    assert Count(150, 100).reaches(0.75)
    assert Count().reaches(0.75)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(list(Verdict)))))
def test_courses_add_up_to_the_whole(marks):
    found = rules.totals(marks)
    assert sum(count.halves for count in found.by_course.values()) == found.overall.halves
    assert sum(count.sessions for count in found.by_course.values()) == found.overall.sessions
    assert found.overall.halves <= 2 * found.overall.sessions


# Joining and rosters


@pytest.mark.parametrize(
    ("minute", "cancelled", "link", "state"),
    [
        (-16, False, "x", JoinState.AHEAD),
        (-15, False, "x", JoinState.OPEN),
        (-15, False, "", JoinState.OPEN_WITHOUT_LINK),
        (179, False, "x", JoinState.OPEN),
        (180, False, "x", JoinState.OVER),
        (10, True, "x", JoinState.CANCELLED),
        (300, True, "x", JoinState.CANCELLED),
    ],
)
def test_the_room_is_open_from_fifteen_minutes_before_to_the_end(minute, cancelled, link, state):
    found = rules.join_state(
        starts_at=START, ends_at=END, cancelled=cancelled, link=link, opens_minutes=15, now=at(minute)
    )
    assert found is state
    assert (rules.why_not_join(found) is None) == (state is JoinState.OPEN)


@pytest.mark.parametrize(
    ("cancelled", "closed", "minute", "mark", "close"),
    [
        (False, False, 10, None, None),
        (True, False, 10, LiveRefusal.CANCELLED, LiveRefusal.CANCELLED),
        (False, True, 10, LiveRefusal.CLOSED, LiveRefusal.ALREADY_CLOSED),
        (False, False, -10, None, LiveRefusal.NOT_STARTED),
        (False, False, -20, LiveRefusal.NOT_BEGUN, LiveRefusal.NOT_STARTED),
    ],
)
def test_when_a_roster_can_be_marked_and_closed(cancelled, closed, minute, mark, close):
    state = {"cancelled": cancelled, "closed": closed, "starts_at": START, "now": at(minute)}
    assert rules.why_not_mark(**state, opens_minutes=15) is mark
    assert rules.why_not_close(**state) is close


@pytest.mark.parametrize(
    ("address", "fine"),
    [
        ("", True),
        ("https://meet.example.com/j/1?pwd=x", True),
        ("http://meet.example.com", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://localhost/x", False),
        ("https://user@meet.example.com", False),
        ("https://meet.example.com/a b", False),
        ("https://[", False),
        ("meet.example.com", False),
    ],
)
def test_only_full_safe_addresses_are_taken(address, fine):
    assert (rules.why_not_address(address) is None) is fine


def test_one_teacher_has_all_sessions_and_several_take_turns():
    slots = [Slot(number, "core", at(number * 10_000)) for number in range(1, 5)]
    slots += [Slot(9, "data-ai", at(5)), Slot(10, "capstone", at(6))]
    teachers = [
        Teacher(1, "core", at(-1000), None),
        Teacher(2, "core", at(-900), None),
        Teacher(3, "data-ai", at(-900), None),
        Teacher(4, "", at(-900), None),
    ]
    hosts = rules.default_hosts(slots, teachers)
    assert hosts == {1: 1, 2: 2, 3: 1, 4: 2, 9: 3, 10: 4}


def test_nobody_hosts_before_they_came_or_after_they_left():
    slots = [Slot(1, "core", at(0)), Slot(2, "core", at(100))]
    assert rules.default_hosts(slots, [Teacher(1, "core", at(50), None)]) == {1: None, 2: 1}
    assert rules.default_hosts(slots, [Teacher(1, "core", at(-50), at(50))]) == {1: 1, 2: None}


@pytest.mark.parametrize(
    ("base", "mine", "present", "others", "written", "clash"),
    [
        (UNMARKED, PRESENT, UNMARKED, False, PRESENT, False),
        (PRESENT, PRESENT, PRESENT, False, None, False),
        (UNMARKED, PRESENT, PRESENT, True, None, False),
        (UNMARKED, PRESENT, ABSENT, True, None, True),
        (PRESENT, PRESENT, ABSENT, True, None, False),
        (UNMARKED, ABSENT, PRESENT, False, ABSENT, False),
    ],
)
def test_two_hands_on_one_roster(base, mine, present, others, written, clash):
    names = frozenset({7}) if others else frozenset()
    writes, clashes = rules.merge_roster({7: base}, {7: mine}, {7: present}, names)
    assert writes == ({7: written} if written else {})
    assert bool(clashes) is clash


verdicts = st.sampled_from([PRESENT, HALF, ABSENT, EXCUSED])
rosters = st.dictionaries(st.integers(1, 6), verdicts)


@given(rosters, rosters, rosters, st.frozensets(st.integers(1, 6)))
def test_nothing_of_anothers_is_overwritten_and_nothing_of_mine_is_lost_silently(base, mine, present, others):
    writes, clashes = rules.merge_roster(base, mine, present, others)
    assert not writes.keys() & others
    told = {clash.place_id for clash in clashes}
    for place_id, wanted in mine.items():
        touched = wanted is not base.get(place_id, UNMARKED)
        arrived = wanted is present.get(place_id, UNMARKED) or writes.get(place_id) is wanted
        assert arrived or place_id in told or not touched
