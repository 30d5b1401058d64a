"""Who may mark, see and release marks. Nothing here lets a learner see what is not released: queries do not load it."""

from __future__ import annotations

from typing import Protocol

from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

MARKING = frozenset({Role.FACULTY, Role.MARKER, Role.GUIDE})
SEEING = frozenset({Role.FACULTY, Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR})
RELEASING = frozenset({Role.FACULTY, Role.COORDINATOR, Role.DIRECTOR})


class OfMarker(OfCohort, Protocol):
    """A piece of work with its marker."""

    @property
    def marker_id(self) -> int | None: ...

    @property
    def unseen(self) -> bool: ...


def can_have_work_to_mark(actor: Actor) -> bool:
    """Have a marking desk: whoever marks in some cohort."""
    return any(actor.anywhere(role) for role in MARKING)


def can_read_task(actor: Actor, task: OfMarker) -> bool:
    """Look at a piece of work and its judgement: its marker, and those who see the cohort's marks."""
    return can_see_marks(actor, task) or can_mark(actor, task)


def can_mark(actor: Actor, task: OfMarker) -> bool:
    """Judge a piece of work: its marker, and the cohort's faculty, who may step in for each other.

    Never whoever looks at it second.
    """
    if task.unseen:
        return False
    if task.marker_id == actor.person_id:
        return actor.has_any(MARKING, task.cohort_id)
    return actor.has(Role.FACULTY, task.cohort_id)


def can_hand_over(actor: Actor, task: OfMarker) -> bool:
    """Give a piece of work to another marker: a coordinator, or the one who has it."""
    return can_allocate(actor, task) or (task.marker_id == actor.person_id and can_mark(actor, task))


def can_allocate(actor: Actor, thing: OfCohort) -> bool:
    """Say who marks what."""
    return actor.has(Role.COORDINATOR, thing.cohort_id)


def can_see_marks(actor: Actor, thing: OfCohort) -> bool:
    """See every mark of the cohort, released or not, with its history."""
    return actor.has_any(SEEING, thing.cohort_id)


def can_take_pack(actor: Actor, thing: OfCohort) -> bool:
    """Take one's own work to mark out as a pack, and bring it back: whoever marks in the cohort."""
    return actor.has_any(MARKING, thing.cohort_id)


def knows_authors(actor: Actor, thing: OfCohort) -> bool:
    """Know whose work it is although it is marked blind: those who see the marks and mark none of them."""
    return can_see_marks(actor, thing) and not actor.has_any(MARKING, thing.cohort_id)


def can_unmask(actor: Actor, thing: OfCohort) -> bool:
    """Let a marker know, for a reason, whose work it is: a coordinator."""
    return actor.has(Role.COORDINATOR, thing.cohort_id)


def can_release(actor: Actor, thing: OfCohort) -> bool:
    """Use the release page. Whose marks one may release is a rule (`rules.why_not_release`)."""
    return actor.has_any(RELEASING, thing.cohort_id)


class OfMarkers(OfCohort, Protocol):
    """Something of a batch, with those who mark pieces of it."""

    @property
    def marker_ids(self) -> frozenset[int]: ...


def can_write_class_feedback(actor: Actor, feedback: OfMarkers) -> bool:
    """Write to everybody who handed this in: the cohort's faculty, and whoever marks pieces of it."""
    if actor.has(Role.FACULTY, feedback.cohort_id):
        return True
    return actor.person_id in feedback.marker_ids and actor.has_any(MARKING, feedback.cohort_id)


def can_read_class_feedback(actor: Actor, feedback: OfMarkers) -> bool:
    """Look at it before learners do: those who write it, and those who see the cohort's marks."""
    return can_see_marks(actor, feedback) or can_write_class_feedback(actor, feedback)


def can_approve_class_feedback(actor: Actor, feedback: OfCohort) -> bool:
    """Say that it may go out with the marks: those who may release them."""
    return can_release(actor, feedback)


def can_change_class_feedback(actor: Actor, feedback: OfMarkers) -> bool:
    """Send its form: those who write it, and those who approve it."""
    return can_write_class_feedback(actor, feedback) or can_approve_class_feedback(actor, feedback)


def can_see_own_mark(actor: Actor, mark: OfCohort) -> bool:
    """See a released mark: the loader finds only one's own, or a member of staff's."""
    return actor.has(Role.LEARNER, mark.cohort_id) or can_see_marks(actor, mark)
