"""Who took part in a discussion, and how: for staff. The same number of statements for 5 and for 60 learners."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.community import rules
from lms.community.models import Post, Thread, ThreadSubject
from lms.community.queries.discussions import Discussion, participation_policy
from lms.community.rules import Participation
from lms.core.db import db
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import RosterLine
from lms.enrolment.rules import PlaceState
from lms.scheduling import queries as scheduling
from lms.scheduling.models import OverrideScope
from lms.scheduling.queries import OverrideLine


@dataclass(frozen=True, slots=True)
class ParticipationLine:
    """One learner's part in a discussion."""

    place_id: int
    place_public_id: str
    name: str
    section: str
    first_at: dt.datetime | None
    first_words: int
    due_at: dt.datetime | None
    """By when their first post was due; with their own date."""
    in_time: bool
    replies: int
    substantive: int
    points: Fraction
    """Of 100, by the programme's participation policy."""
    note: str
    """“on leave”, “joined later”."""


def participation(discussion: Discussion) -> list[ParticipationLine]:
    """A line for each learner of the cohort, by name. Four statements."""
    cohort = discussion.cohort
    policy = participation_policy(cohort.version_id)
    items = scheduling.items_of_activity(cohort.id, discussion.line.id, None)
    item = items.get(f"{discussion.line.key}.first-post") or items.get(discussion.line.key)
    own = scheduling.overrides_of(item.id) if item else []
    posts = _posts(discussion)
    lines = []
    for one in enrolment.roster(cohort.id):
        due = _due(one, item.ends_at, own) if item else None
        lines.append(_line(one, posts.get(one.person_id, []), due, policy))
    return lines


def _posts(discussion: Discussion) -> dict[int, list[Any]]:
    parent = aliased(Post)
    rows = db.session.execute(
        sa.select(
            Post.author_id,
            Post.posted_at,
            Post.words,
            Post.parent_id,
            parent.author_id.label("parent_author_id"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(
            Thread.cohort_id == discussion.cohort.id,
            Thread.subject == ThreadSubject.DISCUSSION,
            Thread.subject_id == discussion.line.id,
            Post.hidden_at.is_(None),
        )
        .order_by(Post.id)
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.author_id, []).append(row)
    return found


def _due(one: RosterLine, everybody: dt.datetime, own: list[OverrideLine]) -> dt.datetime:
    mine: dict[OverrideScope, set[int | None]] = {
        OverrideScope.PERSON: {one.person_id},
        OverrideScope.TEAM: {one.working_team_id, one.capstone_team_id},
        OverrideScope.SECTION: {one.section_id},
    }
    due = everybody
    for line in own:
        if line.ends_at is None or line.scope_id is None or line.scope_id not in mine.get(line.scope, set()):
            continue
        due = line.ends_at if line.scope is OverrideScope.SECTION else max(due, line.ends_at)
    return due


def _line(
    one: RosterLine, posts: list[Any], due: dt.datetime | None, policy: Participation
) -> ParticipationLine:
    tops = [post for post in posts if post.parent_id is None]
    replies = [post for post in posts if post.parent_id is not None]
    substantive = sum(
        1
        for post in replies
        if rules.is_substantive(
            words=post.words,
            least=policy.reply_min_words,
            to_another=post.parent_author_id != post.author_id,
        )
    )
    first = tops[0] if tops else None
    in_time = first is not None and due is not None and first.posted_at <= due
    return ParticipationLine(
        place_id=one.place_id,
        place_public_id=one.public_id,
        name=one.name,
        section=one.section,
        first_at=first.posted_at if first else None,
        first_words=first.words if first else 0,
        due_at=due,
        in_time=in_time,
        replies=len(replies),
        substantive=substantive,
        points=rules.thread_points(policy, in_time=in_time, replies=substantive),
        note=_note(one, due),
    )


def _note(one: RosterLine, due: dt.datetime | None) -> str:
    if one.state is PlaceState.ON_LEAVE:
        return "on leave"
    return "joined later" if due and one.joined_on > due.date() else ""
