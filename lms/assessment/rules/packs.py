"""The marking pack as a table: what its cells say, what came back, and what taking it would do to each piece."""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.assessment.rules.marks import Judgement, Rubric

PIECE, VERSION, BASE = "piece", "version", "base"
"""Columns that are hidden: which piece, the version it had, and what its judgement said in the pack."""
OVERALL = "overall"
LONGEST = {"comment": 4_000, OVERALL: 12_000}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Verdict(enum.StrEnum):
    """What taking a row would do."""

    UNCHANGED = "unchanged"
    TAKEN = "taken"
    CONFLICT = "conflict"
    """Changed in the table, and on the desk since the pack was made."""
    REFUSED = "refused"


def keys_of(rubric: Rubric) -> list[str]:
    """The columns that somebody fills in, in order, as the hidden line names them."""
    rows = [f"{kind}:{row.key}" for row in rubric.criteria for kind in ("level", "points", "comment")]
    return [*rows, OVERALL]


def cells_of(rubric: Rubric, judgement: Judgement) -> list[str | int]:
    """What stands in these columns for a judgement."""
    found: list[str | int] = []
    for row in rubric.criteria:
        found += [
            judgement.levels.get(row.key, ""),
            judgement.points.get(row.key, ""),
            judgement.comments.get(row.key, ""),
        ]
    return [*found, judgement.overall]


def plain(text: str) -> str:
    """A text as it is compared and kept: one kind of line end, nothing around it, nothing that tables cannot hold."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t").strip()


def digest(judgement: Judgement) -> str:
    """Names what a judgement says, whatever a table does to its white space."""
    said = {
        "levels": dict(sorted(judgement.levels.items())),
        "points": dict(sorted(judgement.points.items())),
        "comments": {
            key: text for key in sorted(judgement.comments) if (text := plain(judgement.comments[key]))
        },
        "overall": plain(judgement.overall),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that came back."""

    number: int
    piece: str
    version: int
    base: str
    judgement: Judgement
    problems: tuple[str, ...] = ()
    """Cell and reason, in a sentence each."""


class Unreadable(Exception):
    """The table cannot be read at all; `args[0]` says what to do."""


def read_rows(lines: Sequence[Sequence[object]], rubric: Rubric) -> list[Row]:
    """The rows of a table that came back. Raises Unreadable where the hidden line of keys is not there."""
    head_at = next(
        (
            number
            for number, cells in enumerate(lines)
            if {PIECE, BASE} <= {_text(cell) for cell in cells if isinstance(cell, str)}
        ),
        None,
    )
    if head_at is None:
        raise Unreadable("The hidden second line is gone. Take the pack again and fill in its own table.")
    head = [_text(cell) for cell in lines[head_at]]
    missing = [key for key in (PIECE, VERSION, BASE, *keys_of(rubric)) if key not in head]
    if missing:
        raise Unreadable("Columns of the table are gone. Take the pack again and fill in its own table.")
    at = {key: head.index(key) for key in (PIECE, VERSION, BASE, *keys_of(rubric))}
    found, seen = [], set()
    for number, cells in enumerate(lines[head_at + 1 :], start=head_at + 2):
        values = {key: _text(cells[column]) if column < len(cells) else "" for key, column in at.items()}
        if not values[PIECE]:
            continue
        row = _row(number, values, at, rubric)
        if row.piece in seen:
            row = Row(
                number,
                row.piece,
                row.version,
                row.base,
                row.judgement,
                ("This piece stands twice in the table.",),
            )
        seen.add(row.piece)
        found.append(row)
    return found


def _row(number: int, values: Mapping[str, str], at: Mapping[str, int], rubric: Rubric) -> Row:
    levels, points, comments = {}, {}, {}
    problems: list[str] = []

    def whole(key: str, most: int, what: str) -> int | None:
        text = values[key]
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= most:
            return int(text)
        problems.append(f"{_cell(at[key], number)}: {what}.")
        return None

    for row in rubric.criteria:
        known = [band.level for band in rubric.bands]
        level = whole(f"level:{row.key}", 99, f"“{row.title}” has levels {min(known)} to {max(known)}")
        if level is not None and level not in known:
            problems.append(f"{_cell(at[f'level:{row.key}'], number)}: “{row.title}” has no level {level}.")
        elif level is not None:
            levels[row.key] = level
        worth = whole(f"points:{row.key}", 100, f"points for “{row.title}” are whole numbers from 0 to 100")
        if worth is not None:
            points[row.key] = worth
        text = plain(values[f"comment:{row.key}"])
        if len(text) > LONGEST["comment"]:
            problems.append(
                f"{_cell(at[f'comment:{row.key}'], number)}: longer than {LONGEST['comment']:,} characters."
            )
        elif text:
            comments[row.key] = text
    overall = plain(values[OVERALL])
    if len(overall) > LONGEST[OVERALL]:
        problems.append(f"{_cell(at[OVERALL], number)}: longer than {LONGEST[OVERALL]:,} characters.")
    version = values[VERSION]
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        problems.append(f"{_cell(at[VERSION], number)}: the hidden version was changed. Take the pack again.")
        version = "0"
    judgement = Judgement(levels, points, comments, overall)
    return Row(number, values[PIECE][:20], int(version), values[BASE][:20], judgement, tuple(problems))


def _cell(column: int, row: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _text(cell: object) -> str:
    """A cell as somebody would have typed it; what a formula came to is its figure, never the formula."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def verdict(
    row: Row, *, version: int, current: Judgement, open_: bool, mine: bool
) -> tuple[Verdict, tuple[str, ...]]:
    """What taking a row would do to its piece, and why it would not."""
    if row.problems:
        return Verdict.REFUSED, row.problems
    said = digest(row.judgement)
    if said in (row.base, digest(current)):
        return Verdict.UNCHANGED, ()
    if not mine:
        return Verdict.REFUSED, ("This piece is not yours to mark.",)
    if not open_:
        return Verdict.REFUSED, ("This piece is finished. Reopen it on the desk first.",)
    if row.version != version:
        return Verdict.CONFLICT, ("It was changed on the desk after the pack was made.",)
    return Verdict.TAKEN, ()
