"""Places of a sheet and what stands there, in words: `products.A.mix.M` is “Product A, brand mix, Mainstream”."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lms.simulations.rules.games import Json

HEADS = {
    "products": "Product",
    "launch": "Launch",
    "capacity": "Capacity",
    "research": "Studies",
    "attention": "Attention",
    "delegation": "Delegation",
    "message": "Message",
    "options": "Card",
    "hire": "Hiring",
    "rationale": "Why",
}
PARTS = {
    "brand": "brand spend",
    "sales": "sales spend",
    "mix": "brand mix",
    "weights": "development on",
    "development": "development spend",
    "bet": "the bet",
    "parent": "made from",
}
SILENT = frozenset({"stakeholders", "people"})
SHARES = frozenset({"mix", "weights"})


def names_in(parameters: Json) -> dict[str, str]:
    """What keys are called by the parameters of a scenario: segments, stakeholders, people, cards."""
    found: dict[str, str] = {}
    for part in ("segments", "stakeholders", "people", "cards", "deck"):
        listed = parameters.get(part)
        if isinstance(listed, Mapping):
            listed = [{"id": key, **one} for key, one in listed.items() if isinstance(one, Mapping)]
        for one in listed if isinstance(listed, list) else ():
            if isinstance(one, Mapping) and "id" in one:
                found[str(one["id"])] = str(one.get("title") or one.get("name") or one["id"])
    return found


def place_words(place: str, names: Mapping[str, str]) -> str:
    """What a place in a sheet is called."""
    head, *rest = place.split(".")
    rest = [one for one in rest if one not in SILENT]
    first = HEADS.get(head, head.capitalize())
    if head in ("products", "options") and rest:
        first, rest = f"{first} {names.get(rest[0], rest[0]) if head == 'options' else rest[0]}", rest[1:]
    return ", ".join([first, *(names.get(one) or PARTS.get(one, one) for one in rest)])


def value_words(place: str, value: Any, names: Mapping[str, str]) -> str:
    """A value at a place, in words."""
    path = place.split(".")
    if value is None or value == "" or value == [] or value == {}:
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{names.get(str(key)) or PARTS.get(str(key), str(key))} {value_words(f'{place}.{key}', one, names)}"
            for key, one in value.items()
        )
    if isinstance(value, list | tuple):
        return ", ".join(value_words(place, one, names) for one in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    share = any(one in SHARES for one in path) or (path[0] == "capacity" and len(path) > 1)
    return f"{value * 100:.4g} %" if share else f"{value:,.10g}"


def changes(changed: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """What a save changed: place, before and after in words, down to single values; nothing for nothing is left out."""
    for place, (before, after) in changed.items():
        yield from _leaves(place, before, after, names)


def _leaves(place: str, before: Any, after: Any, names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    inside = [one for one in (before, after) if isinstance(one, Mapping)]
    if inside:
        old, new = (one if isinstance(one, Mapping) else {} for one in (before, after))
        for key in dict.fromkeys([*old, *new]):
            yield from _leaves(f"{place}.{key}", old.get(key), new.get(key), names)
        return
    was, now = value_words(place, before, names), value_words(place, after, names)
    if was != now:
        yield place_words(place, names), was, now
