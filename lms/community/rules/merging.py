"""Fields in an announcement: a closed list, each of which can only ever show its reader's own, and never a mark."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

FIELD = re.compile(r"\{\{\s*([^{}\n]{1,80}?)\s*\}\}")
NAME, FIRST_NAME, NEXT_SESSION = "name", "first name", "next session"
DEADLINE = "deadline of "
PLAIN = (NAME, FIRST_NAME, NEXT_SESSION)


@dataclass(frozen=True, slots=True)
class Fields:
    """What the fields of a text ask for."""

    names: tuple[str, ...] = ()
    """As they are looked up: lower case, single spaces; each once, in order."""

    @property
    def deadlines(self) -> dict[str, str]:
        """Activity code, lower case → the field that asks for its deadline."""
        return {name.removeprefix(DEADLINE): name for name in self.names if name.startswith(DEADLINE)}


def normal(field: str) -> str:
    """A field as it is looked up."""
    return " ".join(field.lower().split())


def fields_of(text: str) -> Fields:
    """The fields of a text."""
    return Fields(tuple(dict.fromkeys(normal(found) for found in FIELD.findall(text))))


def unknown(fields: Fields, codes: frozenset[str]) -> list[str]:
    """What is no field of the list; `codes` are those of the activities that have a deadline, lower case."""
    return [
        name
        for name in fields.names
        if name not in PLAIN and not (name.startswith(DEADLINE) and name.removeprefix(DEADLINE) in codes)
    ]


def hidden(text: str, rendered: str) -> bool:
    """Whether a field got lost on the way to the page: it stands in a link's address, where it cannot be filled in."""
    return sorted(map(normal, FIELD.findall(text))) != sorted(
        normal(html.unescape(found)) for found in FIELD.findall(rendered)
    )


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its fields filled in."""
    return FIELD.sub(lambda found: values.get(normal(found[1]), ""), text)


def filled_page(rendered: str, values: Mapping[str, str]) -> str:
    """The same for what was rendered: no value is ever markup."""
    return FIELD.sub(
        lambda found: html.escape(values.get(normal(html.unescape(found[1])), ""), quote=True), rendered
    )


def first_name(name: str) -> str:
    """How one begins a letter to somebody: what stands before the first space."""
    return name.split(" ", 1)[0]


def some_of(ids: tuple[int, ...], *, turn: int, most: int = 3) -> tuple[int, ...]:
    """Some real recipients to look at: others for each turn, spread over all of them."""
    if len(ids) <= most:
        return ids
    step = len(ids) / most
    picked = [ids[(int(number * step) + turn * 7) % len(ids)] for number in range(most)]
    return tuple(dict.fromkeys(picked))
