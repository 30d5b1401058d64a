"""Chromium for tests, and axe, which reads a page as assistive technology would."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from lms.core.db import db
from tests.support.pages import Visitor

REQUIRED = "REQUIRE_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
SEVERE = ("serious", "critical")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


def executable() -> str:
    """Return the path of Chromium.

    Without one the test is skipped; where REQUIRE_BROWSER=1 says that there must be one, it fails.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    why = "there is no Chromium on this machine; install the package chromium or name one in CHROMIUM"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{REQUIRED}=1, but {why}", pytrace=False)
    pytest.skip(why)


def launch_arguments() -> dict[str, Any]:
    """Return how to start it: without its own network traffic, and as root too."""
    return {
        "executable_path": executable(),
        "args": list(ARGUMENTS),
        "chromium_sandbox": hasattr(os, "geteuid") and os.geteuid() != 0,
    }


def sign_in(context: BrowserContext, visitor: Visitor, address: str) -> None:
    """Let a window be signed in as a visitor is (`Visitor(app).signed_in(person)`), without the sign-in page."""
    db.session.commit()
    name = visitor.app.config["SESSION_COOKIE_NAME"]
    cookie = visitor.client.get_cookie(name)
    assert cookie is not None, "the visitor has not signed in"
    context.add_cookies([{"name": name, "value": cookie.value, "url": address}])


def axe(page: Page, *, within: str | None = None, rules: Sequence[str] | None = None) -> None:
    """Fail when axe finds something serious on the page as it stands; by all rules, or by those named."""
    if not page.evaluate("() => typeof window.axe === 'object'"):
        page.evaluate(Path(AXE_FILE_PATH).read_text(encoding="utf-8"))
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = page.evaluate(
        "([context, options]) => window.axe.run(context || document, options)", [within, options]
    )
    severe = [fault for fault in found["violations"] if fault["impact"] in SEVERE]
    assert not severe, f"axe on {page.url}:\n" + "\n".join(map(_told, severe))


def _told(fault: dict[str, Any]) -> str:
    places = "\n".join(f"    {node['html'][:160]}  ({node['target']})" for node in fault["nodes"][:5])
    return f"- {fault['impact']}: {fault['id']}, {fault['help']}\n{places}"


def fits(page: Page) -> None:
    """Fail when the page scrolls sideways at the present width."""
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"


@contextmanager
def without_complaints(page: Page, but: int = 200) -> Iterator[None]:
    """Fail when a script throws, the console shows an error or a request is answered 5xx in the meantime.

    `but` is the status that the page itself is meant to have: a browser notes every refusal in its console.
    """
    complaints: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error" and f"status of {but} " not in message.text:
            complaints.append(f"console: {message.text}")

    def on_error(error: Exception) -> None:
        complaints.append(f"script: {error}")

    def on_response(response: Any) -> None:
        if response.status >= 500 and response.status != but:
            complaints.append(f"{response.status}: {response.url}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    page.on("response", on_response)
    try:
        yield
        assert not complaints, f"{page.url} complained:\n" + "\n".join(complaints)
    finally:
        page.remove_listener("console", on_console)
        page.remove_listener("pageerror", on_error)
        page.remove_listener("response", on_response)
