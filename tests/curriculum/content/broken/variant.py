"""What a variant is, the files that are broken, and the ways to break one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

PROGRAMME, COMPETENCIES, POLICIES = "programme.yaml", "competencies.yaml", "policies.yaml"
CORE = "courses/core/course.yaml"
A1 = "courses/core/a1-strategy-and-vision/module.yaml"
A2 = "courses/core/a2-financial-analysis/module.yaml"
A5 = "courses/core/a5-marketing-and-experience/module.yaml"
QUIZ = "courses/core/a1-strategy-and-vision/quizzes/q1.yaml"
BRIEF = "courses/core/a1-strategy-and-vision/briefs/a-1.md"
READING = "courses/core/a1-strategy-and-vision/readings/vision-that-excludes.md"
CAPSTONE = "courses/capstone/course.yaml"
K = "courses/capstone/k-capstone/module.yaml"

Change = Callable[[str], str | bytes | None]
"""A file's text → what it becomes; None deletes it."""


@dataclass(frozen=True)
class Variant:
    """One mistake in one file, and the one problem that is to be reported."""

    name: str
    path: str
    change: Change = field(repr=False)
    at: str | int
    """The line, or text of the file as broken that begins on it."""
    says: str
    where: str | None = None
    """The file that the problem names, if it is not the one that was broken."""


def swap(old: str, new: str) -> Change:
    """Replace a passage that occurs once."""

    def change(text: str) -> str:
        assert text.count(old) == 1, (
            f"“{old}” occurs {text.count(old)} times; choose a passage that occurs once"
        )
        return text.replace(old, new)

    return change


def both(first: Change, second: Change) -> Change:
    """Two replacements that make one mistake."""

    def change(text: str) -> str | bytes | None:
        changed = first(text)
        assert isinstance(changed, str)
        return second(changed)

    return change


def cut_from(mark: str) -> Change:
    """Drop everything from a mark on."""

    def change(text: str) -> str:
        assert text.count(mark) == 1
        return text[: text.index(mark)]

    return change


def body(new: str) -> Change:
    """Keep the head of a Markdown file and replace what follows."""

    def change(text: str) -> str:
        head, _, _body = text.removeprefix("---\n").partition("\n---\n")
        return f"---\n{head}\n---\n{new}"

    return change


def to(content: str | bytes | None) -> Change:
    """Replace, create or delete the whole file."""
    return lambda _text: content
