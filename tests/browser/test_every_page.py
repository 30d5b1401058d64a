"""Every page there is, seen by whoever may see it: readable, within its window, quiet, and light to load.

`every_page.py` says who looks where. A new route fails here until it has a look, or a reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from flask import Flask
from playwright.sync_api import Page

from lms.core.db import db
from tests.browser import every_page
from tests.browser.company import Company
from tests.browser.every_page import LOOKS, NO_PAGE
from tests.browser.look import Look
from tests.support.browser import sign_in
from tests.support.demonstration import copied
from tests.support.inspection import arrive, faults
from tests.support.server import serving

SOUND = """<!doctype html><html lang="en"><head><title>{title}</title><style>
body {{ margin: 0; background: Canvas; color: CanvasText }} :root {{ color-scheme: light dark }} {style}
</style></head><body><main><h1>Sound</h1>{body}</main></body></html>"""


def test_every_route_that_shows_a_page_is_looked_at(app: Flask) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert routes - LOOKS.keys() - NO_PAGE.keys() == set(), "add a look, or the reason why there is none"
    assert (LOOKS.keys() | NO_PAGE.keys()) - routes == set(), "these routes are no more"
    assert LOOKS.keys() & NO_PAGE.keys() == set()


@pytest.fixture(scope="session")
def walk(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[Company, str]]:
    """Everybody who looks, and the address of the demonstration.

    It comes after the application of the other tests: a process has one store of files, that of the latest.
    """
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent
    shown = copied(shared, tmp_path_factory.mktemp("demonstration"))

    def broken() -> NoReturn:
        raise RuntimeError("on purpose")

    broken.__guard__ = "public"  # type: ignore[attr-defined]
    shown.add_url_rule(every_page.BROKEN, "broken", broken)
    with shown.app_context():
        company = Company(shown)
        db.session.remove()
        with serving(shown) as address:
            yield company, address
        db.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize(("who", "part"), every_page.walks())
def test_every_page_holds(walk: tuple[Company, str], new_context: Any, who: str, part: str) -> None:
    company, address = walk
    context = new_context()
    if who != "nobody":
        with company.app.app_context():
            sign_in(context, company.visitor(who), address)
    page = context.new_page()
    wrong = []
    for endpoint, look in every_page.looks_of(who, part):
        path = company.address(look)
        found, size = arrive(page, address + path, look.status)
        if size > 1000 * every_page.most(endpoint, look):
            found.append(
                f"{size / 1000:.1f} KB of HTML, at most {every_page.most(endpoint, look)} are allowed"
            )
        wrong += [f"{path}, as {who}: {fault}" for fault in [*found, *faults(page)]]
    assert not wrong, "\n".join(wrong)


# The walk does see what is wrong ----------------------------------------------------------------------------------


def shown(page: Page, body: str = "", *, title: str = "Sound", style: str = "") -> list[str]:
    page.set_content(SOUND.format(body=body, title=title, style=style))
    return faults(page)


def test_a_sound_page_has_no_faults(page: Page) -> None:
    assert shown(page) == []


@pytest.mark.parametrize(
    ("body", "style", "told"),
    [
        ("<h1>Another</h1>", "", "2 h1"),
        ('<p class="pale">Hardly there', ".pale { color: light-dark(#ddd, #ddd) }", "px, light"),
        ('<p class="dim">Hardly there', ".dim { color: light-dark(#000, #333) }", "px, dark"),
        ('<p class="small">No', "@media (max-width: 30rem) { .small { color: #ddd } }", "390 px, light"),
        ('<div class="wide">Wide</div>', ".wide { width: 350px }", "320 px:"),
        ('<img src="data:,">', "", "image-alt"),
    ],
)
def test_the_walk_sees(page: Page, body: str, style: str, told: str) -> None:
    found = shown(page, body, style=style)
    assert any(told in fault for fault in found), found


def test_the_walk_sees_a_page_without_a_title(page: Page) -> None:
    assert any("title" in fault for fault in shown(page, title=" "))


def test_the_walk_sees_what_the_server_and_the_console_say(app: Flask, live_server: str, page: Page) -> None:
    found, _size = arrive(page, f"{live_server}/no-such-page", 200)
    assert any("answered 404" in fault for fault in found)
    page.add_init_script("console.error('Refused to run: a policy forbids it')")
    found, size = arrive(page, f"{live_server}/no-such-page", 404)
    assert size > 0
    assert any("a policy forbids it" in fault for fault in found)
    found, _size = arrive(page, f"{live_server}/", 200)
    assert any("led to" in fault for fault in found)


def test_a_look_that_is_too_heavy_is_named() -> None:
    assert every_page.most("desks.learner", Look("learner", "/")) == 40
    assert every_page.most("progress.learn", Look("newcomer", "/")) == 60
    assert every_page.most("x", Look("admin", "/", weight=7)) == 7
