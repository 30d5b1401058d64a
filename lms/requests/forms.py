"""Forms of requests."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from lms.requests.ports import Ask, Kind
from lms.requests.rules import LONGEST
from lms.web.forms import BaseForm

LONG = Length(max=LONGEST, message=f"At most {LONGEST:,} characters.")
LINE = Length(max=200, message="At most %(max)d characters.")
OF = {
    Ask.UNTIL: ("until_on", "until_at"),
    Ask.DAYS: ("from_on", "back_on"),
    Ask.CHOICE: ("choice",),
    Ask.LINE: ("line",),
    Ask.PERSON: ("against",),
    Ask.TICK: ("tick",),
}
"""The fields of what a kind asks for."""


class _OfKind(BaseForm):
    """A form with the fields that a kind asks for."""

    def fit(self, kind: Kind, asks: tuple[Ask, ...]) -> None:
        """Take out what is not asked for, and call the rest by the kind's words."""
        for ask, names in OF.items():
            for name in names:
                if ask not in asks and name in self:
                    del self[name]
        for name, label in kind.labels.items():
            if name in self:
                self[name].label.text = label


class AskForm(_OfKind):
    """What a learner asks."""

    key = HiddenField(validators=[Optional(), Length(max=40)])
    choice = RadioField("Choose", validators=[InputRequired("Choose one.")])
    until_on = DateField("Until", validators=[InputRequired("Give the day.")])
    until_at = TimeField("Time", validators=[InputRequired("Give the time, such as 23:59.")])
    from_on = DateField("From", validators=[InputRequired("Give the first day.")])
    back_on = DateField("Back on", validators=[Optional()])
    line = StringField("What it is to be called", validators=[Optional(), LINE])
    tick = BooleanField("I agree", validators=[InputRequired("Tick this: without it this cannot be asked.")])
    against = SelectField("About", validators=[Optional()])
    words = TextAreaField("In your words", validators=[LONG])
    files = MultipleFileField("Files")


class SayForm(BaseForm):
    """What a learner adds."""

    text = TextAreaField("Add to this request", validators=[LONG])
    files = MultipleFileField("Files")


class WriteForm(BaseForm):
    """What staff write: a question back, an answer in between, a note."""

    sort = RadioField(
        "What it is",
        choices=[
            ("asked back", "A question to the learner: the promise rests until they answer"),
            ("answered", "A word to the learner"),
            ("noted", "A note: only staff read it"),
        ],
        validators=[InputRequired("Choose what it is.")],
    )
    text = TextAreaField("Text", validators=[LONG])
    files = MultipleFileField("Files")


class DecideForm(_OfKind):
    """A decision."""

    seen = IntegerField(widget=HiddenInput(), validators=[Optional()])
    outcome = RadioField("Decision", validators=[InputRequired("Choose a decision.")])
    until_on = DateField("Until", validators=[Optional()])
    until_at = TimeField("Time", validators=[Optional()])
    from_on = DateField("From", validators=[Optional()])
    back_on = DateField("Back on", validators=[Optional()])
    choice = SelectField("What is given", validators=[Optional()])
    line = StringField("What it is to be called", validators=[Optional(), LINE])
    other = SelectField("Somebody else", validators=[Optional()])
    reason = TextAreaField(
        "What the learner reads", validators=[DataRequired("Say why: the learner reads it."), LONG]
    )


class HandOverForm(BaseForm):
    """Somebody else answers."""

    to = SelectField("To", validators=[InputRequired("Choose somebody.")])
    why = StringField(
        "Why", validators=[DataRequired("Say why: whoever gets it reads that first."), Length(max=400)]
    )


class ReopenForm(BaseForm):
    """A decided request is looked at again."""

    reason = StringField("Why", validators=[DataRequired("Say why it is opened again."), Length(max=400)])


def default(form: Any, name: str, value: Any) -> None:
    """Fill a field in for somebody who has not sent the form yet."""
    if name in form and not form.is_submitted():
        form[name].data = value
