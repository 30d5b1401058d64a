"""Who may do what, asked of every route: the guards as they are, around views that do nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from lms.web.guards import requires, signed_in

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
