"""What the pages of this domain share."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, url_for

bp = Blueprint("community", __name__)

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


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
    writer.writerows([[_cell(value) for value in row] for row in rows])
    response = Response("\N{ZERO WIDTH NO-BREAK SPACE}" + out.getvalue(), mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
