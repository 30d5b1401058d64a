"""The participation of a course for staff: what it comes to, what is recorded of it, what learners see."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.assessment import queries as assessment
from lms.assessment.queries import StandingMark
from lms.assessment.rules import Origin, storable
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.community import rules
from lms.community.queries.discussions import participation_policy
from lms.community.queries.participation import ParticipationLine, lines_of
from lms.community.rules import Counting
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine, CourseLine
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import RosterLine
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class CourseTalk:
    """A course of a cohort with the discussions that count in it."""

    cohort: CohortView
    course: CourseLine
    threads: tuple[ActivityLine, ...]
    contribution: ActivityLine | None
    """Under what contribution in rooms and among peers is recorded."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id


def course_talk(cohort: CohortView, key: str) -> CourseTalk:
    """A course by its key; NotFound where no discussion counts in it. No statement besides the outline."""
    outline = curriculum.outline(cohort.version_id)
    course = next((one for one in outline.courses if one.key == key), None)
    if course is None:
        raise NotFound
    lines = [line for module in course.modules for line in module.activities if line.group_key]
    threads = tuple(line for line in lines if line.kind is ActivityKind.DISCUSSION)
    groups = {line.group_key for line in threads}
    if not threads:
        raise NotFound
    contribution = next(
        (line for line in lines if line.kind is ActivityKind.EVENT and line.group_key in groups), None
    )
    return CourseTalk(cohort, course, threads, contribution)


def course_talk_visible_to(actor: Actor, slug: str, key: str) -> CourseTalk:
    """A course of a cohort that the actor sees; else NotFound."""
    return course_talk(cohorts.cohort_visible_to(actor, slug), key)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a learner's part in one discussion comes to, and what is recorded of it."""

    line: ParticipationLine
    trace: Mapping[str, Any]
    mark: StandingMark | None

    @property
    def external(self) -> bool:
        """Whether something from elsewhere stands in its place, which is left alone."""
        return self.mark is not None and self.mark.origin == Origin.EXTERNAL

    @property
    def to_record(self) -> bool:
        """Whether it is final and not recorded as it is now."""
        if self.line.counting is not Counting.FINAL or self.external:
            return False
        if self.mark is None or self.mark.value != storable(self.line.points):
            return True
        return self.mark.pending and self.mark.trace != self.trace

    @property
    def changes(self) -> bool:
        """Whether recording it would replace another figure: that needs a reason."""
        return self.to_record and self.mark is not None and self.mark.value != storable(self.line.points)

    @property
    def value(self) -> Fraction | None:
        """What counts of it now, for staff: the figure once it is final, or what stands from elsewhere."""
        if self.external and self.mark is not None:
            return self.mark.value
        return self.line.points if self.line.counting is Counting.FINAL else None


@dataclass(frozen=True, slots=True)
class LearnerTalk:
    """A learner's participation in a course."""

    place: RosterLine
    figures: tuple[Figure, ...]
    """One for each discussion, in order."""
    contribution: StandingMark | None
    so_far: Fraction | None
    """Discussions and contribution by their shares, of what there is."""


@dataclass(frozen=True)
class CourseParticipation:
    """The participation of a course."""

    talk: CourseTalk
    learners: tuple[LearnerTalk, ...]

    @property
    def to_record(self) -> list[Figure]:
        """The figures that recording would add or replace."""
        return [figure for one in self.learners for figure in one.figures if figure.to_record]

    @property
    def stamp(self) -> str:
        """Names exactly what would be recorded: what a confirmation confirms."""
        return _digest(
            f"{figure.line.place_id}.{figure.line.activity_id}.{figure.line.points}.{figure.changes}"
            for figure in self.to_record
        )

    @property
    def contribution_stamp(self) -> str:
        """Names the contributions that stand: a second writer is told."""
        return _digest(
            f"{one.place.place_id}.{one.contribution.value}.{one.contribution.reason}"
            for one in self.learners
            if one.contribution is not None
        )


def _digest(words: Iterable[str]) -> str:
    return hashlib.sha256(";".join(words).encode()).hexdigest()[:16]


def course_participation(talk: CourseTalk, now: dt.datetime) -> CourseParticipation:
    """Everybody's participation in a course, by name. Five statements."""
    cohort = talk.cohort
    policy = participation_policy(cohort.version_id)
    roster = enrolment.roster(cohort.id)
    lines = lines_of(cohort, talk.threads, roster, now)
    wanted = [line.id for line in (*talk.threads, talk.contribution) if line is not None]
    marks = assessment.standing_marks(cohort.id, wanted)
    learners = []
    for one in roster:
        figures = tuple(
            Figure(
                line=lines[one.place_id, thread.id],
                trace=rules.thread_trace(policy, lines[one.place_id, thread.id].facts, cohort.zone),
                mark=marks.get((one.place_id, thread.id, "")),
            )
            for thread in talk.threads
        )
        given = marks.get((one.place_id, talk.contribution.id, "")) if talk.contribution else None
        values = [figure.value for figure in figures if figure.value is not None]
        so_far = rules.participation_mark(policy, values, given.value if given else None)
        learners.append(LearnerTalk(one, figures, given, so_far))
    return CourseParticipation(talk, tuple(learners))


@dataclass(frozen=True, slots=True)
class LearnerOfCourse:
    """One learner of a course, as the URL names them."""

    talk: CourseTalk
    place_public_id: str

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.talk.cohort.id


def learner_talk_visible_to(actor: Actor, slug: str, key: str, public_id: str) -> LearnerOfCourse:
    """One learner's participation in a course of a cohort that the actor sees; else NotFound."""
    talk = course_talk(enrolment.place_visible_to(actor, slug, public_id).cohort, key)
    return LearnerOfCourse(talk, public_id)
