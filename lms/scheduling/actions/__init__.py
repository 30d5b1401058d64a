"""Writes of the schedule: building release 1, publishing changes, recording facts and holds, own dates."""

from __future__ import annotations

from lms.scheduling.actions.building import build
from lms.scheduling.actions.facts import hold, record_fact
from lms.scheduling.actions.personal import PersonalDate, revoke, set_personal_date
from lms.scheduling.actions.publishing import Publishing, publish, set_calendar, undo
from lms.scheduling.actions.sections import remove_section

__all__ = [
    "PersonalDate",
    "Publishing",
    "build",
    "hold",
    "publish",
    "record_fact",
    "remove_section",
    "revoke",
    "set_calendar",
    "set_personal_date",
    "undo",
]
