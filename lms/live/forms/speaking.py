"""Forms of speakers, theirs and those of whoever asks them; forms of office hours."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from lms.live.rules import SpeakerRefusal
from lms.web.forms import BaseForm

YES_NO = [("yes", "Yes"), ("no", "No")]


# Speakers -------------------------------------------------------------------------------------------------------------


class AskSpeakerForm(BaseForm):
    """Whom staff ask to speak, and when."""

    name = StringField("Name", validators=[DataRequired(SpeakerRefusal.NO_ADDRESS), Length(max=200)])
    email = StringField(
        "E-mail address", validators=[DataRequired(SpeakerRefusal.NO_ADDRESS), Length(max=254)]
    )
    line = StringField(
        "Role and organisation",
        description="As learners read it. The speaker can change it.",
        validators=[Length(max=160, message="At most 160 characters.")],
    )
    zone = SelectField("Their time zone")
    backup = BooleanField("As backup: steps in when the other cannot come")
    slots = TextAreaField(
        "Other times to offer, one a line",
        description="The session’s own time is offered first. Like 2027-01-14 19:30, in the cohort’s zone.",
        validators=[Optional(), Length(max=400, message="At most four more times.")],
    )


class SpeakerNoteForm(BaseForm):
    """What staff note for themselves."""

    notes = TextAreaField("Notes", validators=[Length(max=2000, message="At most 2,000 characters.")])


class AnswerForm(BaseForm):
    """A speaker's answer: one of the times, another one, or no."""

    slot = RadioField("When", choices=[], validators=[Optional()], validate_choice=False)
    wish = TextAreaField(
        "When else, or why not", validators=[Length(max=1000, message="At most 1,000 characters.")]
    )


class AboutSpeakerForm(BaseForm):
    """What a speaker says of themselves."""

    line = StringField(
        "Role and organisation", validators=[Length(max=160, message="At most 160 characters.")]
    )
    bio = TextAreaField(
        "A few sentences about you", validators=[Length(max=1500, message="At most 1,500 characters.")]
    )
    zone = SelectField("Your time zone")
    photo = FileField("Photo")
    conflict = TextAreaField(
        "Companies or people of this cohort that you are bound to",
        description="An investment, a mandate, family, a competitor. Staff read it, learners do not.",
        validators=[Length(max=1000, message="At most 1,000 characters.")],
    )
    declared = BooleanField("I have thought about it, and what stands above is all")


class SlidesForm(BaseForm):
    """Slides that a speaker brings."""

    slides = FileField("Slides")


class ConsentForm(BaseForm):
    """A yes or no to each thing."""

    recording = RadioField("Recording", choices=YES_NO, validators=[Optional()])
    slides = RadioField("Slides", choices=YES_NO, validators=[Optional()])
    quotes = RadioField("Quotes", choices=YES_NO, validators=[Optional()])
    photo = RadioField("Photo", choices=YES_NO, validators=[Optional()])


# Office hours ---------------------------------------------------------------------------------------------------------


class OfferForm(BaseForm):
    """Slots that a host offers."""

    title = StringField("What", validators=[DataRequired("Give it a name."), Length(max=200)])
    about = TextAreaField(
        "What it is for", validators=[Length(max=2000, message="At most 2,000 characters.")]
    )
    place = StringField(
        "Where",
        description="A link, or where to go. Only who books reads it.",
        validators=[Length(max=1000, message="At most 1,000 characters.")],
    )
    weekday = SelectField("On", coerce=int)
    first_on = DateField("First day", validators=[DataRequired("Say from which day on.")])
    last_on = DateField("Last day", validators=[DataRequired("Say until which day.")])
    from_time = TimeField("From", validators=[DataRequired("Say from when.")])
    to_time = TimeField("To", validators=[DataRequired("Say until when.")])
    minutes = IntegerField(
        "Minutes each", validators=[InputRequired("From 5 to 240."), NumberRange(5, 240, "From 5 to 240.")]
    )
    quota = IntegerField(
        "Slots ahead for each learner",
        validators=[InputRequired("From 1 to 20."), NumberRange(1, 20, "From 1 to 20.")],
    )
    opens_on = DateField("Booking opens on", validators=[Optional()])
    closes_hours = IntegerField(
        "Booking closes so many hours before",
        validators=[InputRequired("From 0 to 336."), NumberRange(0, 336, "From 0 to 336.")],
    )


class BookForm(BaseForm):
    """What somebody wants to talk about."""

    about = StringField("What about", validators=[Length(max=600, message="At most 600 characters.")])


class SlotReasonForm(BaseForm):
    """Why a booking ends, or a slot is not offered any more."""

    reason = StringField("Why", validators=[Length(max=400, message="At most 400 characters.")])
