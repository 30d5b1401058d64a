"""Ids and codes that are given twice or to nothing."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import A1, A2, BRIEF, POLICIES, QUIZ, K, Variant, swap

VARIANTS = (
    Variant(
        "an activity id given twice",
        K,
        swap("    id: gm7", "    id: gm6"),
        "    id: gm6\n    title: Guide meeting 7",
        "the activity id “gm6” is also used at courses/capstone/k-capstone/module.yaml:",
    ),
    Variant(
        "a code given twice",
        K,
        swap("    code: MC9", "    code: M1"),
        "    code: M1\n    title: The first bad",
        "the activity code “M1” is also used at",
    ),
    Variant(
        "a quiz item id given twice",
        QUIZ,
        swap("  - id: q1-02\n", "  - id: q1-01\n"),
        "  - id: q1-01\n    kind: numeric",
        "the quiz item id “q1-01” is also used at",
    ),
    Variant(
        "a round given twice",
        A2,
        swap("    phase: round\n    number: 1\n", "    phase: round\n    number: 8\n"),
        "  - kind: simulation\n    id: ps-r8",
        "the simulation phase “ps round 8” is also used at",
        "courses/core/a5-marketing-and-experience/module.yaml",
    ),
    Variant(
        "a round without a number",
        A2,
        swap("    phase: round\n    number: 1\n", "    phase: round\n"),
        "  - id: ps-r1",
        "a round has a number",
    ),
    Variant(
        "a field id given twice",
        K,
        swap("      - id: contact\n", "      - id: host\n"),
        "      - id: host\n        label: The person there",
        "the field id “host” is given twice here",
    ),
    Variant(
        "an unknown competency",
        A1,
        swap("codes: [VIS, FOC]\n    group: part", "codes: [VIS, FOK]\n    group: part"),
        "    codes: [VIS, FOK]",
        "“FOK” is not a competency of competencies.yaml",
    ),
    Variant(
        "an unknown competency in a question",
        QUIZ,
        swap(
            "  - id: q1-01\n    kind: single\n    codes: [VIS]",
            "  - id: q1-01\n    kind: single\n    codes: [VIZ]",
        ),
        "    codes: [VIZ]",
        "“VIZ” is not a competency",
    ),
    Variant(
        "an unknown competency in a rubric",
        POLICIES,
        swap("codes: [VIS, FOC]", "codes: [VIS, FUC]"),
        "        codes: [VIS, FUC]",
        "“FUC” is not a competency",
    ),
    Variant(
        "a competency given twice",
        K,
        swap("codes: [SHM, STK, DEC]\n    group", "codes: [SHM, STK, SHM]\n    group"),
        "    codes: [SHM, STK, SHM]",
        "“SHM” is given twice; keep one",
    ),
    Variant(
        "two levels that say the same",
        BRIEF,
        swap(
            "        - The vision names whom it is for and what changes; a non-goal is stated, but its cost is"
            " described in words only.\n",
            "        - The vision could hang on a competitor's wall; non-goals are missing or give"
            " up nothing that anybody wants.\n",
        ),
        "        - The vision could hang on a competitor's wall; non-goals are missing or give up nothing that anybody"
        " wants.\n        - The vision excludes",
        "level 2 says the same as level 1",
    ),
)
