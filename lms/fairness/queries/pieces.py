"""Finished pieces that could be set for markers to begin with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.policy import SEEING
from lms.assessment.queries import BatchView
from lms.assessment.rules import TaskState
from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.fairness.models import SecondLook
from lms.fairness.rules import LookState
from lms.people.models import Person
from lms.people.rules import Actor, Role

FINISHED = (TaskState.FINALISED, TaskState.RELEASED)
MOST_PIECES = 60
"""So many are offered, the latest cohort first."""


@dataclass(frozen=True, slots=True)
class PieceLine:
    """A finished piece that could be set."""

    public_id: str
    task_id: int
    cohort: str
    mark: Fraction
    source: str
    source_id: int
    place_ids: tuple[int, ...]


def pieces_to_choose(actor: Actor, view: BatchView) -> list[PieceLine]:
    """Finished pieces of the same activity, of this cohort and of others whose marks the actor sees. One statement.

    Those that the actor is still to judge second are not among them.
    """
    seen = {view.cohort.id, *actor.cohorts(*SEEING)}
    everywhere = actor.has(Role.DIRECTOR, view.cohort.id)
    rows = db.session.execute(
        sa.select(
            MarkingTask.public_id,
            MarkingTask.id,
            Cohort.name,
            MarkVersion.numerator,
            MarkVersion.denominator,
            MarkingTask.source,
            MarkingTask.source_id,
            MarkingTask.place_ids,
        )
        .join(Cohort, Cohort.id == MarkingTask.cohort_id)
        .join(Activity, Activity.id == MarkingTask.activity_id)
        .join(MarkVersion, MarkVersion.task_id == MarkingTask.id)
        .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.latest_version == MarkVersion.number))
        .where(
            Activity.key == view.activity.key,
            MarkingTask.part == view.part,
            MarkingTask.state.in_(FINISHED),
            ~sa.exists().where(
                SecondLook.task_id == MarkingTask.id,
                SecondLook.marker_id == actor.person_id,
                SecondLook.state.in_((LookState.WAITING, LookState.DRAFT)),
            ),
            sa.true() if everywhere else MarkingTask.cohort_id.in_(seen),
        )
        .order_by(Cohort.starts_on.desc(), MarkingTask.id)
        .limit(MOST_PIECES * 4)
    )
    found: dict[int, PieceLine] = {}
    for row in rows:
        found.setdefault(
            row.id,
            PieceLine(
                row.public_id,
                row.id,
                row.name,
                Fraction(row.numerator, row.denominator),
                row.source,
                row.source_id,
                tuple(row.place_ids["places"]),
            ),
        )
    return list(found.values())[:MOST_PIECES]


def names_of(place_ids: Collection[int]) -> list[str]:
    """What the people of some places are called. One statement."""
    rows = db.session.scalars(
        sa.select(Person.name).join(Place, Place.person_id == Person.id).where(Place.id.in_(list(place_ids)))
    )
    return list(rows)
