"""The blueprint that the pages of this domain register with."""

from __future__ import annotations

from flask import Blueprint, Response

from lms.web.requests import no_store

bp = Blueprint("enrolment", __name__)


def download(body: str, name: str) -> Response:
    """A CSV file that nobody's browser keeps."""
    no_store()
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
