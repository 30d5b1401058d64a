"""Recording participation: what staff see, what is recorded when, what learners see and when, files, many learners."""

from __future__ import annotations

import csv
import datetime as dt
import io
from fractions import Fraction

import pytest
import sqlalchemy as sa

from lms.assessment import actions as marks
from lms.assessment import queries as assessment
from lms.community import actions, queries
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment import actions as enrolling
from lms.enrolment.models import Place
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import community, enrolment, world


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=7)


def since_the_start(cohort, name):
    start = dt.datetime.combine(cohort.starts_on, dt.time(6), dt.UTC)
    with clock.at(start - dt.timedelta(weeks=1)):
        return world.learner(cohort, name)


@pytest.fixture
def rhea(cohort):
    return since_the_start(cohort, "Rhea Menon")


@pytest.fixture
def sanjay(cohort):
    return since_the_start(cohort, "Sanjay Kulkarni")


@pytest.fixture
def talked(cohort, rhea, sanjay):
    """Rhea posted in time and replied once; Sanjay posted late. In Th1; nobody in Th2."""
    with community.opened(cohort, rhea) as window:
        first = community.said(cohort, rhea)
    with clock.at(window.first_post_by + dt.timedelta(minutes=5)):
        his = community.said(cohort, sanjay)
        community.said(cohort, rhea, to=his)
        community.said(cohort, sanjay, "Yes.", to=first)
    return window


def place_of(who) -> int:
    return db.session.scalar(sa.select(Place.id).where(Place.person_id == who.id))


def address(cohort, rest="participation", course="core"):
    return f"/cohorts/{cohort.slug}/courses/{course}/{rest}"


def talk(cohort, course="core"):
    return queries.course_talk(cohort, course)


def record(cohort, by, *, reason="", stamp=None, now=None):
    found = queries.course_participation(talk(cohort), now or clock.now())
    with unit_of_work() as work:
        return actions.record_participation(
            talk(cohort),
            stamp=found.stamp if stamp is None else stamp,
            reason=reason,
            actor=world.actor(by),
            now=work.now,
        )


def contribute(cohort, by, place, points, note="Asked the question that moved the room."):
    stamp = queries.course_participation(talk(cohort), clock.now()).contribution_stamp
    with unit_of_work() as work:
        return actions.record_contribution(
            talk(cohort),
            {place: actions.Contribution(points, note)},
            stamp=stamp,
            actor=world.actor(by),
            now=work.now,
        )


def test_every_course_that_counts_discussions_has_one_date_for_contribution(session):
    outline = curriculum.outline(world.version_id())
    cohort = world.cohort(weeks_in=2)
    found = {course.key: talk(cohort, course.key) for course in outline.courses if course.key != "capstone"}
    assert {key: [line.key for line in one.threads] for key, one in found.items()} == {
        "core": ["th0", "th1", "th2", "th3", "th4"],
        "data-ai": ["th7", "th5"],
        "leadership": ["th6"],
    }
    assert [one.contribution.key for one in found.values()] == [
        "contribution-a", "contribution-b", "contribution-c",
    ]  # fmt: skip


def test_the_table_shows_what_it_comes_to_and_records_it_once(visit, cohort, talked, faculty, rhea, sanjay):
    staff = visit(faculty)
    page = staff.get(address(cohort))
    assert page.title == "Participation in The chief product officer's core"
    assert page.rows("table.grid")[0] == [
        "Rhea Menon",
        "0.0 to record",
        "80.0 to record",
        "0.0 to record",
        "0.0 still open",
        "0.0 still open",
        "– not recorded",
        "26.6",
    ]
    assert [row[2] for row in page.rows("table.grid")] == ["80.0 to record", "0.0 to record"]
    page = staff.submit(page, "form[action$=participation]")
    assert "6 figures recorded" in page.messages[0]
    assert "not released" in page.text("table.grid")
    assert make.versions(place_of(rhea)) == [
        (1, "finalised", "0"),
        (1, "finalised", "80"),
        (1, "finalised", "0"),
    ]
    assert not page.soup.select("form[action$=participation]"), "nothing is left to record"
    with pytest.raises(RuleViolation, match="nothing to record"):
        record(cohort, faculty)
    assert assessment.released_marks(place_of(rhea)) == {}


def test_the_learner_sees_the_figure_after_its_release_with_every_step(visit, cohort, talked, faculty, rhea):
    record(cohort, faculty)
    mine = visit(rhea)
    discussion = f"/cohorts/{cohort.slug}/discussions/th1"
    assert "80.0" not in mine.get(discussion).text()
    make.release(cohort, faculty, key="th1")
    page = mine.get(discussion)
    assert "Why 80.0?" in page.text()
    page = mine.get(page.one("a[href*='/marks/']")["href"])
    assert page.text(".mark-figure").startswith("80.0")
    assert "First post in time" in page.text(".trace")
    assert "1 reply written" in page.text(".trace")


def test_a_figure_that_changed_is_recorded_again_with_a_reason(visit, cohort, talked, faculty, rhea, sanjay):
    record(cohort, faculty)
    make.release(cohort, faculty, key="th1")
    rheas = db.session.scalar(
        sa.text("SELECT public_id FROM post WHERE author_id = :a AND parent_id IS NOT NULL"), {"a": rhea.id}
    )
    with unit_of_work() as work:
        discussion = community.discussion(cohort, faculty)
        actions.hide_in(discussion, rheas, "Off the subject.", actor=world.actor(faculty), now=work.now)
    staff = visit(faculty)
    page = staff.get(address(cohort))
    assert "60.0 recorded 80.0" in page.text("table.grid")
    page = staff.submit(page, "form[action$=participation]", status=422)
    assert "Say why" in page.text("form[action$=participation]")
    page = staff.submit(page, "form[action$=participation]", reason="A reply was hidden.")
    assert "1 changed" in page.messages[0]
    assert make.seen(place_of(rhea), "th1") == 80, "the learner sees the new one after its release"
    make.release(cohort, faculty, key="th1")
    assert make.seen(place_of(rhea), "th1") == 60
    history = staff.get(page.one("a[href*='batch'], a[href*='th1/marks']")["href"])
    assert "60.0" in history.text()
    assert make.seen(place_of(sanjay), "th1") == 0


def test_what_was_looked_at_is_what_is_recorded(cohort, talked, faculty):
    with pytest.raises(Conflict):
        record(cohort, faculty, stamp="0123456789abcdef")
    assert db.session.scalar(sa.text("SELECT count(*) FROM mark")) == 0


def test_late_joiners_leave_and_open_discussions_are_not_recorded(cohort, talked, faculty, rhea):
    late = world.person("Lata Late")
    with unit_of_work() as work:
        joined = enrolling.Enrolling(person_id=late.id, joined_on=cohort.starts_on + dt.timedelta(weeks=3))
        enrolling.enrol(cohort.id, joined, actor=world.director(), now=work.now)
    found = queries.course_participation(talk(cohort), clock.now())
    line = next(one for one in found.learners if one.place.name == "Lata Late")
    assert [figure.line.counting.value for figure in line.figures] == [
        "joined later",
        "joined later",
        "final",
        "open",
        "open",
    ]
    assert [figure.to_record for figure in line.figures] == [False, False, True, False, False]


def test_work_done_elsewhere_is_left_alone(cohort, talked, faculty, rhea):
    with unit_of_work() as work:
        marks.record_mark(
            marks.Recorded(
                place_id=place_of(rhea), cohort_id=cohort.id, activity_id=make.activity_id("th1"),
                value=Fraction(55), origin="external", reason="Elsewhere.",
            ),
            actor=world.actor(faculty), now=work.now,
        )  # fmt: skip
    record(cohort, faculty)
    assert (1, "finalised", "55") in make.versions(place_of(rhea))
    assert len(make.versions(place_of(rhea))) == 3


# Contribution -------------------------------------------------------------------------------------------------------


def test_contribution_is_entered_by_one_and_released_by_another(visit, cohort, faculty, rhea, sanjay):
    staff = visit(faculty)
    page = staff.get(address(cohort, "contribution"))
    rheas = page.soup.select_one("input[aria-label^='Points of Rhea']")["name"].removeprefix("points-")
    page = staff.submit(
        page, "form[data-guard]", status=422, **{f"points-{rheas}": "120", f"note-{rheas}": "Good."}
    )
    assert "whole numbers from 0 to 100" in page.text("tbody")
    assert page.soup.select_one(f"#points-{rheas}")["value"] == "120", "what was typed stays"
    page = staff.submit(
        page, "form[data-guard]", **{f"points-{rheas}": "72", f"note-{rheas}": "Prepared & <b>kind</b>."}
    )
    assert "Contribution of 1 learner recorded" in page.messages[0]
    assert make.seen(place_of(rhea), "contribution-a") is None
    with pytest.raises(RuleViolation, match="entered these marks yourself"):
        make.release(cohort, faculty, key="contribution-a")
    other = make.marker(cohort, "Sam Second")
    make.release(cohort, other, key="contribution-a")
    mark = assessment.released_marks(place_of(rhea))[make.activity_id("contribution-a"), ""]
    assert mark.value == 72
    page = visit(rhea).get(f"/cohorts/{cohort.slug}/marks/{mark.public_id}")
    assert "Prepared & <b>kind</b>." in page.text()
    assert not page.soup.select(".measure b")
    assert place_of(sanjay) not in {key[0] for key in assessment.standing_marks(cohort.id)}


def test_the_same_again_changes_nothing_and_a_second_writer_is_told(cohort, faculty, rhea):
    assert contribute(cohort, faculty, place_of(rhea), 72) == 1
    assert contribute(cohort, faculty, place_of(rhea), 72) == 0
    assert contribute(cohort, faculty, place_of(rhea), 72, "Another sentence.") == 1
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.record_contribution(
            talk(cohort),
            {place_of(rhea): actions.Contribution(10, "No.")},
            stamp="",
            actor=world.actor(faculty),
            now=work.now,
        )
    assert [state for _n, state, _v in make.versions(place_of(rhea))] == ["replaced", "finalised"]


def test_contribution_counts_two_fifths_of_participation(visit, cohort, talked, faculty, rhea):
    record(cohort, faculty)
    contribute(cohort, faculty, place_of(rhea), 60)
    page = visit(faculty).get(address(cohort))
    assert page.rows("table.grid")[0][-1] == "40.0", "three fifths of the mean of 0, 80 and 0, two of 60"
    make.release(cohort, faculty, key="th1")
    make.release(cohort, faculty, key="th2")
    make.release(cohort, make.marker(cohort, "Sam Second"), key="contribution-a")
    results = visit(faculty).get(
        f"/cohorts/{cohort.slug}/learners/"
        f"{db.session.scalar(sa.select(Place.public_id).where(Place.id == place_of(rhea)))}/results"
    )
    assert "Contribution in rooms and among peers" in results.text()


def test_the_steps_of_one_learner(visit, cohort, talked, faculty, rhea):
    staff = visit(faculty)
    page = staff.get(staff.get(address(cohort)).soup.select_one("table.grid a.plain")["href"])
    assert page.title == "Participation of Rhea Menon"
    assert "1 × 20, at most 2 count" in page.text()
    staff.refused(address(cohort, "participation/zzzzzzzzzzzz"), status=404)


def test_the_file_says_what_the_table_says(visit, cohort, talked, faculty):
    text = visit(faculty).open("GET", address(cohort, "participation.csv")).get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["learner"], row["Th1"], row["Th1 state"]) for row in rows] == [
        ("Rhea Menon", "80.0", "to record"),
        ("Sanjay Kulkarni", "0.0", "to record"),
    ]


def test_assistants_and_learners_do_not_see_it(visit, cohort, rhea, faculty):
    helper = world.granted(Role.ASSISTANT, cohort)
    auditor = world.granted(Role.AUDITOR)
    for path in ("participation", "contribution", "participation.csv"):
        visit(rhea).refused(address(cohort, path), status=403)
        visit(helper).refused(address(cohort, path), status=403)
    assert not visit(auditor).get(address(cohort)).soup.select("main form")
    visit(faculty).refused(address(cohort, course="capstone"), status=404)


@pytest.mark.slow
def test_the_tables_ask_the_same_for_any_number(visit, cohort, faculty):
    visitor = visit(faculty)
    pages = [
        address(cohort),
        address(cohort, "contribution"),
        f"/cohorts/{cohort.slug}/discussions/th1/participation",
    ]
    enrolment.many(cohort, 5)
    few = make.counted(visitor, *pages, most=10)
    enrolment.many(cohort, 55)
    assert make.counted(visitor, *pages, most=10) == few
