"""The panel that judges a resit: as many as a panel has, and most of them new to the learner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.cohorts import queries as cohorts
from lms.core import audit
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.enrolment.models import Place
from lms.gradebook.models import CourseResit, ResitSeat
from lms.gradebook.queries.resit_panels import judged_before, judged_by_panel, judges, panel_size
from lms.gradebook.rules.allowances import AllowanceRefusal, ResitState, why_not_panel
from lms.people.rules import Actor


def seat_panel(
    place: Place, row: CourseResit, people: Collection[str], *, actor: Actor, now: dt.datetime
) -> None:
    """Say who judges a resit; whoever was named before and is not now sits there no more. The resit is locked.

    Raises RuleViolation once its mark is entered, for a course without a panel, for somebody who judges nothing in the
    cohort, for too few, and where those who judged the panel before are not outnumbered.
    """
    version_id = assessment.version_id_of(place.cohort_id)
    keys = judged_by_panel(version_id, row.course_key)
    if not keys:
        raise RuleViolation(AllowanceRefusal.NO_PANEL_HERE)
    if row.state is not ResitState.OPEN:
        raise RuleViolation(AllowanceRefusal.NOT_OPEN, state=row.state.value)
    before = judged_before(place.id, keys)
    could = judges(cohorts.by_id(place.cohort_id), before, now)
    chosen = {person_id for person_id, one in could.items() if one.public_id in people}
    if len(chosen) != len(set(people)) or place.person_id in chosen:
        raise RuleViolation(AllowanceRefusal.NO_JUDGE)
    _refuse(version_id, chosen, before)
    db.session.execute(sa.delete(ResitSeat).where(ResitSeat.resit_id == row.id))
    db.session.add_all(
        ResitSeat(resit_id=row.id, person_id=one, seated_by_id=actor.person_id, seated_at=now)
        for one in sorted(chosen)
    )
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="gradebook.seat_resit_panel",
            subject="course_resit",
            subject_id=row.id,
            cohort_id=place.cohort_id,
            after={"place_id": place.id, "course": row.course_key, "people": sorted(chosen)},
            reason="",
        )
    )


def refuse_without_panel(place: Place, row: CourseResit) -> None:
    """Raise RuleViolation where a resit that a panel judges has none, or one that the first has come to outnumber."""
    version_id = assessment.version_id_of(place.cohort_id)
    keys = judged_by_panel(version_id, row.course_key)
    if keys:
        seated = set(db.session.scalars(sa.select(ResitSeat.person_id).where(ResitSeat.resit_id == row.id)))
        _refuse(version_id, seated, judged_before(place.id, keys))


def _refuse(version_id: int, panel: Collection[int], before: Collection[int]) -> None:
    size = panel_size(version_id)
    refusal = why_not_panel(panel, before, size)
    if refusal is not None:
        known = len(set(panel) & set(before))
        raise RuleViolation(refusal, size=size, count=len(panel), known=known)
