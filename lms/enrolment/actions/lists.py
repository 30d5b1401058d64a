"""Lists that people bring: tried, carried out, undone. Trying and carrying out read and judge with the same code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.core import audit, errands, files
from lms.core.db import db, locked
from lms.core.errands import Asked, Errand
from lms.core.errors import NotFound, RuleViolation
from lms.core.files import StoredFile
from lms.enrolment import queries
from lms.enrolment.actions import enrolling, teams
from lms.enrolment.actions.edits import Edits, apply_edits
from lms.enrolment.actions.enrolling import Enrolling, enrol_again, enrol_many
from lms.enrolment.actions.undoing import Undone, undo
from lms.enrolment.models import ListImport, Place
from lms.enrolment.rules import ListKind, TeamKind, learners, lists, team_lists
from lms.enrolment.rules.cells import Unreadable, address
from lms.enrolment.rules.plan import Line, ListStop, Outcome, Plan, Wanted, changes_many, counted, fingerprint
from lms.people import actions as people
from lms.people.actions import bulk
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class ListFile:
    """What somebody brought."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Applied:
    """What came of carrying a list out."""

    stale: bool = False
    """Something had changed since it was tried: a new report was kept and nothing was done."""
    added: int = 0
    changed: int = 0
    invited: int = 0


@dataclass(frozen=True)
class _Judged:
    """A list with the verdict on each row."""

    sheet: lists.Sheet
    lines: tuple[Line, ...]
    people: Plan | None = None
    seats: team_lists.TeamPlan | None = None

    @property
    def counts(self) -> dict[str, object]:
        """What is kept beside the report."""
        new = self.people.new_teams if self.people else self.seats.new_teams if self.seats else ()
        return {**counted(self.lines), "unread": list(self.sheet.unread), "new_teams": list(new)}


def try_list(cohort_id: int, what: ListKind, file: ListFile, *, actor: Actor, now: dt.datetime) -> ListImport:
    """Read and judge a list and keep it with the report; nothing else is changed.

    Raises RuleViolation when it cannot be read.
    """
    judged = _judge(cohort_id, what, file.body, now)
    stored = files.keep_bytes(
        file.body,
        files.safe_name(file.name),
        content_type="text/csv",
        owner_id=actor.person_id,
        purpose="list",
        now=now,
    )
    row = ListImport(
        cohort_id=cohort_id,
        what=what,
        file_id=stored.id,
        by_id=actor.person_id,
        created_at=now,
        counts=judged.counts,
        report=[line.as_dict() for line in judged.lines],
    )
    db.session.add(row)
    db.session.flush()
    _record("try_list", row, actor, dict(counted(judged.lines)))
    return row


LONG_LIST = "enrolment.list"
"""The kind of errand that carries out a list that is too long to wait for."""
Tell = Callable[[str, int, int], None]
"""Is told what is being done, and how much of how much."""
SLICE = 250
"""So many people are enrolled before the next word on how far it is."""


def _silent(_words: str, _done: int, _total: int) -> None:
    """Nobody looks."""


def apply_list(
    import_id: int,
    *,
    confirmed: bool = False,
    invite: bool = False,
    tell: Tell = _silent,
    actor: Actor,
    now: dt.datetime,
) -> Applied:
    """Carry a list out: rows that add and change; rows with mistakes are left out. `tell` hears how far it is.

    When the cohort changed since the list was tried, only the report is renewed. `confirmed` is the second yes that
    many changes need.
    Raises RuleViolation when it was carried out before, does nothing, or lacks the second yes.
    """
    row = _locked(import_id)
    if row.applied_at is not None:
        raise RuleViolation(ListStop.APPLIED)
    cohort = enrolling.lock_open(row.cohort_id)
    tell("Reading the list again", 0, 0)
    judged = _judge(row.cohort_id, row.what, _body(row), now)
    if fingerprint(judged.lines) != fingerprint(Line.of(kept) for kept in row.report):
        row.report = [line.as_dict() for line in judged.lines]
        row.counts = judged.counts
        db.session.flush()
        return Applied(stale=True)
    counts = counted(judged.lines)
    if not counts[Outcome.ADD] and not counts[Outcome.CHANGE]:
        raise RuleViolation(ListStop.NOTHING)
    _refuse_many(counts, confirmed)
    invited = 0
    if judged.people is not None:
        added = _enrol_and_change(cohort, row, judged.people, tell, actor=actor, now=now)
        if invite and added:
            tell("Writing the invitations", len(added), len(added))
        invited = people.invite_all(added, actor=actor, now=now) if invite and added else 0
    elif judged.seats is not None:
        _seat(
            cohort.id, row.what.team_kind, judged.seats.new_teams, judged.seats.seated, actor=actor, now=now
        )
    row.applied_at = now
    db.session.flush()
    _record("apply_list", row, actor, {**counts, "invited": invited})
    return Applied(added=counts[Outcome.ADD], changed=counts[Outcome.CHANGE], invited=invited)


def _refuse_many(counts: Mapping[str, int], confirmed: bool) -> None:
    if changes_many(counts) and not confirmed:
        here = counts[Outcome.CHANGE] + counts[Outcome.HERE]
        raise RuleViolation(ListStop.MANY_CHANGES, changes=counts[Outcome.CHANGE], here=here)


def ask_to_apply(
    import_id: int,
    *,
    confirmed: bool,
    invite: bool,
    title: str,
    back: str,
    actor: Actor,
    now: dt.datetime,
) -> Errand:
    """Have a long list carried out by the worker; asking twice while it is under way asks once.

    Raises RuleViolation when it was carried out before, or lacks the second yes that many changes need.
    """
    row = _locked(import_id)
    if row.applied_at is not None:
        raise RuleViolation(ListStop.APPLIED)
    _refuse_many({outcome: int(row.counts.get(outcome, 0)) for outcome in Outcome}, confirmed)
    return errands.ask(
        Asked(
            kind=LONG_LIST,
            key=row.public_id,
            title=title,
            owner_id=actor.person_id,
            back=back,
            payload={
                "import_id": row.id,
                "cohort_id": row.cohort_id,
                "confirmed": confirmed,
                "invite": invite,
                "seats": row.what is not ListKind.LEARNERS,
            },
        ),
        now=now,
    )


def undo_list(import_id: int, *, actor: Actor, now: dt.datetime) -> Undone:
    """Take back what a list did, as far as it still stands: see `undoing.undo`.

    Raises RuleViolation when it was never carried out, or undone before.
    """
    row = _locked(import_id)
    if row.applied_at is None:
        raise RuleViolation(ListStop.NOT_APPLIED)
    if row.undone_at is not None:
        raise RuleViolation(ListStop.UNDONE)
    done = undo(row, actor=actor, now=now)
    row.undone_at, row.undone_by_id = now, actor.person_id
    row.counts = {**row.counts, "undone": done.as_dict()}
    db.session.flush()
    _record("undo_list", row, actor, done.as_dict())
    return done


def _locked(import_id: int) -> ListImport:
    """The list under the lock of its cohort."""
    cohort_id = db.session.scalar(sa.select(ListImport.cohort_id).where(ListImport.id == import_id))
    if cohort_id is None:
        raise NotFound
    locked(Cohort, cohort_id)
    row: ListImport = locked(ListImport, import_id)
    return row


def _body(row: ListImport) -> bytes:
    stored = db.session.get_one(StoredFile, row.file_id)
    return b"".join(files.storage().read(files.blob_key(stored.sha256)))


def _judge(cohort_id: int, what: ListKind, body: bytes, now: dt.datetime) -> _Judged:
    """Read a list and judge its rows: the one way there is."""
    if what is not ListKind.LEARNERS:
        sheet = lists.read(body, team_lists.WORDS, needs=team_lists.NEEDS)
        seats = team_lists.plan(sheet.rows, queries.team_ground(cohort_id, what.team_kind))
        return _Judged(sheet, seats.lines, seats=seats)
    sheet = lists.read(body, learners.WORDS, needs=learners.NEEDS)
    cohort = cohorts.by_id(cohort_id)
    today = enrolling.today_in(cohort, now)
    plan = learners.plan(sheet.rows, queries.ground(cohort, _addresses(sheet), today=today, now=now))
    return _Judged(sheet, plan.lines, people=plan)


def _addresses(sheet: lists.Sheet) -> set[str]:
    found = set()
    for row in sheet.rows:
        try:
            found.add(address(row["email"]))
        except Unreadable:
            continue
    return found


def _enrol_and_change(
    cohort: Cohort, row: ListImport, plan: Plan, tell: Tell, *, actor: Actor, now: dt.datetime
) -> list[int]:
    """Do what the rows ask for; returns the persons who were enrolled."""
    source = {"import": row.id, "list": row.public_id}
    adds = plan.of(Outcome.ADD)
    tell("Adding people", 0, 0)
    persons = _persons(cohort, adds, actor=actor, now=now)
    sections = cohorts.sections(cohort.id)
    only = sections[0].id if len(sections) == 1 else None

    def enrolling_of(wanted: Wanted) -> Enrolling:
        return Enrolling(
            person_id=persons[wanted.facts.email],
            section_id=wanted.section_id or only,
            external_id=wanted.external_id or None,
            joined_on=wanted.joined_on,
            details=source,
        )

    again = {one.person.place.place_id: one for one in adds if one.person and one.person.place}
    fresh = [one for one in adds if not (one.person and one.person.place)]
    for start in range(0, len(fresh), SLICE):
        tell("Enrolling", start, len(fresh))
        enrol_many(
            cohort.id, [enrolling_of(one) for one in fresh[start : start + SLICE]], actor=actor, now=now
        )
    enrol_again(
        cohort.id, {place_id: enrolling_of(one) for place_id, one in again.items()}, actor=actor, now=now
    )
    changes = plan.of(Outcome.CHANGE)
    tell("Changing what the list changes", len(adds), len(adds))
    edits = Edits.of(changes, {section.id: section.name for section in sections})
    apply_edits(cohort.id, edits, reason="", details=source, actor=actor, now=now)
    _seat_named(cohort.id, plan, [*adds, *changes], actor=actor, now=now)
    return [persons[one.facts.email] for one in adds]


def _persons(cohort: Cohort, adds: Sequence[Wanted], *, actor: Actor, now: dt.datetime) -> dict[str, int]:
    """The persons of rows that enrol, by address; those whom nobody knew are added."""
    fresh = [
        people.PersonFacts(
            name=one.facts.name,
            email=one.facts.email,
            zone=one.facts.zone or cohort.zone,
            country=one.facts.country,
            employer=one.facts.employer,
            job_title=one.facts.job_title,
            pronoun=one.facts.pronoun,
        )
        for one in adds
        if one.person is None
    ]
    ids = bulk.add_people(fresh, actor=actor, now=now)
    known = [one for one in adds if one.person is not None]
    apply_edits(cohort.id, Edits.of_persons(known), reason="", details={}, actor=actor, now=now)
    return ids | {one.facts.email: one.person.person_id for one in known if one.person}


def _seat_named(
    cohort_id: int, plan: Plan, rows: Sequence[Wanted], *, actor: Actor, now: dt.datetime
) -> None:
    """Let people sit in the working teams that their rows name."""
    named = {one.facts.email: one.team for one in rows if one.team}
    if not named:
        return
    addresses = list(named)
    places: dict[int, str] = {}
    for start in range(0, len(addresses), enrolling.CHUNK):
        found = db.session.execute(
            sa.select(Person.email, Place.id)
            .join(Place, Place.person_id == Person.id)
            .where(Place.cohort_id == cohort_id, Person.email.in_(addresses[start : start + enrolling.CHUNK]))
        )
        places |= {place_id: named[email] for email, place_id in found if email}
    _seat(cohort_id, TeamKind.WORKING, plan.new_teams, places, actor=actor, now=now)


def _seat(
    cohort_id: int,
    kind: TeamKind,
    new_teams: Sequence[str],
    seats: Mapping[int, str],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Form the teams that are new and let everybody sit where the list says."""
    new = [teams.NewTeam(name=name) for name in new_teams]
    teams.form_teams(cohort_id, kind, new, actor=actor, now=now)
    ids = queries.present_teams(cohort_id, kind)
    seated = {place_id: ids[name.lower()][0] for place_id, name in seats.items()}
    teams.seat_many(cohort_id, kind, seated, actor=actor, now=now)


def _record(verb: str, row: ListImport, actor: Actor, after: dict[str, object]) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"enrolment.{verb}",
            subject="list_import",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            after={"what": row.what.value, **after},
        )
    )
