"""Forms of coursework."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    DateField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import HiddenInput

from lms.coursework.rules import work
from lms.web.forms import BaseForm


class WorkForm(BaseForm):
    """What is written and handed in."""

    version = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])
    text = TextAreaField(
        "Your text",
        validators=[
            Length(max=work.LONGEST_TEXT, message="This is too long to keep: at most 200,000 characters.")
        ],
    )
    files = MultipleFileField("Files")
    seen = StringField(widget=HiddenInput(), validators=[Length(max=400)])
    """The files of the draft as the page showed them."""
    ai = RadioField(
        "Generative tools",
        choices=[("no", "I used none"), ("yes", "I used some")],
        validators=[Optional()],
        validate_choice=False,
    )
    ai_text = TextAreaField(
        "What you used them for",
        validators=[Length(max=work.LONGEST_STATEMENT, message="At most 2,000 characters: say it shorter.")],
    )


class UploadForm(BaseForm):
    """A file that is about to be sent in pieces."""

    name = StringField("Name", validators=[InputRequired(), Length(max=400)])
    size = IntegerField("Bytes", validators=[InputRequired(), NumberRange(0, 2**31 - 1)])


class PieceForm(BaseForm):
    """A piece of it."""

    offset = IntegerField("Where it begins", validators=[InputRequired(), NumberRange(0, 2**31 - 1)])
    sha256 = StringField("Its hash", validators=[Regexp(r"^[0-9a-fA-F]{64}$")])
    piece = FileField("The bytes", validators=[FileRequired()])


class AnswersForm(BaseForm):
    """The frame of a form activity; its fields are the author's."""

    version = IntegerField(widget=HiddenInput(), default=0, validators=[Optional()])


class VersionForm(BaseForm):
    """Which version counts."""

    number = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


class ExtensionForm(BaseForm):
    """More time for a learner or a team."""

    activity = SelectField("For", validators=[InputRequired("Choose what the extension is for.")])
    until_on = DateField("New date", validators=[InputRequired("Give the new date.")])
    until_at = TimeField("Time", validators=[InputRequired("Give the time, such as 23:59.")])
    reason = SelectField(
        "Reason",
        choices=[("", "Choose"), *work.REASONS.items()],
        validators=[InputRequired("Choose the reason.")],
    )
    note = StringField(
        "Note",
        validators=[Length(max=400, message="At most 400 characters.")],
        description="For the case file. The marker sees neither the reason nor the note.",
    )


__all__ = ["AnswersForm", "ExtensionForm", "PieceForm", "UploadForm", "VersionForm", "WorkForm"]
