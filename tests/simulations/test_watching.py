"""What whoever runs a game is told: participation, alarms, failing teams, places, words of a sheet."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import partial

import pytest

from lms.simulations import rules
from lms.simulations.engines.play import parameters, shipped
from lms.simulations.rules import Alarm, Entry, Ranking, RoundState
from lms.simulations.views.desks import desk_of

NOW = dt.datetime(2026, 12, 11, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("did", "part"),
    [
        ((), False),
        ((Entry.PEN_TAKEN,), False),
        ((Entry.PLAYED, Entry.CARRIED, Entry.BOT), False),
        ((Entry.SAVED,), True),
        ((Entry.SUBMITTED,), True),
        ((Entry.CONFIRMED,), True),
        ((Entry.DISSENTED,), True),
        ((Entry.PEN_TAKEN, Entry.CONFIRMED), True),
    ],
)
def test_who_had_a_part_in_a_round(did, part):
    assert rules.had_part(did) is part


@pytest.mark.parametrize(
    ("rounds", "did", "found"),
    [
        ((), {}, (0, 0, None)),
        ((), {1: [Entry.SAVED]}, (0, 0, None)),
        ((1, 2), {}, (0, 2, Fraction(0))),
        ((1, 2, 3), {1: [Entry.SAVED], 3: [Entry.PEN_TAKEN]}, (1, 3, Fraction(1, 3))),
        ((1, 2), {1: [Entry.CONFIRMED], 2: [Entry.DISSENTED], 3: [Entry.SAVED]}, (2, 2, Fraction(1))),
        ((1, 1), {1: [Entry.SAVED]}, (1, 1, Fraction(1))),
    ],
)
def test_the_share_of_rounds_with_a_part(rounds, did, found):
    assert rules.participation(rounds, did) == found


@pytest.mark.parametrize(
    ("pinned", "state", "ago", "given_up", "waits", "found"),
    [
        (True, None, 0, 0, False, ()),
        (True, RoundState.OPEN, 0, 0, False, ()),
        (True, RoundState.DUE, 2, 0, False, ()),
        (True, RoundState.DUE, 3, 0, False, (Alarm.BEHIND,)),
        (True, RoundState.DUE, 3, 1, False, (Alarm.GIVEN_UP,)),
        (True, RoundState.DUE, 3, 0, True, (Alarm.BEHIND, Alarm.WAITS)),
        (True, RoundState.FROZEN, 9, 0, True, (Alarm.WAITS,)),
        (False, RoundState.OPEN, 0, 0, False, (Alarm.NOT_PINNED,)),
        (False, RoundState.DUE, 3, 0, False, (Alarm.NOT_PINNED,)),
        (False, RoundState.DUE, 3, 2, False, (Alarm.NOT_PINNED, Alarm.GIVEN_UP)),
    ],
)
def test_what_is_wrong(pinned, state, ago, given_up, waits, found):
    closed = NOW - dt.timedelta(minutes=ago)
    assert (
        rules.alarms(pinned=pinned, state=state, closes_at=closed, now=NOW, given_up=given_up, waits=waits)
        == found
    )


@pytest.mark.parametrize(
    ("members", "active", "played", "bot", "found"),
    [
        (4, 4, 3, False, False),
        (4, 2, 3, False, False),
        (4, 1, 3, False, True),
        (4, 0, 1, False, True),
        (1, 1, 2, False, True),
        (4, 0, 0, False, False),
        (4, 0, 3, True, False),
    ],
)
def test_which_teams_fail(members, active, played, bot, found):
    assert rules.failing(members=members, active=active, played=played, bot=bot) is found


SCORES = {"a": 50.0, "b": 70.0, "c": 60.0, "d": 60.0, "e": 10.0}


@pytest.mark.parametrize(
    ("ranking", "found"),
    [
        (Ranking.HIDDEN, []),
        (Ranking.TOP, [(1, "b"), (2, "c"), (2, "d")]),
        (Ranking.FULL, [(1, "b"), (2, "c"), (2, "d"), (4, "a"), (5, "e")]),
    ],
)
def test_who_stands_where_as_far_as_teams_may_see(ranking, found):
    assert rules.shown_ranks(ranking, SCORES) == found


def test_the_one_figure_of_a_team():
    rich = {"teams": {"a": {"cash": 120.5, "debt": 0.0}, "b": {"cash": 0.0, "debt": 3.0}}}
    assert rules.headline("market", {}, rich, "a") == rules.Headline("cash", 120.5, "₹ m", False)
    assert rules.headline("market", {}, rich, "b") == rules.Headline("debt", 3.0, "₹ m", True)
    assert rules.headline("market", {}, rich, "z") is None
    parameters = {"stakeholders": [{"id": "ceo", "power": 0.25}, {"id": "cfo", "power": 0.75}]}
    state = {"teams": {"a": {"trust": {"ceo": 80.0, "cfo": 20.0}}}}
    assert rules.headline("leadership", parameters, state, "a") == rules.Headline(
        "trust", 35.0, "of 100", True
    )


def test_a_save_in_the_words_of_the_cockpit():
    wording = desk_of("market").wording(parameters(shipped("portfolio-years")))
    changed = {
        "products.A.price": [9.0, 9.5],
        "products.A.mix.M": [0.25, 0.4],
        "research": [[], [{"study": "ideals"}]],
        "launch": [None, {"parent": "A", "development": 60.0}],
        "capacity": [0, 20],
        "rationale": ["", "Dearer."],
    }
    assert list(rules.changes(changed, wording.label, partial(wording.value, 14))) == [
        ("Product A, price", "₹ 9 thousand", "₹ 9.5 thousand"),
        ("Product A, brand mix, Mainstream", "25 %", "40 %"),
        ("Studies", "none", "what buyers want"),
        ("Launch, made from", "nothing", "A"),
        ("Launch, development", "nothing", "₹ 60 m"),
        ("Capacity to add", "0 thousand", "20 thousand"),
        ("Why", "nothing", "Dearer."),
    ]
    six = desk_of("leadership").wording(parameters(shipped("six-quarters")))
    told = {
        "attention.stakeholders.ceo": [None, 3],
        "message": ["", "framed"],
        "delegation.b": [None, 4],
        "rationale": ["", "Because."],
    }
    assert list(rules.changes(told, six.label, partial(six.value, 14))) == [
        ("Attention: Chief executive", "0", "3"),
        ("What is told", "nothing yet", "The favourable part"),
        ("How Suresh is led", "nothing yet", "Leave to decide"),
        ("Why", "nothing yet", "Because."),
    ]


def test_the_market_map_is_what_everybody_reads():
    public = {"teams": {"b": {"A": {"price": 9.0, "sold": 30.0}}, "a": {"A": {"price": 6.0, "sold": 10.0}}}}
    assert [(one.team, one.price, one.share) for one in rules.market_map(public)] == [
        ("a", 6.0, 0.25),
        ("b", 9.0, 0.75),
    ]
    assert rules.market_map(None) == []
    assert rules.expected({"warning": None}) == ("", "")
