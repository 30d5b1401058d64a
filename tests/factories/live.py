"""Sessions and attendance for tests, through the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.live import actions, queries
from lms.live.actions import Brought, Held, Recorded, RosterSaved
from lms.live.actions import makeups as make_ups
from lms.live.models import AttendanceList, AttendanceMark, LiveSession, MakeUp
from lms.live.queries import NameLine, SessionView
from lms.live.queries import makeups as make_up_queries
from lms.live.rules import NameState, Reading, Verdict
from lms.live.rules.makeups import MakeUpKind
from lms.people.models import Person
from lms.people.rules import Actor
from tests.factories import world

LINK = "https://meet.example.com/j/4711"


def session(cohort: CohortView, key: str) -> SessionView:
    """A session of a cohort by its key."""
    return next(line for line in queries.sessions(cohort) if line.key == key)


def place_of(cohort: CohortView, person: Person) -> int:
    """The id of a person's place."""
    found = db.session.scalar(
        sa.select(Place.id).where(Place.cohort_id == cohort.id, Place.person_id == person.id)
    )
    assert found is not None
    return found


def linked(cohort: CohortView, key: str, url: str = LINK) -> SessionView:
    """Give a session its meeting link."""
    with unit_of_work() as work:
        details = actions.Details(join_url=url)
        actions.set_details(session(cohort, key).id, details, actor=world.director(), now=work.now)
    return session(cohort, key)


def ticked(
    cohort: CohortView,
    key: str,
    wanted: Mapping[int, Verdict],
    *,
    actor: Actor | None = None,
    version: int | None = None,
) -> RosterSaved:
    """Tick names on a roster."""
    line = session(cohort, key)
    roster = actions.Roster(version=line.roster_version if version is None else version, wanted=wanted)
    with unit_of_work() as work:
        return actions.set_roster(line.id, roster, actor=actor or world.director(), now=work.now)


def closed(cohort: CohortView, key: str) -> None:
    """Close a roster."""
    line = session(cohort, key)
    with unit_of_work() as work:
        actions.close_session(line.id, line.roster_version, actor=world.director(), now=work.now)


def held(cohort: CohortView, sessions: Sequence[Held]) -> None:
    """Record many held sessions at once."""
    with unit_of_work() as work:
        actions.record_sessions(cohort.id, sessions, actor=world.director(), now=work.now)


def verdict(cohort: CohortView, key: str, place_id: int) -> Verdict | None:
    """The stored verdict of a learner in a session; None without a mark."""
    return db.session.scalar(
        sa.select(AttendanceMark.verdict)
        .join(LiveSession, LiveSession.id == AttendanceMark.session_id)
        .where(AttendanceMark.place_id == place_id, LiveSession.id == session(cohort, key).id)
    )


def during(cohort: CohortView, key: str, minutes: int = 60) -> dt.datetime:
    """An instant so many minutes after a session's start."""
    return session(cohort, key).starts_at + dt.timedelta(minutes=minutes)


# Lists --------------------------------------------------------------------------------------------------------------


def list_of(
    cohort: CohortView, key: str, rows: Sequence[tuple[str, str, int, int]], *, guest: str = ""
) -> bytes:
    """A table with name, address, minutes after the start at which they joined and left, in UTC."""
    start = session(cohort, key).starts_at

    def at(minutes: int) -> str:
        return (start + dt.timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")

    lines = [f"{name},{email},{at(first)},{at(last)},{guest}" for name, email, first, last in rows]
    return "\n".join(["Name,Email,Join (UTC),Leave (UTC),Guest", *lines]).encode()


def brought(
    cohort: CohortView,
    key: str,
    *bodies: bytes,
    actor: Actor | None = None,
    reading: Reading = Reading(),  # noqa: B008 - frozen
) -> AttendanceList:
    """Bring a list and try it."""
    with unit_of_work() as work:
        return actions.try_list(
            session(cohort, key).id,
            [Brought(name=f"list-{number}.csv", body=body) for number, body in enumerate(bodies, start=1)],
            reading,
            zones=("UTC", cohort.zone),
            actor=actor or world.director(),
            now=work.now,
        )


def recorded(
    cohort: CohortView, key: str, *bodies: bytes, actor: Actor | None = None
) -> tuple[AttendanceList, Recorded]:
    """Bring a list and record it."""
    kept = brought(cohort, key, *bodies, actor=actor)
    with unit_of_work() as work:
        return kept, actions.record_list(kept.id, actor=actor or world.director(), now=work.now)


def unknown(cohort: CohortView, name: str) -> NameLine:
    """A name that matched nobody, in whatever state."""
    return next(
        line
        for state in NameState
        for line in queries.names(cohort.id, state, most=None)
        if line.name == name
    )


# Making up ----------------------------------------------------------------------------------------------------------

SUMMARY = "What was worked out and what I take from it, in my own words. " * 15


def made_up(cohort: CohortView, key: str, person: Person, *, text: str = SUMMARY) -> str:
    """Hand in what makes a session up by its recording; the public id of the task."""
    line, place_id = session(cohort, key), place_of(cohort, person)
    own = make_up_queries.own_make_up(line.id, place_id)
    written = make_ups.Written(text=text, watched=True, version=own.version if own else 0)
    with unit_of_work() as work:
        make_ups.hand_in(line.id, place_id, written, actor=world.actor(person), now=work.now)
    found = db.session.scalar(
        sa.select(MakeUp.public_id).where(MakeUp.session_id == line.id, MakeUp.place_id == place_id)
    )
    assert found is not None
    return found


def judged(task: str, actor: Actor, *, accept: bool = True, reason: str = "") -> None:
    """Accept a make-up, or send it back."""
    make_up_id = db.session.scalars(sa.select(MakeUp.id).where(MakeUp.public_id == task)).one()
    with unit_of_work() as work:
        make_ups.judge_make_up(make_up_id, accept=accept, reason=reason, actor=actor, now=work.now)


def asks_for_a_summary(cohort: CohortView, key: str) -> None:
    """A session is made up by its recording, until long from now."""
    with unit_of_work() as work:
        until = work.now.date() + dt.timedelta(days=30)
        make_ups.set_terms(
            session(cohort, key).id, MakeUpKind.RECORDING, until, actor=world.director(), now=work.now
        )
