"""What a save changed in a sheet, down to single values, in the words of whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Label = Callable[[str], str]
"""What a place in a sheet is called: `products.A.price` is “Product A, price”."""
Value = Callable[[str, Any], str]
"""What stands at a place, in words."""


def changes(changed: Mapping[str, Any], label: Label, value: Value) -> Iterator[tuple[str, str, str]]:
    """Place, before and after of everything that was changed; what reads the same before and after is left out."""
    for place, (before, after) in changed.items():
        yield from _leaves(place, before, after, label, value)


def _leaves(
    place: str, before: Any, after: Any, label: Label, value: Value
) -> Iterator[tuple[str, str, str]]:
    inside = [one for one in (before, after) if isinstance(one, Mapping)]
    if inside:
        old, new = (one if isinstance(one, Mapping) else {} for one in (before, after))
        for key in dict.fromkeys([*old, *new]):
            yield from _leaves(f"{place}.{key}", old.get(key), new.get(key), label, value)
        return
    was, now = value(place, before), value(place, after)
    if was != now:
        yield label(place), was, now
