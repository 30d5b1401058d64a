"""What people type in discussions and announcements."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import DataRequired, Length, Optional

from lms.community.rules import LONGEST_REASON, LONGEST_TITLE, AudienceKind
from lms.web.forms import BaseForm


class PostForm(BaseForm):
    """A post, a reply, or a change of one; how long it may be is a rule."""

    text = TextAreaField("Your post")
    key = HiddenField()
    parent = HiddenField()
    read_to = HiddenField()
    version = HiddenField()


class HideForm(BaseForm):
    """Why a post is hidden."""

    reason = StringField(
        "Why it is hidden",
        [DataRequired("Say why, in a sentence: the author reads it."), Length(max=LONGEST_REASON)],
        description="The author is told, with this reason. Others see only that a post was hidden.",
    )


class Ticks(SelectMultipleField):
    """Several of many, as boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class AnnouncementForm(BaseForm):
    """An announcement to a cohort."""

    title = StringField(
        "Title",
        [
            DataRequired("Give the announcement a title."),
            Length(max=LONGEST_TITLE, message="A title has at most %(max)d characters."),
        ],
        description="Also the subject of the mail.",
    )
    text = TextAreaField(
        "Announcement",
        [DataRequired("Write the announcement first.")],
        description="Markdown: **bold**, lists with -, links. Everybody gets the same text; there are no merge fields.",
    )
    audience = RadioField(
        "Which learners",
        choices=[
            (AudienceKind.EVERYONE.value, "All learners of the cohort"),
            (AudienceKind.SECTION.value, "The learners of some sections"),
            (AudienceKind.PLACES.value, "Some learners, chosen by name"),
            (AudienceKind.NO_LEARNER.value, "No learners, staff only"),
        ],
        default=AudienceKind.EVERYONE.value,
    )
    sections = Ticks("Sections", [Optional()], coerce=int)
    places = Ticks("Learners", [Optional()], coerce=int)
    staff = BooleanField("Also the staff of this cohort")
    channel = RadioField(
        "How they are told",
        choices=[("mail", "By mail and in Cadre"), ("app", "In Cadre only")],
        default="mail",
        description="Those who switched mail off for announcements get it in Cadre only.",
    )
    key = HiddenField()


class RecordForm(BaseForm):
    """Recording participation; the reason is for figures that change."""

    reason = StringField(
        "Why recorded figures change",
        [Length(max=LONGEST_REASON, message="At most %(max)d characters.")],
        description="It stays with the marks that change.",
    )


class WithdrawForm(BaseForm):
    """Why an announcement is withdrawn: for the record."""

    reason = StringField(
        "Why it is withdrawn",
        [Length(max=LONGEST_REASON)],
        description="For the record; nobody is sent this.",
    )
