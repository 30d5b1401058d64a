"""The marking pack as files: a workbook and a zip out of it, a workbook or a zip back in, and nothing else let in."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from lms.assessment.rules.marks import Judgement, Rubric
from lms.assessment.rules.packs import BASE, PIECE, VERSION, Unreadable, cells_of, digest, keys_of
from lms.core import zips

MOST_MEMBERS = 3_000
MOST_UNPACKED = 400_000_000
MOST_BOOK = 40_000_000
MOST_PDF = 25_000_000
RATIO = 200
"""What unpacks to more than so many times its size is no work of anybody's."""
BOOK = "marks.xlsx"
SHEET = "Marks"


@dataclass(frozen=True, slots=True)
class PackPiece:
    """A piece as the pack has it."""

    label: str
    """What its folder is called, and its row."""
    public_id: str
    version: int
    state: str
    late: str
    judgement: Judgement


def workbook(
    name: str, rubric: Rubric, words: Mapping[str, Sequence[str]], pieces: Sequence[PackPiece]
) -> bytes:
    """The table to fill in: a row for each piece, three columns for each criterion, and the rubric on a second sheet.

    Every text is written as text: what begins like a formula stays what was typed.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(SHEET)
    keys = keys_of(rubric)
    titles = [f"{row.title}: {kind}" for row in rubric.criteria for kind in ("level", "points", "comment")]
    head = ["Work", "State", "Late", *titles, "To the author", "", "", ""]
    machine = ["", "", "", *keys, PIECE, VERSION, BASE]
    sheet.write_row(0, 0, head, bold)
    for column, key in enumerate(machine):
        sheet.write_string(1, column, key)
    sheet.set_row(1, None, None, {"hidden": True})
    for number, piece in enumerate(pieces, start=2):
        cells = [
            piece.label,
            piece.state,
            piece.late,
            *cells_of(rubric, piece.judgement),
            piece.public_id,
            piece.version,
            digest(piece.judgement),
        ]
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell, wrap)
            elif cell:
                sheet.write_string(number, column, cell, wrap)
    last = max(2, len(pieces) + 1)
    levels = [str(band.level) for band in rubric.bands]
    for column, key in enumerate(machine):
        if key.startswith("level:"):
            sheet.data_validation(
                2, column, last, column,
                {"validate": "list", "source": levels, "error_title": "Level",
                 "error_message": f"One of {', '.join(levels)}."},
            )  # fmt: skip
        elif key.startswith("points:"):
            sheet.data_validation(
                2, column, last, column,
                {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": 100,
                 "error_title": "Points", "error_message": "A whole number from 0 to 100, or nothing."},
            )  # fmt: skip
    sheet.set_column(0, 0, 22)
    sheet.set_column(3, len(head) - 4, 14)
    sheet.set_column(len(head) - 4, len(head) - 4, 60)
    sheet.set_column(len(head) - 3, len(head) - 1, 2, None, {"hidden": True})
    sheet.freeze_panes(2, 1)
    rows = book.add_worksheet("Rubric")
    rows.write_row(0, 0, [name], bold)
    rows.write_row(
        1, 0, ["Criterion", "Weight", *(f"{band.level} {band.title}" for band in rubric.bands)], bold
    )
    for number, row in enumerate(rubric.criteria, start=2):
        for column, text in enumerate([row.title, f"{float(row.weight):g} %", *words.get(row.key, ())]):
            rows.write_string(number, column, text, wrap)
    rows.set_column(0, 1 + len(levels), 30)
    book.close()
    return out.getvalue()


def page(title: str, html: str, notes: Sequence[tuple[str, str]]) -> str:
    """A piece of work as a page that any browser opens without a network. `html` was cleaned when it was saved."""
    more = "".join(f"<h2>{escape(label)}</h2><p>{escape(words)}</p>" for label, words in notes if words)
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1>{html}{more}</html>"
    )


def label_of(candidate: int | None, title: str, public_id: str) -> str:
    """What the folder of a piece is called: the candidate's number, or the name in letters; never twice the same."""
    if candidate is not None:
        return str(candidate)
    plain = re.sub(r"[^\w-]+", "-", title, flags=re.ASCII).strip("-_")[:40] or "work"
    return f"{plain}-{public_id[:4]}"


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: the lines of the table, and PDF files by the folder they lay in."""

    lines: list[list[Any]]
    pdfs: tuple[tuple[str, str, bytes], ...] = ()
    """(folder, name, bytes)"""
    left_out: tuple[str, ...] = ()
    """What was in the zip and is not taken, each with why."""


def read(body: bytes) -> Returned:
    """Read a workbook, or a zip with a workbook and annotated PDF files. Raises Unreadable."""
    if body[:4] != b"PK\x03\x04":
        raise Unreadable("This is neither the table (.xlsx) nor a zip of the pack.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            members = _checked(packed)
            if "[Content_Types].xml" in packed.namelist():
                return Returned(_lines(body))
            return _of_zip(packed, members)
    except zips.UNREADABLE:
        raise Unreadable(
            "The file cannot be opened. Save the table again as .xlsx, or zip the folder anew."
        ) from None


def _checked(packed: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [member for member in packed.infolist() if not member.is_dir()]
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unreadable("The zip holds more than a marking pack can.")
    names = set()
    for member in members:
        path = PurePosixPath(member.filename)
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Unreadable("The zip holds a link to another place. Zip the files themselves.")
        if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename:
            raise Unreadable("The zip holds a file that would lie outside its folder. Zip the folder anew.")
        if member.flag_bits & 1:
            raise Unreadable("The zip is locked with a password. Zip it without one.")
        if member.file_size > RATIO * max(1, member.compress_size) and member.file_size > 1_000_000:
            raise Unreadable(
                "The zip holds a file that unpacks to far more than its size. Zip the folder anew."
            )
        if member.filename in names:
            raise Unreadable("The zip holds two files of the same name. Zip the folder anew.")
        names.add(member.filename)
    return members


def _of_zip(packed: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo]) -> Returned:
    lines: list[list[Any]] | None = None
    pdfs, left_out = [], []
    for member in members:
        path = PurePosixPath(member.filename)
        if path.parts[0] == "__MACOSX" or path.name.startswith((".", "~$")):
            continue
        ending = path.suffix.lower()
        if ending == ".xlsx" and path.name.lower() == BOOK:
            if lines is not None:
                raise Unreadable(f"The zip holds {BOOK} twice. Keep the one that you filled in.")
            if member.file_size > MOST_BOOK:
                raise Unreadable("The table is larger than a marking pack's can be.")
            lines = _lines(packed.read(member))
        elif ending == ".pdf" and len(path.parts) > 1:
            if member.file_size > MOST_PDF:
                left_out.append(f"{path.name}: larger than 25 MB")
                continue
            data = packed.read(member)
            if data[:5] == b"%PDF-":
                pdfs.append((path.parent.name, path.name, data))
            else:
                left_out.append(f"{path.name}: not a PDF file")
    if lines is None:
        raise Unreadable(f"The zip holds no {BOOK}. Put the table beside the folders.")
    return Returned(lines, tuple(pdfs), tuple(left_out))


def _lines(body: bytes) -> list[list[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MOST_BOOK * 2:
                raise Unreadable("The table is larger than a marking pack's can be.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        name = SHEET if SHEET in book.sheet_names else book.sheet_names[0]
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise Unreadable("The table cannot be opened. Save it again as .xlsx.") from None
    if len(lines) > MOST_MEMBERS:
        raise Unreadable("The table has more rows than a pack has pieces.")
    return lines
