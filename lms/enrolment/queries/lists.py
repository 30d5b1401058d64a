"""Reads about lists that were brought: what they are judged against, and those that were kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Section
from lms.cohorts.queries import CohortView
from lms.core import files
from lms.core.db import db
from lms.core.files import StoredFile
from lms.enrolment.models import ListImport, Place, PlaceEvent, Team, TeamMembership
from lms.enrolment.queries.places import last_day_of, seats_taken
from lms.enrolment.rules import ACTIVE, ListKind, PlaceEventKind, PlaceState, TeamKind, learners, team_lists
from lms.enrolment.rules import lists as sheets
from lms.enrolment.rules.plan import Facts, Ground, KnownPerson, KnownPlace
from lms.enrolment.rules.team_lists import Member, TeamGround
from lms.people.models import Person, RoleGrant, User
from lms.people.queries.persons import grant_in_force
from lms.people.rules import STAFF, Actor

CHUNK = 500


def ground(cohort: CohortView, addresses: Iterable[str], *, today: dt.date, now: dt.datetime) -> Ground:
    """All that a list of learners is judged against: everybody here, and who else is known by its addresses."""
    rows = _people(cohort.id, Place.id.is_not(None), now)
    known = {row.email for row in rows}
    others = sorted(set(addresses) - known)
    for start in range(0, len(others), CHUNK):
        rows += _people(cohort.id, Person.email.in_(others[start : start + CHUNK]), now)
    undone = _undone(cohort.id)
    people = {row.email: _person(row, undone) for row in rows if row.email}
    sections = db.session.execute(
        sa.select(Section.id, Section.name).where(Section.cohort_id == cohort.id).order_by(Section.position)
    ).all()
    here = {email: person for email, person in people.items() if person.place and person.place.active}
    return Ground(
        people=people,
        by_external={
            person.place.external_id: email
            for email, person in people.items()
            if person.place and person.place.external_id
        },
        sections={name.lower(): (section_id, name) for section_id, name in sections},
        teams=present_teams(cohort.id, TeamKind.WORKING),
        seats_left=max(0, cohort.seats - seats_taken(cohort.id)),
        starts_on=cohort.starts_on,
        last_day=last_day_of(cohort),
        today=today,
        zone=cohort.zone,
        names_here={row.sort_name: row.email for row in rows if row.email in here},
    )


def _people(cohort_id: int, which: sa.ColumnElement[bool], now: dt.datetime) -> list[Any]:
    def granted(*conditions: sa.ColumnElement[bool]) -> Any:
        return sa.exists().where(RoleGrant.person_id == Person.id, *conditions).correlate(Person)

    elsewhere = granted(sa.or_(RoleGrant.cohort_id != cohort_id, RoleGrant.cohort_id.is_(None)))
    staff = granted(RoleGrant.cohort_id == cohort_id, RoleGrant.role.in_(STAFF), grant_in_force(now))
    seat = aliased(TeamMembership)
    return list(
        db.session.execute(
            sa.select(
                Person.id,
                Person.public_id,
                Person.name,
                Person.sort_name,
                Person.email,
                Person.zone,
                Person.employer,
                Person.job_title,
                Person.country,
                Person.pronoun,
                sa.or_(Person.last_seen_on.is_not(None), User.password.is_not(None), elsewhere).label(
                    "theirs"
                ),
                staff.label("staff"),
                Place.id.label("place_id"),
                Place.state,
                Place.section_id,
                Place.external_id,
                Place.joined_on,
                seat.team_id,
            )
            .outerjoin(User, User.person_id == Person.id)
            .outerjoin(Place, sa.and_(Place.person_id == Person.id, Place.cohort_id == cohort_id))
            .outerjoin(
                seat,
                sa.and_(seat.place_id == Place.id, seat.kind == TeamKind.WORKING, seat.ends_at.is_(None)),
            )
            .where(which)
            .order_by(Person.id)
        )
    )


def _undone(cohort_id: int) -> set[int]:
    """The places that were withdrawn because their import was undone, and nothing since."""
    last = (
        sa.select(sa.func.max(PlaceEvent.id))
        .where(PlaceEvent.place_id == Place.id)
        .correlate(Place)
        .scalar_subquery()
    )
    return set(
        db.session.scalars(
            sa.select(Place.id)
            .join(PlaceEvent, PlaceEvent.place_id == Place.id)
            .where(
                Place.cohort_id == cohort_id,
                Place.state == PlaceState.WITHDRAWN,
                PlaceEvent.id == last,
                PlaceEvent.kind == PlaceEventKind.IMPORT_UNDONE,
            )
        )
    )


def _person(row: Any, undone: Collection[int]) -> KnownPerson:
    place = None
    if row.place_id is not None:
        place = KnownPlace(
            place_id=row.place_id,
            active=row.state in ACTIVE,
            state=row.state.value,
            undone=row.place_id in undone,
            section_id=row.section_id,
            external_id=row.external_id or "",
            joined_on=row.joined_on,
            team_id=row.team_id,
        )
    facts = Facts(
        name=row.name,
        email=row.email,
        zone=row.zone,
        employer=row.employer,
        job_title=row.job_title,
        country=row.country,
        pronoun=row.pronoun,
    )
    return KnownPerson(row.id, row.public_id, facts, bool(row.theirs), bool(row.staff), place)


def present_teams(cohort_id: int, kind: TeamKind) -> dict[str, tuple[int, str]]:
    """The teams of a kind by name in lower case: id and name."""
    rows = db.session.execute(
        sa.select(Team.id, Team.name)
        .where(Team.cohort_id == cohort_id, Team.kind == kind, Team.dissolved_at.is_(None))
        .order_by(Team.id)
    )
    return {name.lower(): (team_id, name) for team_id, name in rows}


def team_ground(cohort_id: int, kind: TeamKind) -> TeamGround:
    """What a list of teams is judged against."""
    seat = aliased(TeamMembership)
    rows = db.session.execute(
        sa.select(
            Place.id,
            Person.public_id,
            Person.name,
            Person.email,
            Place.external_id,
            Place.state,
            seat.team_id,
        )
        .join(Person, Person.id == Place.person_id)
        .outerjoin(seat, sa.and_(seat.place_id == Place.id, seat.kind == kind, seat.ends_at.is_(None)))
        .where(Place.cohort_id == cohort_id, Person.email.is_not(None))
        .order_by(Place.id)
    ).all()
    return TeamGround(
        by_email={
            row.email: Member(row.id, row.public_id, row.name, row.email, row.state in ACTIVE, row.team_id)
            for row in rows
        },
        by_external={row.external_id: row.email for row in rows if row.external_id},
        teams=present_teams(cohort_id, kind),
    )


# Lists that were kept -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A list that was brought, as the list of lists shows it."""

    id: int
    public_id: str
    what: ListKind
    name: str
    by: str
    created_at: dt.datetime
    applied_at: dt.datetime | None
    undone_at: dt.datetime | None
    counts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ImportView:
    """A list that was brought, with its report."""

    line: ImportLine
    cohort: CohortView
    file_id: int
    report: tuple[dict[str, Any], ...]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


_LINE = (
    ListImport.id,
    ListImport.public_id,
    ListImport.what,
    StoredFile.name,
    Person.name.label("by"),
    ListImport.created_at,
    ListImport.applied_at,
    ListImport.undone_at,
    ListImport.counts,
)


def imports(cohort_id: int, kinds: Collection[ListKind], limit: int = 20) -> list[ImportLine]:
    """The latest lists of some kinds, newest first, without their reports."""
    rows = db.session.execute(
        sa.select(*_LINE)
        .join(StoredFile, StoredFile.id == ListImport.file_id)
        .join(Person, Person.id == ListImport.by_id)
        .where(ListImport.cohort_id == cohort_id, ListImport.what.in_(kinds))
        .order_by(ListImport.id.desc())
        .limit(limit)
    )
    return [ImportLine(**row._asdict()) for row in rows]


def import_visible_to(actor: Actor, slug: str, public_id: str) -> ImportView:
    """A list that was brought to a cohort which the actor sees; NotFound when there is none."""
    cohort, row = cohorts.thing_visible_to(
        actor,
        slug,
        lambda cohort: (
            sa.select(*_LINE, ListImport.file_id, ListImport.report)
            .join(StoredFile, StoredFile.id == ListImport.file_id)
            .join(Person, Person.id == ListImport.by_id)
            .where(ListImport.cohort_id == cohort.id, ListImport.public_id == public_id)
        ),
    )
    values = row._asdict()
    file_id, report = values.pop("file_id"), values.pop("report")
    return ImportView(ImportLine(**values), cohort, file_id, tuple(report))


def sheet_of(found: ImportView) -> sheets.Sheet:
    """The list as it was brought, read again from the file that was kept."""
    stored = db.session.get_one(StoredFile, found.file_id)
    body = b"".join(files.storage().read(files.blob_key(stored.sha256)))
    of_teams = found.line.what is not ListKind.LEARNERS
    rules = team_lists if of_teams else learners
    return sheets.read(body, rules.WORDS, needs=rules.NEEDS)
