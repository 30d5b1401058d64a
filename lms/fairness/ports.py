"""What fairness asks upwards: who guides these learners, so that they may say why a factor is far from 1."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

GuideReader = Callable[[Collection[int]], Mapping[int, frozenset[int]]]

guide_readers: list[GuideReader] = []
"""Places → the persons who guide each of them now; filled by the domains above."""


def guides_of(place_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The persons who guide each of these learners; nobody in it: nobody guides them."""
    found: dict[int, frozenset[int]] = {}
    for reader in guide_readers if place_ids else ():
        for place, persons in reader(place_ids).items():
            found[place] = found.get(place, frozenset()) | persons
    return found
