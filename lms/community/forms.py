"""What people type in discussions and announcements."""

from __future__ import annotations

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    widgets,
)
from wtforms.validators import DataRequired, Length, Optional

from lms.community.rules import LONGEST_REASON, LONGEST_TITLE, AudienceKind, Stands
from lms.people.rules import Role
from lms.web.forms import BaseForm

STAFF_ROLES = (Role.FACULTY, Role.GUIDE, Role.MARKER, Role.ASSISTANT, Role.COORDINATOR)


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


class ForumPostForm(BaseForm):
    """What somebody writes in a forum: a thread with its title, a reply, or a change of one."""

    title = StringField(
        "Title",
        description="One line that says what it is about: a question is easier to answer than “Help”.",
    )
    section = SelectField("Who reads it", [Optional()], coerce=str, validate_choice=False)
    text = TextAreaField("Your post")
    upload = FileField("A file beside it")
    everyone = BooleanField("Tell everybody, if @everyone stands in it")
    key = HiddenField()
    parent = HiddenField()
    read_to = HiddenField()
    version = HiddenField()


class ReportForm(BaseForm):
    """Why those who moderate should look at a post."""

    reason = TextAreaField(
        "What is wrong with it",
        [
            DataRequired("Say what is wrong with it, in a sentence: those who moderate read it."),
            Length(max=400, message="At most %(max)d characters."),
        ],
        description="Faculty, assistants and coordinators read this with your name. The author never does.",
    )


class SettleForm(BaseForm):
    """What came of a report."""

    reason = TextAreaField(
        "Why",
        [Length(max=LONGEST_REASON, message="At most %(max)d characters.")],
        description="When you hide the post its author reads this; when you leave it, whoever reported it.",
    )


class LockForm(BaseForm):
    """Why a thread is locked."""

    reason = StringField(
        "Why",
        [
            DataRequired("Say why, in a sentence: it stands above the thread."),
            Length(max=LONGEST_REASON, message="At most %(max)d characters."),
        ],
        description="It stands above the thread for everybody.",
    )


class RenameForm(BaseForm):
    """A title for a thread."""

    title = StringField("Title")


class MoveForm(BaseForm):
    """Another forum for a thread."""

    forum = SelectField("To which forum", coerce=str)


class MergeForm(BaseForm):
    """Another thread to put this one into."""

    into = StringField(
        "The other thread",
        [DataRequired("Say into which thread.")],
        description="Its address, or the last part of it. What both say then stands in the order of time.",
    )


class ForumChoiceForm(BaseForm):
    """Whether a cohort's forums are common."""

    apart = RadioField(
        "Who reads what a learner begins",
        choices=[("common", "The whole cohort"), ("section", "Their own section, and the staff")],
        description="Threads that stand already keep their readers. Staff choose who reads what they begin.",
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
        description="Markdown: **bold**, lists with -, links. Fields are filled in for each reader with their own: "
        "{{name}}, {{first name}}, {{next session}}, {{deadline of B-1}}. There is no field for a mark.",
    )
    audience = RadioField(
        "Which learners",
        choices=[
            (AudienceKind.EVERYONE.value, "All learners of the cohort"),
            (AudienceKind.SECTION.value, "The learners of some sections"),
            (AudienceKind.TEAM.value, "The learners of some teams"),
            (AudienceKind.STANDING.value, "Learners by how they stand"),
            (AudienceKind.NOT_DONE.value, "Learners who are not done with an activity"),
            (AudienceKind.PLACES.value, "Some learners, chosen by name"),
            (AudienceKind.NO_LEARNER.value, "No learners, staff only"),
        ],
        default=AudienceKind.EVERYONE.value,
    )
    sections = Ticks("Sections", [Optional()], coerce=int)
    teams = Ticks("Teams", [Optional()], coerce=int)
    stands = SelectField(
        "How they stand",
        choices=[
            (Stands.AT_RISK.value, "At risk"),
            (Stands.BEHIND.value, "Behind: work past its deadline"),
            (Stands.ON_LEAVE.value, "On leave"),
        ],
        default=Stands.AT_RISK.value,
    )
    not_done = SelectField("Activity", [Optional()], default="")
    places = Ticks("Learners", [Optional()], coerce=int)
    staff = BooleanField("Also the staff of this cohort")
    roles = Ticks(
        "Which staff",
        [Optional()],
        choices=[(role.value, role.value.capitalize()) for role in STAFF_ROLES],
    )
    also = Ticks("Other cohorts that get it too", [Optional()], coerce=int)
    channel = RadioField(
        "How they are told",
        choices=[("mail", "By mail and in Cadre"), ("app", "In Cadre only")],
        default="mail",
        description="Those who switched mail off for announcements get it in Cadre only.",
    )
    key = HiddenField()


class LaterForm(BaseForm):
    """When an announcement goes out, on the cohort's clock."""

    day = DateField("Day", [DataRequired("Choose a day.")])
    hour = TimeField("Hour", [DataRequired("Choose an hour.")])


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
