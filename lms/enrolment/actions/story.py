"""Telling the story of places: every change is a sentence that is never changed, and an entry of the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core import audit, events
from lms.core.db import db
from lms.enrolment.events import PlaceChanged, PlacesChanged
from lms.enrolment.models import PlaceEvent
from lms.enrolment.rules import PlaceEventKind, PlaceState
from lms.people.rules import Actor


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One sentence to add to the story of a place."""

    place_id: int
    cohort_id: int
    kind: PlaceEventKind
    on: dt.date
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def tell(tellings: Sequence[Telling], *, actor: Actor, now: dt.datetime) -> None:
    """Add sentences to stories: one statement, however many."""
    if not tellings:
        return
    rows = [
        {
            "place_id": one.place_id,
            "kind": one.kind,
            "at": now,
            "effective_on": one.on,
            "actor_id": actor.person_id,
            "reason": one.reason,
            "details": one.details,
        }
        for one in tellings
    ]
    db.session.execute(sa.insert(PlaceEvent), rows)
    for one in tellings:
        audit.record(
            audit.Entry(
                actor_id=actor.person_id,
                action=f"enrolment.{one.kind.value.replace(' ', '_')}",
                subject="place",
                subject_id=one.place_id,
                cohort_id=one.cohort_id,
                after={"on": one.on, **one.details},
                reason=one.reason,
            )
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """A place that is otherwise now."""

    place_id: int
    person_id: int
    state: PlaceState


def announce(cohort_id: int, changed: Sequence[Changed], *, actor: Actor, now: dt.datetime) -> None:
    """State that places changed: once for all of them, and once for each."""
    if not changed:
        return
    events.record(
        PlacesChanged(cohort_id=cohort_id, place_ids=tuple(one.place_id for one in changed), at=now)
    )
    for one in changed:
        events.record(
            PlaceChanged(
                cohort_id=cohort_id,
                place_id=one.place_id,
                person_id=one.person_id,
                state=one.state.value,
                actor_id=actor.person_id,
                at=now,
            )
        )
