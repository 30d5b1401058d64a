"""A team of four plays a quarter of Six Quarters in Chromium: four briefs, one sheet, one report."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.simulations import actions
from lms.simulations.models import Round, RunTeam
from tests.factories import simulations, world
from tests.support.browser import PHONE, axe, fits, without_complaints

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def played(live_server: str) -> simulations.Played:
    """A run with one team of four, whose first round is open since an hour."""
    found = simulations.run("leadership", teams=1, members=4, cohort=world.cohort(weeks_in=29, slug="spring"))
    now = clock.now()
    with unit_of_work():
        db.session.execute(
            sa.update(Round)
            .where(Round.id == found.round().id)
            .values(
                opens_at=now - dt.timedelta(hours=1),
                closes_at=now + dt.timedelta(days=2),
                results_at=now + dt.timedelta(days=3),
            )
        )
    return found


def place(played: simulations.Played) -> str:
    """The address of the team's place."""
    team = db.session.scalars(sa.select(RunTeam)).one()
    return f"/cohorts/spring/simulations/{played.run.public_id}/teams/{team.public_id}/"


def heard(page: Page) -> str:
    """What the viewer alone hears."""
    return page.get_by_text(re.compile("^You alone hear")).inner_text()


def test_four_members_put_their_briefs_together_and_play_a_quarter(played, live_server, window):
    people = [person for person, _ in played.people["team-01"]]
    address = live_server + place(played)
    said = []
    for person in people[1:]:
        page = window(person)
        page.goto(address)
        said.append(heard(page))

    phone = window(people[0], PHONE)
    with without_complaints(phone):
        phone.goto(address)
        said.append(heard(phone))
        assert len(set(said)) == 4, "each of the four hears something else"
        fits(phone)
        axe(phone)

        steps = phone.get_by_role("navigation", name="Steps")
        steps.get_by_role("link", name="Cards").click()
        for group in phone.get_by_role("group").filter(has=phone.get_by_role("radio")).all():
            if group.is_visible() and group.get_by_role("radio").count() == 3:
                group.get_by_role("radio").first.check()
        fits(phone)
        axe(phone)

        steps.get_by_role("link", name="Attention").click()
        for _ in range(4):
            phone.get_by_role("button", name="More: Chief executive").click()
        phone.get_by_label("Vision", exact=True).fill("3")
        phone.get_by_label("Vision", exact=True).press("Tab")
        expect(phone.get_by_label("Chief executive", exact=True)).to_have_value("2")
        expect(phone.locator("[data-out='left-short']")).to_have_text(re.compile(r"^[\d.]+ of 20$"))
        expect(phone.get_by_text(re.compile("^Saved"))).to_be_visible()
        fits(phone)
        axe(phone)

        steps.get_by_role("link", name="Capacity and people").click()
        phone.get_by_label("Dispatch", exact=True).fill("40")
        expect(phone.get_by_role("status").filter(has_text="The five come to 120 %")).to_be_visible()
        phone.get_by_label("Discovery", exact=True).fill("0")
        expect(phone.get_by_role("status").filter(has_text="The five come to 100 %")).to_be_visible()
        phone.get_by_role("combobox", name="Suresh").select_option(
            label="Support: they decide, you are asked"
        )
        fits(phone)
        axe(phone)

        steps.get_by_role("link", name="Submit").click()
        phone.get_by_label("Your reason").fill("We asked each other first.")
        phone.get_by_role("button", name="Check and submit").click()
        expect(phone.get_by_text("This is what would be played")).to_be_visible()
        fits(phone)
        phone.get_by_role("button", name="Submit quarter 1").click()
        expect(phone.get_by_text("Quarter 1 is submitted").first).to_be_visible()

    other = window(people[1])
    other.goto(address)
    other.get_by_role("button", name="I stand behind it").click()
    expect(other.get_by_text("You stand behind this sheet.")).to_be_visible()
    fits(other)
    axe(other)

    with unit_of_work() as work:
        actions.close_now(
            played.run_id, played.round().id, "All are done.", actor=world.director(), now=work.now
        )
    while outbox.drain():
        pass
    with clock.at(played.round().results_at), unit_of_work() as work:
        actions.publish_due(now=work.now)
    other.goto(address)
    expect(other.get_by_text("Last report").first).to_be_visible()
