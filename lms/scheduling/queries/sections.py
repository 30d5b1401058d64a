"""A section with everything that stands on it: who sits there, and which dates are its own."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState, Section
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import SectionUse
from lms.core.db import db
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.people.rules import Actor
from lms.scheduling.models import Override, OverrideScope, ScheduledItem

SITS = (*ACTIVE, PlaceState.OFFERED, PlaceState.WAITLISTED)


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of a cohort, and what stands on it."""

    cohort: CohortView
    id: int
    name: str
    use: SectionUse
    items: tuple[str, ...]
    """Keys of the dates that are its own."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def open(self) -> bool:
        """Whether the cohort can still be changed."""
        return self.cohort.state is not CohortState.CLOSED


def section_visible_to(actor: Actor, slug: str, name: str) -> SectionView:
    """The cohort's section of this name; NotFound when there is none."""
    cohort, row = cohorts.thing_visible_to(
        actor,
        slug,
        lambda cohort: sa.select(Section.id).where(Section.cohort_id == cohort.id, Section.name == name),
    )
    return section(cohort, row.id, name)


def section(cohort: CohortView, section_id: int, name: str) -> SectionView:
    """A section and what stands on it: three statements."""
    people = db.session.scalar(
        sa.select(sa.func.count()).where(Place.section_id == section_id, Place.state.in_(SITS))
    )
    items = db.session.scalars(
        sa.select(ScheduledItem.key)
        .join(Override, Override.item_id == ScheduledItem.id)
        .where(
            Override.cohort_id == cohort.id,
            Override.scope == OverrideScope.SECTION,
            Override.scope_id == section_id,
            Override.revoked_at.is_(None),
        )
        .distinct()
        .order_by(ScheduledItem.key)
    ).all()
    sections = len(cohorts.sections(cohort.id))
    return SectionView(cohort, section_id, name, SectionUse(sections, people or 0, len(items)), tuple(items))
