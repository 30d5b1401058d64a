"""What stands in a cell of the gradebook: one state, in a word, for one learner and one thing that is marked."""

from __future__ import annotations

import enum

from lms.assessment.rules import MarkState, Origin, TaskState


class CellState(enum.StrEnum):
    """Where a mark is. Only the last five are seen by its learner."""

    NOT_DUE = "not due"
    NO_MARK = "no mark"
    """Nobody hands anything in for it, and nothing is recorded yet."""
    MISSING = "missing"
    HANDED_IN = "handed in"
    MARKING = "being marked"
    FINISHED = "finished"
    MODERATED = "moderated"
    BLIND = "blind"
    """Handed in, and marked under a number: no name is put to its state before the release."""
    SECOND = "yours second"
    """Marked, and whoever looks is still to judge it second: nothing of the first mark is shown."""
    EXCUSED = "excused"
    RELEASED = "released"
    LATE = "late"
    EXTERNAL = "elsewhere"
    CORRECTED = "corrected"
    CHANGING = "new version"
    """Released, and a later version waits for its release."""


SEEN = frozenset(
    {CellState.RELEASED, CellState.LATE, CellState.EXTERNAL, CellState.CORRECTED, CellState.CHANGING}
)
WAITING = frozenset({CellState.FINISHED, CellState.MODERATED, CellState.CHANGING})
"""For a release."""


def of_mark(
    state: str, origin: str, *, released: bool, corrected: bool, changing: bool, late: bool
) -> CellState | None:
    """The state of a cell with a mark; None where the mark stands no more and nothing is released."""
    if released:
        if changing:
            return CellState.CHANGING
        if late:
            return CellState.LATE
        if origin == Origin.EXTERNAL:
            return CellState.EXTERNAL
        return CellState.CORRECTED if corrected and origin != Origin.QUIZ else CellState.RELEASED
    if state == MarkState.FINALISED:
        return CellState.FINISHED
    return CellState.MODERATED if state == MarkState.MODERATED else None


def without_mark(task: TaskState | None, *, due: bool, taken: bool) -> CellState:
    """The state of a cell without a mark; `taken`: something is handed in for it."""
    if task is TaskState.DRAFT:
        return CellState.MARKING
    if task is not None:
        return CellState.HANDED_IN
    if not due:
        return CellState.NOT_DUE
    return CellState.MISSING if taken else CellState.NO_MARK
