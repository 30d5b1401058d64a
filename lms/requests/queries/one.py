"""One request with its history and files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor
from lms.requests import policy
from lms.requests.models import Request, RequestEntry, RequestFile
from lms.requests.ports import Fact, Kind, Wanted
from lms.requests.queries.asking import kind_of
from lms.requests.rules import INNER, RUNNING, EntryKind, RequestState


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as guards and pages know it."""

    cohort: CohortView
    id: int
    public_id: str
    place_id: int
    place_public_id: str
    person_id: int
    person: str
    kind: Kind
    about: str
    title: str
    facts: tuple[Fact, ...]
    wanted: Wanted
    against_id: int | None
    against: str
    owner_id: int | None
    owner: str
    owner_public_id: str
    state: RequestState
    asked_at: dt.datetime
    promised_at: dt.datetime
    waiting_since: dt.datetime | None
    escalated_at: dt.datetime | None
    decided_at: dt.datetime | None
    decided_by: str

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def running(self) -> bool:
        """Whether it is neither decided nor withdrawn."""
        return self.state in RUNNING


_owner, _decider, _against = aliased(Person), aliased(Person), aliased(Person)


def fact_of(document: dict[str, Any]) -> Fact:
    """A fact as it was kept."""
    at = document.get("at")
    return Fact(document["label"], document.get("value", ""), dt.datetime.fromisoformat(at) if at else None)


def wanted_of(document: dict[str, Any]) -> Wanted:
    """What was asked for, as it was kept."""

    def day(name: str) -> dt.date | None:
        return dt.date.fromisoformat(document[name]) if document.get(name) else None

    until = document.get("until")
    return Wanted(
        until=dt.datetime.fromisoformat(until) if until else None,
        from_on=day("from_on"),
        back_on=day("back_on"),
        choice=document.get("choice", ""),
        choice_words=document.get("choice_words", ""),
        line=document.get("line", ""),
        tick=bool(document.get("tick")),
        other=document.get("other", ""),
    )


def request_visible_to(actor: Actor, slug: str, public_id: str) -> RequestView:
    """The request of a cohort that the URL names, for whoever may read it; for others it is not there.

    One statement.
    """
    row = db.session.execute(_ONE.where(Cohort.slug == slug, Request.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound
    view = _view(row)
    if not cohorts.visible(actor, view.cohort) or not policy.can_read(actor, view):
        raise NotFound
    return view


def done_of(entry_id: int) -> tuple[Fact, ...]:
    """What a decision did, as its entry has it. One statement."""
    details = db.session.scalar(sa.select(RequestEntry.details).where(RequestEntry.id == entry_id))
    return tuple(fact_of(each) for each in (details or {}).get("facts", ()))


def by_id(request_id: int) -> RequestView:
    """The request, for those who have its id already."""
    return _view(db.session.execute(_ONE.where(Request.id == request_id)).one())


_ONE = (
    sa.select(
        *cohorts.COLUMNS,
        Request.id.label("request_id"),
        Request.public_id.label("request_public_id"),
        Request.place_id,
        Place.public_id.label("place_public_id"),
        Place.person_id,
        Person.name.label("person"),
        Request.kind,
        Request.about,
        Request.title,
        Request.facts,
        Request.wanted,
        Request.against_id,
        sa.func.coalesce(_against.name, "").label("against"),
        Request.owner_id,
        sa.func.coalesce(_owner.name, "").label("owner"),
        sa.func.coalesce(_owner.public_id, "").label("owner_public_id"),
        Request.state.label("request_state"),
        Request.asked_at,
        Request.promised_at,
        Request.waiting_since,
        Request.escalated_at,
        Request.decided_at,
        sa.func.coalesce(_decider.name, "").label("decided_by"),
    )
    .select_from(Request)
    .join(Cohort, Cohort.id == Request.cohort_id)
    .join(Place, Place.id == Request.place_id)
    .join(Person, Person.id == Place.person_id)
    .outerjoin(_owner, _owner.id == Request.owner_id)
    .outerjoin(_decider, _decider.id == Request.decided_by_id)
    .outerjoin(_against, _against.id == Request.against_id)
)


def _view(row: Any) -> RequestView:
    return RequestView(
        cohort=cohorts.view_of(row),
        id=row.request_id,
        public_id=row.request_public_id,
        place_id=row.place_id,
        place_public_id=row.place_public_id,
        person_id=row.person_id,
        person=row.person,
        kind=kind_of(row.kind),
        about=row.about,
        title=row.title,
        facts=tuple(fact_of(each) for each in row.facts),
        wanted=wanted_of(row.wanted),
        against_id=row.against_id,
        against=row.against,
        owner_id=row.owner_id,
        owner=row.owner,
        owner_public_id=row.owner_public_id,
        state=row.request_state,
        asked_at=row.asked_at,
        promised_at=row.promised_at,
        waiting_since=row.waiting_since,
        escalated_at=row.escalated_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
    )


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of a request's history."""

    id: int
    public_id: str
    kind: EntryKind
    by_id: int | None
    by: str
    html: str
    details: dict[str, Any]
    at: dt.datetime

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What a decision did."""
        return tuple(fact_of(each) for each in self.details.get("facts", ()))


def history(request_id: int, *, inner: bool) -> list[EntryLine]:
    """Everything that happened to a request, first to last; `inner`: with what only staff see. One statement."""
    statement = (
        sa.select(
            RequestEntry.id,
            RequestEntry.public_id,
            RequestEntry.kind,
            RequestEntry.by_id,
            sa.func.coalesce(Person.name, "").label("by"),
            RequestEntry.html,
            RequestEntry.details,
            RequestEntry.at,
        )
        .outerjoin(Person, Person.id == RequestEntry.by_id)
        .where(RequestEntry.request_id == request_id)
        .order_by(RequestEntry.id)
    )
    if not inner:
        statement = statement.where(RequestEntry.kind.not_in(list(INNER)))
    return [EntryLine(**row._asdict()) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a request."""

    entry_id: int
    public_id: str
    name: str
    size: int
    content_type: str


def files_of(request_id: int, *, inner: bool) -> list[FileLine]:
    """The files of a request, in order; `inner`: those of notes for staff too. One statement."""
    statement = (
        sa.select(
            RequestFile.entry_id,
            StoredFile.public_id,
            StoredFile.name,
            StoredFile.size,
            StoredFile.content_type,
        )
        .join(StoredFile, StoredFile.id == RequestFile.file_id)
        .join(RequestEntry, RequestEntry.id == RequestFile.entry_id)
        .where(RequestFile.request_id == request_id)
        .order_by(RequestFile.id)
    )
    if not inner:
        statement = statement.where(RequestEntry.kind.not_in(list(INNER)))
    return [FileLine(**row._asdict()) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a request as its guard hands it on."""

    request: RequestView
    name: str
    content_type: str
    size: int
    sha256: str

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.request.cohort_id

    @property
    def person_id(self) -> int:
        """Whose request it is."""
        return self.request.person_id

    @property
    def against_id(self) -> int | None:
        """Whom it complains of."""
        return self.request.against_id

    @property
    def owner_id(self) -> int | None:
        """Who owns the request."""
        return self.request.owner_id

    @property
    def kind(self) -> Kind:
        """Of the request."""
        return self.request.kind


def file_visible_to(actor: Actor, slug: str, public_id: str, file: str) -> FileView:
    """A file of a request that the actor may read; of notes for staff only those who are staff find it."""
    request = request_visible_to(actor, slug, public_id)
    statement = (
        sa.select(StoredFile.name, StoredFile.content_type, StoredFile.size, StoredFile.sha256)
        .join(RequestFile, RequestFile.file_id == StoredFile.id)
        .join(RequestEntry, RequestEntry.id == RequestFile.entry_id)
        .where(RequestFile.request_id == request.id, StoredFile.public_id == file)
    )
    if policy.is_own(actor, request):
        statement = statement.where(RequestEntry.kind.not_in(list(INNER)))
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return FileView(request, **row._asdict())


def latest_entry(request_id: int) -> int:
    """Id of the latest entry of a request's history."""
    found = db.session.scalar(
        sa.select(sa.func.max(RequestEntry.id)).where(RequestEntry.request_id == request_id)
    )
    return int(found or 0)
