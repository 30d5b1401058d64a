"""Who gets a mail, and what a change of dates means for one person."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.notifications import rules
from lms.notifications.rules import KINDS, Channel, DateChange, How, NoticeKind, Own, Span

START = dt.datetime(2026, 8, 15, 13, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


MAIL, PUSH, GATEWAY = Channel.MAIL, Channel.PUSH, Channel.GATEWAY
OFF, AT_ONCE, DIGEST, URGENT = How.OFF, How.AT_ONCE, How.DIGEST, How.URGENT


@pytest.mark.parametrize(
    ("kind", "choices", "circumstances", "by"),
    [
        (NoticeKind.MARK, {}, {}, "mail"),
        (NoticeKind.MARK, {MAIL: OFF}, {}, ""),
        (NoticeKind.MARK, {MAIL: DIGEST}, {"has_digest": True}, "digest"),
        (NoticeKind.MARK, {MAIL: DIGEST}, {}, ""),
        (NoticeKind.MARK, {MAIL: DIGEST}, {"has_digest": True, "urgent": True}, "mail push text"),
        (NoticeKind.MARK, {MAIL: OFF}, {"urgent": True}, "push text"),
        (NoticeKind.MARK, {PUSH: AT_ONCE}, {}, "mail push"),
        (NoticeKind.MARK, {PUSH: URGENT}, {}, "mail"),
        (NoticeKind.MARK, {PUSH: OFF}, {"urgent": True}, "mail text"),
        (NoticeKind.MARK, {GATEWAY: OFF}, {"urgent": True}, "mail push"),
        (NoticeKind.MARK, {}, {"on_leave": True}, "mail"),
        (NoticeKind.MARK, {}, {"by_mail": False}, ""),
        (NoticeKind.MARK, {MAIL: DIGEST}, {"by_mail": False, "has_digest": True}, ""),
        (NoticeKind.SCHEDULE, {MAIL: OFF}, {}, "mail"),
        (NoticeKind.SCHEDULE, {MAIL: DIGEST}, {"has_digest": True}, "mail"),
        (NoticeKind.SCHEDULE, {}, {"urgent": True}, "mail push text"),
        (NoticeKind.SCHEDULE, {}, {"on_leave": True, "urgent": True}, ""),
        (NoticeKind.RECEIPT, {MAIL: OFF}, {"on_leave": True}, "mail"),
        (NoticeKind.PLACE, {MAIL: OFF}, {"on_leave": True}, "mail"),
        (NoticeKind.ACCOUNT, {MAIL: OFF}, {}, "mail"),
        (NoticeKind.DISCUSSION, {MAIL: AT_ONCE}, {"on_leave": True}, ""),
        (NoticeKind.ANNOUNCEMENT, {}, {"on_leave": True}, "mail"),
    ],
)
def test_how_somebody_is_told(kind, choices, circumstances, by):
    found = rules.ways(kind, choices, **circumstances)
    assert " ".join(way for way in ("mail", "digest", "push", "text") if getattr(found, way)) == by


@pytest.mark.parametrize(
    ("kind", "urgent", "waits"),
    [
        (NoticeKind.MARK, False, True),
        (NoticeKind.MARK, True, False),
        (NoticeKind.SCHEDULE, False, False),
        (NoticeKind.RECEIPT, False, False),
    ],
)
def test_what_keeps_quiet_hours(kind, urgent, waits):
    assert rules.ways(kind, {}, urgent=urgent).waits is waits


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
