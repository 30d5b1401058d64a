"""The style guide: every component is on it, and each page is a sound page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect

from lms.web import pictures
from lms.web.pictures import heat_words
from lms.web.style_guide.board_sample import ROWS
from tests.support import browser
from tests.support.pages import Visitor

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = sorted(path.name for path in (ROOT / "templates" / "components").glob("*.html"))
PAGES = (
    "/style-guide/",
    "/style-guide/learner-desk",
    "/style-guide/learner-desk?state=live",
    "/style-guide/learner-desk?state=nothing",
    "/style-guide/marking-desk",
    "/style-guide/cohort-board",
    "/style-guide/cohort-board?who=p01",
    "/style-guide/cohort-board?rows=one",
    "/style-guide/cohort-board?rows=none",
)


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_shown(name: str) -> None:
    shown = (ROOT / "templates" / "style_guide" / "index.html").read_text(encoding="utf-8")
    assert f'"components/{name}"' in shown


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_reads_no_globals(name: str) -> None:
    """Everything comes through arguments: no session, no request, no shell."""
    text = (ROOT / "templates" / "components" / name).read_text(encoding="utf-8")
    code = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    assert (
        re.findall(r"\b(shell|request|session|g|current_user|config)\.|\b(url_for|csrf_token)\(", code) == []
    )


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_sound(visitor: Visitor, page: str) -> None:
    assert visitor.get(page).has("main")


def test_the_learner_desk_says_what_is_next(visitor: Visitor) -> None:
    page = visitor.get("/style-guide/learner-desk")
    assert (
        page.text(".next-when").replace("\N{NO-BREAK SPACE}", " ") == "Next Sat 16 Aug, 17:00 GST in 3 d 20 h"
    )
    assert page.texts(".next-title") == ["Metric trees"]
    assert len(page.texts("ol.rows > li")) == 7


def test_the_live_desk_says_now_and_joins(visitor: Visitor) -> None:
    page = visitor.get("/style-guide/learner-desk?state=live")
    assert page.texts(".pill.live") == ["Live now"]
    assert "Join the session" in page.text(".next")


def test_an_empty_week_says_so(visitor: Visitor) -> None:
    page = visitor.get("/style-guide/learner-desk?state=nothing")
    assert "Nothing is due this week" in page.text()


def test_the_board_shows_sixty_the_worst_first(visitor: Visitor) -> None:
    rows = visitor.get("/style-guide/cohort-board").rows("#learners")
    body = [row for row in rows if row and "Name" not in row]
    assert len(body) == len(ROWS) == 60


def test_the_drawer_explains_a_figure(visitor: Visitor) -> None:
    drawer = visitor.get("/style-guide/cohort-board?who=p01").text("#facts")
    assert "at least 75 %" in drawer
    assert "Write to Oluwaseun" in drawer


def test_a_strip_is_said_in_words() -> None:
    assert heat_words((None, 4, 3, None, 2, 1, 0)) == "last weeks 3, 2, 1, 0 of 4"
    assert heat_words((None,)) == "no weeks yet"
    assert pictures.heat(()).width == 0


def test_the_theme_is_kept_in_a_cookie(visitor: Visitor) -> None:
    page = visitor.get("/style-guide/learner-desk")
    assert not page.has("html[data-theme]")
    dark = visitor.submit(page, "form.theme", press="Dark theme")
    assert dark.has('html[data-theme="dark"]')
    assert visitor.submit(dark, "form.theme", press="Light theme").has('html[data-theme="light"]')


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1440, 2560])
def test_pages_are_accessible_and_fit(page: BrowserPage, live_server: str, width: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in PAGES:
        page.goto(live_server + address)
        browser.fits(page)
        if width in (390, 1440):
            browser.axe(page)


@pytest.mark.browser
def test_a_marker_needs_no_mouse(page: BrowserPage, live_server: str) -> None:
    page.goto(f"{live_server}/style-guide/marking-desk")
    expect(page.get_by_label("Level 4").first).to_be_checked()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("3")
    expect(page.locator("#words-3")).to_be_checked()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Finish, next")


@pytest.mark.browser
def test_a_drawer_opens_beside_the_list_and_gives_focus_back(page: BrowserPage, live_server: str) -> None:
    page.goto(f"{live_server}/style-guide/cohort-board")
    page.wait_for_load_state("networkidle")
    page.get_by_role("link", name="74.6").click()
    expect(page.locator("#facts")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#facts")).to_have_count(0)
    expect(page.get_by_role("link", name="74.6")).to_be_focused()
