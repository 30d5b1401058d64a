"""Summaries for desks and boards: where everybody's work stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.completion.models import ActivityDone
from lms.core.db import db
from lms.coursework.models import FormResponse, QuizAttempt, ReadingProgress, Submission, SubmissionVersion
from lms.coursework.queries.visits import ASSIGNMENT_KINDS
from lms.coursework.rules.late import end_of
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.rules import PlaceState, TeamKind
from lms.scheduling import queries as scheduling
from lms.scheduling.models import Override, OverrideScope


@dataclass(frozen=True, slots=True)
class SubmissionState:
    """Where a learner's, or their team's, work at one activity stands."""

    public_id: str
    drafted: bool
    draft_saved_at: dt.datetime | None
    number: int
    """The latest version; 0: nothing handed in."""
    counted_number: int | None
    handed_in_at: dt.datetime | None
    """When the counted version was handed in."""
    late_days: int
    team: bool


def submission_states(place_id: int) -> dict[int, SubmissionState]:
    """A learner's work by activity id: their own, and that of the teams they are in now. One statement."""
    teams = sa.select(TeamMembership.team_id).where(
        TeamMembership.place_id == place_id, TeamMembership.ends_at.is_(None)
    )
    counted = sa.and_(
        SubmissionVersion.submission_id == Submission.id,
        SubmissionVersion.number == Submission.counted_number,
    )
    rows = db.session.execute(
        sa.select(
            Submission.activity_id,
            Submission.public_id,
            Submission.draft_version,
            Submission.draft_saved_at,
            Submission.latest_number,
            Submission.counted_number,
            Submission.team_id,
            SubmissionVersion.handed_in_at,
            SubmissionVersion.late_days,
        )
        .outerjoin(SubmissionVersion, counted)
        .where(sa.or_(Submission.place_id == place_id, Submission.team_id.in_(teams)))
        .order_by(Submission.id)
    )
    return {
        row.activity_id: SubmissionState(
            public_id=row.public_id,
            drafted=row.draft_version > 0,
            draft_saved_at=row.draft_saved_at,
            number=row.latest_number,
            counted_number=row.counted_number,
            handed_in_at=row.handed_in_at,
            late_days=row.late_days or 0,
            team=row.team_id is not None,
        )
        for row in rows
    }


def last_activity_at(place_ids: Iterable[int]) -> dict[int, dt.datetime]:
    """When each learner last did something here: read, answered, drafted or handed in. One statement."""
    wanted = list(place_ids)
    drafted = (
        sa.select(Place.id.label("place_id"), Submission.draft_saved_at.label("at"))
        .join(Submission, Submission.cohort_id == Place.cohort_id)
        .where(Place.id.in_(wanted), Submission.draft_saved_by_id == Place.person_id)
    )
    handed_in = (
        sa.select(Place.id, SubmissionVersion.handed_in_at)
        .join(Submission, Submission.cohort_id == Place.cohort_id)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .where(Place.id.in_(wanted), SubmissionVersion.by_id == Place.person_id)
    )
    own: list[Any] = [drafted, handed_in]
    for table, column in (
        (ReadingProgress, ReadingProgress.opened_at),
        (ReadingProgress, ReadingProgress.finished_at),
        (QuizAttempt, QuizAttempt.started_at),
        (FormResponse, FormResponse.answered_at),
    ):
        own.append(sa.select(table.place_id, column).where(table.place_id.in_(wanted), column.is_not(None)))
    every = sa.union_all(*own).subquery()
    latest = sa.func.max(every.c.at, type_=Submission.draft_saved_at.type)
    rows = db.session.execute(
        sa.select(every.c.place_id, latest).where(every.c.at.is_not(None)).group_by(every.c.place_id)
    )
    return dict(rows.all())


WITH_DEADLINE = ASSIGNMENT_KINDS | {ActivityKind.QUIZ, ActivityKind.FORM}


def late_open_counts(cohort_id: int, now: dt.datetime) -> dict[int, int]:
    """How many required things with a deadline each enrolled learner has let pass and not done, by place.

    Extensions count, a team's too; somebody on leave has nothing late. Six statements whatever the size.
    """
    cohort = cohorts.by_id(cohort_id)
    outline = curriculum.outline(cohort.version_id)
    items = {
        item.id: item
        for item in scheduling.items(cohort_id, until=now)
        if not item.label
        and outline.activities[item.activity_id].kind in WITH_DEADLINE
        and outline.activities[item.activity_id].required
    }
    places = db.session.execute(
        sa.select(Place.id, Place.person_id, Place.section_id, Place.joined_on).where(
            Place.cohort_id == cohort_id, Place.state == PlaceState.ENROLLED
        )
    ).all()
    teams = _working_teams(cohort_id)
    own = _own_deadlines(cohort_id, list(items))
    done = _done(cohort_id)
    counts = {}
    for place in places:
        late = 0
        for item in items.values():
            team_work = outline.activities[item.activity_id].kind is ActivityKind.GROUP_WORK
            scopes = [(OverrideScope.TEAM, teams.get(place.id)), (OverrideScope.SECTION, place.section_id)]
            if not team_work:
                scopes.insert(0, (OverrideScope.PERSON, place.person_id))
            due, cancelled = next(
                (own[key] for scope, whose in scopes if (key := (item.id, scope, whose)) in own),
                (None, item.cancelled),
            )
            due = max(due, item.ends_at) if due else item.ends_at
            passed = not cancelled and end_of(due) <= now and due.date() >= place.joined_on
            late += passed and (place.id, item.activity_id) not in done
        counts[place.id] = late
    return counts


def _working_teams(cohort_id: int) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(TeamMembership.place_id, TeamMembership.team_id)
        .join(Place, Place.id == TeamMembership.place_id)
        .where(
            Place.cohort_id == cohort_id,
            TeamMembership.kind == TeamKind.WORKING,
            TeamMembership.ends_at.is_(None),
        )
    )
    return dict(rows.all())


def _own_deadlines(
    cohort_id: int, item_ids: list[int]
) -> dict[tuple[int, OverrideScope, int | None], tuple[dt.datetime | None, bool]]:
    rows = db.session.execute(
        sa.select(Override.item_id, Override.scope, Override.scope_id, Override.ends_at, Override.cancelled)
        .where(
            Override.cohort_id == cohort_id,
            Override.item_id.in_(item_ids),
            Override.scope != OverrideScope.COHORT,
            Override.revoked_at.is_(None),
        )
        .order_by(Override.id)
    )
    return {(row.item_id, row.scope, row.scope_id): (row.ends_at, row.cancelled) for row in rows}


def _done(cohort_id: int) -> set[tuple[int, int]]:
    rows = db.session.execute(
        sa.select(ActivityDone.place_id, ActivityDone.activity_id)
        .join(Place, Place.id == ActivityDone.place_id)
        .where(Place.cohort_id == cohort_id)
    )
    return {(place_id, activity_id) for place_id, activity_id in rows}
