"""What people type in the capstone. The fields of milestones are the author's and are read by the views."""

from __future__ import annotations

from wtforms import (
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    widgets,
)
from wtforms.validators import InputRequired, Length, Optional

from lms.capstone.rules.milestones import LEAST_WORDS, Verdict
from lms.web.forms import BaseForm

LONGEST_ANSWER = 20_000
LONGEST_TEXT = 200_000


def _at_most(count: int) -> Length:
    return Length(max=count, message=f"At most {count:,} characters.")


class CheckboxesField(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class EmptyForm(BaseForm):
    """Only the token: for acts of one button."""


class DraftForm(BaseForm):
    """The fixed part of a milestone's page."""

    text = TextAreaField("The text", [_at_most(LONGEST_TEXT)])
    version = IntegerField("Version", [Optional()], widget=widgets.HiddenInput())
    latest = IntegerField("Latest", [Optional()], widget=widgets.HiddenInput())
    """The number of the latest version that the page showed."""
    seen = StringField("Seen", [Length(max=800)], widget=widgets.HiddenInput())
    """The files of the draft as the page showed them."""
    arrived = StringField("Arrived", [Length(max=8_000)], widget=widgets.HiddenInput())
    """Names of the files that the page's script has sent in pieces just before."""
    slot = SelectField("What the file is", validate_choice=False)
    file = FileField("Add a file")


class SlotForm(BaseForm):
    """What a file that is about to be sent in pieces is."""

    slot = StringField("What the file is")


class AnswerForm(BaseForm):
    """A guide's answer."""

    version = HiddenField()
    verdict = RadioField("The version is", [InputRequired("Choose what the answer is.")])
    text = TextAreaField(
        "What the team should know",
        [_at_most(LONGEST_ANSWER)],
        description=f"At least {LEAST_WORDS} words: what carries, what does not, what to do next. "
        "The team reads it at once. Markdown works.",
    )
    revise_on = DateField("New version by the end of", [Optional()])


WORDS = {
    Verdict.ACCEPT: "Accepted",
    Verdict.REVISE: "To be revised",
    Verdict.REJECT: "Rejected: the coordinator assigns a topic",
}


class MeetingForm(BaseForm):
    """A note on a meeting."""

    held_on = DateField("Day", [InputRequired("Give the day.")])
    held_at = TimeField("Time", [InputRequired("Give the time, such as 19:00.")])
    held = RadioField(
        "Did it take place?",
        [InputRequired("Say whether it took place.")],
        choices=[("yes", "It was held"), ("no", "The team did not come")],
    )
    minutes = IntegerField("Minutes", [Optional()])
    present = CheckboxesField("Who was there")
    agenda = TextAreaField("Agenda", [_at_most(4_000)])
    decisions = TextAreaField(
        "Decisions", [_at_most(8_000)], description="One line for each: what, who, by when. Markdown works."
    )


class CorrectionForm(MeetingForm):
    """A corrected note on a meeting."""

    seen = IntegerField("Seen", [Optional()], widget=widgets.HiddenInput())
    reason = StringField(
        "Why it is corrected", [InputRequired("Say why in a few words."), _at_most(400)],
        description="The team reads it.",
    )  # fmt: skip


class ReasonForm(BaseForm):
    """Why something is taken back or ended."""

    reason = StringField(
        "Why", [InputRequired("Say why in a few words."), _at_most(400)], description="The team reads it."
    )


class TopicForm(BaseForm):
    """Another topic for a project whose proposal was rejected twice."""

    title = StringField(
        "The decision, as one question", [InputRequired("Give the topic as one question."), _at_most(200)]
    )
    host = StringField("Host", [InputRequired("Name the host."), _at_most(200)])
    until = DateField("New proposal by the end of", [InputRequired("Give the day.")])
    reason = StringField("A word to the team", [_at_most(400)])


class GuideForm(BaseForm):
    """Who guides a project."""

    person = RadioField("Who guides it", [InputRequired("Choose who guides the project.")])
    reason = StringField("Why", [_at_most(400)])


class SayForm(BaseForm):
    """A message in a project's thread."""

    text = TextAreaField("Write to the team and its guide")
    key = HiddenField()
    read_to = HiddenField()
