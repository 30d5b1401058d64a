"""A new cohort: its year is shown before it exists."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.cohorts import queries as cohort_queries
from lms.core import clock
from lms.core.db import db
from lms.people.rules import Role
from lms.scheduling import queries
from tests.factories import world

DAY = dt.timedelta(days=1)


# A new cohort -------------------------------------------------------------------------------------------------------


@pytest.fixture
def maker(session):
    return world.granted(Role.COORDINATOR, name="Wide Coordinator")


def filled(**more):
    monday = clock.now().date() + 35 * DAY
    return {
        "name": "Cohort 15, spring",
        "slug": "cohort-15",
        "starts_on": (monday - monday.weekday() * DAY).isoformat(),
        "zone": "Asia/Kolkata",
        "holiday_country": "IN",
        "holiday_subdivision": "KA",
        **more,
    }


def test_a_year_is_shown_before_it_exists_and_then_created(maker, visit):
    teacher = world.person("Tara Teacher", zone="America/New_York")
    visitor = visit(maker)
    page = visitor.get("/cohorts/new")
    assert page.one("#breaks")["value"] == "12, 20, 45"
    found = visitor.submit(page, "#cohort", {**filled(), "find": "tara"}, press="find")
    role, course = f"role-{teacher.public_id}", f"course-{teacher.public_id}"
    preview = visitor.submit(found, "#cohort", {role: "faculty", course: "core"}, press="preview")
    assert db.session.query(cohort_queries.Cohort).filter_by(slug="cohort-15").count() == 0
    assert "live sessions on a public holiday" in preview.text(".callout")
    assert len(preview.soup.select(".months table")) >= 12
    assert len(preview.soup.select(".plan-break")) == 3
    assert preview.one(f'[name="{role}"] option[selected]')["value"] == "faculty"
    done = visitor.submit(preview, "#cohort", press="create")
    assert done.url == "/cohorts/cohort-15/overview"
    assert "The cohort is created" in done.text(".notices")
    made = cohort_queries.cohort_visible_to(world.actor(maker), "cohort-15")
    (line,) = cohort_queries.staff(made.id)
    assert (line.name, line.role, line.course_key) == ("Tara Teacher", Role.FACULTY, "core")
    assert queries.schedule(made.id).release_number == 1


def test_lectures_at_night_for_those_who_teach_are_counted(maker, visit):
    teacher = world.person("Tara Teacher", zone="Pacific/Auckland")
    visitor = visit(maker)
    page = visitor.submit(visitor.get("/cohorts/new"), "#cohort", {**filled(), "find": "tara"}, press="find")
    preview = visitor.submit(page, "#cohort", {f"role-{teacher.public_id}": "faculty"}, press="preview")
    assert "at night for somebody" in preview.text(".callout")


@pytest.mark.parametrize(
    ("fields", "at", "says"),
    [
        ({"name": ""}, "name", "Give the cohort a name."),
        ({"name": "x" * 121}, "name", "120"),
        ({"slug": "Bad Slug!"}, "slug", "lower-case letters"),
        ({"slug": "x" * 41}, "slug", "40"),
        ({"starts_on": "2001-01-01"}, "starts_on", "today or later"),
        ({"starts_on": "nonsense"}, "starts_on", "Not a valid date"),
        ({"breaks": "12, x"}, "breaks", "Write week numbers"),
        ({"breaks": "12"}, "breaks", "as many as the programme plans (3)"),
        ({"breaks": "12, 20, 99"}, "breaks", "from 2 to 52"),
        ({"sections": "A, a"}, "sections", "a name of its own"),
        ({"seats": "0"}, "seats", "Between 1 and 500"),
        ({"seats": "many"}, "seats", "Not a valid integer"),
        ({"holiday_subdivision": "XX"}, "holiday_subdivision", "is not a part of India"),
    ],
)
def test_a_cohort_that_cannot_be_is_refused_at_the_field_with_what_was_typed(maker, visit, fields, at, says):
    visitor = visit(maker)
    page = visitor.submit(visitor.get("/cohorts/new"), "#cohort", filled(**fields), press="preview")
    assert says in page.text(f"#{at}-error")
    assert page.one(f"#{at}")["value"] == fields[at]
    assert not page.has(".months")


def test_a_short_name_that_is_taken_meanwhile(maker, visit):
    visitor = visit(maker)
    preview = visitor.submit(visitor.get("/cohorts/new"), "#cohort", filled(), press="preview")
    world.cohort(slug="cohort-15")
    refused = visitor.submit(preview, "#cohort", press="create")
    assert "Another cohort has the short name" in refused.text("#slug-error")


def test_foreign_values_are_no_500(maker, visit):
    visitor = visit(maker)
    page = visitor.get("/cohorts/new")
    token = page.one("#cohort [name=csrf_token]")["value"]
    data = {"csrf_token": token, "step": "create", "version": "999", "zone": "Mars/Base", "role-x": "faculty",
            "role-y": "king", **dict.fromkeys(("name", "slug", "find"), "\x00")}  # fmt: skip
    assert visitor.open("POST", "/cohorts/new", data=data).status_code == 200
    assert visitor.open("POST", "/cohorts/new", data={"csrf_token": token}).status_code == 200
