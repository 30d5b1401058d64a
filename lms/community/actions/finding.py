"""What can be found: the words of each post, kept and dropped in the transaction that writes it."""

from __future__ import annotations

import sqlalchemy as sa

from lms.community.models import ForumThread, Post, PostSearch, ThreadSubject
from lms.community.rules import search
from lms.core.db import db, upsert

FINDABLE = frozenset({ThreadSubject.DISCUSSION, ThreadSubject.FORUM})
"""What is said in a project's room is found by nobody."""


def keep(post: Post, subject: ThreadSubject) -> None:
    """Keep the words of a post, and with a forum thread's first post its title."""
    if subject not in FINDABLE:
        return
    title = None
    if subject is ThreadSubject.FORUM:
        title = db.session.scalar(sa.select(ForumThread.title).where(ForumThread.first_post_id == post.id))
    row = {"post_id": post.id, "words": search.index_text(title or "", post.text)}
    upsert(PostSearch.__table__, [row], keys=("post_id",))


def drop(post: Post) -> None:
    """Let a post be found no more."""
    db.session.execute(sa.delete(PostSearch).where(PostSearch.post_id == post.id))
