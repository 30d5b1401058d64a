"""Taking back what a list did, as far as it still stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.core.db import db
from lms.enrolment import queries, rules
from lms.enrolment.actions import teams
from lms.enrolment.actions.edits import Edits, PlaceEdit, apply_edits
from lms.enrolment.actions.story import Changed, Telling, announce, tell
from lms.enrolment.models import ListImport, Place, PlaceEvent, Team, TeamMembership
from lms.enrolment.rules import ListKind, PlaceEventKind, PlaceState, TeamKind
from lms.enrolment.rules.learners import PROFILE
from lms.enrolment.rules.plan import Change, KnownPerson, Line, Outcome
from lms.people.actions import bulk
from lms.people.models import Person
from lms.people.rules import Actor, Role

REASON = "The list that did this was undone."


@dataclass
class Undone:
    """What came of undoing a list."""

    withdrawn: int = 0
    kept: list[str] = field(default_factory=list)
    """Names of those who stay because they have begun."""
    reverted: int = 0
    not_reverted: list[str] = field(default_factory=list)
    """“Name: what” for changes that somebody has changed again since."""

    def as_dict(self) -> dict[str, object]:
        """As it is kept."""
        return asdict(self)


def undo(row: ListImport, *, actor: Actor, now: dt.datetime) -> Undone:
    """Withdraw those whom the list enrolled and who have not begun; put back what it changed and nobody has since."""
    done = Undone()
    if row.what is ListKind.LEARNERS:
        _withdraw(row, done, actor=actor, now=now)
    _revert(row, done, actor=actor, now=now)
    _dissolve_empty(row, actor=actor, now=now)
    return done


def _withdraw(row: ListImport, done: Undone, *, actor: Actor, now: dt.datetime) -> None:
    cohort = cohorts.by_id(row.cohort_id)
    applied_at = row.applied_at or now
    leaving = []
    for one in _enrolled_by(row):
        begun = rules.has_begun(
            opens=cohort.state is not CohortState.PREPARING,
            last_seen_on=one.last_seen_on,
            imported_on=applied_at.date(),
            later_events=one.later,
        )
        if begun:
            done.kept.append(one.name)
        else:
            leaving.append(one)
    done.withdrawn = len(leaving)
    if not leaving:
        return
    db.session.execute(
        sa.update(Place),
        [{"id": one.place_id, "state": PlaceState.WITHDRAWN, "left_on": one.joined_on} for one in leaving],
    )
    tell(
        [
            Telling(
                place_id=one.place_id,
                cohort_id=row.cohort_id,
                kind=PlaceEventKind.IMPORT_UNDONE,
                on=one.joined_on,
                reason=REASON,
                details={"import": row.id, "list": row.public_id},
            )
            for one in leaving
        ],
        actor=actor,
        now=now,
    )
    ids = [one.person_id for one in leaving]
    bulk.end_many(ids, Role.LEARNER, cohort_id=row.cohort_id, actor=actor, now=now, reason=REASON)
    bulk.revoke_invitations_of(
        [one.person_id for one in leaving if not one.elsewhere], actor=actor, now=now, reason=REASON
    )
    teams.leave_all(
        [one.place_id for one in leaving], cohort_id=row.cohort_id, reason=REASON, actor=actor, now=now
    )
    changed = [Changed(one.place_id, one.person_id, PlaceState.WITHDRAWN) for one in leaving]
    announce(row.cohort_id, changed, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class _Enrolled:
    """Somebody whom the list enrolled and who is still in that place."""

    place_id: int
    person_id: int
    name: str
    joined_on: dt.date
    last_seen_on: dt.date | None
    later: int
    elsewhere: bool


def _enrolled_by(row: ListImport) -> list[_Enrolled]:
    later = (
        sa.select(sa.func.count())
        .where(PlaceEvent.place_id == Place.id, PlaceEvent.at > row.applied_at)
        .correlate(Place)
        .scalar_subquery()
    )
    other = sa.orm.aliased(Place)
    elsewhere = sa.exists().where(other.person_id == Place.person_id, other.id != Place.id).correlate(Place)
    rows = db.session.execute(
        sa.select(
            Place.id.label("place_id"),
            Place.person_id,
            Person.name,
            Place.joined_on,
            Person.last_seen_on,
            later.label("later"),
            elsewhere.label("elsewhere"),
            PlaceEvent.details,
        )
        .join(PlaceEvent, PlaceEvent.place_id == Place.id)
        .join(Person, Person.id == Place.person_id)
        .where(
            Place.cohort_id == row.cohort_id,
            Place.state.in_(rules.ACTIVE),
            PlaceEvent.kind == PlaceEventKind.ENROLLED,
            PlaceEvent.at == row.applied_at,
        )
        .order_by(Person.sort_name, Place.id)
    )
    found = []
    for each in rows:
        values = each._asdict()
        if values.pop("details").get("import") == row.id:
            found.append(_Enrolled(**values))
    return found


def _revert(row: ListImport, done: Undone, *, actor: Actor, now: dt.datetime) -> None:
    lines = [line for kept in row.report if (line := Line.of(kept)).changes]
    if not lines:
        return
    cohort = cohorts.by_id(row.cohort_id)
    ground = queries.ground(cohort, (), today=now.date(), now=now)
    people = {person.public_id: person for person in ground.people.values()}
    sections = dict(ground.sections.values())
    reverting = _Reverting(row.what.team_kind, sections, _seats(row.cohort_id, row.what.team_kind), done)
    for line in lines:
        person = people.get(line.person)
        if person and person.place and person.place.active and line.outcome is not Outcome.ERROR:
            reverting.line(person, line)
    details = {"import": row.id, "list": row.public_id}
    apply_edits(row.cohort_id, reverting.edits, reason=REASON, details=details, actor=actor, now=now)
    kind = row.what.team_kind
    teams.seat_many(row.cohort_id, kind, reverting.back, reason=REASON, actor=actor, now=now)
    for place_id, team_id in reverting.out.items():
        teams.remove_member(team_id, place_id, reason=REASON, actor=actor, now=now)


def _seats(cohort_id: int, kind: TeamKind) -> dict[int, tuple[int, str]]:
    """Where everybody sits now: place → team id and name."""
    rows = db.session.execute(
        sa.select(TeamMembership.place_id, Team.id, Team.name)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(Team.cohort_id == cohort_id, TeamMembership.kind == kind, TeamMembership.ends_at.is_(None))
    )
    return {place_id: (team_id, name) for place_id, team_id, name in rows}


class _Reverting:
    """What is put back, change by change; a value that is not as the list left it stays."""

    def __init__(
        self, kind: TeamKind, sections: dict[int, str], seats: dict[int, tuple[int, str]], done: Undone
    ) -> None:
        self.kind = kind
        self.sections = {name: section_id for section_id, name in sections.items()}
        self.seats = seats
        self.done = done
        self.edits = Edits(sections=sections)
        self.back: dict[int, int] = {}
        self.out: dict[int, int] = {}
        self.teams = {name: team_id for team_id, name in seats.values()}

    def line(self, person: KnownPerson, line: Line) -> None:
        """Put back what one row changed."""
        if person.place is None:
            return
        edit = PlaceEdit.of(person, person.place)
        self.edits.places.append(edit)
        for change in line.changes:
            if self._change(person, edit, change):
                self.done.reverted += 1
            else:
                self.done.not_reverted.append(f"{person.facts.name}: {change.what}")

    def _change(self, person: KnownPerson, edit: PlaceEdit, change: Change) -> bool:
        known = edit.known
        if change.what == "section":
            stands = known.section_id is not None and known.section_id == self.sections.get(change.after)
            edit.section_id = self.sections.get(change.before) if stands else known.section_id
            return stands
        if change.what == "external id":
            stands = known.external_id == change.after
            edit.external_id = change.before if stands else known.external_id
            return stands
        if change.what == "join date":
            stands = str(known.joined_on) == change.after
            edit.joined_on = dt.date.fromisoformat(change.before) if stands else known.joined_on
            return stands
        if change.what == "team":
            return self._team(known.place_id, change)
        name = PROFILE[change.what]
        stands = getattr(person.facts, name) == change.after and not person.theirs
        if stands:
            self.edits.facts.setdefault(person.person_id, {})[name] = change.before
        return stands

    def _team(self, place_id: int, change: Change) -> bool:
        team_id, name = self.seats.get(place_id, (0, ""))
        if name != change.after:
            return False
        before = self.teams.get(change.before)
        if change.before and before is None:
            before = _team_named(place_id, change.before, self.kind)
        if before is not None:
            self.back[place_id] = before
        else:
            self.out[place_id] = team_id
        return True


def _team_named(place_id: int, name: str, kind: TeamKind) -> int | None:
    return db.session.scalar(
        sa.select(Team.id)
        .join(Place, Place.cohort_id == Team.cohort_id)
        .where(Place.id == place_id, Team.kind == kind, Team.name == name, Team.dissolved_at.is_(None))
    )


def _dissolve_empty(row: ListImport, *, actor: Actor, now: dt.datetime) -> None:
    """Dissolve the teams that the list formed and in which nobody sits any more."""
    seated = sa.exists().where(TeamMembership.team_id == Team.id, TeamMembership.ends_at.is_(None))
    empty: Iterable[int] = db.session.scalars(
        sa.select(Team.id)
        .where(
            Team.cohort_id == row.cohort_id, Team.created_at == row.applied_at, Team.dissolved_at.is_(None)
        )
        .where(~seated.correlate(Team))
        .order_by(Team.id)
    ).all()
    for team_id in empty:
        teams.dissolve_team(team_id, reason=REASON, actor=actor, now=now)
