"""Journeys in Chromium: what people click, type and press, on a laptop, on a phone, by keyboard alone.

Each ends in another person's window. The server lives in the present, so the cohort's dates are brought around it.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.people.rules import Role
from lms.scheduling.models import ScheduledItem
from tests.factories import assessment as marking
from tests.factories import capstone as capstones
from tests.factories import coursework as make
from tests.factories import enrolment, people, world
from tests.support.browser import PHONE, fits

pytestmark = pytest.mark.browser
MEMO = "We stop the lake by March. Forty hospitals saying no would change my mind."


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort whose first memo is open now, whatever the day of the week."""
    with clock.at(clock.now() - dt.timedelta(weeks=6)):
        made = world.cohort(weeks_in=1, slug="spring")
    now = clock.now()
    spans = {"starts_at": now - dt.timedelta(days=2), "ends_at": now + dt.timedelta(days=2)}
    named = sa.and_(ScheduledItem.cohort_id == made.id, ScheduledItem.key == "a-1")
    db.session.execute(sa.update(ScheduledItem).where(named).values(**spans))
    db.session.commit()
    return made


def tab_to(page: Page, words: str, most: int = 90) -> None:
    """Press Tab until what says this has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if re.match(rf"{re.escape(words)}\b", page.evaluate(FOCUSED)):
            return
    raise AssertionError(f"{most} times Tab, and never at {words!r} on {page.url}")


def enter(page: Page) -> None:
    """Press Enter and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_day(page: Page, on: dt.date) -> None:
    """Type a day into the date field that has the focus, in the order that this Chromium asks for."""
    for order in ("%d%m%Y", "%m%d%Y"):
        page.keyboard.type(on.strftime(order))
        if page.evaluate("document.activeElement.value") == on.isoformat():
            return
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")


FOCUSED = """() => {
  const here = document.activeElement;
  const label = here.labels && here.labels.length ? here.labels[0].innerText : "";
  return (label || here.getAttribute("aria-label") || here.innerText || here.value || "").trim();
}"""


def test_a_learner_hands_in_on_a_phone_and_the_marker_reads_it(cohort, window):
    asha, mara = world.learner(cohort, "Asha Menon"), marking.marker(cohort, "Mara Marker", role=Role.MARKER)
    phone = window(asha, PHONE)
    fits(phone)
    phone.get_by_role("link", name="Vision and strategy memo").first.click()
    phone.get_by_label("Your text").fill(MEMO)
    phone.get_by_label("I used none").check()
    fits(phone)
    phone.get_by_role("button", name="Hand in version 1").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Version 1 handed in")
    fits(phone)
    desk = window(mara)
    desk.get_by_role("link", name="Marking", exact=True).click()
    desk.get_by_role("link", name="Candidate").click()
    expect(desk.get_by_text("Forty hospitals saying no")).to_be_visible()


def test_a_marker_judges_by_keyboard_faculty_release_and_the_learner_reads_it(cohort, window):
    asha, mara = world.learner(cohort, "Asha Menon"), marking.marker(cohort, "Mara Marker", role=Role.MARKER)
    felix = world.granted(Role.FACULTY, cohort, "Felix Faculty")
    make.handed_in(asha, cohort, text=MEMO)
    desk = window(mara)
    tab_to(desk, "Vision and strategy memo")
    enter(desk)
    desk.wait_for_load_state("networkidle")
    for _ in range(desk.locator(".criterion").count()):
        desk.keyboard.press("3")
    tab_to(desk, "To the author")
    desk.keyboard.type("The board can vote on this page.")
    with desk.expect_navigation():
        desk.keyboard.press("Control+Enter")

    release = window(felix)
    release.get_by_role("link", name="Marks", exact=True).first.click()
    release.get_by_role("link", name="A-1 Vision and strategy memo").click()
    release.get_by_role("link", name="Release 1 mark").click()
    release.get_by_role("button", name="Release 1 mark").click()
    expect(release.get_by_text("1 learner can see the mark now")).to_be_visible()

    phone = window(asha, PHONE)
    phone.get_by_role("link", name="A-1 came back").click()
    phone.get_by_role("link", name="Read the feedback").click()
    expect(phone.get_by_text("The board can vote on this page.")).to_be_visible()


def test_a_coordinator_gives_time_by_keyboard_and_the_learner_has_it(cohort, window):
    ben, cora = world.learner(cohort, "Ben Okafor"), enrolment.coordinator(cohort)
    page = window(cora)
    for words in ("Spring", "People", "Ben Okafor", "Case file", "Extend a deadline"):
        tab_to(page, words)
        enter(page)
    friday = clock.now().date() + dt.timedelta(days=9)
    tab_to(page, "For")
    page.keyboard.type("A-1")
    tab_to(page, "New date")
    type_day(page, friday)
    assert page.get_by_label("New date").input_value() == friday.isoformat()
    tab_to(page, "Time")
    page.keyboard.type("1159PM")
    tab_to(page, "Reason")
    page.keyboard.type("Ill")
    tab_to(page, "Give the extension")
    enter(page)
    phone = window(ben, PHONE)
    for name in ("Learn", "Product strategy and vision", "Vision and strategy memo"):
        phone.get_by_role("link", name=name).first.click()
    expect(phone.locator("main")).to_contain_text(f"{friday.day} {friday:%b}")


def test_a_guide_answers_and_a_member_of_the_team_reads_it(live_server, window):
    with clock.at(clock.now() - dt.timedelta(weeks=27)):
        cohort = world.cohort(weeks_in=1, slug="summer")
        team, grete = capstones.team(cohort, "Asha Rao", "Ben Okafor"), capstones.guide(cohort)
    project = capstones.start(cohort, team.people[0])
    capstones.assign(project, grete)
    capstones.hand_in(cohort, team.people[0], "m1", at=clock.now() - dt.timedelta(minutes=5))
    page = window(grete)
    page.get_by_role("link", name="Should Lautan open its depots").click()
    page.get_by_role("link", name="Answer M1").click()
    page.get_by_label("What the team should know").fill(capstones.WORDS)
    page.get_by_label("Accept", exact=False).first.check()
    page.get_by_role("button", name="Give the answer").click()
    expect(page.locator("main")).to_contain_text("Grete Lind")
    ben = window(team.people[1], PHONE)
    ben.get_by_role("link", name="Capstone", exact=True).first.click()
    ben.get_by_role("link", name="M1", exact=False).first.click()
    expect(ben.get_by_text("Say what a year of waiting costs")).to_be_visible()
    fits(ben)


def test_a_director_appoints_and_that_person_finds_the_cohort(cohort, window):
    dora, farah = world.granted(Role.DIRECTOR, name="Dora Dean"), world.person("Farah Faculty")
    page = window(dora)
    page.get_by_role("link", name="Spring", exact=True).first.click()
    page.get_by_role("link", name="Cohort and staff").click()
    page.get_by_role("link", name="Staff and tasks").click()
    page.get_by_role("searchbox", name="Name or address").fill("farah")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Farah Faculty").click()
    page.get_by_label("Task", exact=True).select_option(label="Faculty")
    page.get_by_role("button", name="Appoint Farah Faculty").click()
    expect(page.get_by_role("table")).to_contain_text("Farah Faculty")
    hers = window(farah)
    expect(hers.locator("aside")).to_contain_text("Spring")


def test_an_administrator_gives_a_role_and_an_auditor_reads_why(cohort, window):
    nadia = world.person("Nadia Nobody")
    page = window(people.administrator())
    page.get_by_role("searchbox").fill("nadia")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Nadia Nobody").click()
    page.get_by_text("Give a role for the whole institution").click()
    page.get_by_label("Role", exact=True).select_option(label="Auditor")
    page.locator("form[action$=roles]").get_by_label("Reason").fill("The accreditation visit.")
    page.get_by_role("button", name="Give this role").click()
    hers = window(nadia)
    hers.locator("[data-menu] summary").click()
    hers.get_by_role("link", name="Auditor institution").click()
    expect(hers.locator("main")).to_contain_text("The accreditation visit.")


def test_somebody_withdrawn_is_out(cohort, window):
    asha, cora = world.learner(cohort, "Asha Menon"), enrolment.coordinator(cohort)
    hers = window(asha, PHONE)
    expect(hers.locator("main")).to_contain_text("Spring")
    page = window(cora)
    for name in ("Spring", "People", "Asha Menon", "Withdraw"):
        page.get_by_role("link", name=name, exact=True).first.click()
    page.get_by_label("Effective on").fill(clock.now().astimezone(dt.UTC).date().isoformat())
    page.get_by_label("Reason").fill("Her employer has moved her abroad.")
    page.get_by_role("button", name="Withdraw Asha Menon").click()
    expect(page.locator("main")).to_contain_text("Withdrawn")
    hers.reload()
    expect(hers.get_by_text("Spring")).to_have_count(0)
