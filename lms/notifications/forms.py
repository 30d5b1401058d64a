"""What people choose."""

from __future__ import annotations

from wtforms import SelectMultipleField, widgets

from lms.notifications.rules import KINDS
from lms.web.forms import BaseForm


class ChoicesForm(BaseForm):
    """Which kinds come by mail too."""

    wanted = SelectMultipleField(
        "By mail too",
        choices=[(kind.value, words.title) for kind, words in KINDS.items() if not words.locked],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
        validate_choice=True,
    )
