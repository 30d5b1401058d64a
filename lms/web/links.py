"""Addresses of pages, built once: a page names the same forty again and again, and building one costs 20 µs."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, has_request_context, request, url_for


@lru_cache(maxsize=16384)
def _built(_root: str, endpoint: str, values: tuple[tuple[str, str], ...]) -> str:
    return url_for(endpoint, **dict(values))  # type: ignore[arg-type]


def href(endpoint: str, **values: object) -> str:
    """The path of a page as `flask.url_for` gives it, remembered by everything it depends on."""
    if not has_request_context() or any(isinstance(value, list | tuple) for value in values.values()):
        return url_for(endpoint, **values)  # type: ignore[arg-type]
    if endpoint.startswith("."):
        endpoint = f"{request.blueprint}{endpoint}"
    named = tuple((name, str(value)) for name, value in values.items() if value is not None)
    return _built(request.root_path, endpoint, named)


def register(app: Flask) -> None:
    """Let templates say `url_for` and mean this."""
    app.jinja_env.globals["url_for"] = href
