"""Publishing a draft in all its cohorts at once, and taking such a set back: all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import audit
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor
from lms.scheduling import queries
from lms.scheduling.actions.drafts import DraftChange, open_draft
from lms.scheduling.actions.publishing import Publishing, release_of, taken
from lms.scheduling.models import (
    DraftState,
    JointSession,
    JointSessionMember,
    ReleaseSet,
    Schedule,
    ScheduleDraftCohort,
    ScheduleRelease,
)
from lms.scheduling.queries import Wanted
from lms.scheduling.rules import DraftRefusal, Member, ScheduleRefusal


@dataclass(frozen=True, kw_only=True)
class SetPublishing:
    """Releases of several cohorts that somebody has looked at together."""

    versions: Mapping[int, int]
    """Cohort id → version of its schedule that the preview was made on."""
    note: str
    announced: bool = True
    consent: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Cohort id → held items that may move."""


def publish_draft(
    change: DraftChange, wanted: SetPublishing, *, actor: Actor, now: dt.datetime
) -> list[ScheduleRelease]:
    """Publish a draft: the next release of each of its cohorts that changes, together or not at all.

    Raises Conflict when the draft or one of the schedules has moved on, RuleViolation when nothing would change, an
    edit cannot be carried out any more, or a date cannot change like this.
    """
    draft = open_draft(change, actor, now)
    held = sorted(
        db.session.scalars(
            sa.select(ScheduleDraftCohort.cohort_id).where(ScheduleDraftCohort.draft_id == draft.id)
        )
    )
    present = _all_taken(held, wanted)
    lines = queries.edits(draft.id)
    if not lines:
        raise RuleViolation(DraftRefusal.NO_EDITS)
    views = [cohorts.by_id(each) for each in held]
    worked = queries.work_out_draft(views, lines, now=now, consent=wanted.consent)
    if worked.refused:
        raise RuleViolation(DraftRefusal.CANNOT)
    if worked.obstacles:
        raise RuleViolation(ScheduleRefusal.BLOCKED, count=worked.obstacles)
    changing = [each for each in worked.cohorts if each.changes]
    if not changing and not worked.new_joints:
        raise RuleViolation(ScheduleRefusal.NOTHING)
    together = None
    if len(changing) > 1 or worked.new_joints:
        together = ReleaseSet(published_at=now, published_by_id=actor.person_id)
        db.session.add(together)
        db.session.flush()
    releases = []
    for each in changing:
        cohort_id = each.ground.cohort.id
        publishing = Publishing(
            cohort_id=cohort_id,
            wanted=each.wanted,
            version=wanted.versions[cohort_id],
            note=wanted.note,
            announced=wanted.announced,
        )
        release = release_of(present[cohort_id], each.preview, publishing, actor=actor, now=now)
        release.draft_id, release.set_id = draft.id, together.id if together else None
        releases.append(release)
    if together is not None:
        ids = {
            (each.ground.cohort.id, key): found
            for each in worked.cohorts
            for key, found in each.ground.graph.ids.items()
        }
        _join(worked, together, ids, actor=actor, now=now)
    draft.state = DraftState.PUBLISHED
    return releases


def _all_taken(cohort_ids: list[int], wanted: SetPublishing) -> dict[int, Schedule]:
    """The schedules under lock, always in the same order: of two who publish overlapping sets one waits."""
    return {
        each: taken(
            Publishing(
                cohort_id=each, wanted=Wanted(), version=wanted.versions.get(each, -1), note=wanted.note
            )
        )
        for each in sorted(cohort_ids)
    }


def _join(
    worked: queries.Worked,
    together: ReleaseSet,
    ids: Mapping[Member, int],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Keep which sessions are one from here on. One that grows replaces what it was."""
    for members in worked.new_joints:
        grown = {part.joint_id for part in worked.known if part.member in members}
        if grown:
            db.session.execute(
                sa.update(JointSession)
                .where(JointSession.id.in_(grown))
                .values(ended_at=now, ended_set_id=together.id)
            )
        joint = JointSession(made_at=now, made_by_id=actor.person_id, set_id=together.id)
        db.session.add(joint)
        db.session.flush()
        db.session.add_all(
            JointSessionMember(joint_id=joint.id, cohort_id=cohort_id, item_id=ids[cohort_id, key])
            for cohort_id, key in sorted(members)
        )
        audit.record(
            audit.Entry(
                actor_id=actor.person_id,
                action="scheduling.join_sessions",
                subject="joint_session",
                subject_id=joint.id,
                cohort_id=min(cohort_id for cohort_id, _key in members),
                after={"sessions": [f"{cohort_id}:{key}" for cohort_id, key in sorted(members)]},
            )
        )
    db.session.flush()


def undo_set(
    set_id: int, publishing: SetPublishing, *, actor: Actor, now: dt.datetime
) -> list[ScheduleRelease]:
    """Take a set of releases back in all its cohorts: the dates before it are published as a new set.

    Raises like `publish_draft`; also when a cohort has a later release.
    """
    releases = queries.releases_of_set(set_id)
    if not releases:
        raise NotFound
    present = _all_taken([each.cohort.id for each in releases], publishing)
    for each in releases:
        if present[each.cohort.id].release_number != each.line.number:
            raise RuleViolation(DraftRefusal.SET_NOT_LATEST, cohort=each.cohort.name)
    together = ReleaseSet(published_at=now, published_by_id=actor.person_id, undoes_id=set_id)
    db.session.add(together)
    db.session.flush()
    _part_and_join_again(set_id, together.id, now)
    undone = []
    for found in queries.work_out_undo(releases, now=now, consent=publishing.consent):
        plan = found.preview.plan
        if plan.obstacles:
            raise RuleViolation(ScheduleRefusal.BLOCKED, count=plan.obstacles)
        if not plan.changes:
            continue
        one = Publishing(
            cohort_id=found.release.cohort.id,
            wanted=found.wanted,
            version=publishing.versions[found.release.cohort.id],
            note=publishing.note,
            announced=publishing.announced,
        )
        release = release_of(
            present[one.cohort_id], found.preview, one, actor=actor, now=now, undoes=found.release.line.number
        )
        release.set_id = together.id
        undone.append(release)
    if not undone:
        raise RuleViolation(ScheduleRefusal.NOTHING)
    return undone


def _part_and_join_again(set_id: int, new_set_id: int, now: dt.datetime) -> None:
    """What a set joined is parted; what it parted or replaced is one again."""
    parted = sa.select(JointSession.id).where(JointSession.set_id == set_id, JointSession.ended_at.is_(None))
    joined = sa.select(JointSession.id).where(JointSession.ended_set_id == set_id)
    ending, again = list(db.session.scalars(parted)), list(db.session.scalars(joined))
    db.session.execute(
        sa.update(JointSession)
        .where(JointSession.id.in_(ending))
        .values(ended_at=now, ended_set_id=new_set_id)
    )
    db.session.execute(
        sa.update(JointSession)
        .where(JointSession.id.in_(again))
        .values(ended_at=None, ended_set_id=None, set_id=new_set_id)
    )


def part_sessions(joint_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """From now on each cohort has a session of its own; every date stays where it is."""
    joint = db.session.get(JointSession, joint_id)
    if joint is None or joint.ended_at is not None:
        raise NotFound
    joint.ended_at = now
    members = db.session.scalars(
        sa.select(JointSessionMember.cohort_id).where(JointSessionMember.joint_id == joint_id)
    ).all()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="scheduling.part_sessions",
            subject="joint_session",
            subject_id=joint_id,
            cohort_id=min(members),
            before={"cohorts": sorted(members)},
        )
    )
