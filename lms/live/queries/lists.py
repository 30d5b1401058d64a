"""Lists of who was in the meeting: what rows are judged against, and what was brought; what became of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core import files
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.enrolment.models import Place
from lms.live import rules
from lms.live.models import (
    AttendanceEvidence,
    AttendanceList,
    AttendanceListFile,
    PersonAlias,
    UnknownName,
)
from lms.live.queries.rosters import on_roster, places
from lms.live.queries.sessions import SessionView, session_visible_to
from lms.live.queries.staff import staff
from lms.live.rules import Decided, Evidence, EvidenceKind, Ground, Learner, Row, RowState, Tool
from lms.people.models import Person
from lms.people.rules import Actor


def ground(session: SessionView) -> Ground:
    """Everything that the rows of a list are judged against. Eight statements."""
    everybody = places(session.cohort_id)
    there = on_roster(session, everybody)
    here = {one.place_id for one in there}
    learners = [Learner(one.place_id, one.name, one.email, one.external_id) for one in there]
    return Ground(
        learners=learners,
        aliases=_aliases(here),
        staff=frozenset(one.email.lower() for one in staff(session.cohort_id) if one.email),
        off={one.email.lower(): one.name for one in everybody if one.email and one.place_id not in here},
        known=known_intervals(session.id),
        decided=_decided(session.id),
        open_doors=session.masterclass,
        minutes=_minutes_only(session.id),
    )


def _minutes_only(session_id: int) -> frozenset[int | str]:
    """Whom lists that stand give minutes without times: places, and keys of names that matched nobody."""
    reports = db.session.scalars(
        sa.select(AttendanceList.report).where(
            AttendanceList.session_id == session_id,
            AttendanceList.started_at.is_not(None),
            AttendanceList.undone_at.is_(None),
        )
    )
    lines = [Row.of(kept) for report in reports for kept in report if kept.get("minutes_only")]
    found = {line.place_id or line.key for line in lines if line.state in _COUNTED}
    return frozenset(one for one in found if one)


_COUNTED = (RowState.NEW, RowState.KNOWN, RowState.WAITS)


def _aliases(place_ids: set[int]) -> dict[str, int]:
    rows = db.session.execute(
        sa.select(PersonAlias.value, Place.id)
        .join(Place, Place.person_id == PersonAlias.person_id)
        .where(
            PersonAlias.removed_at.is_(None),
            PersonAlias.value.startswith("address:"),
            Place.id.in_(place_ids),
        )
        .order_by(PersonAlias.id)
    )
    return {row.value.removeprefix("address:"): row.id for row in rows}


def _decided(session_id: int) -> dict[str, Decided]:
    rows = db.session.execute(
        sa.select(UnknownName.key, UnknownName.state, UnknownName.place_id, UnknownName.spans).where(
            UnknownName.session_id == session_id
        )
    )
    return {row.key: Decided(row.state, row.place_id, frozenset(spans_of(row.spans))) for row in rows}


def spans_of(kept: list[Any]) -> list[tuple[dt.datetime, dt.datetime]]:
    """The intervals of a name."""
    return [
        (dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last)) for first, last, _list in kept
    ]


def known_intervals(session_id: int) -> frozenset[tuple[int, dt.datetime, dt.datetime]]:
    """The intervals that hold in the ledger of a session."""
    rows = db.session.execute(
        sa.select(
            AttendanceEvidence.place_id,
            AttendanceEvidence.id,
            AttendanceEvidence.at,
            AttendanceEvidence.value,
            AttendanceEvidence.starts_at,
            AttendanceEvidence.ends_at,
        ).where(AttendanceEvidence.session_id == session_id, AttendanceEvidence.kind == EvidenceKind.INTERVAL)
    )
    ledger: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows:
        entry = Evidence(row.id, EvidenceKind.INTERVAL, row.at, row.value, row.starts_at, row.ends_at)
        ledger[row.place_id].append(entry)
    return frozenset(
        (place_id, one.starts_at, one.ends_at)
        for place_id, found in ledger.items()
        for one in rules.intervals_of(found)
        if one.starts_at and one.ends_at
    )


# What was brought ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list in the story of a session."""

    id: int
    public_id: str
    by: str
    created_at: dt.datetime
    tool: Tool
    zone: str
    applied_at: dt.datetime | None
    undone_at: dt.datetime | None
    started_at: dt.datetime | None
    files: tuple[str, ...]

    @property
    def state(self) -> str:
        """In two words."""
        if self.undone_at:
            return "Taken back"
        if self.applied_at:
            return "Recorded"
        return "Being recorded" if self.started_at else "Only tried"


@dataclass(frozen=True, slots=True)
class ListView:
    """A list with its rows: what its page begins with."""

    session: SessionView
    line: ListLine
    reading: dict[str, Any]
    rows: tuple[Row, ...]
    done: int
    undone_by: str

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.session.cohort_id


FETCHED = "the meeting’s provider"
_ListLine = (
    AttendanceList.id,
    AttendanceList.public_id,
    sa.func.coalesce(Person.name, FETCHED).label("by"),
    AttendanceList.created_at,
    AttendanceList.tool,
    AttendanceList.zone,
    AttendanceList.applied_at,
    AttendanceList.undone_at,
    AttendanceList.started_at,
)


def lists(session_id: int) -> list[ListLine]:
    """The lists that were brought for a session, latest first. Two statements."""
    rows = db.session.execute(
        sa.select(*_ListLine)
        .outerjoin(Person, Person.id == AttendanceList.by_id)
        .where(AttendanceList.session_id == session_id)
        .order_by(AttendanceList.id.desc())
        .limit(50)
    ).all()
    names = _names({row.id for row in rows})
    return [ListLine(**row._asdict(), files=tuple(names[row.id])) for row in rows]


def _names(list_ids: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(AttendanceListFile.list_id, StoredFile.name)
        .join(StoredFile, StoredFile.id == AttendanceListFile.file_id)
        .where(AttendanceListFile.list_id.in_(list_ids))
        .order_by(AttendanceListFile.list_id, AttendanceListFile.position)
    )
    for row in rows:
        found[row.list_id].append(row.name)
    return found


def list_visible_to(actor: Actor, slug: str, key: str, brought: str) -> ListView:
    """A list of a session; NotFound for anybody else's."""
    session = session_visible_to(actor, slug, key)
    undoer = aliased(Person)
    row = db.session.execute(
        sa.select(
            *_ListLine,
            AttendanceList.reading,
            AttendanceList.report,
            AttendanceList.done,
            sa.func.coalesce(undoer.name, "").label("undone_by"),
        )
        .outerjoin(Person, Person.id == AttendanceList.by_id)
        .outerjoin(undoer, undoer.id == AttendanceList.undone_by_id)
        .where(AttendanceList.session_id == session.id, AttendanceList.public_id == brought)
    ).one_or_none()
    if row is None:
        raise NotFound
    values = row._asdict()
    kept = {name: values.pop(name) for name in ("reading", "report", "done", "undone_by")}
    line = ListLine(**values, files=tuple(_names({row.id})[row.id]))
    rows = tuple(Row.of(each) for each in kept["report"])
    return ListView(session, line, kept["reading"], rows, kept["done"], kept["undone_by"])


def bodies(list_id: int) -> list[bytes]:
    """The files of a list."""
    sums = db.session.scalars(
        sa.select(StoredFile.sha256)
        .join(AttendanceListFile, AttendanceListFile.file_id == StoredFile.id)
        .where(AttendanceListFile.list_id == list_id)
        .order_by(AttendanceListFile.position)
    )
    return [b"".join(files.storage().read(files.blob_key(one))) for one in sums]
