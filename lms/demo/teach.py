"""What staff do: hold sessions, mark and release, write to the cohort, note cases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment import queries as assessment_queries
from lms.assessment.actions.gate import Release
from lms.assessment.models import MarkingTask
from lms.assessment.ports import Batch
from lms.assessment.rules import Judgement, TaskState
from lms.core.db import db
from lms.curriculum.queries import ActivityLine
from lms.demo import fair, peers, together, words
from lms.demo.world import Year, at
from lms.live import actions as live
from lms.live.actions.bulk import Held
from lms.live.rules import Verdict
from lms.people import queries as people
from lms.people.rules import Actor
from lms.scheduling.queries import ItemLine

RETURNS = dt.timedelta(days=9)
BANDS = ((1, 0, 49), (2, 50, 64), (3, 65, 79), (4, 80, 100))


def sessions(year: Year) -> None:
    """Every session that is over: who was there, by roster and by the meeting's log."""
    held = []
    for line, item in year.dated():
        if (
            line.kind.value not in ("live_session", "masterclass")
            or not line.required
            or item.ends_at > year.now
        ):
            continue
        if item.ends_at > year.now - dt.timedelta(days=2):
            continue  # the latest roster is still to be taken
        held.append(_held(year, line, item))
    if held:
        held[-1] = replace(held[-1], intervals=())  # its list is brought by hand: see attendance
    with at(year.now):
        live.record_sessions(year.cohort.id, held, actor=year.staff["coordinator"], now=year.now)


def _held(year: Year, line: ActivityLine, item: ItemLine) -> Held:
    ticks, intervals = {}, []
    for seat in year.seats:
        if not seat.active(item.starts_at):
            continue
        chance = year.source.random()
        persona = seat.who.persona
        if chance < persona.attends:
            verdict = Verdict.PRESENT
        elif chance < persona.attends + persona.half:
            verdict = Verdict.HALF
        else:
            verdict = Verdict.ABSENT
        ticks[seat.place.place_id] = verdict
        if verdict is not Verdict.ABSENT:
            late = dt.timedelta(minutes=year.source.choice((-6, -3, 0, 2, 5)))
            share = 1.0 if verdict is Verdict.PRESENT else 0.6
            joined = item.starts_at + late
            intervals.append((seat.place.place_id, joined, joined + (item.ends_at - item.starts_at) * share))
    notes = (
        f"Slides and the case are in the folder. Next time we begin with your questions on “{line.title}”."
    )
    return Held(key=line.key, ticks=ticks, intervals=intervals, notes=notes)


def links(year: Year) -> None:
    """Every session has a room; the last ones ahead are still to be given one."""
    from lms.live import queries as live_queries

    near = year.now + dt.timedelta(days=45)
    ready = [line.id for line in live_queries.sessions(year.cohort) if line.starts_at < near]
    with at(year.now):
        live.set_link(year.cohort, ready, f"https://meet.example.org/{year.cohort.slug}")


def marking(year: Year, line: ActivityLine, item: ItemLine) -> None:
    """Mark what was handed in when its time had come; the latest work is in every state."""
    marked_at = item.ends_at + RETURNS
    parts = sorted({task.part for task in _waiting(year, line)})
    if not parts:
        return
    fresh = marked_at > year.now
    with at(min(marked_at, year.now)):
        tasks = _waiting(
            year, line
        )  # within the unit of work: from outside each would be read anew, one by one
        for position, task in enumerate(tasks):
            if fresh and position % 5 not in (0, 1, 2):
                continue
            when = min(marked_at, year.now) - dt.timedelta(minutes=13 * (len(tasks) - position))
            judge(year, task, finish=not fresh or position % 5 == 0, when=max(when, task.handed_in_at))
    released_at = item.ends_at + fair.RELEASES
    due, waits = released_at <= year.now and bool(line.group_key), line.key == fair.latest(year)
    settle = due and not (waits and year.far)
    release = due and not waits
    if line.key in year.outline.policies.contribution.activities:
        with at(min(released_at, year.now)):
            fair.ratings(year, line, min(released_at, year.now), settle=settle)
    if line.group_key:
        for part in parts:
            at_last = min(released_at, year.now)
            with at(at_last):
                fair.second_looks(year, line, part, at_last, settle=settle)
    whole = Batch(year.cohort.id, line.id, "")
    with at(min(released_at, year.now)):
        together.to_class(year, whole, line.key, min(released_at, year.now), release=release)
    if release:
        with at(released_at):
            for part in parts:
                assessment.release(
                    Release(cohort_id=year.cohort.id, activity_id=line.id, part=part, partial=True),
                    actor=year.staff["coordinator"],
                    now=released_at,
                )
        corrected_at = min(released_at + dt.timedelta(days=1), year.now)
        with at(corrected_at):
            together.correct_for_class(year, whole, line.key, corrected_at)
    peers.round_of(year, line, item)


def _waiting(year: Year, line: ActivityLine) -> list[MarkingTask]:
    return list(
        db.session.scalars(
            sa.select(MarkingTask)
            .where(
                MarkingTask.cohort_id == year.cohort.id,
                MarkingTask.activity_id == line.id,
                MarkingTask.state == TaskState.WAITING,
            )
            .order_by(MarkingTask.id)
        )
    )


def judge(year: Year, task: MarkingTask, *, finish: bool, when: dt.datetime) -> None:
    """Judge a piece of work, or half of it."""
    rubric = assessment_queries.rubric_view(year.cohort.version_id, task.activity_id, task.part)
    places = set(task.place_ids["places"])
    seats = [seat for seat in year.seats if seat.place.place_id in places] or year.seats
    quality = year.quality(seats[0])
    levels, points, comments = {}, {}, {}
    for row in rubric.rules.criteria:
        figure = round(max(20, min(98, year.source.gauss(quality, 5))))
        levels[row.key], points[row.key] = (
            next(level for level, _low, high in BANDS if figure <= high),
            figure,
        )
        if year.source.random() < 0.6:
            comments[row.key] = words.criterion(figure, year.source)
    judgement = Judgement(
        levels=levels, points=points, comments=comments, overall=words.overall(quality, year.source)
    )
    marker = _marker(year, task)
    if finish:
        assessment.finalise(task.id, judgement, version=task.version, actor=marker, now=when)
    else:
        assessment.save_draft(task.id, judgement, version=task.version, actor=marker, now=when)


def _marker(year: Year, task: MarkingTask) -> Actor:
    known = {actor.person_id: actor for actor in year.staff.values()}
    if task.marker_id is None:
        return year.staff["faculty"]
    return known.get(task.marker_id) or people.actor_for(task.marker_id, year.now)
