"""What whoever runs a game sends: one act on a round, a team or the run, and notes."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import Length, Optional

from lms.simulations.rules import Ranking
from lms.web.forms import BaseForm

LONGEST_REASON, LONGEST_NOTE = 400, 4000
SPANS = (
    ("5", "5 minutes"),
    ("15", "15 minutes"),
    ("30", "30 minutes"),
    ("60", "1 hour"),
    ("180", "3 hours"),
    ("1440", "1 day"),
    ("2880", "2 days"),
    ("10080", "1 week"),
)
RANKINGS = (
    (Ranking.HIDDEN.value, "Nobody’s place"),
    (Ranking.TOP.value, "The first three of each world"),
    (Ranking.FULL.value, "Everybody’s place"),
)
DRAWN, NONE, SAME = "drawn", "none", "same"


class SteerForm(BaseForm):
    """An act on a run. Which fields count depends on the act; each act has a part of the page of its own."""

    act = HiddenField()
    round = HiddenField()
    version = HiddenField()
    reason = StringField(
        "Why",
        description="Teams read it, and it stays in the history.",
        validators=[Length(max=LONGEST_REASON, message=f"At most {LONGEST_REASON} characters.")],
    )
    minutes = SelectField("By", choices=SPANS, default="15", validate_choice=False)
    on = DateField("Or until this day", validators=[Optional()])
    time = TimeField("at", validators=[Optional()])
    event = SelectField("Event", validate_choice=False)
    meant = BooleanField("Yes, do that")
    ranking = RadioField("Teams see", choices=RANKINGS, validate_choice=False)
    team = SelectField("Team", validate_choice=False)
    strategy = SelectField("Bot", validate_choice=False)

    @property
    def seen(self) -> int:
        """The version of the run on the page; one that nobody can have seen where it is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class NoteForm(BaseForm):
    """A note on a run, for the debrief: a new one, or one's own changed or taken away."""

    note = HiddenField()
    act = HiddenField()
    text = TextAreaField(
        "Note",
        validators=[Length(max=LONGEST_NOTE, message=f"At most {LONGEST_NOTE} characters.")],
    )
    round = SelectField("Round", validate_choice=False)
    team = SelectField("Team", validate_choice=False)
