"""A round for those who run it: who reviews whom, what is missing, what was said, declared, hidden and answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import MarkingTask
from lms.assessment.policy import knows_authors
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ActivityLine
from lms.enrolment.models import Place
from lms.fairness import rules
from lms.fairness.models import PeerMember, PeerReview, PeerUnit
from lms.fairness.queries.peer_ground import THERE, PeerSettings, peer_settings, withheld
from lms.fairness.queries.peers import RoundView, round_of
from lms.fairness.rules import Ended
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class PeerLook:
    """The peer review of an activity, before or after it begins, for those who run it."""

    cohort: CohortView
    activity: ActivityLine
    settings: PeerSettings
    round: RoundView | None
    named: bool
    """The viewer may know whose work it is although it is marked blind."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def name(self) -> str:
        """The activity as people call it."""
        return f"{self.activity.code} {self.activity.title}".strip()


def peer_look_visible_to(actor: Actor, slug: str, key: str) -> PeerLook:
    """The peer review of an activity in a cohort the actor sees; NotFound where the programme asks for none."""
    cohort = cohorts.cohort_visible_to(actor, slug)
    activity = curriculum.outline(cohort.version_id).by_key.get(key)
    settings = peer_settings(cohort.version_id, activity.id) if activity else None
    if activity is None or settings is None:
        raise NotFound
    found = round_of(cohort, activity.id)
    return PeerLook(cohort, activity, settings, found, knows_authors(actor, cohort))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit: who they are as the viewer may know it, and whether they are there."""

    id: int
    title: str
    there: bool
    withheld: bool = False
    """Its authors keep the work from other teams."""


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review, for those who run the round."""

    id: int
    public_id: str
    reviewer: UnitLine
    piece: UnitLine
    position: int
    answers: Mapping[str, Any]
    html: str
    overall: str
    saved_at: dt.datetime | None
    submitted_at: dt.datetime | None
    ended: Ended | None
    reason: str
    hidden_at: dt.datetime | None
    hidden_by: str
    hidden_reason: str
    useful: int | None
    answer: str

    @property
    def letter(self) -> str:
        """What the work is called for its reviewer."""
        return rules.letter(self.position)


def peer_units(round_: RoundView, *, named: bool) -> dict[int, UnitLine]:
    """The units of a round; work that is marked blind goes by its candidate's number, unless `named`.

    At most two statements, while all work of a round comes from one domain.
    """
    rows = db.session.execute(
        sa.select(
            PeerUnit.id,
            PeerUnit.title,
            MarkingTask.candidate_id,
            MarkingTask.source,
            MarkingTask.source_id,
            Person.name,
            Place.state,
        )
        .join(MarkingTask, MarkingTask.id == PeerUnit.task_id)
        .join(PeerMember, PeerMember.unit_id == PeerUnit.id)
        .join(Place, Place.id == PeerMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .where(PeerUnit.round_id == round_.id)
        .order_by(PeerUnit.id, Person.sort_name)
    ).all()
    closed = {
        (source, number)
        for source in {row.source for row in rows}
        for number in withheld(
            round_.settings, source, {row.source_id for row in rows if row.source == source}
        )
    }
    names: dict[int, list[str]] = {}
    found: dict[int, UnitLine] = {}
    for row in rows:
        names.setdefault(row.id, []).append(row.name)
        there = row.state in THERE or (row.id in found and found[row.id].there)
        title = ", ".join(names[row.id]) if named and row.candidate_id is not None else row.title
        found[row.id] = UnitLine(row.id, title, there, (row.source, row.source_id) in closed)
    return found


def peer_review_lines(round_id: int, units: Mapping[int, UnitLine]) -> list[ReviewLine]:
    """Every review of a round, by reviewer. One statement."""
    hider = aliased(Person)
    rows = db.session.execute(
        sa.select(
            PeerReview.id,
            PeerReview.public_id,
            PeerReview.reviewer_id,
            PeerReview.piece_id,
            PeerReview.position,
            PeerReview.answers,
            PeerReview.html,
            PeerReview.overall,
            PeerReview.saved_at,
            PeerReview.submitted_at,
            PeerReview.ended,
            PeerReview.reason,
            PeerReview.hidden_at,
            hider.name.label("hidden_by"),
            PeerReview.hidden_reason,
            PeerReview.useful,
            PeerReview.answer,
        )
        .outerjoin(hider, hider.id == PeerReview.hidden_by_id)
        .where(PeerReview.round_id == round_id)
    )
    found = []
    for row in rows:
        values = row._asdict()
        reviewer, piece = units[values.pop("reviewer_id")], units[values.pop("piece_id")]
        values["hidden_by"] = values["hidden_by"] or ""
        found.append(ReviewLine(**values, reviewer=reviewer, piece=piece))
    return sorted(found, key=lambda line: (line.reviewer.title.casefold(), line.reviewer.id, line.position))
