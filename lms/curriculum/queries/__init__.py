"""Reads of published programmes. A version never changes, so that its outline is read once per process."""

from __future__ import annotations

from lms.curriculum.queries.comparing import snapshot
from lms.curriculum.queries.coverage import Coverage, coverage, effort, week_minutes
from lms.curriculum.queries.outline import ActivityLine, CourseLine, ModuleLine, Outline, outline
from lms.curriculum.queries.parts import (
    Authored,
    activity,
    authored,
    competencies,
    competency_names,
    course_html,
    has_rubric,
    marker_key,
    module,
    quiz_file,
    quiz_items,
    rubric,
    specs,
)
from lms.curriculum.queries.versions import VersionLine, latest, version_visible_to, versions

__all__ = [
    "ActivityLine",
    "Authored",
    "CourseLine",
    "Coverage",
    "ModuleLine",
    "Outline",
    "VersionLine",
    "activity",
    "authored",
    "competencies",
    "competency_names",
    "course_html",
    "coverage",
    "effort",
    "has_rubric",
    "latest",
    "marker_key",
    "module",
    "outline",
    "quiz_file",
    "quiz_items",
    "rubric",
    "snapshot",
    "specs",
    "version_visible_to",
    "versions",
    "week_minutes",
]
