"""Marking at work in tests: work brought, judged, released, through the real actions."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Sequence
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import actions, ports, queries
from lms.assessment.models import Mark, MarkingTask, MarkVersion
from lms.assessment.ports import WorkFile, WorkVersion, WorkView
from lms.assessment.rules import Judgement, Origin
from lms.cohorts import actions as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import enrolment, world
from tests.support.pages import Visitor
from tests.support.statements import statements

_sources = itertools.count(1)
SOURCE = "test work"
MEMO = (
    "<p>We stop the lake and fund two products instead.</p>"
    "<h2>What would change my mind</h2><p>Forty of our two hundred hospitals.</p>"
)


def show_works(source_ids: Collection[int]) -> dict[int, WorkView]:
    """Read the work that tests hand in: what a domain above would register."""
    return {number: _shown() for number in source_ids}


def _shown() -> WorkView:
    return WorkView(
        html=MEMO,
        words=1487,
        files=(WorkFile("memo.pdf", 412_338, "status.healthz", kind="file-text", digest="9f31c07a55e2"),),
        versions=(
            WorkVersion(1, clock.now() - dt.timedelta(days=3)),
            WorkVersion(2, clock.now() - dt.timedelta(days=2), counted=True),
        ),
        members=("Asha Rao", "Ben Okafor"),
        statement="An assistant corrected my English.",
        title="What we do with claims data",
    )


def activity_id(key: str) -> int:
    """The activity of the shipped programme with this key."""
    return curriculum.outline(world.version_id()).by_key[key].id


def marker(cohort: CohortView, name: str = "", *, role: Role = Role.FACULTY, course: str = "") -> Person:
    """A person who marks in a cohort, of one course or of all."""
    added = world.person(name)
    with unit_of_work() as work:
        cohorts.appoint(cohort.id, added.id, role, course_key=course, actor=world.director(), now=work.now)
    return added


def bring(
    cohort: CohortView,
    places: Sequence[int],
    *,
    key: str = "a-1",
    part: str = "",
    late_days: int = 0,
    source_id: int | None = None,
    title: str = "",
    marker_id: int | None = None,
    named: bool = True,
) -> MarkingTask:
    """Hand in a piece of work for these places; a reader for it is registered."""
    ports.work_readers.setdefault(SOURCE, show_works)
    number = source_id or next(_sources)
    with unit_of_work() as work:
        task = actions.bring_work(
            actions.Work(
                cohort_id=cohort.id,
                activity_id=activity_id(key),
                part=part,
                source=SOURCE,
                source_id=number,
                title=title or f"Work {number}",
                place_ids=tuple(places),
                handed_in_at=work.now - dt.timedelta(days=2),
                late_days=late_days,
                marker_id=marker_id,
                named=named,
            ),
            now=work.now,
        )
    assert task is not None
    return task


def judgement(task: MarkingTask, level: int = 3, *, overall: str = "Good work.", **levels: int) -> Judgement:
    """One level for every row of the task's rubric; `vision=4` says otherwise for a row."""
    rubric = queries.rubric_view(world.version_id(), task.activity_id, task.part)
    return Judgement(levels={row.key: levels.get(row.key, level) for row in rubric.words}, overall=overall)


def finish(task: MarkingTask, by: Person, level: int = 3, *, overall: str = "Good work.") -> MarkingTask:
    """Judge a piece of work from the first row to the last and finish it."""
    now = db.session.get_one(MarkingTask, task.id, populate_existing=True)
    with unit_of_work() as work:
        return actions.finalise(
            task.id,
            judgement(task, level, overall=overall),
            version=now.version,
            actor=world.actor(by),
            now=work.now,
        )


def release(
    cohort: CohortView, by: Person, *, key: str = "a-1", part: str = "", partial: bool = True
) -> None:
    """Release what is finished of an activity."""
    with unit_of_work() as work:
        actions.release(
            actions.Release(cohort_id=cohort.id, activity_id=activity_id(key), part=part, partial=partial),
            actor=world.actor(by),
            now=work.now,
        )


def quiz_mark(
    cohort: CohortView, place: int, key: str, value: Fraction | int, *, released: bool = True
) -> None:
    """Record what a quiz came to."""
    with unit_of_work() as work:
        actions.record_mark(
            actions.Recorded(
                place_id=place,
                cohort_id=cohort.id,
                activity_id=activity_id(key),
                value=Fraction(value),
                origin="quiz",
                released=released,
            ),
            actor=None,
            now=work.now,
        )


def works(cohort: CohortView, count: int = 1, *, key: str = "a-1", late_days: int = 0) -> list[MarkingTask]:
    """So many pieces of work, each by an author of its own."""
    if count <= 6:
        names = [f"Author {number}" for number in range(count)]
        places = [world.place(cohort, world.person(name)) for name in names]
    else:
        places = enrolment.many(cohort, count)
        names = [f"Author {number}" for number in range(count)]
    return [
        bring(cohort, [place], key=key, title=name, late_days=late_days)
        for place, name in zip(places, names, strict=True)
    ]


def fresh(task: MarkingTask) -> MarkingTask:
    """The task as it stands in the database now."""
    return db.session.get_one(MarkingTask, task.id, populate_existing=True)


def title(key: str) -> str:
    """What the activity is called."""
    return curriculum.outline(world.version_id()).by_key[key].title


def versions(place: int) -> list[tuple[int, str, str]]:
    """Every version of a learner's marks: number, state, exact figure."""
    rows = db.session.execute(
        sa.select(MarkVersion.number, MarkVersion.state, MarkVersion.numerator, MarkVersion.denominator)
        .join(Mark, Mark.id == MarkVersion.mark_id)
        .where(Mark.place_id == place)
        .order_by(MarkVersion.number)
    )
    return [(number, state.value, str(Fraction(n, d))) for number, state, n, d in rows]


def seen(place: int, key: str = "a-1", part: str = "") -> Fraction | None:
    """What a learner sees of a mark."""
    mark = queries.released_marks(place).get((activity_id(key), part))
    return mark.value if mark else None


def assessment_page(place: int, key: str, part: str = "") -> str:
    """What addresses call a learner's mark."""
    found = db.session.scalar(
        sa.select(Mark.public_id).where(
            Mark.place_id == place, Mark.activity_id == activity_id(key), Mark.part == part
        )
    )
    assert found is not None
    return found


def counted(visitor: Visitor, *addresses: str, most: int = 8) -> list[int]:
    """How many statements each page takes, once it was looked at before."""
    found = []
    for address in addresses:
        visitor.get(address)
        with statements() as sent:
            visitor.get(address)
        found.append(len(sent))
        assert len(sent) <= most, sent
    return found


def failed_at_a_panel(cohort: CohortView, place_id: int, releaser: Person) -> tuple[Person, Person]:
    """Somebody fails the capstone: the two people of the panel who entered its mark, one after the other."""
    from lms.gradebook import actions as gradebook
    from lms.gradebook import queries as grades

    first, second = marker(cohort, "Ada First"), marker(cohort, "Bert Second")
    judged, part = min(grades.judged_by_panel(cohort.version_id, "capstone"))
    for number, by in enumerate((first, second)):
        with unit_of_work() as work:
            entered = actions.Entered(
                place_id=place_id,
                cohort_id=cohort.id,
                activity_id=judged,
                part=part,
                value=Fraction(30 + number),
                reason="What the panel heard.",
                version=number,
                origin=Origin.ENTERED,
            )
            version = actions.enter_mark(entered, actor=world.actor(by), now=work.now)
    with unit_of_work() as work:
        actions.release_version(version, actor=world.actor(releaser), now=work.now)
        gradebook.update_results([place_id], now=work.now)
    return first, second
