"""Where work and marks stand, and why a step is refused. What a learner may see passes `why_not_release`."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lms.core.errors import Refusal


class TaskState(enum.StrEnum):
    """Where a piece of work stands with its marker."""

    WAITING = "waiting"
    DRAFT = "draft"
    FINALISED = "finalised"
    RELEASED = "released"
    SUPERSEDED = "superseded"
    """A newer version was handed in before the mark was released."""


OPEN = frozenset({TaskState.WAITING, TaskState.DRAFT})
"""Still to be marked."""


class MarkState(enum.StrEnum):
    """Where a version of a mark stands."""

    FINALISED = "finalised"
    MODERATED = "moderated"
    RELEASED = "released"
    REPLACED = "replaced"


class Origin(enum.StrEnum):
    """Where a mark came from."""

    RUBRIC = "rubric"
    QUIZ = "quiz"
    PARTICIPATION = "participation"
    SIMULATION = "simulation"
    CONTRIBUTION = "contribution"
    """Entered by somebody who saw it; not worked out."""
    EXTERNAL = "external"
    ENTERED = "entered"
    """Put into the gradebook by hand, with a reason."""
    REVIEW = "review"
    """Of a second assessor, after a complaint."""
    BOARD = "board"
    """By a decision of the board."""


COMPUTED = frozenset({Origin.QUIZ, Origin.PARTICIPATION, Origin.SIMULATION})
"""Worked out by rule: nobody entered them."""


class AssessmentRefusal(Refusal):
    """Why a step with a mark is refused."""

    SAVED_ELSEWHERE = "{who} saved this piece of work after you opened it. Nothing was overwritten."
    SAVED_BY_YOU = (
        "You saved this piece of work in another window after you opened it here. Nothing was overwritten."
    )
    FINALISED = "This work is finished already. Reopen it to change the judgement."
    RELEASED = "This mark is released. Correct it with a reason; the old value is kept."
    SUPERSEDED = "A newer version of this work was handed in. Mark that one; your draft went with it."
    UNFINISHED = "This work is not finished: {count} still to do."
    NOT_FINALISED = "Only finished work can be reopened."
    NOT_RELEASED = "Only a released mark is corrected; reopen the work instead."
    NO_REASON = "Say why, in a few words: the reason stays with the mark."
    NOTHING_TO_RELEASE = "There is no finished mark to release here."
    STILL_WAITING = (
        "{count} of this batch are still to be marked."
        " Wait for them, or choose to release only the finished ones."
    )
    ENTERED_ALONE = (
        "You entered these marks yourself. By policy a coordinator, a director or another member of faculty"
        " releases them."
    )
    HELD = "Nothing goes out yet: {why}."
    CHANGED_SINCE = (
        "The list has changed since you looked: somebody finished, reopened or released something."
        " Look again."
    )
    NOT_A_MARKER = "{name} does not mark in this cohort."
    OUT_OF_RANGE = "A mark lies between 0 and 100."
    NOT_THROUGH_THE_GATE = "A mark that a person entered is released by the release page only."
    PACK_TAKEN = "This pack is taken already. Bring it again to take what it says now."
    NOTHING_TO_KEEP = "There is nothing to keep: write the comment first."
    TOO_LONG_TO_KEEP = "A comment to keep has at most 4,000 characters."
    BARRED = (
        "You do not mark this author: a conflict of interest is declared, or it is your own work."
        " Give it to another marker."
    )
    SECOND = "{name} looks at this piece second. Choose somebody else."
    YOURS_SECOND = "You look at this piece second. Give your judgement there; the first one is another's."
    SAMPLE_FIRST = (
        "Judge the piece that is set to begin with first; then you can judge the others of this activity."
    )
    BEING_MARKED = (
        "{who} is marking this work. Change the mark on the marking desk, or hand the work over first."
    )
    NOTHING_STANDS = "No mark that waits for its release stands here."
    NO_RUBRIC = "This activity has no rubric; it cannot be marked here."


def why_not_judge(state: TaskState) -> AssessmentRefusal | None:
    """Why a judgement cannot be written down or finished, or None."""
    return {
        TaskState.FINALISED: AssessmentRefusal.FINALISED,
        TaskState.RELEASED: AssessmentRefusal.RELEASED,
        TaskState.SUPERSEDED: AssessmentRefusal.SUPERSEDED,
    }.get(state)


def why_not_reopen(state: TaskState) -> AssessmentRefusal | None:
    """Why work cannot be reopened before its release, or None."""
    if state is TaskState.RELEASED:
        return AssessmentRefusal.RELEASED
    return None if state is TaskState.FINALISED else AssessmentRefusal.NOT_FINALISED


def why_not_correct(state: TaskState, reason: str) -> AssessmentRefusal | None:
    """Why a released mark cannot be corrected, or None."""
    if state is not TaskState.RELEASED:
        return AssessmentRefusal.NOT_RELEASED
    return None if reason.strip() else AssessmentRefusal.NO_REASON


@dataclass(frozen=True, slots=True)
class Releasing:
    """A version that somebody wants to release."""

    origin: Origin
    entered_by_id: int | None
    summative: bool
    """It counts in a grading group."""


def why_not_release(version: Releasing, releaser_id: int | None) -> AssessmentRefusal | None:
    """Why this person cannot release this version, or None.

    No one releases alone the summative marks that they alone entered: whoever entered the version is not the one who
    releases it, whatever their role. What a rule worked out, and what counts nowhere, is not held back.
    """
    if not version.summative or version.origin in COMPUTED:
        return None
    return AssessmentRefusal.ENTERED_ALONE if version.entered_by_id == releaser_id else None


def why_not_record(*, origin: Origin, summative: bool, released: bool) -> AssessmentRefusal | None:
    """Why a mark cannot be recorded and released at once, or None."""
    if released and summative and origin not in COMPUTED:
        return AssessmentRefusal.NOT_THROUGH_THE_GATE
    return None
