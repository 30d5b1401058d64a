"""The marking desk of a running cohort: a cap, days of leave, comments that are kept, and work that nobody has."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.models import MarkingTask
from lms.assessment.rules import TaskState
from lms.core.db import db
from lms.demo import packs, teach, together
from lms.demo.world import Year, at

COMMENTS = (
    ("", "You say what you will do. Say next what you will not do, and what that costs.", False),
    ("", "The figures carry the argument; the last page does not need its adjectives.", True),
    ("", "Name the one reader who could say no, and answer them in the first paragraph.", True),
)
UNOWNED = 2
OWN = 2
"""Pieces that the faculty who signs in has begun: one half judged, one finished."""
ON_PAPER = 2
"""Pieces of the same that they judged in a marking pack, which came back and was looked at."""


def terms(year: Year) -> None:
    """What a marker and a coordinator have arranged, and the latest pieces that found nobody below the cap."""
    together.begin_with(year)
    newest = db.session.scalars(
        sa.select(MarkingTask)
        .where(
            MarkingTask.cohort_id == year.cohort.id,
            MarkingTask.state == TaskState.WAITING,
            MarkingTask.part == "",
            MarkingTask.candidate_id.is_not(None),
        )
        .order_by(MarkingTask.handed_in_at.desc(), MarkingTask.id.desc())
        .limit(UNOWNED)
    ).all()
    if len(newest) < UNOWNED:
        return
    taken = [task.id for task in newest]
    key = year.outline.activities[newest[0].activity_id].key
    marker, coordinator = year.staff["faculty"], year.staff["coordinator"]
    if year.far:
        _begun(year, newest[0].activity_id, taken)
    with at(year.now):
        db.session.execute(sa.update(MarkingTask).where(MarkingTask.id.in_(taken)).values(marker_id=None))
        waiting = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(MarkingTask)
            .where(
                MarkingTask.cohort_id == year.cohort.id,
                MarkingTask.marker_id == marker.person_id,
                MarkingTask.state.in_((TaskState.WAITING, TaskState.DRAFT)),
            )
        )
        assessment.set_cap(year.cohort.id, marker.person_id, "", waiting or 0, actor=coordinator)
        today = year.now.date()
        assessment.add_leave(
            marker.person_id,
            today + dt.timedelta(days=12),
            today + dt.timedelta(days=16),
            actor=marker,
            now=year.now,
        )
        for criterion, text, shared in COMMENTS:
            assessment.keep_snippet(
                text,
                activity_key=key,
                criterion=criterion,
                shared_with=year.cohort.id if shared else None,
                actor=marker,
                now=year.now,
            )


def _begun(year: Year, activity_id: int, taken: list[int]) -> None:
    """Of what is left the faculty who signs in has some pieces: one half judged, one finished, the others in a pack."""
    marker = year.staff["faculty"]
    own = db.session.scalars(
        sa.select(MarkingTask.id)
        .where(
            MarkingTask.cohort_id == year.cohort.id,
            MarkingTask.activity_id == activity_id,
            MarkingTask.state == TaskState.WAITING,
            MarkingTask.id.not_in(taken),
        )
        .order_by(MarkingTask.handed_in_at, MarkingTask.id)
        .limit(OWN + ON_PAPER)
    ).all()
    ids = list(own)
    with at(year.now - packs.OUT):
        db.session.execute(
            sa.update(MarkingTask).where(MarkingTask.id.in_(ids)).values(marker_id=marker.person_id)
        )
    out = packs.taken_out(year, activity_id, ids) if len(ids) > OWN else None
    when = year.now - dt.timedelta(hours=3)
    with at(when):
        begun = db.session.scalars(
            sa.select(MarkingTask).where(MarkingTask.id.in_(ids[:OWN])).order_by(MarkingTask.id)
        ).all()
        for number, task in enumerate(sorted(begun, key=lambda each: ids.index(each.id))):
            teach.judge(year, task, finish=number > 0, when=when)
    if out is not None:
        packs.brought_back(year, *out, begun=ids[0], done=ids[1])
