"""What is held about how somebody is told: their choices, hours, devices and telephone, and every notice they got."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.notifications.models import CallNote, Notice, NoticeChoice, Phone, PushDevice, TellingHabits
from lms.people.ports import PersonalPart


def personal_part(person_id: int) -> PersonalPart:
    """Choices, hours, devices, telephone, notices and calls; the keys of devices and of codes stay out."""
    return PersonalPart(
        key="notifications",
        title="How you are told, and what you were told",
        what="Your choices by kind and channel, your hours, devices and telephone, every notice, and calls about them.",
        data={
            "choices": _choices(person_id),
            "hours": _hours(person_id),
            "devices": _devices(person_id),
            "telephone": _phone(person_id),
            "notices": _notices(person_id),
            "calls": _calls(person_id),
        },
    )


def _choices(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(NoticeChoice)
        .where(NoticeChoice.person_id == person_id)
        .order_by(NoticeChoice.kind, NoticeChoice.channel)
    )
    return [{"kind": row.kind.value, "channel": row.channel.value, "how": row.how.value} for row in rows]


def _hours(person_id: int) -> dict[str, Any] | None:
    row = db.session.get(TellingHabits, person_id)
    if row is None:
        return None
    return {
        "digest": row.digest_every.value,
        "digest_hour": row.digest_hour,
        "digest_weekday": row.digest_weekday,
        "latest_digest_of": row.digest_of.isoformat() if row.digest_of else None,
        "quiet_from": row.quiet_begins,
        "quiet_until": row.quiet_ends,
    }


def _devices(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(PushDevice).where(PushDevice.person_id == person_id).order_by(PushDevice.id)
    )
    return [
        {"name": row.name, "added_at": _stamp(row.added_at), "heard_at": _stamp(row.heard_at)} for row in rows
    ]


def _phone(person_id: int) -> dict[str, Any] | None:
    row = db.session.get(Phone, person_id)
    if row is None:
        return None
    return {
        "number": row.number,
        "may_be_called": row.calls,
        "texts_agreed_at": _stamp(row.texts_asked_at),
        "confirmed_at": _stamp(row.confirmed_at),
    }


def _notices(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.execute(
        sa.select(Notice.kind, Notice.title, Notice.text, Notice.at, Notice.read_at)
        .where(Notice.person_id == person_id)
        .order_by(Notice.id)
    )
    return [
        {
            "kind": row.kind.value,
            "title": row.title,
            "text": row.text,
            "at": _stamp(row.at),
            "read_at": _stamp(row.read_at),
        }
        for row in rows
    ]


def _calls(person_id: int) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        sa.select(CallNote).where(CallNote.person_id == person_id).order_by(CallNote.id)
    )
    return [{"at": _stamp(row.at), "outcome": row.outcome.value, "note": row.note} for row in rows]


def _stamp(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
