"""Texts: there is one, it is long enough to be worth opening, and it shows on a page as its author meant it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.core import markdown
from lms.curriculum.content import schema
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.content.source import Problem, Source

READING_WORDS = 300
_PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
_SUSPECT = re.compile(r"<[a-zA-Z/!?]|\]\(|\]\[|^\[.+\]:", re.MULTILINE)
_OPENABLE = re.compile(r"^(https?://[^/\s]+\.[^/\s]+|mailto:[^@\s]+@[^@\s]+)")
_NOT_SHOWN = re.compile(
    # What the shipped fonts hold: Latin, Latin Extended, punctuation, currencies, a few signs; Devanagari for names.
    "[^\n\t -~\u00a0-\u02dc\u0300-\u0331\u0900-\u097f\u1e00-\u1eff\u2000-\u206f\u20a0-\u20c0\u2113\u2122\u2212\u2215]"
)


def texts_readable(content: ProgrammeContent) -> Iterator[Problem]:
    """A brief says something, a reading says enough, and neither repeats its title as a heading."""
    for module in content.modules():
        for text in {text.source.path: text for text in module.texts.values()}.values():
            source, count = text.source, markdown.words(text.body)
            if not count:
                yield Problem(
                    source.path, source.body_line, "nothing follows the head; write the text below it"
                )
            elif isinstance(text.head, schema.ReadingHead) and count < READING_WORDS:
                message = f"a reading of {count} words is no reading; write at least {READING_WORDS}"
                yield Problem(source.path, source.body_line, message)
            for line in _top_headings(source):
                yield Problem(
                    source.path, line, "the title stands on the page already; begin headings with ##"
                )


def _top_headings(source: Source) -> Iterator[int]:
    if re.search(r"^ {0,3}#\s|^=+\s*$", source.body, re.MULTILINE):
        for token in _PARSER.parse(source.body):
            if token.type == "heading_open" and token.tag == "h1" and token.map:
                yield source.body_line + token.map[0]


def texts_plain(content: ProgrammeContent) -> Iterator[Problem]:
    """No HTML, no pictures, no link that a learner cannot open, no sign that the fonts do not hold."""
    for source in content.sources():
        for line, text in source.texts():
            if _SUSPECT.search(text):
                for offset, message in _markup(text):
                    yield Problem(source.path, line + offset, message)
            for found in _NOT_SHOWN.finditer(text):
                offset = text.count("\n", 0, found.start())
                message = f"“{found[0]}” (U+{ord(found[0]):04X}) is not in the fonts; write it in words"
                yield Problem(source.path, line + offset, message)


def _markup(text: str) -> Iterator[tuple[int, str]]:
    for token in _PARSER.parse(text):
        start = token.map[0] if token.map else 0
        if token.type == "html_block":
            yield start, _no_html(token.content)
        for child, line in _inline(token, start):
            if child.type == "html_inline":
                yield line, _no_html(child.content)
            elif child.type == "image":
                yield line, "pictures are not shown in texts; describe it, or give a table"
            elif child.type == "link_open" and not _OPENABLE.match(str(child.attrs.get("href", ""))):
                href = child.attrs.get("href", "")
                yield (
                    line,
                    f"“{href}” is no address that a learner can open; link to https://… or say it in words",
                )


def _inline(token: Token, line: int) -> Iterator[tuple[Token, int]]:
    for child in token.children or []:
        yield child, line
        if child.type in ("softbreak", "hardbreak"):
            line += 1


def _no_html(found: str) -> str:
    return f"HTML is shown as it stands, not obeyed (“{found.strip()[:40]}”); write Markdown"
