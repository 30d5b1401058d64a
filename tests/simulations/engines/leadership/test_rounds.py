"""Rounds by example: what is refused, promises, people who leave and come, what happens when nobody decides."""

from __future__ import annotations

import json
import math

import pytest

from lms.simulations.engines import data, draws
from lms.simulations.engines.leadership import (
    Decisions,
    State,
    beginning,
    briefing,
    deal,
    idle,
    scored,
    scoring,
    stages,
    step,
)
from tests.simulations.engines.leadership.world import EVEN, decided, moved, shipped, with_card


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"attention": {"vision": -1}}, ["attention.vision"]),
        ({"attention": {"stakeholders": {"ceo": math.nan}}}, ["attention.stakeholders.ceo"]),
        ({"attention": {"ritual": math.inf}}, ["attention.ritual"]),
        ({"attention": {"stakeholders": {"aunt": 1}}}, ["attention.stakeholders.aunt.[key]"]),
        ({"capacity": {**EVEN, "bet": 0.16}}, ["capacity"]),
        ({"capacity": {**EVEN, "bet": -0.15, "cash": 0.6}}, ["capacity.bet"]),
        ({"delegation": {"a": 5, "b": 0, "c": 2}}, ["delegation.a", "delegation.b"]),
        ({"message": "loud"}, ["message"]),
        ({"options": {"A1": "d"}}, ["options.A1"]),
        ({"colour": "red"}, ["colour"]),
    ],
)
def test_what_does_not_fit_its_shape_is_refused_with_its_place(changes, places):
    state = beginning(shipped(), 1)
    with pytest.raises(data.InvalidInput) as refused:
        decided(state, **changes)
    assert [one.place for one in refused.value.problems] == places
    assert all(one.says for one in refused.value.problems)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"options": {}}, "options.A1"),
        ({"options": {"A1": "a", "Z9": "b"}}, "options.Z9"),
        ({"attention": {"people": {"d": 1}}}, "attention.people.d"),
        ({"delegation": {"a": 2, "b": 2}}, "delegation.c"),
        ({"delegation": {"a": 2, "b": 2, "c": 2, "z": 1}}, "delegation.z"),
        ({"hire": "e"}, "hire"),
        ({"attention": {"vision": 1e308, "ritual": 1e308}}, "attention"),
    ],
)
def test_what_this_round_does_not_have_is_refused_with_its_place(changes, place):
    state = beginning(shipped(), 1)
    with pytest.raises(data.InvalidInput) as refused:
        step(shipped(), state, decided(state, **changes), "north.round 1")
    assert f"north.round 1.{place}" in [one.place for one in refused.value.problems]


def test_somebody_is_hired_in_season_where_there_is_a_chair_and_starts_next_quarter():
    state = moved(beginning(shipped(), 3), round=2)
    assert [one.id for one in briefing(shipped(), state).candidates] == ["d", "e", "f"]
    result = step(shipped(), state, decided(state, hire="e"))
    causes = {(one.quantity, one.cause): one.by for one in result.report.facilitator.changes}
    assert causes["budget", "hiring e"] == -2
    assert causes["safety", "hiring e"] == 4
    assert result.report.team.hired == "Thenmozhi"
    new = result.state.people[-1]
    assert (new.id, new.skill, new.engagement) == ("e", 58, 74)
    full = moved(result.state, round=4)
    assert briefing(shipped(), full).candidates == ()
    with pytest.raises(data.InvalidInput, match="nobody can be hired"):
        step(shipped(), full, decided(full, hire="d"))
    free = moved(result.state, round=4, people=result.state.written()["people"][1:])
    with pytest.raises(data.InvalidInput, match="can be d, f or nobody"):
        step(shipped(), free, decided(free, hire="e"))


def test_more_attention_than_there_is_is_scaled_down_and_told():
    state = with_card(1, "A1", "E11")
    asked = {"stakeholders": {"ceo": 10, "cfo": 2}, "vision": 16}
    report = step(shipped(), state, decided(state, options={"A1": "b", "E11": "c"}, attention=asked)).report
    assert (report.team.attention_left, report.team.attention_asked, report.team.attention_scale) == (
        14,
        28,
        0.5,
    )
    assert report.facilitator.attention["trust.ceo"] == 5
    assert report.facilitator.attention["vision"] == 8
    assert any("28 units of attention were asked for and 14 were left" in one for one in report.team.happened)


def test_two_dear_cards_leave_less_for_everybody():
    state = with_card(1, "A1", "E11")
    report = step(shipped(), state, decided(state, attention={"vision": 20})).report
    assert report.facilitator.attention["vision"] == 20 - 6 - 6


@pytest.mark.parametrize(("growth", "kept"), [(75.0, True), (40.0, False)])
def test_a_promise_falls_due_after_two_rounds_and_is_remembered(growth, kept):
    state = with_card(4, "A3")
    made = step(shipped(), state, decided(state, option="a"))
    pledge = next(one for one in made.state.promises if one.card == "A3")
    assert (pledge.to, pledge.costs, pledge.made, pledge.due) == ("brd", 20, 4, 6)
    assert made.report.team.promises_made == made.state.promises
    between = step(shipped(), made.state, decided(made.state))
    assert pledge in between.state.promises
    last = moved(
        between.state, lines={"cash": 60, "growth": growth, "bet": 10}, trust=dict.fromkeys(state.trust, 60)
    )
    report = step(shipped(), last, decided(last, option="c")).report
    cost = [one.by for one in report.facilitator.changes if one.cause == "promise A3"]
    assert cost == ([] if kept else [-20])
    assert pledge in (report.team.promises_kept if kept else report.team.promises_broken)


def test_a_broken_promise_costs_what_was_stated_and_no_more():
    state = with_card(4, "A3")
    made = step(shipped(), state, decided(state, option="a")).state
    due = moved(step(shipped(), made, decided(made)).state, lines={"cash": 60, "growth": 10, "bet": 10})
    after = step(shipped(), due, decided(due))
    without = step(shipped(), moved(due, promises=[]), decided(due))
    assert without.state.trust["brd"] > after.state.trust["brd"]
    assert after.state.promises == ()


def weary(seed: int, *, engagement: float = 5.0) -> State:
    state = beginning(shipped(), seed)
    return moved(state, people=[{**one, "engagement": engagement} for one in state.written()["people"]])


def test_people_leave_below_the_limit_by_a_draw_of_seed_round_and_person():
    for seed in range(12):
        state = weary(seed)
        result = step(shipped(), state, decided(state))
        for one in result.report.facilitator.leaving:
            assert one.odds == pytest.approx(max(0, (42 - one.engagement) / 60), abs=1e-6)
            assert one.left is (draws.uniform(seed, "quits", 1, one.id) < one.odds)
        gone = {one.id for one in result.report.facilitator.leaving if one.left}
        assert set(result.state.left) == gone
        assert {one.id for one in result.state.people} == {"a", "b", "c"} - gone
        parting = [one.by for one in result.report.facilitator.changes if one.cause.startswith("parting")]
        assert parting == [-4] * len(gone)


def test_who_stays_misses_who_has_left():
    state = next(
        result.state
        for seed in range(50)
        if len((result := step(shipped(), weary(seed), decided(weary(seed)))).state.left) == 1
    )
    report = step(shipped(), state, decided(state)).report
    missed = [one.by for one in report.facilitator.changes if one.cause == "vacancies"]
    assert missed == [-2.5, -2.5]


def test_a_card_about_somebody_who_has_left_says_so_and_reaches_nobody():
    state = with_card(3, "A2")
    gone = moved(state, people=state.written()["people"][1:], left=["a"])
    card = next(one for one in briefing(shipped(), gone).cards if one.id == "A2")
    assert card.gone == ("Ananya",)
    report = step(shipped(), gone, decided(gone, option="c")).report
    assert not [one for one in report.facilitator.changes if one.quantity == "engagement.a"]


def test_a_team_that_submits_nothing_gets_what_happens_by_itself_and_is_flagged():
    state = with_card(1, "A1")
    first = step(shipped(), state, decided(state, capacity={**EVEN, "cash": 0.35, "bet": 0.10}))
    result = step(shipped(), first.state, None)
    report = result.report
    assert report.team.idle
    assert "Nothing was decided" in report.team.happened[0]
    assert set(report.facilitator.attention.values()) == {0}
    assert result.state.capacity == first.state.capacity
    now = [choice for choice in result.state.choices if choice.round == 2]
    assert [choice.quality for choice in now] == [-2, -2]
    assert all(choice.idle and choice.option == shipped().card(choice.card).idle for choice in now)
    same = step(shipped(), first.state, idle(shipped(), first.state))
    assert same.state.values() == result.state.values(), "no hidden penalty beside the worth of the choices"
    assert not same.report.team.idle
    assert idle(shipped(), state).capacity.cash == 0.2


def test_nothing_is_played_after_the_last_round():
    over = moved(beginning(shipped(), 1), round=7)
    for decisions in (None, decided(moved(over, round=6))):
        with pytest.raises(data.InvalidInput, match="over after round 6"):
            step(shipped(), over, decisions)


def test_what_the_team_is_told_holds_no_true_value_and_no_word_on_what_fitted():
    state = with_card(1, "A1")
    report = step(shipped(), state, decided(state, option="a")).report
    told = json.dumps(report.team.written())
    for hidden in ("quality", "fitting", "engagement", "changes", "score", "because", "consequence"):
        assert f'"{hidden}"' not in told
    card = report.team.cards[0]
    assert (
        card.reactions
        == "The chief executive took it well; the technology chief and the sales chief took it badly."
    )


def test_the_team_is_told_what_its_company_would_see_and_why():
    state = with_card(1, "A1")
    told = step(
        shipped(), state, decided(state, option="c", capacity={**EVEN, "cash": 0.43, "debt": 0.0})
    ).report.team
    assert "Technical debt rose; most of it was what every quarter adds." in told.happened
    more = {"cash": 0.0, "growth": 1.0, "bet": 0.0, "debt": 0.0, "discovery": 0.0}
    report = step(shipped(), state, decided(state, option="c", capacity=more)).report
    assert "Yard rose; most of it was the capacity that went into it." in report.team.happened
    assert "Dispatch fell; most of it was that nothing lasts by itself." in report.team.happened
    before, after = report.facilitator.before, report.facilitator.after
    for line, name in shipped().signals.lines.items():
        words = [one for one in report.team.happened if one.startswith(name)]
        by = after[f"line.{line}"] - before[f"line.{line}"]
        assert bool(words) is (abs(by) >= 2)
        assert all((" rose;" in one) is (by > 0) for one in words)


def test_what_is_cut_off_at_nought_is_no_reason_for_a_rise():
    state = with_card(6, "A4")
    low = moved(state, lines={"cash": 60, "growth": 30, "bet": 0}, people=state.written()["people"])
    some = {"cash": 0.0, "growth": 0.0, "bet": 1.0, "debt": 0.0, "discovery": 0.0}
    report = step(shipped(), low, decided(low, capacity=some)).report
    changes = {(one.quantity, one.cause): one.by for one in report.facilitator.changes}
    assert changes["line.bet", "limit"] == 25
    assert "Foresee rose; most of it was the capacity that went into it." in report.team.happened
    assert report.facilitator.after["line.bet"] == pytest.approx(
        changes["line.bet", "capacity"] + changes["line.bet", "fading"]
    )


def test_the_debrief_has_for_each_card_what_came_of_it_what_fitted_and_why():
    state = with_card(3, "A2")
    told = next(
        one for one in step(shipped(), state, decided(state)).report.facilitator.cards if one.card == "A2"
    )
    card = shipped().card("A2")
    assert told.consequence == card.options["b"].consequence
    assert told.fitting == card.options["a"].text
    assert told.because == card.context.because
    assert (told.choice.quality, told.choice.fitting) == (1, "a")


def test_a_state_and_its_report_are_read_back_as_they_were_written():
    state = with_card(4, "A3")
    result = step(shipped(), state, decided(state, option="a"))
    assert State.read(json.loads(data.canonical(result.state))) == result.state
    again = step(shipped(), State.read(state.written()), Decisions.read(decided(state, option="a").written()))
    assert data.canonical(again.report) == data.canonical(result.report)


@pytest.mark.parametrize(
    ("skill", "engagement", "style"), [(0, 0, 1), (36, 72, 2), (64, 44, 3), (78, 52, 3), (100, 100, 4)]
)
def test_the_style_that_suits_follows_readiness(skill, engagement, style):
    assert stages.ideal(shipped(), skill, engagement) == style


def test_levels_begin_at_their_limits():
    assert [scoring.level(shipped(), score) for score in (0, 39.999, 40, 59.9, 60, 77.9, 78, 100)] == [
        1,
        1,
        2,
        2,
        3,
        3,
        4,
        4,
    ]


def test_outcomes_are_what_the_design_says():
    state = moved(
        beginning(shipped(), 1),
        trust={"ceo": 60, "cfo": 50, "cto": 40, "cro": 70, "brd": 30, "cus": 80},
        lines={"cash": 50, "growth": 40, "bet": 20},
        left=["a"],
        people=[
            {"id": "b", "skill": 60.0, "engagement": 40.0},
            {"id": "c", "skill": 50.0, "engagement": 70.0},
        ],
    )
    codes = scored(shipped(), state).codes
    business = 0.4 * 50 + 0.35 * 40 + 0.25 * 20
    trust = 0.25 * 60 + 0.15 * (50 + 40 + 70 + 30 + 80)
    expected = {
        "VIS": 35,
        "SDM": 1.1 * business,
        "TEA": 55 - 8,
        "INV": 55 - 8,
        "XFN": (40 + 70 + 55) / 3,
        "CX": (50 + 80) / 2,
        "STK": trust,
        "RES": (business + 100 - 48) / 2,
        "FOC": (35 + 45) / 2,
        "SCO": (40 + 20) / 2 + 20,
        "DEC": (business + 35) / 2,
        "SHM": (60 + 30 + 50) / 3,
    }
    assert {code: one.outcome for code, one in codes.items()} == pytest.approx(expected, abs=1e-5)
    assert {one.process for one in codes.values()} == {50}
    assert all(one.outcome_says and one.process_says for one in codes.values())


def test_a_world_deals_its_cards_by_its_seed_alone():
    assert deal.hands(shipped(), 5) == deal.hands(shipped(), 5)
    assert len({deal.hands(shipped(), seed) for seed in range(20)}) == 20
