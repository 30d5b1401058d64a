"""The studio in Chromium: a date is dragged and moved by keyboard; a festival moves a lecture of three cohorts."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from lms.cohorts import actions as cohort_actions
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling import queries
from lms.scheduling.rules import Act
from lms.web import filters
from tests.factories import scheduling, studio, world
from tests.support.browser import DESKTOP, PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = pytest.mark.browser
ZONE = "Asia/Kolkata"
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort in its tenth week."""
    return world.cohort(weeks_in=10)


@pytest.fixture
def window(app, live_server, new_context):
    """A window of somebody's own, at the front door."""

    def open_(person: Person, size: dict[str, int] = DESKTOP) -> Page:
        context = new_context()
        sign_in(context, Visitor(app).signed_in(person), live_server)
        page = context.new_page()
        page.set_viewport_size(size)
        page.goto(live_server)
        return page

    return open_


def at(cohort: CohortView, key: str) -> dt.datetime:
    """When something is, whatever others have published meanwhile."""
    db.session.rollback()
    found = queries.item(cohort.id, key)
    assert found is not None
    return found.starts_at


def said(instant: dt.datetime) -> str:
    """An instant as the pages of a cohort say it."""
    return filters.when(instant, ZONE, clock.now())


def part(page: Page, name: str) -> object:
    """A section of the studio by its heading."""
    return page.get_by_role("region", name=re.compile(rf"^{name}"))


def test_a_date_is_dragged_to_another_day_and_moved_on_by_keyboard(live_server, cohort, window):
    person = world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")
    draft = studio.begun(cohort, actor=world.actor(person))
    was = at(cohort, "s15")
    day = was.astimezone(ZoneInfo(ZONE)).date()
    to = day + DAY if day.weekday() < 6 else day - DAY
    later = (to - day).days
    page = window(person)
    with without_complaints(page):
        page.goto(f"{live_server}/cohorts/{cohort.slug}/studio/{draft.public_id}?month={day:%Y-%m}")
        page.locator("[data-item=s15]").drag_to(page.locator(f"[data-day='{to}']"))
        expect(part(page, "Edits").get_by_role("listitem")).to_have_count(1)
        expect(part(page, "Edits")).to_contain_text("1 day later" if later > 0 else "1 day earlier")
        moves = part(page, "What moves")
        expect(moves.locator("del").first).to_have_text(said(was))
        expect(moves.locator("ins").first).to_have_text(said(was + later * DAY))
        expect(page.locator(f"[data-day='{to}'] [data-item=s15]")).to_be_focused()

        page.keyboard.press("Shift+ArrowRight")
        expect(part(page, "Edits").get_by_role("listitem")).to_have_count(2)
        expect(page.locator("[data-item=s15]")).to_be_focused()
        page.keyboard.press("Shift+ArrowDown")
        expect(part(page, "Edits").get_by_role("listitem")).to_have_count(3)
        expect(page.locator("[data-item=s15]")).to_be_focused()
        page.keyboard.press("Shift+ArrowDown")
        expect(part(page, "Edits").get_by_role("listitem")).to_have_count(4)
        there = was + (later + 15) * DAY
        found = page.locator(f"[data-day='{there.astimezone(ZoneInfo(ZONE)).date()}'] [data-item=s15]")
        expect(found).to_be_focused()
        axe(page)
        fits(page)
        page.get_by_role("link", name="Look at all of it and publish").click()
        row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=re.compile(r"^S15\b")))
        expect(row.locator("del").first).to_have_text(said(was))
        expect(row.locator("ins").first).to_have_text(said(there))
    assert at(cohort, "s15") == was, "nothing is published yet"


def test_what_has_begun_is_not_dragged(live_server, cohort, window):
    person = world.granted(Role.COORDINATOR, cohort)
    draft = studio.begun(cohort, actor=world.actor(person))
    day = at(cohort, "s1").astimezone(ZoneInfo(ZONE)).date()
    page = window(person)
    page.goto(f"{live_server}/cohorts/{cohort.slug}/studio/{draft.public_id}?month={day:%Y-%m}")
    expect(page.get_by_role("link", name="S1", exact=True)).to_be_visible()
    expect(page.locator("[data-item=s1]")).to_have_count(0)


def test_a_festival_moves_a_lecture_of_three_cohorts_and_it_is_taken_back(live_server, cohort, window):
    others = [world.cohort(weeks_in=8), world.cohort(weeks_in=6)]
    cora = coordinating(cohort, *others)
    ana, lea = world.granted(Role.FACULTY, cohort, "Ana Both"), world.learner(cohort, "Lea Learner")
    appointed(others[0], ana, Role.FACULTY)
    was = at(cohort, "s15")
    there = at_once(others[0], was + WEEK)

    page = window(cora)
    with without_complaints(page):
        page.goto(f"{live_server}/cohorts/{cohort.slug}/studio")
        page.get_by_label("What it is about").fill("The festival moved")
        for other in others:
            page.get_by_label(other.name).check()
        page.get_by_role("button", name="Begin the draft").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The festival moved")
        month = f"{was.astimezone(ZoneInfo(ZONE)):%Y-%m}"
        page.goto(f"{page.url}?month={month}")
        page.get_by_role("link", name="S15", exact=True).click()
        push = page.get_by_role("form", name="Push the chain")
        push.get_by_label("In", exact=True).select_option(label="all 3 cohorts")
        push.get_by_role("button", name="Shift it alone").click()
        moves = part(page, "What moves")
        expect(moves).to_contain_text("A-3")
        expect(moves).to_contain_text(
            re.compile(rf"Ana Both teaches {there} .* of {re.escape(others[0].name)}")
        )
        page.get_by_role("link", name="Look at all of it and publish").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Publish “The festival moved”")
        axe(page)
        fits(page)
        expect(page.get_by_role("main")).to_contain_text("It is published in 3 cohorts at once")
        page.get_by_label("Why").fill("The festival comes a week later.")
        page.get_by_role("button", name=re.compile("^Publish release")).click()
        told = page.get_by_role("status", name="Messages")
        expect(told).to_contain_text("3 releases are published, one in each cohort. Those affected are told.")

    hers = window(lea, PHONE)
    hers.get_by_role("link", name=re.compile("^Notices")).click()
    news = hers.get_by_role("main").get_by_role("listitem")
    expect(news.filter(has_text="The festival comes a week later.")).to_have_count(1)
    expect(news.filter(has_text="Dates")).to_have_count(1)
    hers.goto(f"{live_server}/cohorts/{cohort.slug}/schedule?show=all")
    expect(hers.locator("#date-s15")).to_contain_text("moved from")
    assert at(cohort, "s15") == was + WEEK

    with without_complaints(page):
        page.get_by_role("link", name="Release 2", exact=True).click()
        page.get_by_role("link", name="Undo it").click()
        page.get_by_label("Why").fill("It did not move after all.")
        page.get_by_role("button", name="Undo it in 3 cohorts").click()
        expect(page.get_by_role("status", name="Messages")).to_contain_text("3 releases are published")
    hers.reload()
    expect(hers.locator("#date-s15")).to_be_visible()
    expect(hers.locator("#date-s15")).not_to_contain_text("moved from")
    assert at(cohort, "s15") == was


def at_once(cohort: CohortView, when: dt.datetime) -> str:
    """Let a lecture be at that time, the one nearest to it; its code."""
    lectures = [f"s{number}" for number in range(1, 36) if number != 15]
    key = min(lectures, key=lambda each: abs(at(cohort, each) - when))
    if at(cohort, key) != when:
        scheduling.publish(cohort, key, Act.MOVE, by=when - at(cohort, key), announced=False)
    return key.upper()


def coordinating(*cohorts: CohortView) -> Person:
    """Somebody who coordinates all of them."""
    person = world.granted(Role.COORDINATOR, cohorts[0], "Cora Coordinator")
    for each in cohorts[1:]:
        appointed(each, person, Role.COORDINATOR)
    return person


def appointed(cohort: CohortView, person: Person, role: Role) -> None:
    with unit_of_work() as work:
        cohort_actions.appoint(cohort.id, person.id, role, actor=world.director(), now=work.now)
