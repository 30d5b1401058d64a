"""One thread of a forum as somebody meets it: where it stands, what was done with it, what hangs on its posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm

from lms.cohorts.models import Section
from lms.community import rules
from lms.community.models import (
    ForumEar,
    ForumSeen,
    ForumStory,
    ForumThread,
    Post,
    PostFile,
    PostReport,
    PostVersion,
    ThreadEar,
    ThreadSeen,
    ThreadSubject,
)
from lms.community.queries.forums import COMMON, Forum, Forums, forum_of, forums_visible_to
from lms.community.queries.talk import About
from lms.community.rules import Ear, Scope, ThreadAct
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.files import StoredFile
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class ForumThreadView:
    """A thread as guards hand it on."""

    hall: Forums
    forum: Forum
    id: int
    public_id: str
    title: str
    scope: Scope
    section_id: int | None
    section: str
    author_id: int
    begun_at: dt.datetime
    thread_id: int
    first_post_id: int
    answer_id: int | None
    answered: bool
    pinned: bool
    locked_at: dt.datetime | None
    locked_why: str
    hidden_at: dt.datetime | None
    merged_into: str
    """Public id of the thread to which its posts went; empty: it stands."""
    has_story: bool
    ear: Ear | None
    forum_ear: Ear | None
    read_upto: int
    """The last post that the person said they have read, here or in the whole forum."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.hall.cohort.id

    @property
    def on_leave(self) -> bool:
        """Whether this person is a learner on leave."""
        return self.hall.on_leave

    @property
    def about(self) -> About:
        """What its conversation is about."""
        return About(self.hall.cohort.id, ThreadSubject.FORUM, self.id)

    @property
    def mine(self) -> bool:
        """Whether this person began it."""
        return self.author_id == self.hall.person_id

    @property
    def hears(self) -> bool:
        """Whether this person is told what is written here."""
        return rules.hears(self.ear, self.forum_ear)

    @property
    def may_choose_answer(self) -> bool:
        """Whoever began it says what answered it, and those who moderate."""
        return (self.mine and self.hall.why_not_write() is None) or self.hall.moderates


_other = orm.aliased(ForumThread)
_PERSON = sa.bindparam("person", type_=sa.Integer)
_THREAD = (
    sa.select(
        ForumThread.id,
        ForumThread.public_id,
        ForumThread.module_id,
        ForumThread.title,
        ForumThread.scope,
        ForumThread.section_id,
        sa.func.coalesce(Section.name, "").label("section"),
        ForumThread.author_id,
        ForumThread.begun_at,
        ForumThread.thread_id,
        ForumThread.first_post_id,
        ForumThread.answer_id,
        ForumThread.answered,
        ForumThread.pinned,
        ForumThread.locked_at,
        ForumThread.locked_why,
        ForumThread.hidden_at,
        sa.func.coalesce(_other.public_id, "").label("merged_into"),
        sa.exists().where(ForumStory.forum_thread_id == ForumThread.id).label("has_story"),
        ThreadEar.ear,
        ForumEar.ear.label("forum_ear"),
        ThreadSeen.last_post_id.label("seen"),
        ForumSeen.last_post_id.label("forum_seen"),
    )
    .select_from(ForumThread)
    .outerjoin(Section, Section.id == ForumThread.section_id)
    .outerjoin(_other, _other.thread_id == ForumThread.merged_into_id)
    .outerjoin(
        ThreadEar, sa.and_(ThreadEar.thread_id == ForumThread.thread_id, ThreadEar.person_id == _PERSON)
    )
    .outerjoin(
        ThreadSeen, sa.and_(ThreadSeen.thread_id == ForumThread.thread_id, ThreadSeen.person_id == _PERSON)
    )
    .outerjoin(
        ForumEar,
        sa.and_(
            ForumEar.person_id == _PERSON,
            ForumEar.cohort_id == ForumThread.cohort_id,
            ForumEar.module_id == sa.func.coalesce(ForumThread.module_id, COMMON),
        ),
    )
    .outerjoin(
        ForumSeen,
        sa.and_(
            ForumSeen.person_id == _PERSON,
            ForumSeen.cohort_id == ForumThread.cohort_id,
            ForumSeen.module_id == sa.func.coalesce(ForumThread.module_id, COMMON),
        ),
    )
    .where(
        ForumThread.cohort_id == sa.bindparam("cohort", type_=sa.Integer),
        ForumThread.public_id == sa.bindparam("public", type_=sa.String),
        ForumThread.thread_id.is_not(None),
    )
)


def forum_thread_visible_to(actor: Actor, slug: str, thread: str) -> ForumThreadView:
    """A thread that the actor may read: of the cohort or of their section, and in sight. Three statements."""
    return thread_in(forums_visible_to(actor, slug), thread)


def thread_in(hall: Forums, public_id: str) -> ForumThreadView:
    """The thread with this public id, as the person whose forums these are meets it."""
    row = db.session.execute(
        _THREAD, {"person": hall.person_id, "cohort": hall.cohort.id, "public": public_id}
    ).one_or_none()
    if row is None or not rules.is_for(
        row.scope, row.section_id, reads_all=hall.reads_all, own_section=hall.section_id
    ):
        raise NotFound
    if row.hidden_at is not None and not (hall.moderates or row.author_id == hall.person_id):
        raise NotFound
    values = row._asdict()
    forum = forum_of(hall, values.pop("module_id"))
    upto = max(values.pop("seen") or 0, values.pop("forum_seen") or 0)
    values["has_story"] = bool(values["has_story"])
    return ForumThreadView(hall=hall, forum=forum, read_upto=upto, **values)


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a thread's story."""

    id: int
    act: ThreadAct
    at: dt.datetime
    actor: str
    note: str


def story(view: ForumThreadView) -> list[Told]:
    """What was done with a thread, oldest first; no statement where nothing was."""
    if not view.has_story:
        return []
    rows = db.session.execute(
        sa.select(ForumStory.id, ForumStory.act, ForumStory.at, Person.name.label("actor"), ForumStory.note)
        .join(Person, Person.id == ForumStory.actor_id)
        .where(ForumStory.forum_thread_id == view.id)
        .order_by(ForumStory.id)
    )
    return [Told(**row._asdict()) for row in rows]


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file beside a post."""

    public_id: str
    name: str
    content_type: str
    size: int
    sha256: str
    post_id: int


_FILES = (
    sa.select(
        StoredFile.public_id,
        StoredFile.name,
        StoredFile.content_type,
        StoredFile.size,
        StoredFile.sha256,
        PostFile.post_id,
    )
    .join(PostFile, PostFile.file_id == StoredFile.id)
    .order_by(StoredFile.id)
)


def files_of(post_ids: Collection[int]) -> dict[int, list[KeptFile]]:
    """Post → its files; one statement."""
    found: dict[int, list[KeptFile]] = {}
    for row in db.session.execute(_FILES.where(PostFile.post_id.in_(list(post_ids)))):
        found.setdefault(row.post_id, []).append(KeptFile(**row._asdict()))
    return found


def file_in(view: ForumThreadView, public_id: str) -> KeptFile:
    """A file of a post that this person may read. Raises NotFound for anything else, a hidden post's file too."""
    row = db.session.execute(
        _FILES.join(Post, Post.id == PostFile.post_id).where(
            StoredFile.public_id == public_id,
            Post.thread_id == view.thread_id,
            _in_sight(view),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return KeptFile(**row._asdict())


def _in_sight(view: ForumThreadView) -> sa.ColumnElement[bool]:
    """A post stands, or a moderator hid it from others than those who moderate."""
    stands = Post.hidden_at.is_(None)
    if not view.hall.moderates:
        return stands
    return sa.or_(stands, Post.hidden_by_id != Post.author_id)


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said until it was changed."""

    html: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class PostInThread:
    """A post with the thread in which it stands."""

    view: ForumThreadView
    id: int
    public_id: str
    author_id: int
    author: str
    posted_at: dt.datetime
    edited_at: dt.datetime | None
    text: str
    html: str

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.view.hall.cohort.id


def post_visible_to(actor: Actor, slug: str, thread: str, post: str) -> PostInThread:
    """A post of a forum that the actor may read."""
    return post_in(forum_thread_visible_to(actor, slug, thread), post)


def post_in(view: ForumThreadView, public_id: str) -> PostInThread:
    """A post of a thread, in sight of the person who meets it. Raises NotFound for any other."""
    row = db.session.execute(
        sa.select(
            Post.id,
            Post.public_id,
            Post.author_id,
            Person.name.label("author"),
            Post.posted_at,
            Post.edited_at,
            Post.text,
            Post.html,
        )
        .join(Person, Person.id == Post.author_id)
        .where(Post.thread_id == view.thread_id, Post.public_id == public_id, _in_sight(view))
    ).one_or_none()
    if row is None or view.merged_into:
        raise NotFound
    return PostInThread(view, **row._asdict())


def versions(post: PostInThread) -> list[Version]:
    """What a post said before, the latest first."""
    rows = db.session.execute(
        sa.select(PostVersion.html, PostVersion.until)
        .where(PostVersion.post_id == post.id)
        .order_by(PostVersion.id.desc())
    )
    return [Version(**row._asdict()) for row in rows]


def reported_in(view: ForumThreadView) -> frozenset[int]:
    """The posts of a thread that somebody reported and nobody has looked at; for those who moderate."""
    if not view.hall.moderates:
        return frozenset()
    rows = db.session.scalars(
        sa.select(PostReport.post_id)
        .join(Post, Post.id == PostReport.post_id)
        .where(Post.thread_id == view.thread_id, PostReport.settled_at.is_(None))
    )
    return frozenset(rows)
