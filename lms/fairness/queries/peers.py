"""Reads of peer review for those who take part: what they review, and once it is released what was said of theirs.

Nothing here reads a mark. Who the other side is stands in a value only where the round is not anonymous.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.fairness import rules
from lms.fairness.models import PeerMember, PeerReview, PeerRound, PeerUnit
from lms.fairness.queries.peer_ground import (
    THERE,
    PeerSettings,
    kept_from_others,
    peer_settings,
    unit_names,
    withheld,
)
from lms.fairness.rules import Ended, RoundPhase
from lms.people.models import Person
from lms.people.rules import Actor

_ROUND = (
    PeerRound.id.label("round_id"),
    PeerRound.activity_id,
    PeerRound.opened_at,
    PeerRound.closes_at,
    PeerRound.released_at,
)


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round, as guards hand it on. `own`: the viewer takes part in it as a learner."""

    id: int
    cohort: CohortView
    activity: ActivityLine
    settings: PeerSettings
    opened_at: dt.datetime
    closes_at: dt.datetime
    released_at: dt.datetime | None
    own: bool = False

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def name(self) -> str:
        """The activity as people call it."""
        return f"{self.activity.code} {self.activity.title}".strip()

    @property
    def anonymous(self) -> bool:
        """Whether neither side learns who the other is."""
        return self.settings.rules.anonymous

    def phase(self, now: dt.datetime) -> RoundPhase:
        """Where it stands."""
        return rules.round_phase(self.closes_at, self.released_at, now)


def round_view(cohort: CohortView, row: Any, *, own: bool = False) -> RoundView:
    """The round of a row that has `_ROUND`; NotFound where the programme no longer asks for it."""
    settings = peer_settings(cohort.version_id, row.activity_id)
    if settings is None:
        raise NotFound
    activity = curriculum.outline(cohort.version_id).activities[row.activity_id]
    return RoundView(
        row.round_id, cohort, activity, settings, row.opened_at, row.closes_at, row.released_at, own
    )


def round_of(cohort: CohortView, activity_id: int) -> RoundView | None:
    """The round of an activity, where it has begun. One statement."""
    row = db.session.execute(
        sa.select(*_ROUND).where(PeerRound.cohort_id == cohort.id, PeerRound.activity_id == activity_id)
    ).one_or_none()
    return round_view(cohort, row) if row else None


@dataclass(frozen=True, slots=True)
class ToWrite:
    """A review that is asked of the viewer, or was."""

    id: int
    public_id: str
    position: int
    author: str
    """Whose work it is; empty: nobody says."""
    version: int
    saved_at: dt.datetime | None
    saved_by: str
    submitted_at: dt.datetime | None
    ended: Ended | None
    answers: Mapping[str, Any]
    overall: str
    task_id: int
    source: str
    source_id: int
    hidden: bool

    @property
    def letter(self) -> str:
        """What the work is called."""
        return rules.letter(self.position)

    @property
    def name(self) -> str:
        """What the work is called for its reviewer."""
        return self.author or f"Work {self.letter}"


def _to_write(round_: RoundView, where: sa.ColumnElement[bool]) -> list[ToWrite]:
    rows = db.session.execute(
        sa.select(
            PeerReview.id,
            PeerReview.public_id,
            PeerReview.position,
            PeerReview.version,
            PeerReview.saved_at,
            Person.name.label("saved_by"),
            PeerReview.submitted_at,
            PeerReview.ended,
            PeerReview.answers,
            PeerReview.overall,
            PeerReview.hidden_at,
            PeerReview.piece_id,
            MarkingTask.id.label("task_id"),
            MarkingTask.source,
            MarkingTask.source_id,
        )
        .join(PeerUnit, PeerUnit.id == PeerReview.piece_id)
        .join(MarkingTask, MarkingTask.id == PeerUnit.task_id)
        .outerjoin(Person, Person.id == PeerReview.saved_by_id)
        .where(PeerReview.round_id == round_.id, where)
        .order_by(PeerReview.position)
    ).all()
    names = {} if round_.anonymous else unit_names({row.piece_id for row in rows})
    return [
        ToWrite(
            **{
                name: value
                for name, value in row._asdict().items()
                if name not in ("piece_id", "hidden_at", "saved_by")
            },
            author=names.get(row.piece_id, ""),
            saved_by=row.saved_by or "",
            hidden=row.hidden_at is not None,
        )
        for row in rows
    ]


def _unit_of(round_id: Any, person_id: int, states: Collection[PlaceState]) -> Any:
    return (
        sa.select(PeerMember.unit_id)
        .join(Place, Place.id == PeerMember.place_id)
        .where(PeerMember.round_id == round_id, Place.person_id == person_id, Place.state.in_(states))
        .limit(1)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A review that is asked of the viewer."""

    round: RoundView
    review: ToWrite
    all: tuple[ToWrite, ...]
    """Everything that they review in the round, this one too."""
    withheld: bool = False
    """Its authors keep the work from other teams now."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.round.cohort.id

    @property
    def own(self) -> bool:
        """The loader finds only one's own."""
        return True


def own_review_visible_to(actor: Actor, slug: str, public_id: str) -> OwnReview:
    """A review that the actor, or their team, was given and still has, while they are there; else NotFound."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    row = db.session.execute(
        sa.select(*_ROUND, PeerReview.id, PeerReview.reviewer_id)
        .join(PeerReview, PeerReview.round_id == PeerRound.id)
        .where(
            PeerReview.public_id == public_id,
            PeerRound.cohort_id == cohort.id,
            PeerReview.ended.is_(None),
            PeerReview.reviewer_id == _unit_of(PeerRound.id, actor.person_id, THERE),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    found = round_view(cohort, row, own=True)
    reviews = tuple(_to_write(found, PeerReview.reviewer_id == row.reviewer_id))
    review = next(one for one in reviews if one.id == row.id)
    closed = withheld(found.settings, review.source, [review.source_id])
    return OwnReview(found, review, reviews, withheld=bool(closed))


@dataclass(frozen=True, slots=True)
class Received:
    """A review of the viewer's work."""

    id: int
    public_id: str
    position: int
    """Among those that are shown."""
    reviewer: str
    """Who wrote it; empty: nobody says."""
    answers: Mapping[str, Any]
    html: str
    useful: int | None
    answer: str
    answered_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class OwnRound:
    """A round as one who takes part sees it: what they review, and what was said of theirs once it is released."""

    round: RoundView
    to_write: tuple[ToWrite, ...]
    received: tuple[Received, ...]
    withheld: bool = False
    """Their own work is kept from the others, so nobody reviews it."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.round.cohort.id

    @property
    def own(self) -> bool:
        """The loader finds only one's own."""
        return True


def own_round_visible_to(actor: Actor, slug: str, key: str) -> OwnRound:
    """The round of an activity in which the actor takes part; else NotFound. At most six statements."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    activity = curriculum.outline(cohort.version_id).by_key.get(key)
    if activity is None:
        raise NotFound
    row = db.session.execute(
        sa.select(*_ROUND, _unit_of(PeerRound.id, actor.person_id, ACTIVE).label("unit_id")).where(
            PeerRound.cohort_id == cohort.id, PeerRound.activity_id == activity.id
        )
    ).one_or_none()
    if row is None or row.unit_id is None:
        raise NotFound
    found = round_view(cohort, row, own=True)
    received = _received(found, row.unit_id) if found.released_at is not None else ()
    return OwnRound(
        found,
        tuple(_to_write(found, PeerReview.reviewer_id == row.unit_id)),
        tuple(received),
        withheld=kept_from_others(found.settings, row.unit_id),
    )


def _received(round_: RoundView, unit_id: int) -> Sequence[Received]:
    """What authors read: submitted and not hidden, in an order that says nothing of who wrote it."""
    rows = db.session.execute(
        sa.select(
            PeerReview.id,
            PeerReview.public_id,
            PeerReview.reviewer_id,
            PeerReview.answers,
            PeerReview.html,
            PeerReview.useful,
            PeerReview.answer,
            PeerReview.answered_at,
        )
        .where(
            PeerReview.round_id == round_.id,
            PeerReview.piece_id == unit_id,
            PeerReview.submitted_at.is_not(None),
            PeerReview.hidden_at.is_(None),
        )
        .order_by(PeerReview.public_id)
    ).all()
    names = {} if round_.anonymous else unit_names({row.reviewer_id for row in rows})
    return [
        Received(
            row.id, row.public_id, at, names.get(row.reviewer_id, ""), row.answers, row.html, row.useful,
            row.answer, row.answered_at,
        )
        for at, row in enumerate(rows, start=1)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PeerLine:
    """How far a learner is in the rounds they take part in, as other pages mention it."""

    activity_id: int
    opened_at: dt.datetime
    closes_at: dt.datetime
    released_at: dt.datetime | None
    asked: int
    left: int
    received: int
    """Reviews that they may read; 0 before the release."""


def peer_lines(
    place_id: int, activity_id: int | None = None, *, open_at: dt.datetime | None = None
) -> list[PeerLine]:
    """The rounds in which a learner takes part, the first to close first: of one activity, or those open at an instant.

    One statement.
    """
    mine = PeerReview.reviewer_id == PeerMember.unit_id
    live = sa.and_(mine, PeerReview.ended.is_(None))
    statement = (
        sa.select(
            PeerRound.activity_id,
            PeerRound.opened_at,
            PeerRound.closes_at,
            PeerRound.released_at,
            sa.func.sum(sa.case((live, 1), else_=0)).label("asked"),
            sa.func.sum(sa.case((sa.and_(live, PeerReview.submitted_at.is_(None)), 1), else_=0)).label(
                "left"
            ),
            sa.func.sum(
                sa.case(
                    (
                        sa.and_(
                            PeerReview.piece_id == PeerMember.unit_id,
                            PeerReview.submitted_at.is_not(None),
                            PeerReview.hidden_at.is_(None),
                            PeerRound.released_at.is_not(None),
                        ),
                        1,
                    ),
                    else_=0,
                )
            ).label("received"),
        )
        .join(PeerMember, PeerMember.round_id == PeerRound.id)
        .outerjoin(
            PeerReview,
            sa.or_(PeerReview.reviewer_id == PeerMember.unit_id, PeerReview.piece_id == PeerMember.unit_id),
        )
        .where(PeerMember.place_id == place_id)
        .group_by(
            PeerRound.id,
            PeerRound.activity_id,
            PeerRound.opened_at,
            PeerRound.closes_at,
            PeerRound.released_at,
        )
        .order_by(PeerRound.closes_at, PeerRound.id)
    )
    if activity_id is not None:
        statement = statement.where(PeerRound.activity_id == activity_id)
    if open_at is not None:
        statement = statement.where(PeerRound.released_at.is_(None), PeerRound.closes_at > open_at)
    return [
        PeerLine(
            row.activity_id,
            row.opened_at,
            row.closes_at,
            row.released_at,
            int(row.asked),
            int(row.left),
            int(row.received),
        )
        for row in db.session.execute(statement)
    ]
