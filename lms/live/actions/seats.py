"""Seats: planned by staff, asked for and given up by learners, and given to the next in order at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.live import queries, rules
from lms.live.events import SeatGiven, SeatsOffered, SeatTakenBack
from lms.live.models import LiveSession, Seat, SeatPlan, SessionGuest, SessionState
from lms.live.queries import SessionView
from lms.live.rules.seats import SeatRefusal, SeatState
from lms.people.rules import Actor, clean, sort_name
from lms.scheduling.models import ScheduledItem

LONGEST_REASON = 400
MOST_GUESTS = 500


def set_seats(
    session_id: int, seats: int | None, cancel_hours: int | None, *, actor: Actor, now: dt.datetime
) -> list[int]:
    """Say how many seats a session has; more seats go to those who wait, in order. Returns the places promoted.

    Fewer seats take none away from anybody: those who have one keep it, and nobody new gets one.
    """
    refusal = rules.why_not_plan(seats, cancel_hours)
    if refusal or seats is None or cancel_hours is None:
        raise RuleViolation(refusal or SeatRefusal.NOT_A_NUMBER)
    if locked(LiveSession, session_id) is None:
        raise NotFound
    session = queries.by_id(session_id)
    plan: SeatPlan | None = locked(SeatPlan, session_id)
    before = {"seats": plan.seats, "cancel_hours": plan.cancel_hours} if plan else {}
    if plan is None:
        plan = SeatPlan(session_id=session_id, seats=seats, cancel_hours=cancel_hours, last_turn=0)
        db.session.add(plan)
        if not session.cancelled and now < session.starts_at:
            events.record(SeatsOffered(cohort_id=session.cohort_id, session_id=session_id, at=now))
    plan.seats, plan.cancel_hours = seats, cancel_hours
    plan.updated_at, plan.updated_by_id = now, actor.person_id
    db.session.flush()
    given = _fill(session, plan, now=now)
    _record(actor, "live.set_seats", session, before, {"seats": seats, "cancel_hours": cancel_hours})
    return given


def take_seat(session_id: int, place_id: int, *, actor: Actor, now: dt.datetime) -> SeatState:
    """Ask for a seat; returns whether there was one. Two hundred at once get exactly those there are, in order."""
    plan: SeatPlan | None = locked(SeatPlan, session_id)
    session = queries.by_id(session_id)
    state = db.session.scalar(sa.select(Place.state).where(Place.id == place_id))
    seated, waiting = _counts(session_id)
    refusal = rules.why_not_take(
        planned=plan is not None,
        cancelled=session.cancelled,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        free=plan is not None and rules.state_for(plan.seats, seated, waiting) is SeatState.SEATED,
        on_leave=state is PlaceState.ON_LEAVE,
        now=now,
    )
    if refusal or plan is None:
        raise RuleViolation(refusal or SeatRefusal.NO_PLAN)
    seat = _seat(session_id, place_id)
    if seat is not None and seat.state is SeatState.SEATED:
        raise RuleViolation(SeatRefusal.HAVE_ONE)
    if seat is not None and seat.state is SeatState.WAITING:
        raise RuleViolation(SeatRefusal.WAIT_ALREADY)
    if seat is None:
        seat = Seat(session_id=session_id, place_id=place_id)
        db.session.add(seat)
    plan.last_turn += 1
    seat.state, seat.turn, seat.asked_at = rules.state_for(plan.seats, seated, waiting), plan.last_turn, now
    seat.seated_at = now if seat.state is SeatState.SEATED else None
    seat.ended_at, seat.late, seat.reason = None, False, ""
    db.session.flush()
    _record(actor, "live.take_seat", session, {}, {"place_id": place_id, "state": seat.state.value})
    return seat.state


def give_up_seat(session_id: int, place_id: int, *, actor: Actor, now: dt.datetime) -> bool:
    """Give up a seat, or leave the waiting list; the next in order gets the seat. Returns whether it was in time."""
    plan: SeatPlan | None = locked(SeatPlan, session_id)
    session = queries.by_id(session_id)
    if plan is None:
        raise RuleViolation(SeatRefusal.NO_PLAN)
    if session.cancelled:
        raise RuleViolation(SeatRefusal.CANCELLED)
    if now >= session.starts_at:
        raise RuleViolation(SeatRefusal.BEGUN)
    seat = _seat(session_id, place_id)
    if seat is None or seat.state not in (SeatState.SEATED, SeatState.WAITING):
        raise RuleViolation(SeatRefusal.HAVE_NONE)
    had_one = seat.state is SeatState.SEATED
    seat.late = had_one and now > rules.cancel_by(session.starts_at, plan.cancel_hours)
    seat.state, seat.ended_at = SeatState.GIVEN_UP, now
    db.session.flush()
    _record(actor, "live.give_up_seat", session, {}, {"place_id": place_id, "late": seat.late})
    _fill(session, plan, now=now)
    return not seat.late


def take_back_seat(seat_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take somebody off the list with a reason that they read; the next in order gets the seat."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise RuleViolation(SeatRefusal.NEEDS_REASON)
    session_id = db.session.scalar(sa.select(Seat.session_id).where(Seat.id == seat_id))
    plan: SeatPlan | None = locked(SeatPlan, session_id) if session_id is not None else None
    seat: Seat | None = locked(Seat, seat_id)
    if plan is None or seat is None:
        raise NotFound
    session = queries.by_id(plan.session_id)
    if seat.state not in (SeatState.SEATED, SeatState.WAITING):
        raise RuleViolation(SeatRefusal.HAVE_NONE)
    if now >= session.starts_at:
        raise RuleViolation(SeatRefusal.BEGUN)
    seat.state, seat.ended_at, seat.reason = SeatState.TAKEN_BACK, now, reason
    db.session.flush()
    events.record(
        SeatTakenBack(
            cohort_id=session.cohort_id,
            session_id=session.id,
            place_id=seat.place_id,
            reason=reason,
            at=now,
        )
    )
    _record(actor, "live.take_back_seat", session, {}, {"place_id": seat.place_id}, reason)
    _fill(session, plan, now=now)


def follow_leavers(cohort_id: int, place_ids: Collection[int], *, now: dt.datetime) -> None:
    """Whoever has no place any more leaves the lists of what is to come; the next in order gets their seats."""
    rows = db.session.execute(
        sa.select(Seat.id, Seat.session_id)
        .join(Place, Place.id == Seat.place_id)
        .join(LiveSession, LiveSession.id == Seat.session_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            LiveSession.cohort_id == cohort_id,
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.starts_at > now,
            Seat.place_id.in_(list(place_ids)),
            Seat.state.in_((SeatState.SEATED, SeatState.WAITING)),
            Place.state.not_in(ACTIVE - {PlaceState.ON_LEAVE}),
        )
        .order_by(Seat.session_id)
    ).all()
    for session_id in sorted({row.session_id for row in rows}):
        plan: SeatPlan = locked(SeatPlan, session_id)
        for row in rows:
            if row.session_id == session_id:
                seat: Seat = locked(Seat, row.id)
                seat.state, seat.ended_at, seat.reason = SeatState.GIVEN_UP, now, "No place any more"
        db.session.flush()
        _fill(queries.by_id(session_id), plan, now=now)


def _fill(session: SessionView, plan: SeatPlan, *, now: dt.datetime) -> list[int]:
    """Give free seats to those who wait, in order; the plan's row is held. Returns their places."""
    if session.cancelled or now >= session.starts_at:
        return []
    waiting = db.session.scalars(
        sa.select(Seat)
        .where(Seat.session_id == session.id, Seat.state == SeatState.WAITING)
        .order_by(Seat.turn)
        .with_for_update()
    ).all()
    seated, _waiting = _counts(session.id)
    chosen = set(rules.promoted(plan.seats, seated, [one.id for one in waiting]))
    given = [one for one in waiting if one.id in chosen]
    for seat in given:
        seat.state, seat.seated_at = SeatState.SEATED, now
        events.record(
            SeatGiven(
                cohort_id=session.cohort_id,
                session_id=session.id,
                place_id=seat.place_id,
                turn=seat.turn,
                cancel_by=rules.cancel_by(session.starts_at, plan.cancel_hours),
                at=now,
            )
        )
    db.session.flush()
    return [seat.place_id for seat in given]


def _seat(session_id: int, place_id: int) -> Seat | None:
    return db.session.scalar(sa.select(Seat).where(Seat.session_id == session_id, Seat.place_id == place_id))


def _counts(session_id: int) -> tuple[int, int]:
    found = dict(
        db.session.execute(
            sa.select(Seat.state, sa.func.count()).where(Seat.session_id == session_id).group_by(Seat.state)
        ).all()
    )
    return found.get(SeatState.SEATED, 0), found.get(SeatState.WAITING, 0)


def add_guests(session_id: int, text: str, *, actor: Actor, now: dt.datetime) -> int:
    """Add guests, one a line: name, address, organisation. Returns how many are new; an address stands once."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][:MOST_GUESTS]
    if not lines:
        raise RuleViolation(SeatRefusal.NO_GUEST)
    locked(LiveSession, session_id)
    known = {(one.name, one.email) for one in queries.guests(session_id)}
    addresses = {email for _name, email in known if email}
    added = 0
    for line in lines:
        name, email, organisation = _guest(line)
        if (name, email) in known or (email and email in addresses):
            continue
        known.add((name, email))
        addresses.add(email)
        db.session.add(
            SessionGuest(
                session_id=session_id,
                name=name,
                sort_name=sort_name(name),
                email=email,
                organisation=organisation,
                added_at=now,
                added_by_id=actor.person_id,
            )
        )
        added += 1
    db.session.flush()
    _record(actor, "live.add_guests", queries.by_id(session_id), {}, {"added": added})
    return added


def _guest(line: str) -> tuple[str, str, str]:
    parts = [clean(part) for part in line.split(",", 2)] + ["", ""]
    name, email, organisation = parts[0][:200], parts[1].lower(), parts[2][:200]
    if not name or "@" in name or (email and ("@" not in email or len(email) > 254 or " " in email)):
        raise RuleViolation(SeatRefusal.NOT_A_GUEST, line=line[:80])
    return name, email, organisation


def remove_guest(guest_id: int, *, actor: Actor) -> None:
    """Take a guest off the list."""
    guest: SessionGuest | None = locked(SessionGuest, guest_id)
    if guest is None:
        raise NotFound
    session = queries.by_id(guest.session_id)
    db.session.delete(guest)
    db.session.flush()
    _record(actor, "live.remove_guest", session, {"name": guest.name}, {})


def _record(
    actor: Actor,
    action: str,
    session: SessionView,
    before: Mapping[str, object],
    after: Mapping[str, object],
    reason: str = "",
) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            before=dict(before),
            after=dict(after),
            reason=reason,
        )
    )
