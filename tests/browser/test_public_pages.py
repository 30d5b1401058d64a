"""Pages that anybody may open hold in Chromium: no complaint, nothing serious for axe, no sideways scrolling."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.support.browser import DESKTOP, PHONE, axe, fits, without_complaints
from tests.support.pages import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = (320, 390, 1440, 2560)


def public_pages(app: Flask) -> list[str]:
    """Return the addresses without arguments that answer everybody with a page."""
    visitor = Visitor(app)
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            answer = visitor.open("GET", rule.rule)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                found.append(rule.rule)
    return sorted(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_hold(app: Flask, live_server: str, page: Page, scheme: str) -> None:
    pages = public_pages(app)
    assert "/login" in pages
    page.emulate_media(color_scheme=scheme)
    for address in pages:
        with without_complaints(page):
            page.goto(live_server + address)
            for size in (PHONE, DESKTOP):
                page.set_viewport_size(size)
                axe(page)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                fits(page)
