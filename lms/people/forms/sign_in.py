"""Forms that anonymous visitors meet."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from lms.people.rules import PasswordRefusal, why_not_email, why_not_password
from lms.people.rules.accounts import LONGEST, SHORTEST
from lms.web.forms import BaseForm

NO_ADDRESS = "Write your e-mail address."
NO_PASSWORD = "Write your password."  # noqa: S105  # nosec B105: a sentence
NEW_PASSWORD = f"At least {SHORTEST} characters. Three or four words in a row are good and easy to remember."


class SignInForm(BaseForm):
    """Address and password."""

    email = EmailField("E-mail address", [InputRequired(NO_ADDRESS), Length(max=254, message=NO_ADDRESS)])
    password = PasswordField(
        "Password",
        [InputRequired(NO_PASSWORD), Length(max=1024, message="That is longer than any password.")],
    )
    next = HiddenField()


class CodeForm(BaseForm):
    """A code of the authenticator app."""

    code = StringField(
        "Code from the app",
        [
            InputRequired("Write the six digits that the app shows."),
            Length(max=20, message="Six digits, no more."),
        ],
        filters=[lambda value: "".join(value.split()) if value else value],
        description="Six digits. They change every 30 seconds.",
    )


class RecoveryCodeForm(BaseForm):
    """One of the codes that were printed."""

    code = StringField(
        "Recovery code",
        [
            InputRequired("Write one of your recovery codes."),
            Length(max=40, message="A code has twelve characters."),
        ],
        description="Twelve letters and digits, as in 12ab-34cd-56ef. Each works once.",
    )


class RecoverForm(BaseForm):
    """Which account's password is forgotten."""

    email = EmailField("E-mail address", [InputRequired(NO_ADDRESS), Length(max=254, message=NO_ADDRESS)])

    def validate_email(self, field: EmailField) -> None:
        """It must look like an address."""
        refusal = why_not_email(field.data or "")
        if refusal:
            raise ValidationError(refusal.value)


class FirstPasswordForm(BaseForm):
    """A password by a link from a mail."""

    password = PasswordField("New password", [InputRequired("Choose a password.")], description=NEW_PASSWORD)

    def check(self, *, email: str, name: str) -> bool:
        """Whether the password will do for this person; otherwise the reason stands at the field."""
        refusal = why_not_password(self.password.data or "", email=email, name=name)
        if refusal:
            self.refuse("password", sentence(refusal))
        return refusal is None


def sentence(refusal: PasswordRefusal) -> str:
    """The reason with its numbers."""
    return refusal.value.format(shortest=SHORTEST, longest=LONGEST)
