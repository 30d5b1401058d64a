"""Second looks by their marker: what waits for somebody, and what they do not see until they have judged it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.assessment.ports import Unseen
from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum.models import Activity
from lms.fairness.models import Moderation, SecondLook
from lms.fairness.rules import LookState


@dataclass(frozen=True, slots=True)
class OwnLook:
    """A second look in the list of its marker."""

    public_id: str
    title: str
    state: LookState
    cohort_id: int
    activity_id: int
    asked_at: dt.datetime | None


def own_looks(person_id: int) -> list[OwnLook]:
    """The second looks that wait for somebody, and those they finished that are not settled. One statement."""
    rows = db.session.execute(
        sa.select(
            SecondLook.public_id,
            MarkingTask.title,
            SecondLook.state,
            Moderation.cohort_id,
            Moderation.activity_id,
            Moderation.drawn_at.label("asked_at"),
        )
        .join(MarkingTask, MarkingTask.id == SecondLook.task_id)
        .join(Moderation, Moderation.id == SecondLook.moderation_id)
        .where(SecondLook.marker_id == person_id, SecondLook.state != LookState.SETTLED)
        .order_by(Moderation.drawn_at, SecondLook.id)
    )
    return [OwnLook(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenLooks:
    """The second looks of one batch that wait for somebody: the batch is not released before them."""

    cohort: str
    code: str
    title: str
    waiting: int
    first: str
    """Public id of the first of them."""
    asked_at: dt.datetime | None
    """When the sample was drawn."""


def open_looks(person_id: int) -> list[OpenLooks]:
    """The batches whose second looks wait for somebody, the longest waiting first. One statement."""
    rows = db.session.execute(
        sa.select(
            Cohort.name,
            Activity.code,
            Activity.title,
            sa.func.count(),
            sa.func.min(SecondLook.public_id),
            sa.func.min(Moderation.drawn_at).label("asked_at"),
        )
        .select_from(SecondLook)
        .join(Moderation, Moderation.id == SecondLook.moderation_id)
        .join(Cohort, Cohort.id == Moderation.cohort_id)
        .join(Activity, Activity.id == Moderation.activity_id)
        .where(SecondLook.marker_id == person_id, SecondLook.state.in_((LookState.WAITING, LookState.DRAFT)))
        .group_by(Moderation.id, Cohort.name, Activity.code, Activity.title)
        .order_by(sa.text("asked_at"), Moderation.id)
    )
    return [OpenLooks(*row) for row in rows]


def still_to_look(person_id: int, cohort_id: int) -> Unseen:
    """The work of a cohort that somebody looks at second and has not judged: they see nothing of its first mark.

    One statement.
    """
    rows = db.session.execute(
        sa.select(MarkingTask.id, MarkingTask.activity_id, MarkingTask.part, MarkingTask.place_ids)
        .join(SecondLook, SecondLook.task_id == MarkingTask.id)
        .where(
            SecondLook.marker_id == person_id,
            SecondLook.state.in_((LookState.WAITING, LookState.DRAFT)),
            MarkingTask.cohort_id == cohort_id,
        )
    ).all()
    return Unseen(
        frozenset(row.id for row in rows),
        frozenset((place, row.activity_id, row.part) for row in rows for place in row.place_ids["places"]),
    )


def waiting_looks(person_ids: Collection[int]) -> dict[int, int]:
    """How many second looks wait for each of these. One statement."""
    rows = db.session.execute(
        sa.select(SecondLook.marker_id, sa.func.count())
        .where(
            SecondLook.marker_id.in_(person_ids),
            SecondLook.state.in_((LookState.WAITING, LookState.DRAFT)),
        )
        .group_by(SecondLook.marker_id)
    )
    return {marker: count for marker, count in rows if marker is not None}
