"""What both engines stand on: draws, rounding, reading and writing."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.simulations.engines import data, draws, exact


def test_a_draw_depends_on_its_key_alone():
    first = draws.uniform(7, "quits", 2, "a")
    draws.uniform(7, "something", "else")
    assert draws.uniform(7, "quits", 2, "a") == first
    other = subprocess.run(
        [
            sys.executable,
            "-c",
            "from lms.simulations.engines import draws; print(draws.uniform(7, 'quits', 2, 'a'))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(other.stdout) == first


@pytest.mark.parametrize(("one", "other"), [(("a", "bc"), ("ab", "c")), ((1,), ("1",)), (("a",), ("a", ""))])
def test_keys_that_read_alike_are_kept_apart(one, other):
    assert draws.uniform(*one) != draws.uniform(*other)


def test_draws_are_spread_evenly_and_normally():
    drawn = [draws.uniform("even", at) for at in range(20_000)]
    assert 0 < min(drawn) < max(drawn) < 1
    tenths = [sum(1 for one in drawn if at <= 10 * one < at + 1) for at in range(10)]
    assert all(abs(count - 2_000) < 5 * math.sqrt(1_800) for count in tenths)
    bells = [draws.normal("bell", at) for at in range(20_000)]
    assert abs(sum(bells) / len(bells)) < 0.04
    assert abs(sum(one * one for one in bells) / len(bells) - 1) < 0.05


@given(st.lists(st.integers(), max_size=12), st.integers(), st.text(max_size=5))
def test_a_shuffle_loses_nothing(items, seed, purpose):
    assert sorted(draws.shuffled(items, seed, purpose)) == sorted(items)
    assert draws.shuffled(items, seed, purpose) == draws.shuffled(items, seed, purpose)


def test_every_order_comes_up_about_as_often():
    orders = [tuple(draws.shuffled("abc", "orders", at)) for at in range(6_000)]
    counts = {order: orders.count(order) for order in set(orders)}
    assert len(counts) == 6
    assert all(850 < count < 1_150 for count in counts.values())


def test_nothing_is_drawn_from_nothing():
    with pytest.raises(ValueError, match="nothing"):
        draws.below(0, "x")
    with pytest.raises(ValueError, match="3 of 2"):
        draws.sample("ab", 3, "x")


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(2.5, 0, 2.0), (3.5, 0, 4.0), (0.0625, 3, 0.062), (-0.0001, 3, 0.0), (1_096.7449, 3, 1_096.745)],
)
def test_a_figure_is_rounded_half_to_even(value, places, expected):
    assert repr(exact.rounded(value, places)) == repr(expected)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_figure_is_not_rounded(value):
    with pytest.raises(ValueError, match="not a figure"):
        exact.rounded(value, 3)


@given(
    st.lists(st.floats(min_value=0, max_value=5_000, allow_nan=False), min_size=1, max_size=24),
    st.integers(min_value=0, max_value=6),
)
def test_rounded_parts_come_to_the_rounded_whole(parts, places):
    whole = math.fsum(parts)
    given_out = exact.apportioned(parts, whole, places)
    unit = 10**-places
    assert round(math.fsum(given_out) / unit) == round(whole / unit)
    assert all(abs(one - part) <= unit * (1 + 1e-6) for one, part in zip(given_out, parts, strict=True))


@given(st.lists(st.integers(min_value=0, max_value=9_000_000), max_size=20))
def test_parts_of_whole_units_stay_as_they_are(units):
    parts = [one / 1_000 for one in units]
    assert exact.apportioned(parts, sum(units) / 1_000, 3) == parts


def test_the_largest_remainders_get_the_units_that_are_left():
    assert exact.apportioned([0.5, 1.25, 1.25], 3.0, 0) == [1.0, 1.0, 1.0]
    assert exact.apportioned([1.5, 1.5], 3.0, 0) == [2.0, 1.0]


@pytest.mark.parametrize("parts", [[1.0, 4.0], [-1.0, 3.0], [math.nan, 2.0]])
def test_parts_that_do_not_come_to_their_whole_are_refused(parts):
    with pytest.raises(ValueError, match="part"):
        exact.apportioned(parts, 2.0, 0)


class Offer(data.Data):
    """A record to try."""

    price: float
    name: str
    mix: dict[str, float] = {}


@pytest.mark.parametrize(
    ("raw", "places"),
    [
        ({"price": 3, "name": "A", "colour": "red"}, ["north.colour"]),
        ({"price": "3", "name": "A"}, ["north.price"]),
        ({"name": 3}, ["north.price", "north.name"]),
        ({"price": math.nan, "name": "A"}, ["north.price"]),
        ({"price": math.inf, "name": "A"}, ["north.price"]),
        ({"price": 1.0, "name": "A", "mix": {"V": None}}, ["north.mix.V"]),
    ],
)
def test_what_does_not_fit_is_refused_with_every_place(raw, places):
    with pytest.raises(data.InvalidInput) as refused:
        Offer.read(raw, "north")
    assert [one.place for one in refused.value.problems] == places
    assert all(one.says for one in refused.value.problems)


def test_what_json_cannot_say_is_refused_too():
    with pytest.raises(data.InvalidInput):
        Offer.read({"price": 1.0, "name": {"A"}})


def test_a_record_is_read_back_as_it_was_written():
    offer = Offer.read({"price": 3, "name": "Ä", "mix": {"V": 0.25, "M": 0.75}})
    assert Offer.read(json.loads(data.canonical(offer))) == offer


def test_equal_values_are_equal_bytes_whatever_their_order():
    one = {"b": 1.5, "a": [1, {"z": None, "y": "ü"}]}
    other = {"a": [1, {"y": "ü", "z": None}], "b": 1.5}
    assert data.canonical(one) == data.canonical(other)
    assert data.fingerprint(one) == data.fingerprint(other)
    assert data.fingerprint(one) != data.fingerprint({**one, "b": 1.6})
    with pytest.raises(ValueError, match="JSON compliant"):
        data.canonical({"a": math.nan})


@pytest.mark.parametrize(
    ("shares", "whole"),
    [
        ({"a": 0.1, "b": 0.2, "c": 0.7}, True),
        ({"a": 0.333, "b": 0.667}, True),
        ({"a": 0.5}, False),
        ({}, False),
    ],
)
def test_shares_come_to_one_or_they_do_not(shares, whole):
    assert data.comes_to_one(shares) is whole
