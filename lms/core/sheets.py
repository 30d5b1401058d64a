"""Tables for spreadsheets, in one way: a byte order mark, CRLF, and no cell that would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, full-width signs included (OWASP, CSV injection)."""


def safe_cell(value: object) -> object:
    """The value as it may stand in a CSV: a text that begins like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def unsafe_cell(text: str) -> str:
    """A cell as it was before `safe_cell`, so that our own export can be imported again."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def to_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV that spreadsheets open rightly."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([safe_cell(heading) for heading in headings])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return f"\ufeff{out.getvalue()}"


def to_xlsx(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as a workbook of one sheet: the head stays, texts are texts, never formulas or links."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    for at, heading in enumerate(headings):
        sheet.write_string(0, at, heading, bold)
    for down, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(down, at, cell)
            else:
                sheet.write_string(down, at, "" if cell is None else str(cell))
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
