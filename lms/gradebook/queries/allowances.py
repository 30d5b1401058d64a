"""What is a learner's own in the reckoning: rulings in force, resits; for the reckoning, and for pages."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.rules.figures import decimal
from lms.core.db import db, read
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.gradebook.models import CourseResit, Ruling
from lms.gradebook.rules import Cap, Own, Resit, ResitState, RulingKind
from lms.people.models import Person


def own_of(versions: Mapping[int, int]) -> dict[int, Own]:
    """What is some learners' own, by place; `versions` are the programme versions of their places. Two statements."""
    rulings = db.session.execute(
        sa.select(
            Ruling.place_id,
            Ruling.activity_id,
            Ruling.part,
            Ruling.kind,
            Ruling.numerator,
            Ruling.denominator,
            Ruling.reason,
        ).where(Ruling.place_id.in_(list(versions)), Ruling.undone_at.is_(None))
    )
    excused: dict[int, dict[tuple[int, str], str]] = defaultdict(dict)
    caps: dict[int, dict[tuple[int, str], Cap]] = defaultdict(dict)
    for row in rulings:
        key = (row.activity_id, row.part)
        if row.kind is RulingKind.EXCUSE:
            excused[row.place_id][key] = row.reason
        else:
            caps[row.place_id][key] = Cap(Fraction(row.numerator, row.denominator), row.reason)
    resits: dict[int, dict[str, Resit]] = defaultdict(dict)
    for place_id, course_key, numerator, denominator in db.session.execute(
        sa.select(
            CourseResit.place_id, CourseResit.course_key, CourseResit.numerator, CourseResit.denominator
        ).where(CourseResit.place_id.in_(list(versions)), CourseResit.state == ResitState.RELEASED)
    ):
        cap = decimal(curriculum.outline(versions[place_id]).policies.completion.resit_cap)
        resits[place_id][course_key] = Resit(Fraction(numerator, denominator), cap)
    concerned = {*excused, *caps, *resits}
    return {place: Own(excused[place], caps[place], resits[place]) for place in concerned}


def rulings_of_cohort(cohort_id: int) -> list[Any]:
    """The rulings in force of a cohort: place, activity, part, kind. One statement."""
    return list(
        db.session.execute(
            sa.select(Ruling.place_id, Ruling.activity_id, Ruling.part, Ruling.kind)
            .join(Place, Place.id == Ruling.place_id)
            .where(Place.cohort_id == cohort_id, Ruling.undone_at.is_(None))
        )
    )


@dataclass(frozen=True, slots=True)
class RulingLine:
    """A ruling as pages show it, taken back or not."""

    public_id: str
    activity_id: int
    part: str
    kind: RulingKind
    limit: Fraction
    reason: str
    by: str
    at: dt.datetime
    undone_by: str | None
    undone_at: dt.datetime | None
    undone_reason: str

    @property
    def in_force(self) -> bool:
        """Whether it holds."""
        return self.undone_at is None


def rulings(place_id: int, key: tuple[int, str] | None = None) -> list[RulingLine]:
    """The rulings about a learner, or about one item of theirs, the newest first. One statement."""
    by, undone = aliased(Person), aliased(Person)
    statement = (
        sa.select(
            Ruling.public_id,
            Ruling.activity_id,
            Ruling.part,
            Ruling.kind,
            Ruling.numerator,
            Ruling.denominator,
            Ruling.reason,
            by.name.label("by"),
            Ruling.at,
            undone.name.label("undone_by"),
            Ruling.undone_at,
            Ruling.undone_reason,
        )
        .join(by, by.id == Ruling.by_id)
        .outerjoin(undone, undone.id == Ruling.undone_by_id)
        .where(Ruling.place_id == place_id)
        .order_by(Ruling.id.desc())
    )
    if key is not None:
        statement = statement.where(Ruling.activity_id == key[0], Ruling.part == key[1])
    return [
        RulingLine(
            public_id=row.public_id,
            activity_id=row.activity_id,
            part=row.part,
            kind=row.kind,
            limit=Fraction(row.numerator, row.denominator),
            reason=row.reason,
            by=row.by,
            at=row.at,
            undone_by=row.undone_by,
            undone_at=row.undone_at,
            undone_reason=row.undone_reason,
        )
        for row in db.session.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class ResitLine:
    """A resit as staff see it."""

    public_id: str
    course_key: str
    state: ResitState
    what: str
    opened_by: str
    opened_at: dt.datetime
    until: dt.datetime
    mark: Fraction | None
    """Not for learners before it is released."""
    handed_in_at: dt.datetime | None
    marked_by: str | None
    marked_by_id: int | None
    words: str
    released_at: dt.datetime | None

    @property
    def running(self) -> bool:
        """Whether something is still to come of it."""
        return self.state in (ResitState.OPEN, ResitState.MARKED)


def resits(place_id: int, *, released_only: bool = False) -> list[ResitLine]:
    """The resits of a learner, the newest first; for learners with nothing in them that is not released."""
    opener, marker = aliased(Person), aliased(Person)
    rows = db.session.execute(
        sa.select(CourseResit, opener.name.label("opener"), marker.name.label("marker"))
        .join(opener, opener.id == CourseResit.opened_by_id)
        .outerjoin(marker, marker.id == CourseResit.marked_by_id)
        .where(CourseResit.place_id == place_id, CourseResit.state != ResitState.WITHDRAWN)
        .order_by(CourseResit.id.desc())
    )
    return [_resit(row[0], row.opener, row.marker, released_only) for row in rows]


def _resit(row: CourseResit, opener: str, marker: str | None, released_only: bool) -> ResitLine:
    hidden = released_only and row.state is not ResitState.RELEASED
    marked = row.marked_at is not None and not hidden
    return ResitLine(
        public_id=row.public_id,
        course_key=row.course_key,
        state=ResitState.OPEN if hidden else row.state,
        what=row.what,
        opened_by=opener,
        opened_at=row.opened_at,
        until=row.until,
        mark=Fraction(row.numerator, row.denominator) if marked else None,
        handed_in_at=row.handed_in_at,
        marked_by=marker if marked else None,
        marked_by_id=row.marked_by_id if marked else None,
        words=row.words if marked else "",
        released_at=row.released_at,
    )


_ruling = Ruling.__table__.c
_EXCUSED = sa.select(_ruling.place_id, _ruling.activity_id).where(
    _ruling.place_id.in_(sa.bindparam("places", type_=sa.Integer, expanding=True)),
    _ruling.kind == RulingKind.EXCUSE,
    _ruling.part == "",
    _ruling.undone_at.is_(None),
)


def excused_of(place_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Activities of which some learners are excused as a whole: nothing of them is awaited. One statement."""
    found: dict[int, set[int]] = defaultdict(set)
    for place_id, activity_id in read(_EXCUSED, {"places": list(place_ids)}):
        found[place_id].add(activity_id)
    return {place_id: frozenset(ids) for place_id, ids in found.items()}
