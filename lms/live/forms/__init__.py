"""Forms of `live`."""

from __future__ import annotations

from typing import ClassVar

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from lms.live.rules import FeedbackRefusal, FilePhase, QuestionRefusal, SeatRefusal, Verdict
from lms.live.rules.codes import MINUTES as CODE_MINUTES
from lms.live.rules.feedback import ASKED
from lms.live.rules.makeups import MakeUpKind
from lms.live.rules.questions import LONGEST_QUESTION
from lms.live.rules.seats import MOST_CANCEL_HOURS, MOST_SEATS
from lms.web.forms import BaseForm, whole_number

MOST_WORDS = 8000
FEEDBACK_CHOICES = [
    ("5", "5: fully"),
    ("4", "4"),
    ("3", "3: partly"),
    ("2", "2"),
    ("1", "1: not at all"),
]

EARLIEST, LATEST = 2000, 2099


class EmptyForm(BaseForm):
    """Only the token: for acts of one button."""


class ReasonForm(BaseForm):
    """Why something is done against the ordinary course."""

    reason = StringField(
        "Why",
        validators=[
            DataRequired("Say why in a few words."),
            Length(max=400, message="At most 400 characters."),
        ],
    )


class CorrectForm(ReasonForm):
    """A coordinator's decision on one name."""

    verdict = RadioField(
        "Decide",
        choices=[
            (Verdict.PRESENT.value, "Present"),
            (Verdict.HALF.value, "Half"),
            (Verdict.ABSENT.value, "Absent"),
            (Verdict.EXCUSED.value, "Excused: leaves the denominator"),
            (Verdict.UNMARKED.value, "Take earlier decisions back"),
        ],
        validators=[DataRequired("Choose what holds.")],
    )


class DetailsForm(BaseForm):
    """Everything about a session but its time and its roster."""

    host = SelectField("Host", coerce=int)
    backup = SelectField("Backup host", coerce=int, description="Takes over in one act when the host cannot.")
    speaker = StringField(
        "Speaker",
        description="Name and role, as learners read it.",
        validators=[Length(max=200, message="At most 200 characters.")],
    )
    join_url = StringField(
        "Meeting link",
        description="Learners never see the address itself: they press a button.",
        validators=[Length(max=1000, message="At most 1,000 characters.")],
    )
    whole_course = BooleanField("Use this link for every session of the course that is still to come")
    notes = TextAreaField(
        "Notes for learners",
        description="Markdown. Shown on the session's page from now on.",
        validators=[Length(max=MOST_WORDS, message="At most 8,000 characters.")],
    )


class ListForm(BaseForm):
    """Lists that a meeting tool gave, of one session."""

    files = MultipleFileField("The list")
    tool = SelectField("It comes from", validators=[Optional()])
    zone = SelectField("Its times are in", validators=[Optional()])


class ReadingForm(BaseForm):
    """How a list that was tried is to be read instead."""

    tool = SelectField("It comes from", validators=[Optional()])
    zone = SelectField("Its times are in", validators=[Optional()])


class NameForm(BaseForm):
    """Whose a name in a meeting's list is."""

    place = SelectField("Learner", validators=[Optional()])
    remember = BooleanField("Remember this for later lists")
    show = HiddenField(validators=[Optional(), Length(max=20)])
    back = HiddenField(validators=[Optional(), Length(max=20)])


class CodeForm(BaseForm):
    """The code of the class."""

    code = StringField(
        "Code",
        validators=[
            DataRequired("Type the code that the host shows."),
            Length(max=20, message="It has six digits."),
        ],
    )


class ShowCodeForm(BaseForm):
    """For how long codes are shown."""

    minutes = SelectField(
        "For how long", coerce=int, choices=[(minutes, f"{minutes} minutes") for minutes in CODE_MINUTES]
    )


class AbsentForm(BaseForm):
    """Saying beforehand that one will not come."""

    reason = StringField(
        "Why, for the host",
        description="The host and the coordinator read it. It decides nothing.",
        validators=[Length(max=400, message="At most 400 characters.")],
    )


class MakeUpTaskForm(BaseForm):
    """What a learner writes to make a session up."""

    text = TextAreaField(
        "Your summary", validators=[Length(max=20_000, message="At most 20,000 characters.")]
    )
    watched = BooleanField("I watched the whole recording")
    version = HiddenField(validators=[Length(max=12)])


class JudgeMakeUpForm(BaseForm):
    """What is said of a make-up."""

    reason = TextAreaField(
        "What you say to the learner", validators=[Length(max=2000, message="At most 2,000 characters.")]
    )


class TermsForm(BaseForm):
    """What making a session up asks for."""

    kind = RadioField(
        "What is asked for",
        choices=[
            (MakeUpKind.RECORDING.value, "Watch the recording and write a summary"),
            (MakeUpKind.QUIZ.value, "Write a summary and finish the module's quiz"),
        ],
        validators=[DataRequired("Choose what is asked for.")],
    )
    until = DateField("Last day", validators=[Optional()])


# Seats, questions, feedback ------------------------------------------------------------------------------------------


class SeatsForm(BaseForm):
    """How many seats a session has."""

    seats = IntegerField(
        "Seats",
        validators=[
            InputRequired(SeatRefusal.NOT_A_NUMBER),
            NumberRange(0, MOST_SEATS, SeatRefusal.NOT_A_NUMBER),
        ],
    )
    cancel_hours = IntegerField(
        "Hours before the start until which a seat is given up in time",
        description="After it one can still give a seat up; the list then says that it was late.",
        validators=[
            InputRequired(SeatRefusal.NOT_HOURS),
            NumberRange(0, MOST_CANCEL_HOURS, SeatRefusal.NOT_HOURS),
        ],
    )


class GuestsForm(BaseForm):
    """Guests from outside, one a line."""

    guests = TextAreaField(
        "Guests, one a line",
        description="Name, address, organisation, with commas between. Address and organisation may be left out.",
        validators=[
            DataRequired(SeatRefusal.NO_GUEST),
            Length(max=60_000, message="At most 60,000 characters."),
        ],
    )


class QuestionForm(BaseForm):
    """A question to a session."""

    text = TextAreaField(
        "Your question",
        validators=[
            DataRequired(QuestionRefusal.EMPTY),
            Length(max=LONGEST_QUESTION, message="At most 600 characters: one question, not a story."),
        ],
    )
    anonymous = BooleanField(
        "Without my name",
        description="Neither your peers nor the speaker see who asked. Whoever moderates does: faculty, assistants "
        "and coordinators of the cohort.",
    )


class ModerateForm(BaseForm):
    """A moderator's words on a question: the answer, or the reason; or the question that asks the same."""

    words = TextAreaField(
        "Words", validators=[Optional(), Length(max=2000, message="At most 2,000 characters.")]
    )
    into = StringField("Asks the same as", validators=[Optional(), Length(max=12)])


RATED = DataRequired(FeedbackRefusal.UNRATED)
SHORT = Length(max=1000, message="At most 1,000 characters.")


class FeedbackForm(BaseForm):
    """What a session was worth."""

    worth = RadioField(ASKED[0][1], choices=FEEDBACK_CHOICES, validators=[RATED])
    change = RadioField(ASKED[1][1], choices=FEEDBACK_CHOICES, validators=[RATED])
    pace = RadioField(ASKED[2][1], choices=FEEDBACK_CHOICES, validators=[RATED])
    best = TextAreaField("What should stay as it was?", validators=[SHORT])
    better = TextAreaField("What would you change?", validators=[SHORT])


OTHER, NO_MAKE_UP = "other", "later"


class MakeUpForm(BaseForm):
    """When a session that was lost is made up for; a date of one's own is on the wall clock of the cohort."""

    LATER: ClassVar[tuple[tuple[str, str], ...]] = ()
    """What there is besides dates."""

    version = HiddenField()
    make_up = RadioField("When it is made up for", validators=[DataRequired("Choose a date.")])
    on = DateField("Day", validators=[Optional()])
    time = TimeField("Begins at", validators=[Optional()])
    carries = BooleanField("What hangs on the session moves with the make-up", default=True)

    @property
    def seen(self) -> int:
        """The version of the schedule that the page was made on; -1 for anything that is not a number."""
        return whole_number(self.version.data)


class CancelForm(MakeUpForm):
    """Why a session does not take place, and when it is made up for."""

    LATER = ((NO_MAKE_UP, "I choose it later"),)

    reason = StringField(
        "Why",
        description="Everybody reads it, in the message and on the session's page.",
        validators=[
            DataRequired("Say why in a few words."),
            Length(max=400, message="At most 400 characters."),
        ],
    )


class ReinstateForm(ReasonForm):
    """Why a cancelled session takes place after all."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version of the schedule that the page was made on; -1 for anything that is not a number."""
        return whole_number(self.version.data)


class AbsenceForm(BaseForm):
    """A learner's word that they cannot come to a make-up, or can after all."""

    reason = StringField("Why", validators=[Length(max=300, message="At most 300 characters.")])
    after_all = HiddenField()


class FileForm(BaseForm):
    """A file of a session."""

    file = FileField("File")
    phase = RadioField(
        "Learners get it",
        choices=[
            (FilePhase.BEFORE.value, "At once, to prepare with"),
            (FilePhase.AFTER.value, "When the session has ended"),
        ],
        default=FilePhase.BEFORE.value,
        validators=[DataRequired("Choose when.")],
    )


class RecordingForm(BaseForm):
    """A recording and who sees it when."""

    url = StringField(
        "Address",
        validators=[DataRequired("Give its address."), Length(max=1000, message="At most 1,000 characters.")],
    )
    title = StringField(
        "Name",
        description="Where there are several: “First half”.",
        validators=[Length(max=200, message="At most 200 characters.")],
    )
    release = RadioField("Who sees it", validators=[DataRequired("Choose who sees it.")])
    release_on = DateField("From this day on", description="In the cohort's zone.", validators=[Optional()])
    consent = BooleanField("Those who can be seen or heard agreed to it")
    captions = RadioField("Captions", validators=[DataRequired("Say whether it has captions.")])

    def validate_release_on(self, field: DateField) -> None:
        """A year that a calendar of ours can hold."""
        if field.data is not None and not EARLIEST <= field.data.year <= LATEST:
            raise ValidationError("Give a day of this century.")


class SubstituteForm(ReasonForm):
    """Who stands in for the host."""

    person = RadioField("Who stands in", coerce=int, validators=[DataRequired("Choose somebody.")])


class NoteForm(BaseForm):
    """A private note."""

    text = TextAreaField(
        "Notes for yourself", validators=[Length(max=MOST_WORDS, message="At most 8,000 characters.")]
    )
    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version that the page showed; -1 for anything that is not a number."""
        return whole_number(self.version.data)


class RoomsForm(BaseForm):
    """The names of the rooms; who sits where is read beside it."""

    names = TextAreaField(
        "Rooms",
        description="One in a line. Who sat in a room that is gone is put where the fewest are.",
        validators=[Length(max=4000, message="At most 4,000 characters.")],
    )
