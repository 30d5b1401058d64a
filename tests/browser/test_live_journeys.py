"""Live sessions in Chromium, from one person's act to what another reads: a class, one cancelled, a speaker, a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from lms.cohorts.queries import CohortView
from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.live import actions, queries
from lms.live.rules import Verdict
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling.models import ScheduledItem
from lms.scheduling.rules import Act
from tests.factories import asking, live, people, speaking, world
from tests.factories import scheduling as dates
from tests.support.browser import PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
MINUTE = dt.timedelta(minutes=1)
ROOM = "<!doctype html><html lang='en'><title>Room</title><h1>The room</h1></html>"


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort in its sixth week."""
    return world.cohort(weeks_in=6)


@pytest.fixture
def window(app: Flask, live_server: str, new_context: Callable[..., BrowserContext]) -> Window:
    """A window of somebody's own, on a laptop or a phone; nobody: without a sign-in."""

    def open_(person: Person | None, *, phone: bool = False) -> Page:
        context = new_context()
        if person is not None:
            sign_in(context, Visitor(app).signed_in(person), live_server)
        page = context.new_page()
        page.route("https://meet.example.com/**", _room)
        if phone:
            page.set_viewport_size(PHONE)
        return page

    return open_


def _room(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body=ROOM)


def is_at(cohort: CohortView, key: str, begins: dt.timedelta, *, minutes: int = 180) -> None:
    """Bring a session around the present: the server lives in it."""
    line, now = live.session(cohort, key), clock.now()
    spans = {"starts_at": now + begins, "ends_at": now + begins + minutes * MINUTE}
    db.session.execute(sa.update(ScheduledItem).where(ScheduledItem.id == line.item_id).values(**spans))
    db.session.commit()


def sound(page: Page) -> None:
    """The page can be read by everybody, and is not wider than the window."""
    axe(page)
    fits(page)


def test_a_host_runs_a_class_and_the_learners_attendance_says_so(live_server, cohort, window):
    """Console, rooms as CSV, a question answered, the code of the class; the learner enters it."""
    asha, host = world.learner(cohort, "Asha Rao"), world.granted(Role.FACULTY, cohort, "Prof. Mehta")
    live.linked(cohort, "s6")
    is_at(cohort, "s6", -30 * MINUTE)
    asking.asked(cohort, "s6", asha, "What did it cost?")
    place = f"{live_server}/cohorts/{cohort.slug}/sessions/s6"

    desk = window(host)
    with without_complaints(desk):
        desk.goto(f"{place}/console")
        sound(desk)
        with desk.expect_download() as download:
            desk.get_by_role("link", name="For Zoom, as CSV").click()
        lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert lines[0] == "Pre-assign Room Name,Email Address"
        assert any(asha.email in line for line in lines[1:])
        question = desk.locator("li", has_text="What did it cost?")
        question.get_by_text("Answered", exact=True).click()
        question.get_by_role("textbox").fill("Two quarters of margin.")
        question.get_by_role("button", name="Mark as answered").click()
        expect(desk.get_by_text("Two quarters of margin.").first).to_be_visible()
        desk.goto(f"{place}/code")
        desk.get_by_role("button", name="Show a code").click()
        sound(desk)
        digits = desk.locator(".class-code-digits").inner_text()

    learner = window(asha, phone=True)
    with without_complaints(learner):
        learner.goto(place)
        learner.get_by_role("button", name="Join the session").click()
        expect(learner.get_by_role("heading", name="The room")).to_be_visible()
        learner.goto(place)
        sound(learner)
        learner.get_by_role("textbox", name="Code").fill(digits)
        learner.get_by_role("button", name="Enter the code").click()
        expect(learner.get_by_text("Your code is taken").first).to_be_visible()
        learner.goto(f"{place}/questions")
        expect(learner.get_by_text("Two quarters of margin.")).to_be_visible()

    with without_complaints(desk):
        expect(desk.get_by_text("1 learner entered one so far")).to_be_visible(timeout=15_000)
        desk.goto(f"{place}/roster")
        expect(desk.get_by_role("listitem").filter(has_text="Asha Rao")).to_contain_text("joined")
        expect(desk.locator("[data-out=counts]")).to_contain_text("1 present")
    learner.goto(f"{place}/my-attendance")
    sound(learner)
    expect(learner.locator("[aria-labelledby=mark-title] .pill")).to_have_text("Present")


def test_a_session_is_cancelled_two_hours_before_and_made_up_for(live_server, cohort, window):
    """One act of the coordinator; the learner's page, their notice and their sums are right."""
    asha, coordinator = (
        world.learner(cohort, "Asha Rao"),
        world.granted(Role.COORDINATOR, cohort, "Cara Coordinator"),
    )
    place_id = live.place_of(cohort, asha)
    live.held(cohort, [actions.Held(key="s1", ticks={place_id: Verdict.PRESENT})])
    now = clock.now()
    later = [one for one in queries.sessions(cohort) if one.starts_at > now + 10 * MINUTE]
    ahead = [one for one in later if one.counts and not one.masterclass]
    key, title = ahead[0].key, ahead[0].line.title
    live.linked(cohort, key)
    moved = now + 120 * MINUTE - live.session(cohort, key).starts_at
    dates.publish(cohort, key, Act.MOVE, by=moved)
    place = f"{live_server}/cohorts/{cohort.slug}/sessions/{key}"

    desk = window(coordinator)
    with without_complaints(desk):
        desk.goto(place)
        desk.get_by_role("link", name="Cancel it").click()
        sound(desk)
        desk.get_by_label("Why").fill("The speaker’s train stands still.")
        first = desk.locator("input[name=make_up]").first
        assert first.get_attribute("value") not in ("later", "other"), "the best date stands first"
        first.check()
        desk.get_by_role("button", name="Cancel the session and tell everybody").click()
        expect(desk.get_by_text("Cancelled", exact=True).first).to_be_visible()

    made_up = next(one for one in queries.sessions(cohort) if one.replaces == key)
    learner = window(asha, phone=True)
    with without_complaints(learner):
        learner.goto(place)
        sound(learner)
        when = learner.locator("[aria-labelledby=when-title]")
        expect(when).to_contain_text("This session does not take place")
        expect(when).to_contain_text("The speaker’s train stands still.")
        expect(when).to_contain_text("It leaves everybody's attendance")
        learner.goto(f"{live_server}/notices")
        expect(learner.locator("main li", has_text=title).first).to_contain_text("does not take place")
        learner.goto(f"{live_server}/cohorts/{cohort.slug}/sessions/{made_up.key}")
        expect(learner.locator("main")).to_contain_text("Makes up for")
    assert queries.verdicts([live.session(cohort, key).id]) == {
        (live.session(cohort, key).id, place_id): Verdict.EXCUSED
    }
    assert (queries.attendance(place_id).total.present, queries.attendance(place_id).total.sessions) == (1, 1)


def test_a_masterclass_from_the_signed_link_to_the_last_seat(live_server, cohort, window):
    """The speaker needs no account; the learner who waits has the seat as soon as the first gives it up."""
    asha, bo = (world.learner(cohort, name) for name in ("Asha Rao", "Bo Lind"))
    live.linked(cohort, "mc2")
    is_at(cohort, "mc2", dt.timedelta(days=3), minutes=90)
    view = speaking.asked(cohort, "mc2")
    asking.seats(cohort, "mc2", 1)
    place = f"{live_server}/cohorts/{cohort.slug}/sessions/mc2"

    link = people.link_in(people.mails_to("sana@speakers.example")[-1]).rpartition("/")[2]
    first, second = window(asha, phone=True), window(bo)
    speaker = window(None, phone=True)
    with without_complaints(speaker):
        speaker.goto(f"{live_server}/speaking/{link}")
        sound(speaker)
        speaker.locator(f"#slot-{view.slots[0][0]}").check()
        speaker.get_by_role("button", name="Send the answer").click()
        expect(speaker.locator("[aria-labelledby=when-title]")).to_contain_text("Confirmed")
        expect(speaker.get_by_role("link", name="Go to the meeting")).to_be_visible()
        for what, said in (("recording", "no"), ("slides", "yes"), ("quotes", "yes"), ("photo", "no")):
            speaker.locator(f"#{what}-{said}").check()
        speaker.get_by_role("button", name="Keep my answers").click()
        expect(speaker.get_by_text("Kept. You can change it here")).to_be_visible()

    with without_complaints(first), without_complaints(second):
        first.goto(place)
        sound(first)
        expect(first.locator("main")).to_contain_text("Sana Speaker, Chief product officer")
        first.get_by_role("button", name="Take a seat").click()
        expect(first.get_by_text("You have a seat", exact=True)).to_be_visible()
        second.goto(place)
        second.get_by_role("button", name="Join the waiting list").click()
        expect(second.get_by_text("Number 1 on the waiting list", exact=True)).to_be_visible()
        first.get_by_role("button", name="Give up the seat").click()
        expect(first.get_by_text("the next in order gets it")).to_be_visible()
        second.goto(place)
        expect(second.get_by_text("You have a seat", exact=True)).to_be_visible()
        second.goto(f"{live_server}/notices")
        expect(second.get_by_text("You have a seat in MC2").first).to_be_visible()

    is_at(cohort, "mc2", 5 * MINUTE, minutes=90)
    with without_complaints(first), without_complaints(second):
        first.goto(place)
        sound(first)
        expect(first.locator("[aria-labelledby=when-title]")).to_contain_text("All seats are taken")
        expect(first.get_by_role("button", name="Join the session")).to_have_count(0)
        second.goto(place)
        second.get_by_role("button", name="Join the session").click()
        expect(second.get_by_role("heading", name="The room")).to_be_visible()


def test_a_list_with_two_unknown_names_and_what_the_learner_reads(live_server, cohort, window):
    """Tried, recorded, one name assigned; the learner's page tells why, and leads to a dispute."""
    asha, assistant = (
        world.learner(cohort, "Asha Rao"),
        world.granted(Role.ASSISTANT, cohort, "Ravi Assistant"),
    )
    rows = [("Asha R", "asha@private.example", 0, 100), ("iPhone", "", 0, 30)]
    body = live.list_of(cohort, "s1", rows)
    place = f"{live_server}/cohorts/{cohort.slug}/sessions/s1"

    desk = window(assistant)
    with without_complaints(desk):
        desk.goto(f"{place}/roster")
        desk.get_by_role("link", name="Import").first.click()
        desk.locator("input[type=file]").set_input_files(
            {"name": "meeting.csv", "mimeType": "text/csv", "buffer": body}
        )
        desk.get_by_role("button", name="See what it would record").click()
        expect(desk.locator("main")).to_contain_text("2 names would wait")
        sound(desk)
        desk.get_by_role("button", name="Keep the names").click()
        desk.goto(f"{live_server}/cohorts/{cohort.slug}/unknown-names")
        sound(desk)
        expect(desk.locator("main li", has_text="iPhone")).to_be_visible()
        name = desk.locator("main li", has_text="asha@private.example")
        name.get_by_role("radio", name="Asha Rao").check()
        name.get_by_role("button", name="Assign").click()
        expect(desk.get_by_text("was Asha Rao").first).to_be_visible()
        expect(desk.locator("main li", has_text="asha@private.example")).to_have_count(0)

    learner = window(asha, phone=True)
    with without_complaints(learner):
        learner.goto(f"{place}/my-attendance")
        sound(learner)
        expect(learner.locator("[aria-labelledby=mark-title] .pill")).to_have_text("Half")
        expect(learner.locator("[aria-labelledby=story-title]")).to_contain_text(
            "“Asha R” in the list was said to be them"
        )
    with unit_of_work() as work:
        line = live.session(cohort, "s1")
        actions.close_session(line.id, line.roster_version, actor=world.director(), now=work.now)
    with without_complaints(learner):
        learner.reload()
        learner.get_by_role("link", name="Dispute it").click()
        expect(learner.get_by_role("heading", level=1)).to_contain_text("S1")
    while outbox.drain():
        pass
