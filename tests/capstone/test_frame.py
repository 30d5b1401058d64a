"""The frame around a project's pages: the cohort's navigation, for everybody who opens them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.capstone.models import Meeting
from lms.core.db import db
from lms.people.rules import Role
from tests.factories import capstone as factory
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def c(session):
    return factory.capstone(weeks_in=26)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DIRECTOR, Role.FACULTY])
def test_staff_keep_the_navigation_of_the_project_s_cohort(c, visit, role):
    here = visit(world.granted(role, c.cohort))
    overview = here.get(f"/cohorts/{c.cohort.slug}/guides")
    links = overview.texts(".nav a")
    assert "Capstones" in links
    factory.meet(c.cohort, c.project, c.guide)
    meeting = db.session.scalar(sa.select(Meeting.public_id))
    for path in ("", "/milestones/m1", f"/meetings/{meeting}"):
        page = here.get(f"/projects/{c.project.public_id}{path}")
        assert page.texts(".nav a") == links
        assert page.link("Capstones").endswith(f"/cohorts/{c.cohort.slug}/guides")


def test_a_guide_keeps_it_too_and_a_stranger_learns_no_cohort(c, visit):
    page = visit(c.guide).get(f"/projects/{c.project.public_id}")
    assert "Announce" in page.texts(".nav a")
    elsewhere = visit(world.granted(Role.COORDINATOR, world.cohort()))
    refused = elsewhere.open("GET", f"/projects/{c.project.public_id}")
    assert refused.status_code == 404
    assert c.cohort.slug not in refused.get_data(as_text=True)


def test_it_costs_no_statement(c, visit):
    here = visit(c.guide)
    here.get(f"/projects/{c.project.public_id}")
    with statements() as seen:
        here.get(f"/projects/{c.project.public_id}")
    assert len(seen.about("cohort")) <= 3, seen
    assert len(seen) <= 14, seen
