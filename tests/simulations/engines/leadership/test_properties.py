"""What holds in any state, whatever is decided."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.simulations.engines import data
from lms.simulations.engines.leadership import Decisions, State, beginning, book, briefing, deal, stages, step
from lms.simulations.engines.leadership.briefs import private, reading
from lms.simulations.engines.leadership.names import LINES, STAKEHOLDERS
from tests.simulations.engines.leadership.world import moved, shipped

points = st.floats(min_value=0, max_value=100).map(lambda value: round(value, 6))
units = st.floats(min_value=0, max_value=25)
letters = st.sampled_from("abc")
styles = st.integers(min_value=1, max_value=4)
ROUNDING = 2e-6
"""How far two values may lie apart that are rounded to six places."""


@st.composite
def states(draw: st.DrawFn) -> State:
    """Any state that may be: at any seed and round, with one to four product managers."""
    seed, number = draw(st.integers(min_value=0, max_value=400)), draw(st.integers(min_value=1, max_value=6))
    people = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
    return moved(
        beginning(shipped(), seed),
        round=number,
        trust={one: draw(points) for one in STAKEHOLDERS},
        buy_in={one: draw(points) for one in STAKEHOLDERS},
        people=[{"id": one, "skill": draw(points), "engagement": draw(points)} for one in sorted(people)],
        lines={one: draw(points) for one in LINES},
        **{one: draw(points) for one in ("vision", "safety", "delivery", "debt", "customers", "budget")},
    )


@st.composite
def shares(draw: st.DrawFn) -> dict[str, float]:
    parts = [draw(st.integers(min_value=0, max_value=20)) for _ in range(5)]
    assume(sum(parts))
    return dict(
        zip(("cash", "growth", "bet", "debt", "discovery"), (one / sum(parts) for one in parts), strict=True)
    )


@st.composite
def rounds(draw: st.DrawFn) -> tuple[State, dict[str, Any]]:
    """A state, and decisions for it as JSON has them."""
    state = draw(states())
    people = [one.id for one in state.people]
    return state, {
        "attention": {
            "stakeholders": {one: draw(units) for one in STAKEHOLDERS},
            "people": {one: draw(units) for one in people},
            "vision": draw(units),
            "ritual": draw(units),
            "customers": draw(units),
        },
        "capacity": draw(shares()),
        "delegation": {one: draw(styles) for one in people},
        "message": draw(st.sampled_from(["full", "framed", "minimal"])),
        "options": {card.id: draw(letters) for card in deal.hand(shipped(), state.seed, state.round)},
    }


def played(state: State, raw: dict[str, Any]):
    return step(shipped(), state, Decisions.read(raw))


@settings(max_examples=30)
@given(rounds())
def test_values_stay_within_their_limits_and_every_change_has_a_cause(given_round):
    state, raw = given_round
    result = played(state, raw)
    before, after = result.report.facilitator.before, result.report.facilitator.after
    assert all(0 <= value <= 100 for value in after.values())
    for name in set(before) & set(after):
        caused = math.fsum(one.by for one in result.report.facilitator.changes if one.quantity == name)
        assert abs(after[name] - before[name] - caused) < 1e-4
    assert math.fsum(result.report.facilitator.attention.values()) <= result.report.team.attention_left + 1e-4
    assert all(0 <= one.score <= 100 for one in result.report.facilitator.score.codes.values())


@settings(max_examples=30)
@given(rounds())
def test_equal_input_gives_equal_bytes_in_whatever_order_it_is_written(given_round):
    state, raw = given_round
    turned = {
        key: dict(reversed(value.items())) if isinstance(value, dict) else value
        for key, value in reversed(raw.items())
    }
    one, other = played(state, raw), played(State.read(state.written()), turned)
    assert data.canonical(one.report) == data.canonical(other.report)
    assert data.canonical(one.state) == data.canonical(other.state)


@settings(max_examples=30)
@given(rounds(), st.sampled_from(STAKEHOLDERS), st.floats(min_value=0, max_value=3))
def test_more_contact_never_lowers_that_persons_trust_or_agreement(given_round, who, more):
    """As long as nobody else gets less for it: the round's units are not asked for in full."""
    state, raw = given_round
    raw["attention"] = {"stakeholders": {who: 1.0}}
    less = played(state, raw).state
    raw["attention"] = {"stakeholders": {who: 1.0 + more}}
    better = played(state, raw).state
    assert better.trust[who] >= less.trust[who] - ROUNDING
    assert better.buy_in[who] >= less.buy_in[who] - ROUNDING
    others = [one for one in STAKEHOLDERS if one != who]
    assert [better.trust[one] for one in others] == [less.trust[one] for one in others]


@settings(max_examples=30)
@given(rounds(), st.sampled_from(["vision", "ritual", "customers"]), st.floats(min_value=0, max_value=6))
def test_time_given_never_lowers_what_it_is_given_to(given_round, purpose, more):
    state, raw = given_round
    raw["attention"] = {purpose: 1.0}
    less = played(state, raw).state
    raw["attention"] = {purpose: 1.0 + more}
    better = played(state, raw).state
    value = {"vision": "vision", "ritual": "safety", "customers": "customers"}[purpose]
    assert getattr(better, value) >= getattr(less, value) - ROUNDING


@settings(max_examples=30)
@given(rounds(), shares())
def test_capacity_away_from_what_somebody_prefers_lowers_agreement(given_round, other):
    state, raw = given_round
    one = played(state, raw)
    two = played(state, {**raw, "capacity": other})
    for person in shipped().stakeholders:
        misfits = [
            Decisions.read({**raw, "capacity": capacity}).capacity.misfit(person.prefers)
            for capacity in (raw["capacity"], other)
        ]
        if misfits[0] <= misfits[1]:
            assert one.state.buy_in[person.id] >= two.state.buy_in[person.id] - ROUNDING


@settings(max_examples=30)
@given(rounds(), styles)
def test_the_suitable_style_teaches_and_heartens_most(given_round, style):
    state, raw = given_round
    who = state.people[0].id
    working = book.Book(state.values())
    chosen = [
        (card, stages.judged(shipped(), state, card, raw["options"][card.id], idle=False))
        for card in deal.hand(shipped(), state.seed, state.round)
    ]
    stages.cards(shipped(), state, working, chosen)
    best = stages.ideal(shipped(), working[f"skill.{who}"], working[f"engagement.{who}"])
    results = {}
    for led in (best, style):
        report = played(state, {**raw, "delegation": {**raw["delegation"], who: led}}).report
        results[led] = {
            name: math.fsum(one.by for one in report.facilitator.changes if one.quantity == f"{name}.{who}")
            for name in ("skill", "engagement")
        }
    for name in ("skill", "engagement"):
        assert results[best][name] >= results[style][name] - 10 * ROUNDING


@settings(max_examples=30)
@given(rounds())
def test_nobody_leaves_at_or_above_the_limit(given_round):
    state, raw = given_round
    report = played(state, raw).report
    assert all(one.engagement < 42 for one in report.facilitator.leaving if one.left)
    assert all(one.odds == 0 for one in report.facilitator.leaving if one.engagement >= 42)


@settings(max_examples=60)
@given(states())
def test_each_lens_hears_within_the_noise_what_is_on_no_other_page(state):
    told, own = briefing(shipped(), state), private(shipped(), state)
    assert len(set(own.values())) == len(own) == 5
    assert not {signal.quantity for signal in told.board} & set(own.values())
    assert {signal.quantity for signal in told.board} | set(own.values()) == set(state.values())
    for brief in told.briefs:
        true = state.values()[brief.reading.quantity]
        assert brief.reading.low <= true <= brief.reading.high
        assert abs(brief.reading.value - true) <= 6.5
    tested = {
        card.context.when.quantity for card in deal.hand(shipped(), state.seed, state.round) if card.context
    }
    for lens in shipped().signals.lenses:
        if at_stake := tested & set(lens.watches) & set(state.values()):
            assert own[lens.id] in at_stake, "the member hears what a card of the round turns on"


@settings(max_examples=20)
@given(states(), st.sets(st.sampled_from(["strategy", "people", "customer", "finance", "chair"])))
def test_what_a_lens_hears_that_nobody_holds_stands_on_the_board(state, held):
    told, whole = briefing(shipped(), state, held), briefing(shipped(), state)
    assert {brief.lens for brief in told.briefs} == held
    assert all(brief in whole.briefs for brief in told.briefs)
    heard = {brief.reading.quantity for brief in told.briefs}
    assert {signal.quantity for signal in told.board} == set(state.values()) - heard


@settings(max_examples=30)
@given(states())
def test_noise_is_keyed_by_seed_round_and_value_and_by_nothing_else(state):
    other = moved(state, budget=0 if state.budget > 50 else 100)
    for name in ("vision", "trust.ceo"):
        assert reading(shipped(), state, name) == reading(shipped(), other, name)
    assert briefing(shipped(), state) == briefing(shipped(), State.read(state.written()))
