"""Reads of what is done, and of the stored verdicts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import Cohort
from lms.completion.models import ActivityDone, CompletionFact, ModuleProgress, PlaceProgress
from lms.completion.rules import Fact, FactKind
from lms.core.db import db, read
from lms.curriculum.models import Module
from lms.enrolment.models import Place


@dataclass(frozen=True, slots=True)
class ModuleStanding:
    """How far a learner is in a module."""

    module_id: int
    course_id: int
    done: int
    total: int
    minutes_done: int
    minutes_total: int
    complete: bool
    completed_at: dt.datetime | None

    @property
    def share(self) -> float:
        """Part of the required activities done, 0 to 1."""
        return self.done / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """How far a learner is in the programme."""

    done: int
    total: int
    minutes_done: int
    minutes_total: int
    version: int

    @property
    def percent(self) -> int:
        """Per cent of the required minutes done, cut."""
        return self.minutes_done * 100 // self.minutes_total if self.minutes_total else 0


NOTHING = PlaceStanding(0, 0, 0, 0, 0)


_OF_PLACE = sa.bindparam("place", type_=sa.Integer)
_OF_PLACES = sa.bindparam("places", type_=sa.Integer, expanding=True)
_done = ActivityDone.__table__.c
_DONE_OF = sa.select(_done.place_id, _done.activity_id).where(_done.place_id.in_(_OF_PLACES))
_DONE = sa.select(ActivityDone.activity_id).where(ActivityDone.place_id == _OF_PLACE)


def done(place_id: int) -> frozenset[int]:
    """The ids of the activities a learner is done with."""
    return frozenset(db.session.scalars(_DONE, {"place": place_id}))


def done_of(place_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """The same for many learners, by place."""
    found: dict[int, set[int]] = defaultdict(set)
    for place_id, activity_id in read(_DONE_OF, {"places": list(place_ids)}):
        found[place_id].add(activity_id)
    return {place_id: frozenset(ids) for place_id, ids in found.items()}


_MODULE = (
    ModuleProgress.module_id,
    ModuleProgress.course_id,
    ModuleProgress.done,
    ModuleProgress.total,
    ModuleProgress.minutes_done,
    ModuleProgress.minutes_total,
    ModuleProgress.complete,
    ModuleProgress.completed_at,
)


_MODULES = sa.select(*_MODULE).where(ModuleProgress.place_id == _OF_PLACE).order_by(ModuleProgress.module_id)


def modules(place_id: int) -> dict[int, ModuleStanding]:
    """A learner's standing in every module, by module id."""
    rows = db.session.execute(_MODULES, {"place": place_id})
    return {row.module_id: ModuleStanding(*row) for row in rows}


def module_trace(place_id: int, module_id: int) -> dict[str, Any]:
    """Why a module is (not) done: the rule tree as it was judged, stored then; empty before anything happened."""
    found = db.session.scalar(
        sa.select(ModuleProgress.trace).where(
            ModuleProgress.place_id == place_id, ModuleProgress.module_id == module_id
        )
    )
    return found or {}


_PLACE = (
    PlaceProgress.done,
    PlaceProgress.total,
    PlaceProgress.minutes_done,
    PlaceProgress.minutes_total,
    PlaceProgress.version,
)


_STANDING = sa.select(*_PLACE).where(PlaceProgress.place_id == _OF_PLACE)


def place(place_id: int) -> PlaceStanding:
    """How far a learner is in the programme."""
    row = db.session.execute(_STANDING, {"place": place_id}).one_or_none()
    return PlaceStanding(*row) if row else NOTHING


def places(place_ids: Iterable[int]) -> dict[int, PlaceStanding]:
    """The same for many learners, by place."""
    rows = db.session.execute(
        sa.select(PlaceProgress.place_id, *_PLACE).where(PlaceProgress.place_id.in_(list(place_ids)))
    )
    return {row[0]: PlaceStanding(*row[1:]) for row in rows}


def facts_of(place_ids: Iterable[int]) -> dict[int, dict[int, dict[FactKind, Fact]]]:
    """Everything reached by some learners: place → activity → kind → fact."""
    found: dict[int, dict[int, dict[FactKind, Fact]]] = defaultdict(lambda: defaultdict(dict))
    rows = db.session.execute(
        sa.select(
            CompletionFact.place_id,
            CompletionFact.activity_id,
            CompletionFact.kind,
            CompletionFact.reached,
            CompletionFact.value,
        ).where(CompletionFact.place_id.in_(list(place_ids)))
    )
    for place_id, activity_id, kind, reached, value in rows:
        found[place_id][activity_id][kind] = Fact(kind, reached, value)
    return found


@dataclass(frozen=True, slots=True)
class Reached:
    """What a roll-up is judged by: the learner's programme version, their facts, and what they were done with."""

    version_id: int
    facts: dict[int, dict[FactKind, Fact]]
    done: set[int]
    """Of the activities of `facts` only."""


_place, _cohort = Place.__table__.c, Cohort.__table__.c
_VERSIONS = (
    sa.select(_place.id, _cohort.version_id)
    .select_from(Place.__table__)
    .join(Cohort.__table__, _cohort.id == _place.cohort_id)
    .where(_place.id.in_(_OF_PLACES))
)
_fact = CompletionFact.__table__.c
_REACHED = (
    sa.select(
        _place.id,
        _cohort.version_id,
        _fact.activity_id,
        _fact.kind,
        _fact.reached,
        _fact.value,
        _done.activity_id.is_not(None).label("done"),
    )
    .select_from(Place.__table__)
    .join(Cohort.__table__, _cohort.id == _place.cohort_id)
    .outerjoin(
        CompletionFact.__table__,
        sa.and_(
            _fact.place_id == _place.id,
            sa.or_(
                sa.bindparam("all", type_=sa.Boolean),
                _fact.activity_id.in_(sa.bindparam("bearing", type_=sa.Integer, expanding=True)),
            ),
        ),
    )
    .outerjoin(
        ActivityDone.__table__,
        sa.and_(_done.place_id == _place.id, _done.activity_id == _fact.activity_id),
    )
    .where(_place.id.in_(_OF_PLACES))
)


def versions(place_ids: Iterable[int]) -> dict[int, int]:
    """The programme version of each place; one statement."""
    return dict(read(_VERSIONS, {"places": list(place_ids)}).all())


def reached(place_ids: Iterable[int], activity_ids: Collection[int] | None = None) -> dict[int, Reached]:
    """What the roll-ups of some learners are judged by (facts of some activities only), by place; one statement."""
    found: dict[int, Reached] = {}
    for place_id, version_id, activity_id, kind, is_reached, value, is_done in read(
        _REACHED,
        {"places": list(place_ids), "all": activity_ids is None, "bearing": sorted(activity_ids or ())},
    ):
        mine = found.setdefault(place_id, Reached(version_id, {}, set()))
        if activity_id is not None:
            mine.facts.setdefault(activity_id, {})[kind] = Fact(kind, is_reached, value)
            if is_done:
                mine.done.add(activity_id)
    return found


@lru_cache(maxsize=64)
def module_rules(version_id: int) -> Mapping[int, dict[str, Any]]:
    """The rule of every module of a version, by module id: cached, since a version never changes."""
    rows = db.session.execute(sa.select(Module.id, Module.rule).where(Module.version_id == version_id))
    return dict(rows.all())
