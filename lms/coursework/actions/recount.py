"""Judging anew what was handed in, when a deadline changes: for one, for a team, or for the whole cohort."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment.rules import TaskState
from lms.cohorts import queries as cohorts
from lms.core import audit
from lms.core.db import db, locked
from lms.coursework import queries
from lms.coursework.actions.hand_in import bring, versions_of
from lms.coursework.models import Submission, SubmissionVersion
from lms.coursework.rules import late, work
from lms.enrolment.models import Place, TeamMembership
from lms.scheduling import queries as scheduling
from lms.scheduling.models import ScheduledItem
from lms.scheduling.queries import Whose


def recount_items(cohort_id: int, item_ids: tuple[int, ...], *, never_worse: bool, now: dt.datetime) -> None:
    """Judge what was handed in under these items against the deadlines that hold now.

    `never_worse`: a date that moved for everybody makes nobody late who was on time when they handed in.
    A fixed number of statements, and some more for each submission whose late days change.
    """
    activities = dict(
        db.session.execute(
            sa.select(ScheduledItem.activity_id, ScheduledItem.key).where(
                ScheduledItem.id.in_(item_ids), ScheduledItem.label == ""
            )
        ).all()
    )
    handed_in = db.session.execute(
        sa.select(Submission.id, Submission.activity_id, Submission.place_id, Submission.team_id).where(
            Submission.cohort_id == cohort_id,
            Submission.activity_id.in_(activities),
            Submission.latest_number > 0,
        )
    ).all()
    if not handed_in:
        return
    whose = _whose([row.id for row in handed_in])
    dates = scheduling.effective_items_of(cohort_id, activities.values(), whose)
    grace = queries.late_rule(cohorts.by_id(cohort_id).version_id).grace
    for row in handed_in:
        item = dates[row.id].get(activities[row.activity_id])
        if item is not None:
            _recount(row.id, item.ends_at, grace, never_worse=never_worse, now=now)


def _whose(submission_ids: list[int]) -> dict[int, Whose]:
    """Whose dates count for each submission: a team's own for its work, else the learner's."""
    rows = db.session.execute(
        sa.select(
            Submission.id, Submission.team_id, Place.person_id, Place.section_id, TeamMembership.team_id
        )
        .outerjoin(Place, Place.id == Submission.place_id)
        .outerjoin(
            TeamMembership, sa.and_(TeamMembership.place_id == Place.id, TeamMembership.ends_at.is_(None))
        )
        .where(Submission.id.in_(submission_ids))
        .order_by(Submission.id, TeamMembership.team_id)
    ).all()
    found: dict[int, Whose] = {}
    for submission_id, team_id, person_id, section_id, member_of in rows:
        if team_id is not None:
            found[submission_id] = Whose(0, None, (team_id,))
            continue
        before = found.get(submission_id, Whose(person_id, section_id))
        teams = (*before.team_ids, *([member_of] if member_of else []))
        found[submission_id] = Whose(person_id, section_id, teams)
    return found


def _recount(
    submission_id: int, due: dt.datetime, grace: dt.timedelta, *, never_worse: bool, now: dt.datetime
) -> None:
    """Judge the versions of one submission: what was late may have been on time.

    Marking is told of the version that counts, and works a finished mark out anew.
    """
    submission: Submission = locked(Submission, submission_id)
    versions = versions_of(submission)
    before = {version.number: version.late_days for version in versions}
    for version in versions:
        days = late.days_late(due, late.decisive(version.began_at, version.handed_in_at, grace))
        if not (never_worse and days > version.late_days):
            version.due_at, version.late_days = due, days
    db.session.flush()
    counted = next((one for one in versions if one.number == submission.counted_number), None)
    if counted is None or all(before[version.number] == version.late_days for version in versions):
        return
    states = queries.marking_states([version.id for version in versions])
    if not states & {TaskState.FINALISED, TaskState.RELEASED}:
        counted = _last_in_time(versions, counted, before[counted.number])
        submission.counted_number = counted.number
    bring(submission, counted, now)
    audit.record(
        audit.Entry(
            actor_id=None,
            action="coursework.recount",
            subject="submission",
            subject_id=submission.id,
            cohort_id=submission.cohort_id,
            before={"late_days": before},
            after={"late_days": {version.number: version.late_days for version in versions}},
            reason="the deadline changed",
        )
    )


def _last_in_time(
    versions: list[SubmissionVersion], counted: SubmissionVersion, late_before: int
) -> SubmissionVersion:
    """The version that counts now: a later one that turned out to be on time takes the place of the present one."""
    for version in versions:
        if version.number > counted.number and work.counts(
            late_days=version.late_days, present_late_days=late_before
        ):
            counted = version
    return counted
