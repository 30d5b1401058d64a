"""Two people judged the same work: what differs, side by side, to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from lms.assessment.queries import RubricView, TaskView
from lms.assessment.rules import OPEN, Judgement


@dataclass(frozen=True)
class Difference:
    """One field in which the two differ. A value is what the field would send."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_words: str
    theirs_words: str
    both: str = ""
    """Both texts, one after the other; empty where that makes no sense."""


@dataclass(frozen=True)
class ConflictPage:
    """The two judgements."""

    task: TaskView
    reason: str
    who: str
    differences: tuple[Difference, ...]
    same: tuple[tuple[str, str], ...]
    """Fields in which they agree: name and value."""
    open: bool
    """Whether a choice can be saved: the work is still open."""


def present(task: TaskView, rubric: RubricView, *, mine: Judgement, reason: str, own: bool) -> ConflictPage:
    """Compare field by field with what stands in the task as it was read: a choice names just that version."""
    theirs = Judgement.read(task.draft)
    differences: list[Difference] = []
    same: list[tuple[str, str]] = []

    def compare(name: str, label: str, own: str, other: str, *, text: bool = False, word: str = "") -> None:
        if own == other:
            same.append((name, own))
            return
        differences.append(
            Difference(
                name,
                label,
                own,
                other,
                f"{word}{own}" if own else "nothing",
                f"{word}{other}" if other else "nothing",
                f"{other}\n\n{own}" if text and own and other else "",
            )
        )

    for row in rubric.words:
        key = row.key
        compare(
            f"level-{key}", row.title, _number(mine.levels, key), _number(theirs.levels, key), word="level "
        )
        compare(
            f"points-{key}",
            f"{row.title}, points",
            _number(mine.points, key),
            _number(theirs.points, key),
        )
        compare(
            f"comment-{key}",
            f"{row.title}, comment",
            mine.comments.get(key, ""),
            theirs.comments.get(key, ""),
            text=True,
        )
    compare("comment", "To the author", mine.overall, theirs.overall, text=True)
    return ConflictPage(task, reason, _who(task, own), tuple(differences), tuple(same), task.state in OPEN)


def _who(task: TaskView, own: bool) -> str:
    return "You, in the other window" if own else task.saved_by_name or "Somebody"


def _number(values: object, key: str) -> str:
    found = values.get(key) if hasattr(values, "get") else None
    return "" if found is None else str(found)
