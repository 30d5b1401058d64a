"""Moodle's GIFT format, read into a bank: question by question, with what was taken, changed or left out, and why.

The format is Moodle's (docs.moodle.org, “GIFT format”): questions part at empty lines, `//` begins a comment,
`$CATEGORY:` names a category, `::title::` a question, and the answers stand in braces. Whatever is in a file, reading
it takes time in proportion to its length and never fails as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.curriculum.content.gift_items import (
    HIDE,
    PRIVATE,
    NotTaken,
    Question,
    item_of,
    plain,
    short,
    shown,
)

LARGEST = 2_000_000
"""Characters; more than any bank."""
MOST_POOLS = 20
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one question."""

    line: int
    name: str
    id: str
    """In our bank; empty: it was not taken."""
    notes: tuple[str, ...]
    """What was changed, or why it was not taken."""

    def __str__(self) -> str:
        what = "not taken" if not self.id else "taken with a change" if self.notes else "taken"
        into = f" as {self.id}" if self.id else ""
        said = f": {'; '.join(self.notes)}" if self.notes else ""
        return f"line {self.line}: {self.name}: {what}{into}{said}"


@dataclass(frozen=True, slots=True)
class Imported:
    """A bank as authors write it, and the report."""

    bank: dict[str, Any]
    lines: tuple[Line, ...]

    @property
    def taken(self) -> int:
        """So many questions are in the bank."""
        return sum(bool(line.id) for line in self.lines)


@dataclass
class _Block:
    line: int
    text: str
    category: str


def read_gift(text: str, *, prefix: str, codes: Sequence[str], intro: str) -> Imported:
    """Read a GIFT file. `codes` are the competencies that all its questions show, since GIFT knows none."""
    items: list[dict[str, Any]] = []
    lines: list[Line] = []
    asked: dict[str, str] = {}
    categories: dict[str, list[int]] = {}
    for block in _blocks(text[:LARGEST]):
        name, item, notes = _read(block, f"{prefix}-{len(items) + 1:02}", list(codes), asked)
        if item is not None:
            asked[_said(item["prompt"])] = item["id"]
            categories.setdefault(block.category, []).append(len(items))
            items.append(item)
        lines.append(Line(block.line, name, item["id"] if item else "", tuple(notes)))
    if len(text) > LARGEST:
        lines.append(Line(0, "the rest of the file", "", ("it is longer than two million characters",)))
    bank: dict[str, Any] = {"intro": intro}
    if 1 < len(categories) <= MOST_POOLS:
        bank["pools"] = _pools(categories, items)
    return Imported({**bank, "items": items}, tuple(lines))


def _read(
    block: _Block, item_id: str, codes: list[str], asked: Mapping[str, str]
) -> tuple[str, dict[str, Any] | None, list[str]]:
    """A question's name, what it is with us, and what was changed; nothing, and why not."""
    name = short(shown(block.text)) or "(empty)"
    try:
        question = _apart(block.text)
        name = short(question.name or plain(question.prompt, [])) or name
        item = item_of(question, item_id, codes)
    except NotTaken as why:
        return name, None, [str(why)]
    earlier = asked.get(_said(item["prompt"]))
    if earlier is not None:
        return name, None, [f"it asks the same as {earlier}"]
    return name, item, question.notes


def _said(text: str) -> str:
    return " ".join(text.casefold().split())


def _pools(categories: Mapping[str, Sequence[int]], items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each category as a pool that gives one question: authors say how many."""
    pools = []
    for number, (category, places) in enumerate(categories.items(), start=1):
        words = "-".join(re.findall("[a-z0-9]+", category.casefold()))[:40].strip("-")
        pool = f"{words}-{number}" if words else f"pool-{number}"
        pools.append({"id": pool, "draws": 1})
        for place in places:
            items[place]["pool"] = pool
    return pools


def _blocks(text: str) -> Iterator[_Block]:
    """Questions with the line on which each begins, and the category they stand in."""
    category, first = "", 0
    found: list[str] = []
    rows = PRIVATE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).lstrip("\ufeff").split("\n")
    for number, row in enumerate([*rows, ""], start=1):
        bare = row.strip()
        if bare.startswith("//"):
            continue
        if bare.upper().startswith("$CATEGORY:") and not found:
            category = shown(_hidden(bare[len("$CATEGORY:") :])).strip().removeprefix("$course$").strip("/ ")
            continue
        if bare:
            first = first if found else number
            found.append(row)
        elif found:
            yield _Block(first, _hidden("\n".join(found)), category)
            found = []


def _hidden(text: str) -> str:
    """Put escaped characters out of the way: `\\=` is no sign of an answer."""
    pieces = text.split("\\")
    out = [pieces[0]]
    at = 1
    while at < len(pieces):
        piece = pieces[at]
        if piece[:1] and piece[0] in HIDE:
            out.append(HIDE[piece[0]] + piece[1:])
        elif piece[:1] == "n":
            out.append("\n" + piece[1:])
        elif piece == "" and at + 1 < len(pieces):
            out.append(HIDE["\\"] + pieces[at + 1])
            at += 1
        else:
            out.append("\\" + piece)
        at += 1
    return "".join(out)


# Taking a question apart ---------------------------------------------------------------------------------------------


def _apart(text: str) -> Question:
    name, body = "", text.strip()
    if body.startswith("::"):
        end = body.find("::", 2)
        if end < 0:
            raise NotTaken("its title begins with :: and does not end")
        name, body = body[2:end].strip(), body[end + 2 :].strip()
    if said := _FORMAT.match(body):
        body = body[said.end() :]
    opens, closes = body.find("{"), body.rfind("}")
    if opens < 0 and closes < 0:
        raise NotTaken("it has no answers in braces: a description")
    if opens < 0 or closes < opens:
        raise NotTaken("its braces do not pair")
    answers = body[opens + 1 : closes]
    if "{" in answers or "}" in answers:
        raise NotTaken("it has more than one set of answers, or a brace that is not escaped")
    before, after = body[:opens].strip(), body[closes + 1 :].strip()
    answers, _mark, general = answers.partition("####")
    question = Question(shown(name), before, answers.strip(), general)
    if after:
        question.prompt = f"{before} \\_\\_\\_\\_ {after}".strip()
    return question
