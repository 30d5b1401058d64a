"""Writing in forums: beginning a thread, replying, changing, removing, saying what answered it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import IO

import sqlalchemy as sa

from lms.community import rules
from lms.community.actions import finding, naming, posts
from lms.community.actions.naming import Naming
from lms.community.actions.posts import Writing
from lms.community.actions.telling import tell
from lms.community.events import ForumPostGone, ForumPostWritten, PeopleNamed
from lms.community.models import (
    ForumSeen,
    ForumThread,
    Post,
    PostFile,
    PostVersion,
    ThreadEar,
    ThreadSeen,
    ThreadSubject,
)
from lms.community.queries import About
from lms.community.queries import forums as reading
from lms.community.queries.forum_threads import ForumThreadView
from lms.community.queries.forums import Forum, Forums
from lms.community.rules import CommunityRefusal, Ear, ForumRefusal, Scope
from lms.core import events, files
from lms.core.db import db, insert_ignoring, locked, upsert
from lms.core.errors import NotFound, RuleViolation
from lms.core.files import Limits
from lms.people.rules import Actor

LIMITS = Limits(types=("pdf", "png", "jpg", "docx", "xlsx", "pptx", "csv", "txt"), megabytes=10)
"""What may hang on a post."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """What somebody wrote for a forum."""

    text: str
    title: str = ""
    """Of a thread that begins with it."""
    key: str = ""
    parent: str = ""
    read_to: str = ""
    section_id: int | None = None
    """For staff who begin a thread: the section it is for; empty: the whole cohort."""
    everyone: bool = False
    """They confirmed @everyone."""
    upload: tuple[IO[bytes], str] | None = None
    """A file and its name."""


@dataclass(frozen=True)
class Said:
    """What came of it."""

    thread: ForumThread
    post: Post
    naming: Naming = field(default_factory=Naming)


def begin(forum: Forum, saying: Saying, *, actor: Actor, now: dt.datetime) -> Said:
    """Begin a thread with its first post; the same form sent twice begins one.

    Raises RuleViolation when nothing is written here any more, or title, text, section or file cannot stand.
    """
    hall = forum.hall
    _refuse_writing(hall, locked_=False)
    title = " ".join(saying.title.split())
    refusal = rules.why_not_subject(title)
    if refusal:
        raise RuleViolation(refusal, most=rules.LONGEST_SUBJECT, count=len(title))
    if (known := _begun_already(saying.key, actor)) is not None:
        return known
    section_id = _section(hall, saying.section_id)
    begun = ForumThread(
        cohort_id=hall.cohort.id,
        module_id=forum.module_id or None,
        scope=Scope.SECTION if section_id else Scope.COHORT,
        section_id=section_id,
        title=title,
        author_id=actor.person_id,
        begun_at=now,
        last_at=now,
    )
    db.session.add(begun)
    db.session.flush()
    begun.thread_id = posts.open_thread(About(hall.cohort.id, ThreadSubject.FORUM, begun.id))
    db.session.flush()
    post = posts.post(begun.thread_id, Writing(text=saying.text, key=saying.key), actor=actor, now=now)
    begun.first_post_id = post.id
    db.session.flush()
    finding.keep(post, ThreadSubject.FORUM)
    _drop_start(forum, actor)
    return _said(begun, post, hall, saying, actor=actor, now=now)


def _begun_already(key: str, actor: Actor) -> Said | None:
    if not rules.is_key(key):
        return None
    row = db.session.execute(
        sa.select(ForumThread, Post)
        .join(Post, Post.id == ForumThread.first_post_id)
        .where(Post.public_id == key, Post.author_id == actor.person_id)
    ).one_or_none()
    return Said(row[0], row[1]) if row else None


def _section(hall: Forums, chosen: int | None) -> int | None:
    if chosen is not None and hall.reads_all:
        found = reading.section_ids(hall.cohort.id)
        if chosen not in found:
            raise RuleViolation(ForumRefusal.NO_SECTION)
    return rules.scope_of(
        per_section=hall.per_section,
        learner=not hall.reads_all,
        own_section=hall.section_id,
        chosen=chosen,
    )


def reply(view: ForumThreadView, saying: Saying, *, actor: Actor, now: dt.datetime) -> Said:
    """Write in a thread. Raises RuleViolation when it is locked for them, gone, or the text cannot stand."""
    thread = hold(view)
    _refuse_writing(view.hall, locked_=thread.locked_at is not None)
    known = db.session.scalar(sa.select(Post.id).where(Post.public_id == saying.key)) if saying.key else None
    writing = Writing(text=saying.text, key=saying.key, parent=saying.parent, read_to=saying.read_to)
    post = posts.post(view.thread_id, writing, actor=actor, now=now)
    if known == post.id:
        return Said(thread, post)
    return _said(thread, post, view.hall, saying, actor=actor, now=now)


def _said(
    thread: ForumThread, post: Post, hall: Forums, saying: Saying, *, actor: Actor, now: dt.datetime
) -> Said:
    """Everything that follows from a new post: its file, whom it names, who follows, what counts as read."""
    if saying.upload is not None:
        stream, name = saying.upload
        kept = files.keep(stream, name, limits=LIMITS, owner_id=actor.person_id, purpose="post", now=now)
        db.session.add(PostFile(file_id=kept.id, post_id=post.id))
    before = thread.last_post_id
    refresh(thread)
    if post.author_id != thread.author_id:
        thread.answered = True
        thread.staff_answered = thread.staff_answered or hall.reads_all
    _read_own(thread, post, before)
    insert_ignoring(
        ThreadEar.__table__,
        [{"thread_id": thread.thread_id, "person_id": actor.person_id, "ear": Ear.AUTOMATIC}],
    )
    named = naming.name(post, thread, hall, everyone=saying.everyone)
    events.record(
        ForumPostWritten(
            cohort_id=thread.cohort_id,
            forum_thread_id=thread.id,
            thread_id=post.thread_id,
            post_id=post.id,
            author_id=actor.person_id,
            begun=post.id == thread.first_post_id,
            named=named.new,
            at=now,
        )
    )
    _name_people(thread, post, named, now)
    return Said(thread, post, named)


def _name_people(thread: ForumThread, post: Post, named: Naming, now: dt.datetime) -> None:
    if named.new:
        events.record(
            PeopleNamed(
                cohort_id=thread.cohort_id,
                forum_thread_id=thread.id,
                post_id=post.id,
                author_id=post.author_id,
                people=named.new,
                at=now,
            )
        )


def _read_own(thread: ForumThread, post: Post, newest_before: int) -> None:
    """Whoever writes has read their own post, and with it the thread where nothing else was new to them."""
    seen = db.session.scalar(
        sa.select(ThreadSeen.last_post_id).where(
            ThreadSeen.thread_id == post.thread_id, ThreadSeen.person_id == post.author_id
        )
    )
    whole = db.session.scalar(
        sa.select(ForumSeen.last_post_id).where(
            ForumSeen.person_id == post.author_id,
            ForumSeen.cohort_id == thread.cohort_id,
            ForumSeen.module_id == (thread.module_id or reading.COMMON),
        )
    )
    before = max(seen or 0, whole or 0)
    upto = rules.read_after_writing(newest_of_others=newest_before, own=post.id, before=before)
    if upto > before:
        _see(post.thread_id, post.author_id, upto)


def edit(
    view: ForumThreadView,
    public_id: str,
    saying: Saying,
    version: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> Said:
    """Change one's own post; what it said before stays readable.

    Raises RuleViolation when it is too late, Conflict when it was changed in another window.
    """
    thread = hold(view)
    _refuse_writing(view.hall, locked_=thread.locked_at is not None)
    post = post_of(view, public_id)
    first = post.id == thread.first_post_id
    late = now > post.posted_at + rules.EDIT_WINDOW
    if first and thread.answered and late and post.author_id == actor.person_id:
        raise RuleViolation(CommunityRefusal.REPLIED)
    title = " ".join(saying.title.split())
    if first:
        refusal = rules.why_not_subject(title)
        if refusal:
            raise RuleViolation(refusal, most=rules.LONGEST_SUBJECT, count=len(title))
    text, html = post.text, post.html
    posts.edit(view.thread_id, public_id, saying.text, version, actor=actor, now=now)
    if first and title != thread.title:
        thread.title = title
        db.session.flush()
        finding.keep(post, ThreadSubject.FORUM)
    if post.text == text:
        return Said(thread, post)
    db.session.add(PostVersion(post_id=post.id, text=text, html=html, until=now))
    named = naming.name(post, thread, view.hall, everyone=saying.everyone)
    _name_people(thread, post, named, now)
    return Said(thread, post, named)


def remove(view: ForumThreadView, public_id: str, *, actor: Actor, now: dt.datetime) -> Post:
    """Remove one's own post: its place stays, and a thread that holds nothing else goes out of the lists."""
    thread = hold(view)
    _refuse_writing(view.hall, locked_=thread.locked_at is not None)
    post = posts.remove(view.thread_id, public_id, actor=actor, now=now)
    after_hiding(thread, post, now)
    return post


def after_hiding(thread: ForumThread, post: Post, now: dt.datetime) -> None:
    """What a post out of sight means for its thread."""
    by_author = post.hidden_by_id == post.author_id
    if thread.answer_id == post.id:
        thread.answer_id = None
    refresh(thread)
    if post.id == thread.first_post_id and not (by_author and thread.last_post_id):
        thread.hidden_at = now
    db.session.flush()
    events.record(ForumPostGone(cohort_id=thread.cohort_id, post_id=post.id))


def choose_answer(view: ForumThreadView, public_id: str, *, chosen: bool, actor: Actor) -> ForumThread:
    """Say which reply answered a thread, or that none did: its author, or somebody who moderates.

    Raises RuleViolation for anybody else, and for a post that is no reply in sight.
    """
    thread = hold(view)
    if not view.may_choose_answer:
        raise RuleViolation(ForumRefusal.NOT_YOURS_TO_ANSWER)
    post = post_of(view, public_id)
    if post.id == thread.first_post_id or post.hidden_at is not None:
        raise RuleViolation(ForumRefusal.NOT_A_REPLY)
    before = thread.answer_id
    thread.answer_id = post.id if chosen else None
    db.session.flush()
    tell(
        post,
        thread.cohort_id,
        "community.answer",
        actor,
        before={"answer": before},
        after={"answer": thread.answer_id},
    )
    return thread


def keep_start(forum: Forum, title: str, text: str, *, actor: Actor, now: dt.datetime) -> None:
    """Keep the thread that somebody is about to begin; without words it is dropped."""
    whole = f"{' '.join(title.split())}\n{text}" if title.strip() or text.strip() else ""
    posts.keep_draft(start_of(forum), "", whole, actor=actor, now=now)


def start_of(forum: Forum) -> About:
    """What a draft of a new thread hangs on."""
    return About(forum.hall.cohort.id, ThreadSubject.FORUM_START, forum.module_id)


def _drop_start(forum: Forum, actor: Actor) -> None:
    posts.drop_draft(start_of(forum), actor.person_id, 0)


# Together -----------------------------------------------------------------------------------------------------------


def hold(view: ForumThreadView) -> ForumThread:
    """The thread under lock. Raises RuleViolation when it was merged or hidden meanwhile."""
    thread: ForumThread | None = locked(ForumThread, view.id)
    if thread is None or thread.thread_id is None:
        raise NotFound
    if thread.merged_into_id is not None or (thread.hidden_at is not None and not view.hall.moderates):
        raise RuleViolation(ForumRefusal.GONE)
    return thread


def post_of(view: ForumThreadView, public_id: str) -> Post:
    """A post of the thread."""
    found = db.session.scalar(
        sa.select(Post)
        .where(Post.public_id == public_id, Post.thread_id == view.thread_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def refresh(thread: ForumThread) -> None:
    """Bring what a thread says of its posts up to date: the newest in sight, when, and whether anybody answered."""
    row = db.session.execute(
        sa.select(sa.func.max(Post.id), sa.func.max(Post.posted_at)).where(
            Post.thread_id == thread.thread_id, Post.hidden_at.is_(None)
        )
    ).one()
    thread.last_post_id = row[0] or 0
    thread.last_at = row[1] if row[0] else thread.begun_at
    thread.answered = _written_by_others(thread)
    db.session.flush()


def _written_by_others(thread: ForumThread) -> bool:
    found = sa.select(Post.id).where(
        Post.thread_id == thread.thread_id,
        Post.hidden_at.is_(None),
        Post.author_id != thread.author_id,
    )
    return db.session.scalar(found.limit(1)) is not None


def _refuse_writing(hall: Forums, *, locked_: bool) -> None:
    refusal = hall.why_not_write(locked=locked_)
    if refusal:
        raise RuleViolation(refusal)


def _see(thread_id: int, person_id: int, upto: int) -> None:
    row = {"thread_id": thread_id, "person_id": person_id, "last_post_id": upto}
    upsert(ThreadSeen.__table__, [row], keys=("thread_id", "person_id"))
