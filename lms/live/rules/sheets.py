"""Files that a meeting tool gives, as lines of cells: CSV in any encoding and delimiter, or an Excel workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

MOST_BYTES = 3_000_000
MOST_LINES = 6000
LONGEST_CELL = 400
_UNPACKED = 60_000_000
"""What a workbook may come to when it is unpacked."""
DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}


class Unreadable(Exception):
    """The file, or a row of it, cannot be read; `args[0]` says what to mend."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file."""

    number: int
    cells: tuple[str, ...]

    def cell(self, at: int | None) -> str:
        """The cell of a column; empty where the line has none."""
        return self.cells[at] if at is not None and at < len(self.cells) else ""


def is_workbook(body: bytes) -> bool:
    """Whether the bytes are an Excel workbook."""
    return body[:4] == b"PK\x03\x04"


def decoded(body: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding: by its mark, else UTF-8, else what Windows writes."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if body.startswith(mark):
            return _plain(body.decode(name, errors="replace")), name.removesuffix("-sig").upper()
    if body[1:2] == b"\x00" and body[3:4] == b"\x00":
        return _plain(body.decode("utf-16-le", errors="replace")), "UTF-16"
    try:
        return _plain(body.decode("utf-8")), "UTF-8"
    except UnicodeDecodeError:
        return _plain(body.decode("cp1252", errors="replace")), "Windows-1252"


def _plain(text: str) -> str:
    return text.replace("\x00", "").lstrip("\ufeff")


def split(text: str, delimiter: str) -> tuple[Line, ...]:
    """The lines of a text that say something. Raises Unreadable when it is no such file, or too long."""
    try:
        return _limited(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as why:
        raise Unreadable(f"It is not a list of rows and columns ({why}).") from None


def workbook(body: bytes) -> tuple[Line, ...]:
    """The lines of a workbook, sheet after sheet. Raises Unreadable when it cannot be opened, or is too long."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(member.file_size for member in packed.infolist()) > _UNPACKED:
                raise Unreadable("The workbook is larger than a list of one session can be.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        rows: list[list[Any]] = []
        for name in book.sheet_names:
            rows += book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, OSError, ValueError) as why:
        raise Unreadable(
            f"The workbook cannot be opened ({type(why).__name__}). Save it again as .xlsx."
        ) from None
    return _limited([[_written(cell) for cell in row] for row in rows])


def _limited(rows: Iterable[list[str]]) -> tuple[Line, ...]:
    lines = []
    for number, cells in enumerate(rows, start=1):
        tidy = tuple(cell.strip()[:LONGEST_CELL] for cell in cells)
        if any(tidy):
            lines.append(Line(number, tidy))
        if len(lines) > MOST_LINES:
            raise Unreadable(f"It has more than {MOST_LINES:,} rows. Is it the list of one session?")
    return tuple(lines)


def _written(cell: object) -> str:
    """A workbook's cell as somebody would have typed it."""
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, dt.time):
        return cell.isoformat("seconds")
    if isinstance(cell, dt.timedelta):
        whole = int(cell.total_seconds())
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\x00", "")
