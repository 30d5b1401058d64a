"""A masterclass and a lecture change places: one release, one message to everybody it concerns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from lms.cohorts import actions as cohort_actions
from lms.core.db import db, locked
from lms.core.errors import RuleViolation
from lms.live import queries
from lms.live.models import LiveSession
from lms.live.queries import SessionView
from lms.live.rules.speakers import SpeakerRefusal
from lms.people.rules import Actor
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as schedules
from lms.scheduling.queries import Preview, Wanted
from lms.scheduling.rules import Setting

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Swap:
    """A swap as it would be published."""

    masterclass: SessionView
    lecture: SessionView
    wanted: Wanted
    preview: Preview


def swap_of(masterclass: SessionView, lecture: SessionView, *, now: dt.datetime) -> Swap:
    """What it would be if these two changed places, each with its own length."""
    if masterclass.cancelled or lecture.cancelled or lecture.masterclass or lecture.id == masterclass.id:
        raise RuleViolation(SpeakerRefusal.NOT_A_LECTURE)
    if min(masterclass.starts_at, lecture.starts_at) < now + HOUR:
        raise RuleViolation(SpeakerRefusal.NOT_A_LECTURE)
    settings = {
        one.key: Setting(starts_at=other.starts_at, ends_at=other.starts_at + (one.ends_at - one.starts_at))
        for one, other in ((masterclass, lecture), (lecture, masterclass))
    }
    wanted = Wanted(settings)
    ground = schedules.ground(masterclass.cohort)
    return Swap(masterclass, lecture, wanted, schedules.work_out(ground, wanted, now=now))


def swap_with(
    masterclass_id: int, lecture_id: int, version: int, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Publish the swap as the next release; who speaks on the new day is to be found."""
    row: LiveSession = locked(LiveSession, masterclass_id)
    reason = reason.strip()[:400]
    if not reason:
        raise RuleViolation(SpeakerRefusal.NEEDS_REASON)
    swap = swap_of(queries.by_id(masterclass_id), queries.by_id(lecture_id), now=now)
    scheduling.publish(
        scheduling.Publishing(cohort_id=row.cohort_id, wanted=swap.wanted, version=version, note=reason),
        actor=actor,
        now=now,
    )
    if not any(one.stands_in for one in queries.speakers(swap.masterclass)):
        row.speaker = ""
        db.session.flush()
        cohort_actions.touch(row.cohort_id)
