"""Looking after forums: hiding with a reason, pinning, locking, moving, merging and taking apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.community import rules
from lms.community.actions import finding, posts, reports
from lms.community.actions.forums import after_hiding, hold, refresh
from lms.community.models import (
    ForumChoice,
    ForumStory,
    ForumThread,
    Post,
    Thread,
    ThreadEar,
    ThreadSubject,
)
from lms.community.queries.forum_threads import ForumThreadView
from lms.community.queries.forums import Forum, Forums, forum_of
from lms.community.rules import CommunityRefusal, ForumRefusal, Outcome, ThreadAct
from lms.core import audit
from lms.core.db import db, insert_ignoring, locked, upsert
from lms.core.errors import RuleViolation
from lms.people.rules import Actor

LONGEST_NOTE = 400


def hide(view: ForumThreadView, public_id: str, reason: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Hide a post with a reason its author reads; with the first post the whole thread goes out of sight."""
    thread = hold(view)
    hidden = posts.hide(view.thread_id, public_id, reason, actor=actor, now=now)
    after_hiding(thread, hidden, now)
    reports.settle_all(hidden, Outcome.HIDDEN, "", actor=actor, now=now)
    return hidden


def restore(view: ForumThreadView, public_id: str, *, actor: Actor) -> Post:
    """Show a hidden post again, and with the first post its thread."""
    thread = hold(view)
    shown = posts.restore(view.thread_id, public_id, actor=actor)
    if shown.id == thread.first_post_id:
        thread.hidden_at = None
    refresh(thread)
    return shown


def pin(view: ForumThreadView, *, pinned: bool, actor: Actor, now: dt.datetime) -> ForumThread:
    """Keep a thread on top of its forum, or no more."""
    thread = hold(view)
    if thread.pinned != pinned:
        thread.pinned = pinned
        _tell(thread, ThreadAct.PINNED if pinned else ThreadAct.UNPINNED, actor=actor, now=now)
    return thread


def lock(view: ForumThreadView, reason: str, *, actor: Actor, now: dt.datetime) -> ForumThread:
    """Let nobody write in a thread but those who moderate; the reason stands above it."""
    thread = hold(view)
    reason = " ".join(reason.split())[: rules.LONGEST_REASON]
    if not reason:
        raise RuleViolation(CommunityRefusal.NO_REASON)
    if thread.locked_at is None:
        thread.locked_at, thread.locked_why = now, reason
        _tell(thread, ThreadAct.LOCKED, note=reason, actor=actor, now=now)
    return thread


def unlock(view: ForumThreadView, *, actor: Actor, now: dt.datetime) -> ForumThread:
    """Let everybody write in a thread again."""
    thread = hold(view)
    if thread.locked_at is not None:
        thread.locked_at, thread.locked_why = None, ""
        _tell(thread, ThreadAct.UNLOCKED, actor=actor, now=now)
    return thread


def rename(view: ForumThreadView, title: str, *, actor: Actor, now: dt.datetime) -> ForumThread:
    """Give a thread a title that says what it is about."""
    thread = hold(view)
    title = " ".join(title.split())
    refusal = rules.why_not_subject(title)
    if refusal:
        raise RuleViolation(refusal, most=rules.LONGEST_SUBJECT, count=len(title))
    if title != thread.title:
        before, thread.title = thread.title, title
        _tell(thread, ThreadAct.RENAMED, before={"title": before}, actor=actor, now=now)
        finding.keep(db.session.get_one(Post, thread.first_post_id), ThreadSubject.FORUM)
    return thread


def move(view: ForumThreadView, to: Forum, *, actor: Actor, now: dt.datetime) -> ForumThread:
    """Put a thread into another forum of its cohort; who reads it stays."""
    thread = hold(view)
    if (thread.module_id or 0) == to.module_id:
        raise RuleViolation(ForumRefusal.SAME_FORUM)
    was = forum_of(view.hall, thread.module_id)
    thread.module_id = to.module_id or None
    _tell(thread, ThreadAct.MOVED, note=f"From “{was.title}” to “{to.title}”.", actor=actor, now=now)
    return thread


def merge(view: ForumThreadView, into: ForumThreadView, *, actor: Actor, now: dt.datetime) -> ForumThread:
    """Put everything that was said in a thread into another one, in the order of time; its address leads there.

    Raises RuleViolation when the two are the same, gone, or not read by the same people.
    """
    if view.id == into.id:
        raise RuleViolation(ForumRefusal.SAME_THREAD)
    for each in sorted((view.id, into.id)):
        locked(ForumThread, each)
    source, target = hold(view), hold(into)
    if source.hidden_at is not None or target.hidden_at is not None:
        raise RuleViolation(ForumRefusal.GONE)
    if (source.scope, source.section_id) != (target.scope, target.section_id):
        raise RuleViolation(ForumRefusal.OTHER_READERS)
    moved = list(db.session.scalars(sa.select(Post.id).where(Post.thread_id == source.thread_id)))
    _carry(moved, source, target)
    listeners = db.session.execute(
        sa.select(ThreadEar.person_id, ThreadEar.ear).where(ThreadEar.thread_id == source.thread_id)
    )
    insert_ignoring(
        ThreadEar.__table__,
        [{"thread_id": target.thread_id, "person_id": row.person_id, "ear": row.ear} for row in listeners],
    )
    source.merged_into_id, source.answer_id = target.thread_id, None
    details: dict[str, Any] = {"from": source.id, "posts": moved}
    note = f"“{source.title}” was put into this thread."
    _tell(target, ThreadAct.MERGED, note=note, details=details, actor=actor, now=now)
    refresh(target)
    return target


def _carry(post_ids: list[int], source: ForumThread, target: ForumThread) -> None:
    """Let posts stand in another thread."""
    db.session.execute(
        sa.update(Post)
        .where(Post.id.in_(post_ids))
        .values(thread_id=target.thread_id)
        .execution_options(synchronize_session=False)
    )
    for thread in (source, target):
        counted = (
            sa.select(sa.func.count())
            .select_from(Post)
            .where(Post.thread_id == thread.thread_id, Post.hidden_at.is_(None))
        )
        conversation = db.session.get_one(Thread, thread.thread_id)
        conversation.posts = db.session.scalar(counted) or 0
    db.session.flush()


def take_apart(view: ForumThreadView, told: int, *, actor: Actor, now: dt.datetime) -> ForumThread:
    """Undo a merge: what came from the other thread goes back to it, with the replies to it since.

    Raises RuleViolation when that was done already.
    """
    target = hold(view)
    entry = db.session.scalar(
        sa.select(ForumStory).where(
            ForumStory.id == told,
            ForumStory.forum_thread_id == target.id,
            ForumStory.act == ThreadAct.MERGED,
        )
    )
    source: ForumThread | None = locked(ForumThread, entry.details["from"]) if entry else None
    if entry is None or source is None or source.merged_into_id != target.thread_id:
        raise RuleViolation(ForumRefusal.NOT_MERGED)
    own: list[int] = entry.details["posts"]
    since = db.session.scalars(
        sa.select(Post.id).where(Post.thread_id == target.thread_id, Post.parent_id.in_(own))
    )
    source.merged_into_id = None
    _carry(sorted({*own, *since}), target, source)
    if target.answer_id in own:
        target.answer_id = None
    refresh(source)
    refresh(target)
    note = f"“{source.title}” stands by itself again."
    _tell(target, ThreadAct.TAKEN_APART, note=note, actor=actor, now=now)
    return source


def _tell(
    thread: ForumThread,
    act: ThreadAct,
    *,
    actor: Actor,
    now: dt.datetime,
    note: str = "",
    details: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
) -> None:
    """A sentence of the thread's story, and of the audit log."""
    db.session.add(
        ForumStory(
            forum_thread_id=thread.id,
            act=act,
            at=now,
            actor_id=actor.person_id,
            note=note[:LONGEST_NOTE],
            details=details or {},
        )
    )
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=f"community.thread {act.value}",
            subject="forum_thread",
            subject_id=thread.id,
            cohort_id=thread.cohort_id,
            before=before,
            after={"title": thread.title},
            reason=note,
        )
    )


def keep_apart(hall: Forums, *, per_section: bool, actor: Actor, now: dt.datetime) -> None:
    """Decide whether what learners begin from now on is their section's or the whole cohort's."""
    row = {
        "cohort_id": hall.cohort.id,
        "per_section": per_section,
        "changed_at": now,
        "changed_by_id": actor.person_id,
    }
    upsert(ForumChoice.__table__, [row], keys=("cohort_id",))
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action="community.forums",
            subject="forum_choice",
            subject_id=hall.cohort.id,
            cohort_id=hall.cohort.id,
            before={"per_section": hall.per_section},
            after={"per_section": per_section},
        )
    )
