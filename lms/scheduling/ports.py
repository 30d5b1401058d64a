"""What the schedule asks upwards: who else has to be somewhere.

Who hosts or speaks in a session is known above. Each such domain registers a reader when its `subscribers` are
imported: `ports.engagements_from("live", engagements)`. It is asked once for each preview, with the cohort and the
stretch of time looked at, and uses a fixed number of statements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

Window = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Engagement:
    """Something at which a person is needed who is also needed in some sessions of the cohort that is looked at."""

    person: str
    keys: frozenset[str]
    """The items of the cohort that need them."""
    verb: str
    """“hosts”, “speaks in”."""
    title: str
    cohort: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    item_id: int = 0
    joint_id: int | None = None
    """The joint session that the item is part of."""


Engagements = Callable[[int, Window], list[Engagement]]
"""Cohort id and stretch of time → where its hosts and speakers are needed in it."""

_readers: dict[str, Engagements] = {}


def engagements_from(key: str, reader: Engagements) -> None:
    """Plug in a domain's answer to “who is needed where?”."""
    _readers[key] = reader


def engagements_of(cohort_id: int, window: Window) -> list[Engagement]:
    """Where those are needed whom a cohort's sessions need, as all domains know it."""
    return [found for reader in _readers.values() for found in reader(cohort_id, window)]
