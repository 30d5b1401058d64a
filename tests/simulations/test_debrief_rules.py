"""Rules of the debrief: who sees which part, levels, who counted, words and flat tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.simulations.engines.market.reports import Scorecard, Term
from lms.simulations.rules import Phase, Ranking
from lms.simulations.rules.debrief import Part, parts_of, parts_seen, ranked, signed
from lms.simulations.rules.flat import leaves
from lms.simulations.rules.levels import competencies, level_of
from lms.simulations.rules.market_words import moves, place_words, value_words
from lms.simulations.rules.salience import Claim, overlooked, salience
from tests.simulations.engines.market.worlds import sensible, shipped_parameters

NAMES = st.sampled_from(["team-01", "team-02", "team-03", "team-04", "team-05"])


@pytest.mark.parametrize(
    ("phase", "revealed", "watching", "seen"),
    [
        (Phase.COMPETITION, {"truth"}, False, ()),
        (Phase.COMPETITION, (), True, parts_of("market")),
        (Phase.DEBRIEF, (), False, (Part.AFTER,)),
        (Phase.DEBRIEF, {"truth", "map", "nonsense"}, False, (Part.TRUTH, Part.AFTER)),
        (Phase.DEBRIEF, (), True, parts_of("market")),
        (Phase.ENDED, (), False, parts_of("market")),
        (Phase.DISCARDED, {"truth"}, False, ()),
    ],
)
def test_who_sees_which_parts(phase, revealed, watching, seen):
    assert parts_seen("market", phase, revealed, watching=watching) == seen


def test_only_a_game_of_people_has_a_map():
    assert set(parts_of("leadership")) - set(parts_of("market")) == {Part.MAP}


@given(scores=st.dictionaries(NAMES, st.floats(0, 100)), ranking=st.sampled_from(Ranking), own=NAMES)
def test_scores_of_others_are_seen_as_the_ranking_says(scores, ranking, own):
    seen = ranked(scores, ranking, own)
    assert seen <= set(scores)
    assert (own in seen) == (own in scores), "one's own always, where there is one"
    if ranking is Ranking.FULL:
        assert seen == set(scores)
    elif ranking is Ranking.HIDDEN:
        assert seen <= {own}
    else:
        best = sorted(scores.values(), reverse=True)[:3]
        assert all(scores[key] in best for key in seen - {own})
        assert len(seen - {own}) <= 3


def term(key, reached, weight):
    return Term(key=key, raw=0, zero=0, full=1, reached=reached, weight=weight, points=weight * reached / 100)


def card(**reached):
    weights = {"value": 25, "margin": 10, "safety": 10, "utilisation": 10}
    terms = tuple(term(key, value, weights[key]) for key, value in reached.items())
    return Scorecard(total=0, present_value=0, terminal_value=0, terms=terms)


def test_a_competency_is_what_its_terms_come_to_after_the_last_round():
    cards = [
        (1, card(value=0, margin=60, safety=90, utilisation=30)),
        (2, card(value=80, margin=30, safety=30, utilisation=30)),
    ]
    shares = {"SDM": {"value": 1.0}, "RES": {"margin": 0.5, "safety": 0.5}}
    (res, sdm) = competencies(cards, shares)
    assert (res.code, res.score, res.level) == ("RES", 30.0, 1)
    assert [(one.round, one.score) for one in res.evidence] == [(1, 75.0), (2, 30.0)]
    assert (sdm.score, sdm.level) == (80.0, 4)
    assert sdm.evidence[1].terms == (("value", 80),)
    assert competencies((), shares) == ()
    assert competencies(cards, {}) == ()


@pytest.mark.parametrize(
    ("score", "level"), [(0, 1), (39.9, 1), (40, 2), (60, 3), (77.9, 3), (78, 4), (100, 4)]
)
def test_levels_begin_at_their_limits(score, level):
    assert level_of(score) == level


@pytest.mark.parametrize(
    ("power", "sided", "pressing", "words", "count"),
    [
        (0.25, 2, 0.5, "definitive", 3),
        (0.25, 2, 0.0, "dominant", 2),
        (0.25, 0, 0.5, "dangerous", 2),
        (0.15, 1, 0.5, "dependent", 2),
        (0.25, -1, 0.0, "dormant", 1),
        (0.15, 1, 0.33, "discretionary", 1),
        (0.15, 0, 0.34, "demanding", 1),
        (0.15, 0, 0.0, "in the background", 0),
    ],
)
def test_who_counted(power, sided, pressing, words, count):
    claim = Claim("the board", power, 1 / 6, sided, pressing, attention=0.01)
    assert salience(claim).words.startswith(words)
    assert salience(claim).count == count
    assert overlooked([claim] * 6) == ([claim] * 6 if count >= 2 else [])


def test_what_was_changed_is_told_boldest_first():
    from lms.simulations.engines.market import start

    team = start(shipped_parameters(), "w", 1, ["a", "b", "c"]).teams["a"]
    quiet = sensible(team, brand=0.0, sales=0.0)
    same = quiet.model_copy(
        update={
            "products": {
                key: one.model_copy(
                    update={"brand": team.products[key].brand, "sales": team.products[key].sales}
                )
                for key, one in quiet.products.items()
            }
        }
    )
    assert moves(same, team) == []
    dear = same.model_copy(
        update={
            "products": {
                **same.products,
                "A": same.products["A"].model_copy(update={"price": 12.0, "brand": 41.0}),
            }
        }
    )
    found = moves(dear, team)
    assert found[0].startswith("A: price ₹ 9 → 12 thousand (+33 %)")
    assert any("brand" in one for one in found[1:])


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("products.A.price", 9.5, "₹ 9.5 thousand"),
        ("products.B.production", 1200.0, "1,200 thousand"),
        ("capacity", 20, "20 thousand units"),
        ("launch", None, "no launch"),
        ("launch", {"parent": "B"}, "a launch from B"),
        ("", {}, "its sheet"),
    ],
)
def test_values_have_their_units(place, value, says):
    assert value_words(place, value) == says
    assert place_words(place)


def test_a_sheet_becomes_a_row():
    sheet = {
        "products": {"A": {"price": 9.5, "mix": {"V": 1}, "weights": None}},
        "research": [{"study": "ideals"}, {"study": "test", "product": "A", "spend": "brand"}],
        "launch": None,
    }
    assert leaves(sheet) == {
        "products.A.price": 9.5,
        "products.A.mix.V": 1,
        "products.A.weights": None,
        "research": "ideals, test A brand",
        "launch": None,
    }


@pytest.mark.parametrize(("value", "says"), [(0, "±0"), (0.04, "±0"), (3.14, "+3.1"), (-1234.5, "−1,234.5")])
def test_differences_have_a_sign(value, says):
    assert signed(value) == says
