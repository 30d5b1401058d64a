"""Giving places: one by hand, many from a list or for the demonstration, always the same way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortState
from lms.cohorts.queries import CohortView
from lms.core import events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment import queries, rules
from lms.enrolment.actions.story import Telling, tell
from lms.enrolment.events import LearnerEnrolled, LearnersEnrolled
from lms.enrolment.models import Place
from lms.enrolment.rules import EnrolmentRefusal, PlaceEventKind, PlaceState
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.actions import bulk
from lms.people.models import Person
from lms.people.rules import Actor, Role, why_not_email

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Enrolling:
    """Whom to enrol, and how."""

    person_id: int
    section_id: int | None = None
    external_id: str | None = None
    joined_on: dt.date | None = None
    """Empty: today, or the cohort's start when that lies ahead."""
    details: dict[str, Any] = field(default_factory=dict)
    """What its story should remember, e.g. the import it came from."""


def enrol(cohort_id: int, enrolling: Enrolling, *, actor: Actor, now: dt.datetime) -> Place:
    """Give a person a place in the cohort.

    Raises RuleViolation when there is no seat, the cohort is over, they have a place or a task in it.
    """
    (place_id,) = enrol_many(cohort_id, [enrolling], actor=actor, now=now)
    return db.session.get_one(Place, place_id)


def enrol_many(
    cohort_id: int, enrollings: Sequence[Enrolling], *, actor: Actor, now: dt.datetime
) -> list[int]:
    """Give many persons a place, all or none; returns the places' ids in the same order.

    Takes the lock of the cohort's row, so that seats are never over-booked. The same number of statements for one and
    for a few hundred.
    Raises RuleViolation when seats do not suffice, the cohort is over, or one of them has a place or a task in it.
    """
    cohort = lock_open(cohort_id)
    ids = [one.person_id for one in enrollings]
    _refuse_known(cohort_id, ids, now)
    _refuse_sections(cohort_id, enrollings)
    _refuse_seats(cohort, len(ids))
    today = today_in(cohort, now)
    settled = [
        replace(one, joined_on=rules.joining_day(one.joined_on, starts_on=cohort.starts_on, today=today))
        for one in enrollings
    ]
    places = _insert(cohort_id, settled)
    _welcome(cohort_id, settled, places, actor=actor, now=now)
    return [places[person_id] for person_id in ids]


def enrol_again(cohort_id: int, enrollings: dict[int, Enrolling], *, actor: Actor, now: dt.datetime) -> None:
    """Give places back whose import was undone: place id → how.

    Raises RuleViolation when seats do not suffice or the cohort is over.
    """
    if not enrollings:
        return
    cohort = lock_open(cohort_id)
    _refuse_seats(cohort, len(enrollings))
    today = today_in(cohort, now)
    settled = {
        place_id: replace(
            one, joined_on=rules.joining_day(one.joined_on, starts_on=cohort.starts_on, today=today)
        )
        for place_id, one in enrollings.items()
    }
    db.session.execute(
        sa.update(Place),
        [
            {
                "id": place_id,
                "state": PlaceState.ENROLLED,
                "section_id": one.section_id,
                "external_id": one.external_id or None,
                "joined_on": one.joined_on,
                "left_on": None,
            }
            for place_id, one in settled.items()
        ],
    )
    places = {one.person_id: place_id for place_id, one in settled.items()}
    _welcome(cohort_id, list(settled.values()), places, actor=actor, now=now)


def lock_open(cohort_id: int) -> Cohort:
    """The cohort under lock. Raises RuleViolation when it is over."""
    cohort: Cohort | None = locked(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    if cohort.state is CohortState.CLOSED:
        raise RuleViolation(EnrolmentRefusal.CLOSED)
    return cohort


def today_in(cohort: Cohort | CohortView, now: dt.datetime) -> dt.date:
    """The day it is where the cohort's dates are reckoned."""
    return now.astimezone(ZoneInfo(cohort.zone)).date()


def _refuse_known(cohort_id: int, person_ids: list[int], now: dt.datetime) -> None:
    here: set[int] = set()
    staff: set[int] = set()
    for start in range(0, len(person_ids), CHUNK):
        chunk = person_ids[start : start + CHUNK]
        here |= set(
            db.session.scalars(
                sa.select(Place.person_id).where(Place.cohort_id == cohort_id, Place.person_id.in_(chunk))
            )
        )
        staff |= queries.staff_among(cohort_id, chunk, now)
    seen: set[int] = set()
    for person_id in person_ids:
        if person_id in here or person_id in seen:
            raise RuleViolation(EnrolmentRefusal.ALREADY_HERE, name=_name(person_id))
        if person_id in staff:
            raise RuleViolation(EnrolmentRefusal.STAFF_HERE, name=_name(person_id))
        seen.add(person_id)


def _name(person_id: int) -> str:
    return db.session.get_one(Person, person_id).name


def _refuse_sections(cohort_id: int, enrollings: Sequence[Enrolling]) -> None:
    wanted = {one.section_id for one in enrollings if one.section_id is not None}
    if wanted and wanted - {section.id for section in cohorts.sections(cohort_id)}:
        raise RuleViolation(EnrolmentRefusal.NO_SUCH_SECTION)


def _refuse_seats(cohort: Cohort, wanted: int) -> None:
    taken = queries.seats_taken(cohort.id)
    refusal = rules.why_not_take_seat(seats=cohort.seats, taken=taken, wanted=wanted)
    if refusal:
        left, page = max(0, cohort.seats - taken), rules.seats_page(cohort.slug)
        raise RuleViolation(refusal, seats=cohort.seats, wanted=wanted, left=left, page=page)


def _insert(cohort_id: int, enrollings: Sequence[Enrolling]) -> dict[int, int]:
    """Person id → place id."""
    places: dict[int, int] = {}
    for start in range(0, len(enrollings), CHUNK):
        chunk = enrollings[start : start + CHUNK]
        rows = [
            {
                "cohort_id": cohort_id,
                "person_id": one.person_id,
                "section_id": one.section_id,
                "external_id": one.external_id or None,
                "state": PlaceState.ENROLLED,
                "joined_on": one.joined_on,
            }
            for one in chunk
        ]
        db.session.execute(sa.insert(Place), rows)
        found = db.session.execute(
            sa.select(Place.person_id, Place.id).where(
                Place.cohort_id == cohort_id, Place.person_id.in_([one.person_id for one in chunk])
            )
        )
        places.update((row.person_id, row.id) for row in found)
    return places


def _welcome(
    cohort_id: int,
    enrollings: Sequence[Enrolling],
    places: dict[int, int],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Tell the story, grant the role, announce."""
    tell(
        [
            Telling(
                place_id=places[one.person_id],
                cohort_id=cohort_id,
                kind=PlaceEventKind.ENROLLED,
                on=one.joined_on or now.date(),
                details=one.details,
            )
            for one in enrollings
        ],
        actor=actor,
        now=now,
    )
    ids = [one.person_id for one in enrollings]
    bulk.grant_many(ids, Role.LEARNER, cohort_id=cohort_id, actor=actor, now=now)
    events.record(
        LearnersEnrolled(
            cohort_id=cohort_id,
            place_ids=tuple(places[person_id] for person_id in ids),
            actor_id=actor.person_id,
            at=now,
        )
    )
    for person_id in ids:
        events.record(
            LearnerEnrolled(
                cohort_id=cohort_id,
                place_id=places[person_id],
                person_id=person_id,
                actor_id=actor.person_id,
                at=now,
            )
        )


# By hand ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """What a coordinator types to enrol one person."""

    email: str
    name: str = ""
    section_id: int | None = None
    joined_on: dt.date | None = None
    zone: str = ""
    employer: str = ""
    job_title: str = ""
    invite: bool = False


@dataclass(frozen=True)
class Enrolled:
    """What came of it."""

    place_id: int
    public_id: str
    name: str
    known: bool
    """They were known before; nothing that is known of them was changed."""
    typed_name: str
    joined_on: dt.date
    late: bool
    invited: bool


def enrol_by_hand(cohort_id: int, typed: ByHand, *, actor: Actor, now: dt.datetime) -> Enrolled:
    """Enrol one person by address; somebody who is known already is taken as they are.

    Raises RuleViolation when the address is none, a name is missing, or no place can be given.
    """
    wrong = why_not_email(typed.email)
    if wrong:
        raise RuleViolation(wrong)
    cohort = lock_open(cohort_id)
    end = queries.last_day_of(cohorts.by_id(cohort_id))
    if typed.joined_on and typed.joined_on > end:
        raise RuleViolation(EnrolmentRefusal.TOO_LATE, last=f"{end:%d %B %Y}".lstrip("0"))
    known = people_queries.person_by_email(typed.email)
    if known is None and not typed.name:
        raise RuleViolation(EnrolmentRefusal.NO_NAME)
    person = known or people.add_person(
        people.PersonFacts(
            name=typed.name,
            email=typed.email,
            zone=typed.zone or cohort.zone,
            employer=typed.employer,
            job_title=typed.job_title,
        ),
        actor=actor,
        now=now,
    )
    place = enrol(
        cohort_id,
        Enrolling(person_id=person.id, section_id=typed.section_id, joined_on=typed.joined_on),
        actor=actor,
        now=now,
    )
    invited = people.invite_all([person.id], actor=actor, now=now) if typed.invite else 0
    return Enrolled(
        place_id=place.id,
        public_id=place.public_id,
        name=person.name,
        known=known is not None,
        typed_name=typed.name,
        joined_on=place.joined_on,
        late=place.joined_on > cohort.starts_on,
        invited=bool(invited),
    )
