"""Handing in: a draft becomes a version that nobody changes any more, with a receipt."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.rules import TaskState
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import audit, events, ids, markdown
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.coursework import queries
from lms.coursework.actions import arrivals
from lms.coursework.actions.drafts import DraftChange, Saved, keep_draft, open_submission
from lms.coursework.actions.moments import in_words
from lms.coursework.events import WorkHandedIn
from lms.coursework.models import Submission, SubmissionFile, SubmissionVersion
from lms.coursework.queries import Owner, Visit
from lms.coursework.queries.work import SOURCE
from lms.coursework.rules import CourseworkRefusal, late, work
from lms.coursework.rules.work import Draft
from lms.enrolment.models import Team
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling
from lms.scheduling.queries import ItemLine


@dataclass(frozen=True)
class Receipt:
    """What was handed in, by its public id; `again`: exactly this was handed in before, nothing new was made."""

    public_id: str
    number: int
    again: bool = False


@dataclass(frozen=True)
class Sent:
    """What came of sending a page with the wish to hand it in: the draft is kept in any case."""

    saved: Saved
    receipt: Receipt | None = None
    refused: RuleViolation | None = None
    """Why nothing was handed in, where nobody else's change is the reason."""


def save_and_hand_in(
    visit: Visit,
    owner: Owner,
    change: DraftChange,
    *,
    began_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> Sent:
    """Keep what a page holds and hand it in, together: one lock, one commit.

    What cannot be handed in is a draft nevertheless: every refusal comes before anything of a version is written.
    Nothing is handed in where somebody else changed the draft, or added or took out files that this page did not show.
    Raises RuleViolation when a file is refused; nothing is stored then.
    """
    submission = open_submission(owner)
    saved = keep_draft(submission, owner, change, actor, now)
    if saved.conflict is not None or saved.others:
        return Sent(saved)
    try:
        ready = _ready(visit, submission, saved.version, began_at, actor, now)
    except RuleViolation as refused:
        return Sent(saved, refused=refused)
    return Sent(saved, _handed_in(visit, submission, ready, actor, now))


def hand_in(
    visit: Visit, *, draft_version: int, began_at: dt.datetime, actor: Actor, now: dt.datetime
) -> Receipt:
    """Hand in the draft as it stands in `draft_version`, for the learner or their whole team.

    Raises Conflict when somebody changed the draft meanwhile, RuleViolation when it cannot be handed in.
    """
    owner = queries.owner_of(visit)
    if owner is None:
        raise RuleViolation(CourseworkRefusal.NO_TEAM)
    submission = open_submission(owner)
    ready = _ready(visit, submission, draft_version, began_at, actor, now)
    return _handed_in(visit, submission, ready, actor, now)


@dataclass(frozen=True)
class _Ready:
    """What may be handed in, and what the version will be; nothing of it is written yet."""

    draft: Draft
    item: ItemLine
    usual_end: dt.datetime
    version: SubmissionVersion
    counts: bool


def _ready(
    visit: Visit,
    submission: Submission,
    draft_version: int,
    began_at: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> _Ready | Receipt:
    """Everything that can refuse; a receipt where exactly this was handed in before."""
    draft = Draft.read(submission.draft)
    if submission.draft_version != draft_version:
        raise Conflict(CourseworkRefusal.DRAFT_CHANGED, current=draft, who="Somebody", at="this moment")
    with db.session.no_autoflush:  # what was just drafted is written together with the version
        item, usual_end = _require_open(visit, draft, actor, now)
        versions = queries.handed_in(submission.id)
        latest = versions[-1] if versions else None
        statement = draft.statement(asked=queries.content(visit.line.id).declares_tools)
        digest = work.digest(draft.text, statement, [file["sha256"] for file in draft.files])
        if latest is not None and latest.digest == digest:
            return Receipt(latest.public_id, latest.number, again=True)
        states = frozenset(state for version in versions for state in version.marking)
        require_unmarked(visit, submission, states, item, now)
        arrivals.require_harmless(draft.files)
        began = arrivals.began(draft.files, item.ends_at, min(began_at, now))
        version = _version(visit, submission, draft, (statement, digest), item, began, actor, now)
    present = next((one for one in versions if one.number == submission.counted_number), None)
    counts = work.counts(
        late_days=version.late_days, present_late_days=present.late_days if present else None
    )
    return _Ready(draft, item, usual_end, version, counts)


def _handed_in(
    visit: Visit, submission: Submission, ready: _Ready | Receipt, actor: Actor, now: dt.datetime
) -> Receipt:
    """Write it: from here on nothing is refused."""
    if isinstance(ready, Receipt):
        return ready
    version = ready.version
    submission.latest_number = version.number
    if ready.counts:
        submission.counted_number = version.number
    db.session.add(version)
    db.session.flush()
    _keep_files(version, ready.draft)
    if ready.counts:
        bring(submission, version, now, cohort=visit.cohort, usual_end=ready.usual_end)
    _announce(submission, version, ready.item, actor, now)
    return Receipt(version.public_id, version.number)


def choose_version(visit: Visit, number: int, *, actor: Actor, now: dt.datetime) -> None:
    """Let another version be the one that is marked; possible until the deadline."""
    owner = queries.owner_of(visit)
    item = queries.window(visit)
    if owner is None or item is None:
        raise RuleViolation(CourseworkRefusal.NO_TEAM)
    submission = open_submission(owner)
    versions = versions_of(submission)
    wanted = next((one for one in versions if one.number == number), None)
    if wanted is None:
        raise RuleViolation(CourseworkRefusal.NO_SUCH_VERSION, number=number)
    if now >= late.end_of(item.ends_at):
        raise RuleViolation(CourseworkRefusal.CHOICE_CLOSED, due=in_words(item.ends_at, actor.zone))
    require_unmarked(
        visit, submission, queries.marking_states([version.id for version in versions]), item, now
    )
    if submission.counted_number == number:
        return
    before, submission.counted_number = submission.counted_number, number
    bring(submission, wanted, now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.choose_version",
            subject="submission",
            subject_id=submission.id,
            cohort_id=submission.cohort_id,
            before={"counted": before},
            after={"counted": number},
        )
    )


def _require_open(visit: Visit, draft: Draft, actor: Actor, now: dt.datetime) -> tuple[ItemLine, dt.datetime]:
    """The dates that hold for whoever hands in, and the cohort's deadline; refuses what cannot be handed in now."""
    usual, item = queries.windows(visit)
    if item is None or usual is None or item.cancelled:
        raise RuleViolation(CourseworkRefusal.CANCELLED)
    if now < item.starts_at:
        raise RuleViolation(CourseworkRefusal.NOT_OPEN, opens=in_words(item.starts_at, actor.zone))
    if visit.cohort.state is CohortState.CLOSED:
        raise RuleViolation(CourseworkRefusal.OVER)
    content = queries.content(visit.line.id)
    missing = work.missing(draft, content.accepts)
    if missing:
        raise RuleViolation(CourseworkRefusal.NOTHING_TO_HAND_IN, missing=missing)
    undeclared = work.why_not_declare(draft, asked=content.declares_tools)
    if undeclared:
        raise RuleViolation(undeclared)
    return item, usual.ends_at


def versions_of(submission: Submission) -> list[SubmissionVersion]:
    """What was handed in, first to last."""
    return list(
        db.session.scalars(
            sa.select(SubmissionVersion)
            .where(SubmissionVersion.submission_id == submission.id)
            .order_by(SubmissionVersion.number)
        )
    )


def require_unmarked(
    visit: Visit,
    submission: Submission,
    states: frozenset[TaskState],
    item: ItemLine,
    now: dt.datetime,
) -> None:
    """Refuse when marking has shut the door; `states`: where the marking of what was handed in stands."""
    if work.marking_closes(
        drafted=TaskState.DRAFT in states,
        finalised=bool(states & {TaskState.FINALISED, TaskState.RELEASED}),
        now=now,
        due=item.ends_at,
    ):
        raise RuleViolation(
            CourseworkRefusal.MARKING_BEGUN,
            number=submission.counted_number,
            coordinator=queries.coordinator_name(visit.cohort),
        )


def _version(
    visit: Visit,
    submission: Submission,
    draft: Draft,
    said: tuple[str, str],
    item: ItemLine,
    began: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> SubmissionVersion:
    statement, digest = said
    rule = queries.late_rule(visit.cohort.version_id)
    return SubmissionVersion(
        public_id=ids.public_id(),
        submission_id=submission.id,
        number=submission.latest_number + 1,
        text=draft.text,
        html=markdown.render(draft.text, heading_from=3),
        words=markdown.words(draft.text),
        ai_statement=statement,
        members=_snapshot(submission, actor),
        by_id=actor.person_id,
        began_at=began,
        handed_in_at=now,
        due_at=item.ends_at,
        late_days=late.days_late(item.ends_at, late.decisive(began, now, rule.grace)),
        digest=digest,
    )


def _keep_files(version: SubmissionVersion, draft: Draft) -> None:
    rows = [
        {"version_id": version.id, "file_id": file["id"], "position": position}
        for position, file in enumerate(draft.files)
    ]
    if rows:
        db.session.connection().execute(_FILES, rows)


_FILES = sa.insert(cast("sa.Table", SubmissionFile.__table__))


def _snapshot(submission: Submission, actor: Actor) -> list[dict[str, object]]:
    if submission.team_id is None:
        return [{"place": submission.place_id, "name": actor.name}]
    return [{"place": one.place_id, "name": one.name} for one in queries.members(submission.team_id)]


def bring(
    submission: Submission,
    version: SubmissionVersion,
    now: dt.datetime,
    *,
    cohort: CohortView | None = None,
    usual_end: dt.datetime | None = None,
) -> None:
    """Bring the version that counts to the marking desk, if a rubric says that somebody marks it.

    `cohort` and its deadline: where they were read already.
    """
    if not queries.content(submission.activity_id).graded:
        return
    assessment.bring_work(
        assessment.Work(
            cohort_id=submission.cohort_id,
            activity_id=submission.activity_id,
            part="",
            source=SOURCE,
            source_id=version.id,
            title=_title(submission, version),
            place_ids=tuple(member["place"] for member in version.members),
            handed_in_at=version.handed_in_at,
            late_days=version.late_days,
            named=submission.team_id is not None,
            usual_end=usual_end,
        ),
        cohort=cohort,
        now=now,
    )


def _title(submission: Submission, version: SubmissionVersion) -> str:
    if submission.team_id is None:
        return str(version.members[0]["name"])
    team = db.session.get_one(Team, submission.team_id)
    return team.name


def _announce(
    submission: Submission, version: SubmissionVersion, item: ItemLine, actor: Actor, now: dt.datetime
) -> None:
    place_ids = tuple(member["place"] for member in version.members)
    completion.record_many(
        [
            Reached(place_id=place, activity_id=submission.activity_id, kind=FactKind.DONE)
            for place in place_ids
        ],
        now=now,
    )
    scheduling.hold(item.id, "work was handed in", now=now)
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="coursework.hand_in",
            subject="submission",
            subject_id=submission.id,
            cohort_id=submission.cohort_id,
            after={"version": version.number, "late_days": version.late_days, "digest": version.digest},
        )
    )
    events.record(
        WorkHandedIn(
            cohort_id=submission.cohort_id,
            activity_id=submission.activity_id,
            submission_id=submission.id,
            version_id=version.id,
            place_ids=place_ids,
            team_id=submission.team_id,
            actor_id=actor.person_id,
            at=now,
        )
    )
