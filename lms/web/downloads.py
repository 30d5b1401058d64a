"""Tables handed out as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from lms.core.sheets import to_csv
from lms.web.requests import no_store


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a CSV file that nobody's browser keeps; `name` without its ending."""
    no_store()
    response = Response(to_csv(headings, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
