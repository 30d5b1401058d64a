"""The base of every form: CSRF, trimmed texts, and a rule's refusal shown beside the field it concerns."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, FileField

TRIMMED = {"StringField", "TextAreaField", "EmailField", "SearchField", "URLField", "TelField"}


def trim(value: Any) -> Any:
    """Texts lose the spaces around them, and the one character that PostgreSQL cannot keep."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class BaseForm(FlaskForm):
    """A form of ours."""

    class Meta(FlaskForm.Meta):
        """Text fields are trimmed before they are validated; passwords are not."""

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Field:
            """Bind as usual, with trimming in front of the field's own filters."""
            field = unbound_field.bind(form=form, **options)
            if type(field).__name__ in TRIMMED:
                field.filters = (trim, *field.filters)
            return field

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent; a file under the name of a text is no text."""
            sent = super().wrap_formdata(form, formdata)
            if not isinstance(sent, CombinedMultiDict):
                return sent
            takes = {field.name for field in form if isinstance(field, FileField)}
            given = [(name, file) for name, file in request.files.items(multi=True) if name in takes]
            return CombinedMultiDict((MultiDict(given), request.form))

    def refuse(self, name: str, message: str) -> None:
        """Show a rule's reason at a field, or above the form when the name is empty."""
        if name:
            field = self[name]
            field.errors = [*field.errors, message]
        else:
            self.form_errors.append(message)


NO_NUMBER = -1
"""What a field without a whole number counts as: a version that nothing has."""


def sent_number(name: str) -> int:
    """The whole number in a field of what was sent, up to nine digits; `NO_NUMBER` where there is none."""
    return whole_number(request.form.get(name))


def whole_number(text: str | None) -> int:
    """A whole number as a form carries it; `NO_NUMBER` for everything else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else NO_NUMBER
