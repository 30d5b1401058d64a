"""What this domain asks upwards: what others hold about a person, and what cohorts are called."""

from __future__ import annotations

from collections.abc import Callable, Collection
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

_personal_data: dict[str, PersonalData] = {}
_cohort_names: list[CohortNames] = []


def personal_data_from(key: str, provider: PersonalData) -> None:
    """Plug in a domain's answer to “what do you hold about this person?”."""
    _personal_data[key] = provider


def cohort_names_from(provider: CohortNames) -> None:
    """Plug in what cohorts are called."""
    _cohort_names[:] = [provider]


def personal_data_of(person_id: int) -> list[PersonalPart]:
    """What every domain holds about the person, in the order in which they were plugged in."""
    return [provider(person_id) for provider in _personal_data.values()]


def cohort_names(cohort_ids: Collection[int]) -> dict[int, str]:
    """The names of these cohorts; without a provider there are none."""
    return _cohort_names[0](cohort_ids) if _cohort_names and cohort_ids else {}
