"""What fairness asks upwards: who guides these learners, and how confidential a piece of work is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

GuideReader = Callable[[Collection[int]], Mapping[int, frozenset[int]]]

ConfidentialityReader = Callable[[str, Collection[int]], Mapping[int, str]]

guide_readers: list[GuideReader] = []
"""Places → the persons who guide each of them now; filled by the domains above."""

confidentiality_readers: list[ConfidentialityReader] = []
"""Source and source ids → the level that was agreed for each piece that has one; filled by the domains above."""


def guides_of(place_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The persons who guide each of these learners; nobody in it: nobody guides them."""
    found: dict[int, frozenset[int]] = {}
    for reader in guide_readers if place_ids else ():
        for place, persons in reader(place_ids).items():
            found[place] = found.get(place, frozenset()) | persons
    return found
