"""The roster of a session, the evidence behind a name, and the attendance list of a cohort."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Section
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment import queries as enrolment
from lms.enrolment.models import Place, Team, TeamMembership
from lms.enrolment.rules import ACTIVE, Days, Interval, PlaceState, TeamKind
from lms.live import rules
from lms.live.models import AttendanceEvidence, AttendanceMark
from lms.live.queries.sessions import SessionView, policy_of, session_visible_to
from lms.live.rules import Bounds, Evidence, EvidenceKind, Meeting, Membership, Verdict
from lms.people.models import Person
from lms.people.rules import Actor

HAD_A_PLACE = (*ACTIVE, PlaceState.WITHDRAWN, PlaceState.DEFERRED, PlaceState.TRANSFERRED)


@dataclass(frozen=True, slots=True)
class RosterPlace:
    """Somebody who is, or was, on the roster."""

    place_id: int
    public_id: str
    name: str
    sort_name: str
    email: str
    external_id: str
    state: PlaceState
    joined_on: dt.date
    left_on: dt.date | None
    section_id: int | None
    section: str
    team: str
    days: Days
    """On which sessions count for them, and those of leave."""


def places(cohort_id: int, place_ids: Iterable[int] | None = None) -> list[RosterPlace]:
    """Everybody who has or had a place in the cohort, by name. Two statements."""
    statement = (
        sa.select(
            Place.id.label("place_id"),
            Place.public_id,
            Person.name,
            Person.sort_name,
            sa.func.coalesce(Person.email, "").label("email"),
            sa.func.coalesce(Place.external_id, "").label("external_id"),
            Place.state,
            Place.joined_on,
            Place.left_on,
            Place.section_id,
            sa.func.coalesce(Section.name, "").label("section"),
            sa.func.coalesce(Team.name, "").label("team"),
        )
        .select_from(Place)
        .join(Person, Person.id == Place.person_id)
        .outerjoin(Section, Section.id == Place.section_id)
        .outerjoin(
            TeamMembership,
            sa.and_(
                TeamMembership.place_id == Place.id,
                TeamMembership.kind == TeamKind.WORKING,
                TeamMembership.ends_at.is_(None),
            ),
        )
        .outerjoin(Team, Team.id == TeamMembership.team_id)
        .where(Place.cohort_id == cohort_id, Place.state.in_(HAD_A_PLACE))
        .order_by(Person.sort_name, Place.id)
    )
    wanted = None if place_ids is None else list(place_ids)
    if wanted is not None:
        statement = statement.where(Place.id.in_(wanted))
    days = enrolment.counting_days(cohort_id) if wanted is None else enrolment.counting_days_of(wanted)
    return [
        RosterPlace(**row._asdict(), days=days.get(row.place_id, Days()))
        for row in db.session.execute(statement)
    ]


def membership(cohort: CohortView, days: Days) -> Membership:
    """The days on which sessions count for somebody, by the programme's policy."""
    return Membership(days, from_joining=policy_of(cohort).late_joiner_from_join_date)


def bounds(cohort: CohortView) -> Bounds:
    """From what share one is present, by the programme's policy."""
    policy = policy_of(cohort)
    return Bounds(rules.exact(policy.full_from), rules.exact(policy.half_from))


def on_roster(session: SessionView, everybody: Iterable[RosterPlace]) -> list[RosterPlace]:
    """Those for whom the session counts, or would."""
    return [
        one for one in everybody if not rules.counts_for(membership(session.cohort, one.days), session.day)
    ]


def in_rooms(session: SessionView) -> list[RosterPlace]:
    """Those who may be put into rooms: on the roster, and neither on leave that day nor excused. Three statements."""
    excused = set(
        db.session.scalars(
            sa.select(AttendanceMark.place_id).where(
                AttendanceMark.session_id == session.id, AttendanceMark.verdict == Verdict.EXCUSED
            )
        )
    )
    return [
        one
        for one in on_roster(session, places(session.cohort_id))
        if one.place_id not in excused and one.days.leave_on(session.day) is None
    ]


def meeting(session: SessionView) -> Meeting:
    """The session as the rules know it."""
    return Meeting(
        session.starts_at, session.ends_at, session.day, closed=session.closed, cancelled=session.cancelled
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger with who wrote it."""

    place_id: int
    by_id: int | None
    by: str
    source: str
    evidence: Evidence


def entries(session_id: int, place_id: int | None = None) -> list[Entry]:
    """The ledger of a session, or of one learner in it, oldest first. One statement."""
    statement = (
        sa.select(
            AttendanceEvidence.id,
            AttendanceEvidence.place_id,
            AttendanceEvidence.kind,
            AttendanceEvidence.value,
            AttendanceEvidence.starts_at,
            AttendanceEvidence.ends_at,
            AttendanceEvidence.at,
            AttendanceEvidence.reason,
            AttendanceEvidence.by_id,
            AttendanceEvidence.source,
            sa.func.coalesce(Person.name, "").label("by"),
        )
        .outerjoin(Person, Person.id == AttendanceEvidence.by_id)
        .where(AttendanceEvidence.session_id == session_id)
        .order_by(AttendanceEvidence.id)
    )
    if place_id is not None:
        statement = statement.where(AttendanceEvidence.place_id == place_id)
    return [_entry(row) for row in db.session.execute(statement)]


def _entry(row: Any) -> Entry:
    evidence = Evidence(row.id, row.kind, row.at, row.value, row.starts_at, row.ends_at, row.reason)
    return Entry(row.place_id, row.by_id, row.by, row.source, evidence)


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One name on a roster: what is ticked, what the evidence comes to, what lies behind it."""

    place: RosterPlace
    ticked: Verdict
    """What the roster shows."""
    decided: bool
    """A coordinator decided; ticks do not change it."""
    verdict: Verdict
    """What all evidence comes to, as it was stored."""
    clicks: tuple[dt.datetime, ...]
    minutes: int | None
    """Merged minutes in the meeting, from lists; None without any."""
    leave: Interval | None = None
    """The leave within which the session lies."""


def roster(session: SessionView) -> list[RosterLine]:
    """Everybody on the roster of a session, by name. Three statements, whatever the size."""
    ledger: dict[int, list[Evidence]] = defaultdict(list)
    for entry in entries(session.id):
        ledger[entry.place_id].append(entry.evidence)
    stored = dict(
        db.session.execute(
            sa.select(AttendanceMark.place_id, AttendanceMark.verdict).where(
                AttendanceMark.session_id == session.id
            )
        ).all()
    )
    return [
        _line(session, place, ledger.get(place.place_id, []), stored.get(place.place_id, Verdict.UNMARKED))
        for place in on_roster(session, places(session.cohort_id))
    ]


def _line(session: SessionView, place: RosterPlace, ledger: list[Evidence], verdict: Verdict) -> RosterLine:
    spans = [
        (one.starts_at, one.ends_at) for one in rules.intervals_of(ledger) if one.starts_at and one.ends_at
    ]
    there = rules.merged(spans, session.starts_at, session.ends_at)
    minutes = sum((last - first for first, last in there), dt.timedelta()) // dt.timedelta(minutes=1)
    return RosterLine(
        place=place,
        ticked=rules.ticked(ledger),
        decided=rules.in_force(ledger, EvidenceKind.OVERRIDE),
        verdict=verdict,
        clicks=tuple(one.at for one in ledger if one.kind is EvidenceKind.JOIN_CLICK),
        minutes=minutes if spans else None,
        leave=place.days.leave_on(session.day),
    )


@dataclass(frozen=True, slots=True)
class NameOnRoster:
    """One learner in one session: what the page behind a name begins with."""

    session: SessionView
    place: RosterPlace

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.session.cohort_id


def name_visible_to(actor: Actor, slug: str, key: str, name: str) -> NameOnRoster:
    """A learner of the cohort in one of its sessions; NotFound for anybody else's."""
    session = session_visible_to(actor, slug, key)
    place_id = db.session.scalar(
        sa.select(Place.id).where(Place.public_id == name, Place.cohort_id == session.cohort_id)
    )
    found = places(session.cohort_id, [place_id]) if place_id is not None else []
    if not found:
        raise NotFound
    return NameOnRoster(session, found[0])
