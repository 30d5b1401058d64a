"""Building release 1: the dates a cohort is created with."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import audit, events
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.scheduling import queries, rules
from lms.scheduling.events import SchedulePublished
from lms.scheduling.models import (
    ItemState,
    ReleaseChange,
    Schedule,
    ScheduledItem,
    ScheduleRelease,
)


def build(cohort_id: int, *, actor_id: int | None, now: dt.datetime) -> None:
    """Date everything of a new cohort and publish it as release 1.

    Raises rules.Unschedulable when the calendar cannot hold the programme.
    """
    cohort = cohorts.by_id(cohort_id)
    outline = curriculum.outline(cohort.version_id)
    specs = list(queries.blueprint(cohort.version_id).specs.values())
    dated = rules.evaluate(specs, queries.calendar(cohort))
    release = ScheduleRelease(
        cohort_id=cohort_id,
        number=1,
        note="The dates the cohort was created with.",
        published_by_id=actor_id,
        published_at=now,
        announced=False,
    )
    db.session.add_all([Schedule(cohort_id=cohort_id, release_number=1, version=1), release])
    db.session.flush()
    rows = [
        {
            "cohort_id": cohort_id,
            "key": spec.key,
            "activity_id": outline.by_key[spec.activity_key].id,
            "kind": spec.kind,
            "label": spec.label,
            "starts_anchor": spec.starts_text,
            "ends_anchor": spec.ends_text,
            "minutes": spec.minutes,
            "starts_at": dated[spec.key].starts_at,
            "ends_at": dated[spec.key].ends_at,
            "state": ItemState.PLANNED,
            "pinned": False,
            "staff_only": spec.staff_only,
            "sequence": 0,
        }
        for spec in specs
    ]
    db.session.execute(sa.insert(ScheduledItem), rows)
    lines = queries.items(cohort_id)
    db.session.execute(
        sa.insert(ReleaseChange),
        [
            {
                "release_id": release.id,
                "item_id": line.id,
                "new_starts_at": line.starts_at,
                "new_ends_at": line.ends_at,
                "new_state": line.state,
                "why": "",
            }
            for line in lines
        ],
    )
    audit.record(
        audit.Entry(
            actor_id=actor_id,
            action="scheduling.build",
            subject="schedule",
            subject_id=cohort_id,
            cohort_id=cohort_id,
            after={"items": len(lines)},
        )
    )
    events.record(
        SchedulePublished(
            cohort_id=cohort_id,
            release_id=release.id,
            number=1,
            item_ids=tuple(line.id for line in lines),
            announced=False,
        )
    )
