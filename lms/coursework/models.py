"""Tables: reading progress, quiz attempts and answers, corrections of keys, submissions with versions and files, forms,
extensions, extra time."""

from __future__ import annotations

import datetime as dt
import enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Documents, Key, Model, Pk, PublicId, Text
from lms.coursework.rules.regrade import Past


class AttemptState(enum.StrEnum):
    """Where a quiz attempt stands."""

    ACTIVE = "active"
    FINISHED = "finished"
    EXPIRED = "expired"
    """The clock ran out; what was saved counts."""


class ReadingProgress(Model):
    """How far a learner is in a reading."""

    __tablename__ = "reading_progress"
    __table_args__ = (sa.UniqueConstraint("place_id", "activity_id"),)

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    position: Mapped[int] = mapped_column(default=0)
    """Per cent of the text passed, to resume at."""
    seconds: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]


class QuizAttempt(Model):
    """One go at a quiz."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        sa.UniqueConstraint("place_id", "activity_id", "number"),
        sa.Index(
            "uq_quiz_attempt_active",
            "place_id",
            "activity_id",
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        ),
        sa.Index(None, "state", "ends_at"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    number: Mapped[int]
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.ACTIVE)
    items: Mapped[Documents]
    """The items drawn, in order, with the order of their options: [{"item": id, "options": [2, 0, 1]}]"""
    started_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    """By the server's clock; a late start has less."""
    finished_at: Mapped[dt.datetime | None]
    points: Mapped[int | None]
    """Numerator of the score, in the item points of `trace`."""
    out_of: Mapped[int | None]
    trace: Mapped[Document]


class QuizAnswer(Model):
    """What a learner answered to one item of an attempt."""

    __tablename__ = "quiz_answer"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_attempt.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_item.id"), primary_key=True)
    answer: Mapped[Document]
    """{"value": …}: an option's position, a list of them, a number, a text."""
    saved_at: Mapped[dt.datetime]


class QuizCorrection(Model):
    """Another key for an item of a quiz, in one cohort: a row is only ever added. What was published stays as it is."""

    __tablename__ = "quiz_correction"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "activity_id", "number"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_item.id"))
    number: Mapped[int]
    """Of the quiz in this cohort, from 1."""
    key: Mapped[Document]
    """The answer parts of the item (rules.regrade.key_of); empty: the key stays, only past attempts are judged anew."""
    past: Mapped[Past]
    """What becomes of attempts that were finished before."""
    no_harm: Mapped[bool]
    reason: Mapped[Text]
    """As learners read it."""
    undoes: Mapped[int | None]
    """The number of the correction that this one takes back."""
    attempts: Mapped[int]
    """So many finished attempts had drawn the item,"""
    rose: Mapped[int]
    fell: Mapped[int]
    marks: Mapped[int]
    """and so many marks changed."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class ExtraTime(Model):
    """How much longer somebody has for quizzes; the latest row of a place holds."""

    __tablename__ = "extra_time"
    __table_args__ = (
        sa.Index(None, "place_id", "id"),
        sa.CheckConstraint("percent >= 0 AND minutes >= 0", name="never_less"),
    )

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    percent: Mapped[int]
    """Of the usual time, on top of it."""
    minutes: Mapped[int]
    """On top of that."""
    captions: Mapped[bool]
    """They need captions: where a lecture has none, they have more time for its quiz."""
    reason: Mapped[Text]
    """In confidence: for those who may give it, and the learner."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class Submission(Model):
    """What a learner or a team hands in for an activity, in all its versions."""

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("activity_id", "place_id"),
        sa.UniqueConstraint("activity_id", "team_id"),
        sa.CheckConstraint("(place_id IS NULL) <> (team_id IS NULL)", name="one_owner"),
        sa.Index(None, "cohort_id", "activity_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    latest_number: Mapped[int] = mapped_column(default=0)
    """0: only a draft so far."""
    counted_number: Mapped[int | None]
    """The version that is marked: the last one on time, else the last."""
    draft: Mapped[Document]
    """{"text": …, "ai": …, "files": [file ids]}"""
    draft_version: Mapped[int] = mapped_column(default=0)
    draft_saved_at: Mapped[dt.datetime | None]
    draft_saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class SubmissionVersion(Model):
    """One handing-in, with its receipt; never changed."""

    __tablename__ = "submission_version"
    __table_args__ = (sa.UniqueConstraint("submission_id", "number"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"))
    number: Mapped[int]
    text: Mapped[Text]
    html: Mapped[Text]
    words: Mapped[int]
    ai_statement: Mapped[Text] = mapped_column(default="")
    """What generative tools were used for, in the learner's words."""
    members: Mapped[Documents]
    """The people behind it when it was handed in: [{"place": id, "name": …}]"""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    began_at: Mapped[dt.datetime]
    """When the server began to receive it: this instant decides lateness, within the grace."""
    handed_in_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    """The effective deadline at that moment."""
    late_days: Mapped[int]
    digest: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256 over the text and the files' hashes: the receipt."""


class WorkReading(Model):
    """A version as it was read to be compared with others; made once."""

    __tablename__ = "work_reading"
    __table_args__ = (sa.Index(None, "programme_id", "activity_key"),)

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"), primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"))
    activity_key: Mapped[Key]
    """Earlier cohorts learned by other versions of the programme; the key is what their work has in common."""
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id"), index=True)
    people: Mapped[Documents]
    """Ids of the persons behind it: nobody is compared with their own earlier work."""
    words: Mapped[int]
    left_out: Mapped[int]
    """Words that are not compared: quoted, sources, the brief's."""
    file_text: Mapped[Text] = mapped_column(default="")
    """The words of its files, as far as they can be read."""
    unread: Mapped[Documents]
    """Names of files whose words are not compared."""
    prints: Mapped[Documents]
    """Fingerprints: what is looked for before anything is compared."""
    made_at: Mapped[dt.datetime]


class WorkOverlap(Model):
    """Two versions of different people that have passages in common; `version` is the one that was compared later."""

    __tablename__ = "work_overlap"
    __table_args__ = (
        sa.UniqueConstraint("version_id", "other_id"),
        sa.Index(None, "cohort_id", "activity_id", "permille"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"), index=True)
    words: Mapped[int]
    shared: Mapped[int]
    other_words: Mapped[int]
    other_shared: Mapped[int]
    permille: Mapped[int]
    """The larger of the two shares, to put pairs in order."""
    at: Mapped[dt.datetime]


class SubmissionFile(Model):
    """A file of a version."""

    __tablename__ = "submission_file"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("submission_version.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), primary_key=True)
    position: Mapped[int]


class FormResponse(Model):
    """A filled-in form activity."""

    __tablename__ = "form_response"
    __table_args__ = (sa.UniqueConstraint("place_id", "activity_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"), index=True)
    answers: Mapped[Document]
    version: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[dt.datetime]


class FormFile(Model):
    """A file that somebody brought for a field of a form; the latest of a field is the one that is sent."""

    __tablename__ = "form_file"
    __table_args__ = (sa.Index(None, "place_id", "activity_id"), sa.UniqueConstraint("file_id"))

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    field: Mapped[Key]
    """The author's id of the field."""
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    added_at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None]
    """Taken out, or replaced by a later one; what was sent with it keeps it."""


class Extension(Model):
    """More time for one learner or team; the new date itself is an override of the schedule."""

    __tablename__ = "extension"
    __table_args__ = (sa.Index(None, "cohort_id", "activity_id"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    activity_key: Mapped[Key]
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"), index=True)
    override_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_override.id"))
    until: Mapped[dt.datetime]
    reason_code: Mapped[str] = mapped_column(sa.String(40))
    """`illness`, `work`, `family`, `technical`, `token`, `other`."""
    note: Mapped[Text] = mapped_column(default="")
    token: Mapped[bool] = mapped_column(default=False)
    """Taken without a reason from the learner's own two."""
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
