"""Working a change out: what moves, what stays, what stands in the way; undoing it gives everything back."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.scheduling.rules import (
    Act,
    Graph,
    ItemState,
    Obstacle,
    Setting,
    Standing,
    Why,
    acts_on,
    items_of,
    next_hour,
    plan,
    setting_for,
)
from tests.scheduling.graphs import before, calendar, graph_of, published, shipped

DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 9, 7, tzinfo=dt.UTC)


def small(**more: object) -> Graph:
    """A session in week 4 with a quiz and a discussion hanging on it, and a quiz that does not."""
    written = [
        ("s", "live_session", {"at": "week 4 Sat 18:30", "minutes": 180}),
        ("q", "quiz", {"opens": "session(s).start - 5d @ 09:00", "due": "session(s).start + 1d @ 23:59"}),
        ("r", "reading", {"opens": "week 4 Mon 09:00", "due": "session(s).start"}),
        ("o", "quiz", {"opens": "week 4 Mon 09:00", "due": "week 4 Sun 23:59"}),
    ]
    specs = {item.key: item for key, kind, spec in written for item in items_of(key, kind, spec)}
    return graph_of(specs, **more)


def shift(graph: Graph, key: str, days: float) -> dict[str, Setting]:
    at = graph.standing[key].starts_at + dt.timedelta(days=days)
    return {key: setting_for(graph, key, Act.MOVE, starts_at=at)}


def test_a_move_takes_along_what_hangs_on_it_and_nothing_else():
    graph = small()
    found = plan(graph, shift(graph, "s", 7), now=START)
    assert {(change.key, change.why, change.target) for change in found.changes} == {
        ("s", Why.MOVED, ""),
        ("q", Why.FOLLOWS, "s"),
        ("r", Why.FOLLOWS, "s"),
    }
    assert all(change.new.ends_at - change.old.ends_at == 7 * DAY for change in found.changes)
    assert found.obstacles == 0
    assert found.settings == shift(graph, "s", 7)


def test_a_cancelled_session_keeps_its_place_and_takes_nothing_along():
    graph = small()
    found = plan(graph, {"s": setting_for(graph, "s", Act.CANCEL)}, now=START)
    assert [(change.key, change.why, change.new.state) for change in found.changes] == [
        ("s", Why.CANCELLED, ItemState.CANCELLED)
    ]
    gone = published(graph, found)
    again = plan(gone, {"s": setting_for(gone, "s", Act.REINSTATE)}, now=START)
    assert [change.why for change in again.changes] == [Why.REINSTATED]
    assert published(gone, again).standing == graph.standing


def test_a_pin_moves_nothing_and_holds_when_the_anchor_moves():
    graph = small()
    pinned = published(graph, plan(graph, {"q": setting_for(graph, "q", Act.PIN)}, now=START))
    assert pinned.standing == graph.standing
    found = plan(pinned, shift(pinned, "s", 7), now=START)
    assert {change.key for change in found.changes} == {"s", "r"}
    free = plan(pinned, {"q": setting_for(pinned, "q", Act.UNPIN)}, now=START)
    assert [(change.key, change.why, change.moves) for change in free.changes] == [("q", Why.UNPINNED, False)]


def test_only_the_end_that_was_given_is_pinned():
    graph = small()
    at = graph.standing["q"]
    later = setting_for(graph, "q", Act.MOVE, starts_at=at.starts_at, ends_at=at.ends_at + DAY)
    assert later == Setting(None, at.ends_at + DAY)


def test_nothing_changes_when_nothing_differs():
    graph = small()
    at = graph.standing["s"]
    same = setting_for(graph, "s", Act.MOVE, starts_at=at.starts_at)
    assert plan(graph, {"s": same}, now=START).changes == ()


@pytest.mark.parametrize(
    ("setting", "acts"),
    [
        (Setting(), (Act.MOVE, Act.PIN, Act.CANCEL)),
        (Setting(starts_at=START), (Act.MOVE, Act.UNPIN, Act.CANCEL)),
        (Setting(cancelled=True), (Act.REINSTATE,)),
        (Setting(starts_at=START, cancelled=True), (Act.REINSTATE,)),
    ],
)
def test_the_acts_that_make_sense(setting, acts):
    assert acts_on(setting) == acts


# Time that has passed -----------------------------------------------------------------------------------------------


def test_nothing_moves_into_the_past():
    graph = small()
    now = graph.standing["s"].starts_at - 6 * DAY
    found = plan(graph, shift(graph, "s", -7), now=now)
    assert found.change("s").obstacles == (Obstacle.PAST,)


def test_an_item_that_would_follow_into_the_past_stops_the_change_until_it_is_kept():
    graph = small()
    now = graph.standing["s"].starts_at - 2.1 * DAY
    wanted = shift(graph, "s", -2)
    stopped = plan(graph, wanted, now=now)
    assert stopped.obstacles == 0, "the reading is due with the session, an hour or two ahead"
    tight = plan(graph, shift(graph, "s", -2.2), now=now)
    assert {change.key for change in tight.changes if change.obstacles} == {"s", "r"}


def test_a_kept_item_stays_and_is_pinned():
    graph = small()
    found = plan(graph, shift(graph, "s", 7), now=START, keep=frozenset({"q"}))
    kept = found.change("q")
    assert (kept.why, kept.moves) == (Why.KEPT, False)
    assert found.settings["q"] == Setting(graph.standing["q"].starts_at, graph.standing["q"].ends_at)


def test_what_has_opened_stays_open_and_closes_later():
    graph = small()
    now = graph.standing["q"].starts_at + DAY
    found = plan(graph, shift(graph, "s", 7), now=now)
    quiz = found.change("q")
    assert quiz.why is Why.BEGUN
    assert quiz.new.starts_at == quiz.old.starts_at
    assert quiz.new.ends_at == quiz.old.ends_at + 7 * DAY


def test_what_is_over_does_not_come_back():
    graph = small()
    now = graph.standing["q"].ends_at + DAY
    found = plan(graph, shift(graph, "s", 14), now=now)
    assert {change.key for change in found.changes if change.moves} == {"s"}
    assert {change.key for change in found.changes if change.why is Why.BEGUN} == {"q", "r"}


def test_what_should_be_open_already_opens_at_the_next_hour():
    graph = small()
    now = graph.standing["q"].starts_at - DAY + dt.timedelta(minutes=7)
    found = plan(graph, shift(graph, "s", -3), now=now)
    quiz = found.change("q")
    assert quiz.why is Why.AT_ONCE
    assert quiz.new.starts_at == next_hour(now)
    assert found.obstacles == 0


def test_a_window_that_would_close_before_it_opens_is_refused():
    graph = small()
    at = graph.standing["o"]
    wanted = {"o": Setting(ends_at=at.starts_at - DAY)}
    assert Obstacle.BACKWARDS in plan(graph, wanted, now=START).change("o").obstacles


# Holds --------------------------------------------------------------------------------------------------------------


def test_a_held_item_moves_only_with_consent_item_by_item():
    graph = small(holds={"q": ("3 learners have begun it",), "r": ("it was read",)})
    wanted = shift(graph, "s", 7)
    stopped = plan(graph, wanted, now=START)
    assert {change.key for change in stopped.changes if Obstacle.HELD in change.obstacles} == {"q", "r"}
    half = plan(graph, wanted, now=START, consent=frozenset({"q"}))
    assert {change.key for change in half.changes if change.obstacles} == {"r"}
    assert plan(graph, wanted, now=START, consent=frozenset({"q", "r"})).obstacles == 0
    kept = plan(graph, wanted, now=START, consent=frozenset({"q"}), keep=frozenset({"r"}))
    assert kept.obstacles == 0


def test_the_held_item_itself_needs_consent_to_be_cancelled():
    graph = small(holds={"s": ("it was held",)})
    wanted = {"s": setting_for(graph, "s", Act.CANCEL)}
    assert plan(graph, wanted, now=START).change("s").obstacles == (Obstacle.HELD,)
    assert plan(graph, wanted, now=START, consent=frozenset({"s"})).obstacles == 0


# Properties over the shipped programme ------------------------------------------------------------------------------

KEYS = st.sampled_from(sorted(shipped()))
MOMENTS = st.integers(-10, 330).map(lambda days: START + days * DAY + dt.timedelta(hours=5, minutes=3))


@st.composite
def wishes(draw: st.DrawFn) -> tuple[Graph, dict[str, Setting], dt.datetime, frozenset[str]]:
    """A published state with some history, something wanted of it, a moment, and items to keep."""
    graph, now = graph_of(shipped()), draw(MOMENTS)
    for _ in range(draw(st.integers(0, 2))):
        done = plan(graph, _wish(draw, graph), now=START - 30 * DAY)
        if not done.obstacles:
            graph = published(graph, done)
    keep = frozenset(draw(st.lists(KEYS, max_size=2)))
    wanted = _wish(draw, graph)
    return graph, wanted, now, keep - wanted.keys()


def _wish(draw: st.DrawFn, graph: Graph) -> dict[str, Setting]:
    wanted = {}
    for key in draw(st.lists(KEYS, min_size=1, max_size=3, unique=True)):
        act = draw(st.sampled_from(list(Act)))
        at = graph.standing[key]
        by = dt.timedelta(hours=draw(st.integers(-24 * 20, 24 * 40)))
        wanted[key] = setting_for(graph, key, act, starts_at=at.starts_at + by, ends_at=at.ends_at + by)
    return wanted


@settings(max_examples=40)
@given(wishes())
def test_planning_is_pure(case):
    graph, wanted, now, keep = case
    copy = dataclasses.replace(graph, standing=dict(graph.standing), settings=dict(graph.settings))
    first = plan(graph, wanted, now=now, keep=keep)
    assert first == plan(copy, dict(wanted), now=now, keep=keep)
    assert graph == copy


@settings(max_examples=40)
@given(wishes())
def test_undoing_what_was_published_is_the_identity(case):
    graph, wanted, now, keep = case
    done = plan(graph, wanted, now=now, keep=keep)
    after = published(graph, done)
    back = plan(after, before(graph, done), now=now)
    restored = published(after, back)
    assert restored.standing == graph.standing
    assert dict(restored.settings) == {key: each for key, each in graph.settings.items() if not each.empty}


@settings(max_examples=40)
@given(wishes())
def test_nothing_without_an_obstacle_lies_in_the_past_that_did_not_before(case):
    graph, wanted, now, keep = case
    for change in plan(graph, wanted, now=now, keep=keep).changes:
        if change.obstacles:
            continue
        assert change.new.starts_at == change.old.starts_at or change.new.starts_at >= now
        assert change.new.ends_at == change.old.ends_at or change.new.ends_at >= now
        assert change.new.starts_at <= change.new.ends_at


@settings(max_examples=40)
@given(wishes())
def test_what_is_pinned_or_kept_stays(case):
    graph, wanted, now, keep = case
    done = plan(graph, wanted, now=now, keep=keep)
    for key, setting in graph.settings.items():
        if key in wanted or not setting.pinned:
            continue
        change = done.change(key)
        if change and setting.starts_at:
            assert change.new.starts_at == setting.starts_at
    assert all(done.change(key) is None or not done.change(key).moves for key in keep)


@settings(max_examples=40)
@given(wishes())
def test_what_is_published_is_what_evaluation_gives(case):
    """The dates in force follow from version, calendar, settings and facts alone: planning nothing changes nothing."""
    graph, wanted, now, keep = case
    after = published(graph, plan(graph, wanted, now=now, keep=keep))
    assert plan(after, {}, now=now).changes == ()


def test_facts_move_what_hangs_on_them():
    written = [
        ("m1", "milestone", {"opens": "week 1 Mon", "due": "week 4 Sun 23:59"}),
        ("m2", "milestone", {"opens": "milestone(m1).approved", "due": "week 9 Sun 23:59"}),
    ]
    specs = {item.key: item for key, kind, spec in written for item in items_of(key, kind, spec)}
    approved = START + 10 * DAY
    graph = dataclasses.replace(graph_of(specs), facts={("m1", "approved"): approved})
    found = plan(graph, {}, now=START)
    assert [(change.key, change.new.starts_at) for change in found.changes] == [("m2", approved)]


def test_a_calendar_that_changes_is_a_change_like_any_other():
    graph = graph_of(shipped())
    moved = dataclasses.replace(graph, calendar=calendar(breaks=(11, 20, 45)))
    found = plan(moved, {}, now=START)
    assert {change.key for change in found.changes if change.key.startswith("s1")} >= {"s11"}
    assert {change.why for change in found.changes} <= {Why.CALENDAR, Why.FOLLOWS}


def test_standing_defaults_to_planned():
    assert Standing(START, START).state is ItemState.PLANNED
