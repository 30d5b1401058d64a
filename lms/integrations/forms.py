"""What people choose of their calendar."""

from __future__ import annotations

from wtforms import BooleanField, SelectMultipleField, widgets

from lms.integrations.rules import PARTS
from lms.web.forms import BaseForm


class CalendarForm(BaseForm):
    """What goes in, and whether live sessions come as invitations by mail."""

    parts = SelectMultipleField(
        "What goes in",
        choices=[(part.value, words.title) for part, words in PARTS.items()],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        validate_choice=True,
    )
    by_mail = BooleanField("Invite me to my live sessions by mail")


class AddressForm(BaseForm):
    """Nothing but the wish for a new address, or for none."""
