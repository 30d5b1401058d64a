"""Who took part in discussions, and how: for staff. The same number of statements for 5 and for 60 learners."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.queries import CohortView
from lms.community import rules
from lms.community.models import Post, Thread, ThreadSubject
from lms.community.queries.discussions import Discussion, participation_policy
from lms.community.rules import Counting, Participation, ThreadFacts
from lms.core.db import db
from lms.curriculum.queries import ActivityLine
from lms.enrolment import queries as enrolment
from lms.enrolment.queries import RosterLine
from lms.enrolment.rules import Days
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine, Whose


@dataclass(frozen=True, slots=True)
class ParticipationLine:
    """One learner's part in a discussion."""

    activity_id: int
    place_id: int
    place_public_id: str
    name: str
    section: str
    facts: ThreadFacts
    first_words: int
    points: Fraction
    """Of 100, by the programme's participation policy."""
    counting: Counting

    @property
    def note(self) -> str:
        """Why it does not count for them: “on leave”, “joined later”, “does not take place”."""
        said = (Counting.ON_LEAVE, Counting.JOINED_LATER, Counting.EXCUSED)
        return self.counting.value if self.counting in said else ""


def participation(discussion: Discussion, now: dt.datetime) -> list[ParticipationLine]:
    """A line for each learner of the cohort, by name. Four statements."""
    cohort = discussion.cohort
    roster = enrolment.roster(cohort.id)
    found = lines_of(cohort, [discussion.line], roster, now)
    return [found[one.place_id, discussion.line.id] for one in roster]


def lines_of(
    cohort: CohortView, threads: Sequence[ActivityLine], roster: Sequence[RosterLine], now: dt.datetime
) -> dict[tuple[int, int], ParticipationLine]:
    """The part of some learners in some discussions: (place, activity) → line. Three statements."""
    policy = participation_policy(cohort.version_id)
    keys = [key for line in threads for key in (line.key, f"{line.key}.first-post")]
    dates = scheduling.effective_items_of(cohort.id, keys, {one.person_id: _whose(one) for one in roster})
    posts = _posts(cohort.id, [line.id for line in threads])
    days = enrolment.counting_days(cohort.id)
    return {
        (one.place_id, line.id): _line(
            cohort,
            one,
            line,
            _facts(line, dates[one.person_id], posts.get((line.id, one.person_id), []), policy),
            posts.get((line.id, one.person_id), []),
            policy,
            days.get(one.place_id, Days()),
            now,
        )
        for one in roster
        for line in threads
    }


def _whose(one: RosterLine) -> Whose:
    teams = tuple(team for team in (one.working_team_id, one.capstone_team_id) if team is not None)
    return Whose(one.person_id, one.section_id, teams)


def _posts(cohort_id: int, activity_ids: Collection[int]) -> dict[tuple[int, int], list[Any]]:
    """What stands in the discussions, by activity and author."""
    parent = aliased(Post)
    rows = db.session.execute(
        sa.select(
            Thread.subject_id,
            Post.author_id,
            Post.posted_at,
            Post.words,
            Post.parent_id,
            parent.author_id.label("parent_author_id"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(
            Thread.cohort_id == cohort_id,
            Thread.subject == ThreadSubject.DISCUSSION,
            Thread.subject_id.in_(activity_ids),
            Post.hidden_at.is_(None),
        )
        .order_by(Post.id)
    )
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.subject_id, row.author_id].append(row)
    return found


def _facts(
    line: ActivityLine, dates: dict[str, ItemLine], posts: list[Any], policy: Participation
) -> ThreadFacts:
    whole = dates.get(line.key)
    first_by = dates.get(f"{line.key}.first-post") or whole
    tops = [post for post in posts if post.parent_id is None]
    replies = [post for post in posts if post.parent_id is not None]
    return ThreadFacts(
        first_at=tops[0].posted_at if tops else None,
        due_at=first_by.ends_at if first_by else None,
        closes_at=max(whole.ends_at, first_by.ends_at) if whole and first_by else None,
        replies=len(replies),
        substantive=sum(
            rules.is_substantive(
                words=post.words,
                least=policy.reply_min_words,
                to_another=post.parent_author_id != post.author_id,
            )
            for post in replies
        ),
        cancelled=whole.cancelled if whole else False,
    )


def _line(
    cohort: CohortView,
    one: RosterLine,
    line: ActivityLine,
    facts: ThreadFacts,
    posts: list[Any],
    policy: Participation,
    days: Days,
    now: dt.datetime,
) -> ParticipationLine:
    due_on = facts.due_at.astimezone(ZoneInfo(cohort.zone)).date() if facts.due_at else None
    return ParticipationLine(
        activity_id=line.id,
        place_id=one.place_id,
        place_public_id=one.public_id,
        name=one.name,
        section=one.section,
        facts=facts,
        first_words=next((post.words for post in posts if post.parent_id is None), 0),
        points=rules.thread_points(policy, in_time=facts.in_time, replies=facts.substantive),
        counting=rules.counting(facts, off=days.off(due_on) if due_on else None, now=now),
    )
