"""Forms of simulations."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import Length

from lms.web.forms import BaseForm

LONGEST_REASON = 400


class RecordMarksForm(BaseForm):
    """Recording what a run comes to; the reason is for figures that change."""

    reason = StringField(
        "Why recorded figures change",
        [Length(max=LONGEST_REASON, message="At most %(max)d characters.")],
        description="It stays with the marks that change, and those concerned read it.",
    )
