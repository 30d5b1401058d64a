"""One look at one page, and what a page may weigh."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """One look at one page."""

    who: str
    path: str
    status: int = 200
    weight: int | None = None
    """Kilobytes of HTML, where the rule of the house does not hold; say why beside it."""


C14, C15, C16 = "/cohorts/cohort-14", "/cohorts/cohort-15", "/cohorts/cohort-16"
DOWNLOAD = "a file to keep, not a page"


def looks(who: str, *paths: str) -> tuple[Look, ...]:
    """Looks of one of the company at several pages that answer as pages do."""
    return tuple(Look(who, path) for path in paths)
