"""What is handed out as a file: tables of ours, and files that people brought, never rendered on our origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol
from urllib.parse import quote

from flask import Response, abort

from lms.core import files, scanning
from lms.core.nameless import nameless
from lms.core.sheets import to_csv, to_xlsx
from lms.web.requests import no_store

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Attachment(Protocol):
    """A kept file, whoever found it."""

    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a CSV file that nobody's browser keeps; `name` without its ending."""
    no_store()
    response = Response(to_csv(headings, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The same as a workbook; texts stay texts, whatever they begin with."""
    no_store()
    response = Response(to_xlsx(headings, rows), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def pdf_file(name: str, body: bytes) -> Response:
    """A PDF as a download that nobody's browser keeps; `name` without its ending."""
    no_store()
    response = Response(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def kept_file(file: Attachment, *, masked: bool = False) -> Response:
    """A file that somebody brought, always as a download; 404 where its bytes are not there any more.

    Masked, it goes without what programs note of its author. Raises RuleViolation while a scanner has not found it
    clean.
    """
    scanning.require_clean(file.sha256, file.name)
    try:
        pieces = files.storage().read(files.blob_key(file.sha256))
        first = next(pieces, b"")
    except FileNotFoundError:
        abort(404)

    def body() -> Iterator[bytes]:
        yield first
        yield from pieces

    no_store()
    whole = nameless(b"".join(body()), file.name.rpartition(".")[2].lower()) if masked else None
    response = Response(whole if whole is not None else body(), mimetype=file.content_type)
    plain = file.name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name)}"
    )
    response.headers["Content-Length"] = str(file.size if whole is None else len(whole))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
