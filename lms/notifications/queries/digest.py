"""What stands in a digest: what came since the last one, and what is due until the next. Bulk: for hundreds at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortState
from lms.completion import queries as completion
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.rules import endpoint_of
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import PlaceState
from lms.notifications.models import Delivery, Notice, TellingHabits
from lms.notifications.queries.habits import Habits, shown
from lms.notifications.queries.things import path
from lms.notifications.queries.whom import Recipient, people
from lms.notifications.rules import By, DeliveryState, NoticeKind
from lms.scheduling import queries as scheduling
from lms.scheduling.models import ItemKind, ItemState, Override, ScheduledItem
from lms.scheduling.queries import ItemLine, Whose

MOST = 40
"""So many notices stand in one digest; the rest is counted and stands in the application."""


@dataclass(frozen=True, slots=True)
class Came:
    """A notice that waited for a digest."""

    person_id: int
    telling_id: int
    kind: NoticeKind
    title: str
    link: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a date that is a person's to do or to be at."""

    title: str
    link: str
    at: dt.datetime
    session: bool


def overdue(now: dt.datetime, most: int) -> list[int]:
    """The people whose digest falls due, the longest overdue first."""
    return list(
        db.session.scalars(
            sa.select(TellingHabits.person_id)
            .where(TellingHabits.digest_at <= now)
            .order_by(TellingHabits.digest_at, TellingHabits.person_id)
            .limit(most)
        )
    )


def to_write(person_ids: Collection[int]) -> list[tuple[Recipient, Habits]]:
    """These people with their habits, under a lock: nobody else writes their digest meanwhile."""
    rows = db.session.scalars(
        sa.select(TellingHabits)
        .where(TellingHabits.person_id.in_(person_ids))
        .order_by(TellingHabits.person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    habits = {row.person_id: shown(row) for row in rows}
    return [(who, habits[who.person_id]) for who in people(habits)]


def came(person_ids: Collection[int]) -> dict[int, list[Came]]:
    """What waits for the digest of each, the oldest first. One statement."""
    rows = db.session.execute(
        sa.select(Notice.person_id, Delivery.telling_id, Notice.kind, Notice.title, Notice.link, Notice.at)
        .join(
            Notice,
            sa.and_(Notice.telling_id == Delivery.telling_id, Notice.person_id == Delivery.person_id),
        )
        .where(
            Delivery.person_id.in_(person_ids),
            Delivery.state == DeliveryState.WAITING,
            Delivery.channel == By.DIGEST,
        )
        .order_by(Notice.at, Notice.id)
    )
    found: dict[int, list[Came]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(Came(*row))
    return found


@dataclass(frozen=True, slots=True)
class _Seat:
    place_id: int
    person_id: int
    cohort_id: int
    section_id: int | None


def due(person_ids: Collection[int], *, since: dt.datetime, until: dt.datetime) -> dict[int, list[Due]]:
    """What each has before them: open work that falls due, sessions that begin; nothing of what is done.

    A fixed number of statements, and as many again for each cohort that they are in. Whoever is on leave has nothing
    due.
    """
    seats = _seats(person_ids)
    teams = _teams([seat.place_id for seat in seats])
    done = completion.done_of([seat.place_id for seat in seats]) if seats else {}
    found: dict[int, list[Due]] = {}
    for cohort_id in sorted({seat.cohort_id for seat in seats}):
        mine = [seat for seat in seats if seat.cohort_id == cohort_id]
        keys = _keys(cohort_id, since, until)
        whose = {
            seat.place_id: Whose(seat.person_id, seat.section_id, teams.get(seat.place_id, ()))
            for seat in mine
        }
        if not keys:
            continue
        dates = scheduling.effective_items_of(cohort_id, keys, whose)
        lines = _Lines(cohort_id)
        for seat in mine:
            items = [
                item
                for item in dates[seat.place_id].values()
                if item.activity_id not in done.get(seat.place_id, ())
            ]
            found.setdefault(seat.person_id, []).extend(lines.due(items, since, until))
    return {
        person_id: sorted(lines, key=lambda one: (one.at, one.title)) for person_id, lines in found.items()
    }


class _Lines:
    """The dates of one cohort as lines of a digest; each is worded once."""

    def __init__(self, cohort_id: int) -> None:
        self.cohort = cohorts.by_id(cohort_id)
        self.activities = curriculum.outline(self.cohort.version_id).activities
        self.worded: dict[tuple[int, dt.datetime], Due] = {}

    def due(self, items: Sequence[ItemLine], since: dt.datetime, until: dt.datetime) -> list[Due]:
        """What of these lies ahead."""
        found = []
        for item in items:
            session = item.kind is ItemKind.SESSION
            at = item.starts_at if session else item.ends_at
            if (
                item.state is ItemState.CANCELLED
                or not since < at <= until
                or item.key.endswith(".first-post")
            ):
                continue
            known = self.worded.get((item.id, at))
            if known is None:
                line = self.activities[item.activity_id]
                link = path(endpoint_of(line.kind.value), self.cohort.slug, key=line.key)
                known = Due(f"{line.code} {line.title}".strip(), link, at, session)
                self.worded[item.id, at] = known
            found.append(known)
        return found


def _seats(person_ids: Collection[int]) -> list[_Seat]:
    rows = db.session.execute(
        sa.select(Place.id, Place.person_id, Place.cohort_id, Place.section_id)
        .join(Cohort, Cohort.id == Place.cohort_id)
        .where(
            Place.person_id.in_(person_ids),
            Place.state == PlaceState.ENROLLED,
            Cohort.state == CohortState.OPEN,
        )
        .order_by(Place.id)
    )
    return [_Seat(*row) for row in rows]


def _teams(place_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    rows = db.session.execute(
        sa.select(TeamMembership.place_id, TeamMembership.team_id)
        .where(TeamMembership.place_id.in_(place_ids), TeamMembership.ends_at.is_(None))
        .order_by(TeamMembership.id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for place_id, team_id in rows:
        found[place_id] = (*found.get(place_id, ()), team_id)
    return found


def _keys(cohort_id: int, since: dt.datetime, until: dt.datetime) -> list[str]:
    """The items that may fall due for somebody: everybody's date lies there, or an own one does."""
    own = sa.exists().where(
        Override.item_id == ScheduledItem.id,
        Override.revoked_at.is_(None),
        sa.or_(Override.ends_at.between(since, until), Override.starts_at.between(since, until)),
    )
    return list(
        db.session.scalars(
            sa.select(ScheduledItem.key).where(
                ScheduledItem.cohort_id == cohort_id,
                ScheduledItem.staff_only.is_(False),
                sa.or_(
                    ScheduledItem.ends_at.between(since, until),
                    ScheduledItem.starts_at.between(since, until),
                    own,
                ),
            )
        )
    )
