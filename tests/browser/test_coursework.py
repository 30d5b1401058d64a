"""Coursework in Chromium: a quiz on two devices, a memo that saves itself, a reading that keeps its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from lms.cohorts.queries import CohortView
from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.coursework import queries
from lms.people.models import Person
from lms.scheduling.models import ScheduledItem
from tests.factories import assessment as marking
from tests.factories import coursework as make
from tests.factories import world
from tests.support.browser import DESKTOP, PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = pytest.mark.browser
LEAVE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort in which the first quiz and the first memo are open now, whatever the day of the week."""
    made = world.cohort(weeks_in=6)
    now = clock.now()
    spans = {"starts_at": now - dt.timedelta(days=2), "ends_at": now + dt.timedelta(days=2)}
    for key in ("q1", "a-1"):
        named = sa.and_(ScheduledItem.cohort_id == made.id, ScheduledItem.key == key)
        db.session.execute(sa.update(ScheduledItem).where(named).values(**spans))
    db.session.commit()
    return made


@pytest.fixture
def lea(cohort: CohortView) -> Person:
    return world.learner(cohort, "Lea Ito", zone="Asia/Dubai")


@pytest.fixture
def window(app: Flask, live_server: str, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    def open_(person: Person, size: dict[str, int] = DESKTOP) -> Page:
        context = new_context()
        sign_in(context, Visitor(app).signed_in(person), live_server)
        page = context.new_page()
        page.set_viewport_size(size)
        return page

    return open_


def test_a_quiz_goes_on_from_another_device(live_server, cohort, lea, window):
    address = f"{live_server}/cohorts/{cohort.slug}/quizzes/q1"
    laptop = window(lea)
    with without_complaints(laptop):
        laptop.goto(address)
        axe(laptop)
        laptop.get_by_role("button", name="Start attempt 1 of 2").click()
        expect(laptop.get_by_role("timer")).to_contain_text("left, until")
        axe(laptop)
        laptop.locator("[data-question] input[type=radio]").first.check()
        expect(laptop.locator("[data-saved-words]")).to_contain_text("Saved")
        expect(laptop.locator('[data-out="answered"]')).to_have_text("1 of 10 answered")
        laptop.get_by_role("button", name="Larger text").click()
        assert laptop.evaluate("document.documentElement.dataset.text") == "large"
    phone = window(lea, PHONE)
    with without_complaints(phone):
        phone.goto(address)
        phone.get_by_role("link", name="Go on with attempt 1").click()
        expect(phone.locator("[data-question] input[type=radio]").first).to_be_checked()
        fits(phone)
        phone.locator("[data-question] input[type=radio]").nth(1).check()
        expect(phone.locator("[data-saved-words]")).to_contain_text("Saved")
    with without_complaints(laptop):
        laptop.locator("[data-question] input[type=radio]").nth(2).check()
        expect(laptop.locator('[data-out="stale"]')).to_contain_text("answered elsewhere")
    with without_complaints(phone):
        phone.reload()
        expect(phone.locator("[data-question] input[type=radio]").nth(1)).to_be_checked()
        phone.locator("[data-question] input[type=radio]").nth(2).check()
        expect(phone.locator("[data-saved-words]")).to_contain_text("Saved")
        phone.locator("[data-question] input[type=radio]").nth(1).check()
        expect(phone.locator("[data-saved-words]")).to_contain_text("Saved")
        expect(phone.locator('[data-out="stale"]')).to_be_empty()
        phone.get_by_role("button", name="Finish the attempt").click()
        expect(phone.get_by_text("9 questions still open")).to_be_visible()
        phone.get_by_role("button", name="Finish and count attempt 1").click()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("of 10 points")
        axe(phone)
        fits(phone)


def test_a_memo_saves_itself_arrives_and_its_marker_gets_the_file(app, live_server, cohort, lea, window):
    mara = marking.marker(cohort, "Mara Marker")
    page = window(lea)
    with without_complaints(page):
        page.goto(f"{live_server}/cohorts/{cohort.slug}/assignments/a-1")
        axe(page)
        page.get_by_label("Your text").fill("We stop the lake and say so to the board.")
        expect(page.locator("[data-saved-words]")).to_contain_text("Saved")
        expect(page.locator('[data-out="words"]')).to_have_text("10 words of at most 1,500")
        page.get_by_label("I used none").check()
        page.get_by_label("Files", exact=True).set_input_files(
            {"name": "figures.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        expect(page.locator("[data-upload-words]")).to_contain_text("figures.pdf")
        page.get_by_role("button", name="Hand in version 1").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Version 1 handed in")
        expect(page.get_by_role("link", name="figures.pdf")).to_be_visible()
        axe(page)
        file = page.get_by_role("link", name="figures.pdf").get_attribute("href")
    assert Visitor(app).signed_in(mara).open("GET", file).data == PDF


def test_a_draft_changed_elsewhere_is_not_overwritten(live_server, cohort, lea, window):
    address = f"{live_server}/cohorts/{cohort.slug}/assignments/a-1"
    one, other = window(lea), window(lea, PHONE)
    one.goto(address)
    other.goto(address)
    one.get_by_label("Your text").fill("From the laptop.")
    expect(one.locator("[data-saved-words]")).to_contain_text("Saved")
    other.get_by_label("Your text").fill("From the phone.")
    expect(other.locator("[data-saved-words]")).to_contain_text("Nothing was overwritten")
    other.get_by_role("button", name="Save draft").click()
    expect(other.locator(".theirs")).to_have_text("From the laptop.")
    expect(other.get_by_label("Your text")).to_have_value("From the phone.")
    fits(other)


def test_a_reading_keeps_its_place(app, live_server, cohort, lea, window):
    where = make.visit(lea, cohort, "a-1")
    key = next(line.key for line in where.module.activities if line.kind.value == "reading")
    page = window(lea)
    with without_complaints(page):
        page.goto(f"{live_server}/cohorts/{cohort.slug}/readings/{key}")
        axe(page)
        page.wait_for_timeout(1200)
        page.evaluate("scrollTo(0, document.body.scrollHeight * 0.4)")
        with page.expect_response("**/position"):
            page.evaluate(LEAVE)
        page.reload()
        expect(page.get_by_role("button", name="Go on where you stopped")).to_be_visible()
        page.get_by_role("button", name="Mark as read").click()
        expect(page.get_by_text("Read on")).to_be_visible()
    with app.app_context():
        at = queries.reading_visible_to(world.actor(lea), cohort.slug, key)
        assert at.line.id in completion.done(at.place.place_id)
