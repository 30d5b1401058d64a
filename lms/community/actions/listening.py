"""Reading forums, following and muting them: what a person says about themselves only."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.community.actions import posts
from lms.community.events import ThreadRead
from lms.community.models import ForumEar, ForumSeen, ForumThread, ThreadEar
from lms.community.queries import forums as reading
from lms.community.queries.forum_threads import ForumThreadView
from lms.community.queries.forums import Forum, Forums
from lms.community.rules import Ear
from lms.core import events
from lms.core.db import db, upsert
from lms.people.rules import Actor


def read(view: ForumThreadView, read_to: str, *, actor: Actor, now: dt.datetime) -> None:
    """Note that somebody has read a thread up to a post."""
    posts.mark_read(view.thread_id, read_to, actor=actor)
    events.record(ThreadRead(person_id=actor.person_id, thread_ids=(view.thread_id,), at=now))


def read_all(hall: Forums, forum: Forum | None = None, *, actor: Actor, now: dt.datetime) -> None:
    """Note that somebody has read everything in a forum, or in all of them, up to now."""
    # One expression, named twice: PostgreSQL takes two alike, with a value in each, for two different ones.
    module_id = sa.func.coalesce(ForumThread.module_id, reading.COMMON)
    newest = sa.select(module_id.label("module_id"), sa.func.max(ForumThread.last_post_id).label("upto"))
    rows = db.session.execute(newest.where(ForumThread.cohort_id == hall.cohort.id).group_by(module_id)).all()
    upsert(
        ForumSeen.__table__,
        [
            {
                "person_id": actor.person_id,
                "cohort_id": hall.cohort.id,
                "module_id": row.module_id,
                "last_post_id": row.upto,
            }
            for row in rows
            if forum is None or row.module_id == forum.module_id
        ],
        keys=("person_id", "cohort_id", "module_id"),
    )
    threads = sa.select(ForumThread.thread_id).where(
        ForumThread.cohort_id == hall.cohort.id, ForumThread.thread_id.is_not(None)
    )
    if forum is not None:
        threads = threads.where(
            ForumThread.module_id == forum.module_id if forum.module else ForumThread.module_id.is_(None)
        )
    found = tuple(each for each in db.session.scalars(threads) if each is not None)
    events.record(ThreadRead(person_id=actor.person_id, thread_ids=found, at=now))


def listen(view: ForumThreadView, ear: Ear | None, *, actor: Actor) -> None:
    """Follow a thread, mute it, or (None) leave it to what was chosen for its forum."""
    if ear is None:
        db.session.execute(
            sa.delete(ThreadEar).where(
                ThreadEar.thread_id == view.thread_id, ThreadEar.person_id == actor.person_id
            )
        )
        return
    row = {"thread_id": view.thread_id, "person_id": actor.person_id, "ear": ear}
    upsert(ThreadEar.__table__, [row], keys=("thread_id", "person_id"))


def listen_to_forum(forum: Forum, ear: Ear | None, *, actor: Actor) -> None:
    """Follow a forum, mute it, or (None) neither."""
    if ear is None:
        db.session.execute(
            sa.delete(ForumEar).where(
                ForumEar.person_id == actor.person_id,
                ForumEar.cohort_id == forum.hall.cohort.id,
                ForumEar.module_id == forum.module_id,
            )
        )
        return
    row = {
        "person_id": actor.person_id,
        "cohort_id": forum.hall.cohort.id,
        "module_id": forum.module_id,
        "ear": ear,
    }
    upsert(ForumEar.__table__, [row], keys=("person_id", "cohort_id", "module_id"))
