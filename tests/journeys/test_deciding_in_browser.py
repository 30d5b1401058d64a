"""What a house decides together, in Chromium: peers who review each other, and a board from its list to its minutes."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from lms.cohorts.queries import CohortView
from lms.fairness.models import PeerRound
from tests.factories import assessment as marking
from tests.factories import enrolment, world
from tests.factories import peers as make
from tests.factories.notifications import worked_off
from tests.support.browser import PHONE, fits

pytestmark = pytest.mark.browser
PRAISE = "The price holds. I would test the second figure before anybody else does."
THANKS = "Thank you: the second figure was wrong."


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort in which the second memo can be handed in."""
    return world.cohort(weeks_in=9, slug="spring")


def at(page: Page, path: str) -> Page:
    page.goto(urljoin(page.url, path))
    return page


def opened(page: Page, words: str) -> None:
    """Open what is folded away under these words."""
    page.locator("summary", has_text=words).first.click()


def write_review(page: Page, name: str, overall: str) -> None:
    """Judge one piece on a phone or a laptop, and submit it."""
    page.get_by_role("link", name=name).click()
    expect(page.get_by_text("We stop the lake").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    for row in page.locator(".criterion").all():
        row.locator(".level label").nth(1).click()
        row.get_by_role("textbox").fill("Page two says why.")
    page.locator("textarea[name=comment]").fill(overall)
    fits(page)
    page.locator("button[value=submit]").click()
    expect(page.get_by_text("You can change it until the round closes").first).to_be_visible()


def test_a_round_of_peer_review_from_the_allocation_to_what_an_author_reads(cohort, window):
    group, cora = make.pieces(cohort, 3), enrolment.coordinator(cohort)
    staff = at(window(cora), "/cohorts/spring/activities/a-2/marks")
    staff.get_by_role("link", name="Who reviews whom").click()
    expect(staff.get_by_role("heading", name="The round has not begun")).to_be_visible()
    staff.get_by_role("button", name="Begin it now with what is handed in").click()
    expect(staff.get_by_text("0 of 6")).to_be_visible()
    fits(staff)

    asha = window(group.people[0], PHONE)
    asha.get_by_role("link", name="Review others' work").first.click()
    fits(asha)
    for person in group.people[1:]:
        assert person.name not in asha.content(), "neither side learns who the other is"
    write_review(asha, "Work A", PRAISE)
    expect(asha.get_by_text("submitted").first).to_be_visible()
    write_review(asha, "Work B", PRAISE)

    round_: PeerRound = make.latest()
    for person, place in zip(group.people[1:], group.places[1:], strict=True):
        for review in make.reviews(round_, by=place):
            make.submit(round_, review, person)
    asha.reload()
    expect(asha.get_by_text("You read the reviews of your work when the round has closed")).to_be_visible()
    assert "I would test the second figure first" not in asha.content()

    staff.reload()
    expect(staff.get_by_text("6 of 6")).to_be_visible()
    staff.locator("details:has([name=review]) > summary").first.click()
    staff.get_by_label("Why its author should not read it").first.fill("It names a customer.")
    staff.get_by_role("button", name="Hide it").first.click()
    expect(staff.get_by_text("It names a customer.").first).to_be_attached()
    opened(staff, "Release now")
    staff.get_by_role("button", name="Release the reviews").click()
    expect(staff.get_by_text("Released. Authors are told.")).to_be_visible()
    fits(staff)
    worked_off()

    asha.reload()
    expect(asha.locator("article").first).to_be_visible()
    fits(asha)
    first = asha.locator("article").first
    first.get_by_label("Very useful").check()
    first.get_by_label("Your answer").fill(THANKS)
    first.get_by_role("button", name="Keep it").click()
    expect(asha.get_by_text(THANKS)).to_be_visible()
    staff.reload()
    expect(staff.get_by_text(THANKS).first).to_be_attached()
    others = [
        at(window(one, PHONE), "/cohorts/spring/activities/a-2/peer-reviews/mine") for one in group.people[1:]
    ]
    counts = sorted(page.locator("article").count() for page in [asha, *others])
    assert counts == [1, 2, 2], "what was hidden is read by nobody"
    for page in others:
        assert THANKS not in page.content()


def test_a_board_from_its_list_to_its_minutes(cohort, window):
    marker, cora = marking.marker(cohort, "Mara Marker"), enrolment.coordinator(cohort)
    learners = [world.person(name) for name in ("Asha Rao", "Ben Ode", "Chen Li")]
    places = [world.place(cohort, one) for one in learners]
    for place, level in zip(places, (2, 3, 4), strict=True):
        marking.finish(marking.bring(cohort, [place], key="a-1"), marker, level=level)
    marking.release(cohort, cora)
    carla, milo = (marking.marker(cohort, name) for name in ("Carla Chair", "Milo Member"))
    olga = world.person("Olga Outside", email="olga@elsewhere.example")
    before = marking.seen(places[0], "a-1")

    staff = at(window(cora), "/cohorts/spring/boards")
    staff.get_by_label("Of what").select_option(index=1)
    staff.get_by_label("What it is called").fill("Course A board W9")
    staff.get_by_label("In the chair").select_option(label="Carla Chair")
    staff.get_by_label("Milo Member").check()
    staff.get_by_role("button", name="Take the list and ask them in").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Course A board W9")
    expect(staff.get_by_role("table", name="Everybody as the list was taken")).to_contain_text("Asha Rao")
    fits(staff)
    opened(staff, "Ask somebody in")
    staff.get_by_label("Address of their account").fill("olga@elsewhere.example")
    staff.get_by_role("button", name="Ask in").click()
    expect(staff.get_by_text("Olga Outside")).to_be_visible()
    opened(staff, "Propose something")
    form = staff.locator("form#propose-scale")
    staff.locator("details:has(> form#propose-scale) > summary").click()
    choices = form.get_by_label("What is marked")
    memo = choices.locator("option", has_text="A-1").first.get_attribute("value")
    choices.select_option(memo)
    form.get_by_label("Points, the same for everybody").fill("2.5")
    form.get_by_label("Why").fill("Two markers, nine points apart.")
    form.get_by_role("button", name="Put it on the agenda").click()
    expect(staff.get_by_role("table", name="What the board was asked")).to_contain_text("+2.5")

    for person, vote in ((olga, "Against"), (carla, "For"), (milo, "For")):
        _votes(window(person, PHONE if person is olga else {"width": 1440, "height": 900}), vote)

    staff.get_by_role("link", name=re.compile(r"\+2\.5")).click()
    staff.get_by_label("Words for the minutes").fill("Agreed after discussion.")
    staff.get_by_role("button", name="Count the votes and write it down").click()
    staff.get_by_role("button", name="Carry it out").click()
    expect(staff.get_by_text("You carried this out. Somebody else releases it")).to_be_visible()
    fits(staff)
    assert marking.seen(places[0], "a-1") == before, "nothing shows before the release"
    chair = window(carla)
    _to_item(chair)
    chair.get_by_role("button", name="Release it").click()
    expect(chair.get_by_text("in effect").first).to_be_visible()

    phone = at(window(learners[0], PHONE), "/cohorts/spring/results")
    expect(phone.get_by_text("59.5").first).to_be_visible()
    assert "2:1:0" not in phone.content()
    fits(phone)
    staff.get_by_role("link", name="Course A board W9").first.click()
    opened(staff, "Close the minutes")
    staff.get_by_role("button", name="Close the minutes", exact=True).click()
    expect(staff.get_by_text("The minutes are closed since")).to_be_visible()
    outside = window(olga, PHONE)
    _to_item(outside)
    outside.get_by_role("link", name="Course A board W9").first.click()
    outside.get_by_role("link", name="Minutes").click()
    expect(outside.get_by_text("Agreed after discussion.")).to_be_visible()
    expect(outside.get_by_text("2:1:0").first).to_be_visible()
    fits(outside)


def _to_item(page: Page) -> None:
    """From the front door by the notice that told of the item."""
    worked_off()
    at(page, "/notices")
    page.get_by_role("link", name=re.compile("item 1 waits for your vote")).first.click()


def _votes(page: Page, choice: str) -> None:
    _to_item(page)
    expect(page.get_by_text("You have not voted yet.")).to_be_visible()
    fits(page)
    page.get_by_role("button", name=choice, exact=True).click()
    expect(page.get_by_text(f"Your vote is “{choice.lower()}”")).to_be_visible()
