"""Forms about people, places, teams and lists."""

from __future__ import annotations

from collections.abc import Iterable

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from lms.cohorts.models import Section
from lms.enrolment.rules import cells
from lms.web.forms import BaseForm

LONGEST_REASON = 2000


def _at_most(count: int) -> Length:
    return Length(max=count, message=f"At most {count} characters.")


def _day(label: str, **options: object) -> DateField:
    return DateField(label, [Optional()], **options)


class EnrolForm(BaseForm):
    """One learner by hand."""

    email = EmailField(
        "E-mail address", [InputRequired("Write the learner's address."), _at_most(254)], description=""
    )
    name = StringField(
        "Name", [_at_most(200)], description="Needed only when nobody with this address is known yet."
    )
    section = SelectField("Section")
    joined_on = _day(
        "Joins on",
        description="Empty: today, or the start when that lies ahead. Live sessions count from this day on.",
    )
    zone = StringField(
        "Time zone", [_at_most(60)], description="Area and city, as Asia/Kolkata. Empty: the cohort's."
    )
    employer = StringField("Employer", [_at_most(200)])
    job_title = StringField("Job title", [_at_most(200)])
    invite = BooleanField("Send the invitation now", default=True)

    def offer(self, sections: Iterable[Section]) -> None:
        """Say which sections there are; a cohort with one section needs no choice."""
        found = [(str(section.id), section.name) for section in sections]
        self.section.choices = found if len(found) == 1 else [("", "No section yet"), *found]

    def validate_zone(self, field: StringField) -> None:
        """Take a zone, or a city that has one."""
        try:
            field.data = cells.zone(field.data or "")
        except cells.Unreadable as wrong:
            raise ValidationError(wrong.mend) from wrong


class ListForm(BaseForm):
    """A list as a file or pasted."""

    file = FileField("CSV file")
    text = TextAreaField(
        "Or paste the list", description="As copied from a spreadsheet, the line of headings included."
    )


class ApplyForm(BaseForm):
    """Carry a list out."""

    confirmed = BooleanField("Change them all: I have looked at the changes")
    invite = BooleanField("Send invitations to those who are enrolled", default=True)


class OnlyForm(BaseForm):
    """A button."""


class LeaveForm(BaseForm):
    """Put somebody on leave."""

    effective_on = DateField("First day of the leave", [InputRequired("Choose the first day.")])
    back_on = _day("Expected back on", description="You can leave this open. Nobody returns by themselves.")
    reason = TextAreaField(
        "Reason",
        [InputRequired("Write the reason."), _at_most(LONGEST_REASON)],
        description="Staff of this cohort can read it. Leave medical details out.",
    )


class ChangeForm(BaseForm):
    """Let somebody return, withdraw, come back or complete."""

    effective_on = DateField("Effective on", [InputRequired("Choose the day.")])
    reason = TextAreaField(
        "Reason", [_at_most(LONGEST_REASON)], description="It stays in the story of this place."
    )


class PlaceForm(BaseForm):
    """Section and first day of a place."""

    section = SelectField("Section")
    joined_on = DateField("Counts from", [InputRequired("Choose the first day that counts.")])
    reason = TextAreaField("Reason", [_at_most(LONGEST_REASON)])

    def offer(self, sections: Iterable[Section]) -> None:
        """Say which sections there are."""
        self.section.choices = [
            ("", "No section yet"),
            *((str(section.id), section.name) for section in sections),
        ]


class TeamForm(BaseForm):
    """A new team, or another name for one."""

    name = StringField("Name", [InputRequired("Give the team a name."), _at_most(160)])


class MemberForm(BaseForm):
    """Somebody who is to sit in a team, or in another one."""

    place = HiddenField(validators=[_at_most(12)])
    team = HiddenField(validators=[_at_most(12)])
    reason = HiddenField(validators=[_at_most(LONGEST_REASON)])
