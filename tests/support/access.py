"""Who may do what, asked of every route: the guards as they are, around views that do nothing."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.globals import _cv_app

from lms.core.db import db
from lms.web.guards import requires, signed_in
from tests.support.pages import Visitor

TABLE = Path(__file__).parents[2] / "docs" / "access.md"
Answers = dict[tuple[str, str], dict[str, str]]
"""(endpoint, method) → kind of person → answer."""
OUTSIDE = ("static", "style_guide", "security", "status", "web")
"""Endpoints of the toolkit: everybody's, and tested where they are."""


def _nothing(*_args: Any, **_kwargs: Any) -> str:
    return "allowed"


def guarded_nothing(view: Callable[..., Any]) -> Callable[..., Any]:
    """A view with the same guard that changes nothing."""
    guard = view.__guard__  # type: ignore[attr-defined]
    if guard == "public":
        return _nothing
    if guard == "signed in":
        return signed_in(lambda *_a, **_k: _nothing())
    return requires(view.__allowed__, view.__loader__)(lambda *_a, **_k: _nothing())  # type: ignore[attr-defined]


@contextmanager
def only_guards(app: Flask) -> Iterator[None]:
    """Inside, every view of ours answers "allowed" to those whom its guard lets in."""
    kept, csrf = dict(app.view_functions), app.config["WTF_CSRF_ENABLED"]
    for endpoint, view in kept.items():
        if endpoint.partition(".")[0] not in OUTSIDE:
            app.view_functions[endpoint] = guarded_nothing(view)
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        yield
    finally:
        app.view_functions.update(kept)
        app.config["WTF_CSRF_ENABLED"] = csrf


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Every route of ours: (endpoint, rule, method), in order."""
    return sorted(
        (rule.endpoint, rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] not in OUTSIDE
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def all_routes(app: Flask) -> list[tuple[str, str, str]]:
    """Every route there is, those of the toolkit too."""
    return sorted(
        (rule.endpoint, rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def asked(visitors: Mapping[str, Visitor], method: str, url: str) -> dict[str, str]:
    """What each visitor gets at an address: `yes`, `no` (403), `hidden` (404), `sign-in`, or another status."""
    db.session.commit()
    context = contextvars.copy_context()
    context.run(_cv_app.set, None)
    return context.run(lambda: {name: _answer(one, method, url) for name, one in visitors.items()})


def _answer(visitor: Visitor, method: str, url: str) -> str:
    response = visitor.client.open(url, method=method)
    if response.status_code in (302, 303) and "/login" in response.headers["Location"]:
        return "sign-in"
    return {200: "yes", 403: "no", 404: "hidden"}.get(response.status_code, str(response.status_code))


def published() -> Answers:
    """The table that people have decided on."""
    lines = [line.split("|")[1:-1] for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    head = [cell.strip() for cell in lines[0]]
    found = {}
    for cells in lines[1:]:
        row = dict(zip(head, (cell.strip() for cell in cells), strict=True))
        found[row.pop("route"), row.pop("method")] = row
    return found
