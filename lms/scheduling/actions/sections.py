"""Removing a section, when nobody sits in it and no date is its own."""

from __future__ import annotations

import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.cohorts import queries as cohorts
from lms.cohorts import rules as cohort_rules
from lms.cohorts.models import Cohort, CohortState, Section
from lms.cohorts.rules import CohortRefusal
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.people.rules import Actor
from lms.scheduling import queries


def remove_section(cohort_id: int, section_id: int, *, actor: Actor) -> None:
    """Remove a section. Places that ended keep their story and sit in none; the name can be given again.

    Raises RuleViolation while people sit in it, dates are its own, or it is the only one.
    """
    if locked(Cohort, cohort_id) is None:
        raise NotFound
    cohort = cohorts.by_id(cohort_id)
    if cohort.state is CohortState.CLOSED:
        raise RuleViolation(CohortRefusal.CLOSED)
    name = db.session.scalar(
        sa.select(Section.name).where(Section.id == section_id, Section.cohort_id == cohort_id)
    )
    if name is None:
        raise RuleViolation(CohortRefusal.NO_SECTION)
    refusal = cohort_rules.why_not_remove_section(name, queries.section(cohort, section_id, name).use)
    if refusal:
        raise RuleViolation(refusal[0], **refusal[1])
    db.session.execute(sa.update(Place).where(Place.section_id == section_id).values(section_id=None))
    cohort_actions.remove_section(section_id, cohort_id=cohort_id, actor=actor)
