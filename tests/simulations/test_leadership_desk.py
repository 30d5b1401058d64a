"""What a team of Six Quarters has before it: words for values, numbers for options, arithmetic for what it decides."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.simulations.engines import leadership
from lms.simulations.engines.leadership import Decisions, Parameters, State, beginning, deal, stages
from lms.simulations.engines.leadership.briefs import private
from lms.simulations.engines.leadership.decisions import idle
from lms.simulations.engines.play import parameters, shipped
from lms.simulations.rules import leadership_desk as desk
from lms.simulations.rules import leadership_report as report
from lms.simulations.rules import leadership_sheet as sheets
from lms.simulations.rules.leadership_effect import effect

PARAMS = Parameters.read(parameters(shipped("six-quarters")))
LENSES = [one.id for one in PARAMS.signals.lenses]
SEED = 33


def game(rounds: int, seed: int = SEED) -> list[State]:
    """The states of a team that lets every round go by, before each round and after the last."""
    found = [beginning(PARAMS, seed)]
    for _ in range(rounds):
        decided = idle(PARAMS, found[-1])
        found.append(leadership.step(PARAMS, found[-1], decided).state)
    return found


def told(states: list[State], lens: str = "people", held: list[str] | None = None) -> desk.Situation:
    return desk.situation(PARAMS, states, lens=lens, held=LENSES if held is None else held)


def whole(state: State) -> dict[str, str]:
    """A form that can be submitted."""
    sent = sheets.fields(PARAMS, state, idle(PARAMS, state).written())
    return sent | {"attention-ceo": "2", "attention-pm-c": "1.5", "attention-vision": "3", "message": "full"}


FIRST = told([beginning(PARAMS, SEED)])
SENT = whole(beginning(PARAMS, SEED))


# What is known ------------------------------------------------------------------------------------------------------


def test_each_member_reads_their_own_brief_and_nobody_elses():
    states = game(2)
    heard = private(PARAMS, states[-1])
    for lens in LENSES:
        mine = told(states, lens)
        assert mine.brief is not None
        assert mine.brief.reading.quantity == heard[lens]
        own = [sign.quantity for sign in mine.signs if sign.own]
        assert own == [heard[lens]]
        blank = {sign.quantity for sign in mine.signs if not sign.band}
        assert blank == {heard[other] for other in LENSES if other != lens} - {heard[lens]}


def test_what_a_lens_that_nobody_holds_would_have_heard_is_on_the_board():
    states = game(1)
    heard = private(PARAMS, states[-1])
    held = ["strategy", "people"]
    mine = told(states, "people", held)
    assert {sign.quantity for sign in mine.signs if not sign.band} == {heard["strategy"]}
    assert mine.others == ("Strategy",)
    watching = told(states, "", held)
    assert watching.brief is None
    assert {sign.quantity for sign in watching.signs if not sign.band} == {heard["strategy"], heard["people"]}


def test_signs_tell_bands_over_the_quarters_and_no_true_value():
    states = game(6)
    for upto in range(1, 8):
        seen = desk.known(PARAMS, states[:upto], lens="", held=[])
        names = [one.name for one in PARAMS.signals.bands]
        for sign in seen.signs:
            assert len(sign.course) == upto
            assert sign.step is not None
            assert sign.band == desk.word_of(names[sign.step], sign.quantity)
            assert sign.reading is None


def test_much_debt_is_called_high_and_not_good():
    start = beginning(PARAMS, SEED)
    worse = start.model_copy(update={"round": 2, "debt": 90.0})
    seen = desk.known(PARAMS, [start, worse], lens="", held=[])
    debt = next(sign for sign in seen.company if sign.quantity == "debt")
    assert (debt.band, debt.moved, debt.before) == ("very high", 1, 2)


def test_options_go_by_their_number_in_this_world():
    for seed in range(1, 12):
        state = beginning(PARAMS, seed)
        for card, dealt in zip(told([state]).cards, deal.hand(PARAMS, seed, 1), strict=True):
            order = deal.shown(dealt, seed)
            assert [one.text for one in card.options] == [dealt.options[letter].text for letter in order]
            assert [one.number for one in card.options] == [1, 2, 3]


# The sheet ----------------------------------------------------------------------------------------------------------


def test_a_form_becomes_a_sheet_and_comes_back():
    state = beginning(PARAMS, SEED)
    sent = whole(state)
    sheet = sheets.document(PARAMS, state, sent)
    assert Decisions.read(sheet).attention.people == {"a": 0, "b": 0, "c": 1.5}
    assert sheets.fields(PARAMS, state, sheet) == sent
    assert sheets.problems(PARAMS, state, sheet) == {}
    assert set(sheet["options"]) == {card.id for card in deal.hand(PARAMS, SEED, 1)}


def test_an_empty_form_says_what_is_missing_at_its_place():
    state = beginning(PARAMS, SEED)
    found = sheets.problems(PARAMS, state, sheets.document(PARAMS, state, {}))
    assert found == {
        "card-1": "Choose one of the three.",
        "card-2": "Choose one of the three.",
        "capacity": "The five come to 0 %. Give 100 % more.",
        "style-a": "Say how Ananya is led this quarter.",
        "style-b": "Say how Suresh is led this quarter.",
        "style-c": "Say how Kabir is led this quarter.",
        "message": "Choose what is told this quarter.",
    }


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("attention-ceo", "two", "Write units as a number that is not below 0, such as 2 or 1.5."),
        ("attention-pm-c", "-1", "Write units as a number that is not below 0, such as 2 or 1.5."),
        ("attention-vision", "nan", "Write units as a number that is not below 0, such as 2 or 1.5."),
        ("attention-vision", "1e300", "Write units as a number that is not below 0, such as 2 or 1.5."),
        ("capacity-cash", "a lot", "Write a percentage from 0 to 100."),
        ("card-1", "b", "Choose one of the three."),
        ("card-2", "4", "Choose one of the three."),
        ("style-b", "5", "Say how Suresh is led this quarter."),
        ("message", "loud", "Choose what is told this quarter."),
        ("hire", "d", "Nobody can be hired this quarter. Choose nobody."),
    ],
)
def test_what_cannot_be_played_is_said_at_its_field_and_kept_as_typed(field, typed, says):
    state = beginning(PARAMS, SEED)
    sheet = sheets.document(PARAMS, state, whole(state) | {field: typed})
    assert sheets.problems(PARAMS, state, sheet) == {field: says}
    if field.startswith(("attention", "capacity")):
        assert sheets.fields(PARAMS, state, sheet)[field] == typed


def test_capacity_says_how_much_is_missing_or_too_much():
    state = beginning(PARAMS, SEED)
    for cash, says in (
        ("17", "The five come to 97 %. Give 3 % more."),
        ("22.5", "The five come to 102.5 %. Take 2.5 % away."),
    ):
        sheet = sheets.document(PARAMS, state, whole(state) | {"capacity-cash": cash})
        assert sheets.problems(PARAMS, state, sheet) == {"capacity": says}


@given(sent=st.dictionaries(st.sampled_from([*SENT, "nothing-of-ours"]), st.text(max_size=40)))
@settings(max_examples=60, deadline=None)
def test_whatever_is_sent_becomes_a_sheet_that_can_be_kept_and_shown(sent):
    state = beginning(PARAMS, SEED)
    sheet = sheets.document(PARAMS, state, sent)
    json.dumps(sheet, allow_nan=False)
    assert "\x00" not in json.dumps(sheet)
    shown = sheets.fields(PARAMS, state, sheet)
    assert sheets.document(PARAMS, state, shown) == sheet
    assert effect(FIRST, sheet, shown).units == 20
    assert isinstance(sheets.problems(PARAMS, state, sheet), dict)


def test_a_change_is_told_in_words_and_never_by_an_authors_letter():
    hand = deal.hand(PARAMS, SEED, 1)
    order = deal.shown(hand[0], SEED)
    place = f"options.{hand[0].id}"
    assert sheets.place_words(PARAMS, place) == f"Card: {hand[0].title}"
    assert [sheets.value_words(PARAMS, SEED, place, letter) for letter in order] == [
        "option 1",
        "option 2",
        "option 3",
    ]
    assert sheets.value_words(PARAMS, SEED, place, None) == "nothing yet"
    assert sheets.place_words(PARAMS, "attention.stakeholders.cfo") == "Attention: Finance chief"
    assert sheets.place_words(PARAMS, "delegation.b") == "How Suresh is led"
    assert sheets.value_words(PARAMS, SEED, "delegation.b", 4) == "Leave to decide"
    assert sheets.value_words(PARAMS, SEED, "capacity.debt", 0.125) == "12.5 %"
    assert sheets.value_words(PARAMS, SEED, "hire", "e") == "Thenmozhi"


# What it comes to ---------------------------------------------------------------------------------------------------

UNITS = st.floats(min_value=0, max_value=12).map(lambda value: round(value, 1))


@given(ceo=UNITS, novice=UNITS, vision=UNITS, chosen=st.sampled_from("123"))
@settings(max_examples=60, deadline=None)
def test_the_arithmetic_is_the_engines(ceo, novice, vision, chosen):
    state = beginning(PARAMS, SEED)
    sent = SENT | {
        "attention-ceo": f"{ceo}",
        "attention-pm-c": f"{novice}",
        "attention-vision": f"{vision}",
        "card-1": chosen,
    }
    sheet = sheets.document(PARAMS, state, sent)
    comes = effect(FIRST, sheet, sent)
    left, given_units = stages.attention(PARAMS, deal.hand(PARAMS, SEED, 1), Decisions.read(sheet))
    assert comes.available == pytest.approx(left)
    got = {one.field: one.gets for one in comes.spent}
    assert got["attention-ceo"] == pytest.approx(given_units["trust.ceo"], abs=0.006)
    assert got["attention-pm-c"] == pytest.approx(given_units["people.c"], abs=0.006)
    assert got["attention-vision"] == pytest.approx(given_units["vision"], abs=0.006)
    over = ceo + novice + vision > left
    assert (comes.left < 0) is (round(left - ceo - novice - vision, 2) < 0)
    assert ("too many" in comes.line) is (over and comes.left < 0)


def test_the_effect_says_what_is_open_and_what_falls_due():
    state = beginning(PARAMS, SEED).model_copy(
        update={"promises": (leadership.state.Pledge(to="brd", costs=20, card="A3", made=4, due=6),)}
    )
    seen = told([state.model_copy(update={"round": 6})])
    comes = effect(seen, {}, {})
    assert comes.open_cards == len(seen.cards)
    assert comes.line == "Attention left 20 of 20"
    assert comes.capacity_total == 0
    assert comes.due == ("To the board, due this quarter: Yard has to stand at 60 of 100 or more.",)


# After a round ------------------------------------------------------------------------------------------------------


def test_a_round_is_told_with_what_was_decided_and_without_what_was_true():
    state = beginning(PARAMS, SEED)
    sheet = sheets.document(PARAMS, state, whole(state))
    played = leadership.step(PARAMS, state, Decisions.read(sheet))
    states = [state, played.state]
    read = report.story(PARAMS, states, played.report.team.written(), sheet, lens="people", held=LENSES)
    assert read.round == 1
    assert not read.idle
    assert [one.chose for one in read.cards] == [
        card.options[sheet["options"][card.id]].text for card in deal.hand(PARAMS, SEED, 1)
    ]
    assert [(one.title, one.asked) for one in read.decided.attention] == [
        ("Vision", 3),
        ("Chief executive", 2),
        ("Kabir", 1.5),
    ]
    assert read.decided.capacity == (
        ("Dispatch", 20),
        ("Yard", 20),
        ("Foresee", 20),
        ("Repairs", 20),
        ("Discovery", 20),
    )
    assert read.decided.styles[0] == ("Ananya", "Leave to decide")
    assert read.decided.message == "Everything"
    assert all(len(sign.course) == 2 for sign in read.known.signs)
    for value in played.report.facilitator.after.values():
        assert f"{value:.6f}" not in repr(read)


def test_a_round_in_which_nothing_was_submitted_is_told_as_such():
    state = beginning(PARAMS, SEED)
    played = leadership.step(PARAMS, state, None)
    read = report.story(
        PARAMS, [state, played.state], played.report.team.written(), None, lens="", held=LENSES
    )
    assert read.idle
    assert read.decided.attention == ()
    assert read.decided.message == "As little as possible"
