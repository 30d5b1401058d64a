"""What authors say of peer review, who the units of a round are, and whether somebody reads a piece as a peer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import MarkingTask
from lms.assessment.ports import Right
from lms.assessment.rules import named_as
from lms.cohorts.models import Cohort
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.content import schema
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.fairness import ports, rules
from lms.fairness.models import PeerMember, PeerReview, PeerRound, PeerUnit
from lms.fairness.rules import Unit
from lms.people.models import Person
from lms.people.rules import Actor

THERE = ACTIVE - {PlaceState.ON_LEAVE}
"""Who is there to review."""


@dataclass(frozen=True)
class PeerSettings:
    """What an author says of the peer review of an activity."""

    activity_id: int
    key: str
    part: str
    """The part of a milestone that is read; empty: the whole."""
    rules: schema.PeerReview


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One thing that a reviewer judges."""

    key: str
    title: str
    levels: tuple[str, ...]


@lru_cache(maxsize=16)
def peer_reviewed(version_id: int) -> tuple[PeerSettings, ...]:
    """The activities of a version that are reviewed among learners; read once, since a version never changes."""
    outline = curriculum.outline(version_id)
    return tuple(
        PeerSettings(
            activity_id=activity_id,
            key=outline.activities[activity_id].key,
            part=spec["parts"][0]["id"] if spec.get("parts") else "",
            rules=schema.PeerReview.model_validate(spec["peer_review"]),
        )
        for activity_id, spec in curriculum.specs(version_id).items()
        if spec.get("peer_review")
    )


def peer_settings(version_id: int, activity_id: int) -> PeerSettings | None:
    """What is said of one activity; None: it is not reviewed."""
    return next((one for one in peer_reviewed(version_id) if one.activity_id == activity_id), None)


def peer_criteria(version_id: int, activity_id: int) -> tuple[PeerRow, ...]:
    """What is judged: the round's own criteria, else the rows of the rubric. At most one statement."""
    settings = peer_settings(version_id, activity_id)
    if settings is None:
        return ()
    if settings.rules.criteria:
        return tuple(PeerRow(row.id, row.title, tuple(row.levels)) for row in settings.rules.criteria)
    rows = curriculum.rubric(activity_id, settings.part)
    return tuple(PeerRow(row.key, row.title, tuple(row.levels)) for row in rows)


def peer_units_to_allot(round_id: int, settings: PeerSettings) -> list[Unit]:
    """The units of a round as the allocation sees them. At most two statements."""
    found: dict[int, dict[str, Any]] = {}
    pieces: dict[str, dict[int, int]] = {}
    for row in db.session.execute(
        sa.select(
            PeerMember.unit_id,
            Place.person_id,
            Place.state,
            Person.employer,
            MarkingTask.source,
            MarkingTask.source_id,
        )
        .join(Place, Place.id == PeerMember.place_id)
        .join(Person, Person.id == Place.person_id)
        .join(PeerUnit, PeerUnit.id == PeerMember.unit_id)
        .join(MarkingTask, MarkingTask.id == PeerUnit.task_id)
        .where(PeerMember.round_id == round_id)
    ):
        unit = found.setdefault(
            row.unit_id, {"people": set(), "employers": set(), "reviews": False, "reviewed": False}
        )
        unit["people"].add(row.person_id)
        if employer := row.employer.strip().casefold():
            unit["employers"].add(employer)
        unit["reviews"] |= row.state in THERE
        unit["reviewed"] |= row.state in ACTIVE
        pieces.setdefault(row.source, {})[row.source_id] = row.unit_id
    closed = {
        unit_ids[number]
        for source, unit_ids in pieces.items()
        for number in withheld(settings, source, unit_ids)
    }
    return [
        Unit(
            unit_id,
            frozenset(unit["people"]),
            frozenset(unit["employers"]),
            reviews=unit["reviews"],
            reviewed=unit["reviewed"] and unit_id not in closed,
            withheld=unit_id in closed,
        )
        for unit_id, unit in sorted(found.items())
    ]


def peer_places_of(unit_ids: Collection[int], *, away: bool = False) -> tuple[int, ...]:
    """The places of these units whose learners are there; with `away` also those on leave. At most one statement."""
    if not unit_ids:
        return ()
    statement = (
        sa.select(PeerMember.place_id)
        .join(Place, Place.id == PeerMember.place_id)
        .where(PeerMember.unit_id.in_(unit_ids), Place.state.in_(ACTIVE if away else THERE))
    )
    return tuple(sorted(db.session.scalars(statement)))


def unit_names(unit_ids: Collection[int]) -> dict[int, str]:
    """Who the members of these units are, in a line. At most one statement."""
    found: dict[int, list[str]] = {}
    if unit_ids:
        for row in db.session.execute(
            sa.select(PeerMember.unit_id, Person.name)
            .join(Place, Place.id == PeerMember.place_id)
            .join(Person, Person.id == Place.person_id)
            .where(PeerMember.unit_id.in_(unit_ids))
            .order_by(Person.sort_name, Person.id)
        ):
            found.setdefault(row.unit_id, []).append(row.name)
    return {unit_id: ", ".join(names) for unit_id, names in found.items()}


def reads_as_peer(actor: Actor, source: str, source_ids: Collection[int], now: dt.datetime) -> Right | None:
    """The right of a reviewer to the files of a piece that they were given; None: none. At most two statements.

    They may while its round is open, they are there, and the piece was given to them and not handed back: this version
    of it and no other, and nothing that its team keeps from other teams.
    """
    rows = db.session.execute(
        sa.select(Cohort.version_id, PeerRound.activity_id, PeerReview.position, MarkingTask.source_id)
        .join(Cohort, Cohort.id == PeerRound.cohort_id)
        .join(PeerReview, PeerReview.round_id == PeerRound.id)
        .join(PeerUnit, PeerUnit.id == PeerReview.piece_id)
        .join(MarkingTask, MarkingTask.id == PeerUnit.task_id)
        .join(PeerMember, PeerMember.unit_id == PeerReview.reviewer_id)
        .join(Place, Place.id == PeerMember.place_id)
        .where(
            PeerRound.closes_at > now,
            PeerRound.released_at.is_(None),
            Place.person_id == actor.person_id,
            Place.state.in_(THERE),
            PeerReview.ended.is_(None),
            MarkingTask.source == source,
            MarkingTask.source_id.in_(source_ids),
        )
        .order_by(PeerReview.id)
    ).all()
    for row in rows:
        settings = peer_settings(row.version_id, row.activity_id)
        if settings is not None and not withheld(settings, source, [row.source_id]):
            return Right(peer_label(rules.letter(row.position)) if settings.rules.anonymous else "")
    return None


def withheld(settings: PeerSettings, source: str, source_ids: Collection[int]) -> set[int]:
    """Those pieces that no peer reads, since their authors keep them from other teams. At most one statement."""
    if not settings.rules.withheld or not source_ids:
        return set()
    return {
        number
        for reader in ports.confidentiality_readers
        for number, level in reader(source, source_ids).items()
        if level in settings.rules.withheld
    }


def kept_from_others(settings: PeerSettings, unit_id: int) -> bool:
    """Whether the authors of a unit's work keep it from other teams. At most two statements."""
    if not settings.rules.withheld:
        return False
    row = db.session.execute(
        sa.select(MarkingTask.source, MarkingTask.source_id)
        .join(PeerUnit, PeerUnit.task_id == MarkingTask.id)
        .where(PeerUnit.id == unit_id)
    ).one()
    return bool(withheld(settings, row.source, [row.source_id]))


def peer_label(letter: str) -> str:
    """What the files of an anonymous piece are called for its reviewer."""
    return f"work-{letter.lower()}"


def peer_file_name(letter: str, position: int, name: str) -> str:
    """What a file of an anonymous piece is called: nothing of its own name but the ending."""
    return named_as(peer_label(letter), position, name)
