"""Pages of the schedule: what a cohort's members see, the staff's plan, changes, releases, and a new cohort."""

from __future__ import annotations

from lms.scheduling.views import (
    calendar,
    change,
    cohort,
    plan,
    releases,
    schedule,
    sections,
    studio,
    studio_publish,
)
from lms.scheduling.views.blueprint import bp

__all__ = [
    "bp",
    "calendar",
    "change",
    "cohort",
    "plan",
    "releases",
    "schedule",
    "sections",
    "studio",
    "studio_publish",
]
