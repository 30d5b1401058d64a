"""Tables: scheduled items, releases and their changes, overrides, facts, drafts, joint sessions."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Document, Json, Key, Model, Name, Pk, PublicId, Text
from lms.scheduling.rules import EditKind, ItemKind, ItemState

__all__ = [
    "DraftState",
    "EditKind",
    "ItemKind",
    "ItemState",
    "JointSession",
    "JointSessionMember",
    "Override",
    "OverrideScope",
    "ReleaseChange",
    "ReleaseSet",
    "Schedule",
    "ScheduleDraft",
    "ScheduleDraftCohort",
    "ScheduleDraftEdit",
    "ScheduleFact",
    "ScheduleHold",
    "ScheduleRelease",
    "ScheduledItem",
]


class DraftState(enum.StrEnum):
    """What became of a draft."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class OverrideScope(enum.StrEnum):
    """For whom an override holds; a narrower one beats a wider one."""

    COHORT = "cohort"
    SECTION = "section"
    TEAM = "team"
    PERSON = "person"


class Schedule(Model):
    """The present state of a cohort's graph."""

    __tablename__ = "schedule"

    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"), primary_key=True)
    release_number: Mapped[int]
    version: Mapped[int]
    """Grows with every change: a draft made on an older one is told."""


class ScheduledItem(Model):
    """One dated thing of a cohort, with the dates of the present release."""

    __tablename__ = "scheduled_item"
    __table_args__ = (
        sa.UniqueConstraint("cohort_id", "key"),
        sa.Index(None, "cohort_id", "ends_at"),
        sa.Index(None, "cohort_id", "starts_at"),
        sa.Index(None, "activity_id"),
        sa.CheckConstraint("starts_at <= ends_at", name="in_order"),
    )

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    key: Mapped[Key]
    """The activity's key; with a point (`th1.first-post`) for a further date of the same activity."""
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    kind: Mapped[ItemKind]
    label: Mapped[str] = mapped_column(sa.String(40), default="")
    """What the further date is: “first post”; empty for the activity's own."""
    starts_anchor: Mapped[str] = mapped_column(sa.String(120))
    ends_anchor: Mapped[str] = mapped_column(sa.String(120), default="")
    """Empty: start and duration say when it ends."""
    minutes: Mapped[int] = mapped_column(default=0)
    """Scheduled duration of a session."""
    starts_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    state: Mapped[ItemState] = mapped_column(default=ItemState.PLANNED)
    pinned: Mapped[bool] = mapped_column(default=False)
    staff_only: Mapped[bool] = mapped_column(default=False)
    """An event for staff: learners never see it."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Grows when its dates change (RFC 5545 SEQUENCE)."""
    replaces: Mapped[str] = mapped_column(sa.String(80), default="")
    """Key of the session that it makes up for; the programme knows nothing of such an item."""
    carries: Mapped[bool] = mapped_column(default=False)
    """What hangs on the session that was lost hangs on this one instead."""
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_release.id"))
    """The release that added it; empty: the programme planned it."""


class ScheduleRelease(Model):
    """A published state of the graph, with a note."""

    __tablename__ = "schedule_release"
    __table_args__ = (sa.UniqueConstraint("cohort_id", "number"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    number: Mapped[int]
    """From 1: the dates the cohort was created with."""
    note: Mapped[Text]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    published_at: Mapped[dt.datetime]
    announced: Mapped[bool]
    undoes: Mapped[int | None]
    """The release it takes back."""
    calendar: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """{"before": {…}, "after": {…}}: the cohort's calendar, where the release changed it; undoing restores it."""
    set_id: Mapped[int | None] = mapped_column(sa.ForeignKey("release_set.id"), index=True)
    """The releases of other cohorts that were published, and are undone, together with it."""
    draft_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_draft.id"))
    """The draft that it was published from."""


class ReleaseSet(Model):
    """Releases of several cohorts that were published at once: all of them or none."""

    __tablename__ = "release_set"

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    published_at: Mapped[dt.datetime]
    published_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    undoes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("release_set.id"))
    """The set it takes back."""


class ReleaseChange(Model):
    """What a release did to one item."""

    __tablename__ = "release_change"
    __table_args__ = (sa.UniqueConstraint("release_id", "item_id"),)

    id: Mapped[Pk]
    release_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_release.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("scheduled_item.id"))
    old_starts_at: Mapped[dt.datetime | None]
    """Empty in release 1: the item is new."""
    old_ends_at: Mapped[dt.datetime | None]
    old_state: Mapped[ItemState | None]
    new_starts_at: Mapped[dt.datetime]
    new_ends_at: Mapped[dt.datetime]
    new_state: Mapped[ItemState]
    why: Mapped[str] = mapped_column(sa.String(300), default="")
    """The act (“moved”, “follows s7”) and its reason."""


class Override(Model):
    """A date set by a person against its anchor, for a cohort, a section, a team or one learner."""

    __tablename__ = "schedule_override"
    __table_args__ = (
        sa.Index(None, "cohort_id", "scope", "scope_id"),
        sa.Index(None, "item_id"),
    )

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("scheduled_item.id"))
    scope: Mapped[OverrideScope]
    scope_id: Mapped[int | None]
    """Section, team or person; empty for the cohort."""
    starts_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    wall: Mapped[str] = mapped_column(sa.String(80), default="")
    """What the person typed: wall time and IANA zone."""
    cancelled: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Text]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    """Empty: it follows from a recorded fact."""
    at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    release_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_release.id"))
    """The release that brought it; empty for a section's, team's or person's own date."""
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("schedule_release.id"))
    """The release that ended it: undoing that release restores it."""


class ScheduleFact(Model):
    """An instant that other dates hang on: a milestone approved, a round closed, a session held."""

    __tablename__ = "schedule_fact"
    __table_args__ = (sa.Index(None, "cohort_id", "item_key", "kind"),)

    id: Mapped[Pk]
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    item_key: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(40))
    scope: Mapped[OverrideScope]
    scope_id: Mapped[int | None]
    at: Mapped[dt.datetime]
    details: Mapped[Document]


class ScheduleHold(Model):
    """An item that must not move without consent: it has work, marks or was held."""

    __tablename__ = "schedule_hold"
    __table_args__ = (sa.UniqueConstraint("item_id", "reason"),)

    id: Mapped[Pk]
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("scheduled_item.id"))
    reason: Mapped[Name]
    at: Mapped[dt.datetime]


class ScheduleDraft(Model):
    """Edits of one or several cohorts' dates that nobody has published yet."""

    __tablename__ = "schedule_draft"
    __table_args__ = (sa.Index(None, "owner_id", "state"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    name: Mapped[Name]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    shared: Mapped[bool] = mapped_column(default=False)
    """Everybody who coordinates all its cohorts sees it and edits it."""
    state: Mapped[DraftState] = mapped_column(default=DraftState.OPEN)
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every change: the second of two who edit is told."""
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))


class ScheduleDraftCohort(Model):
    """A cohort that a draft changes."""

    __tablename__ = "schedule_draft_cohort"
    __table_args__ = (sa.UniqueConstraint("draft_id", "cohort_id"), sa.Index(None, "cohort_id"))

    id: Mapped[Pk]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_draft.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    seen_release: Mapped[int]
    """The release that was the latest when somebody last looked: later ones are told."""


class ScheduleDraftEdit(Model):
    """One edit of a draft; the order of positions is the order in which they are carried out."""

    __tablename__ = "schedule_draft_edit"
    __table_args__ = (sa.UniqueConstraint("draft_id", "position"),)

    id: Mapped[Pk]
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("schedule_draft.id"))
    position: Mapped[int]
    kind: Mapped[EditKind]
    cohort_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cohort.id"))
    """Empty: in every cohort of the draft."""
    item_key: Mapped[Key] = mapped_column(default="")
    payload: Mapped[Document]
    """What the kind needs besides: instants, days, kinds, weeks, the other session."""
    seen: Mapped[Document]
    """Cohort id → the item's published dates when the edit was made: a later move of it is told."""
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]


class JointSession(Model):
    """A live session that several cohorts have together: at one time, in each of their graphs."""

    __tablename__ = "joint_session"

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    made_at: Mapped[dt.datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    set_id: Mapped[int | None] = mapped_column(sa.ForeignKey("release_set.id"))
    """The set that joined them: undoing it parts them."""
    ended_at: Mapped[dt.datetime | None]
    ended_set_id: Mapped[int | None] = mapped_column(sa.ForeignKey("release_set.id"))
    """The set that parted them or made more of them: undoing it joins them again."""


class JointSessionMember(Model):
    """One cohort's item of a joint session."""

    __tablename__ = "joint_session_member"
    __table_args__ = (sa.UniqueConstraint("joint_id", "item_id"), sa.Index(None, "item_id"))

    id: Mapped[Pk]
    joint_id: Mapped[int] = mapped_column(sa.ForeignKey("joint_session.id"))
    cohort_id: Mapped[int] = mapped_column(sa.ForeignKey("cohort.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("scheduled_item.id"))
