"""Results kept with each release; work done elsewhere; lists of it."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.models import MarkVersion
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, queries
from lms.gradebook.models import ExternalResult, Result
from lms.gradebook.rules import GradebookRefusal
from lms.people.models import Person
from tests.factories import assessment as make
from tests.factories import world

pytestmark = pytest.mark.db


def kept() -> list[tuple]:
    rows = db.session.execute(
        sa.select(
            Result.place_id,
            Result.course_key,
            Result.numerator,
            Result.denominator,
            Result.weight_released,
            Result.trace,
        ).order_by(Result.place_id, Result.course_key)
    )
    return [tuple(row) for row in rows]


def test_the_plan_of_the_shipped_programme_holds_every_point(session) -> None:
    plan = queries.plan(world.version_id())
    assert [(course.letter, course.weight) for course in plan.courses] == [
        ("A", 30), ("B", 15), ("C", 20), ("K", 35),
    ]  # fmt: skip
    for course in plan.courses:
        assert sum(group.points for group in course.groups) == 100
        for group in course.groups:
            assert sum(share.points for share in group.shares) == group.points
            assert all(share.items or share.absent for share in group.shares)
    core, capstone = plan.courses[0], plan.courses[3]
    assert [(share.title, share.points, len(share.items)) for share in core.groups[3].shares] == [
        ("Balanced score", 8, 1), ("Decision memos", 10, 2), ("Board letter and reflection", 7, 1),
    ]  # fmt: skip
    assert (core.groups[0].shares[0].best, len(core.groups[0].shares[0].items)) == (4, 5)
    assert [(share.title, share.points) for share in core.groups[4].shares] == [
        ("Discussions", 6), ("Contribution in rooms and among peers", 4),
    ]  # fmt: skip
    report = capstone.groups[4].shares[0].items
    assert [(item.part, item.weight) for item in report] == [("report", 28), ("reflection", 7)]


def test_a_release_changes_the_results_in_its_transaction(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place, other = (world.place(cohort, world.person()) for _ in range(2))
    make.finish(make.bring(cohort, [place]), marker)
    assert queries.results(place) == {}
    make.release(cohort, coordinator)
    make.quiz_mark(cohort, place, "q1", Fraction(50))
    found = queries.results(place)
    share = Fraction(35, 3)
    points = share + Fraction(15, 4)
    assert found["core"].value == (share * 72 + Fraction(15, 4) * 50) / points
    assert found["core"].released == pytest.approx(float(points))
    assert found[""].value == found["core"].value
    assert found[""].released == pytest.approx(float(points * 30 / 100))
    assert set(found) == {"core", ""}
    assert found["core"].trace["mark"] == str(found["core"].value)
    assert queries.results(other) == {}
    figures = queries.results_of_cohort(cohort.id)
    assert {key: line.value for key, line in figures[place].items()} == {
        key: line.value for key, line in found.items()
    }


def test_a_released_part_counts_its_points(cohort: CohortView, marker: Person, coordinator: Person) -> None:
    place = world.place(cohort, world.person())
    make.finish(make.bring(cohort, [place], key="m6a", part="report"), marker, 4)
    make.release(cohort, coordinator, key="m6a", part="report")
    assert (queries.results(place)["capstone"].value, queries.results(place)["capstone"].released) == (90, 28)


def test_rebuilt_equals_kept_and_a_correction_is_followed(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    from lms.assessment import actions as marking

    places = [world.place(cohort, world.person()) for _ in range(3)]
    for number, place in enumerate(places):
        for key in ("q1", "q2", "q6"):
            make.quiz_mark(cohort, place, key, Fraction(100 * (number + 1), 7))
    tasks = [make.finish(make.bring(cohort, [place]), marker) for place in places[:2]]
    make.release(cohort, coordinator)
    before = kept()
    with unit_of_work() as work:
        marking.correct(tasks[0].id, reason="A slip.", actor=world.actor(marker), now=work.now)
    make.finish(tasks[0], marker, 4)
    assert kept() == before
    make.release(cohort, coordinator)
    after = kept()
    assert after != before
    with unit_of_work() as work:
        actions.rebuild(cohort.id, now=work.now)
    assert kept() == after


def external(cohort: CohortView, place: int, **changes) -> actions.External:
    values = {
        "place_id": place, "cohort_id": cohort.id, "activity_id": make.activity_id("a-1"),
        "score": Fraction(34), "out_of": Fraction(40), "note": "Marked at *another* institute.",
    }  # fmt: skip
    return actions.External(**{**values, **changes})


def record(one: actions.External, by: Person) -> ExternalResult:
    with unit_of_work() as work:
        return actions.record_external(one, actor=world.actor(by), now=work.now)


def test_work_done_elsewhere_waits_for_the_gate_and_counts_as_done(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    from lms.completion import queries as completion

    place = world.place(cohort, world.person())
    record(external(cohort, place), coordinator)
    assert assessment.released_marks(place) == {}
    with pytest.raises(RuleViolation):
        make.release(cohort, coordinator)
    make.release(cohort, marker)
    (mark,) = assessment.released_marks(place).values()
    assert (mark.value, mark.origin) == (85, "external")
    assert mark.feedback["overall"] == "<p>Marked at <em>another</em> institute.</p>\n"
    assert make.activity_id("a-1") in completion.done(place)
    (line,) = queries.external_results(cohort.id)
    assert (line.share, line.released, line.by) == (Fraction(17, 20), True, world.actor(coordinator).name)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"score": Fraction(41)}, GradebookRefusal.ABOVE),
        ({"out_of": Fraction(0)}, GradebookRefusal.OUT_OF_NOTHING),
        ({"note": "  "}, GradebookRefusal.NO_NOTE),
        ({"note": "x" * 2001}, GradebookRefusal.LONG_NOTE),
        ({"cohort_id": 0}, GradebookRefusal.NOT_THIS_COHORT),
    ],
)
def test_what_is_no_result_is_refused(
    cohort: CohortView, coordinator: Person, changes: dict, refusal: GradebookRefusal
) -> None:
    place = world.place(cohort, world.person())
    with pytest.raises(RuleViolation) as refused:
        record(external(cohort, place, **changes), coordinator)
    assert refused.value.reason is refusal
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MarkVersion)) == 0


def test_the_same_thing_sent_twice_is_kept_once(cohort: CohortView, coordinator: Person) -> None:
    place = world.place(cohort, world.person())
    first = record(external(cohort, place), coordinator)
    assert record(external(cohort, place), coordinator).id == first.id
    assert record(external(cohort, place, score=Fraction(35)), coordinator).id != first.id
    assert [number for number, _state, _value in make.versions(place)] == [1, 2]


def test_nobody_gets_no_result(cohort: CohortView, coordinator: Person) -> None:
    with pytest.raises(NotFound):
        record(external(cohort, 10**9), coordinator)


LIST = """e-mail,activity,score,out of,note
{lea},A-1,34,40,Done at the institute of design
{lea},m6a,1,2,Elsewhere
{lea},m6a.report,"45,5",50,Elsewhere
nobody@example.org,A-1,1,2,Elsewhere
{lea},a-2,41,40,Elsewhere
{lea},r-a0-five-shifts,1,2,Elsewhere
{lea},Q1,many,10,Elsewhere
{lea},q2,9,10,
{LEA},a-1,30,40,Twice
"""


def test_a_list_says_what_each_row_would_do_and_does_it_once(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    lea = world.person("Lea", email="lea@example.org")
    place = world.place(cohort, lea)
    body = LIST.format(lea="lea@example.org", LEA="LEA@example.org").encode()
    planned = actions.plan_import(queries.ground(cohort, world.actor(coordinator)), body)
    assert [(row.number, row.does) for row in planned] == [
        (2, "records"), (3, "refused"), (4, "records"), (5, "refused"), (6, "refused"), (7, "refused"),
        (8, "refused"), (9, "refused"), (10, "refused"),
    ]  # fmt: skip
    assert [row.words for row in planned] == [
        "mark 85.0, to be released",
        "“m6a” is marked in parts. Write one of: m6a.report, m6a.reflection.",
        "mark 91.0, to be released",
        "Nobody in this cohort has “nobody@example.org”.",
        "41 is more than the 40 that could be reached.",
        "“r-a0-five-shifts” is not marked in this programme. Use the code or the id of an activity that is.",
        "“many” is not a number. Write it like 34 or 34.5.",
        "Say where it was done and what you saw: the learner reads this with the mark.",
        "Row 2 is about the same learner and activity. Keep one of the two.",
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ExternalResult)) == 0
    from lms.core import files
    from lms.gradebook.queries.external import import_purpose

    for expected in (2, 0):
        with unit_of_work() as work:
            file = files.keep_bytes(
                body, "list.csv", content_type="text/csv", owner_id=None, purpose=import_purpose(cohort.id),
                now=work.now,
            )  # fmt: skip
            done = actions.apply_import(cohort.id, file.id, actor=world.actor(coordinator), now=work.now)
        assert sum(row.acts for row in done) == expected
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ExternalResult)) == 2
    make.release(cohort, marker)
    assert assessment.released_marks_of([place])[place] == {(make.activity_id("a-1"), ""): Fraction(85)}


def test_a_result_that_replaces_a_mark_says_so(
    cohort: CohortView, marker: Person, coordinator: Person
) -> None:
    place = world.place(cohort, world.person("Lea", email="lea@example.org"))
    make.finish(make.bring(cohort, [place]), marker)
    body = b"email,activity,score,out of,note\nlea@example.org,a-1,34,40,Elsewhere\n"
    assert actions.plan_import(queries.ground(cohort, world.actor(coordinator)), body)[0].words == (
        "mark 85.0 after 72.0, which is not released"
    )
    make.release(cohort, coordinator)
    assert actions.plan_import(queries.ground(cohort, world.actor(coordinator)), body)[0].words == (
        "mark 85.0 after 72.0, which the learner sees"
    )
    assert place
