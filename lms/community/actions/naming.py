"""Naming people in a post: who is meant, whether they may be, and the links in what is shown."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.community.models import ForumThread, Post, PostMention
from lms.community.queries import readers
from lms.community.queries.forums import Forums
from lms.community.rules import ForumRefusal, mentions
from lms.core import mail
from lms.core.db import db, insert_ignoring
from lms.core.errors import RuleViolation


@dataclass(frozen=True)
class Naming:
    """What came of the names in a post."""

    people: frozenset[int] = frozenset()
    """Everybody it names."""
    new: frozenset[int] = frozenset()
    """Those whom it did not name before: they are told."""
    unknown: tuple[str, ...] = ()
    """Names that mean nobody who reads this."""


def name(post: Post, thread: ForumThread, hall: Forums, *, everyone: bool) -> Naming:
    """Note whom a post names, and make links of their names.

    Raises RuleViolation when staff write @everyone without confirming it; of others the word means nobody.
    """
    if "@" not in post.text:
        return Naming()
    cohort = readers.people_of(thread.cohort_id)
    there = {one.person_id: one for one in readers.among(cohort, thread.scope, thread.section_id)}
    called = mentions.whom({one.person_id: one.handle for one in cohort})
    known = {word: person_id for word, person_id in called.items() if person_id in there}
    found = mentions.named(post.text, known)
    people, unknown = set(found.people), list(found.unknown)
    if found.team:
        mates = readers.team_mates(thread.cohort_id, post.author_id) & there.keys()
        people |= mates
        unknown += [] if mates else [mentions.TEAM]
    if found.everyone and hall.moderates:
        if not everyone:
            raise RuleViolation(ForumRefusal.EVERYONE, count=len(there.keys() - {post.author_id}))
        people |= there.keys()
    elif found.everyone:
        unknown.append(mentions.EVERYONE)
    people.discard(post.author_id)
    slug = hall.cohort.slug
    post.html = mentions.shown(
        post.html,
        known,
        lambda person_id: (
            there[person_id].name,
            mail.path_to("community.search_forums", slug=slug, by=there[person_id].handle),
        ),
    )
    return Naming(frozenset(people), _new(post, people), tuple(unknown))


def _new(post: Post, people: set[int]) -> frozenset[int]:
    """Those of them whom the post did not name before; now it does."""
    before = set(db.session.scalars(sa.select(PostMention.person_id).where(PostMention.post_id == post.id)))
    rows = [{"post_id": post.id, "person_id": person_id} for person_id in sorted(people - before)]
    insert_ignoring(PostMention.__table__, rows)
    db.session.flush()
    return frozenset(people - before)
