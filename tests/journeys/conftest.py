"""What journeys share: somebody with a browser who gets about by links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from lms.people.models import Person
from tests.support.browser import DESKTOP, sign_in
from tests.support.pages import Visitor
from tests.support.walker import Walker

Walk = Callable[..., Walker]
Window = Callable[..., Page]


@pytest.fixture
def walk(app: Flask, session: Any) -> Walk:
    """Let somebody sign in and stand at the front door; nobody: a browser without a sign-in."""

    def as_(person: Person | None = None) -> Walker:
        return Walker(app, person)

    return as_


@pytest.fixture
def window(app: Flask, live_server: str, new_context: Callable[..., BrowserContext]) -> Window:
    """A window of somebody's own, at the front door."""

    def open_(person: Person, size: dict[str, int] = DESKTOP) -> Page:
        context = new_context()
        sign_in(context, Visitor(app).signed_in(person), live_server)
        page = context.new_page()
        page.set_viewport_size(size)
        page.goto(live_server)
        return page

    return open_
