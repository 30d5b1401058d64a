"""What the schedule asks upwards: who else has to be somewhere.

Who hosts or speaks in a session, and which teams have agreed to meet, is known above. Each such domain registers a
reader when its `subscribers` are imported: `ports.engagements_from("live", engagements)`. It is asked once for each
preview, with all its cohorts and the stretch of time looked at, and uses a fixed number of statements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
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


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a team, or a learner on their own, has agreed with somebody."""

    who: str
    """The team's name, or the learner's."""
    members: int
    """So many people belong to the team; 0: it is one learner's."""
    what: str
    """“Grete Lind, its guide”; “Office hours with Ana Night”."""
    starts_at: dt.datetime
    ends_at: dt.datetime


Engagements = Callable[[Collection[int], Window], Mapping[int, list[Engagement]]]
"""Cohort ids and a stretch of time → where the hosts and speakers of each are needed in it."""
Appointments = Callable[[Collection[int], Window], Mapping[int, list[Appointment]]]
"""Cohort ids and a stretch of time → what the teams and learners of each have agreed in it."""

_readers: dict[str, Engagements] = {}
_agreed: dict[str, Appointments] = {}


def engagements_from(key: str, reader: Engagements) -> None:
    """Plug in a domain's answer to “who is needed where?”."""
    _readers[key] = reader


def appointments_from(key: str, reader: Appointments) -> None:
    """Plug in a domain's answer to “which teams meet when?”."""
    _agreed[key] = reader


def engagements_of(cohort_ids: Collection[int], window: Window) -> dict[int, list[Engagement]]:
    """Where those are needed whom the cohorts' sessions need, as all domains know it, by cohort."""
    found: dict[int, list[Engagement]] = {}
    for reader in _readers.values():
        for cohort_id, engagements in reader(cohort_ids, window).items():
            found.setdefault(cohort_id, []).extend(engagements)
    return found


def appointments_of(cohort_ids: Collection[int], window: Window) -> dict[int, list[Appointment]]:
    """What the teams and learners of the cohorts have agreed, as all domains know it, by cohort."""
    found: dict[int, list[Appointment]] = {}
    for reader in _agreed.values():
        for cohort_id, appointments in reader(cohort_ids, window).items():
            found.setdefault(cohort_id, []).extend(appointments)
    return found
