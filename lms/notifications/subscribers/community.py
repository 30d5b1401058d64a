"""What people write to each other: replies, project rooms, hidden posts, announcements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from lms.capstone import queries as capstone
from lms.capstone.models import GuideAssignment, Project
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.community import queries as community
from lms.community.events import (
    AnnouncementNotSent,
    AnnouncementSent,
    AnnouncementWithdrawn,
    PostHidden,
    PostWritten,
)
from lms.community.models import Announcement, Post, ThreadSubject
from lms.community.rules import merging
from lms.core import events
from lms.core.db import db
from lms.core.markdown import excerpt
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.notifications.subscribers import forums
from lms.notifications.subscribers.capstone import project_path
from lms.people.models import Person


@events.on(PostWritten)
def post_written(event: PostWritten) -> None:
    """Tell the author of a post that somebody replied; in a project's room, everybody else who is in it."""
    post = db.session.get_one(Post, event.post_id)
    author = db.session.get_one(Person, event.author_id)
    if event.subject == ThreadSubject.PROJECT.value:
        _tell_room(event, post, author)
        return
    if event.parent_author_id is None or event.subject == ThreadSubject.FORUM.value:
        return  # of forums `subscribers.forums` tells
    about = queries.thing(event.cohort_id, event.subject_id)
    message = Message(
        kind=NoticeKind.DISCUSSION,
        key=f"reply:{event.post_id}",
        title=f"{author.name} replied to you in {about.short}",
        text=excerpt(post.text, 300),
        link=f"{about.path}?post={post.public_id}#p-{post.public_id}",
        cohort_id=event.cohort_id,
        act="Read the reply",
        template="quote",
        facts={"by": author.name, "where": about.title},
        thread=f"thread:{event.thread_id}",
    )
    actions.tell_all(queries.people([event.parent_author_id]), message, now=event.at)


def _tell_room(event: PostWritten, post: Post, author: Person) -> None:
    """At most one unread notice for each room and person."""
    project = db.session.get_one(Project, event.subject_id)
    members = {person_id for _place, person_id, _name in capstone.members_of(project.id)}
    guides = set(
        db.session.scalars(
            sa.select(GuideAssignment.person_id).where(
                GuideAssignment.project_id == project.id, GuideAssignment.ends_at.is_(None)
            )
        )
    )
    room = queries.path("capstone.room", cohorts.by_id(event.cohort_id).slug)
    stack = f"room:{event.thread_id}"
    for who in queries.people((members | guides) - {event.author_id}):
        member = who.person_id in members
        message = Message(
            kind=NoticeKind.CAPSTONE,
            key=f"{stack}:{event.post_id}",
            title=f"{author.name} wrote in {'your project’s room' if member else project.title}",
            text=excerpt(post.text, 300),
            link=room if member else project_path(project.public_id),
            cohort_id=event.cohort_id,
            act="Open the room",
            template="quote",
            facts={"by": author.name, "where": project.title},
            thread=f"thread:{event.thread_id}",
        )
        actions.tell_latest(who, message, stack=stack, now=event.at)


@events.on(PostHidden)
def post_hidden(event: PostHidden) -> None:
    """Tell an author that a post of theirs was hidden, and why."""
    if event.subject == ThreadSubject.PROJECT.value:
        where, link = (
            "your project’s room",
            queries.path("capstone.room", cohorts.by_id(event.cohort_id).slug),
        )
    elif event.subject == ThreadSubject.FORUM.value:
        where, link = forums.place_of(event.subject_id)
    else:
        about = queries.thing(event.cohort_id, event.subject_id)
        where, link = about.title, about.path
    message = Message(
        kind=NoticeKind.FEEDBACK,
        key=f"hidden:{event.post_id}:{event.at.isoformat()}",
        title="A post of yours was hidden",
        text=f"In {where}. The reason given: {event.reason}",
        link=link,
        cohort_id=event.cohort_id,
    )
    actions.tell_all(queries.people([event.author_id]), message, now=event.at)


@events.on(AnnouncementSent)
def announcement_sent(event: AnnouncementSent) -> None:
    """Tell everybody an announcement was sent to; very many are told in parts, by an errand."""
    if not event.in_parts:
        tell_of_announcement(event.announcement_id, community.recipients_of(event.announcement_id), event.at)


def tell_of_announcement(announcement_id: int, person_ids: Sequence[int], now: dt.datetime) -> None:
    """Tell some of its recipients of an announcement: the same words to all, or each with their own fields."""
    sent = db.session.get_one(Announcement, announcement_id)
    cohort = cohorts.by_id(sent.cohort_id)
    by = db.session.get_one(Person, sent.author_id).name
    people = queries.people(person_ids)
    said = community.said_to(sent.id, person_ids) if merging.fields_of(sent.text).names else {}
    to_all = None if said else _announcement(sent, cohort, by, {})
    told = [
        (who, to_all or _announcement(sent, cohort, by, community.words(said.get(who.person_id, {}))))
        for who in people
    ]
    actions.tell(told, now=now)


def _announcement(sent: Announcement, cohort: CohortView, by: str, fields: dict[str, str]) -> Message:
    text, html = merging.filled(sent.text, fields), merging.filled_page(sent.html, fields)
    return Message(
        kind=NoticeKind.ANNOUNCEMENT,
        key=f"announcement:{sent.id}",
        title=sent.title,
        text=excerpt(text, 300),
        link=queries.path("community.announcement", cohort.slug, announcement=sent.public_id),
        cohort_id=cohort.id,
        act="Read it in Cadre",
        template="announcement",
        facts={"html": html, "body": text, "by": by, "cohort": cohort.name},
        by_mail=sent.by_mail,
        thread=f"announcement:{sent.id}",
    )


@events.on(AnnouncementNotSent)
def announcement_not_sent(event: AnnouncementNotSent) -> None:
    """Tell its author that it is a draft again."""
    draft = db.session.get_one(Announcement, event.announcement_id)
    cohort = cohorts.by_id(event.cohort_id)
    message = Message(
        kind=NoticeKind.ANNOUNCEMENT,
        key=f"not-sent:{draft.id}:{event.at.isoformat()}",
        title=f"Not sent: {draft.title}",
        text="Its hour came and nobody would have got it, or you may not announce there any more. It is a draft again.",
        link=queries.path("community.announcement", cohort.slug, announcement=draft.public_id),
        act="Open the draft",
    )
    actions.tell_all(queries.people([draft.author_id]), message, now=event.at)


@events.on(AnnouncementWithdrawn)
def announcement_withdrawn(event: AnnouncementWithdrawn) -> None:
    """Its notices stay, and say that it was withdrawn."""
    sent = db.session.get_one(Announcement, event.announcement_id)
    actions.take_back(
        f"announcement:{sent.id}",
        title=f"Withdrawn: {sent.title}",
        text="This announcement was withdrawn. What it said does not hold any more.",
    )
