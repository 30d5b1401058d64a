"""Keeping the roll-up of results, in the transaction that released the marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.rules import storable
from lms.cohorts.models import Cohort
from lms.core.db import db, upsert
from lms.enrolment.models import Place
from lms.gradebook.models import Result
from lms.gradebook.queries.allowances import own_of
from lms.gradebook.queries.plans import plan
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.rules import NOTHING, Own, Standing, course_result, programme_result
from lms.gradebook.rules.results import Marks

BATCH = 200
Waiting = dict[int, dt.datetime]
"""Whose results are to be computed, and the instant of their latest release."""
_waiting: ContextVar[Waiting | None] = ContextVar("results_waiting", default=None)


@contextmanager
def putting_off() -> Iterator[Waiting]:
    """Inside, results are left as they are: for those who release very much, and `catch_up` at the end."""
    waiting: Waiting = {}
    token = _waiting.set(waiting)
    try:
        yield waiting
    finally:
        _waiting.reset(token)


def catch_up(waiting: Waiting) -> None:
    """Compute the results that were put off, each as of its latest release."""
    for now in sorted(set(waiting.values())):
        update_results([place_id for place_id, at in waiting.items() if at == now], now=now)


def update_results(place_ids: Iterable[int], *, now: dt.datetime) -> None:
    """Compute the results of some learners anew from their released marks.

    Takes a lock on their places, in order, so that of two releases at once the second sees what the first released.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(dict.fromkeys(place_ids, now))
        return
    versions = _locked(sorted(set(place_ids)))
    marks = assessment.released_marks_of(versions)
    own = own_of(versions)
    rows: list[dict[str, Any]] = []
    for place_id, version_id in versions.items():
        mine = own.get(place_id, NOTHING)
        found = reckon(version_id, marks.get(place_id, {}), mine)
        rows += [
            _row(place_id, key, standing, now) for key, standing in found.items() if standing.mark is not None
        ]
        if mine.excused:
            _forget(place_id, [key for key, standing in found.items() if standing.mark is None])
    upsert(Result.__table__, rows, keys=("place_id", "course_key"))


def _forget(place_id: int, keys: list[str]) -> None:
    """Keep no result where everything that was released is excused."""
    if keys:
        db.session.execute(sa.delete(Result).where(Result.place_id == place_id, Result.course_key.in_(keys)))


def rebuild(cohort_id: int, *, now: dt.datetime) -> None:
    """Compute every result of a cohort anew; changes nothing when they were right."""
    place_ids = db.session.scalars(sa.select(Place.id).where(Place.cohort_id == cohort_id)).all()
    db.session.execute(sa.delete(Result).where(Result.place_id.in_(place_ids)))
    update_results(place_ids, now=now)


def reckon(version_id: int, marks: Marks, own: Own = NOTHING) -> dict[str, Standing]:
    """A learner's results by course key, "" for the programme, from their released marks and what is their own."""
    programme = plan(version_id)
    courses = {course.key: course_result(course, marks, own) for course in programme.courses}
    return {**courses, PROGRAMME: programme_result(programme, courses)}


def _locked(place_ids: list[int]) -> dict[int, int]:
    """The programme version of each place, in order, locked against another release (not against references)."""
    found: dict[int, int] = {}
    for start in range(0, len(place_ids), BATCH):
        rows = db.session.execute(
            sa.select(Place.id, Cohort.version_id)
            .join(Cohort, Cohort.id == Place.cohort_id)
            .where(Place.id.in_(place_ids[start : start + BATCH]))
            .order_by(Place.id)
            .with_for_update(of=Place, key_share=True)
        )
        found.update({place_id: version_id for place_id, version_id in rows})  # noqa: C416
    return found


def _row(place_id: int, key: str, standing: Standing, now: dt.datetime) -> dict[str, Any]:
    kept = storable(standing.mark or Fraction(0))
    return {
        "place_id": place_id,
        "course_key": key,
        "numerator": kept.numerator,
        "denominator": kept.denominator,
        "weight_released": float(standing.released),
        "trace": standing.document(),
        "updated_at": now,
    }
