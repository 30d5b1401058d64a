"""What the grid of a cohort is made of, with a fixed number of statements; and one cell of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.policy import knows_authors
from lms.assessment.ports import Unseen
from lms.assessment.rules import OPEN, MarkState, TaskState
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.enrolment import queries as enrolment
from lms.enrolment.models import TeamMembership
from lms.enrolment.queries import GroupedLine, PlaceView
from lms.gradebook.models import Ruling
from lms.gradebook.queries.allowances import rulings_of_cohort
from lms.gradebook.queries.external import Markable, markable
from lms.gradebook.rules import RulingKind
from lms.people.models import Person
from lms.people.rules import Actor
from lms.scheduling import queries as scheduling
from lms.scheduling.models import Override, OverrideScope

Key = tuple[int, str]
PENDING = (MarkState.FINALISED, MarkState.MODERATED)
TAKEN = frozenset(
    {
        ActivityKind.QUIZ,
        ActivityKind.ASSIGNMENT,
        ActivityKind.GROUP_WORK,
        ActivityKind.ROLE_PLAY,
        ActivityKind.MILESTONE,
    }
)
"""Kinds for which something is handed in, so that it can be missing."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the cells of a cohort are told from."""

    learners: list[GroupedLine]
    marks: list[Any]
    """(place, activity, part, numerator, denominator, released, state, origin, since): what is seen, else the latest.

    `since` is CHANGING and CORRECTED added up."""
    tasks: Mapping[tuple[int, int, str], tuple[TaskState, int]]
    """State and late days of work that is open or was late."""
    excused: frozenset[tuple[int, int, str]]
    ends: Mapping[int, dt.datetime]
    """Activity → its date for everybody."""
    own_ends: Mapping[tuple[int, int], dt.datetime]
    """(place, activity) → a later date of their own."""
    masked: frozenset[tuple[int, int]]
    """(place, activity) marked under a number that whoever looks may put no name to."""
    unseen: frozenset[tuple[int, int, str]]
    """Marks whose work whoever looks is still to judge second: no figure of them is in `marks`."""

    @property
    def changing(self) -> list[tuple[int, int, str]]:
        """Released marks with a later version that waits."""
        return [(row[0], row[1], row[2]) for row in self.marks if row[8] & CHANGING]


CHANGING, CORRECTED = 2, 1
"""A released mark has a later version that waits; its learner saw another value before."""
_MARK, _VERSION = Mark.__table__.c, MarkVersion.__table__.c
_OTHER = MarkVersion.__table__.alias("other")


def _another(*what: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists(sa.select(1).where(_OTHER.c.mark_id == _MARK.id, *what).correlate(Mark.__table__))


_CHANGES = sa.and_(
    _MARK.released_version < _MARK.latest_version,
    _another(_OTHER.c.number == _MARK.latest_version, _OTHER.c.state.in_(PENDING)),
)
_CORRECTED = _another(_OTHER.c.state == MarkState.REPLACED, _OTHER.c.released_at.is_not(None))
_MARKS = (
    sa.select(
        _MARK.place_id,
        _MARK.activity_id,
        _MARK.part,
        _VERSION.numerator,
        _VERSION.denominator,
        _MARK.released_version,
        sa.type_coerce(_VERSION.state, sa.String),
        _VERSION.origin,
        sa.case(
            (_MARK.latest_version == 1, sa.literal_column("0")),
            else_=sa.case((_CHANGES, sa.literal_column(str(CHANGING))), else_=sa.literal_column("0"))
            + sa.case((_CORRECTED, sa.literal_column(str(CORRECTED))), else_=sa.literal_column("0")),
        ),
    )
    .join(
        MarkVersion.__table__,
        sa.and_(
            _VERSION.mark_id == _MARK.id,
            _VERSION.number == sa.func.coalesce(_MARK.released_version, _MARK.latest_version),
        ),
    )
    .where(_MARK.cohort_id == sa.bindparam("cohort", type_=sa.Integer))
)
"""Columns of the tables and plain texts: these are many rows. Other versions are looked for where there are some."""


def sheet(cohort: CohortView, activity_ids: Collection[int] | None = None, *, actor: Actor | None) -> Sheet:
    """Read what the cells of a cohort are told from, for some activities or for all. Six statements to eight.

    `actor`: who looks, since not everybody may know whose work it is, nor see what they judge second. None: nobody
    does, something is worked out.
    """
    knows = actor is None or knows_authors(actor, cohort)
    unseen = (assessment.unseen_by(actor, cohort.id) if actor else Unseen()).marks
    marks, learners = _MARKS, enrolment.grouped_names_of(cohort.id)
    if activity_ids is not None:
        marks = marks.where(_MARK.activity_id.in_(activity_ids))
    lines = scheduling.items(cohort.id)
    items = {line.id: line.activity_id for line in lines if not line.label}
    return Sheet(
        learners=learners,
        marks=_without_figures(db.session.execute(marks, {"cohort": cohort.id}).all(), unseen),
        tasks=_tasks(cohort.id),
        excused=frozenset(
            (row.place_id, row.activity_id, row.part)
            for row in rulings_of_cohort(cohort.id)
            if row.kind is RulingKind.EXCUSE
        ),
        ends={line.activity_id: line.ends_at for line in lines if not line.label},
        own_ends=_own_ends(cohort.id, learners, items),
        masked=frozenset() if knows else assessment.masked_of(cohort.id),
        unseen=unseen,
    )


def _without_figures(rows: Iterable[Any], unseen: frozenset[tuple[int, int, str]]) -> list[Any]:
    """The rows of `_MARKS`; where somebody is still to judge the work second, no figure is in them."""
    if not unseen:
        return list(rows)
    return [(*row[:3], 0, 1, *row[5:]) if (row[0], row[1], row[2]) in unseen else row for row in rows]


def _tasks(cohort_id: int) -> dict[tuple[int, int, str], tuple[TaskState, int]]:
    found = {}
    for activity_id, part, state, late, places in db.session.execute(
        sa.select(
            MarkingTask.activity_id,
            MarkingTask.part,
            MarkingTask.state,
            MarkingTask.late_days,
            MarkingTask.place_ids,
        ).where(
            MarkingTask.cohort_id == cohort_id,
            MarkingTask.state != TaskState.SUPERSEDED,
            sa.or_(MarkingTask.state.in_(OPEN), MarkingTask.late_days > 0),
        )
    ):
        for place_id in places["places"]:
            found[place_id, activity_id, part] = (state, late)
    return found


def _own_ends(
    cohort_id: int, learners: Iterable[GroupedLine], items: Mapping[int, int]
) -> dict[tuple[int, int], dt.datetime]:
    whose: dict[tuple[OverrideScope, int], list[int]] = defaultdict(list)
    for one in learners:
        whose[OverrideScope.PERSON, one.person_id].append(one.place_id)
        for scope, number in (
            (OverrideScope.SECTION, one.section_id),
            (OverrideScope.TEAM, one.working_team_id),
            (OverrideScope.TEAM, one.capstone_team_id),
        ):
            if number is not None:
                whose[scope, number].append(one.place_id)
    found: dict[tuple[int, int], dt.datetime] = {}
    for item_id, scope, scope_id, ends_at in db.session.execute(
        sa.select(Override.item_id, Override.scope, Override.scope_id, Override.ends_at).where(
            Override.cohort_id == cohort_id,
            Override.scope != OverrideScope.COHORT,
            Override.revoked_at.is_(None),
            Override.ends_at.is_not(None),
        )
    ):
        activity_id = items.get(item_id)
        if ends_at is None or activity_id is None:
            continue
        for place_id in whose.get((scope, scope_id or 0), ()):
            key = (place_id, activity_id)
            found[key] = max(ends_at, found.get(key, ends_at))
    return found


@dataclass(frozen=True, slots=True)
class CellPage:
    """One learner and one thing that is marked."""

    place: PlaceView
    thing: Markable
    course_key: str
    mark_public_id: str | None
    latest: int
    """Number of the latest version; 0: there is no mark."""
    excused: str | None
    """The public id of the ruling that excuses it."""
    blind: bool
    """It is marked under a number that whoever looks may put no name to."""
    unseen: bool
    """Whoever looks is still to judge the same work second."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.place.cohort.id

    @property
    def cohort(self) -> CohortView:
        """Its cohort."""
        return self.place.cohort


def cell_visible_to(actor: Actor, slug: str, public_id: str, key: str) -> CellPage:
    """A cell of a cohort that the actor sees: a place and a key like `a-1` or `m6a.report`; else NotFound."""
    place = enrolment.place_visible_to(actor, slug, public_id)
    thing = next((one for one in markable(place.cohort.version_id) if one.key == key), None)
    if thing is None:
        raise NotFound
    row = db.session.execute(
        sa.select(Mark.public_id, Mark.latest_version).where(
            Mark.place_id == place.id, Mark.activity_id == thing.activity_id, Mark.part == thing.part
        )
    ).one_or_none()
    excused = db.session.scalar(
        sa.select(Ruling.public_id).where(
            Ruling.place_id == place.id,
            Ruling.activity_id == thing.activity_id,
            Ruling.part == thing.part,
            Ruling.kind == RulingKind.EXCUSE,
            Ruling.undone_at.is_(None),
        )
    )
    outline = curriculum.outline(place.cohort.version_id)
    blind = (
        not thing.part
        and not knows_authors(actor, place)
        and (place.id, thing.activity_id) in assessment.masked_of(place.cohort.id)
    )
    return CellPage(
        place=place,
        thing=thing,
        course_key=outline.course(outline.activities[thing.activity_id].course_id).key,
        mark_public_id=row.public_id if row else None,
        latest=row.latest_version if row else 0,
        excused=excused,
        blind=blind,
        unseen=(place.id, thing.activity_id, thing.part)
        in assessment.unseen_by(actor, place.cohort.id).marks,
    )


@dataclass(frozen=True, slots=True)
class TaskLine:
    """The work behind a cell."""

    public_id: str
    state: TaskState
    late_days: int
    marker: str | None
    handed_in_at: dt.datetime


def work_of(page: CellPage, now: dt.datetime) -> tuple[TaskLine | None, bool, bool]:
    """The work behind a cell, whether it is due for this learner, and whether something is handed in for it at all."""
    rows = db.session.execute(
        sa.select(
            MarkingTask.public_id,
            MarkingTask.state,
            MarkingTask.late_days,
            MarkingTask.place_ids,
            MarkingTask.handed_in_at,
            Person.name,
        )
        .outerjoin(Person, Person.id == MarkingTask.marker_id)
        .where(
            MarkingTask.cohort_id == page.cohort.id,
            MarkingTask.activity_id == page.thing.activity_id,
            MarkingTask.part == page.thing.part,
            MarkingTask.state != TaskState.SUPERSEDED,
        )
        .order_by(MarkingTask.id)
    )
    found = None
    for row in rows:
        if page.place.id in row.place_ids["places"]:
            found = TaskLine(row.public_id, row.state, row.late_days, row.name, row.handed_in_at)
    teams = db.session.scalars(
        sa.select(TeamMembership.team_id).where(
            TeamMembership.place_id == page.place.id, TeamMembership.ends_at.is_(None)
        )
    )
    whose = scheduling.Whose(page.place.person_id, page.place.section_id, tuple(teams))
    activity = curriculum.outline(page.cohort.version_id).activities[page.thing.activity_id]
    item = scheduling.effective_item(page.cohort.id, activity.key, whose)
    due = item is not None and item.ends_at < now and item.ends_at.date() >= page.place.joined_on
    return found, due, activity.kind in TAKEN
