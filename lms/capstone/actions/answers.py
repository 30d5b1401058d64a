"""The guide's answer to a milestone: accepted, to be revised, or (a proposal, the second time) rejected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.capstone import queries
from lms.capstone.actions.hand_in import bring
from lms.capstone.actions.steps import latest_submission, name_of, standing_answer
from lms.capstone.actions.story import hold, move, tell
from lms.capstone.events import MilestoneAnswered
from lms.capstone.models import MilestoneFeedback, MilestoneSubmission, Project
from lms.capstone.queries import ProjectMilestone
from lms.capstone.rules import Act, CapstoneRefusal, SubmissionState, Told
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.milestones import Verdict
from lms.capstone.rules.promises import end_of_day
from lms.cohorts.queries import CohortView
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import audit, events, markdown
from lms.core.db import db
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.coursework import queries as coursework
from lms.coursework.actions.moments import in_words
from lms.curriculum import queries as curriculum
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What a guide writes."""

    version: str
    """Public id of the version that was read."""
    verdict: Verdict | None
    text: str
    revise_on: dt.date | None = None
    """Until the end of this day, in the cohort's zone; empty: by policy."""


def answer(at: ProjectMilestone, answering: Answering, *, actor: Actor, now: dt.datetime) -> None:
    """Answer the latest version of a milestone; the team sees it at once.

    Raises Conflict when somebody answered or a newer version came meanwhile, RuleViolation when the answer cannot
    stand.
    """
    key = at.milestone.key
    project = hold(at.view.line.id)
    submission = latest_submission(project.id, key)
    if submission is None:
        raise NotFound
    _require_waiting(submission, answering, actor)
    verdict = _judged(project, key, answering, at.milestone.code)
    revise_by = _revise_by(at.cohort, key, answering, now) if verdict is Verdict.REVISE else None
    state = SubmissionState.ACCEPTED if verdict is Verdict.ACCEPT else SubmissionState.REVISE
    db.session.add(
        MilestoneFeedback(
            submission_id=submission.id,
            verdict=state,
            text=answering.text,
            html=markdown.render(answering.text, heading_from=3),
            revise_by=revise_by,
            by_id=actor.person_id,
            at=now,
        )
    )
    submission.state = state
    db.session.flush()
    if state is SubmissionState.ACCEPTED:
        _accepted(at, project, submission, now)
    _move_on(at, project, submission, verdict, actor, now)
    _announce(at, submission, verdict, revise_by, actor, now)


def _require_waiting(submission: MilestoneSubmission, answering: Answering, actor: Actor) -> None:
    if submission.state is not SubmissionState.SUBMITTED:
        given = standing_answer(submission)
        if given is None:
            raise NotFound
        at = in_words(given.at, actor.zone)
        raise Conflict(CapstoneRefusal.ANSWERED, who=name_of(given.by_id), at=at)
    if submission.public_id != answering.version:
        raise Conflict(CapstoneRefusal.REPLACED, number=submission.number)


def _judged(project: Project, key: str, answering: Answering, code: str) -> Verdict:
    if answering.verdict is None:
        raise RuleViolation(CapstoneRefusal.NO_VERDICT)
    refusal = rules.why_not_verdict(key, answering.verdict, revised(project.id, key))
    if refusal:
        raise RuleViolation(refusal, code=code)
    count = markdown.words(answering.text)
    if count < rules.LEAST_WORDS:
        raise RuleViolation(CapstoneRefusal.TOO_SHORT, least=rules.LEAST_WORDS, count=count)
    return answering.verdict


def revised(project_id: int, key: str) -> int:
    """How often a milestone of the present topic was sent back."""
    verdicts = db.session.scalars(
        sa.select(MilestoneFeedback.verdict)
        .join(MilestoneSubmission, MilestoneSubmission.id == MilestoneFeedback.submission_id)
        .where(
            MilestoneSubmission.project_id == project_id,
            MilestoneSubmission.activity_key == key,
            MilestoneFeedback.taken_back_at.is_(None),
        )
        .order_by(MilestoneFeedback.id)
    ).all()
    reassigned = sum(step.kind == Act.REASSIGN for step in queries.steps(project_id))
    return rules.revisions_used(verdicts, reassigned)


def revision_bounds(cohort: CohortView, key: str, now: dt.datetime) -> tuple[dt.date, dt.date, dt.date]:
    """First, usual and last day on which a new version can be asked for, in the cohort's zone."""
    policy_days = curriculum.outline(cohort.version_id).policies.capstone.revise_days
    today = now.astimezone(ZoneInfo(cohort.zone)).date()
    return (
        today + dt.timedelta(days=1),
        today + dt.timedelta(days=policy_days),
        today + dt.timedelta(days=rules.revision_days(key, policy_days)),
    )


def _revise_by(cohort: CohortView, key: str, answering: Answering, now: dt.datetime) -> dt.datetime:
    first, usual, last = revision_bounds(cohort, key, now)
    day = answering.revise_on or usual
    if not first <= day <= last:
        raise RuleViolation(CapstoneRefusal.REVISE_BY, latest=f"{last:%d %B %Y}".lstrip("0"))
    return end_of_day(day, cohort.zone)


def _accepted(
    at: ProjectMilestone, project: Project, submission: MilestoneSubmission, now: dt.datetime
) -> None:
    completion.record_many(
        [
            Reached(place_id=member["place"], activity_id=submission.activity_id, kind=FactKind.ACCEPTED)
            for member in submission.members
        ],
        now=now,
    )
    line = queries.by_id(project.id)
    scope, scope_id = line.scope
    scheduling.record_fact(
        project.cohort_id,
        at.milestone.key,
        rules.APPROVED_FACT,
        at=now,
        scope=scope,
        scope_id=scope_id,
        details={"project": project.id},
    )
    if at.milestone.key in rules.MARKED_WHEN_ACCEPTED:
        bring(line, submission, coursework.content(submission.activity_id).spec, now=now)


def _move_on(
    at: ProjectMilestone,
    project: Project,
    submission: MilestoneSubmission,
    verdict: Verdict,
    actor: Actor,
    now: dt.datetime,
) -> None:
    details: dict[str, Any] = {
        "milestone": at.milestone.key,
        "code": at.milestone.code,
        "number": submission.number,
        "submission": submission.id,
        "verdict": verdict.value,
    }
    act = rules.act_of_answer(at.milestone.key, verdict)
    if act is not None and rules.moves(act, project.state):
        move(project, act, actor=actor, now=now, details=details)
    else:
        kind = Told.ACCEPTED if verdict is Verdict.ACCEPT else Told.REVISE
        tell(project, kind, before=project.state, actor=actor, now=now, details=details)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="capstone.answer",
            subject="milestone_submission",
            subject_id=submission.id,
            cohort_id=project.cohort_id,
            after=details,
        )
    )


def _announce(
    at: ProjectMilestone,
    submission: MilestoneSubmission,
    verdict: Verdict,
    revise_by: dt.datetime | None,
    actor: Actor,
    now: dt.datetime,
) -> None:
    line = at.view.line
    events.record(
        MilestoneAnswered(
            cohort_id=line.cohort_id,
            project_id=line.id,
            project_public_id=line.public_id,
            activity_id=submission.activity_id,
            activity_key=submission.activity_key,
            submission_id=submission.id,
            verdict=submission.state.value,
            rejected=verdict is Verdict.REJECT,
            revise_by=revise_by,
            place_ids=queries.place_ids_of(line.id),
            guide_id=line.guide_id,
            actor_id=actor.person_id,
            at=now,
        )
    )
