"""People, lists and teams in Chromium: pages hold in both themes, and a list goes in by hand and file."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.core import clock
from lms.core.db import db
from lms.enrolment import queries
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from tests.factories import enrolment, world
from tests.support.browser import DESKTOP, PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIST = (
    "name;email;section;employer;team\n"
    "Asha Menon;asha@list.example;A;Acme;Fig\n"
    "Venkata Lakshmi Narasimha Raghavendra Rao;rao@list.example;A;Bharat Consolidated Infrastructure Holdings;Fig\n"
    "Nobody;nonsense;A;;\n"
)


def pages(cohort) -> list[str]:
    """Every page of this domain that a coordinator sees, with something on it."""
    found = enrolment.tried(cohort, LIST)
    enrolment.applied(found)
    enrolment.many(cohort, 9)
    changed = enrolment.tried(cohort, LIST.replace("Acme", "Newco"))
    place = queries.roster(cohort.id)[0].public_id
    team = queries.teams(cohort.id, TeamKind.WORKING, clock.now())[0].public_id
    tails = [
        "people", "people?find=nobody", "people/new", f"people/{place}", f"people/{place}/leave",
        f"people/{place}/withdraw", f"people/{place}/seat", "import", f"import/{found.line.public_id}",
        f"import/{changed.line.public_id}", f"import/{changed.line.public_id}?show=change", "teams",
        "teams?kind=capstone", f"teams/{team}", "teams/suggestion", "teams/import",
    ]  # fmt: skip
    return [f"/cohorts/spring/{tail}" for tail in tails]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_holds(app: Flask, live_server: str, page: Page, scheme) -> None:
    cohort = world.cohort(weeks_in=3, slug="spring")
    addresses = pages(cohort)
    sign_in(page.context, Visitor(app).signed_in(enrolment.coordinator(cohort)), live_server)
    page.emulate_media(color_scheme=scheme)
    for address in addresses:
        with without_complaints(page):
            page.goto(live_server + address)
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)
                axe(page)
            for width in (320, 390, 1440, 2560):
                page.set_viewport_size({"width": width, "height": 900})
                fits(page)


def test_a_list_becomes_people_who_find_their_team(app: Flask, live_server: str, page: Page) -> None:
    cohort = world.cohort(weeks_in=3, slug="spring")
    sign_in(page.context, Visitor(app).signed_in(enrolment.coordinator(cohort)), live_server)
    with without_complaints(page):
        page.goto(f"{live_server}/cohorts/spring/people")
        page.get_by_role("link", name="Bring a list").click()
        file = {"name": "people.csv", "mimeType": "text/csv", "buffer": LIST.encode("cp1252")}
        page.get_by_label("CSV file").set_input_files([file])
        page.get_by_role("button", name="See what it would do").click()
        expect(page.get_by_text("This list would enrol 2 people")).to_be_visible()
        page.get_by_role("button", name="Enrol 2 people").click()
        expect(page.get_by_text("2 people enrolled. 2 invitations on the way.")).to_be_visible()
        page.get_by_role("link", name="See the people").click()
        page.get_by_role("checkbox", name="Select Asha Menon").check()
        expect(page.get_by_role("button", name="Send invitations")).to_be_visible()
        page.get_by_role("link", name="Asha Menon").click()
        page.get_by_role("link", name="Put on leave").click()
        page.get_by_label("Reason").fill("A child is born")
        page.get_by_role("button", name="Put Asha on leave").click()
        expect(page.get_by_text("Asha Menon is on leave.")).to_be_visible()
    db.session.rollback()
    mate = db.session.query(Person).filter_by(email="rao@list.example").one()
    context = page.context.browser.new_context()
    sign_in(context, Visitor(app).signed_in(mate), live_server)
    theirs = context.new_page()
    theirs.goto(f"{live_server}/cohorts/spring/team")
    expect(theirs.get_by_text("on leave")).to_be_visible()
    context.close()
