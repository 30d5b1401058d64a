"""One learner in full: marks, attendance, competencies, the case file. Only released marks are read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.capstone import queries as capstone
from lms.cohorts.queries import CohortView
from lms.completion import queries as completion
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine, Outline
from lms.curriculum.rules import code_weights, kind_word
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import PlaceView
from lms.live.models import AttendanceMark, LiveSession, SessionState, Verdict
from lms.people.models import Person
from lms.people.rules import Actor, Role
from lms.progress import rules
from lms.progress.models import CaseEntry, CaseKind
from lms.progress.policy import only_guides
from lms.progress.queries.board import StandingLine, standing_of
from lms.progress.rules import CompetencyLevel, Evidence
from lms.requests import queries as requests
from lms.requests.queries import RequestLine
from lms.scheduling.models import ScheduledItem


@dataclass(frozen=True)
class MarkRow:
    """A released mark in a list."""

    public_id: str
    code: str
    title: str
    course: str
    value: Fraction
    released_at: dt.datetime


@dataclass(frozen=True)
class AttendanceRow:
    """One session that counts, and what its evidence came to."""

    key: str
    code: str
    title: str
    starts_at: dt.datetime
    verdict: Verdict
    cancelled: bool

    @property
    def word(self) -> str:
        """What is said of it: a cancelled session counts for nothing and excuses nobody."""
        if self.cancelled:
            return "cancelled"
        return "half present" if self.verdict is Verdict.HALF else self.verdict.value


@dataclass(frozen=True)
class ModuleRow:
    """A module and how far."""

    key: str
    code: str
    title: str
    done: int
    total: int
    complete: bool


@dataclass(frozen=True)
class PersonProgress:
    """Everything that counts about one learner."""

    outline: Outline
    standing: StandingLine
    marks: tuple[MarkRow, ...]
    attendance: tuple[AttendanceRow, ...]
    modules: tuple[ModuleRow, ...]
    competencies: tuple[CompetencyLevel, ...]


def person_progress(place_id: int, cohort: CohortView) -> PersonProgress:
    """Read a learner's progress: four statements."""
    outline = curriculum.outline(cohort.version_id)
    released = assessment.released_marks(place_id)
    standings = completion.modules(place_id)
    return PersonProgress(
        outline=outline,
        standing=standing_of(place_id),
        marks=tuple(_marks(outline, released)),
        attendance=_attendance(place_id, outline),
        modules=tuple(
            ModuleRow(
                key=module.key,
                code=module.code,
                title=module.title,
                done=standings[module.id].done if module.id in standings else 0,
                total=standings[module.id].total if module.id in standings else 0,
                complete=module.id in standings and standings[module.id].complete,
            )
            for module in outline.modules.values()
        ),
        competencies=_competencies(outline, released),
    )


def _marks(outline: Outline, released: dict[tuple[int, str], Any]) -> list[MarkRow]:
    rows = [
        MarkRow(
            public_id=mark.public_id,
            code=outline.activities[activity_id].code,
            title=outline.activities[activity_id].title + (f": {part}" if part else ""),
            course=outline.course(outline.activities[activity_id].course_id).letter,
            value=mark.value,
            released_at=mark.released_at,
        )
        for (activity_id, part), mark in released.items()
        if activity_id in outline.activities
    ]
    return sorted(rows, key=lambda row: (row.released_at, row.code), reverse=True)


def _attendance(place_id: int, outline: Outline) -> tuple[AttendanceRow, ...]:
    rows = db.session.execute(
        sa.select(
            LiveSession.activity_id,
            LiveSession.state,
            ScheduledItem.key,
            ScheduledItem.label,
            ScheduledItem.starts_at,
            AttendanceMark.verdict,
        )
        .join(LiveSession, LiveSession.id == AttendanceMark.session_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(AttendanceMark.place_id == place_id, LiveSession.counts.is_(True))
        .order_by(ScheduledItem.starts_at.desc(), LiveSession.id)
    )
    return tuple(
        AttendanceRow(
            key=key,
            code=outline.activities[activity_id].code,
            title=outline.activities[activity_id].title + (f" ({label})" if label else ""),
            starts_at=starts_at,
            verdict=verdict,
            cancelled=state is SessionState.CANCELLED,
        )
        for activity_id, state, key, label, starts_at, verdict in rows
    )


def _competencies(outline: Outline, released: dict[tuple[int, str], Any]) -> tuple[CompetencyLevel, ...]:
    policy = outline.policies.evidence
    found: dict[str, list[Evidence]] = defaultdict(list)
    for (activity_id, _part), mark in released.items():
        line = outline.activities.get(activity_id)
        if line is None:
            continue
        capstone = outline.course(line.course_id).kind.value == "capstone"
        recency = policy.capstone_recency if capstone else policy.course_recency
        for code, weight, value in _evidence(line, mark, policy.first_code):
            found[code].append(
                Evidence(
                    kind=kind_word(line.kind.value),
                    level=rules.item_level(value, policy.level_marks),
                    weight=weight * Fraction(str(recency)),
                )
            )
    names = curriculum.competency_names(outline.version_id)
    return tuple(
        rules.competency_level(
            code, title, found.get(code, []), min_items=policy.min_items, min_kinds=policy.min_kinds
        )
        for code, title in names.items()
    )


def _evidence(line: ActivityLine, mark: Any, first_code: float) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Code, weight and mark of everything that a released mark says about competencies.

    A simulation says of each code what the game showed, and nothing where the team's result does not count for its
    learner. Everything else says its mark of all of its codes.
    """
    if line.kind is ActivityKind.SIMULATION:
        for code, (score, _says) in mark.trace.get("evidence", {}).items():
            yield code, Fraction(1), Fraction(str(score))
        return
    for code, weight in code_weights(list(line.codes), first_code).items():
        yield code, Fraction(str(weight)), mark.value


@dataclass(frozen=True)
class CaseLine:
    """An entry of the case file."""

    public_id: str
    kind: CaseKind
    html: str
    by: str
    at: dt.datetime
    readers: str
    due_on: dt.date | None
    kept_at: dt.datetime | None


@dataclass(frozen=True)
class CaseFile:
    """A learner as their coordinators know them."""

    place: PlaceView
    progress: PersonProgress
    entries: tuple[CaseLine, ...]
    requests: tuple[RequestLine, ...]
    """What the learner asked, as far as the reader may know of it."""


def case_file(place: PlaceView, actor: Actor) -> CaseFile:
    """Read a learner's case file; entries for coordinators only are left out for others."""
    return CaseFile(
        place,
        person_progress(place.id, place.cohort),
        _entries(place, actor),
        tuple(requests.of_place_for(place.id, actor)),
    )


def _entries(place: PlaceView, actor: Actor) -> tuple[CaseLine, ...]:
    statement = (
        sa.select(
            CaseEntry.public_id,
            CaseEntry.kind,
            CaseEntry.html,
            Person.name.label("by"),
            CaseEntry.at,
            CaseEntry.readers,
            CaseEntry.due_on,
            CaseEntry.kept_at,
        )
        .join(Person, Person.id == CaseEntry.by_id)
        .where(CaseEntry.place_id == place.id)
        .order_by(CaseEntry.at.desc(), CaseEntry.id.desc())
    )
    inner = actor.has_any(frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR}), place.cohort_id)
    if not inner:
        statement = statement.where(CaseEntry.readers == "staff")
    return tuple(CaseLine(**row._asdict()) for row in db.session.execute(statement))


def case_visible_to(actor: Actor, slug: str, public_id: str) -> PlaceView:
    """The learner whose case file the URL names, for staff of the cohort; a guide sees those they guide."""
    place = enrolment.place_visible_to(actor, slug, public_id)
    if only_guides(actor, place) and not capstone.guides(actor.person_id, place.id):
        raise NotFound
    return place
