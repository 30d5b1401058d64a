"""Seats of a session: what a learner sees of them, the list that staff keep, the guests beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment.models import Place
from lms.live import rules
from lms.live.models import AttendanceMark, Seat, SeatPlan, SessionGuest
from lms.live.queries.sessions import SessionView, session_visible_to
from lms.live.rules import Verdict
from lms.live.rules.seats import SeatRefusal, SeatState
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class SeatsView:
    """The seats of a session, with one learner's own."""

    seats: int
    cancel_hours: int
    seated: int
    waiting: int
    own: SeatState | None
    """Where the learner stands who looks; empty for staff, and before they ask."""
    own_number: int
    """Which of those waiting they are; 0 when they do not wait."""
    own_reason: str

    @property
    def free(self) -> int:
        """How many seats are left."""
        return max(0, self.seats - self.seated)

    @property
    def to_be_had(self) -> bool:
        """Whether the next one who asks gets a seat at once."""
        return rules.state_for(self.seats, self.seated, self.waiting) is SeatState.SEATED

    def why_not_enter(self, starts_at: dt.datetime, now: dt.datetime) -> SeatRefusal | None:
        """Why the learner who looks is not let into the meeting, or None."""
        return rules.why_not_enter(planned=True, state=self.own, free=self.to_be_had, begun=now >= starts_at)

    def cancel_by(self, starts_at: dt.datetime) -> dt.datetime:
        """Until when a seat is given up in time."""
        return rules.cancel_by(starts_at, self.cancel_hours)


def seats_of(session_id: int, place_id: int | None = None) -> SeatsView | None:
    """The seats of a session, and where a learner stands; None where nobody needs a seat. One statement."""
    own = sa.orm.aliased(Seat)

    def count(*where: Any) -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(Seat)
            .where(Seat.session_id == session_id, *where)
            .scalar_subquery()
        )

    row = db.session.execute(
        sa.select(
            SeatPlan.seats,
            SeatPlan.cancel_hours,
            count(Seat.state == SeatState.SEATED).label("seated"),
            count(Seat.state == SeatState.WAITING).label("waiting"),
            own.state.label("own"),
            count(Seat.state == SeatState.WAITING, Seat.turn <= own.turn).label("own_number"),
            sa.func.coalesce(own.reason, "").label("own_reason"),
        )
        .outerjoin(own, sa.and_(own.session_id == SeatPlan.session_id, own.place_id == (place_id or 0)))
        .where(SeatPlan.session_id == session_id)
    ).one_or_none()
    if row is None:
        return None
    found = SeatsView(**row._asdict())
    return found if found.own is SeatState.WAITING else replace(found, own_number=0)


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One name of the list."""

    public_id: str
    place_id: int
    place_public_id: str
    name: str
    email: str
    employer: str
    zone: str
    state: SeatState
    asked_at: dt.datetime
    seated_at: dt.datetime | None
    ended_at: dt.datetime | None
    late: bool
    reason: str
    verdict: Verdict | None
    """What their attendance came to; empty before the roster says."""

    def came(self, *, closed: bool) -> bool | None:
        """Whether somebody with a seat came, as the roster has it; None while that is open, or they had no seat.

        It follows attendance: a correction there corrects it here.
        """
        if self.state is not SeatState.SEATED or not closed:
            return None
        if self.verdict is Verdict.EXCUSED:
            return None
        return self.verdict in (Verdict.PRESENT, Verdict.HALF)


def seat_lines(session_id: int) -> list[SeatLine]:
    """Everybody who asked for a seat: those seated, those waiting in order, those who gave up. One statement."""
    order = sa.case((Seat.state == SeatState.SEATED, 0), (Seat.state == SeatState.WAITING, 1), else_=2)
    rows = db.session.execute(
        sa.select(
            Seat.public_id,
            Seat.place_id,
            Place.public_id.label("place_public_id"),
            Person.name,
            sa.func.coalesce(Person.email, "").label("email"),
            Person.employer,
            Person.zone,
            Seat.state,
            Seat.asked_at,
            Seat.seated_at,
            Seat.ended_at,
            Seat.late,
            Seat.reason,
            AttendanceMark.verdict,
        )
        .join(Place, Place.id == Seat.place_id)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(
            AttendanceMark,
            sa.and_(AttendanceMark.place_id == Seat.place_id, AttendanceMark.session_id == Seat.session_id),
        )
        .where(Seat.session_id == session_id)
        .order_by(order, Seat.turn, Seat.id)
    )
    return [SeatLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class GuestLine:
    """Somebody from outside."""

    public_id: str
    name: str
    email: str
    organisation: str


def guests(session_id: int) -> list[GuestLine]:
    """The guests of a session, by name. One statement."""
    rows = db.session.execute(
        sa.select(SessionGuest.public_id, SessionGuest.name, SessionGuest.email, SessionGuest.organisation)
        .where(SessionGuest.session_id == session_id)
        .order_by(SessionGuest.sort_name, SessionGuest.id)
    )
    return [GuestLine(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class PartOfSession:
    """A seat, a guest or a question, by its id, with the session it belongs to."""

    session: SessionView
    id: int
    public_id: str

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.session.cohort_id


def part_visible_to(actor: Actor, model: Any, slug: str, key: str, public_id: str) -> PartOfSession:
    """Something of a session by its public id; NotFound where it belongs to another session."""
    session = session_visible_to(actor, slug, key)
    found = db.session.scalar(
        sa.select(model.id).where(model.session_id == session.id, model.public_id == public_id)
    )
    if found is None:
        raise NotFound
    return PartOfSession(session, found, public_id)


def seat_visible_to(actor: Actor, slug: str, key: str, seat: str) -> PartOfSession:
    """A seat of a session of this cohort."""
    return part_visible_to(actor, Seat, slug, key, seat)


def guest_visible_to(actor: Actor, slug: str, key: str, guest: str) -> PartOfSession:
    """A guest of a session of this cohort."""
    return part_visible_to(actor, SessionGuest, slug, key, guest)
