"""Files that cannot be read, are missing, or are read by nobody."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import (
    A1,
    CAPSTONE,
    POLICIES,
    PROGRAMME,
    QUIZ,
    READING,
    Variant,
    swap,
    to,
)

VARIANTS = (
    Variant(
        "YAML that is not closed",
        A1,
        swap("codes: [VIS, FOC]\n    group: part", "codes: [VIS, FOC\n    group: part"),
        "    group: participation\n    opens: teach 2",
        "this is not YAML",
    ),
    Variant("a tab", A1, swap("    code: Th1\n", "\tcode: Th1\n"), "\tcode: Th1", "this is not YAML"),
    Variant(
        "a key given twice",
        A1,
        swap("    code: Th1\n", "    code: Th1\n    code: Th9\n"),
        "    code: Th9",
        "“code” is given twice; keep one",
    ),
    Variant(
        "a brace that was meant as text",
        A1,
        swap("    code: Th1\n", "    code: Th1\n    {draft}: yes\n"),
        "    {draft}",
        "a key is one word; put text with { or [ in quotes",
    ),
    Variant("an empty file", QUIZ, to("# nothing yet\n"), 1, "the file is empty"),
    Variant("a list where keys belong", QUIZ, to("- one\n- two\n"), 1, "the file: input should be"),
    Variant(
        "two documents in one file", QUIZ, swap("items:\n", "---\nitems:\n"), "---\nitems", "this is not YAML"
    ),
    Variant(
        "a reading without a head",
        READING,
        lambda text: text.partition("\n---\n")[2],
        1,
        "the file has no head",
    ),
    Variant(
        "Latin-1", READING, lambda text: text.encode("utf-16"), 1, "the file is not UTF-8; save it as UTF-8"
    ),
    Variant(
        "a file that is not there",
        READING,
        to(None),
        "    file: readings/vision-that-excludes.md",
        "there is no file courses/core/a1-strategy-and-vision/readings/vision-that-excludes.md",
        A1,
    ),
    Variant(
        "a file that nothing names",
        "courses/core/a1-strategy-and-vision/readings/old.md",
        to("---\n---\nOld.\n"),
        1,
        "no module names this file",
    ),
    Variant("a policy file that is not there", POLICIES, to(None), 1, "there is no such file; create it"),
    Variant(
        "a course folder that is not there",
        PROGRAMME,
        swap(
            "courses: [core, data-ai, leadership, capstone]",
            "courses: [core, data-ai, leadership, capstone, extra]",
        ),
        "courses: [",
        "there is no file courses/extra/course.yaml",
    ),
    Variant(
        "a module folder that is not there",
        CAPSTONE,
        swap("modules: [k-capstone]", "modules: [k-capstone, k-extra]"),
        "modules: [",
        "there is no file courses/capstone/k-extra/module.yaml",
    ),
    Variant(
        "a file outside the module",
        A1,
        swap("file: readings/vision-that-excludes.md", "file: readings/../../x.md"),
        "    file: readings/../../x.md",
        "readings/../../x.md leaves the module's folder",
    ),
    Variant(
        "a quiz bank in Markdown",
        A1,
        swap("file: quizzes/q1.yaml", "file: quizzes/q1.md"),
        "    file: quizzes/q1.md",
        "quizzes/q1.md is not a .yaml file; name one",
    ),
)
