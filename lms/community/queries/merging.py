"""What the fields of an announcement say to each of its readers: theirs alone, in their zone, never a mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.community.models import AnnouncementRecipient
from lms.community.rules import merging
from lms.community.rules.merging import FIRST_NAME, NAME, NEXT_SESSION, Fields
from lms.core import mail
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.people.models import Person
from lms.scheduling import queries as scheduling
from lms.scheduling.models import ItemKind, ItemState, ScheduledItem
from lms.scheduling.queries import ItemLine, Whose

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody for whom fields are filled in."""

    person_id: int
    name: str
    zone: str
    place_id: int | None
    whose: Whose


def deadline_codes(version_id: int) -> dict[str, str]:
    """The activities whose deadline a field may show: code, lower case → key."""
    activities = curriculum.outline(version_id).activities.values()
    return {
        line.code.lower(): line.key for line in activities if line.code and line.kind.value not in SESSIONS
    }


SESSIONS = frozenset({"live_session", "masterclass", "event"})


def readers(cohort_id: int, person_ids: Collection[int]) -> list[Reader]:
    """These people as readers of the cohort's announcements. Two statements, and one for each few hundred."""
    seats = {line.person_id: line for line in enrolment.roster(cohort_id)}
    wanted, found = sorted(set(person_ids)), []
    for start in range(0, len(wanted), CHUNK):
        rows = db.session.execute(
            sa.select(Person.id, Person.name, Person.zone)
            .where(Person.id.in_(wanted[start : start + CHUNK]))
            .order_by(Person.id)
        )
        for person_id, name, zone in rows:
            seat = seats.get(person_id)
            teams = (seat.working_team_id, seat.capstone_team_id) if seat else ()
            whose = Whose(
                person_id,
                seat.section_id if seat else None,
                tuple(team for team in teams if team is not None),
            )
            found.append(Reader(person_id, name, zone, seat.place_id if seat else None, whose))
    return found


When = tuple[dt.datetime, str, dt.datetime]
"""An instant, the reader's zone, now: whoever shows it words it."""


def values(
    cohort_id: int, fields: Fields, people: Sequence[Reader], *, now: dt.datetime
) -> dict[int, dict[str, str | When]]:
    """What each field says to each of these people. A fixed number of statements."""
    codes = deadline_codes(cohorts.by_id(cohort_id).version_id)
    keys = {field: codes[code] for code, field in fields.deadlines.items() if code in codes}
    sessions = _sessions_ahead(cohort_id, now) if NEXT_SESSION in fields.names else []
    wanted = [*keys.values(), *sessions]
    dates: dict[int, dict[str, ItemLine]] = {}
    if wanted:
        dates = scheduling.effective_items_of(
            cohort_id, wanted, {reader.person_id: reader.whose for reader in people}
        )
    found: dict[int, dict[str, str | When]] = {}
    for reader in people:
        mine = dates.get(reader.person_id, {})
        said: dict[str, str | When] = {NAME: reader.name, FIRST_NAME: merging.first_name(reader.name)}
        if NEXT_SESSION in fields.names:
            said[NEXT_SESSION] = _next(mine, sessions, reader.zone, now)
        for field, key in keys.items():
            item = mine.get(key)
            said[field] = (
                "no deadline" if item is None or item.cancelled else (item.ends_at, reader.zone, now)
            )
        found[reader.person_id] = {name: said[name] for name in fields.names if name in said}
    return found


def _sessions_ahead(cohort_id: int, now: dt.datetime) -> list[str]:
    """The sessions that come next: enough that one of them is everybody's, whatever was moved for whom."""
    return list(
        db.session.scalars(
            sa.select(ScheduledItem.key)
            .where(
                ScheduledItem.cohort_id == cohort_id,
                ScheduledItem.kind == ItemKind.SESSION,
                ScheduledItem.state != ItemState.CANCELLED,
                ScheduledItem.staff_only.is_(False),
                ScheduledItem.starts_at > now,
            )
            .order_by(ScheduledItem.starts_at)
            .limit(5)
        )
    )


def _next(mine: dict[str, ItemLine], sessions: list[str], zone: str, now: dt.datetime) -> str | When:
    ahead = [
        item.starts_at
        for key in sessions
        if (item := mine.get(key)) is not None and not item.cancelled and item.starts_at > now
    ]
    return (min(ahead), zone, now) if ahead else "no session ahead"


def merged(
    cohort_id: int, text: str, person_ids: Collection[int], *, now: dt.datetime
) -> dict[int, dict[str, Any]]:
    """What the fields of a text say to each of these people, as it is kept: texts, and instants in their zone."""
    fields = merging.fields_of(text)
    if not fields.names:
        return {}
    found = values(cohort_id, fields, readers(cohort_id, person_ids), now=now)
    return {
        person_id: {
            name: said if isinstance(said, str) else [said[0].isoformat(), said[1]]
            for name, said in each.items()
        }
        for person_id, each in found.items()
    }


def words(kept: Mapping[str, Any]) -> dict[str, str]:
    """What was kept, in words: instants as everywhere, in their reader's zone."""
    return {
        name: said
        if isinstance(said, str)
        else mail.words("community/_when", at=dt.datetime.fromisoformat(said[0]), zone=said[1])
        for name, said in kept.items()
    }


def said_to(announcement_id: int, person_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What the fields of an announcement said to each of these. One statement."""
    rows = db.session.execute(
        sa.select(AnnouncementRecipient.person_id, AnnouncementRecipient.fields).where(
            AnnouncementRecipient.announcement_id == announcement_id,
            AnnouncementRecipient.person_id.in_(person_ids),
        )
    )
    return {row.person_id: row.fields for row in rows}
