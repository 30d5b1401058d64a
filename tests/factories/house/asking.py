"""Seats, guests and questions of the house: Lea's are the ones that addresses name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.live import actions
from lms.live.models import Seat, SessionGuest, Slot, SlotSeries
from tests.factories import asking, booking, live, speaking, world

if TYPE_CHECKING:
    from lms.cohorts.queries import CohortView
    from lms.people.models import Person
    from tests.factories.house import Builder

AHEAD = "mc8"
QUESTIONS = ("vote", "take_back_question", "moderate_question")


def beside_sessions(at: Builder) -> None:
    """A masterclass ahead with seats, one of them Lea's, a guest, and a question of hers."""
    assert live.session(at.own, AHEAD).starts_at > at.now + dt.timedelta(days=1)
    found = _of(at.own, at.lea)
    for act in (
        "take_seat", "give_up_seat", "seats", "set_seats", "take_back_seat", "add_guests", "remove_guest",
        "ask_question", "questions", "question_list", *QUESTIONS, "speakers", "ask_speaker", "speaker_act",
        "speaker_photo", "slides_file", "swap",
    ):  # fmt: skip
        at.values[f"live.{act}:key"] = AHEAD
    at.values |= _slots(at)
    at.values |= _speaker(at) | found | {"wanted": "yes", "live.moderate_question:act": "shortlist"}
    at.foreign_parts = _of(at.other, at.persons["learner, other cohort"])


def _slots(at: Builder) -> dict[str, str]:
    """Office hours of the cohort's faculty, one slot of which is Lea's; those of the assistant are full: one waits."""
    taken = booking.offered(at.own, at.persons["assistant, own"], quota=4)
    for one in taken:
        booking.booked(at.own, at.persons["learner, other team"], one)
    full = db.session.scalar(sa.select(SlotSeries.public_id))
    slots = booking.offered(at.own, at.persons["faculty, own"], weeks=2)
    mine = booking.booked(at.own, at.lea, slots[0])
    series = db.session.scalar(sa.select(SlotSeries.public_id).order_by(SlotSeries.id.desc()))
    free = db.session.scalar(sa.select(Slot.public_id).where(Slot.id == slots[1]))
    return {
        "series": str(series),
        "live.wait_for_slot:series": str(full),
        "slot": str(free),
        "booking": mine.public_id,
    }


def _speaker(at: Builder) -> dict[str, str]:
    """Somebody who confirmed, with slides and a photo that the cohort may have."""
    view = speaking.confirmed(speaking.asked(at.own, AHEAD))
    view = speaking.said(speaking.photographed(speaking.brought(view)), slides=True, photo=True)
    return {
        "speaker": view.public_id,
        "live:token": speaking.token_of(view),
        "live.slides_file:file": view.slides[0].public_id,
        "live.speaking_file:file": view.slides[0].public_id,
        "live.speaking_remove_slides:file": view.slides[0].public_id,
        "live.speaker_act:act": "note",
    }


def _of(cohort: CohortView, learner: Person) -> dict[str, str]:
    asking.seats(cohort, AHEAD, 1)
    asking.take(cohort, AHEAD, learner)
    session_id = live.session(cohort, AHEAD).id
    with unit_of_work() as work:
        actions.add_guests(session_id, "Gus Guest", actor=world.director(), now=work.now)
    question = asking.asked(cohort, AHEAD, learner)
    found = {
        "seat": db.session.scalar(sa.select(Seat.public_id).where(Seat.session_id == session_id)),
        "guest": db.session.scalar(
            sa.select(SessionGuest.public_id).where(SessionGuest.session_id == session_id)
        ),
        "question": question.public_id,
    }
    return {name: str(value) for name, value in found.items()}
