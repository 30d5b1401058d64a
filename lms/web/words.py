"""What a refusal says to one reader: instants among its details stand in their zone."""

from __future__ import annotations

import datetime as dt

from lms.core.errors import RuleViolation
from lms.web import filters


def refusal(refused: RuleViolation, zone: str, now: dt.datetime | None = None) -> str:
    """The sentence of a refusal, for a reader in a zone."""
    details = {
        name: filters.when(value, zone, now) if isinstance(value, dt.datetime) else value
        for name, value in refused.details.items()
    }
    return refused.reason.value.format(**details)
