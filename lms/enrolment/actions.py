"""Writes about places: giving one and changing its state, each a sentence in its story."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort, CohortState
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment import queries, rules
from lms.enrolment.events import LearnerEnrolled, PlaceChanged
from lms.enrolment.models import Place, PlaceEvent
from lms.enrolment.rules import EnrolmentRefusal, PlaceEventKind, PlaceState
from lms.people import actions as people
from lms.people.models import Person
from lms.people.rules import Actor, Role

_EVENT = {
    PlaceState.ON_LEAVE: PlaceEventKind.LEAVE_STARTED,
    PlaceState.DEFERRED: PlaceEventKind.DEFERRED,
    PlaceState.TRANSFERRED: PlaceEventKind.TRANSFERRED,
    PlaceState.WITHDRAWN: PlaceEventKind.WITHDRAWN,
    PlaceState.COMPLETED: PlaceEventKind.COMPLETED,
}
_LOSES_ROLE = frozenset({PlaceState.WITHDRAWN, PlaceState.DEFERRED, PlaceState.TRANSFERRED})


@dataclass(frozen=True, kw_only=True)
class Enrolling:
    """Whom to enrol, and how."""

    person_id: int
    section_id: int | None = None
    external_id: str | None = None
    joined_on: dt.date | None = None
    """Empty: today, or the cohort's start when that lies ahead."""
    details: dict[str, Any] = field(default_factory=dict)


def enrol(cohort_id: int, enrolling: Enrolling, *, actor: Actor, now: dt.datetime) -> Place:
    """Give a person a place in the cohort.

    Takes the lock of the cohort's row, so that seats are never over-booked.
    Raises RuleViolation when there is no seat, the cohort is over, or they have a place.
    """
    cohort: Cohort | None = locked(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    person = db.session.get_one(Person, enrolling.person_id)
    if cohort.state is CohortState.CLOSED:
        raise RuleViolation(EnrolmentRefusal.CLOSED)
    known = db.session.scalar(
        sa.select(Place).where(Place.cohort_id == cohort_id, Place.person_id == person.id)
    )
    if known is not None:
        raise RuleViolation(EnrolmentRefusal.ALREADY_HERE, name=person.name)
    refusal = rules.why_not_take_seat(seats=cohort.seats, taken=queries.seats_taken(cohort_id))
    if refusal:
        raise RuleViolation(refusal, seats=cohort.seats)
    joined = enrolling.joined_on or max(now.date(), cohort.starts_on)
    place = Place(
        cohort_id=cohort_id,
        person_id=person.id,
        section_id=enrolling.section_id,
        external_id=enrolling.external_id,
        state=PlaceState.ENROLLED,
        joined_on=joined,
    )
    db.session.add(place)
    db.session.flush()
    _tell_story(place, PlaceEventKind.ENROLLED, actor=actor, now=now, on=joined, details=enrolling.details)
    people.grant(person.id, Role.LEARNER, cohort_id=cohort_id, actor=actor, now=now)
    events.record(
        LearnerEnrolled(
            cohort_id=cohort_id, place_id=place.id, person_id=person.id, actor_id=actor.person_id, at=now
        )
    )
    return place


def change_state(
    place_id: int, wanted: PlaceState, *, reason: str, effective_on: dt.date, actor: Actor, now: dt.datetime
) -> Place:
    """Put a place on leave, bring it back, withdraw or complete it.

    Raises RuleViolation when the state cannot follow the present one, or no seat is left to return to.
    """
    place: Place | None = locked(Place, place_id)
    if place is None:
        raise NotFound
    before = place.state
    refusal = rules.why_not_follow(before, wanted)
    if refusal:
        raise RuleViolation(refusal, state=before.value)
    if rules.holds_seat(wanted) and not rules.holds_seat(before):
        cohort: Cohort = locked(Cohort, place.cohort_id)
        no_seat = rules.why_not_take_seat(seats=cohort.seats, taken=queries.seats_taken(place.cohort_id))
        if no_seat:
            raise RuleViolation(no_seat, seats=cohort.seats)
    place.state = wanted
    _role_follows(place, wanted, actor=actor, now=now, reason=reason)
    place.left_on = effective_on if wanted in _LOSES_ROLE else None
    kind = _EVENT.get(wanted) or (
        PlaceEventKind.LEAVE_ENDED if before is PlaceState.ON_LEAVE else PlaceEventKind.REINSTATED
    )
    db.session.flush()
    _tell_story(place, kind, actor=actor, now=now, on=effective_on, reason=reason)
    events.record(
        PlaceChanged(
            cohort_id=place.cohort_id,
            place_id=place.id,
            person_id=place.person_id,
            state=wanted.value,
            actor_id=actor.person_id,
            at=now,
        )
    )
    return place


def _role_follows(place: Place, wanted: PlaceState, *, actor: Actor, now: dt.datetime, reason: str) -> None:
    if wanted in _LOSES_ROLE:
        people.end_grants(
            place.person_id, Role.LEARNER, cohort_id=place.cohort_id, actor=actor, now=now, reason=reason
        )
    else:
        people.grant(place.person_id, Role.LEARNER, cohort_id=place.cohort_id, actor=actor, now=now)


def _tell_story(
    place: Place,
    kind: PlaceEventKind,
    *,
    actor: Actor,
    now: dt.datetime,
    on: dt.date,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    db.session.add(
        PlaceEvent(
            place_id=place.id,
            kind=kind,
            at=now,
            effective_on=on,
            actor_id=actor.person_id,
            reason=reason,
            details=details or {},
        )
    )
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"enrolment.{kind.value.replace(' ', '_')}",
            subject="place",
            subject_id=place.id,
            cohort_id=place.cohort_id,
            after={"state": place.state.value, "on": on},
            reason=reason,
        )
    )
