"""What people send to the gradebook."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Length, Optional

from lms.gradebook.queries import Markable
from lms.gradebook.rules import GradebookRefusal, read_number
from lms.gradebook.rules.external import LONGEST_NOTE
from lms.web.forms import BaseForm

HIGHEST = Fraction(100)


class ExternalForm(BaseForm):
    """Work done elsewhere."""

    activity = SelectField("What it counts for", validators=[InputRequired("Choose an activity.")])
    score = StringField("Score", validators=[InputRequired("Write the score."), Length(max=12)])
    out_of = StringField("Out of", validators=[InputRequired("Write what could be reached."), Length(max=12)])
    note = TextAreaField(
        "Where, and what you saw",
        description="The learner reads this with the mark.",
        validators=[
            InputRequired(GradebookRefusal.NO_NOTE.value),
            Length(max=LONGEST_NOTE, message=GradebookRefusal.LONG_NOTE.value),
        ],
    )
    evidence = FileField(
        "Evidence",
        description="A certificate, a transcript, an e-mail. Only staff of this cohort can fetch it.",
    )

    def offer(self, things: Iterable[Markable]) -> None:
        """Offer these, by course."""
        self.activity.choices = {
            course: [(thing.key, thing.label) for thing in group]
            for course, group in groupby(things, key=lambda thing: thing.course)
        }

    def number(self, name: str) -> Fraction | None:
        """The number in a field; refuses it when it is none."""
        text = self[name].data or ""
        found = read_number(text)
        if found is None:
            self.refuse(name, GradebookRefusal.NOT_A_NUMBER.value.format(text=text))
        return found


class ImportForm(BaseForm):
    """A list of results."""

    file = FileField("List", validators=[FileRequired("Choose a file.")])


class ApplyForm(BaseForm):
    """Doing what the preview shows."""


class CellForm(BaseForm):
    """What becomes of one mark: a figure, and why. Which of the acts it is, the button says."""

    figure = StringField(
        "Mark or ceiling",
        description="0 to 100, with a point or a comma. Not needed to excuse or to take something back.",
        validators=[Length(max=12, message="At most 12 characters.")],
    )
    reason = TextAreaField(
        "Why",
        description="Stays with the mark; the learner reads it once this is released or holds.",
        validators=[
            InputRequired("Say why: it stays with the mark."),
            Length(max=1000, message="At most 1,000 characters."),
        ],
    )
    version = HiddenField()

    def number(self) -> Fraction | None:
        """The figure; refuses it when it is none."""
        text = self.figure.data or ""
        found = read_number(text)
        if found is None or found > HIGHEST:
            self.refuse("figure", "A mark is a number from 0 to 100, like 62 or 62.5.")
            return None
        return found


class ResitForm(BaseForm):
    """A second attempt at a course: what is to be done, or what came of it."""

    words = TextAreaField(
        "What is to be done, or what you say of it",
        validators=[
            InputRequired("Write some words: the learner reads them."),
            Length(max=1000, message="At most 1,000 characters."),
        ],
    )
    figure = StringField("Mark", validators=[Length(max=12, message="At most 12 characters.")])
    on = DateField("Handed in on", validators=[Optional()])


class BringForm(BaseForm):
    """Entering the marks of a list."""

    reason = TextAreaField(
        "Why these marks change",
        description="Stays with each of them; their learners read it once they are released.",
        validators=[
            InputRequired("Say why these marks change: it stays with each of them."),
            Length(max=1000, message="At most 1,000 characters."),
        ],
    )
    meant = BooleanField("This many changes are meant")


class UndoForm(BaseForm):
    """Taking a list back."""


class AssessorForm(BaseForm):
    """Who looks at the work again."""

    assessor = SelectField("Who looks again", validators=[InputRequired("Choose somebody.")])


class LookForm(BaseForm):
    """A second judgement; its fields follow the rubric."""


class DeclineForm(BaseForm):
    """Why somebody cannot look again."""

    why = TextAreaField(
        "Why",
        validators=[
            InputRequired("Say why you cannot: whoever asks somebody else reads it."),
            Length(max=1000, message="At most 1,000 characters."),
        ],
    )


class CheckboxesField(SelectMultipleField):
    """Several of many, as boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class BoardForm(BaseForm):
    """Calling a board together."""

    course = SelectField("Of what", validators=[InputRequired("Choose a course, or the programme.")])
    title = StringField(
        "What it is called",
        description="Course A board, week 24.",
        validators=[
            InputRequired("Say what this board is called."),
            Length(max=200, message="At most 200 characters."),
        ],
    )
    chair = SelectField("In the chair", validators=[InputRequired("Choose who takes the chair.")])
    members = CheckboxesField("Members with a vote", validators=[Optional()])
    numbered = BooleanField("Learners stand under numbers, not under their names")


class BoardActForm(BaseForm):
    """Something done on a board; its fields are read by what is done."""

    reason = TextAreaField(
        "Why",
        validators=[Length(max=2000, message="At most 2,000 characters.")],
    )
