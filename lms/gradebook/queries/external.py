"""Results recorded from elsewhere: the list, the evidence, and what an import is judged against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment.models import Mark
from lms.assessment.policy import knows_authors
from lms.assessment.queries import StandingMark, masked_of, standing_marks, unseen_by
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.files import StoredFile
from lms.curriculum import queries as curriculum
from lms.curriculum.models import Activity
from lms.enrolment import queries as enrolment
from lms.enrolment.models import Place
from lms.gradebook.models import ExternalResult
from lms.gradebook.queries.plans import plan
from lms.gradebook.rules.external import GradebookRefusal
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Markable:
    """Something that is marked in a programme: an activity or a part of it."""

    activity_id: int
    part: str
    key: str
    """`a-1`, `m6a.report`."""
    code: str
    label: str
    course: str


def markable(version_id: int) -> tuple[Markable, ...]:
    """Everything that counts in a programme version, in its order."""
    outline = curriculum.outline(version_id)
    return tuple(
        Markable(
            activity_id=item.activity_id,
            part=item.part,
            key=f"{outline.activities[item.activity_id].key}{'.' + item.part if item.part else ''}",
            code=outline.activities[item.activity_id].code,
            label=item.label,
            course=course.title,
        )
        for course in plan(version_id).courses
        for item in course.items
    )


@dataclass(frozen=True, slots=True)
class ExternalLine:
    """A result recorded from elsewhere."""

    public_id: str
    learner: str
    place_public_id: str
    activity: str
    share: Fraction
    """Score by what could be reached, 0 to 1."""
    note: str
    evidence: str | None
    """The file's name."""
    by: str
    at: dt.datetime
    mark_public_id: str | None
    released: bool


def external_results(cohort_id: int) -> list[ExternalLine]:
    """What was recorded in a cohort, newest first. One statement."""
    learner, by = sa.orm.aliased(Person), sa.orm.aliased(Person)
    rows = db.session.execute(
        sa.select(
            ExternalResult.public_id,
            learner.name.label("learner"),
            Place.public_id.label("place_public_id"),
            Activity.code,
            Activity.title,
            ExternalResult.score_numerator,
            ExternalResult.score_denominator,
            ExternalResult.note,
            StoredFile.name.label("evidence"),
            by.name.label("by"),
            ExternalResult.at,
            Mark.public_id.label("mark_public_id"),
            Mark.released_version,
        )
        .join(Place, Place.id == ExternalResult.place_id)
        .join(learner, learner.id == Place.person_id)
        .join(Activity, Activity.id == ExternalResult.activity_id)
        .join(by, by.id == ExternalResult.by_id)
        .outerjoin(StoredFile, StoredFile.id == ExternalResult.evidence_id)
        .outerjoin(Mark, Mark.id == ExternalResult.mark_id)
        .where(Place.cohort_id == cohort_id)
        .order_by(ExternalResult.at.desc(), ExternalResult.id.desc())
        .limit(500)
    )
    return [
        ExternalLine(
            public_id=row.public_id,
            learner=row.learner,
            place_public_id=row.place_public_id,
            activity=f"{row.code} {row.title}".strip(),
            share=Fraction(row.score_numerator, row.score_denominator),
            note=row.note,
            evidence=row.evidence,
            by=row.by,
            at=row.at,
            mark_public_id=row.mark_public_id,
            released=row.released_version is not None,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """The evidence of an external result."""

    cohort: CohortView
    file_id: int

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def evidence_visible_to(actor: Actor, slug: str, public_id: str) -> EvidenceView:
    """The evidence of a result recorded in a cohort that the actor sees; else NotFound."""
    cohort, row = cohorts.thing_visible_to(
        actor,
        slug,
        lambda cohort: (
            sa.select(ExternalResult.evidence_id)
            .join(Place, Place.id == ExternalResult.place_id)
            .where(ExternalResult.public_id == public_id, Place.cohort_id == cohort.id)
        ),
    )
    return EvidenceView(cohort, row.evidence_id)


def import_purpose(cohort_id: int) -> str:
    """What a list of external results is kept as."""
    return f"external results {cohort_id}"


def import_visible_to(actor: Actor, slug: str, file: str) -> EvidenceView:
    """A list of external results that was brought to a cohort the actor sees; else NotFound."""
    return list_visible_to(actor, slug, file, import_purpose)


def list_visible_to(actor: Actor, slug: str, file: str, purpose: Callable[[int], str]) -> EvidenceView:
    """A list that was brought to a cohort the actor sees and is kept for this purpose; else NotFound."""
    cohort, row = cohorts.thing_visible_to(
        actor,
        slug,
        lambda cohort: sa.select(StoredFile.id).where(
            StoredFile.public_id == file, StoredFile.purpose == purpose(cohort.id)
        ),
    )
    return EvidenceView(cohort, row.id)


def stored_file(file_id: int) -> StoredFile:
    """A file by its id."""
    return db.session.get_one(StoredFile, file_id)


@dataclass(frozen=True)
class Ground:
    """What the rows of an import are judged against."""

    cohort: CohortView
    learners: Mapping[str, tuple[int, str]]
    """E-mail address or id of the list, in lower case → place and name."""
    things: Mapping[str, Markable]
    """Key and code, in lower case."""
    in_parts: Mapping[str, tuple[str, ...]]
    """Codes and keys that are marked in parts → the keys of their parts."""
    present: Mapping[tuple[int, int, str], StandingMark]
    """(place, activity, part) → the latest version of the mark."""
    unseen: frozenset[tuple[int, int, str]] = frozenset()
    """Marks whose work whoever brings the list is still to judge second."""
    masked: frozenset[tuple[int, int]] = frozenset()
    """(place, activity) marked under a number that whoever brings the list may put no name to."""

    def hidden(self, place_id: int, thing: Markable) -> GradebookRefusal | None:
        """Why nothing that stands is told of a mark; None: it is."""
        if not thing.part and (place_id, thing.activity_id) in self.masked:
            return GradebookRefusal.BLIND
        unseen = (place_id, thing.activity_id, thing.part) in self.unseen
        return GradebookRefusal.SECOND if unseen else None


def ground(cohort: CohortView, actor: Actor) -> Ground:
    """Read what an import is judged against: two statements besides the outline, two more for those who mark."""
    learners: dict[str, tuple[int, str]] = {}
    for line in enrolment.roster(cohort.id):
        for name in filter(None, (line.email, line.external_id)):
            learners[name.lower()] = (line.place_id, line.name)
    things: dict[str, Markable] = {}
    parts: dict[str, list[str]] = {}
    for thing in markable(cohort.version_id):
        things[thing.key.lower()] = thing
        name = thing.key.partition(".")[0]
        for word in {thing.code.lower(), name.lower()} - {""}:
            parts.setdefault(word, []).append(thing.key)
    for word, keys in list(parts.items()):
        if len(keys) == 1:
            things[word] = things[keys[0].lower()]
            del parts[word]
    return Ground(
        cohort,
        learners,
        things,
        {word: tuple(keys) for word, keys in parts.items()},
        standing_marks(cohort.id),
        unseen_by(actor, cohort.id).marks,
        frozenset() if knows_authors(actor, cohort) else masked_of(cohort.id),
    )
