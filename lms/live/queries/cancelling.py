"""What cancelling a session does to a cohort's dates, when it could be made up for, and what makes up for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import sqlalchemy as sa

from lms.core.db import db
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.live.models import AttendanceEvidence, LiveSession
from lms.live.queries.sessions import SessionView, select_sessions
from lms.live.rules import OWN_EXCUSE, EvidenceKind
from lms.scheduling import queries as scheduling
from lms.scheduling import rules as dates
from lms.scheduling.queries import Added, Alternative, Ground, Wanted
from lms.scheduling.rules import Act, Change, Setting

MOST = 3
"""So many dates are offered."""


@dataclass(frozen=True)
class Cancellation:
    """A change of the schedule by which a session is lost, made up for, or takes place again."""

    ground: Ground
    wanted: Wanted
    moves: tuple[Change, ...]
    """What moves with it."""
    stays: tuple[str, ...]
    """Keys of what would move and cannot: it lies too near, or somebody has worked on it."""


def make_ups(session: SessionView) -> list[SessionView]:
    """The session that was lost and everything that makes up for it, but this one; oldest first. One statement."""
    root = session.make_up_of_id or session.id
    rows = db.session.execute(
        select_sessions()
        .where(
            sa.or_(LiveSession.make_up_of_id == root, LiveSession.id == root), LiveSession.id != session.id
        )
        .order_by(LiveSession.id)
    )
    return [SessionView(cohort=session.cohort, **row._asdict()) for row in rows]


def excused_oneself(session_id: int, place_id: int) -> bool:
    """Whether a learner has said that they cannot come to a make-up. One statement."""
    row = db.session.execute(
        sa.select(AttendanceEvidence.value, AttendanceEvidence.source)
        .where(
            AttendanceEvidence.session_id == session_id,
            AttendanceEvidence.place_id == place_id,
            AttendanceEvidence.kind == EvidenceKind.EXCUSE,
        )
        .order_by(AttendanceEvidence.id.desc())
        .limit(1)
    ).one_or_none()
    return row is not None and row.value is not None and row.source == OWN_EXCUSE


def cancelling(
    session: SessionView,
    make_up_at: dt.datetime | None,
    *,
    carries: bool,
    now: dt.datetime,
    on: Ground | None = None,
) -> Cancellation:
    """What losing a session and making up for it at an instant does to the schedule. Four statements."""
    on = on or scheduling.ground(session.cohort)
    settings: dict[str, Setting] = {}
    added: tuple[Added, ...] = ()
    if not session.cancelled:
        settings[session.key] = dates.setting_for(on.graph, session.key, Act.CANCEL)
    if make_up_at is not None:
        lost = on.graph.specs[session.key]
        days = round((make_up_at - session.starts_at) / dt.timedelta(days=1))
        spec = dates.make_up_of(lost, _free_key(session.key, on), days, carries=carries)
        length = session.ends_at - session.starts_at
        added = (Added(spec, make_up_at, make_up_at + length),)
        settings[spec.key] = Setting(starts_at=make_up_at)
    return _worked_out(on, Wanted(settings, consent=frozenset({session.key}), added=added), now)


def reinstating(session: SessionView, *, now: dt.datetime) -> Cancellation:
    """What letting a lost session take place again does: what makes up for it goes. Five statements."""
    on = scheduling.ground(session.cohort)
    settings = {session.key: dates.setting_for(on.graph, session.key, Act.REINSTATE)}
    for line in make_ups(session):
        if not line.cancelled:
            settings[line.key] = dates.setting_for(on.graph, line.key, Act.CANCEL)
    return _worked_out(on, Wanted(settings, consent=frozenset(settings)), now)


def _worked_out(on: Ground, wanted: Wanted, now: dt.datetime) -> Cancellation:
    """What cannot move stays where it is; everything else follows."""
    plan = scheduling.work_out(on, wanted, now=now).plan
    blocked = frozenset(
        each.key for each in plan.changes if each.obstacles and each.key not in wanted.settings
    )
    if blocked:
        wanted = replace(wanted, keep=blocked)
        plan = scheduling.work_out(on, wanted, now=now).plan
    moves = tuple(each for each in plan.changes if each.moves and each.key not in wanted.settings)
    return Cancellation(on, wanted, moves, tuple(sorted(blocked)))


def _free_key(key: str, on: Ground) -> str:
    name = f"{key}-make-up"
    number = 2
    while name in on.graph.specs:
        name, number = f"{key}-make-up-{number}", number + 1
    return name


def dates_for_make_up(session: SessionView, on: Ground, now: dt.datetime) -> tuple[Alternative, ...]:
    """The best dates for a make-up, with what speaks against each."""
    return scheduling.ranked(session.cohort, on.graph, session.key, now=now, most=MOST)


def learners_told(cohort_id: int) -> int:
    """How many learners of a cohort hear of a change of its dates. One statement."""
    here = (PlaceState.ENROLLED, PlaceState.ON_LEAVE)
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Place)
            .where(Place.cohort_id == cohort_id, Place.state.in_(here))
        )
        or 0
    )


def hanging(session: SessionView, on: Ground, now: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """What hangs on a session and is still ahead: its title, and when it is."""
    names = scheduling.names_in(session.cohort.version_id, on.graph)
    found = dates.hanging_on(list(on.graph.specs.values()), session.key)
    lines = [
        (names.titles[key], on.graph.standing[key]) for key in found if on.graph.specs[key].replaces == ""
    ]
    return sorted(
        ((title, at.ends_at) for title, at in lines if at.ends_at > now), key=lambda pair: (pair[1], pair[0])
    )
