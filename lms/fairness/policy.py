"""Who may rate and settle ratings; who marks samples and decides; who judges the set piece; who reviews peers."""

from __future__ import annotations

from typing import Protocol

from lms.assessment.policy import MARKING
from lms.cohorts.policy import OfCohort
from lms.people.rules import Actor, Role

READING = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR})
SETTLING = frozenset({Role.COORDINATOR, Role.DIRECTOR})
MODERATING = frozenset({Role.FACULTY, Role.COORDINATOR, Role.DIRECTOR})
GUIDING = frozenset({Role.GUIDE, Role.FACULTY})


class OfTeam(OfCohort, Protocol):
    """Ratings with those who guide the team."""

    @property
    def guide_ids(self) -> frozenset[int]: ...


def can_rate(actor: Actor, rating: OfCohort) -> bool:
    """Rate the other members: the loader finds only ratings that one takes part in."""
    return actor.has(Role.LEARNER, rating.cohort_id)


def can_see_ratings(actor: Actor, thing: OfCohort) -> bool:
    """See the list of ratings: those who settle them, and faculty and guides, who find those they may read."""
    return actor.has_any(READING | GUIDING, thing.cohort_id)


def can_read_rating(actor: Actor, rating: OfTeam) -> bool:
    """Read what a team's members gave each other: those who settle it, and the team's guide."""
    return actor.has_any(READING, rating.cohort_id) or can_comment(actor, rating)


def can_comment(actor: Actor, rating: OfTeam) -> bool:
    """Say why a factor is far from 1: the guide; where nobody guides the team, the cohort's faculty."""
    if rating.guide_ids:
        return actor.person_id in rating.guide_ids and actor.has_any(GUIDING, rating.cohort_id)
    return actor.has(Role.FACULTY, rating.cohort_id)


def can_settle(actor: Actor, thing: OfCohort) -> bool:
    """Open, extend, close and settle ratings."""
    return actor.has_any(SETTLING, thing.cohort_id)


def can_read_notes(actor: Actor, thing: OfCohort) -> bool:
    """Read the confidential notes: those who settle."""
    return can_settle(actor, thing)


class OfSecond(OfCohort, Protocol):
    """A second look with the one who takes it."""

    @property
    def marker_id(self) -> int | None: ...


def can_have_second_looks(actor: Actor) -> bool:
    """Have a list of second looks: faculty of some cohort."""
    return actor.anywhere(Role.FACULTY)


def can_take_look(actor: Actor, look: OfSecond) -> bool:
    """Mark a piece a second time: whoever it was given to."""
    return look.marker_id == actor.person_id and actor.has(Role.FACULTY, look.cohort_id)


def can_moderate(actor: Actor, thing: OfCohort) -> bool:
    """Decide what stands where two markers differ. A rule keeps the first marker from it."""
    return actor.has_any(MODERATING, thing.cohort_id)


class OfReference(OfCohort, Protocol):
    """The piece that markers begin with, and who writes its agreed judgement."""

    @property
    def agreed_by_id(self) -> int | None: ...


def can_judge_sample(actor: Actor, sample: OfCohort) -> bool:
    """Judge the piece that is set to begin with: whoever marks in its cohort."""
    return actor.has_any(MARKING, sample.cohort_id)


def can_set_reference(actor: Actor, sample: OfReference) -> bool:
    """Write the judgement that was agreed on: a member of faculty, and from then on that one alone."""
    return actor.has(Role.FACULTY, sample.cohort_id) and sample.agreed_by_id in (None, actor.person_id)


class OfRound(OfCohort, Protocol):
    """Something of a round of peer review, with whether the viewer takes part."""

    @property
    def own(self) -> bool: ...


def can_review_peers(actor: Actor, thing: OfRound) -> bool:
    """Review others' work and read what was said of one's own: the loader finds only what is one's own."""
    return thing.own and actor.has(Role.LEARNER, thing.cohort_id)


def can_see_peer_reviews(actor: Actor, thing: OfCohort) -> bool:
    """See who has reviewed whom and what was said: those who see the marks of the cohort."""
    return actor.has_any(MODERATING | READING, thing.cohort_id)


def can_run_peer_reviews(actor: Actor, thing: OfCohort) -> bool:
    """Begin, lengthen, close and release a round."""
    return actor.has_any(SETTLING, thing.cohort_id)


def can_hide_peer_reviews(actor: Actor, thing: OfCohort) -> bool:
    """Hide a review from its author, and show it again."""
    return actor.has_any(MODERATING, thing.cohort_id)
