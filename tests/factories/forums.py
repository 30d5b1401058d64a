"""Threads of forums for tests, through the real actions."""

from __future__ import annotations

from typing import IO

from lms.cohorts.queries import CohortView
from lms.community.actions import forums as writing
from lms.community.actions import listening, moderating, reports
from lms.community.actions.forums import Said, Saying
from lms.community.models import Post, PostReport
from lms.community.queries.forum_threads import ForumThreadView, post_visible_to, thread_in
from lms.community.queries.forums import Forums, forum_in, forums_visible_to
from lms.community.rules import COMMON_ROOM, Ear
from lms.core.uow import unit_of_work
from lms.people.models import Person
from tests.factories import world

MODULE = "a1-strategy-and-vision"


def hall(cohort: CohortView, who: Person) -> Forums:
    """A cohort's forums as somebody meets them."""
    return forums_visible_to(world.actor(who), cohort.slug)


def seen(cohort: CohortView, who: Person, said: Said) -> ForumThreadView:
    """A thread as somebody meets it."""
    return thread_in(hall(cohort, who), said.thread.public_id)


def began(
    cohort: CohortView,
    who: Person,
    title: str = "Which rival to read",
    text: str = "Does a **substitute** count as a rival?",
    *,
    forum: str = COMMON_ROOM,
    section_id: int | None = None,
    everyone: bool = False,
    upload: tuple[IO[bytes], str] | None = None,
) -> Said:
    """Somebody begins a thread."""
    with unit_of_work() as work:
        saying = Saying(title=title, text=text, section_id=section_id, everyone=everyone, upload=upload)
        return writing.begin(forum_in(hall(cohort, who), forum), saying, actor=world.actor(who), now=work.now)


def replied(
    cohort: CohortView,
    who: Person,
    said: Said,
    text: str = "I would say it does.",
    *,
    to: Post | None = None,
    everyone: bool = False,
) -> Said:
    """Somebody writes in a thread."""
    with unit_of_work() as work:
        saying = Saying(text=text, parent=to.public_id if to else "", everyone=everyone)
        return writing.reply(seen(cohort, who, said), saying, actor=world.actor(who), now=work.now)


def reported(
    cohort: CohortView, who: Person, said: Said, post: Post, reason: str = "It names a client."
) -> PostReport:
    """Somebody reports a post."""
    with unit_of_work() as work:
        actor = world.actor(who)
        there = post_visible_to(actor, cohort.slug, said.thread.public_id, post.public_id)
        return reports.report(there, reason, actor=actor, now=work.now)


def hid(cohort: CohortView, who: Person, said: Said, post: Post, reason: str = "It names a client.") -> None:
    """Somebody who moderates hides a post."""
    with unit_of_work() as work:
        moderating.hide(seen(cohort, who, said), post.public_id, reason, actor=world.actor(who), now=work.now)


def hears(cohort: CohortView, who: Person, said: Said, ear: Ear | None) -> None:
    """Somebody follows or mutes a thread."""
    with unit_of_work():
        listening.listen(seen(cohort, who, said), ear, actor=world.actor(who))


def hears_forum(cohort: CohortView, who: Person, ear: Ear | None, forum: str = COMMON_ROOM) -> None:
    """Somebody follows or mutes a forum."""
    with unit_of_work():
        listening.listen_to_forum(forum_in(hall(cohort, who), forum), ear, actor=world.actor(who))


def read(cohort: CohortView, who: Person, said: Said, upto: Post) -> None:
    """Somebody has read a thread up to a post."""
    with unit_of_work() as work:
        listening.read(seen(cohort, who, said), upto.public_id, actor=world.actor(who), now=work.now)


def apart(cohort: CohortView, who: Person, *, per_section: bool = True) -> None:
    """The cohort keeps its forums apart by section."""
    with unit_of_work() as work:
        moderating.keep_apart(
            hall(cohort, who), per_section=per_section, actor=world.actor(who), now=work.now
        )
