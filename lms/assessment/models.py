"""Tables: marking tasks with their drafts, who may get which, marks and their versions, feedback to a whole class."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.assessment.rules.gate import MarkState, TaskState
from lms.core.db import Document, Documents, Key, Model, Name, Pk, PublicId, Text


class MarkingTask(Model):
    """One piece of work to judge."""

    __tablename__ = "marking_task"
    __table_args__ = (
        sa.UniqueConstraint("source", "source_id", "part"),
        sa.Index(None, "marker_id", "state", "promised_at"),
        sa.Index(None, "cohort_id", "activity_id", "state"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    """The marked part of a milestone; empty for the whole."""
    source: Mapped[str] = mapped_column(sa.String(30))
    """Who brought it: `submission`, `milestone`."""
    source_id: Mapped[int]
    title: Mapped[Name]
    """Whose work it is, as the marker may see it."""
    place_ids: Mapped[Document]
    """{"places": […]}: the learners the mark is for, as the work's snapshot has them."""
    candidate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("candidate_number.id"), index=True)
    """The number that stands for its author; empty: it is not marked blind."""
    handed_in_at: Mapped[dt.datetime]
    late_days: Mapped[int] = mapped_column(default=0)
    """Days started after the effective deadline."""
    marker_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    handed_over_from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Who was to mark it before; empty: nobody else was."""
    handed_over_at: Mapped[dt.datetime | None]
    promised_at: Mapped[dt.datetime]
    """When the work is to be back."""
    state: Mapped[TaskState] = mapped_column(default=TaskState.WAITING)
    version: Mapped[int] = mapped_column(default=0)
    """A second marker who saved on an older one is told."""
    draft: Mapped[Document]
    """{"levels": {criterion: level}, "points": {criterion: 0-100}, "comments": {criterion: text}, "overall": text,
    "files": [annotated PDF], "removed": [those taken off again, with "by" and "at"],
    "snippets": [public ids of comments of the bank that stand in it]}"""
    saved_at: Mapped[dt.datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    finalised_at: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None]


class CandidateNumber(Model):
    """The number under which a learner's work for an activity is marked: drawn by lot, kept as long as the work."""

    __tablename__ = "candidate_number"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "activity_id", "place_id"),
        sa.UniqueConstraint("cohort_id", "activity_id", "number"),
    )

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), index=True)
    number: Mapped[int]
    unmasked_at: Mapped[dt.datetime | None]
    """Since when its marker may know whose it is although the mark is not released."""
    unmasked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    unmask_reason: Mapped[Text] = mapped_column(default="")


class MarkingCap(Model):
    """The most open pieces that somebody has at once, in a cohort or in one of its activities."""

    __tablename__ = "marking_cap"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "person_id", "activity_key"),
        sa.CheckConstraint("most >= 0", name="most_not_negative"),
    )

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    activity_key: Mapped[Key] = mapped_column(default="")
    """Empty: all activities of the cohort together."""
    most: Mapped[int]


class MarkingLeave(Model):
    """Days on which somebody gets nothing new to mark, in any cohort."""

    __tablename__ = "marking_leave"
    __table_args__ = (
        sa.Index(None, "person_id", "until_on"),
        sa.CheckConstraint("from_on <= until_on", name="ends_after_it_begins"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    from_on: Mapped[dt.date]
    until_on: Mapped[dt.date]
    """The last day, included."""
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    set_at: Mapped[dt.datetime]


class MarkingConflict(Model):
    """Somebody who does not mark somebody: a conflict of interest that was declared."""

    __tablename__ = "marking_conflict"
    __table_args__ = (sa.UniqueConstraint("person_id", "place_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"), index=True)
    reason: Mapped[Text]
    declared_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    declared_at: Mapped[dt.datetime]


class AllocationRun(Model):
    """Work that was given out together, so that it can be taken back together."""

    __tablename__ = "allocation_run"
    __table_args__ = (sa.Index(None, "cohort_id", "activity_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    moves: Mapped[Documents]
    """[{"task": id, "from": person or null, "to": person}]"""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    undone_at: Mapped[dt.datetime | None]


class PackReturn(Model):
    """A marking pack that came back: what its table says, until somebody takes it."""

    __tablename__ = "pack_return"
    __table_args__ = (sa.Index(None, "person_id", "cohort_id", "activity_id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    name: Mapped[Name]
    """What the file was called."""
    rows: Mapped[Documents]
    """[{"number", "piece", "version", "base", "judgement", "problems"}]: `rules.packs.Row`"""
    files: Mapped[Documents]
    """[{"piece", "id", "public_id", "name", "size"}]: annotated PDF files"""
    left_out: Mapped[Documents]
    """Sentences on what the zip held and is not taken."""
    at: Mapped[dt.datetime]
    applied_at: Mapped[dt.datetime | None]
    outcome: Mapped[Document]
    """{"taken": n, "finished": n, "files": n} once it is taken."""


class CommentSnippet(Model):
    """A comment that somebody keeps to say it again."""

    __tablename__ = "comment_snippet"
    __table_args__ = (
        sa.Index(None, "owner_id", "retired_at"),
        sa.Index(None, "cohort_id", "activity_key"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    """Whoever marks in this cohort may use it; empty: its owner alone, anywhere."""
    activity_key: Mapped[Key] = mapped_column(default="")
    """Empty: for work of every kind."""
    criterion: Mapped[str] = mapped_column(sa.String(60), default="")
    """The row of the rubric; empty: the comment to the author."""
    text: Mapped[Text]
    used: Mapped[int] = mapped_column(default=0)
    """How often it was put into a judgement."""
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    retired_at: Mapped[dt.datetime | None]


class Mark(Model):
    """A learner's mark for an activity, or a part of it."""

    __tablename__ = "mark"
    __table_args__ = (
        sa.UniqueConstraint("place_id", "activity_id", "part"),
        sa.Index(None, "activity_id", "released_version"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(sa.ForeignKey("place.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), index=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    latest_version: Mapped[int]
    released_version: Mapped[int | None]
    """The version a learner may see; empty: none."""


class MarkVersion(Model):
    """One value a mark has had, with how it came about; never changed but for its state."""

    __tablename__ = "mark_version"
    __table_args__ = (
        sa.UniqueConstraint("mark_id", "number"),
        sa.CheckConstraint("denominator > 0", name="denominator_positive"),
    )

    id: Mapped[Pk]
    mark_id: Mapped[int] = mapped_column(sa.ForeignKey("mark.id"))
    number: Mapped[int]
    state: Mapped[MarkState]
    numerator: Mapped[int] = mapped_column(sa.BigInteger)
    denominator: Mapped[int] = mapped_column(sa.BigInteger)
    """The exact mark of 0 to 100 as a fraction in lowest terms."""
    trace: Mapped[Document]
    """Every step from rubric to figure: rows, weights, late rule, factor."""
    feedback: Mapped[Document]
    """{"overall": html, "criteria": [{title, level, comment html}], "comments": n, "files": [annotated PDF],
    "snippets": [public ids of comments of the bank]}"""
    task_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marking_task.id"), index=True)
    origin: Mapped[str] = mapped_column(sa.String(20))
    """`rubric`, `quiz`, `participation`, `contribution`, `external`."""
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime]
    reason: Mapped[Text] = mapped_column(default="")
    released_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    released_at: Mapped[dt.datetime | None]


class ClassFeedback(Model):
    """What those who marked say to everybody who handed this in; seen with the first release of marks, never before."""

    __tablename__ = "class_feedback"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "activity_id", "part"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    text: Mapped[Text] = mapped_column(default="")
    """The draft, as Markdown."""
    version: Mapped[int] = mapped_column(default=0)
    """Whoever saves on an older one is told."""
    saved_at: Mapped[dt.datetime | None]
    saved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    latest_number: Mapped[int] = mapped_column(default=0)
    approved_number: Mapped[int | None]
    """The version that says what the draft says; empty: the draft is not approved."""
    released_number: Mapped[int | None]
    """The version that learners may read once they see their mark; empty: none."""


class ClassFeedbackVersion(Model):
    """Class feedback as it was approved once; never changed."""

    __tablename__ = "class_feedback_version"
    __table_args__ = (sa.UniqueConstraint("feedback_id", "number"),)

    id: Mapped[Pk]
    feedback_id: Mapped[int] = mapped_column(sa.ForeignKey("class_feedback.id"))
    number: Mapped[int]
    text: Mapped[Text]
    html: Mapped[Text]
    approved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[dt.datetime]
    released_at: Mapped[dt.datetime | None]
    corrects: Mapped[bool] = mapped_column(default=False)
    """It took the place of one that learners had read."""
    reason: Mapped[Text] = mapped_column(default="")
    """Why it was corrected; for staff."""
