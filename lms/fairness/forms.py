"""What people send: ratings (their fields follow the team and the items), reviews, reasons, decisions, pieces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from lms.fairness.rules import (
    HIGHEST,
    LONGEST_ANSWER,
    LONGEST_NOTE,
    LOWEST,
    USEFUL,
    CalibrationRefusal,
    RatingRefusal,
)
from lms.web.forms import BaseForm, trim

LONG = Length(max=1_000, message=RatingRefusal.LONG_REASON.value)


@dataclass(frozen=True)
class Rated:
    """What stands in the fields of ratings; `error` says what cannot be kept."""

    answers: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    note: str = ""
    error: str = ""


def rated(form: Mapping[str, str], members: Iterable[tuple[int, str]], items: Iterable[str]) -> Rated:
    """Read ratings of these members (place id, public id); fields of other people are not looked at."""
    answers: dict[int, dict[str, int]] = {}
    error, asked = "", list(items)
    for place_id, public_id in members:
        for item in asked:
            text = trim(form.get(f"{public_id}-{item}", ""))
            if not text:
                continue
            if text.isascii() and text.isdigit() and LOWEST <= int(text[:3]) <= HIGHEST:
                answers.setdefault(place_id, {})[item] = int(text[:3])
            else:
                error = RatingRefusal.NOT_RATED_SO.value
    note = trim(form.get("note", "")).replace("\r\n", "\n")
    if len(note) > LONGEST_NOTE:
        error = RatingRefusal.LONG_NOTE.value
    return Rated(answers, note, error)


class OpenForm(BaseForm):
    """Which team rates each other for what, until when."""

    activity = SelectField("For", validators=[InputRequired("Choose what they rate each other for.")])
    team = SelectField("Team", validators=[InputRequired("Choose a team.")])

    def offer(self, activities: list[tuple[str, str]], teams: list[tuple[str, str]]) -> None:
        """Offer these activities and teams: key and words."""
        self.activity.choices = [("", "Choose …"), *activities]
        self.team.choices = [("", "Choose …"), *teams]


class EndForm(BaseForm):
    """Until when."""

    until_on = DateField("New date", validators=[InputRequired("Give the new date.")])
    until_at = TimeField("Time", validators=[InputRequired("Give the time, such as 23:59.")])


class CommentForm(BaseForm):
    """Why a factor is far from 1."""

    words = TextAreaField(
        "What you have seen of this team's work",
        validators=[InputRequired("Say what you have seen."), LONG],
        description="Read by those who settle the ratings, never by the team.",
    )


class SettleForm(BaseForm):
    """The decision, or a rater left out, with its reason, and what was looked at."""

    version = HiddenField()
    reason = TextAreaField("Why", validators=[LONG])


class DecideForm(BaseForm):
    """What stands where two markers differ, or who marks a piece again, or why a batch goes without its sample."""

    look = HiddenField()
    mark = StringField("Agreed mark", validators=[Length(max=8, message="At most 8 characters.")])
    marker = SelectField("Second marker", validate_choice=False)
    reason = TextAreaField("Why", validators=[LONG])


class ArrangeForm(BaseForm):
    """The piece that markers begin with, or whom a director frees of it, and why."""

    piece = SelectField("Piece", validate_choice=False)
    text = TextAreaField(
        "The text", validators=[Length(max=60_000, message=CalibrationRefusal.TOO_LONG.value)]
    )
    marker = SelectField("Who", validate_choice=False)
    reason = TextAreaField("Why", validators=[LONG])


class PeerReviewForm(BaseForm):
    """The review as a whole; its criteria are read beside it, and a reason where it is handed back."""

    comment = TextAreaField("The review as a whole")
    reason = TextAreaField("Why you should not review this", validators=[LONG])


class PeerAnswerForm(BaseForm):
    """What an author says of a review."""

    review = HiddenField()
    useful = SelectField(
        "How useful was it?",
        choices=[("", "Say nothing"), *((str(value), str(value)) for value in USEFUL)],
        validate_choice=False,
    )
    answer = TextAreaField(
        "Your answer",
        validators=[Length(max=LONGEST_ANSWER, message="At most 4,000 characters.")],
    )


class PeerRoundForm(BaseForm):
    """What is done with a round or a review of it."""

    review = HiddenField()
    reason = TextAreaField("Why", validators=[LONG])
    until_on = DateField("New date", validators=[Optional()])
    until_at = TimeField("Time", validators=[Optional()])
