"""Writes of the desks: who looks after a line of the run-sheet."""

from __future__ import annotations

import datetime as dt

from lms.core import audit
from lms.core.db import db, upsert
from lms.core.errors import RuleViolation
from lms.desks import queries
from lms.desks.models import Duty
from lms.desks.rules import KEY, DeskRefusal
from lms.people.rules import Actor


def look_after(cohort_id: int, key: str, who: str, *, actor: Actor, now: dt.datetime) -> str:
    """Let somebody look after a line; returns their name. Raises RuleViolation when they do not run the cohort."""
    if not KEY.match(key):
        raise RuleViolation(DeskRefusal.UNKNOWN_LINE)
    found = next((one for one in queries.runners([cohort_id], now) if one.public_id == who), None)
    if found is None:
        raise RuleViolation(DeskRefusal.NOT_STAFF)
    upsert(
        Duty.__table__,
        [
            {
                "cohort_id": cohort_id,
                "key": key,
                "owner_id": found.person_id,
                "given_by_id": actor.person_id,
                "given_at": now,
            }
        ],
        keys=("cohort_id", "key"),
    )
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="desks.look_after",
            subject="cohort",
            subject_id=cohort_id,
            cohort_id=cohort_id,
            after={"line": key, "owner": found.person_id},
        )
    )
    return found.name
