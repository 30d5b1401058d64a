"""Marking without names: what files are called, and whether a text gives its author away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 3
"""Shorter parts of a name are words of every other sentence."""


def masked_name(number: int, position: int, name: str) -> str:
    """What a file is called under a candidate's number: nothing of its own name but the ending."""
    return named_as(f"candidate-{number}", position, name)


def named_as(label: str, position: int, name: str) -> str:
    """What a file is called for somebody who may not know whose it is: a label, its place, and its ending."""
    ending = re.sub(r"[^a-z0-9]", "", name.rpartition(".")[2].lower())[:5] if "." in name else ""
    return f"{label}-{position}{'.' + ending if ending else ''}"


def names_in(name: str, texts: Iterable[str]) -> list[str]:
    """The parts of an author's name that stand in some texts as words, in the name's order; accents do not matter."""
    words: set[str] = set()
    for text in texts:
        words.update(re.findall(r"\w+", _folded(text).replace("_", " ")))
    parts = dict.fromkeys(part for part in re.findall(r"\w+", name) if len(part) >= SHORTEST)
    return [part for part in parts if _folded(part) in words]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
