"""Handing a milestone in: the draft becomes a version that nobody changes any more, with a receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from lms.assessment import actions as assessment
from lms.capstone import queries
from lms.capstone.actions.drafts import open_draft, require_running
from lms.capstone.actions.steps import latest_submission, name_of, require_member, standing_answer
from lms.capstone.actions.story import hold, move, tell
from lms.capstone.events import MilestoneSubmitted
from lms.capstone.models import MilestoneFile, MilestoneSubmission, Project
from lms.capstone.queries import SOURCE, MilestoneVisit, ProjectLine
from lms.capstone.rules import CapstoneRefusal, SubmissionState, Told, drafts
from lms.capstone.rules import milestones as rules
from lms.capstone.rules.milestones import Standing
from lms.capstone.rules.promises import answer_by
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.cohorts.rules import holidays_of
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import audit, events, markdown
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.coursework import queries as coursework
from lms.coursework.actions import arrivals
from lms.coursework.actions.moments import in_words
from lms.coursework.rules import late
from lms.curriculum import queries as curriculum
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling
from lms.scheduling.queries import ItemLine

LONGEST_NAME = 200
TWO_WEEKS = 30


@dataclass(frozen=True)
class Receipt:
    """What was handed in; `again`: exactly this was handed in before, nothing new was made."""

    number: int
    digest: str
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Handing:
    """What the page knew when the button was pressed."""

    draft_version: int
    seen: int
    """Number of the latest version that the page showed; 0: none."""
    began_at: dt.datetime


def hand_in(visit: MilestoneVisit, handing: Handing, *, actor: Actor, now: dt.datetime) -> Receipt:
    """Hand in the draft for everybody who works on the project.

    Raises Conflict when somebody handed in or changed the draft meanwhile, RuleViolation when it cannot be handed in.
    """
    line = require_running(visit)
    project = hold(line.id)
    place_id = require_member(line, actor)
    latest = latest_submission(project.id, visit.line.key)
    draft_row = open_draft(line, visit.line.id, actor, now)
    draft = queries.read_draft(draft_row.text, draft_row.answers, draft_row.file_ids)
    spec = coursework.content(visit.line.id).spec
    reading = drafts.judge(spec, draft, place_id)
    members = queries.members_of(project.id)
    own = _present_only(reading.own, {str(place) for place, _person, _name in members})
    digest = drafts.digest(draft.text, reading.answers, own, [each["sha256"] for each in draft.files])
    waiting = latest is not None and latest.state is SubmissionState.SUBMITTED
    if latest is not None and waiting and latest.digest == digest:
        return Receipt(latest.number, digest, again=True)
    if latest is not None and latest.number != handing.seen:
        raise Conflict(
            CapstoneRefusal.HANDED_IN_MEANWHILE,
            who=name_of(latest.by_id),
            number=latest.number,
            at=in_words(latest.submitted_at, actor.zone),
        )
    if draft_row.version != handing.draft_version:
        raise Conflict(
            CapstoneRefusal.DRAFT_CHANGED,
            who=name_of(draft_row.saved_by_id),
            at=in_words(draft_row.saved_at, actor.zone),
        )
    item = queries.dates(visit.cohort, line.whose, [visit.line.key]).get(visit.line.key)
    due = _require_open(visit, project, latest, item, actor, now)
    arrivals.require_harmless(draft.files)
    if reading.problems:
        count = len(reading.problems)
        words = "One thing is" if count == 1 else f"{count} things are"
        raise RuleViolation(CapstoneRefusal.INCOMPLETE, count=words)
    began = arrivals.began(draft.files, due, min(handing.began_at, now))
    submission = MilestoneSubmission(
        project_id=project.id,
        activity_id=visit.line.id,
        activity_key=visit.line.key,
        number=latest.number + 1 if latest else 1,
        state=SubmissionState.SUBMITTED,
        text=draft.text,
        html=markdown.render(draft.text, heading_from=3),
        answers={"shared": reading.answers, "own": own},
        members=[{"place": place, "name": name} for place, _person, name in members],
        by_id=actor.person_id,
        submitted_at=now,
        due_at=due,
        late_days=_late_days(visit.cohort, latest, due, began, now),
        answer_by=_promise(visit.cohort, spec, now),
        digest=digest,
    )
    if latest is not None and waiting:
        latest.state = SubmissionState.REPLACED
    db.session.add(submission)
    db.session.flush()
    db.session.add_all(
        MilestoneFile(submission_id=submission.id, file_id=each["id"], position=position)
        for position, each in enumerate(draft.files)
    )
    db.session.flush()
    _keep_facts(visit, project, submission, now)
    if item is not None:
        scheduling.hold(item.id, "work was handed in", now=now)
    if rules.marked_when_handed_in(visit.line.key):
        bring(line, submission, spec, now=now)
    _move_on(project, submission, visit, actor, now)
    _announce(line, submission, actor, now)
    return Receipt(submission.number, digest)


def _present_only(own: Mapping[str, Mapping[str, Any]], places: set[str]) -> dict[str, dict[str, Any]]:
    return {
        name: {place: text for place, text in kept.items() if place in places} for name, kept in own.items()
    }


def _require_open(
    visit: MilestoneVisit,
    project: Project,
    latest: MilestoneSubmission | None,
    item: ItemLine | None,
    actor: Actor,
    now: dt.datetime,
) -> dt.datetime:
    """Refuse when order, dates or an earlier version stand against it; returns the deadline that holds."""
    code = visit.line.code
    standings = queries.standings(queries.versions(project.id))
    closed = rules.why_closed(visit.line.key, project.state, standings, now=now)
    if closed:
        raise RuleViolation(closed, code=code)
    if item is None or item.cancelled:
        raise RuleViolation(CapstoneRefusal.CANCELLED, code=code)
    if visit.cohort.state is CohortState.CLOSED:
        raise RuleViolation(CapstoneRefusal.OVER)
    if now < item.starts_at and latest is None:
        raise RuleViolation(CapstoneRefusal.NOT_OPEN, code=code, opens=in_words(item.starts_at, actor.zone))
    answer = standing_answer(latest)
    due = max(answer.revise_by, item.ends_at) if answer and answer.revise_by else item.ends_at
    standing = Standing(latest.state, latest.number) if latest else None
    refusal = rules.why_not_again(standing, now=now, until=late.end_of(due))
    if refusal:
        raise RuleViolation(refusal, code=code)
    return due


def _late_days(
    cohort: CohortView,
    latest: MilestoneSubmission | None,
    due: dt.datetime,
    began_at: dt.datetime,
    now: dt.datetime,
) -> int:
    """Days late; a version that was late stays late when it is revised."""
    grace = dt.timedelta(minutes=curriculum.outline(cohort.version_id).policies.late.upload_grace_minutes)
    days = late.days_late(due, late.decisive(began_at, now, grace))
    return max(days, latest.late_days) if latest and latest.state is SubmissionState.REVISE else days


def _promise(cohort: CohortView, spec: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
    policy = curriculum.outline(cohort.version_id).policies.capstone
    days = spec.get("feedback_days", policy.feedback_days)
    today = now.astimezone(ZoneInfo(cohort.zone)).date()
    found = holidays_of(
        cohort.holiday_country,
        cohort.holiday_subdivision,
        today,
        today + dt.timedelta(days=TWO_WEEKS + 2 * days),
    )
    return answer_by(now, days, cohort.zone, {each.on for each in found})


def _keep_facts(
    visit: MilestoneVisit, project: Project, submission: MilestoneSubmission, now: dt.datetime
) -> None:
    """What a form says about the project itself becomes part of it; every member has handed in."""
    shared = submission.answers["shared"]
    if visit.line.key == rules.INTEREST:
        project.host = str(shared.get("host", project.host))[:LONGEST_NAME]
        project.confidentiality = str(shared.get("confidentiality", project.confidentiality))[:LONGEST_NAME]
    if visit.line.key == rules.PROPOSAL and shared.get("decision"):
        project.title = str(shared["decision"])[:LONGEST_NAME]
    completion.record_many(
        [
            Reached(place_id=member["place"], activity_id=visit.line.id, kind=FactKind.SUBMITTED)
            for member in submission.members
        ],
        now=now,
    )


def _move_on(
    project: Project, submission: MilestoneSubmission, visit: MilestoneVisit, actor: Actor, now: dt.datetime
) -> None:
    details = {
        "milestone": visit.line.key,
        "code": visit.line.code,
        "number": submission.number,
        "submission": submission.id,
        "late_days": submission.late_days,
    }
    act = rules.act_of_handing_in(visit.line.key)
    if act is not None and rules.moves(act, project.state):
        move(project, act, actor=actor, now=now, details=details)
    else:
        tell(project, Told.HANDED_IN, before=project.state, actor=actor, now=now, details=details)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="capstone.hand_in",
            subject="milestone_submission",
            subject_id=submission.id,
            cohort_id=project.cohort_id,
            after={**details, "digest": submission.digest},
        )
    )


def _announce(line: ProjectLine, submission: MilestoneSubmission, actor: Actor, now: dt.datetime) -> None:
    events.record(
        MilestoneSubmitted(
            cohort_id=line.cohort_id,
            project_id=line.id,
            project_public_id=line.public_id,
            activity_id=submission.activity_id,
            activity_key=submission.activity_key,
            submission_id=submission.id,
            number=submission.number,
            late_days=submission.late_days,
            answer_by=submission.answer_by,
            place_ids=tuple(member["place"] for member in submission.members),
            guide_id=line.guide_id,
            actor_id=actor.person_id,
            at=now,
        )
    )


# Marking ------------------------------------------------------------------------------------------------------------


def bring(
    line: ProjectLine, submission: MilestoneSubmission, spec: Mapping[str, Any], *, now: dt.datetime
) -> None:
    """Bring the marked parts to the marking desk: the team's once for all, an individual one for each member."""
    people = {place: person for place, person, _name in queries.members_of(line.id)}
    marker = rules.first_marker(line.guide_id, set(people.values()))
    for part in spec.get("parts", ()):
        if part["by"] == "team":
            places = tuple(member["place"] for member in submission.members)
            _bring_one(line, submission, part["id"], line.owner, places, 0, marker, now)
            continue
        own = submission.answers["own"].get(part["id"], {})
        for position, member in enumerate(submission.members, start=1):
            if str(member["place"]) in own:
                place = (member["place"],)
                _bring_one(line, submission, part["id"], member["name"], place, position, marker, now)


def _bring_one(
    line: ProjectLine,
    submission: MilestoneSubmission,
    part: str,
    title: str,
    places: tuple[int, ...],
    position: int,
    marker: int | None,
    now: dt.datetime,
) -> None:
    assessment.bring_work(
        assessment.Work(
            cohort_id=line.cohort_id,
            activity_id=submission.activity_id,
            part=part,
            source=SOURCE,
            source_id=rules.source_id(submission.id, position),
            title=title,
            place_ids=places,
            handed_in_at=submission.submitted_at,
            late_days=submission.late_days,
            named=True,
            marker_id=marker,
        ),
        now=now,
    )
