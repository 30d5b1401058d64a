"""Rules of calendars: what goes where, how often it was revised, who is told what by an invitation."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.integrations import rules
from lms.integrations.calendar import Part, uid_of
from lms.integrations.rules import AHEAD, Act, Known, Wanted, next_act
from lms.integrations.rules.calendars import OwnSetting

NOW = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SOON, LATER = NOW + DAY, NOW + 2 * DAY


@pytest.mark.parametrize(
    ("activity", "item", "part", "title"),
    [
        ("live_session", "session", Part.SESSIONS, "X"),
        ("masterclass", "session", Part.SESSIONS, "X"),
        ("event", "session", Part.SESSIONS, "X"),
        ("event", "instant", Part.SESSIONS, "X"),
        ("assignment", "window", Part.DEADLINES, "Due: X"),
        ("discussion", "instant", Part.DEADLINES, "Due: X"),
        ("reading", "window", Part.READINGS, "Read: X"),
    ],
)
def test_where_an_item_goes_and_what_it_is_called(activity, item, part, title):
    assert (rules.part_of(activity, item), rules.summary("X", activity, item)) == (part, title)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3.0", "Thunderbird"),
        ("macOS/14.5 (23F79) dataaccessd/1.0", "Apple Calendar on a phone"),
        ("macOS/14.5 (23F79) CalendarAgent/1011", "Apple Calendar"),
        ("Microsoft Exchange/15.20", "Outlook"),
        ("khal-thing/1.0", "khal-thing"),
        ("", ""),
        ("<script>", ""),
        ("x" * 500, "x" * 40),
    ],
)
def test_what_people_call_the_program_that_fetched(agent, name):
    assert rules.client_name(agent) == name


@pytest.mark.parametrize(("days", "there"), [(0, True), (29, True), (30, False)])
def test_something_cancelled_stays_thirty_days(days, there):
    assert rules.in_feed(cancelled=True, modified_at=NOW - days * DAY, now=NOW) is there
    assert rules.in_feed(cancelled=False, modified_at=NOW - days * DAY, now=NOW)


SETTINGS = st.lists(
    st.tuples(st.sampled_from([None, 1, 2]), st.booleans()).map(lambda pair: OwnSetting(*pair)), max_size=6
)


@given(
    before=SETTINGS,
    more=SETTINGS,
    story=st.integers(1, 6),
    events=st.integers(0, 3),
    left=st.lists(st.sampled_from([1, 2]), max_size=3),
)
def test_revisions_never_fall_whatever_is_set_taken_back_or_left(before, more, story, events, left):
    first = rules.own_revisions(before, story=story, left_teams=left[:1])
    revoked = [OwnSetting(each.team_id, revoked=True) for each in before]
    assert rules.own_revisions([*before, *more], story=story + events, left_teams=left) >= first
    assert rules.own_revisions(revoked, story=story, left_teams=left) >= first


def test_a_uid_hangs_on_nothing_that_can_be_changed():
    made = NOW + dt.timedelta(microseconds=17)
    here = uid_of(7, made, "s5")
    assert here == uid_of(7, made.astimezone(dt.timezone(5 * HOUR)), "s5")
    assert len({here, uid_of(8, made, "s5"), uid_of(7, made, "s6"), uid_of(7, made + DAY, "s5")}) == 4


# Invitations --------------------------------------------------------------------------------------------------------


def wanted(at=SOON, *, cancelled=False, sequence=0, invite=True):
    return Wanted(at, at + HOUR, cancelled, sequence, invite)


def known(at=SOON, *, cancelled=False, sequence=0, extra=0):
    return Known(at, at + HOUR, cancelled, sequence, extra)


def request(at, sequence, extra=0):
    return Act(False, at, at + HOUR, sequence, extra)


def cancel(at, sequence, extra=0):
    return Act(True, at, at + HOUR, sequence, extra)


@pytest.mark.parametrize(
    ("now_is", "was_told", "act"),
    [
        (wanted(), None, request(SOON, 0)),
        (wanted(NOW + AHEAD + HOUR), None, None),
        (wanted(NOW - HOUR), None, None),
        (wanted(invite=False), None, None),
        (wanted(cancelled=True), None, None),
        (None, None, None),
        (wanted(), known(), None),
        (wanted(sequence=2), known(), None),  # there and back: what they have is right
        (wanted(LATER, sequence=1), known(), request(LATER, 1)),
        (wanted(LATER, sequence=0), known(), request(LATER, 1, 1)),
        (wanted(LATER, sequence=1, invite=False), known(), request(LATER, 1)),
        (wanted(NOW + AHEAD + DAY, sequence=1), known(), request(NOW + AHEAD + DAY, 1)),
        (wanted(cancelled=True, sequence=1), known(), cancel(SOON, 1)),
        (None, known(), cancel(SOON, 1, 1)),
        (None, known(NOW - DAY), None),
        (wanted(NOW - DAY), known(NOW - 2 * DAY), None),
        (wanted(cancelled=True, sequence=1), known(cancelled=True, sequence=1), None),
        (wanted(), known(cancelled=True, sequence=1, extra=1), request(SOON, 2, 2)),
        (wanted(sequence=5), known(cancelled=True, sequence=1, extra=1), request(SOON, 6, 1)),
    ],
)
def test_who_is_told_what(now_is, was_told, act):
    assert next_act(now_is, was_told, now=NOW) == act


STATES = st.one_of(
    st.none(),
    st.builds(
        wanted,
        st.integers(1, 40).map(lambda days: NOW + days * DAY),
        cancelled=st.booleans(),
        invite=st.booleans(),
    ),
)


@given(st.lists(STATES, min_size=1, max_size=5), st.data())
def test_whatever_happens_and_in_whatever_order_mails_arrive_the_calendar_is_right(states, data):
    base, told, mails, last = 0, None, [], None
    for each in states:
        base += data.draw(st.integers(0, 2)) if last is not None or each is not None else 0
        state = each and Wanted(each.starts_at, each.ends_at, each.cancelled, base, each.invite)
        act = next_act(state, told, now=NOW)
        assert next_act(state, told, now=NOW) == act
        if act:
            mails.append(act)
            told = Known(act.starts_at, act.ends_at, act.cancel, act.sequence, act.extra)
        assert next_act(state, told, now=NOW) is None, "the same state again tells nobody anything"
        last = state
    assert [mail.sequence for mail in mails] == sorted({mail.sequence for mail in mails})
    for order in itertools.islice(itertools.permutations(mails), 24):
        shown = None
        for mail in order:
            if shown is None or mail.sequence > shown.sequence:
                shown = mail
        has_it = shown is not None and not shown.cancel
        if last is None or last.cancelled:
            assert not has_it
        elif has_it:
            assert (shown.starts_at, shown.ends_at) == (last.starts_at, last.ends_at)
        else:
            assert not last.invite or last.starts_at > NOW + AHEAD
