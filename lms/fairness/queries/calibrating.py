"""Reads of the piece that markers begin with: itself, who stands where with it, what comes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment import queries as assessment
from lms.assessment.models import MarkingTask
from lms.assessment.ports import Batch, Beforehand
from lms.assessment.queries.markers import markers_of
from lms.assessment.rules import TaskState, read_exact
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.core.db import db, read
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.models import Activity, ActivityKind
from lms.fairness.models import Calibration, CalibrationExemption, CalibrationTry
from lms.fairness.rules import Asked, CalibrationPolicy, Standing, holds_back
from lms.people.models import Person
from lms.people.rules import Actor


def calibration_policy(version_id: int, kind: ActivityKind | None = None) -> CalibrationPolicy:
    """What a version says about it, exactly; milestones have the tolerance of the capstone."""
    policies = curriculum.outline(version_id).policies
    own = policies.calibration
    tolerance = policies.capstone.calibration_tolerance if kind is ActivityKind.MILESTONE else own.tolerance
    return CalibrationPolicy(Asked(own.asked), Fraction(str(tolerance)), own.shown_from)


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """The piece that markers of an activity begin with."""

    id: int
    public_id: str
    cohort_id: int
    cohort_slug: str
    cohort_name: str
    version_id: int
    activity_id: int
    activity_key: str
    activity_code: str
    activity_title: str
    activity_kind: ActivityKind
    part: str
    html: str
    from_cohort: str | None
    """Where the piece comes from; None: the text was brought."""
    chosen_by: str
    chosen_at: dt.datetime
    why: str
    reference: Mapping[str, Any]
    agreed_with: frozenset[int]
    version: int
    saved_at: dt.datetime | None
    mark: str
    agreed_by_id: int | None
    agreed_by: str | None
    opened_at: dt.datetime | None
    reminded_at: dt.datetime | None

    @property
    def key(self) -> str:
        """What addresses call the batch."""
        return f"{self.activity_key}.{self.part}" if self.part else self.activity_key

    @property
    def name(self) -> str:
        """The activity as people call it."""
        return f"{self.activity_code} {self.activity_title}".strip()

    @property
    def agreed(self) -> frozenset[int]:
        """Who agreed on the reference."""
        return self.agreed_with | ({self.agreed_by_id} if self.agreed_by_id else set())

    @property
    def total(self) -> Fraction:
        """What the reference comes to."""
        return read_exact(self.mark) if self.mark else Fraction(0)

    def policy(self) -> CalibrationPolicy:
        """What the programme says about it."""
        return calibration_policy(self.version_id, self.activity_kind)


_chooser = aliased(Person)
_agreer = aliased(Person)
_origin = aliased(Cohort)
_VIEW = (
    sa.select(
        Calibration.id,
        Calibration.public_id,
        Calibration.cohort_id,
        Cohort.slug.label("cohort_slug"),
        Cohort.name.label("cohort_name"),
        Cohort.version_id,
        Calibration.activity_id,
        Activity.key.label("activity_key"),
        Activity.code.label("activity_code"),
        Activity.title.label("activity_title"),
        Activity.kind.label("activity_kind"),
        Calibration.part,
        Calibration.html,
        _origin.name.label("from_cohort"),
        _chooser.name.label("chosen_by"),
        Calibration.chosen_at,
        Calibration.why,
        Calibration.reference,
        Calibration.agreed_with,
        Calibration.version,
        Calibration.saved_at,
        Calibration.mark,
        Calibration.agreed_by_id,
        _agreer.name.label("agreed_by"),
        Calibration.opened_at,
        Calibration.reminded_at,
    )
    .join(Cohort, Cohort.id == Calibration.cohort_id)
    .join(Activity, Activity.id == Calibration.activity_id)
    .join(_chooser, _chooser.id == Calibration.chosen_by_id)
    .outerjoin(_agreer, _agreer.id == Calibration.agreed_by_id)
    .outerjoin(MarkingTask, MarkingTask.id == Calibration.task_id)
    .outerjoin(_origin, _origin.id == MarkingTask.cohort_id)
)


def _one(where: sa.ColumnElement[bool]) -> CalibrationView | None:
    row = db.session.execute(_VIEW.where(where)).one_or_none()
    if row is None:
        return None
    values = {**row._asdict(), "agreed_with": frozenset(row.agreed_with.get("persons", ()))}
    return CalibrationView(**values)


def calibration_of(batch: Batch) -> CalibrationView | None:
    """The piece that is set for a batch. One statement."""
    return _one(
        sa.and_(
            Calibration.cohort_id == batch.cohort_id,
            Calibration.activity_id == batch.activity_id,
            Calibration.part == batch.part,
        )
    )


def calibration_visible_to(actor: Actor, calibration: str) -> CalibrationView:
    """The piece with this public id, where the actor has business in its cohort; else NotFound. One statement."""
    found = _one(Calibration.public_id == calibration)
    if found is None or not cohorts.sees(actor, found.cohort_id):
        raise NotFound
    return found


def open_calibration_visible_to(actor: Actor, calibration: str) -> CalibrationView:
    """The same, once it waits for markers."""
    found = calibration_visible_to(actor, calibration)
    if found.opened_at is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class TryLine:
    """A judgement of the piece."""

    marker_id: int
    number: int
    draft: Mapping[str, Any]
    version: int
    saved_at: dt.datetime | None
    submitted_at: dt.datetime | None
    mark: Fraction | None


def tries_of(calibration_id: int, marker_id: int | None = None) -> list[TryLine]:
    """Every judgement of a piece, or those of one marker, in their order. One statement."""
    statement = sa.select(CalibrationTry).where(CalibrationTry.calibration_id == calibration_id)
    if marker_id is not None:
        statement = statement.where(CalibrationTry.marker_id == marker_id)
    return [
        TryLine(
            one.marker_id,
            one.number,
            one.draft,
            one.version,
            one.saved_at,
            one.submitted_at,
            read_exact(one.mark) if one.mark else None,
        )
        for one in db.session.scalars(statement.order_by(CalibrationTry.marker_id, CalibrationTry.number))
    ]


def first_totals(calibration_id: int) -> list[Fraction]:
    """What everybody's first judgement came to. One statement."""
    rows = db.session.scalars(
        sa.select(CalibrationTry.mark).where(
            CalibrationTry.calibration_id == calibration_id,
            CalibrationTry.number == 1,
            CalibrationTry.submitted_at.is_not(None),
        )
    )
    return [read_exact(mark) for mark in rows]


def exemptions_of(calibration_id: int) -> dict[int, tuple[str, str]]:
    """Who is exempt: person → by whom, and why. One statement."""
    rows = db.session.execute(
        sa.select(CalibrationExemption.person_id, Person.name, CalibrationExemption.reason)
        .join(Person, Person.id == CalibrationExemption.by_id)
        .where(CalibrationExemption.calibration_id == calibration_id)
    )
    return {person: (name, reason) for person, name, reason in rows}


@dataclass(frozen=True, slots=True)
class MarkerStanding:
    """Somebody who marks the activity, and where they stand with its piece."""

    person_id: int
    public_id: str
    name: str
    pieces: int
    """Open pieces of the activity that they have."""
    standing: Standing
    exempt_by: str
    exempt_reason: str


def standings_of(view: CalibrationView, *, now: dt.datetime) -> list[MarkerStanding]:
    """Everybody who marks the activity, by name: those appointed to, those who have pieces, those who judged it.

    Eight statements.
    """
    cohort = cohorts.by_id(view.cohort_id)
    activity = curriculum.outline(view.version_id).activities[view.activity_id]
    tries = tries_of(view.id)
    exempt = exemptions_of(view.id)
    holders = db.session.scalars(
        sa.select(MarkingTask.marker_id)
        .where(
            MarkingTask.cohort_id == view.cohort_id,
            MarkingTask.activity_id == view.activity_id,
            MarkingTask.part == view.part,
            MarkingTask.state != TaskState.SUPERSEDED,
            MarkingTask.marker_id.is_not(None),
        )
        .distinct()
    )
    also = {one.marker_id for one in tries} | {person for person in holders if person is not None}
    return [
        MarkerStanding(
            line.person_id,
            line.public_id,
            line.name,
            line.here,
            standing(
                [one for one in tries if one.marker_id == line.person_id],
                agreed=line.person_id in view.agreed,
                exempt=line.person_id in exempt,
            ),
            *exempt.get(line.person_id, ("", "")),
        )
        for line in markers_of(cohort, activity, now=now, also=also)
    ]


def standing(tries: Collection[TryLine], *, agreed: bool, exempt: bool) -> Standing:
    """Where somebody stands, of what they wrote."""
    done = sorted((one for one in tries if one.submitted_at is not None), key=lambda one: one.number)
    return Standing(
        marks=tuple(one.mark for one in done if one.mark is not None),
        begun=any(one.submitted_at is None for one in tries),
        agreed=agreed,
        exempt=exempt,
    )


def own_standing(view: CalibrationView, person_id: int) -> tuple[Standing, list[TryLine]]:
    """Where one stands oneself, and what one wrote. Two statements."""
    tries = tries_of(view.id, person_id)
    exempt = person_id in exemptions_of(view.id)
    return standing(tries, agreed=person_id in view.agreed, exempt=exempt), tries


_WHO = sa.bindparam("person", type_=sa.Integer)
_FIRST = (
    sa.select(
        Calibration.public_id,
        Calibration.agreed_by_id,
        Calibration.agreed_with,
        Cohort.version_id,
        sa.exists()
        .where(
            CalibrationTry.calibration_id == Calibration.id,
            CalibrationTry.marker_id == _WHO,
            CalibrationTry.submitted_at.is_not(None),
        )
        .label("judged"),
        sa.exists()
        .where(CalibrationExemption.calibration_id == Calibration.id, CalibrationExemption.person_id == _WHO)
        .label("freed"),
    )
    .join(Cohort, Cohort.id == Calibration.cohort_id)
    .where(
        Calibration.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
        Calibration.activity_id == sa.bindparam("activity", type_=sa.Integer),
        Calibration.part == sa.bindparam("part", type_=sa.String),
        Calibration.opened_at.is_not(None),
    )
)


def sample_first(batch: Batch, person_id: int) -> Beforehand | None:
    """What marking asks: whether somebody still has to judge the piece that is set for a batch. One statement."""
    row = read(
        _FIRST,
        {
            "person": person_id,
            "cohort": batch.cohort_id,
            "activity": batch.activity_id,
            "part": batch.part,
        },
    ).one_or_none()
    if row is None:
        return None
    agreed = person_id == row.agreed_by_id or person_id in row.agreed_with.get("persons", ())
    own = Standing((Fraction(0),) if row.judged else (), agreed=agreed, exempt=row.freed)
    asked = calibration_policy(row.version_id).asked
    if own.free or asked is Asked.OFF:
        return None
    return Beforehand("fairness.calibrate", {"calibration": row.public_id}, required=holds_back(asked, own))


def rubric_of(view: CalibrationView) -> assessment.RubricView:
    """The rubric that the piece is judged by. One statement."""
    return assessment.rubric_view(view.version_id, view.activity_id, view.part)
