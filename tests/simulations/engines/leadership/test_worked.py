"""The round that the design works through by hand, and the other equations by the same hand."""

from __future__ import annotations

import pytest

from lms.simulations.engines.leadership import step
from tests.simulations.engines.leadership.world import decided, moved, shipped, with_card


@pytest.fixture(scope="module")
def played():
    """R1 with A1b, and E11c beside it, which does nothing."""
    state = with_card(1, "A1", "E11")
    decisions = decided(
        state,
        options={"A1": "b", "E11": "c"},
        attention={"stakeholders": {"ceo": 2, "cto": 2}, "people": {"c": 2}, "vision": 3},
    )
    return step(shipped(), state, decisions)


def causes(played, quantity):
    return {one.cause: one.by for one in played.report.facilitator.changes if one.quantity == quantity}


def test_the_worked_step_to_every_printed_digit(played):
    ceo = causes(played, "trust.ceo")
    assert f"{50 + ceo['card A1']:.2f}" == "45.80"
    assert f"{ceo['contact']:.3f}" == "4.336"
    assert f"{ceo['drift']:.3f}" == "0.126"
    assert ceo["message"] == 1
    assert f"{played.state.trust['ceo']:.2f}" == "51.26"
    assert f"{played.state.trust['cfo']:.2f}" == "48.00"
    vision = causes(played, "vision")
    assert 35 + vision["card A1"] == 45
    assert vision["telling"] == pytest.approx(14 * 0.55)
    assert f"{played.state.vision:.2f}" == "50.70"
    novice = next(one for one in played.state.people if one.id == "c")
    assert f"{novice.skill:.2f}" == "40.84"


def test_the_units_of_the_worked_step(played):
    told = played.report.team
    assert (told.attention_left, told.attention_asked, told.attention_scale) == (14, 9, 1)


def test_the_rest_of_the_worked_round_by_hand(played):
    state = played.state
    # Safety 52 + 3 (A1b) + 1.5 (full) - 1; debt 48 + 5 - 45 x .13; customers 50 + 25 x .12 - 4
    assert state.safety == pytest.approx(55.5)
    assert state.debt == pytest.approx(47.15)
    assert state.customers == pytest.approx(49.0)
    # Trust of the sales chief: + 2 x (1 - 50/200), then - 6 x .515, drift .03 x (50 - 51.5), + 1 for the message
    assert state.trust["cro"] == pytest.approx(51.5 - 6 * 0.515 + 0.03 * (50 - 51.5) + 1)
    # Agreement of the chief executive: misfit with .25/.30/.25/.10/.10 is .10, within the tolerance
    now = state.trust["ceo"]
    assert state.buy_in["ceo"] == pytest.approx(45 + 12 * 0.45 * (now / 100) * 0.55 * 1.0, abs=1e-4)
    # Agreement of finance, unmet: misfit with .50/.30/.05/.10/.05 is .20, no more than the tolerance
    assert state.buy_in["cfo"] == pytest.approx(45 + 12 * 0.45 * 0.48 * 0.55 * 0.4, abs=1e-4)
    # The star, readiness 71.5, wants style 3 and is coached (2): one step off, no attention; safety 55 before stage 5
    star = state.people[0]
    assert star.skill == pytest.approx(78 + 1 * 0.7)
    assert star.engagement == pytest.approx(52 - 4 + 5 / 12 - 1)
    # The novice, attended to and led as suits
    assert state.people[2].engagement == pytest.approx(72 + 8 * 0.28 + 5 / 12 - 1)
    able = sum(one.skill * one.engagement for one in state.people) / 30_000
    delivery = 55 + 20 * (able - 0.36) + 6 * 5.5 / 50
    assert state.delivery == pytest.approx(delivery, abs=1e-4)
    effect = (delivery / 55) * (0.6 + 0.4 * 50.70 / 50)
    assert state.lines["cash"] == pytest.approx(60 + 28 * 0.30 * effect - 9, abs=1e-4)
    assert state.lines["growth"] == pytest.approx(
        30 + 30 * 0.30 * effect * (0.5 + 0.5 * 49 / 50) - 4, abs=1e-4
    )
    assert state.lines["bet"] == pytest.approx(10 + 26 * 0.15 * effect * (0.3 + 0.7 * 49 / 50) - 1, abs=1e-4)


def test_the_scores_of_the_worked_round(played):
    score = played.report.facilitator.score
    # A1b fits (+3): VIS with weight 1. E11c is weak while the novice is one (-2): INV with weight 1; FOC has both.
    assert score.codes["VIS"].process == 95
    assert score.codes["INV"].process == 20
    assert score.codes["FOC"].process == pytest.approx(50 + 15 * 0.5)
    assert score.codes["VIS"].outcome == pytest.approx(played.state.vision)
    assert score.codes["VIS"].score == pytest.approx((95 + played.state.vision) / 2)
    assert score.codes["VIS"].level == 3
    assert score.index == pytest.approx(sum(one.score for one in score.codes.values()) / 12)


def test_a_gain_of_trust_fades_with_trust_and_a_loss_does_not():
    state = with_card(1, "A1")
    for level in (20, 50, 80):
        at = moved(state, trust=dict.fromkeys(state.trust, level))
        after = step(shipped(), at, decided(at, option="a"))
        changes = {(one.quantity, one.cause): one.by for one in after.report.facilitator.changes}
        assert changes["trust.ceo", "card A1"] == pytest.approx(6 * (1 - level / 200))
        assert changes["trust.cto", "card A1"] == pytest.approx(-6 * 1.4)


def test_too_much_process_costs_where_the_context_asked_for_less():
    state = with_card(3, "A2")
    raw = decided(state, option="b")
    after = step(shipped(), state, raw).report
    assert [one.by for one in after.facilitator.changes if one.cause == "overdone A2"] == [-6, -6]
    assert next(one for one in after.team.cards if one.card == "A2").overdone
    ready = moved(state, people=[{**one, "skill": 60.0} for one in state.written()["people"]])
    report = step(shipped(), ready, decided(ready, option="b")).report
    assert not [one for one in report.facilitator.changes if one.cause.startswith("overdone A2")]
    assert next(one for one in report.facilitator.cards if one.card == "A2").choice.quality == 3
