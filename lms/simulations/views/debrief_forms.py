"""What people send from a debrief: what to show, and what they will start or stop."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from lms.simulations.rules import Act
from lms.web.forms import BaseForm

LONGEST = 400


class LeadForm(BaseForm):
    """Start the debrief, show a part of it, take it back."""

    act = StringField(validators=[AnyOf(("start", "show", "hide", "all"))])
    part = StringField(validators=[Length(max=40)])


class BehaviourForm(BaseForm):
    """One behaviour, with its competency."""

    act = RadioField(
        "I will",
        choices=[(Act.START.value, "start"), (Act.STOP.value, "stop")],
        default=Act.START.value,
        validators=[InputRequired("Choose one of the two.")],
    )
    text = TextAreaField(
        "What, and on which occasion first",
        description="One behaviour that others could see, in a sentence or two.",
        validators=[
            InputRequired("Write down the behaviour."),
            Length(max=LONGEST, message=f"At most {LONGEST} characters."),
        ],
    )
    code = SelectField("The competency it is about", validate_choice=False)
    shared = BooleanField("Those who played with me may read it", default=False)
