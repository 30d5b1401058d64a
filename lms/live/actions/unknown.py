"""Names that matched nobody: whose they are, that they were guests, or that they are set aside; taking that back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.live import queries
from lms.live.actions.ledger import NewEvidence, record_evidence
from lms.live.actions.rosters import TAKEN
from lms.live.models import LiveSession, PersonAlias, UnknownName
from lms.live.queries import SessionView
from lms.live.rules import TAKEN_BACK, EvidenceKind, LiveRefusal, NameState
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling


def assign_name(
    name_id: int, place_id: int, *, remember: bool = False, actor: Actor, now: dt.datetime
) -> list[str]:
    """Say that a name in a meeting's list was a learner: their minutes go to the ledger.

    `remember`: for later lists too, and for other sessions of the cohort in which the same address waits. Returns the
    codes of those.

    Raises RuleViolation when it was decided meanwhile, the learner is not on the roster, or the address is another's.
    """
    others = _same_address(name_id) if remember else []
    _lock_sessions([name_id, *others])
    row, session = _locked(name_id)
    if row.state is NameState.ASSIGNED:
        raise RuleViolation(LiveRefusal.NAME_DECIDED)
    if session.cancelled:
        raise RuleViolation(LiveRefusal.CANCELLED)
    if not queries.on_roster(session, queries.places(session.cohort_id, [place_id])):
        raise RuleViolation(LiveRefusal.NOT_ON_ROSTER)
    if remember:
        row.alias_id = _remember(row, session, place_id, actor, now).id
    _assign(row, session, place_id, remember=remember, actor=actor, now=now)
    return [
        code
        for other in others
        if (code := _assign_too(other, row, place_id, actor=actor, now=now)) is not None
    ]


def _same_address(name_id: int) -> list[int]:
    """The names of other sessions of the cohort that wait, or that a list took for a guest's, with the same address."""
    known = aliased(UnknownName)
    here = aliased(LiveSession)
    return list(
        db.session.scalars(
            sa.select(UnknownName.id)
            .join(LiveSession, LiveSession.id == UnknownName.session_id)
            .join(here, here.cohort_id == LiveSession.cohort_id)
            .join(known, sa.and_(known.session_id == here.id, known.key == UnknownName.key))
            .where(
                known.id == name_id,
                UnknownName.id != name_id,
                UnknownName.key.startswith("address:"),
                sa.or_(
                    UnknownName.state == NameState.WAITS,
                    sa.and_(UnknownName.state == NameState.GUEST, UnknownName.decided_at.is_(None)),
                ),
            )
            .order_by(UnknownName.session_id)
        )
    )


def _lock_sessions(name_ids: list[int]) -> None:
    """The sessions of some names, in one order for everybody."""
    db.session.execute(
        sa.select(LiveSession.id)
        .where(LiveSession.id.in_(sa.select(UnknownName.session_id).where(UnknownName.id.in_(name_ids))))
        .order_by(LiveSession.id)
        .with_for_update()
    ).all()


def _assign_too(
    name_id: int, first: UnknownName, place_id: int, *, actor: Actor, now: dt.datetime
) -> str | None:
    """The same address in another session is the same learner's; None where that session does not count for them."""
    row, session = _locked(name_id)
    there = queries.on_roster(session, queries.places(session.cohort_id, [place_id]))
    if row.state is NameState.ASSIGNED or session.cancelled or not there:
        return None
    row.alias_id = first.alias_id
    _assign(row, session, place_id, remember=True, actor=actor, now=now)
    return session.line.code or session.key


def _assign(
    row: UnknownName, session: SessionView, place_id: int, *, remember: bool, actor: Actor, now: dt.datetime
) -> None:
    row.state, row.place_id = NameState.ASSIGNED, place_id
    row.decided_at, row.decided_by_id = now, actor.person_id
    db.session.flush()
    known = queries.known_intervals(session.id)
    shown = row.name or row.address
    _write(
        row,
        session,
        [each for each in _intervals(row, place_id) if each not in known],
        reason=f"“{shown}” in the list was said to be them",
        actor=actor,
        now=now,
    )
    scheduling.hold(session.item_id, TAKEN, now=now)
    _note(row, session, "live.assign_name", actor, {"place": place_id, "remembered": remember})


def set_name_aside(name_id: int, state: NameState, *, actor: Actor, now: dt.datetime) -> None:
    """Say that a name was a guest's, or need not be asked about. Raises RuleViolation when it was decided meanwhile."""
    row, session = _locked(name_id)
    if row.state is NameState.ASSIGNED or row.state is state:
        raise RuleViolation(LiveRefusal.NAME_DECIDED)
    row.state, row.decided_at, row.decided_by_id = state, now, actor.person_id
    _note(row, session, "live.set_name_aside", actor, {"state": state.value})


def rest_are_guests(cohort_id: int, session_id: int, *, actor: Actor, now: dt.datetime) -> int:
    """Say of everybody who still waits in a session that they were guests; returns how many."""
    session: LiveSession | None = locked(LiveSession, session_id)
    if session is None or session.cohort_id != cohort_id:
        raise NotFound
    waiting = db.session.scalars(
        sa.select(UnknownName).where(
            UnknownName.session_id == session_id, UnknownName.state == NameState.WAITS
        )
    ).all()
    for one in waiting:
        one.state, one.decided_at, one.decided_by_id = NameState.GUEST, now, actor.person_id
    done = len(waiting)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="live.rest_are_guests",
            subject="live_session",
            subject_id=session_id,
            cohort_id=cohort_id,
            after={"names": done},
        )
    )
    return done


def take_name_back(name_id: int, *, actor: Actor, now: dt.datetime) -> list[str]:
    """Take back what was said of a name: it waits again, and minutes it gave are taken back by entries that say so.

    What was said of an address once, for several sessions, is taken back in all of them: returns the others' codes.
    """
    others = _said_together(name_id)
    _lock_sessions([name_id, *others])
    row, session = _locked(name_id)
    if row.state is NameState.WAITS:
        raise RuleViolation(LiveRefusal.NAME_WAITS)
    if row.alias_id is not None:
        alias = db.session.get_one(PersonAlias, row.alias_id)
        alias.removed_at, alias.removed_by_id = now, actor.person_id
    _wait_again(row, session, actor=actor, now=now)
    codes = []
    for other in others:
        row, session = _locked(other)
        _wait_again(row, session, actor=actor, now=now)
        codes.append(session.line.code or session.key)
    return codes


def _said_together(name_id: int) -> list[int]:
    """The names of other sessions that were assigned by the same word."""
    first = aliased(UnknownName)
    return list(
        db.session.scalars(
            sa.select(UnknownName.id)
            .join(first, first.alias_id == UnknownName.alias_id)
            .where(first.id == name_id, UnknownName.id != name_id)
            .order_by(UnknownName.session_id)
        )
    )


def _wait_again(row: UnknownName, session: SessionView, *, actor: Actor, now: dt.datetime) -> None:
    place_id = row.place_id
    row.state, row.place_id, row.alias_id = NameState.WAITS, None, None
    row.decided_at = row.decided_by_id = None
    db.session.flush()
    if place_id is not None:
        own = {
            (entry.place_id, entry.evidence.starts_at, entry.evidence.ends_at)
            for entry in queries.entries(session.id, place_id)
            if entry.source == _source(row)
        }
        gone = [
            each for each in _intervals(row, place_id) if each in own & queries.known_intervals(session.id)
        ]
        shown = row.name or row.address
        _write(row, session, gone, reason=f"“{shown}” was not them", actor=actor, now=now, value=TAKEN_BACK)
    _note(row, session, "live.take_name_back", actor, {"place": place_id})


def _locked(name_id: int) -> tuple[UnknownName, SessionView]:
    """A name under the lock of its session."""
    session_id = db.session.scalar(sa.select(UnknownName.session_id).where(UnknownName.id == name_id))
    if session_id is None:
        raise NotFound
    locked(LiveSession, session_id)
    row: UnknownName | None = locked(UnknownName, name_id)
    if row is None:
        raise NotFound
    return row, queries.by_id(session_id)


def _source(row: UnknownName) -> str:
    return f"name {row.public_id}"


def _intervals(row: UnknownName, place_id: int) -> list[tuple[int, dt.datetime, dt.datetime]]:
    return [(place_id, first, last) for first, last in queries.spans_of(row.spans)]


def _write(
    row: UnknownName,
    session: SessionView,
    intervals: list[tuple[int, dt.datetime, dt.datetime]],
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    value: float | None = None,
) -> None:
    record_evidence(
        session.cohort_id,
        [
            NewEvidence(
                session_id=session.id,
                place_id=place_id,
                kind=EvidenceKind.INTERVAL,
                value=value,
                starts_at=starts_at,
                ends_at=ends_at,
                by_id=actor.person_id,
                reason=reason,
                source=_source(row),
            )
            for place_id, starts_at, ends_at in intervals
        ],
        now=now,
    )


def _remember(
    row: UnknownName, session: SessionView, place_id: int, actor: Actor, now: dt.datetime
) -> PersonAlias:
    """Keep the address, or the name, as this person's. An address that is somebody's own is nobody else's."""
    person_id = db.session.scalars(sa.select(Place.person_id).where(Place.id == place_id)).one()
    if row.key.startswith("address:"):
        address = row.key.removeprefix("address:")
        owner = db.session.scalar(
            sa.select(Person.name).where(sa.func.lower(Person.email) == address, Person.id != person_id)
        )
        other = db.session.scalar(
            sa.select(Person.name)
            .join(PersonAlias, PersonAlias.person_id == Person.id)
            .where(PersonAlias.value == row.key, PersonAlias.removed_at.is_(None), Person.id != person_id)
        )
        if owner or other:
            raise RuleViolation(LiveRefusal.OTHERS_ADDRESS, name=owner or other or "")
    alias = PersonAlias(
        person_id=person_id,
        value=row.key,
        told_in=session.line.code or session.key,
        at=now,
        by_id=actor.person_id,
    )
    db.session.add(alias)
    db.session.flush()
    return alias


def _note(row: UnknownName, session: SessionView, action: str, actor: Actor, after: dict[str, Any]) -> None:
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="live_session",
            subject_id=session.id,
            cohort_id=session.cohort_id,
            after={"name": row.public_id, **after},
        )
    )
