"""Forms about oneself."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.people.forms.sign_in import NEW_PASSWORD, NO_PASSWORD, CodeForm, sentence
from lms.people.rules import PasswordRefusal, why_not_password
from lms.people.rules.zones import countries
from lms.web.forms import BaseForm


def _at_most(count: int) -> Length:
    return Length(max=count, message=f"At most {count} characters.")


class ProfileForm(BaseForm):
    """What a person says about themselves."""

    name = StringField(
        "Name",
        [InputRequired("Write the name that people call you by."), _at_most(200)],
        description="As people call you: on pages and in mails.",
    )
    print_name = StringField(
        "Name to print",
        [_at_most(200)],
        description="As it is to stand on certificates. Leave it empty when it is the same.",
    )
    pronoun = StringField(
        "Pronoun", [_at_most(40)], description="For instance she/her. Shown beside your name."
    )
    job_title = StringField("Job title", [_at_most(200)])
    employer = StringField("Employer", [_at_most(200)])
    country = SelectField("Country", description="Whose public holidays you keep.", validate_choice=True)
    about = TextAreaField(
        "About you", [_at_most(600)], description="What your cohort may want to know. At most 600 characters."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [("", "Not said"), *countries().items()]


class PhotoForm(BaseForm):
    """A picture of oneself."""

    photo = FileField("Picture", [FileRequired("Choose a picture first.")])


class ZoneForm(BaseForm):
    """Where one reads times."""

    zone = HiddenField()
    next = HiddenField()


class BusyForm(BaseForm):
    """Days on which one cannot."""

    starts_on = DateField("First day", [InputRequired("Choose the first day.")])
    ends_on = DateField("Last day", [InputRequired("Choose the last day.")])
    note = StringField("What it is", [_at_most(200)], description="Only you read this.")


class PasswordForm(BaseForm):
    """The present password, before something that matters."""

    password = PasswordField("Your password", [InputRequired(NO_PASSWORD)])


class NewPasswordForm(BaseForm):
    """Another password."""

    password = PasswordField("Present password", [InputRequired("Write your present password.")])
    new_password = PasswordField(
        "New password", [InputRequired("Choose a new password.")], description=NEW_PASSWORD
    )

    def check(self, *, email: str, name: str) -> bool:
        """Whether the new password will do for this person; otherwise the reason stands at the field."""
        new = self.new_password.data or ""
        refusal = (
            PasswordRefusal.SAME
            if new == self.password.data
            else why_not_password(new, email=email, name=name)
        )
        if refusal:
            self.refuse("new_password", sentence(refusal))
        return refusal is None


class SetUpForm(CodeForm):
    """The first code of a new authenticator app."""
