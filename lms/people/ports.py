"""What this domain asks upwards: what others hold about a person, and what cohorts are called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PersonalPart:
    """What one domain holds about one person."""

    key: str
    """The name of the part in the file: the domain's."""
    title: str
    what: str
    """One sentence: what is held, and why."""
    data: Any
    """Lists, dictionaries, texts and numbers: it becomes JSON."""


PersonalData = Callable[[int], PersonalPart]
"""Person id → what the domain holds about them."""
CohortNames = Callable[[Collection[int]], dict[int, str]]
"""Cohort ids → what people call them."""


@dataclass(frozen=True, slots=True)
class Collision:
    """Something of a person's schedule that falls on days on which they cannot."""

    title: str
    cohort: str
    at: dt.datetime
    session: bool
    """One has to be there; else it is due then."""
    href: str
    acts: tuple[tuple[str, str], ...]
    """What can be done: (words, address)."""


BusyStretch = tuple[str, dt.date, dt.date]
"""A key, the first and the last day on which somebody cannot."""
Collisions = Callable[[int, str, Sequence[BusyStretch]], dict[str, tuple[Collision, ...]]]
"""Person id, their zone, their busy dates by a key → what collides with each."""

_collisions: list[Collisions] = []
_personal_data: dict[str, PersonalData] = {}
_cohort_names: list[CohortNames] = []


def personal_data_from(key: str, provider: PersonalData) -> None:
    """Plug in a domain's answer to “what do you hold about this person?”."""
    _personal_data[key] = provider


def cohort_names_from(provider: CohortNames) -> None:
    """Plug in what cohorts are called."""
    _cohort_names[:] = [provider]


def collisions_from(provider: Collisions) -> None:
    """Plug in what knows people's schedules."""
    _collisions[:] = [provider]


def collisions_of(person_id: int, zone: str, busy: Sequence[BusyStretch]) -> dict[str, tuple[Collision, ...]]:
    """What of a person's schedule falls on each of these days; without a provider nothing."""
    return _collisions[0](person_id, zone, busy) if _collisions and busy else {}


def personal_data_of(person_id: int) -> list[PersonalPart]:
    """What every domain holds about the person, in the order in which they were plugged in."""
    return [provider(person_id) for provider in _personal_data.values()]


def cohort_names(cohort_ids: Collection[int]) -> dict[int, str]:
    """The names of these cohorts; without a provider there are none."""
    return _cohort_names[0](cohort_ids) if _cohort_names and cohort_ids else {}
