"""What people who run a game send: a new run, and what they arrange of one."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.simulations.rules import Ranking
from lms.web.forms import BaseForm

LONG_PARAMETERS = 100_000
LONGEST_REASON = 400
REASON = Length(max=1_000, message="A reason has at most 1,000 characters.")


class NewRunForm(BaseForm):
    """A run that somebody wants; it is looked at before it is made."""

    engine = RadioField("Simulation", validators=[InputRequired("Choose a simulation.")])
    section = SelectField("Who plays", validators=[Optional()])
    teams = RadioField("Teams", validators=[InputRequired("Choose which teams play.")])
    title = StringField(
        "What it is called here",
        validators=[Optional(), Length(max=160, message="A title has at most 160 characters.")],
        description="Empty: the name of the simulation.",
    )
    results_at = TimeField(
        "Results are shown at", validators=[InputRequired("Give a time of day, like 09:00.")]
    )
    ranking = RadioField(
        "What teams see of how the others stand",
        choices=[(one.name, words) for one, words in (
            (Ranking.HIDDEN, "Nothing"), (Ranking.TOP, "The first three"), (Ranking.FULL, "All places"),
        )],
        validators=[InputRequired("Choose what teams see.")],
        description="Marks never depend on it, and it can be changed while the run goes on.",
    )  # fmt: skip
    parameters = TextAreaField(
        "Own parameters (YAML)",
        validators=[
            Optional(), Length(max=LONG_PARAMETERS, message="Parameters have at most 100,000 characters."),
        ],
        description="What you leave out is as shipped. Empty: the scenario as it is shipped.",
    )  # fmt: skip
    file = FileField("Or bring them as a file")

    def offer(
        self, engines: list[tuple[str, str]], sections: list[tuple[str, str]], teams: list[tuple[str, str]]
    ) -> None:
        """Offer what this cohort has: value and words."""
        self.engine.choices, self.teams.choices = engines, teams
        self.section.choices = [("", "The whole cohort"), *sections]


class ArrangeForm(BaseForm):
    """One thing that is arranged of a run; which fields matter follows from `act`."""

    act = StringField("What to do", validators=[InputRequired("Choose what to do.")])
    team = StringField("Team", validators=[Optional()])
    into = StringField("Into", validators=[Optional()])
    member = StringField("Member", validators=[Optional()])
    lens = StringField("Role", validators=[Optional()])
    strategy = StringField("Bot", validators=[Optional()])
    name = StringField(
        "Name", validators=[Optional(), Length(max=160, message="A name has at most 160 characters.")]
    )
    reason = TextAreaField("Reason", validators=[Optional(), REASON])


class ExtendAllForm(BaseForm):
    """More time for every open round."""

    hours = IntegerField(
        "Hours",
        validators=[InputRequired("Say how many hours."), NumberRange(1, 72, message="From 1 to 72 hours.")],
        default=2,
    )
    why = StringField("Reason", validators=[InputRequired("Write the reason."), REASON])


class RecordMarksForm(BaseForm):
    """Recording what a run comes to; the reason is for figures that change."""

    reason = StringField(
        "Why recorded figures change",
        [Length(max=LONGEST_REASON, message="At most %(max)d characters.")],
        description="It stays with the marks that change, and those concerned read it.",
    )
