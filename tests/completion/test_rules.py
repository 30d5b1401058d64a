"""The rule tree: a truth table for each kind of node, and what a trace says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.completion.rules import Fact, FactKind, Known, is_done, judge

DONE = {FactKind.DONE: Fact(FactKind.DONE)}


def known(**kinds: Any) -> dict[str, Known]:
    """Activities a, b, c …: (kind, facts)."""
    return {
        key: Known(key=key, title=key.upper(), kind=kind, facts=facts, module_key="m")
        for key, (kind, facts) in kinds.items()
    }


def attended(value: float) -> dict[FactKind, Fact]:
    return {FactKind.ATTENDED: Fact(FactKind.ATTENDED, value=value)}


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("reading", {}, False),
        ("reading", DONE, True),
        ("reading", {FactKind.DONE: Fact(FactKind.DONE, reached=False)}, False),
        ("live_session", {}, False),
        ("live_session", attended(0), False),
        ("live_session", attended(0.5), True),
        ("live_session", attended(1), True),
        ("live_session", {FactKind.EXCUSED: Fact(FactKind.EXCUSED)}, True),
        ("milestone", DONE, False),
        ("milestone", {FactKind.SUBMITTED: Fact(FactKind.SUBMITTED)}, True),
        ("milestone", {FactKind.ACCEPTED: Fact(FactKind.ACCEPTED)}, True),
        ("simulation", {FactKind.PLAYED: Fact(FactKind.PLAYED)}, True),
        ("quiz", {FactKind.MARKED: Fact(FactKind.MARKED, value=80)}, False),
    ],
)
def test_what_counts_as_done(kind: str, facts: dict[FactKind, Fact], expected: bool) -> None:
    assert is_done(kind, facts) is expected


@pytest.mark.parametrize(
    ("rule", "holds", "found"),
    [
        ({"all": [{"activity": "a"}, {"activity": "b"}]}, False, "1 of 2"),
        ({"all": [{"activity": "a"}]}, True, "1 of 1"),
        ({"in_order": [{"activity": "b"}, {"activity": "a"}]}, False, "the first 0 of 2"),
        ({"in_order": [{"activity": "a"}, {"activity": "b"}]}, False, "the first 1 of 2"),
        ({"at_least": {"n": 1, "of": [{"activity": "a"}, {"activity": "b"}]}}, True, "1 of 2"),
        ({"at_least": {"n": 2, "of": [{"activity": "a"}, {"activity": "b"}]}}, False, "1 of 2"),
        ({"points": {"p": 3, "of": {"a": 3, "b": 2}}}, True, "3"),
        ({"points": {"p": 4, "of": {"a": 3, "b": 2}}}, False, "3"),
        ({"attendance": 0.5}, True, "1.5 of 3"),
        ({"attendance": 0.51}, False, "1.5 of 3"),
        ({"mean_mark": 70}, True, "70"),
        ({"mean_mark": 70.1}, False, "70"),
        ({"milestone": {"id": "m1", "state": "submitted"}}, True, "submitted"),
        ({"milestone": {"id": "m1", "state": "accepted"}}, False, "submitted"),
        ({"simulation": {"id": "ps", "rounds": 1}}, True, "1 rounds"),
        ({"simulation": {"id": "ps", "rounds": 2}}, False, "1 rounds"),
    ],
)
def test_every_kind_of_node(rule: dict[str, Any], holds: bool, found: str) -> None:
    things = {
        **known(
            a=("reading", DONE),
            b=("reading", {}),
            s1=("live_session", attended(1)),
            s2=("live_session", attended(0.5)),
            s3=("live_session", {}),
            q=("quiz", {FactKind.MARKED: Fact(FactKind.MARKED, value=70)}),
            m1=("milestone", {FactKind.SUBMITTED: Fact(FactKind.SUBMITTED)}),
        ),
        "ps-r1": Known("ps-r1", "Round 1", "simulation", {FactKind.PLAYED: Fact(FactKind.PLAYED)}),
        "ps-r2": Known("ps-r2", "Round 2", "simulation", {}),
    }
    node = judge(rule, things)
    assert (node.holds, node.found) == (holds, found)


def test_an_excused_session_leaves_the_denominator() -> None:
    things = known(
        s1=("live_session", attended(1)), s2=("masterclass", {FactKind.EXCUSED: Fact(FactKind.EXCUSED)})
    )
    assert judge({"attendance": 1.0}, things).found == "1 of 1"


def test_the_trace_shows_every_node() -> None:
    node = judge(
        {"all": [{"activity": "a"}, {"at_least": {"n": 1, "of": [{"activity": "b"}]}}]},
        known(a=("reading", DONE), b=("reading", {})),
    )
    assert node.document() == {
        "says": "All of these",
        "found": "1 of 2",
        "holds": False,
        "children": [
            {"says": "A", "found": "done", "holds": True, "children": []},
            {
                "says": "At least 1 of these",
                "found": "0 of 1",
                "holds": False,
                "children": [{"says": "B", "found": "not yet", "holds": False, "children": []}],
            },
        ],
    }


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.integers(1, 8))
def test_reaching_more_never_undoes(reached: list[bool], bound: int) -> None:
    keys = [f"k{n}" for n in range(len(reached))]
    rule = {"at_least": {"n": bound, "of": [{"activity": key} for key in keys]}}

    def verdict(flags: list[bool]) -> bool:
        return judge(
            rule, known(**{k: ("reading", DONE if f else {}) for k, f in zip(keys, flags, strict=True)})
        ).holds

    before = verdict(reached)
    for position in range(len(reached)):
        assert verdict([*reached[:position], True, *reached[position + 1 :]]) >= before
