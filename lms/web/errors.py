"""What a visitor sees when something does not work, and with which status."""

from __future__ import annotations

import structlog
from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms.core.errors import Forbidden, NotFound, RuleViolation
from lms.web.guards import Anonymous, to_sign_in

log = structlog.get_logger()


def register(app: Flask) -> None:
    """Give the application its error pages."""
    app.register_error_handler(Anonymous, lambda _error: to_sign_in())
    app.register_error_handler(NotFound, lambda _error: page(404))
    app.register_error_handler(Forbidden, lambda _error: page(403))
    app.register_error_handler(RuleViolation, _refused)
    app.register_error_handler(CSRFError, lambda _error: page(400, expired=True))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, *, message: str = "", expired: bool = False) -> ResponseReturnValue:
    """Render the error page of a status."""
    return render_template("errors/error.html", status=status, message=message, expired=expired), status


def _refused(error: RuleViolation) -> ResponseReturnValue:
    return page(409, message=error.message)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400 or error.response is not None:
        return error.get_response()
    response = error.get_response()
    response.set_data(render_template("errors/error.html", status=status, message="", expired=False))
    response.content_type = "text/html; charset=utf-8"
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("request.failed", path=request.path, exc_info=error)
    return page(500)
