"""Reading a list that somebody brings: bytes of unknown encoding become rows under headings that we know."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.core.errors import Refusal, RuleViolation
from lms.core.sheets import unsafe_cell
from lms.people.rules import clean

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 100
_DELIMITERS = (",", ";", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class ListRefusal(Refusal):
    """Why a list cannot be read at all; nothing of it was taken."""

    EMPTY = "The list is empty. It needs a line of headings and a line for each person."
    TOO_LARGE = "The list is larger than 5 MB. Split it, or leave out columns that are not needed."
    TOO_MANY_ROWS = "The list has more than 20,000 rows. Split it into several."
    TOO_MANY_COLUMNS = "The first line has more than 100 columns. Is this the right file?"
    SPREADSHEET = "This is a spreadsheet file. Save it there as “CSV UTF-8” and bring that file."
    NOT_TEXT = "This file is not text. Save the list as CSV and bring that file."
    QUOTE = "A quotation mark near row {row} is opened and never closed. Close it and bring the list again."
    LONG_CELL = "A cell before row {row} is longer than 100,000 characters. Is this the right file?"
    NO_HEADINGS = (
        "The first line has no heading that we know. It says: {found}. Name the columns as in the template."
    )
    MISSING = "There is no column for {missing}. The first line says: {found}."
    TWICE = "Two columns are read as {what}: “{first}” and “{second}”. Keep one."
    NO_ROWS = "There is a line of headings and nothing below it."


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: its number as a spreadsheet shows it, its cells by field, and as they were written."""

    number: int
    cells: Mapping[str, str]
    written: tuple[str, ...]

    def __getitem__(self, name: str) -> str:
        """The cell of a field; empty when there is no such column."""
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list that was read."""

    headings: tuple[str, ...]
    fields: tuple[str | None, ...]
    """What each column is read as; None: not read."""
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str

    @property
    def unread(self) -> tuple[str, ...]:
        """The headings of columns that nobody reads."""
        pairs = zip(self.headings, self.fields, strict=True)
        return tuple(heading for heading, field in pairs if field is None and heading)


def read(body: bytes, words: Mapping[str, Sequence[str]], *, needs: Sequence[Sequence[str]]) -> Sheet:
    """Read a list. `words` are the headings each field goes by; of each tuple in `needs` one field must be there.

    Encoding (UTF-8, UTF-16, Windows-1252) and delimiter (comma, semicolon, tab, bar) are found out.
    Raises RuleViolation with a sentence that says what to do.
    """
    text, encoding = decoded(body)
    known = {_folded(word): field for field, several in words.items() for word in (field, *several)}
    delimiter = _delimiter(text, known)
    lines = _lines(text, delimiter)
    first = next((index for index, cells in enumerate(lines) if any(cells)), None)
    if first is None:
        raise RuleViolation(ListRefusal.EMPTY)
    headings = tuple(clean(cell) for cell in lines[first])
    fields = _fields(headings, known, needs)
    rows = tuple(
        _row(number, cells, fields)
        for number, cells in enumerate(lines[first + 1 :], start=first + 2)
        if any(cell.strip() for cell in cells)
    )
    if not rows:
        raise RuleViolation(ListRefusal.NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise RuleViolation(ListRefusal.TOO_MANY_ROWS)
    return Sheet(headings, fields, rows, delimiter, encoding)


def decoded(body: bytes) -> tuple[str, str]:
    """The text of some bytes and the encoding that it was in.

    Raises RuleViolation when the bytes are no text, too many or none.
    """
    if len(body) > MOST_BYTES:
        raise RuleViolation(ListRefusal.TOO_LARGE)
    if not body.strip(b" \t\r\n\x00"):
        raise RuleViolation(ListRefusal.EMPTY)
    if body.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RuleViolation(ListRefusal.SPREADSHEET)
    for encoding in _encodings(body):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text.lstrip("\ufeff"), encoding.removesuffix("-sig")
    raise RuleViolation(ListRefusal.NOT_TEXT)


def _encodings(body: bytes) -> list[str]:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return [encoding]
    head = body[:4096]
    if head.count(0) > len(head) // 4:  # UTF-16 without a mark: every second byte of plain text is empty
        return ["utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"]
    return ["utf-8", "cp1252"]


def _delimiter(text: str, known: Mapping[str, str]) -> str:
    """The delimiter that makes most headings of the first line known ones, and then most cells."""
    line = next((line for line in text.splitlines() if line.strip()), "")

    def fits(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return sum(_folded(cell) in known for cell in cells), len(cells)

    try:
        return max(_DELIMITERS, key=fits)
    except csv.Error:
        return ","


def _lines(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[list[str]] = []
    try:
        for cells in reader:
            lines.append(cells)
            if len(lines) > MOST_ROWS + 1000:
                raise RuleViolation(ListRefusal.TOO_MANY_ROWS)
    except csv.Error as wrong:
        why = ListRefusal.LONG_CELL if "field limit" in str(wrong) else ListRefusal.QUOTE
        raise RuleViolation(why, row=len(lines) + 2) from wrong
    return lines


def _fields(
    headings: tuple[str, ...], known: Mapping[str, str], needs: Sequence[Sequence[str]]
) -> tuple[str | None, ...]:
    if len(headings) > MOST_COLUMNS:
        raise RuleViolation(ListRefusal.TOO_MANY_COLUMNS)
    found = ", ".join(f"“{heading[:40]}”" for heading in headings[:12] if heading) or "nothing"
    fields = tuple(known.get(_folded(heading)) for heading in headings)
    first: dict[str, str] = {}
    for heading, field in zip(headings, fields, strict=True):
        if field in first:
            raise RuleViolation(ListRefusal.TWICE, what=field, first=first[field], second=heading)
        if field is not None:
            first[field] = heading
    if not first:
        raise RuleViolation(ListRefusal.NO_HEADINGS, found=found)
    for several in needs:
        if not any(field in first for field in several):
            raise RuleViolation(ListRefusal.MISSING, missing=" or ".join(several), found=found)
    return fields


def _row(number: int, cells: list[str], fields: tuple[str | None, ...]) -> Row:
    named = {
        field: clean(unsafe_cell(cell.strip()))
        for cell, field in zip(cells, fields, strict=False)
        if field is not None and cell.strip()
    }
    return Row(number, named, tuple(cells))


def _folded(heading: str) -> str:
    plain = unicodedata.normalize("NFKD", heading)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "", plain)


STALE = "The cohort has changed since this list was tried, so nothing was done. Look at what it would do now."


def done_words(seats: bool, *, added: int, changed: int, invited: int) -> str:
    """What a list did, in a sentence or two. `seats`: it seated people in teams, the others enrol them."""
    words = f"{_people(added).capitalize()} {'seated' if seats else 'enrolled'}"
    words += f", {_people(changed)} changed." if changed else "."
    return words + (
        f" {invited} {'invitation' if invited == 1 else 'invitations'} on the way." if invited else ""
    )


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
