"""Forms of those who look after people."""

from __future__ import annotations

from wtforms import BooleanField, DateField, EmailField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lms.people.rules import INSTITUTION_ROLES, Role
from lms.web.forms import BaseForm

_WHY = "Say why in a few words: it is kept in the audit log."


def _reason(place: str) -> StringField:
    return StringField(
        "Reason",
        [InputRequired(_WHY), Length(max=400, message="At most 400 characters.")],
        description="Kept in the audit log.",
        id=f"{place}-reason",
    )


class NewPersonForm(BaseForm):
    """Somebody who is added by hand."""

    name = StringField(
        "Name", [InputRequired("Write their name."), Length(max=200, message="At most 200 characters.")]
    )
    email = EmailField(
        "E-mail address",
        [InputRequired("Write their e-mail address."), Length(max=254, message="At most 254 characters.")],
    )
    invite = BooleanField("Send an invitation now", default=True)


class GrantForm(BaseForm):
    """A role for the whole institution."""

    role = SelectField("Role", [InputRequired("Choose a role.")], id="grant-role")
    starts_on = DateField("From", [Optional()], description="Empty: from now on.", id="grant-from")
    ends_on = DateField(
        "Until", [Optional()], description="The last day. Empty: until it is ended.", id="grant-until"
    )
    reason = _reason("grant")

    def offer(self, roles: tuple[Role, ...]) -> None:
        """Offer these roles."""
        self.role.choices = [
            ("", "Choose a role"),
            *((role.value, role.value.capitalize()) for role in roles),
        ]


class EndRoleForm(BaseForm):
    """Which role ends, and why."""

    role = SelectField(
        "Role", choices=[(role.value, role.value) for role in INSTITUTION_ROLES], id="end-role"
    )
    reason = _reason("end")


class CareForm(BaseForm):
    """What is done to an account, and why."""

    reason = _reason("care")


class AddressForm(BaseForm):
    """The right address of somebody whose address was wrong."""

    email = EmailField(
        "New address",
        [InputRequired("Write the address."), Length(max=254, message="At most 254 characters.")],
        id="address-email",
    )
    reason = _reason("address")


class AuditForm(BaseForm):
    """What of the log is shown; a GET form, so without a token."""

    class Meta(BaseForm.Meta):
        """It changes nothing."""

        csrf = False

    action = SelectField("What", choices=[("", "Everything")], validate_choice=False)
    who = StringField("Who", [Length(max=200)])
    since = DateField("From", [Optional()])
    until = DateField("Until", [Optional()])
