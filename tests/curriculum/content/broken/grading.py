"""Marks that do not add up or cannot be given."""

from __future__ import annotations

from tests.curriculum.content.broken.variant import A1, A5, BRIEF, CAPSTONE, CORE, K, Variant, swap

VARIANTS = (
    Variant(
        "rubric weights that do not sum",
        BRIEF,
        swap(
            "      title: Vision and priced non-goals\n      weight: 25",
            "      title: Vision and priced non-goals\n      weight: 30",
        ),
        "rubric:",
        "the criteria weigh 105 together",
    ),
    Variant(
        "grading groups that do not sum",
        CAPSTONE,
        swap("title: Panel (M6b), percent: 25", "title: Panel, percent: 20"),
        1,
        "the grading groups sum to 95; make them 100",
    ),
    Variant(
        "an unknown grading group",
        A1,
        swap("    group: participation\n    opens: teach 2", "    group: talk\n    opens: teach 2"),
        "    group: talk",
        "course A has no grading group “talk”; it has quizzes, assignments",
    ),
    Variant(
        "one weight among many",
        A1,
        swap(
            "    group: participation\n    opens: teach 2",
            "    group: participation\n    weight: 40\n    opens: teach 2",
        ),
        "    weight: 40",
        "give every item one and make them 100, or give none",
    ),
    Variant(
        "points that the group does not have",
        K,
        swap("        points: 28", "        points: 30"),
        "    parts:\n      - id: report",
        "the parts have 37 points together, but “report” of course K is worth 35",
    ),
    Variant(
        "a gate with a mark",
        K,
        swap(
            "    codes: [STK]\n    brief: briefs/m5.md",
            "    codes: [STK]\n    group: plan\n    brief: briefs/m5.md",
        ),
        "    gate: true\n    guide_duty: |\n      Comments",
        "a gate has no mark; drop “gate” or “group”",
    ),
    Variant(
        "a best that is more than there is",
        CORE,
        swap("percent: 15, best: 4", "percent: 15, best: 9"),
        "  - {id: quizzes",
        "the best 9 of “quizzes” cannot count: it has 5",
    ),
    Variant(
        "a part that counts nothing",
        CORE,
        swap("activities: [ps-m1, ps-m2]", "activities: [ps-m1, ps-m2, ps-m3]"),
        "      - {id: memos",
        "course A has no activity “ps-m3”",
    ),
    Variant(
        "graded without a rubric",
        BRIEF,
        lambda text: text[: text.index("rubric:")] + text[text.index("---\n", 4) :],
        1,
        "“a-1” counts but has no rubric; add one to the head",
    ),
    Variant(
        "a key for markers whom nobody asks to mark",
        "courses/core/a3-delivery/briefs/ps-m1.md",
        lambda text: (
            text[: text.index("rubric:")]
            + "marker_key: |\n  The figure is 42.\n"
            + text[text.index("---\n", 4) :]
        ),
        2,
        "a marker_key without a rubric is read by nobody",
    ),
    Variant(
        "a date that counts among assignments",
        A5,
        swap("    group: participation\n    text: |", "    group: assignments\n    text: |"),
        "    group: assignments\n    text: |",
        "“contribution-a” is a date and “assignments” no group of discussions",
    ),
    Variant(
        "contribution that counts twice",
        A5,
        swap("    audience: staff\n    at: session(s22)", "    group: participation\n    at: session(s22)"),
        "    group: participation\n    at: session(s22)",
        "contribution counts once in “participation”, and “contribution-a” stands for it",
    ),
    Variant(
        "work kept from reviewers at a level that is none",
        K,
        swap("      withheld: [Named readers only, Embargoed]\n", "      withheld: [Secret]\n"),
        "      withheld: [Secret]",
        "“Secret” is no level of confidentiality in policies.yaml",
    ),
    Variant(
        "a milestone that asks for no declaration of tools",
        "courses/capstone/k-capstone/briefs/m3.md",
        swap("max_mb: 50\n---", "max_mb: 50\ndeclare_tools: false\n---"),
        "declare_tools: false",
        "the milestone “m3” asks for no declaration of tools; drop declare_tools",
    ),
    Variant(
        "reviews of work that has no rubric",
        K,
        swap(
            "    file: briefs/progress-note.md\n    opens: teach 38 Mon 09:00\n",
            "    file: briefs/progress-note.md\n    peer_review: {each: 1}\n    opens: teach 38 Mon 09:00\n",
        ),
        "    peer_review: {each: 1}",
        "“pn2” has no rubric, so nothing of it can be reviewed; give it one, or drop this",
    ),
    Variant(
        "two criteria of a review with one id",
        K,
        swap(
            "        - id: against\n          title: Evidence against",
            "        - id: traceable\n          title: Evidence against",
        ),
        "    peer_review:\n      each: 1",
        "two criteria have the same id; give each its own",
    ),
)
