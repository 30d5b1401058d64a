"""The page of one's calendar: an address shown once, what goes in, invitations, and the ways that lead there."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import outbox
from lms.integrations import queries
from lms.integrations.calendar import Part
from lms.people.ports import personal_data_of
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from lms.scheduling.models import OverrideScope
from tests.factories import calendars, live, world
from tests.factories.notifications import own
from tests.integrations.test_invitations import invitations
from tests.support.statements import statements

PAGE, ADDRESS = "/account/calendar", 'form[action$="/calendar/address"]'
OFF, CHOICES = 'form[action$="/calendar/off"]', 'form[action="/account/calendar"]'


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao", zone="Europe/London")


def path_on(page):
    return "/calendar/" + str(page.one("#address")["value"]).rpartition("/")[2]


def test_an_address_is_shown_once_and_opens_ones_calendar(app, visit, asha):
    visitor = visit(asha)
    page = visitor.get(PAGE)
    assert page.texts("#address-title") == ["Your calendar address Off"]
    made = visitor.submit(page, ADDRESS)
    path = path_on(made)
    assert made.link("Open it in this device's calendar").startswith("webcal://")
    assert made.response.headers["Cache-Control"] == "no-store"
    assert len(calendars.events(app, path)) > 100
    again = visitor.get(PAGE)
    assert not again.has("#address")
    assert path not in str(again.soup)
    assert "Last fetched" in again.text("[aria-labelledby=address-title]")


def test_a_new_one_takes_its_place_and_off_is_off(app, visit, asha):
    visitor = visit(asha)
    first = path_on(visitor.submit(visitor.get(PAGE), ADDRESS))
    second = path_on(visitor.submit(visitor.get(PAGE), ADDRESS))
    assert calendars.fetched(app, first).status_code == 404
    assert "No calendar has fetched it yet." in visitor.get(PAGE).text("[aria-labelledby=address-title]")
    page = visitor.submit(visitor.get(PAGE), OFF)
    assert page.texts("#address-title") == ["Your calendar address Off"]
    assert calendars.fetched(app, second).status_code == 404


def test_what_one_chooses_goes_in_and_survives_a_new_address(app, visit, asha):
    visitor = visit(asha)
    page = visitor.get(PAGE)
    offered = [box["value"] for box in page.soup.select("[name=parts]")]
    assert offered == ["sessions", "deadlines", "readings", "bookings"]
    chosen = [box["value"] for box in page.soup.select("[name=parts][checked]")]
    assert chosen == ["sessions", "deadlines", "bookings"]
    kept = visitor.submit(page, CHOICES, parts=["deadlines"])
    assert "Your choices are kept." in kept.messages[0]
    path = path_on(visitor.submit(visitor.get(PAGE), ADDRESS))
    titles = calendars.events(app, path)
    assert titles
    assert all(title.startswith("Due: ") for title in titles)


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (Role.FACULTY, ["bookings", "hosted"]),
        (Role.COORDINATOR, ["bookings", "hosted", "coordinated"]),
        (None, ["sessions", "deadlines", "readings", "bookings"]),
    ],
)
def test_everybody_is_offered_what_they_may_have(visit, cohort, role, parts):
    who = world.granted(role, cohort) if role else world.person()
    page = visit(who).get(PAGE)
    assert [box["value"] for box in page.soup.select("[name=parts]")] == parts


def test_what_one_was_not_offered_stays_as_it_was(cohort):
    faculty = world.granted(Role.FACULTY, cohort)
    calendars.chosen(faculty, Part.HOSTED)
    left_out = queries.feed_of(faculty.id).left_out
    assert left_out == {"sessions", "deadlines", "readings", "coordinated", "bookings"}


def test_asking_for_invitations_sends_them(visit, asha):
    visitor = visit(asha)
    visitor.submit(visitor.get(PAGE), CHOICES, parts=["sessions"], by_mail="y")
    while outbox.drain():
        pass
    sent = invitations(asha)
    assert sent
    assert "Nobody waits for an answer" in sent[0].text
    assert "GMT" in sent[0].text or "BST" in sent[0].text
    assert visitor.get(PAGE).has("#by_mail[checked]")


def test_the_next_entries_are_those_of_the_feed_in_ones_own_zone(visit, cohort, asha):
    page = visit(asha).get(PAGE)
    lines = page.texts("[aria-labelledby=ahead-title] li")
    assert len(lines) == 4
    assert all("GMT" in line or "BST" in line for line in lines)


def test_schedule_and_session_lead_there(visit, cohort, asha):
    visitor = visit(asha)
    assert visitor.get(f"/cohorts/{cohort.slug}/schedule").link("In your calendar") == PAGE
    session = live.session(cohort, "s20")
    page = visitor.get(f"/cohorts/{cohort.slug}/sessions/s20")
    assert page.link("Add to a calendar") == f"/cohorts/{cohort.slug}/sessions/{session.key}/session.ics"


def test_the_page_costs_as_much_with_one_own_date_as_with_five(visit, cohort, asha):
    visitor = visit(asha)
    visitor.get(PAGE)

    def count():
        with statements() as seen:
            visitor.get(PAGE)
        return len(seen)

    one = count()
    for number in range(1, 4):
        item = scheduling.item(cohort.id, f"a-{number}")
        own(cohort, f"a-{number}", OverrideScope.PERSON, asha.id, item.ends_at + dt.timedelta(days=3))
    assert count() == one <= 10


def test_what_is_held_about_it_is_in_ones_data_without_the_secret(asha):
    calendars.address(asha)
    part = next(part for part in personal_data_of(asha.id) if part.key == "calendar")
    assert part.data["address"] is True
    assert "hash" not in str(part.data)
