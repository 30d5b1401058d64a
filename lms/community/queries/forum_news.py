"""What is new in forums for one person: a line on the pages of higher domains; one statement each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts.queries import CohortView
from lms.community.models import ForumSeen, ForumThread, Post, PostMention, ThreadSeen
from lms.community.queries.forum_lists import IS_HEARD, IS_NEW, with_ears, with_seen
from lms.community.queries.forums import Forums, readable
from lms.core.db import db


@dataclass(frozen=True, slots=True)
class ModuleNews:
    """The forum of a module in figures."""

    threads: int = 0
    new: int = 0
    """Threads in which something is new for the person."""


def hall_of(cohort: CohortView, person_id: int, *, learner: bool, section_id: int | None) -> Forums:
    """A cohort's forums for reading what is new, from what a page knows already; no statement."""
    return Forums(
        cohort=cohort,
        person_id=person_id,
        per_section=False,
        reads_all=not learner,
        moderates=False,
        section_id=section_id,
    )


def of_module(hall: Forums, module_id: int) -> ModuleNews:
    """How many threads the forum of a module holds, and in how many something is new."""
    counted = (
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((IS_NEW, 1), else_=0)), 0))
        .select_from(ForumThread)
        .where(readable(hall), ForumThread.module_id == module_id)
    )
    row = db.session.execute(with_seen(counted, hall.person_id)).one()
    return ModuleNews(row[0], row[1])


@dataclass(frozen=True, slots=True)
class ForMe:
    """What is new for somebody: threads they follow, and posts that name them."""

    threads: int = 0
    named: int = 0
    """In so many of them a new post names them."""
    last_at: dt.datetime | None = None
    only: str = ""
    """The one thread, by its public id, where it is one; its title besides."""
    title: str = ""


def for_me(hall: Forums) -> ForMe:
    """Threads with something new in which somebody is told of it, or named."""
    names_me = (
        sa.exists()
        .where(
            PostMention.person_id == hall.person_id,
            PostMention.post_id > sa.func.coalesce(ThreadSeen.last_post_id, 0),
            PostMention.post_id > sa.func.coalesce(ForumSeen.last_post_id, 0),
            Post.id == PostMention.post_id,
            Post.thread_id == ForumThread.thread_id,
            Post.hidden_at.is_(None),
        )
        .correlate(ForumThread, ThreadSeen, ForumSeen)
    )
    counted = (
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((names_me, 1), else_=0)), 0),
            sa.func.max(ForumThread.last_at),
            sa.func.max(ForumThread.public_id),
            sa.func.max(ForumThread.title),
        )
        .select_from(ForumThread)
        .where(readable(hall), IS_NEW, sa.or_(IS_HEARD, names_me))
    )
    row = db.session.execute(with_ears(with_seen(counted, hall.person_id), hall.person_id)).one()
    alone = row[0] == 1
    return ForMe(row[0], row[1], row[2], row[3] if alone else "", row[4] if alone else "")
