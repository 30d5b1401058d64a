"""A year of Portfolio Years in Chromium: a draft on a phone, the editor at a desk, a dissent, the results."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.simulations import actions
from lms.simulations.models import Round
from tests.factories import simulations, world
from tests.simulations.test_game import address
from tests.support.browser import PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("GAME_SHOTS", "")


def shot(page: Page, name: str) -> None:
    """A picture for whoever asked for it, in both themes."""
    for theme in ("light", "dark") if SHOTS else ():
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=Path(SHOTS) / f"{name}-{theme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


def sound(page: Page) -> None:
    """The page can be read by everybody, and is not wider than the window."""
    axe(page)
    fits(page)


def opens_now(played: simulations.Played) -> None:
    """Bring the first round around the present: the server lives in it."""
    now = clock.now()
    for number in range(1, 9):
        begins = now + dt.timedelta(weeks=number - 1) - dt.timedelta(days=1)
        spans = {
            "opens_at": begins,
            "closes_at": begins + dt.timedelta(days=5),
            "results_at": begins + dt.timedelta(days=5, hours=12),
        }
        round_ = played.round(number)
        db.session.execute(sa.update(Round).where(Round.id == round_.id).values(**spans))
    db.session.commit()


def is_over(played: simulations.Played, number: int) -> None:
    """The worker closes a round and shows its results, as if its time had come."""
    now = clock.now()
    past = {"closes_at": now - dt.timedelta(hours=2), "results_at": now - dt.timedelta(hours=1)}
    db.session.execute(sa.update(Round).where(Round.id == played.round(number).id).values(**past))
    db.session.commit()
    with unit_of_work() as work:
        actions.close_due(now=work.now)
    while outbox.drain():
        pass
    with unit_of_work() as work:
        actions.publish_due(now=work.now)
    db.session.commit()


@pytest.mark.slow
def test_a_year_from_the_first_draft_to_the_report(
    app: Flask, live_server: str, new_context: Callable[..., BrowserContext]
) -> None:
    played = simulations.run("market", cohort=world.cohort(weeks_in=6))
    opens_now(played)
    here = f"{live_server}{address(played)}"

    def window(at: int, *, phone: bool = False) -> Page:
        context = new_context()
        sign_in(context, Visitor(app).signed_in(played.people["team-01"][at][0]), live_server)
        page = context.new_page()
        if phone:
            page.set_viewport_size(PHONE)
        return page

    # on a phone, one step at a time
    member = window(0, phone=True)
    with without_complaints(member):
        member.goto(here)
        expect(member.locator("#step-situation")).to_be_visible()
        expect(member.locator("#step-product-A")).to_be_hidden()
        shot(member, "phone-situation")
        sound(member)
        member.get_by_role("button", name="Next").click()
        before = member.locator(".cash-line [data-out=cash]").inner_text()
        member.locator("#products-A-price").fill("9.5")
        expect(member.locator(".cash-line [data-out=cash]")).not_to_have_text(before)
        expect(member.locator("[data-saved]")).to_contain_text("Saved", timeout=10_000)
        shot(member, "phone-product")
        sound(member)

    # the editor takes over at a desk, and submits
    editor = window(1)
    with without_complaints(editor):
        editor.goto(here)
        expect(editor.locator("#products-A-price")).to_have_value("9.5")
        editor.get_by_role("button", name="Take the pen over").click()
        editor.locator("#products-A-production").fill("400")
        expect(editor.locator("[data-plan-warnings]")).to_contain_text("above the most that can be made")
        shown = editor.locator(".effect-cash [data-out=cash]").inner_text()
        expect(editor.locator("[data-saved]")).to_contain_text("Saved", timeout=10_000)
        expect(editor.locator(".effect-cash [data-out=cash]")).to_have_text(shown)
        shot(editor, "desk")
        sound(editor)
        editor.locator("#products-A-production").fill("120")
        editor.locator("#study-ideals").check()
        editor.locator("#study-rivals").check()
        editor.locator("#rationale").fill("Mainstream first; trust follows.")
        editor.get_by_role("button", name="Check and submit").click()
        expect(editor.locator("#review-title")).to_be_visible()
        sound(editor)
        editor.get_by_role("button", name="Submit year 1").click()
        expect(editor.locator("#submitted-title")).to_contain_text("is submitted")

    # a third says otherwise, without a pen
    third = window(2)
    with without_complaints(third):
        third.goto(here)
        third.get_by_text("I would decide otherwise").click()
        third.get_by_label("What you would have decided instead").fill("Leave the value segment alone.")
        third.get_by_role("button", name="Dissent").click()
        expect(third.locator("#submitted")).to_contain_text("Leave the value segment alone.")
        shot(third, "submitted")
        sound(third)

    is_over(played, 1)
    with without_complaints(member):
        member.goto(here)
        member.get_by_role("link", name="Last report").click()
        expect(member.locator("#score-title")).to_contain_text("of 100")
        shot(member, "phone-report")
        sound(member)
    with without_complaints(editor):
        editor.goto(here)
        shot(editor, "desk-after")
        sound(editor)
        editor.get_by_role("link", name="Last report").click()
        shot(editor, "report")
        sound(editor)
        editor.get_by_role("link", name="History").click()
        expect(editor.locator("main")).to_contain_text("Mainstream first; trust follows.")
        shot(editor, "history")
        sound(editor)
