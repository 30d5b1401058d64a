"""A team hands a milestone in, in Chromium: a large file over a connection that breaks, and its guide who reads it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, expect

from lms.core import clock
from lms.core.db import db
from lms.coursework import queries as coursework
from lms.scheduling.models import ScheduledItem
from tests.factories import capstone as make
from tests.factories.notifications import worked_off
from tests.support.browser import PHONE, fits
from tests.support.pages import Visitor

pytestmark = pytest.mark.browser
PACK = b"%PDF-1.7\n" + bytes(range(256)) * 4096 * 9
"""Nine megabytes: more than goes with a form."""
NAME = "evidence-pack.pdf"


@pytest.fixture
def team(live_server: str) -> make.Capstone:
    """A team whose evidence pack is due in two days, whatever the day of the week; its plan is accepted."""
    with clock.at(clock.now() - dt.timedelta(weeks=27)):
        made = make.capstone(upto="m2")
    now = clock.now()
    spans = {"starts_at": now - dt.timedelta(days=2), "ends_at": now + dt.timedelta(days=2)}
    named = sa.and_(ScheduledItem.cohort_id == made.cohort.id, ScheduledItem.key == "m3")
    db.session.execute(sa.update(ScheduledItem).where(named).values(**spans))
    db.session.commit()
    return made


def to_m3(page: Page) -> None:
    page.get_by_role("link", name="Capstone", exact=True).first.click()
    page.get_by_role("link", name=re.compile(r"^M3\b")).first.click()
    page.wait_for_load_state("networkidle")


def choose(page: Page) -> None:
    page.get_by_label("Add a file").set_input_files(
        {"name": NAME, "mimeType": "application/pdf", "buffer": PACK}
    )


def test_a_large_file_survives_a_broken_connection_and_a_colleagues_words_survive_the_file(
    app, team, live_server, window
):
    asha, ben = team.team.people[:2]
    page = window(asha)
    to_m3(page)
    sent: list[int] = []
    broken = {"after": 1}

    def piece(route: Route) -> None:
        """The first piece goes through; then the cable is pulled."""
        if len(sent) >= broken["after"]:
            route.abort("connectionreset")
            return
        found = re.search(rb'name="offset"\r\n\r\n(\d+)', route.request.post_data_buffer or b"")
        sent.append(int(found[1]) if found else -1)
        route.continue_()

    page.route(re.compile(r"/capstone/m3/uploads/\w+$"), piece)
    choose(page)
    page.get_by_role("button", name="Add the file").click()
    expect(page.locator("[data-upload-words]")).to_contain_text("No connection. It is tried again")
    assert sent == [0]

    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#unfinished")).to_contain_text(f"{NAME}")
    expect(page.locator("#unfinished")).to_contain_text("of 9.4 MB")
    fits(page)

    hers = window(ben, PHONE)
    to_m3(hers)
    questions = [each for each in _fields(team) if each["kind"] != "file"]
    field = hers.locator(f'[name="f-{questions[0]["id"]}"]')
    field.fill("11")
    expect(hers.locator("[data-saved-words]")).to_contain_text("Saved")
    fits(hers)

    broken["after"] = 99
    choose(page)
    page.get_by_role("button", name="Add the file").click()
    expect(page.get_by_text("changed this draft")).to_be_visible()
    assert sent[1] == 4 * 1024 * 1024, "it goes on where it stopped"
    assert sent == sorted(set(sent))
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    expect(page.locator(".answers").first).to_contain_text("11")

    page.reload()
    for each in questions:
        asked = page.locator(f'[name="f-{each["id"]}"]')
        if each["kind"] == "tick":
            asked.check()
        elif not asked.first.input_value():
            asked.first.fill(make.ANSWERS.get(each["id"], "A short answer."))
    page.get_by_role("button", name="Hand in M3").click()
    expect(page.get_by_text("M3 is handed in, as version 1")).to_be_visible()
    expect(page.locator("#version-1")).to_contain_text(hashlib.sha256(PACK).hexdigest()[:12])
    fits(page)
    address = page.locator("#version-1").get_by_role("link", name=NAME).get_attribute("href")
    worked_off()

    hers.reload()
    hers.get_by_role("link", name=re.compile("notice", re.IGNORECASE)).first.click()
    expect(hers.get_by_text("Receipt for M3").first).to_be_visible()
    guide = window(team.guide)
    guide.get_by_role("link", name="Should Lautan open its depots").first.click()
    guide.get_by_role("link", name="Answer M3").click()
    expect(guide.get_by_role("link", name=NAME)).to_be_visible()
    assert Visitor(app).signed_in(team.guide).open("GET", address).data == PACK


def _fields(team: make.Capstone) -> list[dict[str, str]]:
    here = make.visit(team.cohort, team.team.people[0], "m3")
    return list(coursework.content(here.line.id).spec["fields"])
