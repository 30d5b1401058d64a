"""Who changed this mark: every version of it, for staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import CandidateNumber, Mark, MarkingTask, MarkVersion
from lms.assessment.policy import SEEING, knows_authors
from lms.assessment.queries.blind import of_mark
from lms.assessment.queries.unseen import unseen_by
from lms.assessment.rules import MarkState
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One value a mark has had."""

    number: int
    state: MarkState
    value: Fraction
    trace: Mapping[str, Any]
    feedback: Mapping[str, Any]
    origin: str
    entered_by: str | None
    entered_at: dt.datetime
    reason: str
    released_by: str | None
    released_at: dt.datetime | None
    task_public_id: str | None
    seen: bool
    """It is the one the learner sees now."""


@dataclass(frozen=True, slots=True)
class History:
    """A mark from its first version to its last."""

    cohort: CohortView
    public_id: str
    learner: str
    learner_public_id: str
    activity_key: str
    activity_name: str
    part: str
    summative: bool
    versions: tuple[VersionLine, ...]
    """Newest first."""
    unseen: bool = False
    """Whoever looks is still to judge the same work themselves: they see no version."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def batch_key(self) -> str:
        """What addresses call its batch."""
        return f"{self.activity_key}.{self.part}" if self.part else self.activity_key


def history_visible_to(actor: Actor, slug: str, public_id: str) -> History:
    """Every version of a mark of a cohort that the actor sees; else NotFound. Three statements, one more for markers.

    To whoever does not see the cohort's marks a mark that is not released, or another's, is not there at all: that
    it exists would already say that somebody finished marking.
    """
    cohort = cohorts.cohort_visible_to(actor, slug)
    head = db.session.execute(
        sa.select(
            Mark.id,
            Mark.public_id,
            Mark.part,
            Mark.released_version,
            Person.name.label("learner"),
            Place.public_id.label("learner_public_id"),
            Place.person_id,
            Mark.place_id,
            Mark.activity_id,
            Activity.key,
            Activity.code,
            Activity.title,
            Activity.group_key,
            CandidateNumber.number.label("candidate"),
            CandidateNumber.unmasked_at,
        )
        .outerjoin(CandidateNumber, of_mark())
        .join(Place, Place.id == Mark.place_id)
        .join(Person, Person.id == Place.person_id)
        .join(Activity, Activity.id == Mark.activity_id)
        .where(Mark.public_id == public_id, Mark.cohort_id == cohort.id)
    ).one_or_none()
    if head is None:
        raise NotFound
    own = head.person_id == actor.person_id and head.released_version is not None
    if not own and not actor.has_any(SEEING, cohort.id):
        raise NotFound
    known = (
        head.candidate is None
        or head.released_version is not None
        or head.unmasked_at is not None
        or knows_authors(actor, cohort)
    )
    unseen = (head.place_id, head.activity_id, head.part) in unseen_by(actor, cohort.id).marks
    return History(
        cohort=cohort,
        public_id=head.public_id,
        learner=head.learner if known else f"Candidate {head.candidate}",
        learner_public_id=head.learner_public_id if known else "",
        activity_key=head.key,
        activity_name=f"{head.code} {head.title}".strip(),
        part=head.part,
        summative=bool(head.group_key),
        versions=() if unseen else _versions(head.id, head.released_version),
        unseen=unseen,
    )


def _versions(mark_id: int, released: int | None) -> tuple[VersionLine, ...]:
    entered, let_go = aliased(Person), aliased(Person)
    rows = db.session.execute(
        sa.select(
            MarkVersion.number,
            MarkVersion.state,
            MarkVersion.numerator,
            MarkVersion.denominator,
            MarkVersion.trace,
            MarkVersion.feedback,
            MarkVersion.origin,
            entered.name.label("entered_by"),
            MarkVersion.entered_at,
            MarkVersion.reason,
            let_go.name.label("released_by"),
            MarkVersion.released_at,
            MarkingTask.public_id.label("task_public_id"),
        )
        .outerjoin(entered, entered.id == MarkVersion.entered_by_id)
        .outerjoin(let_go, let_go.id == MarkVersion.released_by_id)
        .outerjoin(MarkingTask, MarkingTask.id == MarkVersion.task_id)
        .where(MarkVersion.mark_id == mark_id)
        .order_by(MarkVersion.number.desc())
    )
    return tuple(
        VersionLine(
            number=row.number,
            state=row.state,
            value=Fraction(row.numerator, row.denominator),
            trace=row.trace,
            feedback=row.feedback,
            origin=row.origin,
            entered_by=row.entered_by,
            entered_at=row.entered_at,
            reason=row.reason,
            released_by=row.released_by,
            released_at=row.released_at,
            task_public_id=row.task_public_id,
            seen=row.number == released,
        )
        for row in rows
    )


_VERSION = sa.select(Cohort.version_id).where(Cohort.id == sa.bindparam("cohort", type_=sa.Integer))


def version_id_of(cohort_id: int) -> int:
    """The programme version that a cohort is pinned to."""
    found: int | None = read(_VERSION, {"cohort": cohort_id}).scalar()
    if found is None:
        raise NotFound
    return found
