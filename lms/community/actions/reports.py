"""Reports: somebody asks those who moderate to look at a post, and one of them deals with it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.community.actions.forums import hold, post_of
from lms.community.events import PostReported, ReportSettled
from lms.community.models import Post, PostReport
from lms.community.queries.forum_threads import PostInThread
from lms.community.queries.forums import Forums
from lms.community.rules import CommunityRefusal, ForumRefusal, Outcome
from lms.core import audit, events
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor

LONGEST_NOTE = 400


def report(post: PostInThread, reason: str, *, actor: Actor, now: dt.datetime) -> PostReport:
    """Ask those who moderate to look at a post. Raises RuleViolation without a reason, for one's own, or twice."""
    reason = " ".join(reason.split())[:LONGEST_NOTE]
    if not reason:
        raise RuleViolation(ForumRefusal.NO_REASON)
    thread = hold(post.view)
    there = post_of(post.view, post.public_id)
    if there.author_id == actor.person_id:
        raise RuleViolation(ForumRefusal.OWN_REPORT)
    if there.hidden_at is not None:
        raise RuleViolation(CommunityRefusal.GONE)
    known = sa.select(PostReport).where(PostReport.post_id == there.id, PostReport.by_id == actor.person_id)
    found = db.session.scalar(known)
    if found is not None and found.settled_at is None:
        raise RuleViolation(ForumRefusal.REPORTED)
    if found is None:
        found = PostReport(cohort_id=thread.cohort_id, post_id=there.id, by_id=actor.person_id)
        db.session.add(found)
    found.reason, found.at = reason, now
    found.settled_at = found.settled_by_id = found.outcome = None
    found.note = ""
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="community.report",
            subject="post",
            subject_id=there.id,
            cohort_id=thread.cohort_id,
            reason=reason,
        )
    )
    events.record(
        PostReported(
            cohort_id=thread.cohort_id,
            report_id=found.id,
            post_id=there.id,
            by_id=actor.person_id,
            at=now,
        )
    )
    return found


def leave(hall: Forums, public_id: str, note: str, *, actor: Actor, now: dt.datetime) -> None:
    """Let a reported post stand; whoever reported it reads why. All reports of that post are dealt with."""
    found = _open_report(hall, public_id)
    post = db.session.get_one(Post, found.post_id)
    outcome = Outcome.REMOVED if post.hidden_at is not None else Outcome.LEFT
    settle_all(post, outcome, " ".join(note.split())[:LONGEST_NOTE], actor=actor, now=now)


def _open_report(hall: Forums, public_id: str) -> PostReport:
    found = db.session.scalar(
        sa.select(PostReport)
        .where(PostReport.public_id == public_id, PostReport.cohort_id == hall.cohort.id)
        .with_for_update()
    )
    if found is None:
        raise NotFound
    if found.settled_at is not None:
        raise RuleViolation(ForumRefusal.NOT_REPORTED)
    return found


def settle_all(post: Post, outcome: Outcome, note: str, *, actor: Actor, now: dt.datetime) -> None:
    """Deal with everything that was reported of a post; each who reported it is told."""
    waiting = sa.select(PostReport).where(PostReport.post_id == post.id, PostReport.settled_at.is_(None))
    for one in db.session.scalars(waiting).all():
        one.settled_at, one.settled_by_id, one.outcome, one.note = now, actor.person_id, outcome, note
        audit.record(
            audit.Entry(
                actor_id=actor.person_id,
                action="community.settle report",
                subject="post",
                subject_id=post.id,
                cohort_id=one.cohort_id,
                after={"outcome": outcome.value},
                reason=note,
            )
        )
        events.record(
            ReportSettled(
                cohort_id=one.cohort_id,
                report_id=one.id,
                post_id=post.id,
                by_id=one.by_id,
                outcome=outcome.value,
                note=note,
                at=now,
            )
        )
    db.session.flush()
