"""Forms of the schedule."""

from __future__ import annotations

import datetime as dt

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from lms.cohorts.rules import countries
from lms.people.rules.zones import zones
from lms.web.forms import BaseForm

REASON = 500


class EmptyForm(BaseForm):
    """Only the token: for acts of one button."""


class MoveForm(BaseForm):
    """New dates for one item, on the wall clock of the cohort. Sent by GET: it only shows a preview."""

    starts_on = DateField("Starts on", validators=[Optional()])
    starts_time = TimeField("at", validators=[Optional()])
    ends_on = DateField("Ends on", validators=[Optional()])
    ends_time = TimeField("at", validators=[Optional()])

    def wall(self, end: str) -> tuple[dt.date, dt.time] | None:
        """The day and time given for `starts` or `ends`; None when either is missing."""
        day, time = self[f"{end}_on"].data, self[f"{end}_time"].data
        return (day, time) if day is not None and time is not None else None


class PublishForm(BaseForm):
    """A change that was looked at."""

    version = HiddenField(validators=[InputRequired()])
    note = TextAreaField(
        "Why",
        description="Everybody who looks at the release reads this.",
        validators=[
            InputRequired("Say why, in a sentence."),
            Length(max=REASON, message=f"Say it in at most {REASON} letters."),
        ],
    )
    announced = BooleanField("Tell everybody affected", default=True)

    @property
    def seen(self) -> int:
        """The version that the preview was made on; -1 for anything that is not a number."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else -1


class QuietPublishForm(PublishForm):
    """A change of a cohort that learners have not seen yet: nobody has to be told why."""

    note = TextAreaField(
        "Why",
        description="Kept with the release.",
        validators=[Optional(), Length(max=REASON, message=f"Say it in at most {REASON} letters.")],
    )


class CalendarForm(BaseForm):
    """What a cohort's dates are reckoned by. Sent by GET: it only shows a preview. Breaks are lists of their own."""

    starts_on = DateField(
        "Start",
        description="Week 1 begins on the Monday on or after this day.",
        validators=[InputRequired("Give the day on which the cohort starts.")],
    )
    zone = SelectField("Time zone", description="In which its dates are reckoned.")
    holiday_country = SelectField("Public holidays of", validators=[Optional()])
    holiday_subdivision = StringField(
        "State or region",
        description="Its official code, where holidays differ within the country: KA for Karnataka.",
        validators=[Length(max=10)],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.zone.choices = [(zone.name, f"{zone.region}: {zone.place}") for zone in zones()]
        self.holiday_country.choices = [("", "No calendar"), *countries()]


class NewCohortForm(BaseForm):
    """A cohort before it exists."""

    version = SelectField("Programme", validators=[InputRequired()])
    name = StringField(
        "Name",
        description="As learners know it: “Cohort 15, January 2027”.",
        validators=[InputRequired("Give the cohort a name."), Length(min=3, max=120)],
    )
    slug = StringField(
        "Short name",
        description="For addresses: lower-case letters, digits and hyphens. It never changes.",
        validators=[InputRequired("Give the cohort a short name."), Length(max=40)],
    )
    starts_on = DateField(
        "Start",
        description="Week 1 begins on the Monday on or after this day.",
        validators=[InputRequired("Give the day on which the cohort starts.")],
    )
    zone = SelectField("Time zone", description="In which its dates are reckoned.")
    holiday_country = SelectField("Public holidays of", validators=[Optional()])
    holiday_subdivision = StringField(
        "State or region",
        description="Its official code, where holidays differ within the country: KA for Karnataka.",
        validators=[Length(max=10)],
    )
    breaks = StringField(
        "Break weeks",
        description="Calendar weeks without teaching. Empty: as the programme plans them.",
        validators=[Length(max=60)],
    )
    sections = StringField(
        "Sections",
        description="Parts of the cohort that sit together, parted by commas.",
        validators=[InputRequired("Name at least one section."), Length(max=200)],
        default="A",
    )
    seats = IntegerField(
        "Seats",
        default=60,
        validators=[
            InputRequired("Say how many seats there are."),
            NumberRange(min=1, max=500, message="Between 1 and 500."),
        ],
    )
    find = StringField("Find people", validators=[Length(max=100)])

    def __init__(self, versions: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.version.choices = versions
        self.zone.choices = [(zone.name, f"{zone.region}: {zone.place}") for zone in zones()]
        self.holiday_country.choices = [("", "No calendar"), *countries()]

    def validate_breaks(self, field: StringField) -> None:
        """Weeks are numbers."""
        if any(not part.isdecimal() or len(part) > 3 for part in _parts(field.data)):
            raise ValidationError("Write week numbers parted by commas: 12, 20, 45.")

    def validate_sections(self, field: StringField) -> None:
        """Each section has a name of its own."""
        names = [name.casefold() for name in _parts(field.data)]
        if not names or len(names) != len(set(names)):
            raise ValidationError("Each section needs a name of its own.")
        if len(names) > 12:
            raise ValidationError("At most 12 sections.")

    @property
    def break_weeks(self) -> tuple[int, ...]:
        """The break weeks given, in order."""
        return tuple(sorted({int(part) for part in _parts(self.breaks.data)}))

    @property
    def section_names(self) -> tuple[str, ...]:
        """The names of the sections, as written."""
        return tuple(_parts(self.sections.data))


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]
