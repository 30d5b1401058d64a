"""Taking things back: one step of a project, or an answer; always as a new event with a reason."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.capstone import queries
from lms.capstone.actions.story import announce, hold, record, tell
from lms.capstone.models import MilestoneFeedback, MilestoneSubmission, Project
from lms.capstone.queries import ProjectLine
from lms.capstone.rules import Act, CapstoneRefusal, Step, SubmissionState, Told
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.states import last_step
from lms.cohorts import queries as cohorts
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE
from lms.people.models import Person
from lms.people.rules import Actor, clean


def step_back(project_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take the project's last step back, as a new event with a reason.

    An answer is taken back with its step, and the milestone waits again; a handing-in goes back to the team.
    """
    if not clean(reason):
        raise RuleViolation(CapstoneRefusal.NO_REASON)
    project = hold(project_id)
    undone = last_step(queries.steps(project.id))
    if undone is None or undone.from_state is None:
        raise RuleViolation(CapstoneRefusal.NOTHING_TO_UNDO)
    submission = _submission_of(undone)
    if submission is not None:
        require_nothing_built_on(project, submission)
        if undone.kind in (Act.PROPOSE, Act.REPORT):
            if submission.state is SubmissionState.SUBMITTED:
                submission.state = SubmissionState.REVISE
        else:
            take_back_answer(submission, now)
    _restore_topic(project, undone)
    before, project.state = project.state, undone.from_state
    tell(
        project,
        Told.BACK,
        before=before,
        actor=actor,
        now=now,
        note=clean(reason),
        details={"undone": undone.kind},
    )
    announce(project, Told.BACK.value, before, actor=actor, now=now, reason=clean(reason))


def _restore_topic(project: Project, undone: Step) -> None:
    kept = undone.details.get("before", {}) if undone.kind == Act.REASSIGN else {}
    project.title = kept.get("title", project.title)
    project.host = kept.get("host", project.host)


def _submission_of(step: Step) -> MilestoneSubmission | None:
    number = step.details.get("submission")
    found: MilestoneSubmission | None = locked(MilestoneSubmission, number) if number is not None else None
    return found


def take_answer_back(project_id: int, key: str, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take back an answer that moved nothing (M0, M3, M4, M5 …): the milestone waits for another one."""
    if not clean(reason):
        raise RuleViolation(CapstoneRefusal.NO_REASON)
    project = hold(project_id)
    submission = latest_submission(project.id, key)
    if submission is None or standing_answer(submission) is None:
        raise RuleViolation(CapstoneRefusal.NOTHING_TO_UNDO)
    if key in (rules.PROPOSAL, rules.PLAN):
        undone = last_step(queries.steps(project.id))
        moved = undone is not None and undone.details.get("submission") == submission.id
        if moved and undone is not None and undone.kind not in (Act.PROPOSE, Act.REPORT):
            step_back(project_id, reason, actor=actor, now=now)
            return
        if key == rules.PROPOSAL or submission.state is SubmissionState.ACCEPTED:
            raise RuleViolation(CapstoneRefusal.LATER_WORK, code="A later milestone")
    require_nothing_built_on(project, submission)
    take_back_answer(submission, now)
    details = {"milestone": key, "number": submission.number}
    tell(project, Told.TAKEN_BACK, before=None, actor=actor, now=now, note=clean(reason), details=details)
    record(project, "take_answer_back", actor, before=details, reason=clean(reason))


def require_nothing_built_on(project: Project, submission: MilestoneSubmission) -> None:
    """Refuse to take something back on which later work stands: a newer version, or the next milestone."""
    latest = latest_submission(project.id, submission.activity_key)
    cohort = cohorts.by_id(project.cohort_id)
    keys = [line.key for line in queries.milestones_of(cohort)]
    later = keys[keys.index(submission.activity_key) + 1 :]
    found = db.session.execute(
        sa.select(MilestoneSubmission.activity_key)
        .where(MilestoneSubmission.project_id == project.id, MilestoneSubmission.activity_key.in_(later))
        .order_by(MilestoneSubmission.id)
    ).first()
    if found is not None and submission.activity_key in (
        rules.PROPOSAL,
        rules.PLAN,
        rules.DRAFT,
        rules.REPORT,
    ):
        code = curriculum.outline(cohort.version_id).by_key[found.activity_key].code
        raise RuleViolation(CapstoneRefusal.LATER_WORK, code=code)
    if latest is not None and latest.id != submission.id:
        raise RuleViolation(CapstoneRefusal.LATER_WORK, code=f"Version {latest.number}")


def take_back_answer(submission: MilestoneSubmission, now: dt.datetime) -> None:
    """The answer holds no more; its words stay readable and the submission waits again."""
    answer = standing_answer(submission)
    if answer is None:
        return
    answer.taken_back_at = now
    was_accepted = submission.state is SubmissionState.ACCEPTED
    submission.state = SubmissionState.SUBMITTED
    db.session.flush()
    if was_accepted:
        completion.record_many(
            [
                Reached(
                    place_id=member["place"],
                    activity_id=submission.activity_id,
                    kind=FactKind.ACCEPTED,
                    reached=False,
                )
                for member in submission.members
            ],
            now=now,
        )


def standing_answer(submission: MilestoneSubmission | None) -> MilestoneFeedback | None:
    """The answer that holds, under a lock."""
    if submission is None:
        return None
    return db.session.scalars(
        sa.select(MilestoneFeedback)
        .where(MilestoneFeedback.submission_id == submission.id, MilestoneFeedback.taken_back_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def latest_submission(project_id: int, key: str) -> MilestoneSubmission | None:
    """The latest version of a milestone, under a lock."""
    return db.session.scalars(
        sa.select(MilestoneSubmission)
        .where(MilestoneSubmission.project_id == project_id, MilestoneSubmission.activity_key == key)
        .order_by(MilestoneSubmission.number.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def require_member(project: ProjectLine, actor: Actor) -> int:
    """The actor's place in the project, read anew; NotFound when they do not work on it (any more)."""
    for place_id, person_id, _name in queries.members_of(project.id):
        if person_id == actor.person_id:
            active = db.session.scalar(
                sa.select(Place.id).where(Place.id == place_id, Place.state.in_(ACTIVE))
            )
            if active is not None:
                return place_id
    raise NotFound


def name_of(person_id: int | None) -> str:
    """What a person is called, in a refusal."""
    found = db.session.scalar(sa.select(Person.name).where(Person.id == person_id))
    return found or "Somebody"
