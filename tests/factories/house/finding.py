"""Finding what was built."""

from __future__ import annotations

import sqlalchemy as sa

from lms.assessment.models import MarkingTask, TaskState
from lms.cohorts.queries import CohortView
from lms.community.models import Announcement
from lms.core import clock
from lms.core.db import db
from lms.enrolment import queries as enrolment_queries
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from tests.factories import assessment, live


def place_of(cohort: CohortView, who: Person) -> int:
    """The id of a person's place."""
    return live.place_of(cohort, who)


def team_of(cohort: CohortView, name: str) -> str:
    """The public id of a working team."""
    return next(
        one.public_id
        for one in enrolment_queries.teams(cohort.id, TeamKind.WORKING, clock.now())
        if one.name == name
    )


def task_of(cohort: CohortView, key: str) -> MarkingTask:
    """The piece of work that stands to be marked."""
    found = db.session.scalar(
        sa.select(MarkingTask).where(
            MarkingTask.cohort_id == cohort.id,
            MarkingTask.activity_id == assessment.activity_id(key),
            MarkingTask.state != TaskState.SUPERSEDED,
        )
    )
    assert found is not None
    return found


def announcement_of(number: int) -> str:
    """The public id of an announcement."""
    return db.session.get_one(Announcement, number).public_id
