"""What a programme version says of dates: read once per process, since a version never changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.scheduling import rules
from lms.scheduling.models import ScheduledItem
from lms.scheduling.rules import Graph, ItemSpec


@dataclass(frozen=True)
class Blueprint:
    """The dated items of a programme version, and what people call them."""

    specs: dict[str, ItemSpec]
    """By item key, in the programme's order."""
    titles: dict[str, str]
    """Item key → “S5 Where to play”."""
    short: dict[str, str]
    """Item key → “lecture S5”, as it stands inside a sentence."""
    kinds: dict[str, str]
    """Item key → kind of its activity."""
    courses: dict[str, str]
    """Item key → key of its course."""


_NOUNS = {
    "live_session": "session",
    "masterclass": "masterclass",
    "quiz": "quiz",
    "reading": "reading",
    "discussion": "thread",
    "milestone": "milestone",
    "simulation": "round",
}


@lru_cache(maxsize=32)
def blueprint(version_id: int) -> Blueprint:
    """The dated items of a programme version: one statement, once per process."""
    outline = curriculum.outline(version_id)
    specs: dict[str, ItemSpec] = {}
    for activity_id, spec in curriculum.specs(version_id).items():
        line = outline.activities[activity_id]
        for item in rules.items_of(line.key, line.kind.value, spec):
            specs[item.key] = item
    titles, short, kinds, courses = {}, {}, {}, {}
    course_keys = {course.id: course.key for course in outline.courses}
    for key, item in specs.items():
        line = outline.by_key[item.activity_key]
        after = f" ({item.label})" if item.label else ""
        titles[key] = f"{line.code} {line.title}".strip() + after
        noun = _NOUNS.get(line.kind.value, "")
        short[key] = (f"{noun} {line.code}" if line.code else f"“{line.title}”").strip() + after
        kinds[key] = line.kind.value
        courses[key] = course_keys[line.course_id]
    return Blueprint(specs, titles, short, kinds, courses)


# What a release added -----------------------------------------------------------------------------------------------


def with_added(names: Blueprint, added: Iterable[ItemSpec]) -> Blueprint:
    """The programme's items and those that a cohort has besides, named after their activity."""
    more = [spec for spec in added if spec.key not in names.specs]
    if not more:
        return names
    after = {spec.key: f" ({spec.label})" if spec.label else "" for spec in more}
    return Blueprint(
        specs={**names.specs, **{spec.key: spec for spec in more}},
        titles={**names.titles, **{one.key: names.titles[one.activity_key] + after[one.key] for one in more}},
        short={**names.short, **{one.key: names.short[one.activity_key] + after[one.key] for one in more}},
        kinds={**names.kinds, **{one.key: names.kinds[one.activity_key] for one in more}},
        courses={**names.courses, **{one.key: names.courses[one.activity_key] for one in more}},
    )


def names_in(version_id: int, graph: Graph) -> Blueprint:
    """The dated items of a graph that was read, and what people call them; nothing is read."""
    return with_added(blueprint(version_id), graph.specs.values())


def names(cohort: CohortView) -> Blueprint:
    """The dated items of a cohort and what people call them, those added by a release among them. One statement."""
    rows = db.session.execute(
        sa.select(
            ScheduledItem.key,
            ScheduledItem.activity_id,
            ScheduledItem.kind,
            ScheduledItem.label,
            ScheduledItem.starts_anchor,
            ScheduledItem.ends_anchor,
            ScheduledItem.minutes,
            ScheduledItem.staff_only,
            ScheduledItem.replaces,
            ScheduledItem.carries,
        )
        .where(ScheduledItem.cohort_id == cohort.id, ScheduledItem.added_by_id.is_not(None))
        .order_by(ScheduledItem.id)
    ).all()
    outline = curriculum.outline(cohort.version_id)
    return with_added(
        blueprint(cohort.version_id),
        [rules.spec_of(row, outline.activities[row.activity_id].key) for row in rows],
    )
