"""A cohort's forums as one person meets them: which there are, and which threads stand in them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import policy as cohort_policy
from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort, CohortState
from lms.cohorts.queries import CohortView
from lms.community import policy, rules
from lms.community.models import (
    ForumChoice,
    ForumThread,
)
from lms.community.rules import ForumRefusal, Scope
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.queries import ModuleLine
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.people.rules import Actor, Role

COMMON = 0
"""The common room, where a module's id would stand."""


@dataclass(frozen=True, slots=True)
class Forums:
    """A cohort's forums, as this person meets them."""

    cohort: CohortView
    person_id: int
    per_section: bool
    reads_all: bool
    """Staff: every section's threads."""
    moderates: bool
    section_id: int | None = None
    on_leave: bool = False

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def over(self) -> bool:
        """Whether the cohort's year is over."""
        return self.cohort.state is CohortState.CLOSED

    def why_not_write(self, *, locked: bool = False) -> ForumRefusal | None:
        """Why this person cannot write, where they may."""
        return rules.why_not_write_here(
            on_leave=self.on_leave, over=self.over, locked=locked, moderates=self.moderates
        )


_VIEWER = (
    sa.select(ForumChoice.per_section, Place.section_id, Place.state.label("place_state"))
    .select_from(Cohort)
    .outerjoin(ForumChoice, ForumChoice.cohort_id == Cohort.id)
    .outerjoin(
        Place,
        sa.and_(
            Place.cohort_id == Cohort.id,
            Place.person_id == sa.bindparam("person", type_=sa.Integer),
            Place.state.in_(ACTIVE),
        ),
    )
    .where(Cohort.id == sa.bindparam("cohort", type_=sa.Integer))
)


def forums_visible_to(actor: Actor, slug: str) -> Forums:
    """The forums of a cohort the actor belongs to. Two statements."""
    return _forums(actor, cohorts.cohort_visible_to(actor, slug))


def forums_of(actor: Actor, cohort: CohortView) -> Forums:
    """The forums of a cohort that was found already; for pages of higher domains. One statement."""
    return _forums(actor, cohort)


def _forums(actor: Actor, cohort: CohortView) -> Forums:
    row = db.session.execute(_VIEWER, {"cohort": cohort.id, "person": actor.person_id}).one()
    staff = (
        cohort_policy.can_teach(actor, cohort)
        or cohort_policy.can_oversee(actor, cohort)
        or actor.has_any(frozenset({Role.GUIDE, Role.MARKER}), cohort.id)
    )
    return Forums(
        cohort=cohort,
        person_id=actor.person_id,
        per_section=bool(row.per_section),
        reads_all=staff,
        moderates=policy.can_moderate(actor, cohort),
        section_id=row.section_id,
        on_leave=not staff and row.place_state is PlaceState.ON_LEAVE,
    )


@dataclass(frozen=True, slots=True)
class Forum:
    """One forum: of a module, or the common room."""

    hall: Forums
    module: ModuleLine | None

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.hall.cohort.id

    @property
    def on_leave(self) -> bool:
        """Whether this person is a learner on leave."""
        return self.hall.on_leave

    @property
    def module_id(self) -> int:
        """The module, or 0 for the common room."""
        return self.module.id if self.module else COMMON

    @property
    def key(self) -> str:
        """As it stands in addresses."""
        return self.module.key if self.module else rules.COMMON_ROOM

    @property
    def title(self) -> str:
        """As people call it."""
        return self.module.title if self.module else "Common room"


def forum_visible_to(actor: Actor, slug: str, forum: str) -> Forum:
    """One forum of a cohort the actor belongs to."""
    return forum_in(forums_visible_to(actor, slug), forum)


def forum_in(hall: Forums, key: str) -> Forum:
    """The forum with this key. Raises NotFound when there is none."""
    if key == rules.COMMON_ROOM:
        return Forum(hall, None)
    modules = curriculum.outline(hall.cohort.version_id).modules.values()
    found = next((module for module in modules if module.key == key), None)
    if found is None:
        raise NotFound
    return Forum(hall, found)


def section_ids(cohort_id: int) -> dict[int, str]:
    """The sections of a cohort, in order: id → name."""
    return {section.id: section.name for section in cohorts.sections(cohort_id)}


def forum_of(hall: Forums, module_id: int | None) -> Forum:
    """The forum of a module, or the common room."""
    return Forum(hall, curriculum.outline(hall.cohort.version_id).modules[module_id] if module_id else None)


def readable(hall: Forums, *, hidden: bool = False) -> sa.ColumnElement[bool]:
    """Which threads of forums this person reads: those that lists show, or (`hidden`) those out of sight."""
    mine: sa.ColumnElement[bool] = sa.true()
    if not hall.reads_all:
        mine = sa.or_(ForumThread.scope == Scope.COHORT, ForumThread.section_id == (hall.section_id or -1))
    gone = ForumThread.hidden_at.is_not(None) if hidden else ForumThread.hidden_at.is_(None)
    return sa.and_(
        ForumThread.cohort_id == hall.cohort.id,
        ForumThread.thread_id.is_not(None),
        ForumThread.merged_into_id.is_(None),
        mine,
        gone,
    )
