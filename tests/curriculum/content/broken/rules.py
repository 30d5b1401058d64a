"""Completion rules that can never be met."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import A1, A2, K, Variant, swap

VARIANTS = (
    Variant(
        "a rule that names nothing",
        K,
        swap(
            "    - at_least:\n        n: 4\n", "    - activity: peer-revue\n    - at_least:\n        n: 4\n"
        ),
        "    - activity: peer-revue",
        "the rule names “peer-revue”, which is no activity",
    ),
    Variant(
        "a bare name that names nothing",
        A1,
        swap("    - a-1\n    - q1\n", "    - a-1\n    - q11x\n"),
        "    - q11x",
        "the rule names “q11x”, which is no activity",
    ),
    Variant(
        "a rule with two keys",
        A1,
        swap("    - attendance: 0.6\n", "    - attendance: 0.6\n      mean_mark: 50\n"),
        "    - attendance: 0.6",
        "a rule has exactly one key, this one has 2",
    ),
    Variant(
        "a rule that is never reached",
        K,
        swap("        n: 4\n", "        n: 7\n"),
        "        n: 7",
        "at least 7 of 6 is never reached",
    ),
    Variant(
        "a share in per cent",
        A1,
        swap("    - attendance: 0.6\n", "    - attendance: 60\n"),
        "    - attendance: 60",
        "less than or equal to 1",
    ),
    Variant(
        "points that cannot be had",
        A2,
        swap("points: {p: 4,", "points: {p: 9,"),
        "    - points: {p: 9",
        "9 points are more than can be had",
    ),
    Variant(
        "more rounds than are played",
        A2,
        swap("simulation: {id: ps, rounds: 1}", "simulation: {id: ps, rounds: 9}"),
        "    - simulation: {id: ps",
        "“ps” has 8 rounds; ask for fewer",
    ),
    Variant(
        "a milestone that is none",
        K,
        swap("milestone: {id: m5, state: accepted}", "milestone: {id: pn5, state: accepted}"),
        "        - milestone: {id: pn5",
        "“pn5” is a progress_note, not a milestone",
    ),
    Variant(
        "a state that milestones do not have",
        K,
        swap("milestone: {id: m5, state: accepted}", "milestone: {id: m5, state: done}"),
        "        - milestone: {id: m5, state: done",
        "input should be 'submitted' or 'accepted'",
    ),
)
