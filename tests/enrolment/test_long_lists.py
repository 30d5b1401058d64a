"""A list that is too long to wait for is carried out by the worker, and its page says how far it is."""

from __future__ import annotations

import pytest

from lms.core import errands, outbox
from lms.core.db import db
from lms.core.errands import Teller
from lms.core.uow import unit_of_work
from lms.enrolment import queries
from lms.people.models import RoleGrant
from lms.people.rules import Role
from tests.factories import enrolment, world
from tests.support.statements import statements

pytestmark = pytest.mark.db

LONG = "name,email\n" + "".join(f"N{n},n{n}@list.example\n" for n in range(401))


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2, slug="spring", seats=500)


def sent(browser):
    """A long list, brought and asked to be carried out; its page."""
    start = browser.get("/cohorts/spring/import")
    report = browser.submit(start, "main form", file=(LONG.encode(), "people.csv"))
    return browser.submit(report, "main form.form")


@pytest.mark.slow
def test_a_long_list_is_carried_out_by_the_worker(cohort, visit, session):
    coordinator = visit(enrolment.coordinator(cohort))
    page = sent(coordinator)
    assert page.title == "Enrol 401 people: people.csv"
    assert "Waiting for its turn" in page.text("[data-errand]")
    address = page.url
    assert queries.roster(cohort.id) == []
    report = coordinator.get(page.link("Back to where you asked for it"))
    assert report.link("See how far it is") == address
    assert not report.has("main form.form")
    theirs = visit(enrolment.coordinator(cohort, "Cora Colleague")).get(report.url)
    assert "Under way" in theirs.text()
    assert "See how far it is" not in theirs.text()
    asked = coordinator.client.get(f"{address}/progress").json
    assert asked == {"words": "Waiting for its turn", "share": None, "over": False}
    Teller(errands._path(address.rpartition("/")[2])).say("Enrolling", 250, 401)
    with statements() as seen:
        under_way = coordinator.get(address)
    assert "Enrolling" in under_way.text("[data-errand]")
    assert len(seen) <= 5
    outbox.drain()
    done = coordinator.get(address)
    assert "401 people enrolled." in done.text(".callout.good")
    assert coordinator.client.get(f"{address}/progress").json["over"] is True
    assert len(queries.roster(cohort.id)) == 401
    assert "Carried out" in coordinator.get(done.link("See what came of it")).text(".page-head")


def test_nobody_else_sees_the_errand(cohort, visit, session):
    address = sent(visit(enrolment.coordinator(cohort))).url
    other = visit(enrolment.coordinator(cohort, "Cora Colleague"))
    other.refused(address, status=404)
    other.refused(f"{address}/progress", status=404)


def test_who_lost_the_right_meanwhile_changes_nothing(cohort, visit, session):
    person = enrolment.coordinator(cohort)
    browser = visit(person)
    address = sent(browser).url
    with unit_of_work() as work:
        grant = db.session.query(RoleGrant).filter_by(person_id=person.id, role=Role.COORDINATOR).one()
        grant.ends_at = work.now
    outbox.drain()
    assert queries.roster(cohort.id) == []
    assert "You do not look after the people" in browser.get(address).text(".callout.warn")


@pytest.mark.slow
def test_a_list_whose_ground_moved_is_not_carried_out(cohort, visit, session):
    browser = visit(enrolment.coordinator(cohort))
    address = sent(browser).url
    enrolment.applied(enrolment.tried(cohort, "name,email\nN0,n0@list.example\n"))
    outbox.drain()
    assert len(queries.roster(cohort.id)) == 1
    assert "so nothing was done" in browser.get(address).text(".callout.warn")


@pytest.mark.slow
def test_asking_twice_leads_to_the_same_errand(cohort, visit, session):
    browser = visit(enrolment.coordinator(cohort))
    start = browser.get("/cohorts/spring/import")
    report = browser.submit(start, "main form", file=(LONG.encode(), "people.csv"))
    first = browser.submit(report, "main form.form").url
    assert browser.submit(report, "main form.form").url == first
    outbox.drain()
    assert "carried out already" in browser.submit(report, "main form.form").messages[0]
