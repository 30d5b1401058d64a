"""What people are told of forums: their name in a post, threads they follow, reports and what came of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.community.events import (
    ForumPostGone,
    ForumPostWritten,
    PeopleNamed,
    PostReported,
    ReportSettled,
    ThreadRead,
)
from lms.community.models import ForumThread, Post, PostReport
from lms.community.queries import readers
from lms.community.rules import Outcome
from lms.core import events
from lms.core.db import db
from lms.core.markdown import excerpt
from lms.notifications import actions, queries, rules
from lms.notifications.actions import Message
from lms.notifications.models import Notice
from lms.notifications.queries import Recipient
from lms.notifications.rules import NoticeKind
from lms.people.models import Person


def place_of(forum_thread_id: int) -> tuple[str, str]:
    """What a thread is called in a message, and its path."""
    thread = db.session.get_one(ForumThread, forum_thread_id)
    slug = cohorts.by_id(thread.cohort_id).slug
    return f"“{thread.title}”", queries.path("community.forum_thread", slug, thread=thread.public_id)


def _at(path: str, post: Post) -> str:
    return f"{path}?post={post.public_id}#p-{post.public_id}"


@events.on(PeopleNamed)
def people_named(event: PeopleNamed) -> None:
    """Tell each person whom a post names; once for a post, however often it is changed."""
    post = db.session.get_one(Post, event.post_id)
    author = db.session.get_one(Person, event.author_id)
    where, path = place_of(event.forum_thread_id)
    message = Message(
        kind=NoticeKind.MENTION,
        key=f"named:{event.post_id}",
        title=f"{author.name} named you in {where}",
        text=excerpt(post.text, 300),
        link=_at(path, post),
        cohort_id=event.cohort_id,
        act="Read the post",
        template="quote",
        facts={"by": author.name, "where": where},
    )
    actions.tell_all(queries.people(event.people), message, now=event.at)


@events.on(ForumPostWritten)
def forum_post_written(event: ForumPostWritten) -> None:
    """Tell those who follow the thread or its forum: at most one unread notice for each thread and person."""
    thread = db.session.get_one(ForumThread, event.forum_thread_id)
    hearing = readers.hearing(thread) - event.named - {event.author_id}
    if not hearing:
        return
    post = db.session.get_one(Post, event.post_id)
    author = db.session.get_one(Person, event.author_id)
    where, path = place_of(thread.id)
    stack = f"thread:{event.thread_id}"
    message = Message(
        kind=NoticeKind.THREAD,
        key=f"{stack}:{event.post_id}",
        title=f"{author.name} {'began' if event.begun else 'wrote in'} {where}",
        text=excerpt(post.text, 300),
        link=_at(path, post),
        cohort_id=event.cohort_id,
        act="Read the thread",
        template="quote",
        facts={"by": author.name, "where": where},
    )
    tell_latest_all(queries.people(hearing), message, stack=stack, now=event.at)


def tell_latest_all(people: Collection[Recipient], message: Message, *, stack: str, now: dt.datetime) -> None:
    """As `actions.tell_latest`, for many at once: an unread notice of the stack takes the new words."""
    unread = db.session.execute(
        sa.select(Notice.person_id, sa.func.max(Notice.id))
        .where(
            Notice.person_id.in_([who.person_id for who in people]),
            Notice.kind == message.kind,
            Notice.read_at.is_(None),
            Notice.dedupe_key.startswith(f"{stack}:", autoescape=True),
        )
        .group_by(Notice.person_id)
    )
    waiting = {row[0]: row[1] for row in unread}
    if waiting:
        db.session.execute(
            sa.update(Notice)
            .where(Notice.id.in_(list(waiting.values())))
            .values(
                title=rules.cut(message.title, actions.LONGEST_TITLE),
                text=message.text,
                link=message.link,
                at=now,
            )
        )
    actions.tell_all([who for who in people if who.person_id not in waiting], message, now=now)


@events.on(ForumPostGone)
def forum_post_gone(event: ForumPostGone) -> None:
    """What a post said is not kept in notices when it is out of sight."""
    post = db.session.get_one(Post, event.post_id)
    db.session.execute(
        sa.update(Notice)
        .where(
            Notice.cohort_id == event.cohort_id,
            Notice.kind.in_((NoticeKind.MENTION, NoticeKind.THREAD)),
            Notice.link.endswith(f"#p-{post.public_id}", autoescape=True),
        )
        .values(title="A post that is not there any more", text="It was removed or hidden since.")
        .execution_options(synchronize_session=False)
    )


@events.on(ThreadRead)
def thread_read(event: ThreadRead) -> None:
    """Whoever has read a thread needs no notice of it any more."""
    for start in range(0, len(event.thread_ids), 100):
        stacks = [
            Notice.dedupe_key.startswith(f"thread:{thread_id}:", autoescape=True)
            for thread_id in event.thread_ids[start : start + 100]
        ]
        db.session.execute(
            sa.update(Notice)
            .where(
                Notice.person_id == event.person_id,
                Notice.kind == NoticeKind.THREAD,
                Notice.read_at.is_(None),
                sa.or_(*stacks),
            )
            .values(read_at=event.at)
            .execution_options(synchronize_session=False)
        )


@events.on(PostReported)
def post_reported(event: PostReported) -> None:
    """Tell those who moderate; while one notice of a cohort's reports is unread, another takes its place."""
    report = db.session.get_one(PostReport, event.report_id)
    post = db.session.get_one(Post, event.post_id)
    thread = db.session.scalars(sa.select(ForumThread).where(ForumThread.thread_id == post.thread_id)).one()
    cohort = cohorts.by_id(event.cohort_id)
    stack = f"reports:{cohort.id}"
    message = Message(
        kind=NoticeKind.REPORT,
        key=f"{stack}:{event.report_id}:{event.at.isoformat()}",
        title=f"A post in “{thread.title}” was reported",
        text=report.reason,
        link=queries.path("community.forum_reports", cohort.slug),
        cohort_id=cohort.id,
        act="Look at what was reported",
    )
    whom = readers.moderators_of(cohort.id) - {event.by_id}
    tell_latest_all(queries.people(whom), message, stack=stack, now=event.at)


CAME_OF = {
    Outcome.HIDDEN.value: "The post is hidden now.",
    Outcome.LEFT.value: "The post stays.",
    Outcome.REMOVED.value: "Its author had removed the post already.",
}


@events.on(ReportSettled)
def report_settled(event: ReportSettled) -> None:
    """Tell whoever reported a post what came of it."""
    post = db.session.get_one(Post, event.post_id)
    thread = db.session.scalars(sa.select(ForumThread).where(ForumThread.thread_id == post.thread_id)).one()
    slug = cohorts.by_id(event.cohort_id).slug
    path = queries.path("community.forum_thread", slug, thread=thread.public_id)
    out_of_sight = thread.hidden_at is not None
    message = Message(
        kind=NoticeKind.FEEDBACK,
        key=f"report:{event.report_id}:{event.at.isoformat()}",
        title="What you reported was looked at",
        text=f"In “{thread.title}”. {CAME_OF[event.outcome]} {event.note}".strip(),
        link=queries.path("community.forums", slug) if out_of_sight else path,
        cohort_id=event.cohort_id,
    )
    actions.tell_all(queries.people([event.by_id]), message, now=event.at)
