"""What a learner answered in a form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from lms.core.db import db
from lms.coursework.models import FormResponse


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """A filled-in form; version 0 is one that nobody filled in yet."""

    version: int = 0
    answers: Mapping[str, Any] = field(default_factory=dict)
    answered_at: dt.datetime | None = None


def form_answers(place_id: int, activity_id: int) -> FormAnswers:
    """A learner's answers to a form."""
    row = db.session.execute(
        sa.select(FormResponse.version, FormResponse.answers, FormResponse.answered_at).where(
            FormResponse.place_id == place_id, FormResponse.activity_id == activity_id
        )
    ).one_or_none()
    return FormAnswers(*row) if row else FormAnswers()
