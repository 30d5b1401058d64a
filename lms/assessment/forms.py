"""What people send: judgements (their fields follow the rubric), reasons, hand-overs, choices of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.assessment.rules import Judgement
from lms.assessment.rules.class_feedback import LONGEST as LONGEST_TO_CLASS
from lms.assessment.rules.class_feedback import ClassFeedbackRefusal
from lms.web.forms import BaseForm, trim

LONGEST_COMMENT = 4_000
LONGEST_OVERALL = 12_000
POINTS_WORDS = "Points are whole numbers from 0 to 100."


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of a rubric, as it was typed; `errors` by criterion, "" for the overall comment."""

    levels: Mapping[str, str] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    overall: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    def judgement(self) -> Judgement:
        """What rules make of it; what is no number is left out (`errors` says so)."""
        return Judgement(
            levels={key: int(text) for key, text in self.levels.items() if _digits(text)},
            points={key: int(text) for key, text in self.points.items() if _digits(text)},
            comments={key: text for key, text in self.comments.items() if text},
            overall=self.overall,
        )


def typed(form: Mapping[str, str], keys: Iterable[str]) -> Typed:
    """Read the fields of a rubric from what was sent; fields of other rubrics are not looked at."""
    levels, points, comments = {}, {}, {}
    errors: dict[str, str] = {}
    for key in keys:
        levels[key] = trim(form.get(f"level-{key}", ""))[:3]
        points[key] = trim(form.get(f"points-{key}", ""))[:6]
        comments[key] = trim(form.get(f"comment-{key}", ""))
        if points[key] and not (_digits(points[key]) and int(points[key]) <= 100):
            errors[key] = POINTS_WORDS
        if len(comments[key]) > LONGEST_COMMENT:
            errors[key] = f"This comment is longer than {LONGEST_COMMENT:,} characters. Shorten it."
    overall = trim(form.get("comment", ""))
    if len(overall) > LONGEST_OVERALL:
        errors[""] = f"The comment is longer than {LONGEST_OVERALL:,} characters. Shorten it."
    return Typed(levels, points, comments, overall, errors)


def shown_as_typed(judgement: Judgement, errors: Mapping[str, str] | None = None) -> Typed:
    """A stored judgement as fields show it."""
    return Typed(
        levels={key: str(level) for key, level in judgement.levels.items()},
        points={key: str(points) for key, points in judgement.points.items()},
        comments=dict(judgement.comments),
        overall=judgement.overall,
        errors=errors or {},
    )


class ReasonForm(BaseForm):
    """Why a finished judgement is taken up again."""

    reason = StringField("Why", validators=[Length(max=400, message="At most 400 characters.")])


class UnmaskForm(BaseForm):
    """Why a marker is to know whose work it is."""

    unmask_why = StringField(
        "Why",
        validators=[
            InputRequired("Say why, in a few words."),
            Length(max=400, message="At most 400 characters."),
        ],
    )


class PackForm(BaseForm):
    """A marking pack that comes back."""

    back = FileField("The table, or a zip of the pack", validators=[FileRequired("Choose a file.")])


class HandOverForm(BaseForm):
    """Who marks this instead."""

    marker = SelectField("Give it to", validators=[InputRequired("Choose somebody.")])
    why = StringField("Why", validators=[Length(max=400, message="At most 400 characters.")])

    def offer(self, markers: Iterable[tuple[str, int, str]]) -> None:
        """Offer these people: (public id, person id, name)."""
        people = [(public_id, name) for public_id, _id, name in markers]
        self.marker.choices = [("", "Choose …"), *people] if people else []


class ReleaseForm(BaseForm):
    """The versions that were looked at, and whether the rest of the batch may follow later."""

    stamps = HiddenField()


NOBODY = "Choose somebody."


class CapForm(BaseForm):
    """How much somebody has at most."""

    capped = SelectField("Marker", validators=[InputRequired(NOBODY)])
    most = IntegerField(
        "Open pieces of the cohort at most",
        description="Empty: any number.",
        validators=[Optional(), NumberRange(0, 999, message="A number from 0 to 999, or nothing.")],
    )
    here = IntegerField(
        "Open pieces of this activity at most",
        description="Empty: any number.",
        validators=[Optional(), NumberRange(0, 999, message="A number from 0 to 999, or nothing.")],
    )


class LeaveForm(BaseForm):
    """Days on which somebody gets nothing new to mark."""

    from_on = DateField("From", validators=[InputRequired("Give the first day.")])
    until_on = DateField("Until, that day included", validators=[InputRequired("Give the last day.")])


class LeaveOfForm(LeaveForm):
    """The same, of somebody else."""

    away = SelectField("Marker", validators=[InputRequired(NOBODY)])


class ConflictForm(BaseForm):
    """Whom one does not mark."""

    learner = SelectField("Learner", validators=[InputRequired(NOBODY)])
    why = StringField(
        "Why",
        description="For coordinators: “We worked in the same team until May.”",
        validators=[
            InputRequired("Say why, in a few words."),
            Length(max=400, message="At most 400 characters."),
        ],
    )


class ConflictOfForm(ConflictForm):
    """The same, of somebody else."""

    barred = SelectField("Marker", validators=[InputRequired(NOBODY)])


class ClassFeedbackForm(BaseForm):
    """What is said to everybody who handed this in."""

    text = TextAreaField(
        "To everybody who handed this in",
        validators=[Length(max=LONGEST_TO_CLASS, message=ClassFeedbackRefusal.TOO_LONG.value)],
    )
    reason = StringField(
        "Why it is corrected",
        description="For staff; learners read only when.",
        validators=[Length(max=400, message="At most 400 characters.")],
    )
