"""Tables: projects and their story, guides, milestone submissions and feedback, meetings."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.rules import ProjectState, SubmissionState
from lms.core.db import Document, Documents, Key, Model, Name, Pk, PublicId, Text

__all__ = [
    "GuideAssignment",
    "Meeting",
    "MeetingVersion",
    "MilestoneDraft",
    "MilestoneFeedback",
    "MilestoneFile",
    "MilestoneSubmission",
    "Project",
    "ProjectEvent",
    "ProjectState",
    "SubmissionState",
]


class Project(Model):
    """What a team or a learner does for a real organisation."""

    __tablename__ = "capstone_project"
    __table_args__ = (
        sa.UniqueConstraint("team_id"),
        sa.CheckConstraint("(place_id IS NULL) <> (team_id IS NULL)", name="one_owner"),
        sa.Index(None, "cohort_id", "state"),
        sa.Index(None, "place_id"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))
    place_id: Mapped[int | None] = mapped_column(sa.ForeignKey("place.id"))
    """Set for a solo project."""
    title: Mapped[Name]
    host: Mapped[str] = mapped_column(sa.String(200), default="")
    """The host organisation, or the learner's own venture."""
    confidentiality: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[ProjectState]
    created_at: Mapped[dt.datetime]


class ProjectEvent(Model):
    """One sentence of a project's story; never changed."""

    __tablename__ = "capstone_event"
    __table_args__ = (sa.Index(None, "project_id", "id"),)

    id: Mapped[Pk]
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("capstone_project.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    from_state: Mapped[ProjectState | None]
    to_state: Mapped[ProjectState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    note: Mapped[Text] = mapped_column(default="")
    details: Mapped[Document]


class GuideAssignment(Model):
    """Who guides a project from when to when."""

    __tablename__ = "guide_assignment"
    __table_args__ = (
        sa.Index(
            "uq_guide_assignment_present",
            "project_id",
            unique=True,
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        ),
        sa.Index(None, "person_id", "ends_at"),
    )

    id: Mapped[Pk]
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("capstone_project.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime | None]
    assigned_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[Text] = mapped_column(default="")


class MilestoneSubmission(Model):
    """A milestone handed in, once for each revision; never changed but for its state."""

    __tablename__ = "milestone_submission"
    __table_args__ = (
        sa.UniqueConstraint("project_id", "activity_id", "number"),
        sa.Index(None, "activity_id", "state"),
    )

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("capstone_project.id"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    activity_key: Mapped[Key]
    number: Mapped[int]
    state: Mapped[SubmissionState]
    text: Mapped[Text]
    html: Mapped[Text]
    answers: Mapped[Document]
    """The milestone's form, by field id."""
    members: Mapped[Documents]
    """[{"place": id, "name": …}] when it was handed in."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    submitted_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    late_days: Mapped[int]
    answer_by: Mapped[dt.datetime]
    """When the guide has promised to answer."""
    digest: Mapped[str] = mapped_column(sa.String(64))


class MilestoneFile(Model):
    """A file of a milestone's submission."""

    __tablename__ = "milestone_file"

    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("milestone_submission.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), primary_key=True)
    position: Mapped[int]


class MilestoneDraft(Model):
    """What a project is writing for a milestone, until it is handed in."""

    __tablename__ = "milestone_draft"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("capstone_project.id"), primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"), primary_key=True)
    text: Mapped[Text] = mapped_column(default="")
    answers: Mapped[Document]
    file_ids: Mapped[Documents]
    version: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[dt.datetime]
    saved_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class MilestoneFeedback(Model):
    """The guide's answer to a submission."""

    __tablename__ = "milestone_feedback"
    __table_args__ = (
        sa.Index(
            "uq_milestone_feedback_standing",
            "submission_id",
            unique=True,
            sqlite_where=sa.text("taken_back_at IS NULL"),
            postgresql_where=sa.text("taken_back_at IS NULL"),
        ),
    )

    id: Mapped[Pk]
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("milestone_submission.id"), index=True)
    verdict: Mapped[SubmissionState]
    """Accepted or revise."""
    text: Mapped[Text]
    html: Mapped[Text]
    revise_by: Mapped[dt.datetime | None]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    taken_back_at: Mapped[dt.datetime | None]
    """The coordinator took the step back: the words stay, and the submission waits for an answer again."""


class Meeting(Model):
    """A meeting of a project with its guide, held or missed."""

    __tablename__ = "guide_meeting"
    __table_args__ = (sa.Index(None, "project_id", "held_at"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("capstone_project.id"))
    held_at: Mapped[dt.datetime]
    minutes: Mapped[int]
    held: Mapped[bool]
    """False: the team did not come."""
    agenda: Mapped[Text] = mapped_column(default="")
    decisions: Mapped[Text] = mapped_column(default="")
    decisions_html: Mapped[Text] = mapped_column(default="")
    present: Mapped[Documents]
    """Place ids."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    noted_at: Mapped[dt.datetime]


class MeetingVersion(Model):
    """What the note on a meeting said before it was corrected; never changed."""

    __tablename__ = "guide_meeting_version"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)

    id: Mapped[Pk]
    meeting_id: Mapped[int] = mapped_column(sa.ForeignKey("guide_meeting.id"))
    number: Mapped[int]
    """From 1: as it was first noted."""
    held_at: Mapped[dt.datetime]
    minutes: Mapped[int]
    held: Mapped[bool]
    agenda: Mapped[Text] = mapped_column(default="")
    decisions: Mapped[Text] = mapped_column(default="")
    decisions_html: Mapped[Text] = mapped_column(default="")
    present: Mapped[Documents]
    written_at: Mapped[dt.datetime]
    """When these words were written."""
    replaced_at: Mapped[dt.datetime]
    replaced_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[Text]
    """Why they were corrected; the team reads it."""
