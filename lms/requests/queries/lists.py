"""Requests in lists: a learner's own, the inbox of staff, those of one place."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Cohort
from lms.core import paging
from lms.core.db import db
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import STAFF, Actor, sort_name
from lms.requests.models import Request
from lms.requests.policy import READING
from lms.requests.ports import Kind
from lms.requests.queries.asking import kind_of
from lms.requests.rules import DECIDED, RUNNING, RequestState, Urgency, urgency

LONGEST = 200
"""So many of one place are shown."""


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in a list."""

    id: int
    public_id: str
    cohort_slug: str
    cohort: str
    place_public_id: str
    person: str
    kind: Kind
    title: str
    owner_id: int | None
    owner: str
    state: RequestState
    asked_at: dt.datetime
    promised_at: dt.datetime
    decided_at: dt.datetime | None

    def urgency(self, now: dt.datetime) -> Urgency:
        """How its promise stands."""
        return urgency(self.promised_at, now, rests=self.state is not RequestState.OPEN)

    @property
    def running(self) -> bool:
        """Whether it is neither decided nor withdrawn."""
        return self.state in RUNNING


_owner = aliased(Person)
_LINES = (
    sa.select(
        Request.id,
        Request.public_id,
        Cohort.slug.label("cohort_slug"),
        Cohort.name.label("cohort"),
        Place.public_id.label("place_public_id"),
        Person.name.label("person"),
        Request.kind,
        Request.title,
        Request.owner_id,
        sa.func.coalesce(_owner.name, "").label("owner"),
        Request.state,
        Request.asked_at,
        Request.promised_at,
        Request.decided_at,
    )
    .select_from(Request)
    .join(Cohort, Cohort.id == Request.cohort_id)
    .join(Place, Place.id == Request.place_id)
    .join(Person, Person.id == Place.person_id)
    .outerjoin(_owner, _owner.id == Request.owner_id)
)


def _line(row: Any) -> RequestLine:
    return RequestLine(**{**row._asdict(), "kind": kind_of(row.kind)})


def of_place(place_id: int) -> list[RequestLine]:
    """A learner's own requests: what is open first, the latest first. One statement."""
    rows = db.session.execute(
        _LINES.where(Request.place_id == place_id)
        .order_by(Request.state.not_in(list(RUNNING)), Request.id.desc())
        .limit(LONGEST)
    )
    return [_line(row) for row in rows]


def about(place_id: int, activity_key: str) -> list[RequestLine]:
    """A learner's own requests about one activity, the latest first. One statement."""
    rows = db.session.execute(
        _LINES.where(Request.place_id == place_id, Request.about == activity_key).order_by(Request.id.desc())
    )
    return [_line(row) for row in rows]


def granted(place_ids: Collection[int], kind: str) -> bool:
    """Whether one of these places was ever granted something of this kind. One statement."""
    found = db.session.scalar(
        sa.select(Request.id)
        .where(
            Request.place_id.in_(place_ids),
            Request.kind == kind,
            Request.state.in_([RequestState.GRANTED, RequestState.PARTLY]),
        )
        .limit(1)
    )
    return found is not None


def of_place_for(place_id: int, actor: Actor) -> list[RequestLine]:
    """The requests of a learner that a member of staff may read, the latest first. One statement."""
    rows = db.session.execute(
        _LINES.where(Request.place_id == place_id, _visible(actor)).order_by(Request.id.desc()).limit(LONGEST)
    )
    return [_line(row) for row in rows]


def _visible(actor: Actor) -> sa.ColumnElement[bool]:
    """What a member of staff may read, as `policy.can_read` says it."""
    wide = any(role in READING for role in actor.institution_roles)
    staff = any(role in STAFF for role in actor.institution_roles)
    reads = sa.true() if wide else Request.cohort_id.in_(actor.cohorts(*READING))
    owns = sa.and_(
        Request.owner_id == actor.person_id,
        sa.true() if staff else Request.cohort_id.in_(actor.cohorts(*STAFF)),
    )
    return sa.and_(
        sa.or_(reads, owns),
        sa.or_(Request.against_id.is_(None), Request.against_id != actor.person_id),
    )


class Show(enum.StrEnum):
    """Which requests an inbox shows."""

    OPEN = "open"
    LATE = "late"
    WAITING = "waiting"
    CLOSED = "closed"
    ALL = "all"


def _shown(show: Show, now: dt.datetime) -> sa.ColumnElement[bool]:
    if show is Show.OPEN:
        return Request.state == RequestState.OPEN
    if show is Show.LATE:
        return sa.and_(Request.state == RequestState.OPEN, Request.promised_at < now)
    if show is Show.WAITING:
        return Request.state == RequestState.WAITING
    if show is Show.CLOSED:
        return Request.state.in_([*DECIDED, RequestState.WITHDRAWN])
    return sa.true()


@dataclass(frozen=True, slots=True)
class Filter:
    """What an inbox is narrowed to."""

    show: Show = Show.OPEN
    cohort: str = ""
    """Slug; empty: every cohort."""
    owner: str = ""
    """Public id of a person; `none`: nobody's; empty: everybody's."""
    kind: str = ""
    find: str = ""


def _narrowed(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.cohort:
        found.append(Cohort.slug == wanted.cohort)
    if wanted.owner == "none":
        found.append(Request.owner_id.is_(None))
    elif wanted.owner:
        found.append(_owner.public_id == wanted.owner)
    if wanted.kind:
        found.append(Request.kind == wanted.kind)
    if wanted.find:
        words = sort_name(wanted.find)
        found.append(
            sa.or_(
                Person.sort_name.contains(words, autoescape=True),
                sa.func.lower(Request.title).contains(words, autoescape=True),
            )
        )
    return found


def inbox(
    actor: Actor, wanted: Filter, *, now: dt.datetime, cursor: str | None = None
) -> paging.Page[RequestLine]:
    """What staff may read: what runs by its promise, what is closed the latest first. One statement."""
    statement = _LINES.where(_visible(actor), _shown(wanted.show, now), *_narrowed(wanted))
    after = paging.read_cursor(cursor)
    if wanted.show in (Show.CLOSED, Show.ALL):
        if after and len(after) == 1 and isinstance(after[0], int):
            statement = statement.where(Request.id < after[0])
        rows = db.session.execute(statement.order_by(Request.id.desc()).limit(paging.SIZE + 1))
        return paging.page([_line(row) for row in rows], lambda line: [line.id])
    if after and (start := _start(after)):
        statement = statement.where(sa.tuple_(Request.promised_at, Request.id) > sa.tuple_(*start))
    rows = db.session.execute(statement.order_by(Request.promised_at, Request.id).limit(paging.SIZE + 1))
    return paging.page([_line(row) for row in rows], lambda line: [line.promised_at.isoformat(), line.id])


def _start(after: list[Any]) -> tuple[Any, Any] | None:
    if len(after) != 2 or not isinstance(after[0], str) or not isinstance(after[1], int):
        return None
    try:
        at = dt.datetime.fromisoformat(after[0])
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return (
        sa.literal(at, Request.promised_at.type),
        sa.literal(after[1], Request.id.type),
    )


def everything(actor: Actor, wanted: Filter, *, now: dt.datetime) -> list[RequestLine]:
    """All that an inbox shows, for a file. One statement."""
    rows = db.session.execute(
        _LINES.where(_visible(actor), _shown(wanted.show, now), *_narrowed(wanted)).order_by(
            Request.promised_at, Request.id
        )
    )
    return [_line(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests an inbox has of each sort, whatever else it is narrowed to but its cohort."""

    show: dict[Show, int]
    owners: tuple[tuple[str, str, int], ...]
    """(public id, name, how many run)."""
    unowned: int
    cohorts: tuple[tuple[str, str], ...]
    """(slug, name) of those that have any."""


def counts(actor: Actor, wanted: Filter, *, now: dt.datetime) -> Counts:
    """What the tabs and filters of an inbox say. One statement."""
    late = sa.case((Request.promised_at < now, 1), else_=0)
    rows = db.session.execute(
        sa.select(
            Request.state,
            _owner.public_id.label("owner"),
            _owner.name,
            Cohort.slug,
            Cohort.name.label("cohort"),
            sa.func.count().label("number"),
            sa.func.sum(late).label("late"),
        )
        .select_from(Request)
        .join(Cohort, Cohort.id == Request.cohort_id)
        .outerjoin(_owner, _owner.id == Request.owner_id)
        .where(_visible(actor))
        .group_by(Request.state, _owner.public_id, _owner.name, Cohort.slug, Cohort.name)
        .order_by(Cohort.slug, _owner.name)
    ).all()
    here = [row for row in rows if not wanted.cohort or row.slug == wanted.cohort]
    show = dict.fromkeys(Show, 0)
    owners: dict[str, tuple[str, int]] = {}
    for row in here:
        show[Show.ALL] += row.number
        if row.state is RequestState.OPEN:
            show[Show.OPEN] += row.number
            show[Show.LATE] += row.late or 0
        elif row.state is RequestState.WAITING:
            show[Show.WAITING] += row.number
        else:
            show[Show.CLOSED] += row.number
        if row.owner:
            name, number = owners.get(row.owner, (row.name, 0))
            owners[row.owner] = (name, number + (row.number if row.state in RUNNING else 0))
    return Counts(
        show=show,
        owners=tuple((key, name, number) for key, (name, number) in owners.items()),
        unowned=sum(row.number for row in here if row.owner is None and row.state in RUNNING),
        cohorts=tuple(dict.fromkeys((row.slug, row.cohort) for row in rows)),
    )


def ids_of(actor: Actor, public_ids: list[str]) -> list[int]:
    """The ids of those of these requests that the actor may read, in order of their promise. One statement."""
    rows = db.session.execute(
        sa.select(Request.id)
        .where(Request.public_id.in_(public_ids), _visible(actor))
        .order_by(Request.promised_at, Request.id)
    )
    return [row.id for row in rows]
