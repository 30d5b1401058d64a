"""What people choose, give and note."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from lms.notifications.models import CallOutcome
from lms.notifications.rules import KINDS, OFFERED, WEEKDAYS, Channel, Every, How, NoticeKind
from lms.web.forms import BaseForm

WORDS = {
    Channel.MAIL: {How.AT_ONCE: "At once", How.DIGEST: "In the digest", How.OFF: "Not"},
    Channel.PUSH: {How.URGENT: "Urgent only", How.AT_ONCE: "Everything", How.OFF: "Not"},
    Channel.GATEWAY: {How.URGENT: "Urgent only", How.OFF: "Not"},
}
HOURS = [(str(hour), f"{hour:02}:00") for hour in range(24)]


def field_name(kind: NoticeKind, channel: Channel) -> str:
    """The name of the field for a kind and channel."""
    return f"{channel.value}-{kind.value}"


def choices_form(*, with_texts: bool) -> type[BaseForm]:
    """The form of all choices: a field for each kind and channel that may be chosen, the digest, the quiet hours."""
    fields: dict[str, Any] = {}
    for kind, words in KINDS.items():
        for channel in Channel:
            locked = channel is Channel.MAIL and words.locked
            if locked or (channel is Channel.GATEWAY and not with_texts):
                continue
            label = {Channel.MAIL: "Mail", Channel.PUSH: "Devices", Channel.GATEWAY: "Text message"}[channel]
            fields[field_name(kind, channel)] = SelectField(
                f"{label}: {words.title}",
                choices=[(how.value, WORDS[channel][how]) for how in OFFERED[channel]],
                default=OFFERED[channel][0].value,
            )
    return type("ChoicesForm", (_Times,), fields)


class _Times(BaseForm):
    """When: the digest and the quiet hours."""

    every = RadioField(
        "Digest",
        choices=[
            (Every.NEVER.value, "No digest"),
            (Every.DAY.value, "Every day"),
            (Every.WEEK.value, "Once a week"),
        ],
        default=Every.NEVER.value,
        description="One mail with what came and what is due. Nothing is sent when there is neither.",
    )
    hour = SelectField("At", choices=HOURS, default="7")
    weekday = SelectField(
        "On",
        choices=[(str(number), day) for number, day in enumerate(WEEKDAYS)],
        default="0",
        description="Of a weekly digest.",
    )
    quiet = BooleanField(
        "Keep quiet hours",
        description="What can wait comes when they end; what is urgent or cannot be switched off comes at once.",
    )
    quiet_begins = SelectField("From", choices=HOURS, default="22")
    quiet_ends = SelectField("Until", choices=HOURS, default="7")


class NumberForm(BaseForm):
    """A telephone number and what it is for."""

    number = StringField(
        "Telephone number",
        [
            DataRequired("Write the number."),
            Length(max=30, message="A number has at most %(max)d characters."),
        ],
        description="With its country code: +91 98765 43210.",
    )
    calls = BooleanField("A coordinator may call me when something urgent did not reach me")
    texts = BooleanField("Send me urgent messages as text messages")


class CodeForm(BaseForm):
    """The code that was sent to a number."""

    code = StringField(
        "Code",
        [DataRequired("Type the code of six digits."), Length(max=20, message="A code has six digits.")],
        description="Six digits, sent to your telephone. It holds for 15 minutes.",
    )


class DeviceForm(BaseForm):
    """What a browser gives when it allows messages; a script fills it in."""

    endpoint = HiddenField(validators=[DataRequired(), Length(max=1000)])
    public_key = HiddenField(validators=[DataRequired(), Length(max=120)])
    secret = HiddenField(validators=[DataRequired(), Length(max=40)])


class CallForm(BaseForm):
    """How a call went."""

    outcome = RadioField(
        "How it went",
        choices=[(CallOutcome.REACHED.value, "Reached by phone"), (CallOutcome.NO_ANSWER.value, "No answer")],
        default=CallOutcome.REACHED.value,
    )
    note = StringField(
        "Note",
        [Optional(), Length(max=300, message="A note has at most %(max)d characters.")],
    )
