"""Changing places: leave, return, withdrawal, reinstatement, completion; section and first day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.core import outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment import queries, rules
from lms.enrolment.actions import teams
from lms.enrolment.actions.enrolling import today_in
from lms.enrolment.actions.story import Changed, Telling, announce, tell
from lms.enrolment.models import Place, PlaceEvent
from lms.enrolment.rules import EnrolmentRefusal, PlaceEventKind, PlaceState
from lms.people import actions as people
from lms.people import queries as people_queries
from lms.people.rules import Actor, Role

_EVENT = {
    PlaceState.ON_LEAVE: PlaceEventKind.LEAVE_STARTED,
    PlaceState.DEFERRED: PlaceEventKind.DEFERRED,
    PlaceState.TRANSFERRED: PlaceEventKind.TRANSFERRED,
    PlaceState.WITHDRAWN: PlaceEventKind.WITHDRAWN,
    PlaceState.COMPLETED: PlaceEventKind.COMPLETED,
}
_PLAN = {state: kind for kind, state in rules.PLANS.items()}
LOSES_ROLE = frozenset({PlaceState.WITHDRAWN, PlaceState.DEFERRED, PlaceState.TRANSFERRED})


@dataclass(frozen=True, slots=True)
class _Standing:
    """A place under lock with its cohort and story."""

    place: Place
    cohort: Cohort
    story: tuple[rules.Told, ...]
    today: dt.date

    @property
    def last_change_on(self) -> dt.date:
        """The day on which the last change took effect; the next one cannot lie before it."""
        return next(
            (event.on for event in reversed(self.story) if event.kind in rules.LEADS_TO), self.place.joined_on
        )


def change_state(
    place_id: int,
    wanted: PlaceState,
    *,
    reason: str,
    effective_on: dt.date,
    actor: Actor,
    now: dt.datetime,
    back_on: dt.date | None = None,
) -> Place:
    """Put a place on leave, bring it back, withdraw, reinstate or complete it.

    A leave or a withdrawal whose day lies ahead is planned: it comes about by itself on that day, and can be dropped.
    `back_on` is when somebody on leave is expected back.
    Raises RuleViolation when the state cannot follow the present one, no seat is left to return to, or the day is
    not possible.
    """
    at = _standing(place_id, now)
    refusal = rules.why_not_follow(at.place.state, wanted)
    if refusal:
        raise RuleViolation(refusal, state=at.place.state.value)
    _refuse_day(at, wanted, effective_on, back_on)
    details = {"back_on": back_on.isoformat()} if back_on else {}
    if effective_on > at.today:
        _plan(at, wanted, effective_on, reason, details, actor=actor, now=now)
        return at.place
    if rules.holds_seat(wanted) and not rules.holds_seat(at.place.state):
        taken = queries.seats_taken(at.cohort.id)
        no_seat = rules.why_not_take_seat(seats=at.cohort.seats, taken=taken)
        if no_seat:
            raise RuleViolation(no_seat, seats=at.cohort.seats, page=rules.seats_page(at.cohort.slug))
    before = at.place.state
    at.place.state = wanted
    at.place.left_on = effective_on if wanted in LOSES_ROLE else None
    db.session.flush()
    kind = _EVENT.get(wanted) or (
        PlaceEventKind.LEAVE_ENDED if before is PlaceState.ON_LEAVE else PlaceEventKind.REINSTATED
    )
    _told(at, kind, effective_on, reason, details, actor=actor, now=now)
    _role_follows(at.place, wanted, actor=actor, now=now, reason=reason)
    if wanted in LOSES_ROLE:
        teams.leave_all([at.place.id], cohort_id=at.cohort.id, reason=reason, actor=actor, now=now)
    _announce(at.place, actor=actor, now=now)
    return at.place


def _announce(place: Place, *, actor: Actor, now: dt.datetime) -> None:
    changed = Changed(place.id, place.person_id, place.state)
    announce(place.cohort_id, [changed], actor=actor, now=now)


def _standing(place_id: int, now: dt.datetime) -> _Standing:
    """The place under the lock of its cohort: everybody locks the cohort first, then its places."""
    cohort_id = db.session.scalar(sa.select(Place.cohort_id).where(Place.id == place_id))
    if cohort_id is None:
        raise NotFound
    cohort: Cohort = locked(Cohort, cohort_id)
    place: Place = locked(Place, place_id)
    return _Standing(place, cohort, queries.told(place_id), today_in(cohort, now))


def _refuse_day(at: _Standing, wanted: PlaceState, on: dt.date, back_on: dt.date | None) -> None:
    last_day = queries.last_day_of(cohorts.by_id(at.cohort.id))
    refusal = rules.why_not_then(
        wanted, on, today=at.today, earliest=at.last_change_on, last_day=max(last_day, at.today)
    )
    if refusal:
        first = min(at.last_change_on, at.today)
        raise RuleViolation(refusal, first=_spoken(first), last=_spoken(last_day))
    if back_on is not None and back_on <= on:
        raise RuleViolation(EnrolmentRefusal.RETURN_BEFORE_LEAVE)


def _spoken(on: dt.date) -> str:
    return f"{on.day} {on:%B %Y}"


def _told(
    at: _Standing,
    kind: PlaceEventKind,
    on: dt.date,
    reason: str,
    details: dict[str, Any],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    telling = Telling(
        place_id=at.place.id, cohort_id=at.cohort.id, kind=kind, on=on, reason=reason, details=details
    )
    tell([telling], actor=actor, now=now)


def _role_follows(place: Place, wanted: PlaceState, *, actor: Actor, now: dt.datetime, reason: str) -> None:
    if wanted in LOSES_ROLE:
        people.end_grants(
            place.person_id, Role.LEARNER, cohort_id=place.cohort_id, actor=actor, now=now, reason=reason
        )
    else:
        people.grant(place.person_id, Role.LEARNER, cohort_id=place.cohort_id, actor=actor, now=now)


# Plans --------------------------------------------------------------------------------------------------------------


def _plan(
    at: _Standing,
    wanted: PlaceState,
    on: dt.date,
    reason: str,
    details: dict[str, Any],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    if rules.planned(at.story):
        raise RuleViolation(EnrolmentRefusal.PLANNED_ALREADY)
    _told(at, _PLAN[wanted], on, reason, details, actor=actor, now=now)
    event_id = _latest_event(at.place.id)
    begins = dt.datetime.combine(on, dt.time(), ZoneInfo(at.cohort.zone))
    outbox.enqueue(
        outbox.Effect(
            kind="enrolment.plan",
            dedupe_key=f"enrolment.plan:{event_id}",
            payload={"event_id": event_id},
            run_at=begins,
        ),
        now=now,
    )


def _latest_event(place_id: int) -> int:
    found = db.session.scalar(sa.select(sa.func.max(PlaceEvent.id)).where(PlaceEvent.place_id == place_id))
    return int(found or 0)


def drop_plan(place_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Drop what is planned for a place. Raises RuleViolation when nothing is."""
    at = _standing(place_id, now)
    if rules.planned(at.story) is None:
        raise RuleViolation(EnrolmentRefusal.NO_PLAN)
    _told(at, PlaceEventKind.PLAN_DROPPED, at.today, "", {}, actor=actor, now=now)


def carry_out_plan(event_id: int, *, now: dt.datetime) -> None:
    """Do what was planned, when its day has come; nothing when it was dropped or overtaken."""
    event = db.session.get(PlaceEvent, event_id)
    if event is None or event.actor_id is None:
        return
    at = _standing(event.place_id, now)
    plan = rules.planned(at.story)
    latest_plan = db.session.scalar(
        sa.select(sa.func.max(PlaceEvent.id)).where(
            PlaceEvent.place_id == event.place_id, PlaceEvent.kind.in_(tuple(rules.PLANS))
        )
    )
    if plan is None or latest_plan != event_id:
        return
    wanted = rules.PLANS[plan.kind]
    if rules.why_not_follow(at.place.state, wanted):
        return
    back_on = event.details.get("back_on")
    change_state(
        event.place_id,
        wanted,
        reason=event.reason,
        effective_on=min(plan.on, at.today),
        back_on=dt.date.fromisoformat(back_on) if back_on else None,
        actor=people_queries.actor_for(event.actor_id, now),
        now=now,
    )


# Section and first day ----------------------------------------------------------------------------------------------


def change_section(
    place_id: int, section_id: int, *, reason: str = "", actor: Actor, now: dt.datetime
) -> None:
    """Let a learner sit in another section. Raises RuleViolation when it is none of the cohort's, or theirs already."""
    at = _standing(place_id, now)
    names = {section.id: section.name for section in cohorts.sections(at.cohort.id)}
    if section_id not in names:
        raise RuleViolation(EnrolmentRefusal.NO_SUCH_SECTION)
    if at.place.section_id == section_id:
        name = queries.name_at(place_id)
        raise RuleViolation(EnrolmentRefusal.SAME_SECTION, name=name)
    before = names.get(at.place.section_id, "") if at.place.section_id else ""
    at.place.section_id = section_id
    db.session.flush()
    details = {"from": before, "to": names[section_id]}
    _told(at, PlaceEventKind.SECTION_CHANGED, at.today, reason, details, actor=actor, now=now)
    _announce(at.place, actor=actor, now=now)


def change_joining_day(
    place_id: int, on: dt.date, *, reason: str = "", actor: Actor, now: dt.datetime
) -> None:
    """Change the day from which a place counts. Raises RuleViolation when it lies after the end or the next change."""
    at = _standing(place_id, now)
    last = queries.last_day_of(cohorts.by_id(at.cohort.id))
    changes = [event.on for event in at.story if event.kind in rules.LEADS_TO][1:]
    latest = min([last, *changes])
    if on > latest:
        raise RuleViolation(EnrolmentRefusal.TOO_LATE, last=_spoken(latest))
    settled = max(on, at.cohort.starts_on)
    if settled == at.place.joined_on:
        return
    details = {"from": at.place.joined_on.isoformat(), "to": settled.isoformat()}
    at.place.joined_on = settled
    db.session.flush()
    _told(at, PlaceEventKind.JOIN_DATE_CHANGED, settled, reason, details, actor=actor, now=now)
    _announce(at.place, actor=actor, now=now)
