"""What this domain asks upwards: which learners of a cohort stand how."""

from __future__ import annotations

from collections.abc import Callable

Standing = Callable[[int], dict[int, tuple[int, int]]]
"""Cohort id → place id → (number of risk rules that hold, required work past its deadline)."""

_standing: list[Standing] = []


def standing_from(provider: Standing) -> None:
    """Plug in who is at risk and who is behind."""
    _standing[:] = [provider]


def standing_in(cohort_id: int) -> dict[int, tuple[int, int]]:
    """How the learners of a cohort stand; nobody knows where nothing was plugged in."""
    return _standing[0](cohort_id) if _standing else {}
