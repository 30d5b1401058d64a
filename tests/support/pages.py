"""A visitor: signs in, reads pages, fills in forms like a person, and complains about every page that is not sound."""

from __future__ import annotations

import contextvars
import datetime as dt
import io
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.globals import _cv_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.core import clock
from lms.core.db import db
from lms.people import actions, security
from lms.people.models import Person
from tests.support.lint import faults
from tests.support.statements import statements

MAX_REDIRECTS = 5
OK = 200
WEEK = dt.timedelta(days=7)
LAST_ACTIVITY = "last_seen"
"""The one thing that a GET may write: when somebody was here."""


class PageError(AssertionError):
    """A page is not what the test, or the house, expects."""


@dataclass(frozen=True)
class Page:
    """An HTML page that was fetched and found sound."""

    url: str
    status: int
    soup: BeautifulSoup
    response: TestResponse
    visited: tuple[str, ...] = ()
    """The addresses that redirected here, first to last."""

    def one(self, selector: str) -> Tag:
        """Return the one element that a CSS selector finds."""
        found = self.soup.select(selector)
        if len(found) != 1:
            raise PageError(
                f"{selector!r} finds {len(found)} elements on {self.url} instead of one:\n{self.summary}"
            )
        return found[0]

    def has(self, selector: str) -> bool:
        """Say whether a CSS selector finds anything."""
        return self.soup.select_one(selector) is not None

    def text(self, selector: str = "main") -> str:
        """Return the text of the one element found, with single spaces."""
        return _text(self.one(selector))

    def texts(self, selector: str) -> list[str]:
        """Return the text of each element found, in order."""
        return [_text(tag) for tag in self.soup.select(selector)]

    def rows(self, selector: str = "table") -> list[list[str]]:
        """Return the cells of a table's body, row by row."""
        return [
            [_text(cell) for cell in row.select("th, td")] for row in self.one(selector).select("tbody tr")
        ]

    def link(self, text: str) -> str:
        """Return where the one link with this text leads."""
        found = {str(tag["href"]) for tag in self.soup.select("a[href]") if _text(tag) == text}
        if len(found) != 1:
            raise PageError(f"{len(found)} links say {text!r} on {self.url}:\n{self.summary}")
        return found.pop()

    @property
    def title(self) -> str:
        """What the page calls itself."""
        return self.text("h1")

    @property
    def messages(self) -> list[str]:
        """What the page says about the last act: flashes, alerts, errors at fields."""
        return self.texts("[role=alert], [role=status]")

    @property
    def summary(self) -> str:
        """The page's text, for failures."""
        return _text(self.soup)[:1500]


class Visitor:
    """Somebody with a web browser. Each request is on its own, as in a server: nothing leaks from the test into it."""

    def __init__(self, app: Flask) -> None:
        """Open a browser with no cookies."""
        self.app = app
        self.client: FlaskClient = app.test_client()

    def signed_in(self, person: Person) -> Self:
        """Be signed in as this person; an account is made when there is none. The sign-in page is not visited."""
        now, word = clock.now(), secrets.token_urlsafe(24)
        user = actions.give_account(person, password_hash=None, now=now)
        actions.keep_sign_in(
            user.id, token=word, address="127.0.0.1", user_agent="tests", expires_at=now + WEEK, now=now
        )
        with self.client.session_transaction() as cookie:
            cookie.update({"_user_id": user.fs_uniquifier, "_fresh": True, security.TOKEN: word})
        db.session.commit()  # a unit of work that follows begins with a rollback
        return self

    def get(self, url: str, *, status: int = OK, follow: bool = True, **options: Any) -> Page:
        """Fetch a page and check that it is sound; redirects are followed unless told otherwise."""
        return self._arrive(self.open("GET", url, **options), status=status, follow=follow)

    def refused(self, url: str, *, status: int, method: str = "GET") -> Page:
        """Fetch a page that this person may not see, and check that the refusal is a sound page too."""
        return self._arrive(self.open(method, url), status=status, follow=False)

    def submit(
        self,
        page: Page,
        selector: str = "main form",
        fields: Mapping[str, Any] | None = None,
        *,
        press: str | None = None,
        status: int = OK,
        follow: bool = True,
        **more: Any,
    ) -> Page:
        """Fill in a form of a page and send it, as a browser would.

        What is not named keeps the value that the page shows. A list gives several values, None leaves a field out,
        True and False tick and untick, (bytes, name) is a file. `press` is the text of the button.
        """
        form = page.one(selector)
        data = _filled(page, form, {**(fields or {}), **more}, press)
        action = str(form.get("action") or page.url)
        method = str(form.get("method", "get")).upper()
        if method == "GET":
            return self.get(action, query_string=data, status=status, follow=follow)
        response = self.open(method, action, data=data, headers={"Referer": f"http://localhost{page.url}"})
        return self._arrive(response, status=status, follow=follow)

    def open(self, method: str, url: str, **options: Any) -> TestResponse:
        """Send a request as a server would meet it: outside the test's application context, on saved data."""
        db.session.commit()  # what the test has set up so far is what the request finds
        context = contextvars.copy_context()
        context.run(_cv_app.set, None)
        try:
            with statements() as seen:
                response = context.run(self.client.open, url, method=method, **options)
        finally:
            db.session.expire_all()
        written = [text for text in seen.writes if LAST_ACTIVITY not in text]
        if method == "GET" and written:
            raise PageError(f"a GET never writes, but {url} does:\n- " + "\n- ".join(written))
        return response

    def _arrive(self, response: TestResponse, *, status: int, follow: bool) -> Page:
        visited: list[str] = []
        while follow and response.status_code in (301, 302, 303, 307, 308):
            visited.append(_address(response))
            if len(visited) > MAX_REDIRECTS:
                raise PageError(f"too many redirects: {visited}")
            response = self.open("GET", _inside(response.headers["Location"]))
        page = _read(response, tuple(visited))
        if page.status != status:
            raise PageError(f"{page.url} answered {page.status} instead of {status}:\n{page.summary}")
        return page


def _read(response: TestResponse, visited: tuple[str, ...]) -> Page:
    html = response.get_data(as_text=True)
    soup = BeautifulSoup(html, "html.parser")
    url = _address(response)
    if response.mimetype == "text/html" and html and response.status_code not in range(300, 400):
        fragment = "HX-Request" in response.request.headers
        found = faults(html, soup, fragment=fragment)
        if found:
            raise PageError(f"{url} ({response.status_code}) is not sound:\n- " + "\n- ".join(found))
    return Page(url, response.status_code, soup, response, visited)


def _filled(page: Page, form: Tag, wanted: Mapping[str, Any], press: str | None) -> dict[str, Any]:
    data: dict[str, list[Any]] = {}
    known = set()
    for control in _controls(page, form):
        name = str(control.get("name", ""))
        if not name or control.has_attr("disabled"):
            continue
        known.add(name)
        for value in _present(control):
            data.setdefault(name, []).append(value)
    unknown = set(wanted) - known
    if unknown:
        raise PageError(f"the form on {page.url} has no field {sorted(unknown)}; it has {sorted(known)}")
    for name, value in wanted.items():
        data.pop(name, None)
        if value is None or value is False:
            continue
        boxes = [c for c in _controls(page, form) if c.get("name") == name and c.get("type") == "checkbox"]
        values = [boxes[0].get("value", "on")] if value is True and boxes else _several(value)
        data[name] = [_upload(one) for one in values]
    data.update(_pressed(page, form, press))
    return {name: values for name, values in data.items() if values}


def _controls(page: Page, form: Tag) -> list[Tag]:
    inside = form.select("input, select, textarea")
    if form.get("id"):
        inside += [tag for tag in page.soup.select(f'[form="{form["id"]}"]') if tag.name in CONTROLS]
    return inside


CONTROLS = ("input", "select", "textarea")


def _present(control: Tag) -> list[str]:
    """Return what a browser would send for a control that nobody touched."""
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        options = control.select("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [str(option.get("value", _text(option))) for option in chosen]
    kind = str(control.get("type", "text")).lower()
    if kind in ("submit", "button", "image", "reset", "file"):
        return []
    if kind in ("checkbox", "radio"):
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    return [str(control.get("value", ""))]


def _pressed(page: Page, form: Tag, press: str | None) -> dict[str, list[str]]:
    buttons = form.select("button:not([type=button]):not([type=reset]), input[type=submit]")
    if form.get("id"):
        buttons += page.soup.select(f'button[form="{form["id"]}"]:not([type=button])')
    if press is not None:
        buttons = [b for b in buttons if press in (_text(b), b.get("value"), b.get("aria-label"))]
        if len(buttons) != 1:
            raise PageError(f"{len(buttons)} buttons of the form on {page.url} say {press!r}")
    if not buttons or not buttons[0].get("name"):
        return {}
    return {str(buttons[0]["name"]): [str(buttons[0].get("value", ""))]}


def _several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _upload(value: Any) -> Any:
    if isinstance(value, tuple):
        content, name = value
        return io.BytesIO(content), name
    return str(value)


def _address(response: TestResponse) -> str:
    request = response.request
    return f"{request.path}?{request.query_string.decode()}" if request.query_string else request.path


def _inside(location: str) -> str:
    parts = urlsplit(location)
    if parts.netloc and parts.hostname != "localhost":
        raise PageError(f"a redirect leads away, to {location}")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text().split())
