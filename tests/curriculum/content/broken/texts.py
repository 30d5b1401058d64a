"""Texts that a page would not show as they were meant."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import A1, READING, Variant, body, swap

VARIANTS = (
    Variant(
        "a reading without words", READING, body("\n"), 7, "nothing follows the head; write the text below it"
    ),
    Variant(
        "a reading that is too short",
        READING,
        body("\nA vision excludes.\n"),
        8,
        "a reading of 3 words is no reading",
    ),
    Variant(
        "a title in the text",
        READING,
        swap("## Four parts", "# Four parts"),
        "# Four parts",
        "the title stands on the page already; begin headings with ##",
    ),
    Variant(
        "HTML in a reading",
        READING,
        swap("## Price it\n", "<br>\n\n## Price it\n"),
        "<br>",
        "HTML is shown as it stands",
    ),
    Variant(
        "HTML in a prompt",
        A1,
        swap("      sides. If you think", "      sides.<br> If you think"),
        "      sides.<br>",
        "HTML is shown as it stands, not obeyed (“<br>”)",
    ),
    Variant(
        "a link to a file",
        READING,
        swap("## Price it\n", "Read [on](non-goals.md).\n\n## Price it\n"),
        "Read [on]",
        "“non-goals.md” is no address that a learner can open",
    ),
    Variant(
        "a picture",
        READING,
        swap("## Price it\n", "![The wall](wall.png)\n\n## Price it\n"),
        "![The wall]",
        "pictures are not shown in texts",
    ),
    Variant(
        "a sign that the fonts do not hold",
        READING,
        swap("under 10 % the vision", "≤ 10 % the vision"),
        "There is no right",
        "“≤” (U+2264) is not in the fonts; write it in words",
    ),
)
