"""Office hours: offered in slots, booked once each, given to whoever waits when one comes free."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.live import queries, rules
from lms.live.events import SlotBooked, SlotEnded, SlotKept
from lms.live.models import Slot, SlotBooking, SlotSeries, SlotWait
from lms.live.rules.booking import MOST_SLOTS, BookingRefusal, Pattern
from lms.people.rules import Actor, clean


@dataclass(frozen=True, kw_only=True)
class Offering:
    """What a host offers."""

    title: str
    about: str = ""
    place: str = ""
    quota: int = 2
    opens_at: dt.datetime
    closes_hours: int = 2
    pattern: Pattern


def offer_slots(cohort_id: int, offering: Offering, *, actor: Actor, now: dt.datetime) -> SlotSeries:
    """Offer slots to a cohort; nobody offers two at one time, whatever the cohort."""
    spans = rules.slots_of(offering.pattern, now=now)
    if not spans or len(spans) > MOST_SLOTS or offering.quota < 1 or not clean(offering.title):
        raise RuleViolation(BookingRefusal.NOT_A_SERIES)
    taken = db.session.execute(
        sa.select(Slot.starts_at, Slot.ends_at).where(
            Slot.host_id == actor.person_id, Slot.withdrawn_at.is_(None), Slot.ends_at > now
        )
    ).all()
    for begin, end in spans:
        if rules.overlap(begin, end, [(row.starts_at, row.ends_at) for row in taken]):
            raise RuleViolation(BookingRefusal.CLASH, when=begin)
    series = SlotSeries(
        cohort_id=cohort_id,
        host_id=actor.person_id,
        title=clean(offering.title)[:200],
        about=offering.about.strip()[:2000],
        place=offering.place.strip()[:1000],
        quota=offering.quota,
        opens_at=offering.opens_at,
        closes_hours=offering.closes_hours,
        created_at=now,
    )
    db.session.add(series)
    db.session.flush()
    db.session.add_all(
        Slot(series_id=series.id, host_id=actor.person_id, starts_at=begin, ends_at=end)
        for begin, end in spans
    )
    try:
        with db.session.begin_nested():
            db.session.flush()
    except sa.exc.IntegrityError:
        raise RuleViolation(BookingRefusal.CLASH, when="one of these times") from None
    _record(actor, "live.offer_slots", series, {"slots": len(spans)})
    return series


def book(slot_id: int, place_id: int, about: str, *, actor: Actor, now: dt.datetime) -> SlotBooking:
    """Book a slot; of many at once one gets it, and nobody more than their share."""
    series, slot = _series_of(slot_id)
    place_state = db.session.scalar(sa.select(Place.state).where(Place.id == place_id))
    taken_by = db.session.scalar(
        sa.select(SlotBooking.place_id).where(SlotBooking.slot_id == slot_id, SlotBooking.ended_at.is_(None))
    )
    ahead = queries.own_slots_ahead(place_id, now)
    refusal = rules.why_not_book(
        rules.slot_state(
            starts_at=slot.starts_at,
            taken_by=taken_by,
            held_for=slot.held_for_id,
            held_until=slot.held_until,
            me=place_id,
            now=now,
        ),
        starts_at=slot.starts_at,
        opens_at=series.opens_at,
        closes_hours=series.closes_hours,
        ahead=sum(series_id == series.id for series_id, _begin, _end in ahead),
        quota=series.quota,
        overlaps=rules.overlap(slot.starts_at, slot.ends_at, [(begin, end) for _id, begin, end in ahead]),
        on_leave=place_state is PlaceState.ON_LEAVE,
        now=now,
    )
    if refusal:
        raise RuleViolation(
            refusal,
            quota=series.quota,
            hours=series.closes_hours,
            when=series.opens_at,
            until=slot.held_until or "",
        )
    booking = SlotBooking(slot_id=slot_id, place_id=place_id, about=about.strip()[:600], booked_at=now)
    db.session.add(booking)
    slot.held_for_id, slot.held_until = None, None
    db.session.flush()
    db.session.execute(
        sa.delete(SlotWait).where(SlotWait.series_id == series.id, SlotWait.place_id == place_id)
    )
    events.record(
        SlotBooked(
            cohort_id=series.cohort_id,
            series_id=series.id,
            booking_id=booking.id,
            place_id=place_id,
            host_id=series.host_id,
            starts_at=slot.starts_at,
            at=now,
        )
    )
    _record(actor, "live.book_slot", series, {"slot_id": slot_id, "place_id": place_id})
    return booking


def cancel_booking(booking_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """End a booking: by its learner, or by the host with a reason; the slot is kept for the next who waits."""
    booking: SlotBooking | None = locked(SlotBooking, booking_id)
    if booking is None:
        raise NotFound
    series, slot = _series_of(booking.slot_id)
    if booking.ended_at is not None:
        raise RuleViolation(BookingRefusal.ENDED)
    if now >= slot.starts_at:
        raise RuleViolation(BookingRefusal.BEGUN)
    own = db.session.scalar(sa.select(Place.person_id).where(Place.id == booking.place_id))
    by_host = own != actor.person_id
    if by_host and not reason.strip():
        raise RuleViolation(BookingRefusal.NEEDS_REASON)
    _end(series, slot, booking, reason, by_host=by_host, now=now)
    _keep_for_next(series, slot, now=now)
    _record(actor, "live.cancel_booking", series, {"slot_id": slot.id}, reason)


def withdraw_slot(slot_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Offer a slot no longer; whoever booked it reads why."""
    series, slot = _series_of(slot_id)
    if now >= slot.starts_at:
        raise RuleViolation(BookingRefusal.BEGUN)
    booking = db.session.scalar(
        sa.select(SlotBooking).where(SlotBooking.slot_id == slot_id, SlotBooking.ended_at.is_(None))
    )
    if booking is not None:
        if not reason.strip():
            raise RuleViolation(BookingRefusal.NEEDS_REASON)
        _end(series, slot, booking, reason, by_host=True, now=now)
    slot.withdrawn_at, slot.held_for_id, slot.held_until = now, None, None
    db.session.flush()
    _record(actor, "live.withdraw_slot", series, {"slot_id": slot_id}, reason)


def wait_for_slot(series_id: int, place_id: int, *, wanted: bool, actor: Actor, now: dt.datetime) -> None:
    """Join the waiting list of a series, or leave it. Nobody waits while there is a slot that they could take."""
    series: SlotSeries | None = locked(SlotSeries, series_id)
    if series is None:
        raise NotFound
    row = db.session.scalar(
        sa.select(SlotWait).where(SlotWait.series_id == series_id, SlotWait.place_id == place_id)
    )
    if not wanted:
        if row is None:
            raise RuleViolation(BookingRefusal.NOT_WAITING)
        db.session.delete(row)
        db.session.flush()
        return
    if row is not None:
        raise RuleViolation(BookingRefusal.WAIT_ALREADY)
    cohort = cohorts.by_id(series.cohort_id)
    (view,) = queries.office_hours(cohort, place_id, now=now, public_id=series.public_id)
    refusal = view.why_not_wait(now)
    if refusal:
        raise RuleViolation(refusal, when=series.opens_at, quota=series.quota)
    db.session.add(SlotWait(series_id=series_id, place_id=place_id, since=now))
    db.session.flush()
    _record(actor, "live.wait_for_slot", series, {"place_id": place_id})


def pass_on_slots(*, now: dt.datetime) -> int:
    """Slots that were kept for somebody who did not take them go to the next who waits. Returns how many."""
    expired = db.session.scalars(
        sa.select(Slot.id).where(Slot.held_until.is_not(None), Slot.held_until <= now).order_by(Slot.id)
    ).all()
    for slot_id in expired:
        series, slot = _series_of(slot_id)
        if slot.held_until is not None and slot.held_until <= now:
            db.session.execute(
                sa.delete(SlotWait).where(
                    SlotWait.series_id == series.id, SlotWait.place_id == slot.held_for_id
                )
            )
            _keep_for_next(series, slot, now=now)
    return len(expired)


def _series_of(slot_id: int) -> tuple[SlotSeries, Slot]:
    """The series of a slot under its lock, then the slot."""
    series_id = db.session.scalar(sa.select(Slot.series_id).where(Slot.id == slot_id))
    if series_id is None:
        raise NotFound
    series: SlotSeries = locked(SlotSeries, series_id)
    slot: Slot = locked(Slot, slot_id)
    if slot.withdrawn_at is not None:
        raise RuleViolation(BookingRefusal.GONE)
    return series, slot


def _end(
    series: SlotSeries, slot: Slot, booking: SlotBooking, reason: str, *, by_host: bool, now: dt.datetime
) -> None:
    booking.ended_at, booking.ended_for = now, reason.strip()[:400]
    db.session.flush()
    events.record(
        SlotEnded(
            cohort_id=series.cohort_id,
            series_id=series.id,
            booking_id=booking.id,
            place_id=booking.place_id,
            host_id=series.host_id,
            starts_at=slot.starts_at,
            reason=booking.ended_for,
            by_host=by_host,
            at=now,
        )
    )


def _keep_for_next(series: SlotSeries, slot: Slot, *, now: dt.datetime) -> None:
    """Keep a free slot for the first who waits, for some hours; with nobody waiting it is anybody's."""
    slot.held_for_id, slot.held_until = None, None
    until = rules.hold_until(slot.starts_at, now)
    kept = (
        sa.select(Slot.held_for_id)
        .where(Slot.series_id == series.id, Slot.held_until > now, Slot.held_for_id.is_not(None))
        .scalar_subquery()
    )
    following = db.session.scalar(
        sa.select(SlotWait.place_id)
        .join(Place, Place.id == SlotWait.place_id)
        .where(
            SlotWait.series_id == series.id,
            SlotWait.place_id.not_in(kept),
            Place.state.in_(ACTIVE - {PlaceState.ON_LEAVE}),
        )
        .order_by(SlotWait.id)
        .limit(1)
    )
    if until is not None and following is not None:
        slot.held_for_id, slot.held_until = following, until
        events.record(
            SlotKept(
                cohort_id=series.cohort_id,
                series_id=series.id,
                slot_id=slot.id,
                place_id=following,
                starts_at=slot.starts_at,
                until=until,
                at=now,
            )
        )
    db.session.flush()


def _record(actor: Actor, action: str, series: SlotSeries, after: dict[str, int], reason: str = "") -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="slot_series",
            subject_id=series.id,
            cohort_id=series.cohort_id,
            after=dict(after),
            reason=reason,
        )
    )
