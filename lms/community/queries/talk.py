"""A conversation as one reader sees it. Two statements: every post without its text, then the texts that are shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lms.cohorts.models import StaffAssignment
from lms.community import rules
from lms.community.models import Post, PostDraft, Thread, ThreadSeen, ThreadSubject
from lms.community.rules import Bone, PostFacts, Sort
from lms.core.db import db
from lms.people.models import Person

FIRST_NEW = "new"
SIZE = 12
"""So many top-level posts stand on a page, each with all its replies."""


@dataclass(frozen=True, slots=True)
class About:
    """What a conversation is about; the thread itself may not exist before the first post."""

    cohort_id: int
    subject: ThreadSubject
    subject_id: int


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread in figures."""

    id: int
    public_id: str
    cohort_id: int
    subject: ThreadSubject
    subject_id: int
    posts: int
    last_post_at: dt.datetime | None


_THREAD = (
    Thread.id,
    Thread.public_id,
    Thread.cohort_id,
    Thread.subject,
    Thread.subject_id,
    Thread.posts,
    Thread.last_post_at,
)


def thread_for(cohort_id: int, subject: ThreadSubject, subject_id: int) -> ThreadView | None:
    """The thread about a subject, once somebody has opened it."""
    return threads_for(cohort_id, subject, [subject_id]).get(subject_id)


def threads_for(cohort_id: int, subject: ThreadSubject, subject_ids: Iterable[int]) -> dict[int, ThreadView]:
    """The threads about many subjects of one kind, by subject; one statement."""
    rows = db.session.execute(
        sa.select(*_THREAD).where(
            Thread.cohort_id == cohort_id, Thread.subject == subject, Thread.subject_id.in_(list(subject_ids))
        )
    )
    return {row.subject_id: ThreadView(**row._asdict()) for row in rows}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a conversation, and what whoever opened it lets them do."""

    person_id: int
    may_write: bool = False
    moderates: bool = False
    reply_min_words: int = 0
    """From so many words on a reply counts; 0: nothing is counted here."""
    read_upto: int = 0
    """Up to this post they have read besides: they marked a whole forum as read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as one reader sees it."""

    id: int
    public_id: str
    author: str
    role: str
    mine: bool
    at: dt.datetime
    edited_at: dt.datetime | None
    words: int
    html: str = ""
    state: str = ""
    """removed | hidden; empty: to be read."""
    why: str = ""
    """Why it was hidden: for its author and for moderators."""
    is_new: bool = False
    counts: bool | None = None
    """Whether a reply is substantive; None where that is nobody's business."""
    may_reply: bool = False
    may_edit: bool = False
    may_remove: bool = False
    may_hide: bool = False
    may_restore: bool = False
    replies: tuple[Entry, ...] = ()

    @property
    def initials(self) -> str:
        """For the circle beside the name."""
        parts = [word for word in self.author.split() if word[0].isalpha()]
        return "".join(word[0] for word in (parts[:1] + parts[1:][-1:])).upper() or "·"


@dataclass(frozen=True)
class Talk:
    """A conversation, or a stretch of it."""

    thread_id: int | None = None
    total: int = 0
    unread: int = 0
    newest: str = ""
    """Public id of the newest post: reading up to here is what “mark as read” says."""
    entries: tuple[Entry, ...] = ()
    sort: Sort = Sort.NEWEST
    newer_from: str | None = None
    """Public id of the first post of the stretch before; empty: the beginning. None: there is none."""
    older_from: str | None = None
    tops: int = 0
    own_first_at: dt.datetime | None = None
    own_replies: int = 0
    own_counting: int = 0


_ROLE = (
    sa.select(sa.func.min(StaffAssignment.role))
    .where(
        StaffAssignment.cohort_id == Thread.cohort_id,
        StaffAssignment.person_id == Post.author_id,
        StaffAssignment.ends_at.is_(None),
    )
    .correlate(Thread, Post)
    .scalar_subquery()
)
_BONES = (
    sa.select(
        Post.id,
        Post.public_id,
        Post.thread_id,
        Post.parent_id,
        Post.author_id,
        Post.words,
        Post.posted_at,
        Post.edited_at,
        Post.hidden_at,
        Post.hidden_by_id,
        Post.hidden_why,
        Person.name,
        _ROLE.label("role"),
        ThreadSeen.last_post_id,
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Person, Person.id == Post.author_id)
    .outerjoin(
        ThreadSeen, sa.and_(ThreadSeen.thread_id == Thread.id, ThreadSeen.person_id == sa.bindparam("reader"))
    )
    .order_by(Post.id)
)
_OF_THREAD = _BONES.where(Thread.id == sa.bindparam("thread"))
_OF_SUBJECT = _BONES.where(
    Thread.cohort_id == sa.bindparam("cohort"),
    Thread.subject == sa.bindparam("subject", type_=Thread.subject.type),
    Thread.subject_id == sa.bindparam("subject_id"),
)


@dataclass(frozen=True, slots=True)
class Looking:
    """Which part of a conversation, and in which order."""

    sort: Sort = Sort.NEWEST
    start: str = ""
    """Public id of the top-level post that the stretch begins with."""
    show: str = ""
    """Public id of a post that must be on the page; `FIRST_NEW`: the first that is new."""
    size: int = SIZE


def talk(about: About, reader: Reader, now: dt.datetime, look: Looking | None = None) -> Talk:
    """The conversation about a subject, as this reader sees it; empty when nobody has written yet."""
    bones = db.session.execute(
        _OF_SUBJECT,
        {
            "reader": reader.person_id,
            "cohort": about.cohort_id,
            "subject": about.subject,
            "subject_id": about.subject_id,
        },
    ).all()
    return _talk(bones, reader, now, look or Looking())


def posts(thread_id: int, viewer: Reader, now: dt.datetime, look: Looking | None = None) -> Talk:
    """The posts of a thread, as this reader sees them."""
    bones = db.session.execute(_OF_THREAD, {"reader": viewer.person_id, "thread": thread_id}).all()
    return _talk(bones, viewer, now, look or Looking())


def _talk(bones: Sequence[Any], reader: Reader, now: dt.datetime, look: Looking) -> Talk:
    if not bones:
        return Talk(sort=look.sort)
    by_public = {bone.public_id: bone for bone in bones}
    by_id = {bone.id: bone for bone in bones}
    order = rules.in_order([Bone(bone.id, bone.parent_id) for bone in bones], look.sort)
    if look.show == FIRST_NEW:
        wanted = next((bone for bone in bones if bone.hidden_at is None and _is_new(bone, reader)), None)
    else:
        wanted = by_public.get(look.show)
    if wanted is not None:
        part = rules.stretch_of(order, wanted.parent_id or wanted.id, size=look.size)
    else:
        first = by_public.get(look.start)
        part = rules.stretch(order, start=first.id if first else None, size=look.size)
    shown = set(part.tops)
    texts = _texts(
        [bone.id for bone in bones if (bone.parent_id or bone.id) in shown and _readable(bone, reader)]
    )
    replies: dict[int, list[Any]] = {}
    for bone in bones:
        if bone.parent_id:
            replies.setdefault(bone.parent_id, []).append(bone)
    entries = []
    for top in part.tops:
        below = replies.get(top, [])
        parent = by_id[top]
        entry = _entry(parent, None, sum(1 for bone in below if not bone.hidden_at), reader, now, texts)
        entries.append(
            replace(entry, replies=tuple(_entry(bone, parent, 0, reader, now, texts) for bone in below))
        )
    standing = [bone for bone in bones if bone.hidden_at is None]
    own = [bone for bone in standing if bone.author_id == reader.person_id]
    own_first = [bone.posted_at for bone in own if bone.parent_id is None]
    return Talk(
        thread_id=bones[0].thread_id,
        total=len(standing),
        unread=sum(1 for bone in standing if _is_new(bone, reader)),
        newest=bones[-1].public_id,
        entries=tuple(entries),
        sort=look.sort,
        newer_from=_public(part.newer_from, by_id),
        older_from=_public(part.older_from, by_id),
        tops=len(order),
        own_first_at=min(own_first, default=None),
        own_replies=sum(1 for bone in own if bone.parent_id),
        own_counting=sum(1 for bone in own if _counts(bone, by_id.get(bone.parent_id), reader)),
    )


def _public(post_id: int | None, by_id: dict[int, Any]) -> str | None:
    if post_id is None:
        return None
    return by_id[post_id].public_id if post_id else ""


def _texts(ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(Post.id, Post.html).where(Post.id.in_(ids)))
    return {row.id: row.html for row in rows}


def _readable(bone: Any, reader: Reader) -> bool:
    """Its text may be shown: it stands, or it was hidden and the reader moderates."""
    if bone.hidden_at is None:
        return True
    return bool(reader.moderates and bone.hidden_by_id != bone.author_id)


def _is_new(bone: Any, reader: Reader) -> bool:
    return bool(
        bone.author_id != reader.person_id and bone.id > max(bone.last_post_id or 0, reader.read_upto)
    )


def _counts(bone: Any, parent: Any | None, reader: Reader) -> bool:
    return (
        parent is not None
        and reader.reply_min_words > 0
        and rules.is_substantive(
            words=bone.words, least=reader.reply_min_words, to_another=parent.author_id != bone.author_id
        )
    )


def _entry(
    bone: Any, parent: Any | None, replies: int, reader: Reader, now: dt.datetime, texts: dict[int, str]
) -> Entry:
    mine = bone.author_id == reader.person_id
    gone = bone.hidden_at is not None
    removed = gone and bone.hidden_by_id == bone.author_id
    facts = PostFacts(mine, bone.posted_at, replies, gone)
    concerned = mine or reader.moderates
    countable = parent is not None and not gone and concerned and reader.reply_min_words > 0
    return Entry(
        id=bone.id,
        public_id=bone.public_id,
        author=bone.name,
        role=bone.role or "",
        mine=mine,
        at=bone.posted_at,
        edited_at=bone.edited_at,
        words=bone.words,
        html=texts.get(bone.id, ""),
        state="removed" if removed else "hidden" if gone else "",
        why=bone.hidden_why if concerned and not removed else "",
        is_new=not gone and _is_new(bone, reader),
        counts=_counts(bone, parent, reader) if countable else None,
        may_reply=parent is None and not gone and reader.may_write,
        may_edit=reader.may_write and rules.why_not_edit(facts, now) is None,
        may_remove=reader.may_write and rules.why_not_remove(facts) is None,
        may_hide=reader.moderates and not mine and not gone,
        may_restore=reader.moderates and gone and not removed,
    )


def drafts(about: About, person_id: int) -> dict[int, str]:
    """What a person is writing about a subject: post replied to (0: none) → text."""
    rows = db.session.execute(
        sa.select(PostDraft.parent_id, PostDraft.text).where(
            PostDraft.person_id == person_id,
            PostDraft.cohort_id == about.cohort_id,
            PostDraft.subject == about.subject,
            PostDraft.subject_id == about.subject_id,
        )
    )
    return {row.parent_id: row.text for row in rows}


def post_text(thread_id: int, public_id: str) -> str:
    """The Markdown of a post of this thread; empty when there is none."""
    return (
        db.session.scalar(
            sa.select(Post.text).where(Post.thread_id == thread_id, Post.public_id == public_id)
        )
        or ""
    )


def public_id_of(post_id: int | None) -> str:
    """The public id of a post; empty for none."""
    return (post_id and db.session.scalar(sa.select(Post.public_id).where(Post.id == post_id))) or ""
