"""Pages of `live`: a session, its roster, lists from the meeting, a week; seats, questions, feedback."""

from __future__ import annotations

from lms.live.views import (
    booking,
    cancelling,
    console,
    editing,
    evidence,
    feedback,
    hosting,
    lists,
    mail_samples,
    makeups,
    materials,
    names,
    presence,
    questions,
    rosters,
    seats,
    sessions,
    speakers,
    speaking,
    unknown,
    weeks,
)
from lms.live.views.frame import bp

__all__ = [
    "booking",
    "bp",
    "cancelling",
    "console",
    "editing",
    "evidence",
    "feedback",
    "hosting",
    "lists",
    "mail_samples",
    "makeups",
    "materials",
    "names",
    "presence",
    "questions",
    "rosters",
    "seats",
    "sessions",
    "speakers",
    "speaking",
    "unknown",
    "weeks",
]
