"""Complaints about marks: what may be complained of, one complaint, and a second look for its assessor."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment import ports
from lms.assessment import queries as assessment
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.policy import MARKING
from lms.assessment.rules import OPEN
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.gradebook.models import MarkReview
from lms.gradebook.queries.external import Markable, markable
from lms.gradebook.rules.complaints import Assessor, ReviewState, complain_until
from lms.people.models import Person
from lms.people.rules import Actor
from lms.requests import queries as requests
from lms.requests.models import Request, RequestState
from lms.requests.queries import RequestView

KIND = "mark-complaint"
WHOLE = "whole"
"""What the choice of a mark without parts is called."""


@dataclass(frozen=True, slots=True)
class Complainable:
    """A released mark and until when it may be complained of."""

    thing: Markable
    released_at: dt.datetime
    until: dt.datetime
    complained: bool

    @property
    def choice(self) -> str:
        """What the form calls it."""
        return self.thing.part or WHOLE


def complainable(cohort: CohortView, place_id: int, activity_id: int | None = None) -> list[Complainable]:
    """The released marks of a learner (for one activity) that count, with until when they may be complained of."""
    days = curriculum.outline(cohort.version_id).policies.marking.complaint_days
    things = {(one.activity_id, one.part): one for one in markable(cohort.version_id)}
    asked = {
        (about, (wanted or {}).get("choice", ""))
        for about, wanted in db.session.execute(
            sa.select(Request.about, Request.wanted).where(
                Request.place_id == place_id,
                Request.kind == KIND,
                Request.state != RequestState.WITHDRAWN,
            )
        )
    }
    outline = curriculum.outline(cohort.version_id)
    found = []
    for key, mark in assessment.released_marks(place_id, activity_id).items():
        thing = things.get(key)
        if thing is None:
            continue
        name = outline.activities[thing.activity_id].key
        found.append(
            Complainable(
                thing,
                mark.released_at,
                complain_until(mark.released_at, days),
                (name, thing.part or WHOLE) in asked,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A second look as those who decide see it."""

    public_id: str
    assessor: str
    assessor_id: int
    state: ReviewState
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    why: str
    value: Fraction | None
    trace: Mapping[str, Any]
    feedback: Mapping[str, Any]


@dataclass(frozen=True)
class Complaint:
    """A complaint with the mark that it is about."""

    request: RequestView
    thing: Markable
    mark_id: int
    mark_public_id: str
    released: Fraction
    version: int
    latest: int
    markers: frozenset[int]
    """Who entered or marked a version of it."""
    reviews: tuple[ReviewLine, ...]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.request.cohort.id

    @property
    def cohort(self) -> CohortView:
        """Its cohort."""
        return self.request.cohort

    @property
    def running(self) -> ReviewLine | None:
        """The second look that is asked for and not answered."""
        return next((one for one in self.reviews if one.state is ReviewState.ASKED), None)

    @property
    def judged(self) -> ReviewLine | None:
        """The second look that is done."""
        return next((one for one in self.reviews if one.state is ReviewState.JUDGED), None)


def complaint_visible_to(actor: Actor, slug: str, public_id: str) -> Complaint:
    """The complaint about a mark that the URL names, for whoever may read it; else NotFound."""
    view = requests.request_visible_to(actor, slug, public_id)
    if view.kind.key != KIND:
        raise NotFound
    return complaint_of(view)


def complaint_of(view: RequestView) -> Complaint:
    """The mark behind a complaint, with who marked it and who looked again. Four statements."""
    outline = curriculum.outline(view.cohort.version_id)
    activity = outline.by_key.get(view.about)
    part = "" if view.wanted.choice in ("", WHOLE) else view.wanted.choice
    things = {(one.activity_id, one.part): one for one in markable(view.cohort.version_id)}
    thing = things.get((activity.id, part)) if activity else None
    mark = (
        db.session.execute(
            sa.select(
                Mark.id,
                Mark.public_id,
                Mark.latest_version,
                Mark.released_version,
                MarkVersion.numerator,
                MarkVersion.denominator,
            )
            .join(
                MarkVersion,
                sa.and_(MarkVersion.mark_id == Mark.id, MarkVersion.number == Mark.released_version),
            )
            .where(
                Mark.place_id == view.place_id,
                Mark.activity_id == thing.activity_id,
                Mark.part == thing.part,
            )
        ).one_or_none()
        if thing
        else None
    )
    if mark is None or thing is None:
        raise NotFound
    return Complaint(
        request=view,
        thing=thing,
        mark_id=mark.id,
        mark_public_id=mark.public_id,
        released=Fraction(mark.numerator, mark.denominator),
        version=mark.released_version,
        latest=mark.latest_version,
        markers=_markers(mark.id),
        reviews=_reviews(view.id),
    )


def _markers(mark_id: int) -> frozenset[int]:
    rows = db.session.execute(
        sa.select(MarkVersion.entered_by_id, MarkingTask.marker_id, MarkingTask.handed_over_from_id)
        .outerjoin(MarkingTask, MarkingTask.id == MarkVersion.task_id)
        .where(MarkVersion.mark_id == mark_id)
    )
    return frozenset(person for row in rows for person in row if person is not None)


def _reviews(request_id: int) -> tuple[ReviewLine, ...]:
    rows = db.session.execute(
        sa.select(MarkReview, Person.name)
        .join(Person, Person.id == MarkReview.assessor_id)
        .where(MarkReview.request_id == request_id)
        .order_by(MarkReview.id.desc())
    )
    return tuple(
        ReviewLine(
            public_id=row.public_id,
            assessor=name,
            assessor_id=row.assessor_id,
            state=row.state,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            why=row.why,
            value=Fraction(row.numerator, row.denominator) if row.state is ReviewState.JUDGED else None,
            trace=row.trace,
            feedback=row.feedback,
        )
        for row, name in rows
    )


def assessors(complaint: Complaint) -> list[Assessor]:
    """Those who mark in the cohort, with the sections whose work for this activity they mark. Three statements."""
    cohort_id = complaint.cohort.id
    section_of = {  # noqa: C416 - rows, not pairs
        place_id: section_id
        for place_id, section_id in db.session.execute(
            sa.select(Place.id, Place.section_id).where(Place.cohort_id == cohort_id)
        )
    }
    sections: dict[int, set[int]] = defaultdict(set)
    waiting: dict[int, int] = defaultdict(int)
    for marker_id, activity_id, state, places in db.session.execute(
        sa.select(
            MarkingTask.marker_id, MarkingTask.activity_id, MarkingTask.state, MarkingTask.place_ids
        ).where(MarkingTask.cohort_id == cohort_id, MarkingTask.marker_id.is_not(None))
    ):
        if marker_id is None:
            continue
        waiting[marker_id] += state in OPEN
        if activity_id == complaint.thing.activity_id:
            own = {section_of.get(place) for place in places["places"]}
            sections[marker_id] |= {section for section in own if section is not None}
    return [
        Assessor(person_id, public_id, name, frozenset(sections[person_id]), waiting[person_id])
        for public_id, person_id, name in assessment.staff_markers(cohort_id)
    ]


@dataclass(frozen=True)
class ReviewPage:
    """A second look as its assessor has it: the work and its rubric, and nothing of the mark that was given."""

    id: int
    public_id: str
    cohort: CohortView
    thing: Markable
    state: ReviewState
    assessor_id: int
    asked_by: str
    asked_at: dt.datetime
    promised_at: dt.datetime
    source: str
    """Empty: nothing was handed in that could be shown."""
    source_id: int
    late_days: int
    judgement: Mapping[str, Any]

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


SECOND = "second-look"
"""What files are called for a second assessor, who may not know whose they are."""


def reads_as_assessor(
    actor: Actor, source: str, source_ids: Collection[int], _now: dt.datetime
) -> ports.Right | None:
    """The right of a second assessor to the files of the work, until they have judged it or declined. One statement."""
    cohort_ids = db.session.scalars(
        sa.select(MarkingTask.cohort_id)
        .join(MarkVersion, MarkVersion.task_id == MarkingTask.id)
        .join(MarkReview, MarkReview.mark_id == MarkVersion.mark_id)
        .where(
            MarkReview.assessor_id == actor.person_id,
            MarkReview.state == ReviewState.ASKED,
            MarkingTask.source == source,
            MarkingTask.source_id.in_(source_ids),
            MarkVersion.number == _last_of_work(MarkReview.mark_id),
        )
    )
    return ports.Right(SECOND) if any(actor.has_any(MARKING, one) for one in cohort_ids) else None


def _last_of_work(mark_id: Any) -> Any:
    """The newest version of a mark that came from work: the one whose work a second assessor is shown."""
    other = aliased(MarkVersion)
    return (
        sa.select(sa.func.max(other.number))
        .where(other.mark_id == mark_id, other.task_id.is_not(None))
        .scalar_subquery()
    )


def review_visible_to(actor: Actor, slug: str, public_id: str) -> ReviewPage:
    """A second look for the one who was asked for it; for everybody else it is not there."""
    asker = aliased(Person)
    row = db.session.execute(
        sa.select(MarkReview, Mark.activity_id, Mark.part, Mark.place_id, asker.name.label("asker"))
        .join(Mark, Mark.id == MarkReview.mark_id)
        .join(asker, asker.id == MarkReview.asked_by_id)
        .where(MarkReview.public_id == public_id, MarkReview.assessor_id == actor.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    review = row[0]
    view = requests.by_id(review.request_id)
    if view.cohort.slug != slug or not cohorts.visible(actor, view.cohort):
        raise NotFound
    thing = next(
        one
        for one in markable(view.cohort.version_id)
        if (one.activity_id, one.part) == (row.activity_id, row.part)
    )
    task = db.session.execute(
        sa.select(MarkingTask.source, MarkingTask.source_id, MarkingTask.late_days)
        .join(MarkVersion, MarkVersion.task_id == MarkingTask.id)
        .where(MarkVersion.mark_id == review.mark_id)
        .order_by(MarkVersion.number.desc())
        .limit(1)
    ).one_or_none()
    return ReviewPage(
        id=review.id,
        public_id=review.public_id,
        cohort=view.cohort,
        thing=thing,
        state=review.state,
        assessor_id=review.assessor_id,
        asked_by=row.asker,
        asked_at=review.asked_at,
        promised_at=view.promised_at,
        source=task.source if task else "",
        source_id=task.source_id if task else 0,
        late_days=task.late_days if task else 0,
        judgement=review.judgement,
    )
