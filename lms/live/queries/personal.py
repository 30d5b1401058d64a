"""What live sessions hold about one person, for whoever asks what is kept about them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.core.db import plain_rows
from lms.enrolment.models import Place
from lms.live.models import (
    AnnouncedAbsence,
    AttendanceEvidence,
    AttendanceMark,
    LiveSession,
    MakeUp,
    PersonAlias,
    Question,
    Seat,
    Slot,
    SlotBooking,
    Speaker,
    SpeakerConsent,
)
from lms.people.ports import PersonalPart
from lms.scheduling.models import ScheduledItem

_OF_SESSION = (
    Cohort.name.label("cohort"),
    ScheduledItem.key.label("session"),
    ScheduledItem.starts_at.label("session_at"),
)


def personal_part(person_id: int) -> PersonalPart:
    """Attendance with its evidence, names and addresses in meetings, seats, questions, bookings, and what was said.

    A fixed number of statements. Feedback is not in it: nothing joins it to whoever gave it.
    """
    mine = sa.select(Place.id).where(Place.person_id == person_id)
    return PersonalPart(
        key="sessions",
        title="Your live sessions",
        what="Your attendance with its evidence, addresses that are known as yours in meetings, seats, questions, "
        "bookings, make-ups, and what you agreed to as a speaker: so that your presence counts and you are expected.",
        data={
            "known_in_meetings_as": plain_rows(
                sa.select(PersonAlias.value, PersonAlias.told_in, PersonAlias.at, PersonAlias.removed_at)
                .where(PersonAlias.person_id == person_id)
                .order_by(PersonAlias.id)
            ),
            "attendance": plain_rows(
                _of_session(AttendanceMark, AttendanceMark.verdict, AttendanceMark.trace).where(
                    AttendanceMark.place_id.in_(mine)
                )
            ),
            "evidence": plain_rows(
                _of_session(
                    AttendanceEvidence,
                    AttendanceEvidence.kind,
                    AttendanceEvidence.at,
                    AttendanceEvidence.value,
                    AttendanceEvidence.starts_at,
                    AttendanceEvidence.ends_at,
                    AttendanceEvidence.reason,
                    AttendanceEvidence.source,
                )
                .where(AttendanceEvidence.place_id.in_(mine))
                .order_by(AttendanceEvidence.id)
            ),
            "absences": plain_rows(
                _of_session(AnnouncedAbsence, AnnouncedAbsence.reason).where(
                    AnnouncedAbsence.place_id.in_(mine)
                )
            ),
            "make_ups": plain_rows(
                _of_session(MakeUp, MakeUp.state, MakeUp.text).where(MakeUp.place_id.in_(mine))
            ),
            "seats": plain_rows(
                _of_session(
                    Seat, Seat.state, Seat.asked_at, Seat.seated_at, Seat.ended_at, Seat.reason
                ).where(Seat.place_id.in_(mine))
            ),
            "questions": plain_rows(
                _of_session(
                    Question, Question.text, Question.anonymous, Question.state, Question.asked_at
                ).where(Question.author_id == person_id)
            ),
            "office_hours": plain_rows(
                sa.select(Slot.starts_at, SlotBooking.about, SlotBooking.booked_at, SlotBooking.ended_at)
                .join(Slot, Slot.id == SlotBooking.slot_id)
                .where(SlotBooking.place_id.in_(mine))
                .order_by(SlotBooking.id)
            ),
            "speaking": plain_rows(
                _of_session(
                    Speaker,
                    Speaker.state,
                    Speaker.line,
                    Speaker.bio,
                    Speaker.conflict,
                    Speaker.slot_starts_at,
                ).where(Speaker.person_id == person_id)
            ),
            "consents": plain_rows(
                sa.select(SpeakerConsent.artefact, SpeakerConsent.given, SpeakerConsent.at)
                .join(Speaker, Speaker.id == SpeakerConsent.speaker_id)
                .where(Speaker.person_id == person_id)
                .order_by(SpeakerConsent.id)
            ),
        },
    )


def _of_session(table: Any, *columns: Any) -> Any:
    return (
        sa.select(*_OF_SESSION, *columns)
        .select_from(table)
        .join(LiveSession, LiveSession.id == table.session_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .join(Cohort, Cohort.id == LiveSession.cohort_id)
        .order_by(ScheduledItem.starts_at)
    )
