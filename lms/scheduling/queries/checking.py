"""Everything that a cohort's dates are held against: its rules, its people's zones, and where else they have to be."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import sqlalchemy as sa

from lms.cohorts.models import StaffAssignment
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.people.models import BusyDate, Person
from lms.scheduling import ports
from lms.scheduling.queries.blueprint import blueprint, names, names_in
from lms.scheduling.queries.elsewhere import HERE, TEACHING, Ahead, Window, as_drafted, others_of
from lms.scheduling.queries.graph import holidays, night
from lms.scheduling.queries.items import calendar
from lms.scheduling.rules import Away, Booked, Check, Elsewhere, Engaged, Graph, Meeting, Work

__all__ = ["Ahead", "Asked", "Window", "checks", "checks_of", "work_of"]

MANY_LEARNERS = 3
"""From so many learners in a country on, its public holidays are flagged."""
NEVER = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC),) * 2
"""A stretch of time in which nothing is."""


@dataclass(frozen=True)
class Asked:
    """A cohort whose dates are to be held against everything."""

    cohort: CohortView
    window: Window | None
    """In which clashes are looked for; None: nothing changes, and none are."""
    graph: Graph | None = None
    """Where it was read already."""


def checks(
    cohort: CohortView, window: Window, *, ahead: Ahead | None = None, on: Graph | None = None
) -> Check:
    """What the cohort's dates are held against; clashes are looked for in the window.

    Three statements, a fourth where the graph was not read before, and those of the domains above that know hosts,
    speakers and appointments.
    """
    return checks_of([Asked(cohort, window, on)], ahead=ahead)[cohort.id]


def checks_of(asked: Sequence[Asked], *, ahead: Ahead | None = None) -> dict[int, Check]:
    """The same for several cohorts, by cohort: as many statements as for one.

    `ahead`: items of any of them, or of others, that change too. Of a cohort itself they mean nothing.
    """
    ahead = ahead or {}
    ids = [each.cohort.id for each in asked]
    windows = [each.window for each in asked if each.window is not None]
    window = (min(one[0] for one in windows), max(one[1] for one in windows)) if windows else NEVER
    people = _people_of(ids)
    others = others_of([each.cohort for each in asked], window, ahead)
    hosting = ports.engagements_of(ids, window)
    appointments = ports.appointments_of(ids, window)
    away = _away(ids, window)
    return {
        each.cohort.id: _check(
            each,
            people[each.cohort.id],
            _Busy(
                meetings=[as_drafted(one, ahead) for one in others[each.cohort.id].meetings],
                elsewhere=[as_drafted(one, ahead) for one in others[each.cohort.id].elsewhere],
                engagements=[
                    as_drafted(one, ahead)
                    for one in (
                        *(_engaged(known) for known in hosting.get(each.cohort.id, ())),
                        *others[each.cohort.id].learning,
                    )
                ],
                appointments=[Booked(**asdict(known)) for known in appointments.get(each.cohort.id, ())],
                away=away.get(each.cohort.id, []),
            ),
        )
        for each in asked
    }


def _engaged(known: ports.Engagement) -> Engaged:
    return Engaged(
        known.person,
        known.keys,
        known.verb,
        known.title,
        known.cohort,
        known.starts_at,
        known.ends_at,
        known.item_id,
        known.joint_id,
    )


@dataclass(frozen=True)
class _Busy:
    """Where else the people of a cohort have to be."""

    meetings: list[Meeting]
    elsewhere: list[Elsewhere]
    engagements: list[Engaged]
    appointments: list[Booked]
    away: list[Away]


def _check(asked: Asked, people: _People, busy: _Busy) -> Check:
    cohort = asked.cohort
    outline = curriculum.outline(cohort.version_id)
    plan = names_in(cohort.version_id, asked.graph) if asked.graph is not None else names(cohort)
    policy = outline.policies.scheduling
    return Check(
        calendar=calendar(cohort),
        night=night(cohort.version_id),
        titles=plan.titles,
        kinds=plan.kinds,
        courses=plan.courses,
        item_kinds={key: spec.kind for key, spec in plan.specs.items()},
        min_hours=policy.min_window_hours,
        order=outline.frame.order,
        holidays=holidays(cohort, [land for land, count in people.lands.items() if count >= MANY_LEARNERS]),
        learners=people.zones,
        staff=people.staff,
        meetings=busy.meetings,
        elsewhere=busy.elsewhere,
        engagements=busy.engagements,
        appointments=busy.appointments,
        away=busy.away,
        joint=asked.graph.joint if asked.graph is not None else {},
    )


@dataclass
class _People:
    """Who learns and who teaches in a cohort."""

    zones: dict[str, int] = field(default_factory=dict)
    lands: dict[str, int] = field(default_factory=dict)
    staff: list[tuple[str, str, str]] = field(default_factory=list)


def _people_of(cohort_ids: list[int]) -> dict[int, _People]:
    """Learners counted by zone and country, teaching staff by name. One statement."""
    learners = (
        sa.select(
            Place.cohort_id,
            sa.literal("").label("name"),
            sa.literal("").label("sort_name"),
            sa.literal(0).label("person_id"),
            Person.zone,
            Person.country,
            sa.literal("").label("course_key"),
            sa.func.count().label("learners"),
        )
        .join(Person, Person.id == Place.person_id)
        .where(Place.cohort_id.in_(cohort_ids), Place.state.in_(HERE))
        .group_by(Place.cohort_id, Person.zone, Person.country)
    )
    staff = (
        sa.select(
            StaffAssignment.cohort_id,
            Person.name,
            Person.sort_name,
            Person.id,
            Person.zone,
            Person.country,
            StaffAssignment.course_key,
            sa.literal(0),
        )
        .join(Person, Person.id == StaffAssignment.person_id)
        .where(
            StaffAssignment.cohort_id.in_(cohort_ids),
            StaffAssignment.role.in_(TEACHING),
            StaffAssignment.ends_at.is_(None),
        )
    )
    both = sa.union_all(learners, staff).subquery()
    order = (both.c.sort_name, both.c.person_id, both.c.course_key, both.c.zone, both.c.country)
    found: dict[int, _People] = {cohort_id: _People() for cohort_id in cohort_ids}
    for row in db.session.execute(sa.select(both).order_by(*order)):
        people = found[row.cohort_id]
        if row.learners:
            people.zones[row.zone] = people.zones.get(row.zone, 0) + row.learners
            people.lands[row.country] = people.lands.get(row.country, 0) + row.learners
        else:
            people.staff.append((row.name, row.zone, row.course_key))
    return found


def work_of(version_id: int) -> Work:
    """What the programme asks of a week, and how much it may."""
    found = curriculum.outline(version_id)
    kinds = {key: spec.kind for key, spec in blueprint(version_id).specs.items()}
    return Work(curriculum.effort(version_id), kinds, found.frame.weekly_limit_minutes)


def _away(cohort_ids: list[int], window: Window) -> dict[int, list[Away]]:
    """Busy dates of staff and learners that touch the window, by cohort: days and names, never the note."""
    day = dt.timedelta(days=1)
    touches = sa.and_(
        BusyDate.starts_on <= window[1].date() + day, BusyDate.ends_on >= window[0].date() - day
    )
    columns = (Person.id, Person.name, Person.zone, BusyDate.starts_on, BusyDate.ends_on)
    staff = (
        sa.select(StaffAssignment.cohort_id, *columns, StaffAssignment.course_key.label("course_key"))
        .join(BusyDate, BusyDate.person_id == Person.id)
        .join(StaffAssignment, StaffAssignment.person_id == Person.id)
        .where(
            StaffAssignment.cohort_id.in_(cohort_ids),
            StaffAssignment.role.in_(TEACHING),
            StaffAssignment.ends_at.is_(None),
            touches,
        )
    )
    learners = (
        sa.select(Place.cohort_id, *columns, sa.null().label("course_key"))
        .join(BusyDate, BusyDate.person_id == Person.id)
        .join(Place, Place.person_id == Person.id)
        .where(Place.cohort_id.in_(cohort_ids), Place.state.in_(HERE), touches)
    )
    both = sa.union_all(staff, learners).subquery()
    rows = db.session.execute(sa.select(both).order_by(both.c.name, both.c.starts_on))
    found: dict[int, list[Away]] = defaultdict(list)
    for row in rows:
        name = row.name if row.course_key is not None else str(row.id)
        found[row.cohort_id].append(Away(name, row.course_key, row.starts_on, row.ends_on, row.zone))
    return found
