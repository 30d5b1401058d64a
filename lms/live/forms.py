"""Forms of `live`."""

from __future__ import annotations

from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lms.live.rules import Verdict
from lms.web.forms import BaseForm

MOST_WORDS = 8000


class EmptyForm(BaseForm):
    """Only the token: for acts of one button."""


class ReasonForm(BaseForm):
    """Why something is done against the ordinary course."""

    reason = StringField(
        "Why",
        validators=[
            DataRequired("Say why in a few words."),
            Length(max=400, message="At most 400 characters."),
        ],
    )


class CorrectForm(ReasonForm):
    """A coordinator's decision on one name."""

    verdict = RadioField(
        "Decide",
        choices=[
            (Verdict.PRESENT.value, "Present"),
            (Verdict.HALF.value, "Half"),
            (Verdict.ABSENT.value, "Absent"),
            (Verdict.EXCUSED.value, "Excused: leaves the denominator"),
            (Verdict.UNMARKED.value, "Take earlier decisions back"),
        ],
        validators=[DataRequired("Choose what holds.")],
    )


class DetailsForm(BaseForm):
    """Everything about a session but its time and its roster."""

    host = SelectField("Host", coerce=int)
    speaker = StringField(
        "Speaker",
        description="Name and role, as learners read it.",
        validators=[Length(max=200, message="At most 200 characters.")],
    )
    join_url = StringField(
        "Meeting link",
        description="Learners never see the address itself: they press a button.",
        validators=[Length(max=1000, message="At most 1,000 characters.")],
    )
    whole_course = BooleanField("Use this link for every session of the course that is still to come")
    recording_url = StringField(
        "Recording", validators=[Length(max=1000, message="At most 1,000 characters.")]
    )
    notes = TextAreaField(
        "Notes for learners",
        description="Markdown. Shown on the session's page from now on.",
        validators=[Length(max=MOST_WORDS, message="At most 8,000 characters.")],
    )


class LogForm(BaseForm):
    """A list that a meeting tool exported: a file, or the text of one that was looked at already."""

    file = FileField("Attendance list")
    zone = SelectField("Times in the list are in")
    text = HiddenField(validators=[Optional(), Length(max=300_000)])
    name = HiddenField(validators=[Optional(), Length(max=200)])
