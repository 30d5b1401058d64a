"""Writing in a discussion of the cohort: its dates are judged anew, and a learner's first post counts as done."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.community import policy, queries, rules
from lms.community.actions import posts
from lms.community.actions.posts import Writing
from lms.community.models import Post
from lms.community.queries import Discussion
from lms.community.rules import CommunityRefusal
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core.db import db
from lms.core.errors import NotFound, RuleViolation
from lms.enrolment.models import Place
from lms.enrolment.rules import ACTIVE
from lms.people.rules import Actor


def say(discussion: Discussion, writing: Writing, *, actor: Actor, now: dt.datetime) -> Post:
    """Post in a discussion.

    Raises RuleViolation when it is not open for this actor, or as `post` does.
    """
    _refuse_closed(discussion, actor, now)
    thread_id = posts.open_thread(discussion.about)
    written = posts.post(thread_id, writing, actor=actor, now=now)
    if written.parent_id is None:
        _count(discussion, written, now)
    return written


def edit_in(
    discussion: Discussion, public_id: str, text: str, version: str, *, actor: Actor, now: dt.datetime
) -> Post:
    """Change one's own post while the discussion is open. Raises RuleViolation as `edit` does."""
    _refuse_closed(discussion, actor, now)
    return posts.edit(thread_of(discussion), public_id, text, version, actor=actor, now=now)


def remove_in(discussion: Discussion, public_id: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Remove one's own post while the discussion is open: what it counted for is taken back."""
    _refuse_closed(discussion, actor, now)
    removed = posts.remove(thread_of(discussion), public_id, actor=actor, now=now)
    _count(discussion, removed, now)
    return removed


def hide_in(discussion: Discussion, public_id: str, reason: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Hide a post of a discussion: it does not count while it is hidden."""
    hidden = posts.hide(thread_of(discussion), public_id, reason, actor=actor, now=now)
    _count(discussion, hidden, now)
    return hidden


def restore_in(discussion: Discussion, public_id: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Show a hidden post of a discussion again."""
    restored = posts.restore(thread_of(discussion), public_id, actor=actor)
    _count(discussion, restored, now)
    return restored


def thread_of(discussion: Discussion) -> int:
    """The id of the discussion's thread. Raises NotFound before its first post."""
    about = discussion.about
    thread = queries.thread_for(about.cohort_id, about.subject, about.subject_id)
    if thread is None:
        raise NotFound
    return thread.id


def _refuse_closed(discussion: Discussion, actor: Actor, now: dt.datetime) -> None:
    window = queries.window(discussion)
    refusal = rules.why_not_write(window, now, moderates=policy.can_moderate(actor, discussion))
    if refusal is None:
        return
    at = None
    if window is not None:
        at = window.opens_at if refusal is CommunityRefusal.NOT_OPEN else window.closes_at
    raise RuleViolation(refusal, when=_in_words(at, actor.zone) if at else "")


def _in_words(at: dt.datetime, zone: str) -> str:
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%B, %H:%M} (your time)"


def _count(discussion: Discussion, changed: Post, now: dt.datetime) -> None:
    """Bring the completion of the post's author up to date: done is who has a post of their own that stands."""
    if changed.parent_id is not None:
        return
    place_id = db.session.scalar(
        sa.select(Place.id).where(
            Place.cohort_id == discussion.cohort.id,
            Place.person_id == changed.author_id,
            Place.state.in_(ACTIVE),
        )
    )
    if place_id is None:
        return
    standing = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Post)
        .where(
            Post.thread_id == changed.thread_id,
            Post.author_id == changed.author_id,
            Post.parent_id.is_(None),
            Post.hidden_at.is_(None),
            Post.id != changed.id,
        )
    )
    if standing:
        return
    completion.record(
        Reached(
            place_id=place_id,
            activity_id=discussion.line.id,
            kind=FactKind.DONE,
            reached=changed.hidden_at is None,
        ),
        now=now,
    )
