"""What the demonstration shows of the schedule: releases with their reasons, one undone, a joint session, a draft."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from lms.cohorts import queries as cohort_queries
from lms.cohorts.queries import CohortView
from lms.demo.world import at
from lms.people.rules import Actor
from lms.scheduling import actions, queries
from lms.scheduling.actions import DraftChange, Publishing, SetPublishing
from lms.scheduling.queries import ItemLine, Wanted
from lms.scheduling.rules import Edit, EditKind, ItemKind

HOUR, DAY, WEEK = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(weeks=1)


def history(cohort: CohortView, by: Actor, now: dt.datetime) -> None:
    """A lecture moved because of a festival, a move that was undone, a break that changed places."""
    moved, undone = _lecture(cohort, now, 5), _lecture(cohort, now, 8)
    _publish(
        cohort,
        f"{cohort.name}: the festival moved",
        [Edit(EditKind.SHIFT, cohort.id, moved.key, days=1)],
        "The festival is a day earlier than the almanac said; we meet on the evening after it.",
        by,
        now - 16 * DAY,
    )
    number = _publish(
        cohort,
        "A day later for the guest",
        [Edit(EditKind.SHIFT, cohort.id, undone.key, days=7)],
        "The guest lecturer asked for the week after.",
        by,
        now - 12 * DAY,
    )
    with at(now - 11 * DAY):
        actions.undo(
            number,
            Publishing(
                cohort_id=cohort.id,
                wanted=Wanted(),
                version=queries.schedule(cohort.id).version,
                note="The guest can come on the first date after all.",
            ),
            actor=by,
            now=now - 11 * DAY,
        )
    week = next(week for week in cohort.breaks if week > queries.week_now(cohort, now) + 2)
    _publish(
        cohort,
        "The break after the holidays",
        [Edit(EditKind.SWAP, cohort.id, week=week, to_week=week + 1)],
        "Most of you asked for the week with the public holidays; the break changes places with the week after.",
        by,
        now - 6 * DAY,
    )


def together(one: CohortView, other: CohortView, by: Actor, now: dt.datetime) -> None:
    """A masterclass that two cohorts have together, and a draft of both that waits."""
    pairs = [
        (mine, theirs)
        for mine in _ahead(one, now + 5 * WEEK, "masterclass")
        for theirs in _ahead(other, now + 5 * WEEK, "masterclass")
    ]
    here, there = min(pairs, key=lambda pair: (abs(pair[0].starts_at - pair[1].starts_at), pair[0].key))
    _publish(
        one,
        "One masterclass for both cohorts",
        [Edit(EditKind.JOIN, one.id, here.key, other=(other.id, there.key))],
        "The speaker is in town once: both cohorts meet her together.",
        by,
        now - 4 * DAY,
        other,
    )
    lecture = _lecture(one, now, 6)
    with at(now - 2 * DAY):
        draft = actions.begin_draft([one.id, other.id], "If the strike goes on", actor=by, now=now - 2 * DAY)
        draft_id = draft.id
    edits = [Edit(EditKind.PUSH, one.id, lecture.key, days=7, kinds=frozenset({"live_session"}))]
    _edit(draft_id, 1, edits, by, now - 2 * DAY + dt.timedelta(minutes=3))


def longer(cohort: CohortView, key: str, by: Actor, now: dt.datetime) -> None:
    """A round of a game has the weekends before and after its week, so that it is open on every day of that week.

    It opens when the results of the one before are there; the round behind it waits for its own.
    """
    items = {line.key: line for line in queries.items(cohort.id)}
    line, behind = items[key], items[f"{key[:-1]}{int(key[-1]) + 1}"]
    ends_at = line.ends_at + 3 * DAY
    move = Edit(EditKind.MOVE, cohort.id, key, starts_at=line.starts_at - 45 * HOUR, ends_at=ends_at)
    wait = Edit(
        EditKind.MOVE, cohort.id, behind.key, starts_at=behind.starts_at + 27 * HOUR, ends_at=behind.ends_at
    )
    _publish(
        cohort,
        "Around the close of the books",
        [move, wait],
        "Most of you close your books in that week: quarter 4 opens on the Saturday before and stays open over the"
        " weekend after. Quarter 5 begins a day later.",
        by,
        now - 22 * DAY,
    )


def _publish(
    cohort: CohortView,
    name: str,
    edits: list[Edit],
    note: str,
    by: Actor,
    when: dt.datetime,
    *others: CohortView,
) -> int:
    """Begin a draft, edit it and publish it, as a coordinator does; the number of the release."""
    ids = [cohort.id, *(each.id for each in others)]
    with at(when - dt.timedelta(minutes=20)):
        draft_id = actions.begin_draft(ids, name, actor=by, now=when - dt.timedelta(minutes=20)).id
    version = _edit(draft_id, 1, edits, by, when - dt.timedelta(minutes=15))
    with at(when):
        releases = actions.publish_draft(
            DraftChange(draft_id=draft_id, version=version),
            SetPublishing(versions={each: queries.schedule(each).version for each in ids}, note=note),
            actor=by,
            now=when,
        )
        return next(release.number for release in releases if release.cohort_id == cohort.id)


def _edit(draft_id: int, version: int, edits: list[Edit], by: Actor, when: dt.datetime) -> int:
    for position, edit in enumerate(edits):
        minute = when + dt.timedelta(minutes=position)
        with at(minute):
            change = DraftChange(draft_id=draft_id, version=version + position)
            actions.add_edit(change, edit, actor=by, now=minute)
    return version + len(edits)


def _ahead(cohort: CohortView, since: dt.datetime, kind: str) -> list[ItemLine]:
    kinds = queries.names(cohort).kinds
    return [
        line
        for line in queries.items(cohort.id, since=since)
        if line.kind is ItemKind.SESSION and kinds[line.key] == kind and line.starts_at > since
    ]


def _lecture(cohort: CohortView, now: dt.datetime, weeks: int) -> ItemLine:
    """The first lecture so many weeks ahead that no break lies beside."""
    weeks_of = queries.calendar(cohort_queries.by_id(cohort.id))
    zone = ZoneInfo(cohort.zone)
    for line in _ahead(cohort, now + weeks * WEEK, "live_session"):
        week = weeks_of.week_of(line.starts_at.astimezone(zone).date())
        if line.key[1:].isdecimal() and not {week, week + 1} & set(weeks_of.breaks):
            return line
    raise LookupError(cohort.slug)
