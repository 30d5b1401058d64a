"""Lateness, what may be handed in and extended, forms and readings: pure."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coursework.rules import CourseworkRefusal as No
from lms.coursework.rules import forms, late, readings, work
from lms.coursework.rules.late import LateRule, Timeliness
from lms.coursework.rules.work import Draft

DUE = dt.datetime(2027, 3, 14, 18, 29, tzinfo=dt.UTC)
GRACE = dt.timedelta(minutes=5)
OPENS = DUE - dt.timedelta(days=6)
RULE = LateRule(Fraction(1, 20), 5, GRACE)


def after(**by: float) -> dt.datetime:
    return DUE + dt.timedelta(**by)


# Lateness -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (after(days=-1), 0),
        (after(seconds=58), 0),
        (after(seconds=60), 1),
        (after(days=1, seconds=59), 1),
        (after(days=1, seconds=60), 2),
        (after(days=5), 5),
        (after(days=5, minutes=1), 6),
    ],
)
def test_the_minute_that_is_shown_belongs_to_the_deadline_and_each_day_begun_counts(at, days):
    assert late.days_late(DUE, at) == days


@pytest.mark.parametrize(
    ("days", "factor"), [(0, "1"), (1, "19/20"), (3, "17/20"), (5, "3/4"), (6, "0"), (90, "0")]
)
def test_what_late_days_cost(days, factor):
    assert RULE.factor(days) == Fraction(factor)


@pytest.mark.parametrize(
    ("began", "handed_in", "days"),
    [
        (after(seconds=58), after(minutes=4), 0),  # L6: 80 MB that took three minutes
        (after(seconds=58), after(minutes=5, seconds=58), 0),
        (after(seconds=58), after(minutes=6, seconds=1), 1),  # the grace is for uploads, not for hours
        (after(minutes=2), after(minutes=2), 1),
    ],
)
def test_the_beginning_of_an_upload_decides_within_the_grace(began, handed_in, days):
    assert late.days_late(DUE, late.decisive(began, handed_in, GRACE)) == days


def test_the_table_shown_says_what_the_rule_does():
    lines = late.table(DUE, RULE)
    assert [line.days for line in lines] == [0, 1, 2, 3, 4, 5, 6]
    for line in lines[:-1]:
        assert late.days_late(DUE, line.until) == line.days
        assert RULE.factor(line.days) == line.factor
    assert lines[-1].until is None
    assert lines[-1].deduction == 1


@given(st.integers(min_value=-10_000, max_value=2_000_000))
def test_later_never_costs_less(seconds):
    one, other = after(seconds=seconds), after(seconds=seconds + 1)
    assert RULE.factor(late.days_late(DUE, one)) >= RULE.factor(late.days_late(DUE, other))


def test_an_extension_is_said_only_where_it_made_the_difference():
    assert late.timeliness(0, DUE, DUE) is Timeliness.ON_TIME
    assert late.timeliness(0, after(days=2), DUE) is Timeliness.EXTENDED
    assert late.timeliness(1, after(days=2), DUE) is Timeliness.LATE


# Work handed in -----------------------------------------------------------------------------------------------------

FILE = {"id": 1, "public_id": "f", "name": "a.pdf", "size": 1, "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("draft", "accepts", "complete"),
    [
        (Draft(), ("text",), False),
        (Draft(text=" \n "), ("text",), False),
        (Draft(text="x"), ("text",), True),
        (Draft(text="x"), ("files",), False),
        (Draft(files=(FILE,)), ("files",), True),
        (Draft(files=(FILE,)), ("text", "files"), True),
        (Draft(text="x"), ("text", "files"), True),
        (Draft(), ("text", "files"), False),
    ],
)
def test_what_is_missing_before_handing_in(draft, accepts, complete):
    assert (work.missing(draft, accepts) == "") is complete


@pytest.mark.parametrize(
    ("draft", "refusal"),
    [
        (Draft(), No.NO_DECLARATION),
        (Draft(ai="no"), None),
        (Draft(ai="yes"), No.DECLARATION_EMPTY),
        (Draft(ai="yes", ai_text="it corrected my English"), None),
    ],
)
def test_generative_tools_are_declared_either_way(draft, refusal):
    assert work.why_not_declare(draft, asked=True) is refusal
    assert work.why_not_declare(draft, asked=False) is None


@pytest.mark.parametrize(
    ("new", "present", "counts"),
    [(0, None, True), (0, 0, True), (3, None, True), (3, 0, False), (3, 1, True), (0, 2, True)],
)
def test_the_last_version_on_time_counts_and_while_none_is_the_last(new, present, counts):
    assert work.counts(late_days=new, present_late_days=present) is counts


@pytest.mark.parametrize(
    ("drafted", "finalised", "now", "closes"),
    [
        (False, False, after(days=1), False),
        (True, False, after(days=-1), False),
        (True, False, after(days=1), True),
        (False, True, after(days=-1), True),
    ],
)
def test_when_marking_shuts_the_door(drafted, finalised, now, closes):
    assert work.marking_closes(drafted=drafted, finalised=finalised, now=now, due=DUE) is closes


def test_a_receipt_changes_with_every_part_and_not_with_where_it_is_cut():
    one = work.digest("ab", "c", ["d"])
    assert one == work.digest("ab", "c", ["d"])
    assert (
        len({one, work.digest("a", "bc", ["d"]), work.digest("ab", "c", []), work.digest("abc", "", ["d"])})
        == 4
    )
    assert work.short_digest("0123456789abcdef" * 4) == "0123 4567 89ab cdef"


@pytest.mark.parametrize(
    ("until", "refusal"),
    [
        (DUE, No.NOT_LATER),
        (after(minutes=1), None),
        (after(days=30), None),
        (after(days=30, seconds=1), No.PAST_END),
    ],
)
def test_an_extension_is_later_and_within_the_year(until, refusal):
    assert work.why_not_extend(until=until, present=DUE, end=after(days=30)) is refusal


@pytest.mark.parametrize(
    ("given_facts", "refusal"),
    [
        ({}, None),
        ({"used": 2}, No.OWN_USED_UP),
        ({"used_here": True}, No.OWN_ALREADY_HERE),
        ({"team": True}, No.OWN_NOT_FOR_TEAM),
        ({"now": after(minutes=1)}, No.OWN_TOO_LATE),
        ({"now": after(seconds=30)}, None),
    ],
)
def test_when_ones_own_extension_can_be_taken(given_facts, refusal):
    facts = {
        "now": OPENS,
        "due": DUE,
        "used": 0,
        "tokens": 2,
        "used_here": False,
        "team": False,
        **given_facts,
    }
    assert work.why_not_token(**facts) is refusal


# Forms and readings --------------------------------------------------------------------------------------------------

FIELDS = [
    {"id": "line", "kind": "text", "label": "Line", "max_words": 3},
    {"id": "tick", "kind": "tick", "label": "Tick"},
    {"id": "one", "kind": "choice", "label": "One", "options": ["a", "b"]},
    {"id": "many", "kind": "choices", "label": "Many", "options": ["x", "y"], "required": False},
    {"id": "level", "kind": "scale", "label": "Level"},
    {"id": "on", "kind": "date", "label": "On", "required": False},
    {"id": "at", "kind": "link", "label": "At", "required": False},
    {"id": "n", "kind": "number", "label": "N", "required": False},
]
GOOD = {"line": [" three small words "], "tick": ["yes"], "one": ["a"], "level": ["4"]}


def test_a_form_keeps_what_was_sent_without_its_spaces():
    checked = forms.check(FIELDS, {**GOOD, "many": ["y", "foreign"], "n": ["12,5"]})
    assert checked.problems == {}
    assert checked.answers == {
        "line": "three small words", "tick": True, "one": "a", "many": ["y"], "level": "4", "n": "12,5",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"line": [""]}, "line"),
        ({"line": ["one two three four"]}, "line"),
        ({"line": ["x" * 401]}, "line"),
        ({"tick": []}, "tick"),
        ({"one": ["c"]}, "one"),
        ({"level": ["5"]}, "level"),
        ({"on": ["2027-02-30"]}, "on"),
        ({"at": ["javascript:alert(1)"]}, "at"),
        ({"n": ["twelve"]}, "n"),
    ],
)
def test_a_form_says_what_is_wrong_at_its_field(changed, wrong):
    checked = forms.check(FIELDS, {**GOOD, **changed})
    assert set(checked.problems) == {wrong}


def test_the_levels_of_a_scale_are_found_in_its_hint():
    before, levels = forms.level_texts("1: names only. 2: interests. 3: interests,\n power. 4: tested.")
    assert (before, levels) == ("", ("names only.", "interests.", "interests, power.", "tested."))
    assert forms.level_texts("Rate honestly.") == ("Rate honestly.", ())


@pytest.mark.parametrize(
    ("position", "seconds", "done"), [(100, 149, False), (100, 150, True), (94, 900, False), (95, 150, True)]
)
def test_a_reading_marks_itself_when_its_end_was_reached_in_a_believable_time(position, seconds, done):
    assert readings.read_through(position=position, seconds=seconds, minutes=10) is done
