"""What of a person's schedule falls on days on which they cannot, and what they can do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortState
from lms.cohorts.queries import CohortView
from lms.core import clock, mail
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.rules import endpoint_of
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import ACTIVE
from lms.live.models import LiveSession
from lms.people.models import BusyDate, Person
from lms.people.ports import BusyStretch, Collision
from lms.people.rules import Days
from lms.progress.rules import collides
from lms.scheduling import queries as scheduling
from lms.scheduling.models import ItemKind
from lms.scheduling.queries import ItemLine, Whose

EXTENDABLE = frozenset(
    {
        ActivityKind.ASSIGNMENT,
        ActivityKind.GROUP_WORK,
        ActivityKind.ROLE_PLAY,
        ActivityKind.PROGRESS_NOTE,
        ActivityKind.QUIZ,
        ActivityKind.FORM,
    }
)
"""More time can be asked for these."""
NEVER = frozenset({ActivityKind.READING, ActivityKind.EVENT})
"""What nobody has to be there for on a day."""


@dataclass(frozen=True, slots=True)
class _Seat:
    cohort: CohortView
    whose: Whose


def of_person(
    person_id: int, zone: str, stretches: Sequence[BusyStretch]
) -> dict[str, tuple[Collision, ...]]:
    """What collides with each of a person's busy dates, by its key, from now on: as a learner and as a host."""
    now = clock.now()
    busy = [(key, Days(starts_on, ends_on)) for key, starts_on, ends_on in stretches]
    found: dict[str, list[Collision]] = {key: [] for key, _days in busy}
    for seat in _seats(person_id):
        for item in scheduling.dated(seat.cohort.id, seat.whose).items:
            _place(found, busy, item, zone, now, _collision(seat.cohort, item))
    for item, collision in _hosted(person_id, now):
        _place(found, busy, item, zone, now, collision)
    return {key: tuple(sorted(those, key=lambda one: one.at)) for key, those in found.items()}


def _place(
    found: dict[str, list[Collision]],
    busy: Sequence[tuple[str, Days]],
    item: ItemLine,
    zone: str,
    now: dt.datetime,
    collision: Collision | None,
) -> None:
    if collision is None or item.cancelled or item.ends_at < now:
        return
    start = item.starts_at if item.kind is ItemKind.SESSION else item.ends_at
    for key, days in busy:
        if collides(start, item.ends_at, days, zone):
            found[key].append(collision)


def _collision(cohort: CohortView, item: ItemLine) -> Collision | None:
    line = curriculum.outline(cohort.version_id).activities.get(item.activity_id)
    if line is None or line.kind in NEVER:
        return None
    session = item.kind is ItemKind.SESSION
    title = f"{line.code} {line.title}".strip() + (f": {item.label}" if item.label else "")
    acts: tuple[tuple[str, str], ...] = ()
    if session:
        acts = (("Ask to be excused", _ask(cohort, "excuse", line.key)),)
    elif line.kind in EXTENDABLE and not item.label:
        acts = (("Ask for more time", _ask(cohort, "extension", line.key)),)
    return Collision(
        title=title,
        cohort=cohort.name,
        at=item.starts_at if session else item.ends_at,
        session=session,
        href=mail.path_to(endpoint_of(line.kind.value), slug=cohort.slug, key=line.key),
        acts=acts,
    )


def _ask(cohort: CohortView, kind: str, about: str) -> str:
    return mail.path_to("requests.ask", slug=cohort.slug, kind=kind, about=about)


def _seats(person_id: int) -> list[_Seat]:
    """The person's places in open cohorts, with section and teams. One statement."""
    rows = db.session.execute(
        sa.select(
            *cohorts.COLUMNS,
            Place.id.label("place_id"),
            Place.section_id,
            TeamMembership.team_id,
        )
        .join(Place, Place.cohort_id == Cohort.id)
        .outerjoin(
            TeamMembership, sa.and_(TeamMembership.place_id == Place.id, TeamMembership.ends_at.is_(None))
        )
        .where(Place.person_id == person_id, Place.state.in_(ACTIVE), Cohort.state == CohortState.OPEN)
        .order_by(Cohort.id)
    ).all()
    seats: dict[int, list[Any]] = {}
    for row in rows:
        seats.setdefault(row.place_id, []).append(row)
    return [
        _Seat(
            cohorts.view_of(those[0]),
            Whose(
                person_id, those[0].section_id, tuple(row.team_id for row in those if row.team_id is not None)
            ),
        )
        for those in seats.values()
    ]


def _hosted(person_id: int, now: dt.datetime) -> list[tuple[ItemLine, Collision]]:
    """The sessions that the person hosts from now on."""
    rows = db.session.execute(
        sa.select(*cohorts.COLUMNS, LiveSession.item_id, LiveSession.activity_id)
        .join(LiveSession, LiveSession.cohort_id == Cohort.id)
        .where(LiveSession.host_id == person_id, Cohort.state == CohortState.OPEN)
    ).all()
    found = []
    dates: dict[int, dict[int, ItemLine]] = {}
    for row in rows:
        cohort = cohorts.view_of(row)
        if cohort.id not in dates:
            dates[cohort.id] = {line.id: line for line in scheduling.items(cohort.id, since=now)}
        item = dates[cohort.id].get(row.item_id)
        line = curriculum.outline(cohort.version_id).activities.get(row.activity_id)
        if item is None or line is None:
            continue
        href = mail.path_to("live.session", slug=cohort.slug, key=line.key)
        found.append(
            (
                item,
                Collision(
                    title=f"{line.code} {line.title}".strip(),
                    cohort=cohort.name,
                    at=item.starts_at,
                    session=True,
                    href=href,
                    acts=(("See who could take it", href),),
                ),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class NewCollision:
    """Something that a release put onto days on which somebody cannot."""

    person_id: int
    collision: Collision


def after_release(
    cohort_id: int, item_ids: Collection[int], before: dict[int, tuple[dt.datetime, dt.datetime]]
) -> list[NewCollision]:
    """Which learners a release gave a date that falls on their busy days and did not before. Two statements.

    `before`: item → its old start and end. A learner's own later deadline is looked at on their page.
    """
    cohort = cohorts.by_id(cohort_id)
    lines = [line for line in scheduling.items(cohort_id) if line.id in item_ids and not line.cancelled]
    rows = db.session.execute(
        sa.select(BusyDate.person_id, BusyDate.starts_on, BusyDate.ends_on, Person.zone)
        .join(Person, Person.id == BusyDate.person_id)
        .join(Place, Place.person_id == Person.id)
        .where(Place.cohort_id == cohort_id, Place.state.in_(ACTIVE), BusyDate.ends_on >= clock.now().date())
        .order_by(BusyDate.person_id, BusyDate.starts_on)
    ).all()
    found = []
    for line in lines:
        collision = None if line.staff_only else _collision(cohort, line)
        if collision is None:
            continue
        session = line.kind is ItemKind.SESSION
        old = before.get(line.id)
        for row in rows:
            days = Days(row.starts_on, row.ends_on)
            if not collides(line.starts_at if session else line.ends_at, line.ends_at, days, row.zone):
                continue
            if old and collides(old[0] if session else old[1], old[1], days, row.zone):
                continue
            found.append(NewCollision(row.person_id, collision))
    return found
