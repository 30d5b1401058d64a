"""What comes first on a learner's desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from lms.capstone.models import SubmissionState
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.curriculum.rules import endpoint_of
from lms.desks.queries.learner import LearnerRead
from lms.desks.views import games
from lms.scheduling.queries import ItemLine
from lms.web.links import href
from lms.web.shapes import Act, NextUp

SESSIONS = frozenset({ActivityKind.LIVE_SESSION, ActivityKind.MASTERCLASS})
NEVER_DUE = SESSIONS | {ActivityKind.READING}
JOIN_OPENS = dt.timedelta(minutes=15)
DAY = dt.timedelta(hours=24)
SOON = dt.timedelta(days=7)

Pair = tuple[ActivityLine, ItemLine]
"""An activity and its date."""


def href_of(read: LearnerRead, line: ActivityLine, item: ItemLine | None = None) -> str:
    """The address of an activity in the learner's cohort; of a make-up, its own."""
    key = item.key if item is not None and item.replaces else line.key
    return href(endpoint_of(line.kind.value), slug=read.me.cohort.slug, key=key)


def next_up(read: LearnerRead, dated: Sequence[Pair]) -> NextUp:
    """Live now, else due within a day, else a session within the week, else whatever comes first, else nothing."""
    pairs = [(line, item) for line, item in dated if not item.cancelled and item.ends_at >= read.now]
    for line, item in pairs:
        if line.kind in SESSIONS and item.starts_at - JOIN_OPENS <= read.now < item.ends_at:
            act = Act("Join", href_of(read, line, item), symbol="video")
            return _up(read, "live" if item.starts_at <= read.now else "session", line, item, act)
    work = [
        (line, item)
        for line, item in pairs
        if line.required and line.kind not in NEVER_DUE and not _is_settled(read, line)
    ]
    session = next(
        (
            pair
            for pair in pairs
            if pair[0].kind in SESSIONS and pair[0].required and pair[1].starts_at > read.now
        ),
        None,
    )
    for line, item in work:
        if item.starts_at <= read.now and item.ends_at <= read.now + DAY:
            return _due(read, line, item)
    sooner = _sooner(read, work, session)
    if sooner is not None:
        line, item = sooner
        if item.starts_at <= read.now:
            return _due(read, line, item)
        return _up(read, "opens", line, item, Act("Look at it", href_of(read, line, item)))
    if session is not None:
        line, item = session
        return _up(read, "session", line, item, Act("Prepare", href_of(read, line, item), symbol="book-open"))
    return NextUp(
        kind="nothing",
        title="Nothing is waiting for you",
        place="Your programme has no further dates."
        if read.present_week > 1
        else "Your programme has not begun.",
    )


def _sooner(read: LearnerRead, work: Sequence[Pair], session: Pair | None) -> Pair | None:
    """The work that comes before the next session, when none is within the week; a year begins with its session."""
    if session is not None and (session[1].starts_at <= read.now + SOON or read.present_week < 1):
        return None
    until = session[1].starts_at if session is not None else None
    asked = [pair for pair in work if until is None or _asks_at(pair[1], read.now) < until]
    return min(asked, key=lambda pair: _asks_at(pair[1], read.now), default=None)


def _asks_at(item: ItemLine, now: dt.datetime) -> dt.datetime:
    """When work is to be looked at next: when it opens, and once it is open by when it is due."""
    return item.ends_at if item.starts_at <= now else item.starts_at


def _is_settled(read: LearnerRead, line: ActivityLine) -> bool:
    """Whether nothing more is asked of the learner: done, or their team's answer is with the guide or submitted."""
    round_ = games.on(read).get(line.id)
    if round_ is not None:
        return not games.presses(round_)
    state = read.project.states.get(line.id) if read.project else None
    return line.id in read.dates.done or state in (SubmissionState.SUBMITTED, SubmissionState.ACCEPTED)


def _due(read: LearnerRead, line: ActivityLine, item: ItemLine) -> NextUp:
    round_ = games.on(read).get(line.id)
    if round_ is not None:
        return games.card(read, round_)
    return _up(read, "due", line, item, Act(f"Open {line.code or 'it'}", href_of(read, line, item)))


def _up(
    read: LearnerRead,
    kind: Literal["live", "due", "session", "opens"],
    line: ActivityLine,
    item: ItemLine,
    act: Act,
) -> NextUp:
    module = read.outline.modules[line.module_id]
    session = line.kind in SESSIONS
    return NextUp(
        kind=kind,
        title=line.title,
        place=f"{line.code} · {module.title}" if line.code else module.title,
        href=href_of(read, line, item),
        people=read.hosts.get(line.id, "") if session else "",
        starts_at=item.ends_at if kind == "due" else item.starts_at,
        ends_at=item.ends_at,
        act=act,
    )
