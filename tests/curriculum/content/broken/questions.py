"""Questions without a right answer, or with too many."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import A1, QUIZ, Variant, cut_from, swap

FIRST_OPTION = (
    "To be the most trusted and most loved financial partner of India's aspiring middle class"
    " and its families"
)
SECOND_OPTION = "To use data and mobile technology so that borrowing becomes simple, fast and fair for all"

VARIANTS = (
    Variant(
        "no right option",
        QUIZ,
        swap("nobody except businesses\n        correct: true", "nobody except businesses"),
        "  - id: q1-01",
        "exactly one correct option, this one has 0",
    ),
    Variant(
        "two right options",
        QUIZ,
        swap(f"      - text: {FIRST_OPTION}\n", f"      - text: {FIRST_OPTION}\n        correct: true\n"),
        "  - id: q1-01",
        "exactly one correct option, this one has 2",
    ),
    Variant(
        "two options that are the same",
        QUIZ,
        swap(SECOND_OPTION, FIRST_OPTION),
        f"      - text: {FIRST_OPTION}\n        feedback: This names",
        "two options of “q1-01” are the same; change one",
    ),
    Variant("a bank of nineteen", QUIZ, cut_from("  - id: q1-20\n"), "items:", "at least 20 items"),
    Variant(
        "a mistake that is right",
        QUIZ,
        swap("      - value: 32.1", "      - value: 34.5"),
        "  - id: q1-02",
        "the mistake 34.5 lies within the tolerance of the right answer",
    ),
    Variant(
        "a wrong option without feedback",
        QUIZ,
        lambda text: text.replace(
            text[
                text.index("        feedback: Every item on") : text.index(f"      - text: {SECOND_OPTION}")
            ],
            "",
        ),
        f"      - text: {FIRST_OPTION}",
        "feedback is missing; add it",
    ),
    Variant(
        "a pool that gives more than it holds",
        QUIZ,
        lambda text: text.replace("items:\n", "pools:\n  - {id: vision, draws: 2}\nitems:\n", 1).replace(
            "    kind: single\n", "    kind: single\n    pool: vision\n", 1
        ),
        "  - {id: vision, draws: 2}",
        "the pool “vision” gives 2 of 1 questions; draw fewer",
    ),
    Variant(
        "a pool that nobody named",
        QUIZ,
        lambda text: text.replace("    kind: single\n", "    kind: single\n    pool: vision\n", 1),
        "    pool: vision",
        "is in the pool “vision”, which pools do not name; add it there",
    ),
    Variant(
        "more draws than items",
        A1,
        swap("    file: quizzes/q1.yaml\n", "    file: quizzes/q1.yaml\n    draws: 30\n"),
        "    draws: 30",
        "“q1” draws 30 items of 24",
    ),
)
