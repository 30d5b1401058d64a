"""Writes about cohorts: creating, editing, opening, closing one, and who has a task in it."""

from __future__ import annotations

from lms.cohorts.actions.cohort import (
    CohortEdit,
    CohortFacts,
    add_section,
    create_cohort,
    edit_cohort,
    remove_section,
    rename_section,
    set_calendar,
    set_state,
    touch,
)
from lms.cohorts.actions.staff import Replacement, appoint, appoint_until, move_end, release, replace_staff

__all__ = [
    "CohortEdit",
    "CohortFacts",
    "Replacement",
    "add_section",
    "appoint",
    "appoint_until",
    "create_cohort",
    "edit_cohort",
    "move_end",
    "release",
    "remove_section",
    "rename_section",
    "replace_staff",
    "set_calendar",
    "set_state",
    "touch",
]
