"""Drafts: what each kind of edit makes, that order matters, and what holds of every draft whatever is in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.cohorts.rules import CohortCalendar, CohortRefusal, Frame
from lms.scheduling.rules import (
    Base,
    CannotEdit,
    DraftRefusal,
    Edit,
    EditKind,
    Setting,
    carry_out,
    days_later,
    drafting,
    plan,
    plan_after,
)
from tests.scheduling.graphs import MONDAY, ZONES, before, graph_of, published, shipped

SPECS = shipped()
NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.UTC)
WEEK, DAY = dt.timedelta(weeks=1), dt.timedelta(days=1)
SESSIONS = sorted(key for key in SPECS if key.startswith("s") and key[1:].isdecimal())


def base(cohort_id: int = 1, zone: str = "Asia/Kolkata", **graph: object) -> Base:
    """The shipped programme's year, in its eleventh week."""
    kinds = {key: "live_session" if key in SESSIONS else "other" for key in SPECS}
    return Base(
        cohort_id=cohort_id,
        name=f"Cohort {cohort_id}",
        graph=graph_of(SPECS, zone, **graph),
        calendar=CohortCalendar(MONDAY, zone, "", "", (12, 20, 45)),
        frame=Frame(weeks=52, planned=3, today=NOW.date(), this_week=11, opened=True),
        titles={key: key.upper() for key in SPECS},
        kinds=kinds,
    )


def drafted(*edits: Edit, bases: tuple[Base, ...] = (), joints: tuple[frozenset, ...] = (), now=NOW):
    found = bases or (base(),)
    making = drafting({each.cohort_id: each for each in found}, joints, now)
    for edit in edits:
        carry_out(making, edit)
    return making


def starts(making, key, cohort_id=1):
    return making.dates(cohort_id)[key].starts_at


def refused(*edits: Edit, **more: object) -> str:
    with pytest.raises(CannotEdit) as why:
        drafted(*edits, **more)
    return why.value.refusal


# Each kind ----------------------------------------------------------------------------------------------------------


def test_a_shift_moves_one_item_and_what_hangs_on_it():
    was = base().graph.standing
    making = drafted(Edit(EditKind.SHIFT, 1, "s15", days=7))
    assert starts(making, "s15") == was["s15"].starts_at + WEEK
    assert making.dates(1)["a-3"].ends_at == was["a-3"].ends_at + WEEK
    assert starts(making, "s16") == was["s16"].starts_at


def test_a_push_takes_along_what_comes_after_and_what_hangs_on_it_once():
    was = base().graph.standing
    making = drafted(Edit(EditKind.PUSH, 1, "s15", days=14, kinds=frozenset({"live_session"})))
    dates = making.dates(1)
    later = [key for key in SESSIONS if was[key].starts_at >= was["s15"].starts_at]
    assert len(later) > 20
    assert {dates[key].starts_at - was[key].starts_at for key in later} == {2 * WEEK}
    assert dates["a-3"].ends_at == was["a-3"].ends_at + 2 * WEEK, "it hangs on s15 and is not pushed twice"
    assert "a-3" not in making.state(1).settings
    assert dates["s14"] == was["s14"]


def test_a_push_of_everything_moves_everything_ahead_as_far():
    was = base().graph.standing
    dates = drafted(Edit(EditKind.PUSH, 1, "s15", days=7)).dates(1)
    since = was["s15"].starts_at
    moved = {key: dates[key].starts_at - at.starts_at for key, at in was.items() if at.starts_at >= since}
    assert set(moved.values()) == {WEEK}


def test_order_matters():
    shift, push = Edit(EditKind.SHIFT, 1, "s16", days=70), Edit(EditKind.PUSH, 1, "s25", days=7)
    one, other = drafted(shift, push), drafted(push, shift)
    assert starts(one, "s16") - starts(other, "s16") == WEEK, "moved behind s25 first, it is pushed along"


def test_breaks_are_inserted_swapped_and_taken_out_on_what_was_made_before():
    was = base().graph.standing
    inserted = drafted(Edit(EditKind.BREAK, 1, week=15))
    assert starts(inserted, "s25") == was["s25"].starts_at + WEEK
    swapped = drafted(Edit(EditKind.BREAK, 1, week=15), Edit(EditKind.SWAP, 1, week=15, to_week=16))
    assert swapped.state(1).calendar.breaks == (12, 16, 20, 45)
    gone = drafted(Edit(EditKind.BREAK, 1, week=15), Edit(EditKind.UNBREAK, 1, week=15))
    assert gone.dates(1) == was


def test_why_a_calendar_is_refused():
    assert refused(Edit(EditKind.SWAP, 1, week=13, to_week=14)) is DraftRefusal.NO_BREAK
    assert refused(Edit(EditKind.BREAK, 1, week=3)) is CohortRefusal.BREAK_PAST
    assert refused(Edit(EditKind.SWAP, 1, week=20, to_week=45)) is CohortRefusal.BREAK_TWICE
    assert refused(Edit(EditKind.START, 1, starts_on=MONDAY + WEEK)) is CohortRefusal.START_BEGUN


def test_a_start_that_lies_ahead_moves_the_whole_year():
    ahead = base()
    ahead = replace(ahead, frame=replace(ahead.frame, today=dt.date(2026, 8, 1), this_week=-4))
    making = drafted(
        Edit(EditKind.START, 1, starts_on=MONDAY + 2 * WEEK),
        bases=(ahead,),
        now=dt.datetime(2026, 8, 1, tzinfo=dt.UTC),
    )
    was = ahead.graph.standing
    assert {making.dates(1)[key].starts_at - at.starts_at for key, at in was.items()} == {2 * WEEK}


def test_a_pinned_item_stays_when_the_chain_before_it_moves():
    was = base().graph.standing
    making = drafted(Edit(EditKind.PIN, 1, "a-3"), Edit(EditKind.SHIFT, 1, "s15", days=7))
    assert making.dates(1)["a-3"].ends_at == was["a-3"].ends_at
    kept = drafted(Edit(EditKind.SHIFT, 1, "s15", days=7), Edit(EditKind.KEEP, 1, "a-3"))
    assert kept.dates(1)["a-3"].ends_at == was["a-3"].ends_at
    loose = drafted(
        Edit(EditKind.PIN, 1, "a-3"), Edit(EditKind.UNPIN, 1, "a-3"), Edit(EditKind.SHIFT, 1, "s15", days=7)
    )
    assert loose.dates(1)["a-3"].ends_at == was["a-3"].ends_at + WEEK


def test_why_an_edit_of_an_item_is_refused():
    assert refused(Edit(EditKind.SHIFT, 1, "s99", days=1)) is DraftRefusal.GONE
    assert refused(Edit(EditKind.SHIFT, 1, "s15")) is DraftRefusal.NO_DISTANCE
    assert refused(Edit(EditKind.SHIFT, 1, "s15", days=400)) is DraftRefusal.TOO_FAR
    assert refused(Edit(EditKind.PUSH, 1, "s1", days=7)) is DraftRefusal.BEGUN
    assert refused(Edit(EditKind.SHIFT, 2, "s15", days=7)) is DraftRefusal.GONE


def test_a_refused_edit_leaves_the_draft_as_it_was():
    making = drafted(Edit(EditKind.SHIFT, 1, "s15", days=7))
    state = making.state(1)
    with pytest.raises(CannotEdit):
        carry_out(making, Edit(EditKind.BREAK, 1, week=3))
    assert making.state(1) == state


# Several cohorts -----------------------------------------------------------------------------------------------------

JOINT = frozenset({(1, "s15"), (2, "s25")})
BOTH = (base(1), base(2, "Europe/London"))


def test_one_edit_moves_a_joint_session_in_all_its_cohorts():
    when = starts(drafted(bases=BOTH), "s15") + 3 * DAY
    making = drafted(Edit(EditKind.MOVE, 2, "s25", starts_at=when), bases=BOTH, joints=(JOINT,))
    assert starts(making, "s15", 1) == starts(making, "s25", 2) == when


def test_an_edit_in_every_cohort_moves_a_joint_session_once():
    same = frozenset({(1, "s15"), (2, "s15")})
    bases = (base(1), base(2))
    was = bases[0].graph.standing["s15"].starts_at
    making = drafted(Edit(EditKind.SHIFT, None, "s15", days=7), bases=bases, joints=(same,))
    assert starts(making, "s15", 1) == starts(making, "s15", 2) == was + WEEK
    pushed = drafted(
        Edit(EditKind.PUSH, None, "s15", days=7, kinds=frozenset({"live_session"})),
        bases=bases,
        joints=(same,),
    )
    assert starts(pushed, "s15", 1) == starts(pushed, "s15", 2) == was + WEEK


def test_joining_puts_the_other_session_where_this_one_is():
    making = drafted(Edit(EditKind.JOIN, 1, "s15", other=(2, "s25")), bases=BOTH)
    assert making.dates(2)["s25"] == making.dates(1)["s15"]
    assert making.joints == [JOINT]
    later = starts(making, "s15") + DAY
    moved = drafted(
        Edit(EditKind.JOIN, 1, "s15", other=(2, "s25")),
        Edit(EditKind.MOVE, 1, "s15", starts_at=later),
        bases=BOTH,
    )
    assert starts(moved, "s25", 2) == later


def test_what_a_joint_session_refuses():
    join = Edit(EditKind.JOIN, 1, "s15", other=(2, "s25"))
    assert refused(join, join, bases=BOTH) is DraftRefusal.JOINED_ALREADY
    assert refused(Edit(EditKind.JOIN, 1, "s1", other=(2, "s25")), bases=BOTH) is DraftRefusal.NOT_JOINED
    assert refused(Edit(EditKind.UNPIN, 1, "s15"), bases=BOTH, joints=(JOINT,)) is DraftRefusal.STAYS_JOINT
    alone = refused(Edit(EditKind.SHIFT, 1, "s15", days=1), bases=BOTH[:1], joints=(JOINT,))
    assert alone is DraftRefusal.OTHER_COHORT


def test_alone_a_joint_session_does_not_change():
    graph = replace(base().graph, joint={"s15": 7})
    at = graph.standing["s15"]
    wanted = {"s15": Setting(starts_at=at.starts_at + DAY)}
    assert plan(graph, wanted, now=NOW).obstacles == 1
    assert plan(graph, wanted, now=NOW, together=True).obstacles == 0


# Whatever is in a draft ----------------------------------------------------------------------------------------------

KEYS = st.sampled_from(["s12", "s15", "s20", "s25", "q4", "a-3", "m1", "th4"])


@st.composite
def edits(draw) -> Edit:
    """An edit that a coordinator could make."""
    kind = draw(st.sampled_from([kind for kind in EditKind if kind is not EditKind.JOIN]))
    return Edit(
        kind,
        1,
        draw(KEYS),
        days=draw(st.integers(-40, 60)),
        week=draw(st.integers(10, 50)),
        to_week=draw(st.integers(10, 50)),
        kinds=draw(st.sampled_from([frozenset(), frozenset({"live_session"})])),
        starts_at=NOW + dt.timedelta(hours=draw(st.integers(-500, 5000))),
        starts_on=MONDAY + dt.timedelta(days=draw(st.integers(-30, 60))),
    )


def made(zone: str, wanted: list[Edit]):
    making = drafted(bases=(base(zone=zone),))
    for edit in wanted:
        try:
            carry_out(making, edit)
        except CannotEdit:
            continue
    return making


DRAFTS = st.lists(edits(), max_size=5)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), DRAFTS)
def test_the_same_edits_make_the_same_dates_and_change_nothing_they_are_given(zone, wanted):
    first, second = made(zone, wanted), made(zone, wanted)
    assert first.states == second.states
    assert first.dates(1) == second.dates(1)
    assert first.bases[1].graph == base(zone=zone).graph


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), DRAFTS)
def test_what_is_published_of_a_draft_never_lies_in_the_past(zone, wanted):
    making = made(zone, wanted)
    for change in plan_after(making.bases[1], making.state(1), NOW).changes:
        if not change.obstacles and change.moves:
            assert change.new.starts_at >= NOW or change.new.starts_at == change.old.starts_at
            assert change.new.ends_at >= NOW or change.new.ends_at == change.old.ends_at


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), DRAFTS)
def test_taking_back_what_was_published_gives_every_date_back(zone, wanted):
    making = made(zone, wanted)
    graph = making.bases[1].graph
    done = plan_after(making.bases[1], making.state(1), NOW)
    if done.obstacles:
        return
    after = published(graph, done)
    back = plan(after, before(graph, done), now=NOW)
    assert published(after, back).standing == graph.standing


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(ZONES), DRAFTS, st.sampled_from(["q4", "a-3", "s20"]))
def test_what_is_pinned_stays_where_it_is_whatever_others_do(zone, wanted, key):
    others = [edit for edit in wanted if edit.key != key and edit.kind is not EditKind.PUSH]
    making = drafted(Edit(EditKind.PIN, 1, key), bases=(base(zone=zone),))
    at = making.dates(1)[key]
    for edit in others:
        try:
            carry_out(making, edit)
        except CannotEdit:
            continue
    assert making.dates(1)[key] == at


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from(SESSIONS), st.integers(-100, 200))
def test_days_later_is_the_same_time_on_the_wall_over_every_change_of_clocks(zone, key, days):
    at = graph_of(SPECS, zone).standing[key].starts_at
    there = ZoneInfo(zone)
    was, found = at.astimezone(there), days_later(at, days, zone).astimezone(there)
    assert found.date() == was.date() + days * DAY
    assert found.time() == was.time()
