"""What a sheet of marks is made from and judged against; the lists that were brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment import queries as assessment
from lms.assessment.models import Mark, MarkVersion
from lms.assessment.policy import knows_authors
from lms.assessment.rules import MarkState
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.files import StoredFile
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import NameLine
from lms.gradebook.models import GradeImport
from lms.gradebook.queries.external import EvidenceView, Markable, list_visible_to, markable
from lms.gradebook.rules.sheets import SheetRefusal
from lms.people.models import Person
from lms.people.rules import Actor

Key = tuple[int, int, str]
"""Place, activity, part."""


@dataclass(frozen=True, slots=True)
class Held:
    """A mark: its latest version, what stands of it, what the learner sees."""

    mark_id: int
    latest: int
    standing: Fraction | None
    seen: Fraction | None


@dataclass(frozen=True)
class MarksGround:
    """Everything that a sheet of marks is made from, and judged against."""

    cohort: CohortView
    learners: Sequence[NameLine]
    things: tuple[Markable, ...]
    marks: Mapping[Key, Held]
    masked: frozenset[tuple[int, int]]
    """(place, activity) marked under a number that whoever looks may put no name to."""
    unseen: frozenset[Key] = frozenset()
    """Marks whose work whoever looks is still to judge second."""

    def is_blind(self, place_id: int, thing: Markable) -> bool:
        """Whether a name and a state may not stand together."""
        return not thing.part and (place_id, thing.activity_id) in self.masked

    def is_second(self, place_id: int, thing: Markable) -> bool:
        """Whether nothing of the mark is shown, since whoever looks is to judge the same work."""
        return (place_id, thing.activity_id, thing.part) in self.unseen

    def hidden(self, place_id: int, thing: Markable) -> SheetRefusal | None:
        """Why nothing that stands is told of a cell; None: it is."""
        if self.is_blind(place_id, thing):
            return SheetRefusal.BLIND
        return SheetRefusal.SECOND if self.is_second(place_id, thing) else None


def marks_ground(cohort: CohortView, actor: Actor) -> MarksGround:
    """Read it, as this person may see it. Two statements besides the outline, two more for those who mark."""
    latest, seen = aliased(MarkVersion), aliased(MarkVersion)
    rows = db.session.execute(
        sa.select(
            Mark.place_id,
            Mark.activity_id,
            Mark.part,
            Mark.id,
            Mark.latest_version,
            latest.state,
            latest.numerator,
            latest.denominator,
            seen.numerator.label("seen_numerator"),
            seen.denominator.label("seen_denominator"),
        )
        .join(latest, sa.and_(latest.mark_id == Mark.id, latest.number == Mark.latest_version))
        .outerjoin(seen, sa.and_(seen.mark_id == Mark.id, seen.number == Mark.released_version))
        .where(Mark.cohort_id == cohort.id)
    )
    marks = {}
    for row in rows:
        released = (
            Fraction(row.seen_numerator, row.seen_denominator) if row.seen_numerator is not None else None
        )
        stands = released if row.state is MarkState.REPLACED else Fraction(row.numerator, row.denominator)
        marks[row.place_id, row.activity_id, row.part] = Held(row.id, row.latest_version, stands, released)
    return MarksGround(
        cohort,
        enrolment.names_of(cohort.id),
        markable(cohort.version_id),
        marks,
        masked=frozenset() if knows_authors(actor, cohort) else assessment.masked_of(cohort.id),
        unseen=assessment.unseen_by(actor, cohort.id).marks,
    )


def values_at(wanted: Mapping[int, int]) -> dict[int, Fraction]:
    """What some marks were in a version: mark → value. One statement."""
    if not wanted:
        return {}
    rows = db.session.execute(
        sa.select(
            MarkVersion.mark_id, MarkVersion.number, MarkVersion.numerator, MarkVersion.denominator
        ).where(MarkVersion.mark_id.in_(list(wanted)))
    )
    return {
        mark_id: Fraction(numerator, denominator)
        for mark_id, number, numerator, denominator in rows
        if wanted[mark_id] == number
    }


def marks_purpose(cohort_id: int) -> str:
    """What a list of marks is kept as."""
    return f"marks {cohort_id}"


def marks_list_visible_to(actor: Actor, slug: str, file: str) -> EvidenceView:
    """A list of marks that was brought to a cohort the actor sees; else NotFound."""
    return list_visible_to(actor, slug, file, marks_purpose)


@dataclass(frozen=True, slots=True)
class BroughtLine:
    """A list of marks that was brought."""

    public_id: str
    name: str
    by: str
    at: dt.datetime
    reason: str
    count: int
    undone_by: str | None
    undone_at: dt.datetime | None


def brought(cohort_id: int) -> list[BroughtLine]:
    """The lists that were brought to a cohort, the newest first. One statement."""
    by, undone = aliased(Person), aliased(Person)
    rows: Any = db.session.execute(
        sa.select(GradeImport, StoredFile.name, by.name.label("by"), undone.name.label("undone"))
        .join(StoredFile, StoredFile.id == GradeImport.file_id)
        .join(by, by.id == GradeImport.by_id)
        .outerjoin(undone, undone.id == GradeImport.undone_by_id)
        .where(GradeImport.cohort_id == cohort_id)
        .order_by(GradeImport.id.desc())
        .limit(50)
    )
    return [
        BroughtLine(
            row[0].public_id,
            row.name,
            row.by,
            row[0].at,
            row[0].reason,
            len(row[0].changes),
            row.undone,
            row[0].undone_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class BroughtView:
    """A list that was brought, as the URL names it."""

    cohort: CohortView
    id: int

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def brought_visible_to(actor: Actor, slug: str, public_id: str) -> BroughtView:
    """A list that was brought to a cohort the actor sees; else NotFound."""
    cohort, row = cohorts.thing_visible_to(
        actor,
        slug,
        lambda cohort: sa.select(GradeImport.id).where(
            GradeImport.public_id == public_id, GradeImport.cohort_id == cohort.id
        ),
    )
    return BroughtView(cohort, row.id)
