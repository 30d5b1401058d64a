"""Names that matched nobody: those that wait, what was said of the others, and whom they may be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.live import rules
from lms.live.models import AttendanceEvidence, LiveSession, PersonAlias, UnknownName
from lms.live.queries.lists import spans_of
from lms.live.queries.rosters import RosterPlace, on_roster, places
from lms.live.queries.sessions import SessionView
from lms.live.rules import EvidenceKind, Name, NameState
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling.models import ScheduledItem

PAGE = 25


@dataclass(frozen=True, slots=True)
class NameLine:
    """Somebody in a meeting who matched nobody, with what was said of them."""

    id: int
    public_id: str
    session_id: int
    session_key: str
    session_code: str
    session_title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    key: str
    name: str
    original: str
    address: str
    flagged: bool
    spans: tuple[tuple[dt.datetime, dt.datetime], ...]
    state: NameState
    place_id: int | None
    who: str
    """The learner they were said to be."""
    decided_at: dt.datetime | None
    decided_by: str
    remembered: bool

    @property
    def minutes(self) -> int:
        """Whole minutes within the scheduled time."""
        there = rules.merged(self.spans, self.starts_at, self.ends_at)
        return sum((last - first for first, last in there), dt.timedelta()) // dt.timedelta(minutes=1)

    @property
    def scheduled(self) -> int:
        """Minutes that were scheduled."""
        return (self.ends_at - self.starts_at) // dt.timedelta(minutes=1)

    @property
    def by_name_only(self) -> bool:
        """Nothing but a name is known of them."""
        return self.key.startswith("name:")


def _name_lines() -> Any:
    learner, decider = aliased(Person), aliased(Person)
    return (
        sa.select(
            UnknownName.id,
            UnknownName.public_id,
            UnknownName.session_id,
            Activity.key.label("session_key"),
            Activity.code.label("session_code"),
            Activity.title.label("session_title"),
            ScheduledItem.starts_at,
            ScheduledItem.ends_at,
            UnknownName.key,
            UnknownName.name,
            UnknownName.original,
            UnknownName.address,
            UnknownName.flagged,
            UnknownName.spans,
            UnknownName.state,
            UnknownName.place_id,
            sa.func.coalesce(learner.name, "").label("who"),
            UnknownName.decided_at,
            sa.func.coalesce(decider.name, "").label("decided_by"),
            UnknownName.alias_id.is_not(None).label("remembered"),
        )
        .join(LiveSession, LiveSession.id == UnknownName.session_id)
        .join(Activity, Activity.id == LiveSession.activity_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .outerjoin(Place, Place.id == UnknownName.place_id)
        .outerjoin(learner, learner.id == Place.person_id)
        .outerjoin(decider, decider.id == UnknownName.decided_by_id)
    )


def _name_line(row: Any) -> NameLine:
    return NameLine(**{**row._asdict(), "spans": tuple(spans_of(row.spans))})


def name_counts(cohort_id: int, session_id: int | None = None) -> dict[NameState, int]:
    """How many names of a cohort, or of one session, are in each state. One statement."""
    statement = (
        sa.select(UnknownName.state, sa.func.count())
        .join(LiveSession, LiveSession.id == UnknownName.session_id)
        .where(LiveSession.cohort_id == cohort_id)
        .group_by(UnknownName.state)
    )
    if session_id is not None:
        statement = statement.where(UnknownName.session_id == session_id)
    return dict(db.session.execute(statement).all())


def names(
    cohort_id: int, state: NameState, *, session_key: str = "", start: int = 0, most: int | None = PAGE + 1
) -> list[NameLine]:
    """The names of a cohort in a state, latest session first. One statement."""
    statement = _name_lines().where(LiveSession.cohort_id == cohort_id, UnknownName.state == state)
    if session_key:
        statement = statement.where(Activity.key == session_key)
    statement = statement.order_by(ScheduledItem.starts_at.desc(), UnknownName.id).offset(start).limit(most)
    return [_name_line(row) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class NameView:
    """One name that matched nobody: what its page begins with."""

    cohort: CohortView
    line: NameLine

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def unknown_visible_to(actor: Actor, slug: str, unknown: str) -> NameView:
    """A name of the cohort that matched nobody; NotFound for anybody else's."""
    cohort, row = cohorts.thing_visible_to(
        actor,
        slug,
        lambda cohort: _name_lines().where(
            LiveSession.cohort_id == cohort.id, UnknownName.public_id == unknown
        ),
    )
    return NameView(cohort, _name_line(row))


@dataclass(frozen=True)
class Whose:
    """What candidates are chosen from, for the sessions of some names."""

    names: dict[int, list[Name]]
    """By session."""
    remembered: dict[str, dict[int, str]]
    """Key of a name → place → the session in which it was said to be theirs."""


def whose(cohort: CohortView, lines: list[NameLine], sessions: dict[int, SessionView]) -> Whose:
    """Everybody on the rosters of some sessions as names are compared with them. Four statements."""
    everybody = places(cohort.id)
    ids = {line.session_id for line in lines}
    pressed: set[tuple[int, int]] = set()
    there: set[tuple[int, int]] = set()
    rows = db.session.execute(
        sa.select(AttendanceEvidence.session_id, AttendanceEvidence.place_id, AttendanceEvidence.kind)
        .where(
            AttendanceEvidence.session_id.in_(ids),
            AttendanceEvidence.kind.in_((EvidenceKind.JOIN_CLICK, EvidenceKind.INTERVAL)),
            sa.or_(AttendanceEvidence.value.is_(None), AttendanceEvidence.value != rules.TAKEN_BACK),
        )
        .distinct()
    )
    for row in rows:
        (pressed if row.kind is EvidenceKind.JOIN_CLICK else there).add((row.session_id, row.place_id))
    found = {
        session_id: [_name(one, session_id, session, pressed, there) for one in on_roster(session, everybody)]
        for session_id, session in sessions.items()
    }
    return Whose(found, _remembered(cohort.id, {line.key for line in lines}))


def _name(
    one: RosterPlace,
    session_id: int,
    session: SessionView,
    pressed: set[tuple[int, int]],
    there: set[tuple[int, int]],
) -> Name:
    at = (session_id, one.place_id)
    return Name(
        one.place_id,
        one.name,
        one.email,
        pressed=at in pressed,
        has_minutes=at in there,
        on_leave=one.days.leave_on(session.day) is not None,
    )


def _remembered(cohort_id: int, keys: set[str]) -> dict[str, dict[int, str]]:
    rows = db.session.execute(
        sa.select(PersonAlias.value, Place.id, PersonAlias.told_in)
        .join(Place, sa.and_(Place.person_id == PersonAlias.person_id, Place.cohort_id == cohort_id))
        .where(PersonAlias.removed_at.is_(None), PersonAlias.value.in_(keys))
        .order_by(PersonAlias.id)
    )
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for value, place_id, told_in in rows:
        found[value][place_id] = told_in or "an earlier session"
    return found
