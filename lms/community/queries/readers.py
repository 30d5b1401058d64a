"""Who reads a thread of a forum: whom a post can name, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.models import StaffAssignment
from lms.community import rules
from lms.community.models import ForumEar, ForumThread, ThreadEar
from lms.community.rules import Scope, mentions
from lms.core import clock
from lms.core.db import db
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import ACTIVE, TeamKind
from lms.people.models import Person, User
from lms.people.rules import Role


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody of a cohort who reads its forums."""

    person_id: int
    name: str
    handle: str
    """What is written after an @."""
    role: str
    """learner, or what they do in the cohort."""
    section_id: int | None = None

    @property
    def staff(self) -> bool:
        """Whether they have a task in the cohort."""
        return self.role != Role.LEARNER.value


_LEARNERS = (
    sa.select(Place.person_id, Person.name, Place.section_id)
    .join(Person, Person.id == Place.person_id)
    .outerjoin(User, User.person_id == Person.id)
    .where(
        Place.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
        Place.state.in_(ACTIVE),
        sa.or_(User.active.is_(None), User.active.is_(True)),
    )
)
_STAFF = (
    sa.select(StaffAssignment.person_id, Person.name, sa.func.min(StaffAssignment.role).label("role"))
    .join(Person, Person.id == StaffAssignment.person_id)
    .outerjoin(User, User.person_id == Person.id)
    .where(
        StaffAssignment.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
        StaffAssignment.starts_at <= sa.bindparam("now", type_=StaffAssignment.starts_at.type),
        sa.or_(
            StaffAssignment.ends_at.is_(None),
            StaffAssignment.ends_at > sa.bindparam("now", type_=StaffAssignment.starts_at.type),
        ),
        sa.or_(User.active.is_(None), User.active.is_(True)),
    )
    .group_by(StaffAssignment.person_id, Person.name)
)


def people_of(cohort_id: int) -> list[Human]:
    """Everybody who belongs to a cohort now, staff first, by name; two statements."""
    learners = db.session.execute(_LEARNERS, {"cohort": cohort_id}).all()
    staff = db.session.execute(_STAFF, {"cohort": cohort_id, "now": clock.now()}).all()
    names = {row.person_id: row.name for row in (*learners, *staff)}
    called = mentions.handles(names.items())
    found = {
        row.person_id: Human(
            row.person_id, row.name, called[row.person_id], Role.LEARNER.value, row.section_id
        )
        for row in learners
    }
    for row in staff:
        found[row.person_id] = Human(row.person_id, row.name, called[row.person_id], row.role)
    return sorted(found.values(), key=lambda one: (not one.staff, mentions.folded(one.name), one.person_id))


def among(people: Iterable[Human], scope: Scope, section_id: int | None) -> list[Human]:
    """Those of them who read what is written for the cohort or for a section."""
    return [
        one
        for one in people
        if rules.is_for(scope, section_id, reads_all=one.staff, own_section=one.section_id)
    ]


def hearing(thread: ForumThread) -> set[int]:
    """The people who are told what is written in a thread and may read it; four statements."""
    readers = {one.person_id for one in among(people_of(thread.cohort_id), thread.scope, thread.section_id)}
    ears = {
        row.person_id: row.ear
        for row in db.session.execute(
            sa.select(ThreadEar.person_id, ThreadEar.ear).where(ThreadEar.thread_id == thread.thread_id)
        )
    }
    forum = {
        row.person_id: row.ear
        for row in db.session.execute(
            sa.select(ForumEar.person_id, ForumEar.ear).where(
                ForumEar.cohort_id == thread.cohort_id, ForumEar.module_id == (thread.module_id or 0)
            )
        )
    }
    return {
        person_id
        for person_id in readers & (ears.keys() | forum.keys())
        if rules.hears(ears.get(person_id), forum.get(person_id))
    }


def team_mates(cohort_id: int, person_id: int) -> set[int]:
    """The people of somebody's own team: the working team, or that of their capstone where they have no other."""
    mine, own = sa.orm.aliased(TeamMembership), sa.orm.aliased(Place)
    rows = db.session.execute(
        sa.select(mine.kind, Place.person_id)
        .select_from(own)
        .join(mine, sa.and_(mine.place_id == own.id, mine.ends_at.is_(None)))
        .join(
            TeamMembership,
            sa.and_(TeamMembership.team_id == mine.team_id, TeamMembership.ends_at.is_(None)),
        )
        .join(Place, Place.id == TeamMembership.place_id)
        .where(own.cohort_id == cohort_id, own.person_id == person_id, own.state.in_(ACTIVE))
    ).all()
    for kind in (TeamKind.WORKING, TeamKind.CAPSTONE):
        found = {row.person_id for row in rows if row.kind is kind}
        if found:
            return found - {person_id}
    return set()


def moderators_of(cohort_id: int) -> set[int]:
    """Those who look after a cohort's forums."""
    roles = {Role.FACULTY.value, Role.ASSISTANT.value, Role.COORDINATOR.value}
    rows = db.session.execute(
        sa.select(StaffAssignment.person_id, StaffAssignment.role).where(
            StaffAssignment.cohort_id == cohort_id,
            StaffAssignment.starts_at <= clock.now(),
            sa.or_(StaffAssignment.ends_at.is_(None), StaffAssignment.ends_at > clock.now()),
        )
    )
    return {row.person_id for row in rows if row.role in roles}
