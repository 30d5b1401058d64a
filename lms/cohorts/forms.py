"""Forms about cohorts."""

from __future__ import annotations

from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.people.rules import Role
from lms.web.forms import BaseForm

STAFF_ROLES = (Role.COORDINATOR, Role.FACULTY, Role.ASSISTANT, Role.MARKER, Role.GUIDE)
"""The tasks a cohort gives; panel members are chosen with the panels."""


def _reason() -> TextAreaField:
    return TextAreaField(
        "Why",
        description="Kept in the log.",
        validators=[InputRequired("Say why, in a sentence."), Length(max=500)],
    )


class EditForm(BaseForm):
    """What may change of a cohort without touching its dates."""

    name = StringField("Name", validators=[InputRequired("Give the cohort a name."), Length(min=3, max=120)])
    seats = IntegerField(
        "Seats",
        description="Fewer seats than people enrolled removes nobody; nobody more can be enrolled.",
        validators=[
            InputRequired("Say how many seats there are."),
            NumberRange(min=1, max=500, message="Between 1 and 500."),
        ],
    )


class SectionForm(BaseForm):
    """A section's name; empty `section` adds one."""

    section = HiddenField()
    name = StringField("Name", validators=[InputRequired("Give the section a name."), Length(max=60)])


class StateForm(BaseForm):
    """Opening, closing or reopening, with the state that was seen."""

    seen = HiddenField(validators=[InputRequired()])
    reason = TextAreaField("Why", description="Kept in the log.", validators=[Length(max=500)])


class AppointForm(BaseForm):
    """A task for a person who was found."""

    person = HiddenField(validators=[InputRequired("Choose a person.")])
    role = SelectField("Task", choices=[(role.value, role.value.capitalize()) for role in STAFF_ROLES])
    course = SelectField("Course", validators=[Optional()])

    def __init__(self, courses: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.course.choices = [("", "All courses"), *courses]


class EndTaskForm(BaseForm):
    """One task that ends."""

    task = SelectField("Task", validators=[InputRequired("Choose the task that ends.")])
    end_reason = _reason()


class ReplaceForm(BaseForm):
    """Another person takes over everything."""

    person = SelectField("Who takes over", validators=[InputRequired("Choose who takes over.")])
    from_day = DateField(
        "From",
        description="From the morning of this day on, in the cohort's zone.",
        validators=[InputRequired("Give a day.")],
    )
    reason = _reason()
