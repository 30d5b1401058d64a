"""What judges pages in Chromium does see what is wrong, and a window can be signed in."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people import actions, queries
from lms.people.models import AccountSession
from tests.support.browser import axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = pytest.mark.browser

SOUND = """<!doctype html><html lang="en"><head><title>Sound</title></head>
<body><main><h1>Sound</h1>{}</main></body></html>"""


def test_a_sound_page_passes(page: Page) -> None:
    with without_complaints(page):
        page.set_content(SOUND.format("<p>Nothing to see."))
        axe(page)
        fits(page)


def test_axe_sees_what_cannot_be_read(page: Page) -> None:
    page.set_content(SOUND.format('<p style="color: #ddd; background: #fff">Hardly there'))
    with pytest.raises(AssertionError, match="color-contrast"):
        axe(page)


def test_a_page_that_is_too_wide_fails(page: Page) -> None:
    page.set_content(SOUND.format('<div style="width: 3000px">Wide</div>'))
    with pytest.raises(AssertionError, match="wider than the window"):
        fits(page)


def test_a_script_that_throws_fails(page: Page) -> None:
    with pytest.raises(AssertionError, match="no such thing"), without_complaints(page):
        page.set_content(SOUND.format("<script>throw new Error('no such thing')</script>"))


def test_a_window_is_signed_in(app: Flask, live_server: str, page: Page) -> None:
    with unit_of_work() as work:
        person = actions.add_person(
            actions.PersonFacts(name="Ana", email="ana@example.org"), actor=None, now=work.now
        )
    sign_in(page.context, Visitor(app).signed_in(person), live_server)
    page.goto(f"{live_server}/healthz")
    assert [cookie["name"] for cookie in page.context.cookies()] == [app.config["SESSION_COOKIE_NAME"]]
    user = queries.user_of(person.id)
    assert user is not None
    with app.app_context():
        kept = db.session.scalars(sa.select(AccountSession.user_id)).all()
    assert kept == [user.id]
