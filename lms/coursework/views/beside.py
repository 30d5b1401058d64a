"""A text of a pair as it is read beside the other: rendered as its marker reads it, with the passages of both marked.

The words of passages are wrapped in characters that no text may have before it is rendered, and these become marks in
what comes out; so headings, lists and tables stay what they are, however a passage lies across them. It is rendered
when it is shown, since which passages it shares depends on the other text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from lms.core import markdown
from lms.coursework.rules.similarity import Piece, Reading

BEGIN, END = "\ue000", "\ue001"
NUMBERS, MOST = 0xE100, 0x1700
"""A number stands behind `BEGIN` as one character; beyond so many passages numbers begin anew."""
_OURS = re.compile("[\ue000-\uf8ff]")
_TAG = re.compile(r'(<(?:[^>"]|"[^"]*")*>)')
_RUN = re.compile(f"{BEGIN}([{chr(NUMBERS)}-{chr(NUMBERS + MOST - 1)}])([^{BEGIN}{END}]*){END}")
_NOT_WORDS = re.compile(
    r"^[ \t>]*(?:[-*+][ \t]+)*\d+[.)](?=\s|$)"  # numbers of lists
    r"|\]\([^)\n]*\)|<?https?://\S+|<[a-z][\w+.-]*:[^<>\s]*>"  # addresses of links
    r"|\[\^[^\]\n]+\]|\]\[[^\]\n]*\]"  # footnotes and names of links
    r"|&#?\w+;|\((?:c|r|tm|p)\)",  # signs that are written out
    re.MULTILINE | re.IGNORECASE,
)
"""What stands for something else: a sign in it would make another text of it."""
_NAMED = re.compile(r"^[ \t>]*\[[^\]\n]+\]:", re.MULTILINE)
_BRACKETS = re.compile(r"^[ \t>]*\[[^\]\n]+\]:.*$|\[[^\]\n]*\]", re.MULTILINE)
"""Where a text names links, whatever stands in brackets may be such a name."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """How passages of one text lead to those of the other."""

    own: str
    other: str
    linked: bool
    """Both texts are shown."""


def rendered(text: str, files: str, reading: Reading, pieces: Sequence[Piece], anchors: Anchors) -> Markup:
    """The text as Markdown and the words of its files below it, with their passages marked."""
    whole = _OURS.sub("\N{REPLACEMENT CHARACTER}", reading.text)
    words = list(_marked(reading, pieces))
    of_text = [word for word in words if word[1] <= len(text)]
    html = markdown.render(_signed(whole[: len(text)], of_text), heading_from=3)
    begin = len(whole) - len(files)
    plain = _signed(
        whole[begin:], [(start - begin, end - begin, n) for start, end, n in words if start >= begin]
    )
    parts = [html]
    if files:
        paragraphs = "".join(f"<p>{escape(one)}</p>" for one in re.split(r"\n\s*\n", plain) if one.strip())
        parts.append(f"<h3>In its files</h3>{paragraphs}")
    return Markup(_with_marks("".join(parts), anchors))  # noqa: S704  # nosec B704 - cleaned above; marks are ours


def _marked(reading: Reading, pieces: Iterable[Piece]) -> Iterator[tuple[int, int, int]]:
    """(begin, end, number) of every word that lies in a passage."""
    spans, at, index = reading.spans, 0, 0
    for piece in pieces:
        stop = at + len(piece.text)
        while index < len(spans) and spans[index][0] < stop:
            if piece.number and spans[index][0] >= at:
                yield (*spans[index], piece.number)
            index += 1
        at = stop


def _signed(text: str, words: Sequence[tuple[int, int, int]]) -> str:
    kept = [found.span() for found in _NOT_WORDS.finditer(text)]
    if _NAMED.search(text):
        kept += [found.span() for found in _BRACKETS.finditer(text)]
    made, at = [], 0
    for begin, stop, number in words:
        word = text[begin:stop]
        start = begin + len(word) - len(word.lstrip("_"))  # signs of emphasis are no part of a word
        end = stop - (len(word) - len(word.rstrip("_")))
        if start >= end or any(first < end and start < last for first, last in kept):
            continue
        made += [text[at:start], BEGIN, chr(NUMBERS + number % MOST), text[start:end], END]
        at = end
    return "".join([*made, text[at:]])


def _with_marks(html: str, anchors: Anchors) -> str:
    """Signs become marks: one for all words of a passage that follow each other inside one element."""
    parts = _TAG.split(html)
    runs = [(at, *run) for at, part in enumerate(parts) if at % 2 == 0 for run in _runs(part)]
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for position, (_at, _start, _end, number) in enumerate(runs):
        first.setdefault(number, position)
        last[number] = position
    in_link, made, position = False, [], 0
    for at, part in enumerate(parts):
        if at % 2:
            in_link = part.startswith("<a ") or (in_link and part != "</a>")
            made.append(_OURS.sub("", part))
            continue
        done = 0
        while position < len(runs) and runs[position][0] == at:
            _at, start, end, number = runs[position]
            made += [
                _OURS.sub("", part[done:start]),
                _begin(number, anchors, first=first[number] == position, linked=not in_link),
                _OURS.sub("", part[start:end]),
                f'<span class="vh"> (end of passage {number})</span>' if last[number] == position else "",
                "</mark>",
            ]
            done = end
            position += 1
        made.append(_OURS.sub("", part[done:]))
    return "".join(made)


def _runs(part: str) -> list[tuple[int, int, int]]:
    """(begin, end, number) of the stretches of a text that stand in one passage."""
    found: list[tuple[int, int, int]] = []
    for word in _RUN.finditer(part):
        number = ord(word[1]) - NUMBERS
        if found and found[-1][2] == number:
            found[-1] = (found[-1][0], word.end(), number)
        else:
            found.append((*word.span(), number))
    return found


def _begin(number: int, anchors: Anchors, *, first: bool, linked: bool) -> str:
    if not first:
        return "<mark>"
    label = f'aria-label="Passage {number}: go to it in the other text"'
    sign = (
        f'<a class="beside-number" href="#{anchors.other}-{number}" {label}>{number}</a>'
        if anchors.linked and linked
        else f'<span class="beside-number">{number}</span>'
    )
    return f'<mark id="{anchors.own}-{number}">{sign}'
