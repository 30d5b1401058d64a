"""What the pages of this domain share."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, url_for

from lms.core.sheets import safe_cell

bp = Blueprint("community", __name__)


def href(endpoint: str, slug: str, **values: Any) -> str:
    """The address of a page of another domain; the cohort's home where there is no such page."""
    if endpoint not in current_app.view_functions:
        return f"/cohorts/{slug}"
    return url_for(endpoint, slug=slug, **values)


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a file; no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[safe_cell(value) for value in row] for row in rows])
    response = Response("\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
