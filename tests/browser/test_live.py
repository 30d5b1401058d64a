"""A session in Chromium: a learner joins, an assistant keeps the roster by keyboard, both see it at the other's."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.db import db
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling.models import ScheduledItem
from tests.factories import live, world
from tests.support.browser import PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = pytest.mark.browser
ROOM = "<!doctype html><html lang='en'><title>Room</title><h1>The room</h1></html>"


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort whose sixth lecture is on now."""
    made = world.cohort(weeks_in=6)
    line, now = live.linked(made, "s6"), clock.now()
    spans = {"starts_at": now - dt.timedelta(minutes=10), "ends_at": now + dt.timedelta(minutes=170)}
    db.session.execute(sa.update(ScheduledItem).where(ScheduledItem.id == line.item_id).values(**spans))
    db.session.commit()
    return made


def window(context: BrowserContext, app: Flask, person: Person, address: str, *, phone: bool = False) -> Page:
    sign_in(context, Visitor(app).signed_in(person), address)
    page = context.new_page()
    if phone:
        page.set_viewport_size(PHONE)
    return page


def test_joining_and_the_roster(app, live_server, cohort, new_context):
    asha, ben = (world.learner(cohort, name) for name in ("Asha Rao", "Ben Okafor"))
    session = f"{live_server}/cohorts/{cohort.slug}/sessions/s6"

    learner = window(new_context(), app, asha, live_server, phone=True)
    learner.route("https://meet.example.com/**", answer)
    with without_complaints(learner):
        learner.goto(session)
        axe(learner)
        fits(learner)
        learner.get_by_role("button", name="Join the session").click()
        expect(learner.get_by_role("heading", name="The room")).to_be_visible()

    assistant = window(new_context(), app, world.granted(Role.ASSISTANT, cohort), live_server)
    with without_complaints(assistant):
        assistant.goto(f"{session}/roster")
        axe(assistant)
        fits(assistant)
        expect(assistant.get_by_text("joined")).to_have_count(1)
        assistant.keyboard.press("2")
        assistant.keyboard.press("1")
        expect(assistant.locator("[data-out=counts]")).to_have_text("1 present · 1 half", timeout=9000)
        assistant.get_by_text("Close the roster").first.click()
        assistant.get_by_role("dialog").get_by_role("button", name="Close the roster").click()
        expect(assistant.get_by_role("heading", name="The roster is closed")).to_be_visible()

    learner.goto(session)
    expect(learner.locator("[aria-labelledby=mine-title] .pill")).to_have_text("Half")
    other = window(new_context(), app, ben, live_server, phone=True)
    other.goto(session)
    expect(other.locator("[aria-labelledby=mine-title] .pill")).to_have_text("Present")


def answer(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body=ROOM)
