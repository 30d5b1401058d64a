"""Where a project stands and which act leads where: one table, and the story read back from its events."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class ProjectState(enum.StrEnum):
    """Where a project stands."""

    INTEREST = "interest"
    PROPOSED = "proposed"
    REVISE = "revise"
    APPROVED = "approved"
    IN_PROGRESS = "in progress"
    REPORTED = "report submitted"
    RELEASED = "released"
    REJECTED = "rejected"
    DROPPED = "dropped out"


class SubmissionState(enum.StrEnum):
    """Where a milestone's submission stands."""

    SUBMITTED = "submitted"
    REVISE = "revise"
    ACCEPTED = "accepted"
    REPLACED = "replaced"
    """A newer version was handed in before anybody answered."""


class Act(enum.StrEnum):
    """What moves a project from one state to another; the values are the story's words."""

    START = "project started"
    PROPOSE = "proposal handed in"
    APPROVE = "proposal approved"
    ASK = "proposal to be revised"
    REJECT = "proposal rejected"
    REASSIGN = "topic assigned"
    BEGIN = "plan approved"
    REPORT = "report handed in"
    RELEASE = "marks released"
    MERGE = "joined a team's project"
    DROP = "dropped out"


class Told(enum.StrEnum):
    """What a story tells besides: it moves nothing, but for the step back."""

    BACK = "one step back"
    TAKEN_BACK = "answer taken back"
    HANDED_IN = "milestone handed in"
    ACCEPTED = "milestone accepted"
    REVISE = "milestone to be revised"
    GUIDE = "guide assigned"
    MEETING = "meeting noted"
    CORRECTED = "meeting note corrected"
    TEAM = "team changed"
    SCOPE = "scope changed"


_LIVE = (
    ProjectState.INTEREST,
    ProjectState.PROPOSED,
    ProjectState.REVISE,
    ProjectState.APPROVED,
    ProjectState.IN_PROGRESS,
    ProjectState.REPORTED,
    ProjectState.REJECTED,
)
TRANSITIONS: Mapping[tuple[ProjectState, Act], ProjectState] = {
    (ProjectState.INTEREST, Act.PROPOSE): ProjectState.PROPOSED,
    (ProjectState.REVISE, Act.PROPOSE): ProjectState.PROPOSED,
    (ProjectState.PROPOSED, Act.APPROVE): ProjectState.APPROVED,
    (ProjectState.PROPOSED, Act.ASK): ProjectState.REVISE,
    (ProjectState.PROPOSED, Act.REJECT): ProjectState.REJECTED,
    (ProjectState.REJECTED, Act.REASSIGN): ProjectState.INTEREST,
    (ProjectState.APPROVED, Act.BEGIN): ProjectState.IN_PROGRESS,
    (ProjectState.IN_PROGRESS, Act.REPORT): ProjectState.REPORTED,
    (ProjectState.REPORTED, Act.RELEASE): ProjectState.RELEASED,
    (ProjectState.INTEREST, Act.MERGE): ProjectState.DROPPED,
    **{(state, Act.DROP): ProjectState.DROPPED for state in _LIVE},
}
"""Everything that is possible; whatever is not here is refused."""

RUNNING = frozenset(_LIVE)
"""States in which somebody works on the project: these count in a guide's load."""


def after(state: ProjectState, act: Act) -> ProjectState | None:
    """The state an act leads to, or None where it cannot be done."""
    return TRANSITIONS.get((state, act))


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a story as the rules read it."""

    kind: str
    from_state: ProjectState | None
    to_state: ProjectState
    details: Mapping[str, Any] = field(default_factory=dict)


def last_step(story: Iterable[Step]) -> Step | None:
    """The step that “one step back” would undo: the last one that moved something and was not undone yet."""
    stack: list[Step] = []
    for step in story:
        if step.kind == Told.BACK:
            if stack:
                stack.pop()
        elif step.from_state is not None and step.from_state is not step.to_state:
            stack.append(step)
    return stack[-1] if stack else None


_WORDS = {
    ProjectState.INTEREST: "interest stated",
    ProjectState.PROPOSED: "proposal waits for an answer",
    ProjectState.REVISE: "proposal to be revised",
    ProjectState.APPROVED: "proposal approved",
    ProjectState.IN_PROGRESS: "in progress",
    ProjectState.REPORTED: "report handed in",
    ProjectState.RELEASED: "marks released",
    ProjectState.REJECTED: "proposal rejected",
    ProjectState.DROPPED: "ended",
}


def state_words(state: ProjectState) -> str:
    """What people call a state."""
    return _WORDS[state]
