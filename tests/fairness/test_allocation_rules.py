"""Who reviews whose work, over many groups: nobody their own, loads within one, the same again; what a review lacks."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from lms.fairness import rules
from lms.fairness.rules import RoundPhase, Unit

UTC = dt.UTC


def units(count: int, *, teams: bool = False, **more: object) -> list[Unit]:
    size = 3 if teams else 1
    return [
        Unit(number, frozenset(range(number * size, number * size + size)), **more)  # type: ignore[arg-type]
        for number in range(1, count + 1)
    ]


def loads(pairs: list[tuple[int, int]]) -> tuple[Counter[int], Counter[int]]:
    return Counter(one for one, _ in pairs), Counter(other for _, other in pairs)


@given(st.integers(2, 24), st.integers(1, 5), st.text(max_size=5), st.booleans())
def test_everybody_gives_and_gets_what_is_asked_and_the_same_seed_gives_the_same(
    count: int, each: int, seed: str, teams: bool
) -> None:
    found = rules.allot(units(count, teams=teams), each, seed)
    asked = min(each, count - 1)
    gives, gets = loads(found)
    assert set(gives.values()) == set(gets.values()) == {asked}
    assert len(gives) == len(gets) == count
    assert all(reviewer != piece for reviewer, piece in found)
    assert found == rules.allot(list(reversed(units(count, teams=teams))), each, seed)
    mutual = [pair for pair in found if pair[::-1] in found]
    assert not mutual or count <= 2 * each
    assert len(mutual) >= max(0, 2 * count * asked - count * (count - 1))


@st.composite
def grounds(draw: st.DrawFn) -> tuple[list[Unit], int, set[tuple[int, int]], set[tuple[int, int]]]:
    count, each = draw(st.integers(2, 14)), draw(st.integers(1, 3))
    found = [
        Unit(
            number,
            frozenset({number}),
            frozenset({draw(st.sampled_from(("a", "b", "c", "d", "")))} - {""}),
            reviews=draw(st.integers(0, 5)) > 0,
            reviewed=draw(st.integers(0, 7)) > 0,
        )
        for number in range(1, count + 1)
    ]
    pair = st.tuples(st.integers(1, count), st.integers(1, count))
    return found, each, draw(st.sets(pair, max_size=count)), draw(st.sets(pair, max_size=2))


@given(grounds(), st.booleans())
def test_what_is_barred_never_happens_and_nothing_possible_is_left_out(ground: tuple, apart: bool) -> None:
    found, each, barred, _ = ground
    pairs = rules.allot(found, each, "x", barred=barred, apart=apart)
    by_id = {one.id: one for one in found}
    gives, gets = loads(pairs)
    assert not barred & set(pairs)
    for reviewer, piece in pairs:
        one, other = by_id[reviewer], by_id[piece]
        assert one.reviews
        assert other.reviewed
        assert reviewer != piece
        assert not (apart and one.employers & other.employers)
    assert len(set(pairs)) == len(pairs)
    assert max([*gives.values(), *gets.values(), 0]) <= each + 1
    for one in found:
        for other in found:
            fine = one.reviews and other.reviewed and one.id != other.id and (one.id, other.id) not in barred
            if fine and not (apart and one.employers & other.employers) and (one.id, other.id) not in pairs:
                assert gives[one.id] >= each or gets[other.id] >= each


@given(st.integers(4, 16), st.integers(1, 3), st.integers(1, 3))
def test_who_comes_late_gives_and_gets_as_many_and_nobody_more_than_one_more(
    count: int, each: int, late: int
) -> None:
    first = rules.allot(units(count), each, "s")
    more = rules.allot(units(count + late), each, "s", existing=first)
    gives, gets = loads([*first, *more])
    asked = min(each, count - 1)
    assert not set(first) & set(more)
    for number in range(count + 1, count + late + 1):
        assert asked <= gives[number] <= each + 1
        assert asked <= gets[number] <= each + 1
    assert max(*gives.values(), *gets.values()) <= each + 1


def test_who_leaves_or_steps_back_is_replaced_and_who_is_away_is_only_reviewed() -> None:
    first = rules.allot(units(6), 2, "s")
    left = [pair for pair in first if 3 not in pair]
    still = [*units(2), *units(6)[3:]]
    again = rules.allot(still, 2, "s", existing=left)
    gives, gets = loads([*left, *again])
    assert set(gives.values()) | set(gets.values()) == {2}
    stepped = first[0]
    kept = [pair for pair in first if pair != stepped]
    more = rules.allot(units(6), 2, "s", existing=kept, barred=[stepped])
    gives, gets = loads([*kept, *more])
    assert min(gives.values()) == min(gets.values()) == 2
    assert stepped not in more
    away = [*units(5), Unit(6, frozenset({6}), reviews=False)]
    gives, gets = loads(rules.allot(away, 2, "s"))
    assert 6 not in gives
    assert gets[6] == 2


def test_where_a_review_and_a_round_stand() -> None:
    now = dt.datetime(2025, 3, 5, 12, tzinfo=UTC)
    later = now + dt.timedelta(hours=30)
    assert rules.round_phase(later, None, now) is RoundPhase.OPEN
    assert rules.round_phase(now, None, now) is RoundPhase.CLOSED
    assert rules.round_phase(later, now, now) is RoundPhase.RELEASED
    assert rules.may_allot(later, now)
    assert not rules.may_allot(later, now + dt.timedelta(hours=8))
    keys = ["clear", "proof"]
    assert set(rules.missing({}, {}, " ", keys)) == {"clear", "proof", ""}
    assert rules.missing({"clear": 1, "proof": 2}, {"clear": "x"}, "All", keys) == {
        "proof": "Say in a sentence what made you choose it."
    }
    assert rules.missing({"clear": 1, "proof": 2}, {"clear": "x", "proof": "y"}, "All", keys) == {}
    assert [rules.letter(number) for number in (1, 2, 26, 27, 53)] == ["A", "B", "Z", "AA", "BA"]


def test_a_sign_is_shown_for_what_is_short_repeated_or_of_no_use() -> None:
    sign, long = rules.PeerSign, "word " * 30
    assert rules.peer_signs("Fine.", [], None) == [sign.SHORT]
    assert rules.peer_signs(long, [long.strip()], 2) == [sign.SAME]
    assert rules.peer_signs(long, ["Fine."], 1) == [sign.NOT_USEFUL]
    assert rules.peer_signs(long, [], 3) == []
