"""What happened in the capstone. Every event says whom it concerns: present members by place, and the guide."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MilestoneSubmitted:
    """A version of a milestone was handed in. `place_ids` are the members it stands for."""

    cohort_id: int
    project_id: int
    project_public_id: str
    activity_id: int
    activity_key: str
    submission_id: int
    number: int
    late_days: int
    answer_by: dt.datetime
    place_ids: tuple[int, ...]
    guide_id: int | None
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MilestoneAnswered:
    """A guide answered: accepted, or to be revised until a day (`rejected`: the coordinator decides now)."""

    cohort_id: int
    project_id: int
    project_public_id: str
    activity_id: int
    activity_key: str
    submission_id: int
    verdict: str
    rejected: bool
    revise_by: dt.datetime | None
    place_ids: tuple[int, ...]
    guide_id: int | None
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class GuideAssigned:
    """A person guides a project from now on, in place of `previous_id` where somebody did before."""

    cohort_id: int
    project_id: int
    project_public_id: str
    guide_id: int
    previous_id: int | None
    reason: str
    milestones: tuple[str, ...] = ()
    """Codes of milestones that wait for an answer: they go to the new guide."""
    pieces: int = 0
    """Pieces of work to mark that went over with them."""
    drafts: int = 0
    """Pieces that the one before has begun to mark: they stay with them."""
    place_ids: tuple[int, ...]
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MeetingNoted:
    """A meeting was held, or missed; `missed_in_all` says how many were missed so far."""

    cohort_id: int
    project_id: int
    project_public_id: str
    meeting_id: int
    held: bool
    held_at: dt.datetime
    missed_in_all: int
    place_ids: tuple[int, ...]
    guide_id: int | None
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MeetingCorrected:
    """The note on a meeting was corrected, for the n-th time; what it said before stays readable."""

    cohort_id: int
    project_id: int
    project_public_id: str
    meeting_id: int
    meeting_public_id: str
    number: int
    held_at: dt.datetime
    reason: str
    place_ids: tuple[int, ...]
    guide_id: int | None
    actor_id: int
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ProjectChanged:
    """A project was started or moved on, back or out. `act` is a word of `rules.Act` or “one step back”."""

    cohort_id: int
    project_id: int
    project_public_id: str
    act: str
    before: str
    state: str
    reason: str
    place_ids: tuple[int, ...]
    guide_id: int | None
    actor_id: int | None
    at: dt.datetime
