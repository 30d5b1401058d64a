"""What happens around every request: an id, security headers, caching rules, a log line."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import time
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Request, Response, g, request, request_started
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.utils import cached_property

from lms.core import audit, clock

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = structlog.get_logger()
UNREADABLE = "\N{REPLACEMENT CHARACTER}".encode().decode("latin-1")
"""As WSGI writes it."""


class CleanRequest(Request):
    """A request whose texts have lost the one character that PostgreSQL cannot keep: NUL, which nobody types.

    In a path it becomes the sign for what could not be read, which names nothing.
    """

    def __init__(self, environ: WSGIEnvironment, *args: Any, **kwargs: Any) -> None:
        if "\x00" in environ.get("PATH_INFO", ""):
            environ = {**environ, "PATH_INFO": environ["PATH_INFO"].replace("\x00", UNREADABLE)}
        super().__init__(environ, *args, **kwargs)

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The query."""
        return ImmutableMultiDict(_without_nul(super().args))

    def _load_form_data(self) -> None:
        super()._load_form_data()
        if "form" in self.__dict__:
            self.__dict__["form"] = ImmutableMultiDict(_without_nul(self.__dict__["form"]))


def _without_nul(texts: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name.replace("\x00", ""), text.replace("\x00", "")) for name, text in texts.items(multi=True)]


POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_GIVEN_ID = re.compile(r"^[A-Za-z0-9._-]{8,40}$")


def register(app: Flask, *, https: bool) -> None:
    """Put the frame around every request."""
    app.request_class = CleanRequest
    request_started.connect(_note_arrival, app, weak=False)

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _GIVEN_ID.match(given) else secrets.token_hex(8)
        g.started = time.perf_counter()
        audit.request_id.set(g.request_id)
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        response.headers["X-Request-Id"] = g.get("request_id", "")
        _caching(response)
        if request.endpoint != "static":
            log.info(
                "request",
                method=request.method,
                path=_path_without_secrets(),
                status=response.status_code,
                ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
            )
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        audit.request_id.set(None)
        structlog.contextvars.clear_contextvars()


def _path_without_secrets() -> str:
    """The path for the log: a secret word in an address opens things, and logs are read by others."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "…") if token else request.path


def _note_arrival(_app: Flask, **_more: object) -> None:
    """Keep the instant before anything reads the body: a large upload takes minutes to arrive."""
    g.began_at = clock.now()


def began_at() -> dt.datetime:
    """When the server began to receive this request."""
    instant: dt.datetime = g.began_at
    return instant


def _caching(response: Response) -> None:
    if "Cache-Control" in response.headers or request.endpoint == "static":
        return
    if g.get("no_store") or request.blueprint in ("security", "account") or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
        return
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")


def no_store() -> None:
    """This page is never kept by a browser: marks, transcripts, other people's data, exports."""
    g.no_store = True
