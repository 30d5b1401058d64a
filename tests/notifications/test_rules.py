"""Who gets a mail, and what a change of dates means for one person."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.notifications import rules
from lms.notifications.rules import KINDS, DateChange, NoticeKind, Own, Span

START = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "choice", "on_leave", "wanted"),
    [
        (NoticeKind.MARK, None, False, True),
        (NoticeKind.MARK, True, False, True),
        (NoticeKind.MARK, False, False, False),
        (NoticeKind.MARK, None, True, True),
        (NoticeKind.SCHEDULE, False, False, True),
        (NoticeKind.SCHEDULE, None, True, False),
        (NoticeKind.RECEIPT, False, True, True),
        (NoticeKind.PLACE, False, True, True),
        (NoticeKind.ACCOUNT, False, False, True),
        (NoticeKind.DISCUSSION, True, True, False),
        (NoticeKind.ANNOUNCEMENT, None, True, True),
    ],
)
def test_who_gets_a_mail(kind, choice, on_leave, wanted):
    assert rules.wants_mail(kind, choice=choice, on_leave=on_leave) is wanted


def test_every_kind_can_be_chosen_or_says_why_not():
    assert set(KINDS) == set(NoticeKind)
    assert {kind for kind, words in KINDS.items() if words.locked} == {
        NoticeKind.SCHEDULE,
        NoticeKind.RECEIPT,
        NoticeKind.PLACE,
        NoticeKind.ACCOUNT,
    }


def change(old_end=START, new_end=START + DAY, *, was=False, cancelled=False):
    return DateChange(
        7, "B-1", "window", Span(START - 7 * DAY, old_end, was), Span(START - 7 * DAY, new_end, cancelled)
    )


def test_without_own_dates_a_change_is_what_it_is():
    assert rules.change_for(change(), []) == change()


def test_a_later_own_date_makes_the_change_none_of_theirs():
    assert rules.change_for(change(), [Own(7, START + 3 * DAY)]) is None


def test_an_own_date_in_between_shows_the_change_from_there():
    found = rules.change_for(change(new_end=START + 2 * DAY), [Own(7, START + DAY)])
    assert found is not None
    assert (found.old.ends_at, found.new.ends_at) == (START + DAY, START + 2 * DAY)


def test_a_sections_date_replaces_everybodys():
    assert rules.change_for(change(), [Own(7, START - DAY, replaces=True)]) is None


def test_another_items_own_date_changes_nothing():
    assert rules.change_for(change(), [Own(8, START + 9 * DAY)]) == change()


def test_what_stays_cancelled_is_no_news():
    assert rules.change_for(change(was=True, cancelled=True), []) is None


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ([change()], "B-1 has moved"),
        ([change(cancelled=True)], "B-1 does not take place"),
        ([change(was=True)], "B-1 takes place after all"),
        ([change(), change()], "2 dates changed"),
    ],
)
def test_what_the_notice_is_called(changes, title):
    assert rules.changes_title(changes) == title


def test_long_titles_are_cut_visibly():
    assert rules.cut("x" * 300, 200).endswith(" …")
    assert len(rules.cut("x" * 300, 200)) <= 200
