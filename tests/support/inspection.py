"""Looking at one page in every way: both themes, every width; what is wrong comes back as a list."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.support.browser import DESKTOP, PHONE, axe, fits, without_complaints

WIDTHS = (320, 390, 1440, 2560)
THEMES = ("light", "dark")
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that another theme can change; the others need not be asked twice."""


def faults(page: Page) -> list[str]:
    """What is wrong with the page that is open, as it stands and at every width and theme."""
    return [*_frame(page), *_seen(page), *_wide(page)]


def arrive(page: Page, address: str, status: int) -> tuple[list[str], int]:
    """Open an address; what is wrong with arriving there, and the size of its HTML in bytes."""
    page.set_viewport_size(DESKTOP)
    found: list[str] = []
    size = 0
    try:
        with without_complaints(page, but=status):
            answer = page.goto(address)
            page.wait_for_load_state("load")
            assert answer is not None
            size = len(answer.body())
            if answer.status != status:
                found.append(f"answered {answer.status} instead of {status}")
            if page.url != address:
                found.append(f"led to {page.url}")
    except AssertionError as complaint:
        found.append(str(complaint))
    return found, size


def _frame(page: Page) -> Iterator[str]:
    titles = page.locator("h1").count()
    if titles != 1:
        yield f"{titles} h1 instead of one"
    if not page.title().strip():
        yield "no title"


def _seen(page: Page) -> Iterator[str]:
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            try:
                axe(page, rules=OF_COLOURS if theme == "dark" else None)
            except AssertionError as severe:
                yield f"{size['width']} px, {theme}: {severe}"
    page.emulate_media(color_scheme="light")


def _wide(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        try:
            fits(page)
        except AssertionError as wide:
            yield f"{width} px: {wide}"
