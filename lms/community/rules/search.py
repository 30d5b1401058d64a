"""Searching: what somebody asked for, and the stretch of a post that shows it."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.community.rules.mentions import folded
from lms.core.markdown import excerpt as plain

MOST_WORDS = 8
AROUND = 90
"""So many letters stand before the first word found in an excerpt."""
LENGTH = 260


def index_text(*texts: str) -> str:
    """What is kept of a post for searching: its words, without accents, capitals and marks."""
    return " ".join(re.findall(r"\w+", folded(" ".join(texts))))


@dataclass(frozen=True, slots=True)
class Words:
    """What must be in a post: each word as the beginning of one, each phrase word for word; what must not be."""

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.words or self.phrases)

    @property
    def marked(self) -> tuple[str, ...]:
        """The words that an excerpt marks."""
        return self.words + tuple(word for phrase in self.phrases for word in phrase)


def words_of(text: str) -> Words:
    """What somebody typed: words, "phrases in quotes" and -words that must not be there; at most eight in all."""
    words: list[str] = []
    phrases: list[tuple[str, ...]] = []
    without: list[str] = []
    for phrase, minus, word in re.findall(r"[\"“”]([^\"“”]+)[\"“”]?|(?:(?<=\s)|^)(-?)(\S+)", text[:400]):
        parts = re.findall(r"\w+", folded(phrase or word))
        if phrase:
            phrases.append(tuple(parts)) if len(parts) > 1 else words.extend(parts)
        elif minus:
            without += parts
        else:
            words += parts
    kept = list(dict.fromkeys(words))[:MOST_WORDS]
    room = max(0, MOST_WORDS - len(kept))
    return Words(
        tuple(kept),
        tuple(phrase[:MOST_WORDS] for phrase in phrases if phrase)[:room],
        tuple(without[:MOST_WORDS]),
    )


def for_sqlite(wanted: Words) -> str:
    """The same for SQLite's FTS5."""
    parts = [f'"{word}"*' for word in wanted.words] + [f'"{" ".join(phrase)}"' for phrase in wanted.phrases]
    asked = " AND ".join(parts)
    return asked + "".join(f' NOT "{word}"' for word in wanted.without)


def for_postgres(wanted: Words) -> str:
    """The same for PostgreSQL's to_tsquery; words hold letters and digits only, so that nothing needs quoting."""
    parts = [f"'{word}':*" for word in wanted.words]
    parts += ["(" + " <-> ".join(f"'{word}'" for word in phrase) + ")" for phrase in wanted.phrases]
    parts += [f"!'{word}'" for word in wanted.without]
    return " & ".join(parts)


class Order(enum.StrEnum):
    """In which order results stand."""

    NEWEST = "newest"
    BEST = "best"


class Within(enum.StrEnum):
    """How long ago."""

    ANY = ""
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"

    def since(self, now: dt.datetime) -> dt.datetime | None:
        """From when on; None: always."""
        days = {Within.WEEK: 7, Within.MONTH: 30, Within.QUARTER: 91}.get(self)
        return now - dt.timedelta(days=days) if days else None


def order_of(text: str | None) -> Order:
    """The order that an address asks for."""
    return Order(text) if text in list(Order) else Order.NEWEST


def within_of(text: str | None) -> Within:
    """The time that an address asks for."""
    return Within(text) if text in list(Within) else Within.ANY


# Excerpts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt, marked or not."""

    text: str
    marked: bool = False


def excerpt(text: str, wanted: Words, *, length: int = LENGTH) -> tuple[Piece, ...]:
    """The stretch of a Markdown text around the first word found, with every word found in it marked."""
    said = plain(text, len(text) + 1)
    spans = list(_spans(said, wanted.marked))
    start = max(0, spans[0][0] - AROUND) if spans else 0
    start = said.find(" ", start) + 1 if start else 0
    end = min(len(said), start + length)
    if end < len(said):
        end = max(said.rfind(" ", start, end), start + 1)
    pieces: list[Piece] = []
    at = start
    if start:
        pieces.append(Piece("… "))
    for begin, stop in spans:
        if begin < at or stop > end:
            continue
        pieces += [Piece(said[at:begin]), Piece(said[begin:stop], marked=True)]
        at = stop
    pieces.append(Piece(said[at:end] + (" …" if end < len(said) else "")))
    return tuple(piece for piece in pieces if piece.text)


def _spans(said: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where words stand that begin with one of those."""
    if not words:
        return
    for found in re.finditer(r"\w+", said):
        if folded(found[0]).startswith(tuple(words)):
            yield found.span()


def weight(words: str, wanted: Words) -> float:
    """How well a post's words (`index_text`) answer: every whole word counts double, long posts a little less."""
    there = words.split()
    found = 0.0
    for word in wanted.words:
        found += sum(2.0 if one == word else 1.0 for one in there if one.startswith(word))
    for phrase in wanted.phrases:
        found += 3.0 * f" {words} ".count(f" {' '.join(phrase)} ")
    return found / (1 + len(there) / 200)
