"""Forms of progress."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.progress.models import CaseKind
from lms.web.forms import BaseForm


class CaseForm(BaseForm):
    """One more entry of a case file."""

    kind = SelectField(
        "What it is",
        choices=[
            (CaseKind.NOTE.value, "A note"),
            (CaseKind.CALL.value, "A call"),
            (CaseKind.PROMISE.value, "A promise"),
        ],
    )
    text = TextAreaField(
        "What happened", validators=[InputRequired("Write what happened."), Length(max=4000)]
    )
    readers = SelectField(
        "Who may read it",
        choices=[("coordinators", "Coordinators only"), ("staff", "All staff of the cohort")],
    )
    due_on = DateField("Due on", validators=[Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides the fields: a promise says when it falls due."""
        valid = bool(super().validate(extra_validators))
        if self.kind.data == CaseKind.PROMISE.value and self.due_on.data is None and not self.due_on.errors:
            self.refuse("due_on", "Say when the promise falls due.")
            return False
        return valid
