"""Writing in a thread. Whoever opened it has decided that this actor may; here only the post itself is judged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.community import rules
from lms.community.actions import finding
from lms.community.actions.telling import tell
from lms.community.events import PostHidden, PostWritten
from lms.community.models import Post, PostDraft, Thread, ThreadSeen
from lms.community.queries import About
from lms.community.rules import CommunityRefusal, PostFacts
from lms.core import events, ids
from lms.core.db import db, insert_ignoring, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.core.markdown import render, words
from lms.people.rules import Actor

DRAFT_LONGEST = 2 * rules.LONGEST_POST


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What somebody wrote."""

    text: str
    key: str = ""
    """The form's idempotency key: sent twice, it is posted once. It becomes the post's public id."""
    parent: str = ""
    """Public id of the post it replies to."""
    read_to: str = ""
    """Public id of the newest post that was on the page: so far they have read."""


def open_thread(about: About) -> int:
    """The id of the thread about a subject; it is opened when there is none."""
    where = (
        Thread.cohort_id == about.cohort_id,
        Thread.subject == about.subject,
        Thread.subject_id == about.subject_id,
    )
    known = db.session.scalar(sa.select(Thread.id).where(*where))
    if known is None:
        row = {
            "public_id": ids.public_id(),
            "cohort_id": about.cohort_id,
            "subject": about.subject,
            "subject_id": about.subject_id,
            "posts": 0,
        }
        insert_ignoring(Thread.__table__, [row])
        known = db.session.scalars(sa.select(Thread.id).where(*where)).one()
    return known


def post(thread_id: int, writing: Writing, *, actor: Actor, now: dt.datetime) -> Post:
    """Post in a thread; the same form sent twice posts once.

    Raises RuleViolation when the text cannot stand or the post it replies to is gone.
    """
    _refuse_text(writing.text)
    thread: Thread | None = locked(Thread, thread_id)
    if thread is None:
        raise NotFound
    key, known = _known(writing.key, thread_id, actor)
    if known is not None:
        return known
    parent = _parent(thread_id, writing.parent)
    written = Post(
        public_id=key,
        thread_id=thread_id,
        author_id=actor.person_id,
        parent_id=parent.id if parent else None,
        text=writing.text,
        html=render(writing.text, heading_from=4),
        words=words(writing.text),
        posted_at=now,
    )
    db.session.add(written)
    thread.posts += 1
    thread.last_post_at = now
    db.session.flush()
    finding.keep(written, thread.subject)
    about = About(thread.cohort_id, thread.subject, thread.subject_id)
    drop_draft(about, actor.person_id, parent.id if parent else 0)
    mark_read(thread_id, writing.read_to, actor=actor)
    tell(written, thread.cohort_id, "community.post", actor, after={"words": written.words})
    events.record(
        PostWritten(
            cohort_id=thread.cohort_id,
            thread_id=thread_id,
            post_id=written.id,
            subject=thread.subject.value,
            subject_id=thread.subject_id,
            author_id=actor.person_id,
            parent_author_id=parent.author_id if parent and parent.author_id != actor.person_id else None,
            at=now,
        )
    )
    return written


def _refuse_text(text: str) -> None:
    refusal = rules.why_not_text(text)
    if refusal:
        raise RuleViolation(refusal, most=f"{rules.LONGEST_POST:,}", count=f"{len(text):,}")


def _known(key: str, thread_id: int, actor: Actor) -> tuple[str, Post | None]:
    """The public id of the new post, or the post that this form made already."""
    if not rules.is_key(key):
        return ids.public_id(), None
    known = db.session.scalar(sa.select(Post).where(Post.public_id == key))
    if known is None:
        return key, None
    own = known.thread_id == thread_id and known.author_id == actor.person_id
    return ids.public_id(), known if own else None


def _parent(thread_id: int, public_id: str) -> Post | None:
    """The top-level post that is replied to: a reply to a reply goes below the same post."""
    if not public_id:
        return None
    found = db.session.scalar(sa.select(Post).where(Post.public_id == public_id, Post.thread_id == thread_id))
    if found is not None and found.parent_id is not None:
        found = db.session.get(Post, found.parent_id)
    if found is None or found.hidden_at is not None:
        raise RuleViolation(CommunityRefusal.NO_PARENT)
    return found


def edit(thread_id: int, public_id: str, text: str, version: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Change one's own post. `version` is what the form was made on (`version_of`).

    Raises RuleViolation when it is too late or the text cannot stand, Conflict when it was changed meanwhile.
    """
    _refuse_text(text)
    found, facts = _mine(thread_id, public_id, actor)
    refusal = rules.why_not_edit(facts, now)
    if refusal:
        raise RuleViolation(refusal)
    if version != version_of(found.edited_at):
        raise Conflict(CommunityRefusal.CHANGED, current=found.text)
    if text == found.text:
        return found
    before = found.words
    found.text, found.html, found.words = text, render(text, heading_from=4), words(text)
    found.edited_at = now
    thread = db.session.get_one(Thread, thread_id)
    finding.keep(found, thread.subject)
    tell(
        found,
        thread.cohort_id,
        "community.edit",
        actor,
        before={"words": before},
        after={"words": found.words},
    )
    return found


def version_of(edited_at: dt.datetime | None) -> str:
    """What an edit form carries, to notice that the post was changed in another window."""
    return edited_at.isoformat() if edited_at else "new"


def remove(thread_id: int, public_id: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Remove one's own post; its place stays. Raises RuleViolation when it is another's or gone already."""
    found, facts = _mine(thread_id, public_id, actor)
    refusal = rules.why_not_remove(facts)
    if refusal:
        raise RuleViolation(refusal)
    found.hidden_at, found.hidden_by_id, found.hidden_why = now, actor.person_id, ""
    thread = _recount(thread_id, -1)
    finding.drop(found)
    tell(found, thread.cohort_id, "community.remove", actor)
    return found


def hide(thread_id: int, public_id: str, reason: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Hide another's post, as somebody who moderates. Raises RuleViolation without a reason, or when it is gone."""
    reason = " ".join(reason.split())[: rules.LONGEST_REASON]
    if not reason:
        raise RuleViolation(CommunityRefusal.NO_REASON)
    found = _of(thread_id, public_id)
    if found.author_id == actor.person_id:
        raise RuleViolation(CommunityRefusal.OWN_POST)
    if found.hidden_at is not None:
        raise RuleViolation(CommunityRefusal.HIDDEN)
    found.hidden_at, found.hidden_by_id, found.hidden_why = now, actor.person_id, reason
    thread = _recount(thread_id, -1)
    finding.drop(found)
    tell(found, thread.cohort_id, "community.hide", actor, reason=reason)
    events.record(
        PostHidden(
            cohort_id=thread.cohort_id,
            post_id=found.id,
            subject=thread.subject.value,
            subject_id=thread.subject_id,
            author_id=found.author_id,
            actor_id=actor.person_id,
            reason=reason,
            at=now,
        )
    )
    return found


def restore(thread_id: int, public_id: str, *, actor: Actor) -> Post:
    """Show a post again that a moderator hid. Raises RuleViolation when it is not hidden, or its author removed it."""
    found = _of(thread_id, public_id)
    if found.hidden_at is None or found.hidden_by_id == found.author_id:
        raise RuleViolation(CommunityRefusal.NOT_HIDDEN)
    reason, found.hidden_why = found.hidden_why, ""
    found.hidden_at = found.hidden_by_id = None
    thread = _recount(thread_id, 1)
    finding.keep(found, thread.subject)
    tell(found, thread.cohort_id, "community.restore", actor, before={"hidden": reason})
    return found


def _of(thread_id: int, public_id: str) -> Post:
    """A post of the thread, with the thread under lock."""
    locked(Thread, thread_id)
    found = db.session.scalar(
        sa.select(Post)
        .where(Post.public_id == public_id, Post.thread_id == thread_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def _mine(thread_id: int, public_id: str, actor: Actor) -> tuple[Post, PostFacts]:
    found = _of(thread_id, public_id)
    replies = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Post)
        .where(Post.parent_id == found.id, Post.hidden_at.is_(None))
    )
    facts = PostFacts(
        mine=found.author_id == actor.person_id,
        posted_at=found.posted_at,
        replies=replies or 0,
        gone=found.hidden_at is not None,
    )
    return found, facts


def _recount(thread_id: int, by: int) -> Thread:
    thread = db.session.get_one(Thread, thread_id)
    thread.posts += by
    db.session.flush()
    return thread


def mark_read(thread_id: int, read_to: str, *, actor: Actor) -> None:
    """Note that somebody has read a thread up to a post (a public id); never less far than before."""
    newest = db.session.scalar(
        sa.select(Post.id).where(Post.public_id == read_to, Post.thread_id == thread_id)
    )
    if newest is None:
        return
    row = {"thread_id": thread_id, "person_id": actor.person_id, "last_post_id": newest}
    if insert_ignoring(ThreadSeen.__table__, [row]):
        return
    db.session.execute(
        sa.update(ThreadSeen)
        .where(
            ThreadSeen.thread_id == thread_id,
            ThreadSeen.person_id == actor.person_id,
            ThreadSeen.last_post_id < newest,
        )
        .values(last_post_id=newest)
    )


def keep_draft(about: About, parent: str, text: str, *, actor: Actor, now: dt.datetime) -> None:
    """Keep what somebody is writing; an empty text drops it. Raises RuleViolation when it is far too long."""
    if len(text) > DRAFT_LONGEST:
        raise RuleViolation(CommunityRefusal.TOO_LONG, most=f"{rules.LONGEST_POST:,}", count=f"{len(text):,}")
    parent_id = _draft_parent(about, parent)
    drop_draft(about, actor.person_id, parent_id)
    if text.strip() and not _said_already(about, text, actor):
        db.session.add(
            PostDraft(
                person_id=actor.person_id,
                cohort_id=about.cohort_id,
                subject=about.subject,
                subject_id=about.subject_id,
                parent_id=parent_id,
                text=text,
                saved_at=now,
            )
        )
        db.session.flush()


def _said_already(about: About, text: str, actor: Actor) -> bool:
    """Whether this very text was posted: a draft that arrives late must not come back."""
    posted = (
        sa.select(Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.cohort_id == about.cohort_id,
            Thread.subject == about.subject,
            Thread.subject_id == about.subject_id,
            Post.author_id == actor.person_id,
            Post.text == text.strip(),
        )
    )
    return db.session.scalar(posted.limit(1)) is not None


def _draft_parent(about: About, parent: str) -> int:
    if not parent:
        return 0
    found = db.session.scalar(
        sa.select(sa.func.coalesce(Post.parent_id, Post.id))
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.public_id == parent,
            Thread.cohort_id == about.cohort_id,
            Thread.subject == about.subject,
            Thread.subject_id == about.subject_id,
        )
    )
    if found is None:
        raise NotFound
    return int(found)


_DROPPED = sa.delete(PostDraft).where(
    PostDraft.person_id == sa.bindparam("of_person", type_=sa.Integer),
    PostDraft.cohort_id == sa.bindparam("of_cohort", type_=sa.Integer),
    PostDraft.subject == sa.bindparam("of_subject", type_=PostDraft.subject.type),
    PostDraft.subject_id == sa.bindparam("of_id", type_=sa.Integer),
    PostDraft.parent_id == sa.bindparam("of_parent", type_=sa.Integer),
)


def drop_draft(about: About, person_id: int, parent_id: int) -> None:
    """Drop what somebody was writing: it was posted, or they emptied it."""
    db.session.execute(
        _DROPPED,
        {
            "of_person": person_id,
            "of_cohort": about.cohort_id,
            "of_subject": about.subject,
            "of_id": about.subject_id,
            "of_parent": parent_id,
        },
    )
