"""Forms of coursework."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from lms.coursework.rules import quiz, regrade, work
from lms.coursework.rules.regrade import Past
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


class ExtraTimeForm(BaseForm):
    """How much longer somebody has for quizzes."""

    percent = SelectField(
        "More of the usual time",
        coerce=int,
        choices=[(each, f"{each} %" if each else "None") for each in quiz.PERCENTS],
        description="Of what everybody has who starts at the same moment.",
    )
    minutes = IntegerField(
        "Minutes on top",
        default=0,
        validators=[
            Optional(),
            NumberRange(min=0, max=quiz.MOST_MINUTES, message="Between 0 and 240 minutes."),
        ],
    )
    captions = BooleanField(
        "They need captions",
        description="Where a lecture is without captions, they may take 48 hours more for the quiz of its module.",
    )
    reason = TextAreaField(
        "Why",
        validators=[
            InputRequired("Say why, in a few words. Only coordinators and the learner read it."),
            Length(max=400, message="At most 400 characters."),
        ],
        description="In confidence: coordinators and the learner read it, nobody who teaches or marks.",
    )


PAST = {
    Past.EITHER: "What they have or what the new key gives, whichever is more",
    Past.NEW: "Only the new key counts",
    Past.EVERYBODY: "Full credit for everybody who had this question",
    Past.NONE: "Nothing: only attempts that end from now on are judged by the new key",
}
"""What a correction does to attempts that are finished, in words."""


class CorrectionForm(BaseForm):
    """Another key for an item; the lines of match and order items are fields of their own, `place-0` and so on."""

    correct = SelectMultipleField("Right", coerce=int, validate_choice=False)
    answer = StringField("Right number", validators=[Length(max=40, message="At most 40 characters.")])
    tolerance = StringField(
        "May be off by",
        validators=[Length(max=40, message="At most 40 characters.")],
        description="0: the number itself, nothing beside it.",
    )
    accept = TextAreaField(
        "Accepted answers",
        validators=[Length(max=4000, message="At most 4,000 characters.")],
        description="One in each line. Capitals, accents and punctuation do not matter.",
    )
    past = RadioField(
        "Attempts that are finished",
        choices=[(each.value, words) for each, words in PAST.items()],
        default=Past.EITHER.value,
        validators=[InputRequired("Choose what becomes of attempts that are finished.")],
    )
    no_harm = BooleanField(
        "No harm: nobody loses points by this",
        default=True,
        description="Whoever would fall keeps what they have.",
    )
    reason = TextAreaField(
        "Why",
        validators=[
            InputRequired("Say why, in a sentence that learners will read."),
            Length(max=regrade.LONGEST_REASON, message="At most 400 characters."),
        ],
        description="Learners read it beside the question and in how their mark came about, also those who have an "
        "attempt left: say what was wrong without giving the answer away.",
    )


__all__ = [
    "PAST",
    "AnswersForm",
    "CorrectionForm",
    "ExtensionForm",
    "ExtraTimeForm",
    "VersionForm",
    "WorkForm",
]
