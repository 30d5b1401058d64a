"""Keys that are missing, misspelt or hold the wrong thing."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import A1, BRIEF, QUIZ, K, Variant, swap

CLINIC = "    question: What would your company stop doing on Monday if it believed its own vision?\n"

VARIANTS = (
    Variant("a missing key", A1, swap(CLINIC, ""), "  - id: clinic-t2", "question is missing; add it"),
    Variant(
        "a misspelt key",
        A1,
        swap("    summary: Write the non-goal", "    sumary: Write the non-goal"),
        "    sumary: Write",
        "sumary is not a key of this kind; remove it or correct its spelling",
    ),
    Variant(
        "a word for a number",
        A1,
        swap("    minutes: 40\n    effort: {2: 25, 3: 15}", "    minutes: forty"),
        "    minutes: forty",
        "input should be a valid integer (it says 'forty')",
    ),
    Variant(
        "a key without a value",
        A1,
        swap("    title: A vision with a victim", "    title:"),
        "    title:\n",
        "title is empty; give it a value or remove the key",
    ),
    Variant(
        "an unknown kind",
        A1,
        swap("    kind: discussion\n    code: Th1", "    kind: debate\n    code: Th1"),
        "    kind: debate",
        "kind is “debate”; write one of reading, live_session",
    ),
    Variant(
        "no kind",
        A1,
        swap("    kind: discussion\n    code: Th1", "    code: Th1"),
        "  - id: th1",
        "kind is missing; add it",
    ),
    Variant(
        "an id with capitals",
        K,
        swap("    id: gm7", "    id: Guide_7"),
        "    id: Guide_7",
        "'Guide_7' is not an id; write lower-case letters and digits joined by hyphens",
    ),
    Variant(
        "a code that is too long",
        K,
        swap("    code: MC9", "    code: MASTERCLASS9"),
        "    code: MASTERCLASS9",
        "'MASTERCLASS9' is not a code; write a capital",
    ),
    Variant(
        "a title of two lines",
        A1,
        swap("    title: A vision with a victim", "    title: |\n      A vision\n      with"),
        "    title: |\n      A vision",
        "is one line; break no line in it",
    ),
    Variant(
        "a prompt that says nothing",
        QUIZ,
        swap(
            "    prompt: Which vision would keep at least one of these out without"
            " anybody having to interpret it?",
            "    prompt: Which?",
        ),
        "    prompt: Which?",
        "at least 10 characters",
    ),
    Variant(
        "choices without options",
        K,
        swap("        options: [Open, Cohort only, Named readers only, Embargoed]\n", ""),
        "      - id: confidentiality",
        "“choice” and “choices” need options",
    ),
    Variant(
        "files without file types",
        BRIEF,
        swap("file_types: [pdf, docx]\n", ""),
        "deliverable",
        "accepts files lists file_types",
    ),
    Variant(
        "an effort that does not sum",
        A1,
        swap("effort: {2: 25, 3: 15}", "effort: {2: 25, 3: 25}"),
        "  - id: th1",
        "effort sums to 50 minutes, but minutes says 40",
    ),
    Variant(
        "an agenda that does not sum",
        K,
        swap(
            '      - {minutes: 11, what: "The outside reader',
            '      - {minutes: 12, what: "The outside reader',
        ),
        "  - kind: live_session\n    id: mid-review",
        "the agenda sums to 21 minutes, but minutes says 20",
    ),
)
