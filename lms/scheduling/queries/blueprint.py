"""What a programme version says of dates: read once per process, since a version never changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lms.curriculum import queries as curriculum
from lms.scheduling import rules
from lms.scheduling.rules import ItemSpec


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
