"""Forms of the schedule."""

from __future__ import annotations

import datetime as dt

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional, ValidationError

from lms.cohorts.rules import countries
from lms.people.rules.zones import zones
from lms.scheduling.rules import EditKind
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


LONGEST_NAME = 120


class DraftForm(BaseForm):
    """A draft before it exists: what it is called, and which further cohorts it changes."""

    name = StringField(
        "What it is about",
        description="For you and whoever you share it with: “Diwali week”.",
        validators=[
            InputRequired("Say in a word or two what it is about."),
            Length(min=2, max=LONGEST_NAME, message=f"Between 2 and {LONGEST_NAME} letters."),
        ],
    )
    item = HiddenField(validators=[Length(max=80)])


class EditForm(BaseForm):
    """One edit of a draft. Which fields count follows from the act."""

    act = HiddenField(validators=[InputRequired(), AnyOf([kind.value for kind in EditKind])])
    version = HiddenField(validators=[InputRequired()])
    item = HiddenField(validators=[Length(max=80)])
    scope = SelectField("In", choices=[("here", "this cohort"), ("all", "all its cohorts")], default="here")
    starts_on = DateField("Starts on", validators=[Optional()])
    starts_time = TimeField("at", validators=[Optional()])
    ends_on = DateField("Ends on", validators=[Optional()])
    ends_time = TimeField("at", validators=[Optional()])
    count = IntegerField(
        "By", validators=[Optional(), NumberRange(min=-366, max=366, message="At most a year.")]
    )
    unit = SelectField("Unit", choices=[("7", "weeks"), ("1", "days")], default="7")
    way = SelectField("Direction", choices=[("1", "later"), ("-1", "earlier")], default="1")
    kinds = SelectMultipleField("Only these kinds")
    week = IntegerField("Week", validators=[Optional(), NumberRange(min=1, max=120)])
    to_week = IntegerField("To week", validators=[Optional(), NumberRange(min=1, max=120)])
    first_day = DateField("New start", validators=[Optional()])
    other = HiddenField(validators=[Length(max=140)])

    def __init__(self, kinds: list[tuple[str, str]], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kinds.choices = kinds

    @property
    def seen(self) -> int:
        """The version of the draft that was edited; -1 for anything that is not a number."""
        return _whole(self.version.data)

    def wall(self, end: str) -> tuple[dt.date, dt.time] | None:
        """The day and time given for `starts` or `ends`; None when either is missing."""
        day, time = self[f"{end}_on"].data, self[f"{end}_time"].data
        return (day, time) if day is not None and time is not None else None

    @property
    def days(self) -> int:
        """The distance given, in days; 0 for none."""
        return (self.count.data or 0) * int(self.unit.data or 7) * int(self.way.data or 1)


class DraftChangeForm(BaseForm):
    """An act on a draft or on one of its edits."""

    act = HiddenField(
        validators=[
            InputRequired(),
            AnyOf(["take-out", "forward", "confirm", "rename", "discard", "add-cohorts"]),
        ]
    )
    version = HiddenField(validators=[InputRequired()])
    position = HiddenField(validators=[Length(max=9)])
    name = StringField("Name", validators=[Length(max=LONGEST_NAME)])
    shared = BooleanField("Share it with the other coordinators of its cohorts")

    @property
    def seen(self) -> int:
        """The version of the draft that was changed."""
        return _whole(self.version.data)

    @property
    def at(self) -> int:
        """The number of the edit."""
        return _whole(self.position.data)


class SetPublishForm(BaseForm):
    """Releases of several cohorts that were looked at together."""

    versions = HiddenField(validators=[InputRequired(), Length(max=400)])
    """Cohort id and version of its schedule, as `3:12 4:9`."""
    version = HiddenField()
    """Of the draft; empty where there is none."""
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
    def seen(self) -> dict[int, int]:
        """Cohort id → version that the preview was made on."""
        found = {}
        for part in str(self.versions.data or "").split():
            cohort, _colon, version = part.partition(":")
            if _whole(cohort) > 0 and _whole(version) > 0:
                found[_whole(cohort)] = _whole(version)
        return found

    @property
    def draft_seen(self) -> int:
        """The version of the draft that was looked at."""
        return _whole(self.version.data)


def _whole(text: object) -> int:
    """A number that a form sent back; -1 for anything that is none."""
    words = str(text or "")
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 10 else -1
