"""Forms of progress."""

from __future__ import annotations

from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

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

    def validate_due_on(self, field: DateField) -> None:
        """A promise says when it falls due."""
        if self.kind.data == CaseKind.PROMISE.value and field.data is None:
            raise ValidationError("Say when the promise falls due.")
