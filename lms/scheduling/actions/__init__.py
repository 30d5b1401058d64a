"""Writes of the schedule: building release 1, publishing changes, recording facts and holds, own dates."""

from __future__ import annotations

from lms.scheduling.actions.building import build
from lms.scheduling.actions.drafts import (
    DraftChange,
    add_cohorts,
    add_edit,
    begin_draft,
    bring_forward,
    confirm,
    discard_draft,
    rename_draft,
    take_out,
)
from lms.scheduling.actions.facts import hold, record_fact
from lms.scheduling.actions.personal import PersonalDate, revoke, set_personal_date
from lms.scheduling.actions.publishing import Publishing, publish, set_calendar, undo
from lms.scheduling.actions.sections import remove_section
from lms.scheduling.actions.sets import SetPublishing, part_sessions, publish_draft, undo_set

__all__ = [
    "DraftChange",
    "PersonalDate",
    "Publishing",
    "SetPublishing",
    "add_cohorts",
    "add_edit",
    "begin_draft",
    "bring_forward",
    "build",
    "confirm",
    "discard_draft",
    "hold",
    "part_sessions",
    "publish",
    "publish_draft",
    "record_fact",
    "remove_section",
    "rename_draft",
    "revoke",
    "set_calendar",
    "set_personal_date",
    "take_out",
    "undo",
    "undo_set",
]
