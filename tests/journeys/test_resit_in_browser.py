"""One resit of the capstone, in Chromium: from a failed panel to what its learner reads on a phone."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from lms.cohorts.queries import CohortView
from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import enrolment, world
from tests.factories.notifications import worked_off
from tests.support.browser import PHONE, fits

pytestmark = pytest.mark.browser
AGAIN = "A panel hears you again, with the figures it missed."


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort in which a capstone has been judged."""
    return world.cohort(weeks_in=10, slug="spring")


def at(page: Page, path: str) -> Page:
    page.goto(urljoin(page.url, path))
    return page


def test_a_resit_from_its_opening_over_its_panel_to_the_learner(cohort, window):
    cora, lea = enrolment.coordinator(cohort), world.person("Lea Learner")
    director = world.granted(Role.DIRECTOR, None, "Dora Director")
    place_id = world.place(cohort, lea)
    marking.failed_at_a_panel(cohort, place_id, cora)
    nora, nils = (marking.marker(cohort, name) for name in ("Nora New", "Nils New"))

    second = window(director)
    staff = at(window(cora), "/cohorts/spring/gradebook")
    staff.get_by_role("link", name="Lea Learner").first.click()
    staff.locator("summary", has_text="Give the one resit").click()
    staff.locator("form:has(button:text('Open the resit')) textarea").fill(AGAIN)
    fits(staff)
    staff.get_by_role("button", name="Open the resit").click()
    expect(staff.get_by_text("A panel of 3 or more judges it")).to_be_visible()
    worked_off()

    phone = at(window(lea, PHONE), "/cohorts/spring/results")
    expect(phone.get_by_text(AGAIN)).to_be_visible()
    fits(phone)

    for name in ("Ada First", "Bert Second", "Nora New"):
        staff.get_by_label(name).check()
    staff.get_by_role("button", name="Name this panel").click()
    expect(staff.get_by_text("2 of 3 judged the panel before.")).to_be_visible()
    fits(staff)
    expect(staff.get_by_label("Bert Second")).to_be_checked()
    staff.get_by_label("Bert Second").uncheck()
    staff.get_by_label("Nils New").check()
    staff.get_by_role("button", name="Name this panel").click()
    expect(staff.get_by_text("On its panel: Ada First, Nils New, Nora New.")).to_be_visible()
    fits(staff)
    phone.reload()
    for who in (nora, nils):
        assert who.name not in phone.content(), "who judges it is not told to whom they judge"

    staff.get_by_label("Mark", exact=True).fill("70")
    staff.get_by_label("What you say of it").fill("Convincing this time.")
    staff.get_by_role("button", name="Enter the mark of the resit").click()
    expect(staff.get_by_role("button", name="Release it to the learner")).to_have_count(0)
    fits(staff)
    phone.reload()
    assert "Convincing this time." not in phone.content(), "nothing shows before the release"

    second.goto(staff.url)
    second.get_by_role("button", name="Release it to the learner").click()
    expect(second.get_by_text("released").first).to_be_visible()
    worked_off()
    phone.reload()
    expect(phone.get_by_text("Convincing this time.")).to_be_visible()
    fits(phone)
