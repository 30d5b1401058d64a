"""How a learner's desk is composed for its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from lms.capstone.models import SubmissionState
from lms.core.remember import Remembered
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import ActivityLine
from lms.desks.queries.learner import LearnerRead
from lms.desks.views import games
from lms.desks.views.next_up import SESSIONS, Pair, href_of, next_up
from lms.progress import queries as progress
from lms.progress.rules import WorkState
from lms.scheduling import queries as scheduling
from lms.scheduling.queries import ItemLine
from lms.web import pictures
from lms.web.filters import cut1, percent
from lms.web.fragments import drawn
from lms.web.links import href
from lms.web.shapes import (
    Capstone,
    Fact,
    LearnerDesk,
    Milestone,
    Phase,
    Returned,
    Standing,
    Task,
    Tone,
    Week,
)

_TASK_STATE = {
    WorkState.DONE: "done",
    WorkState.TODO: "todo",
    WorkState.LATE: "late",
    WorkState.AHEAD: "locked",
    WorkState.CANCELLED: "done",
    WorkState.MISSED: "missed",
}


def present(read: LearnerRead, zone: str) -> LearnerDesk:
    """Compose the desk as its page shows it, in the viewer's zone."""
    pairs = _dated(read, read.dates.items.values())
    tasks = [*_reviews(read), *_tasks(read, pairs, zone)]
    year = year_of(read)
    first = next_up(read, pairs)
    return LearnerDesk(
        now=read.now,
        zone=zone,
        cohort_zone=read.me.cohort.zone,
        programme=read.outline.title,
        cohort=read.me.cohort.name,
        week=max(1, min(read.present_week, read.weeks.weeks)),
        next_up=first,
        tasks=tuple(tasks),
        minutes_left=sum(task.minutes for task in tasks if task.state in ("todo", "started", "late")),
        returned=(
            *games.came_back(read),
            *_from_forums(read),
            *(
                Returned(title=each.title, href=each.link or "#", what=each.text, at=each.at)
                for each in read.came_back
            ),
        ),
        done=read.standing.share,
        standing=_standing(read),
        weeks=year.weeks,
        phases=year.phases,
        ask_href=href("requests.choose", slug=read.me.cohort.slug),
        requests_href=href("requests.mine", slug=read.me.cohort.slug),
        capstone=_capstone(read),
        rounds=tuple(one for one in games.cards(read) if one.href != first.href),
    )


def _dated(read: LearnerRead, items: Iterable[ItemLine]) -> list[Pair]:
    """What is dated, by the instant it is listed at."""
    activities = read.outline.activities
    pairs = [
        (activities[item.activity_id], item)
        for item in items
        if not item.further and activities[item.activity_id].kind is not ActivityKind.EVENT
    ]
    return sorted(pairs, key=lambda pair: (_moment(pair[1], pair[0]), pair[0].position))


def _moment(item: ItemLine, line: ActivityLine) -> dt.datetime:
    return item.starts_at if line.kind in SESSIONS else item.ends_at


def _reviews(read: LearnerRead) -> list[Task]:
    """Work of others that waits for a review, before everything else of the week."""
    found = []
    for line in read.peers:
        activity = read.outline.activities[line.activity_id]
        found.append(
            Task(
                title=f"Review others' work: {activity.title}",
                href=href("fairness.own_peer_reviews", slug=read.me.cohort.slug, key=activity.key),
                kind="peer review",
                code=activity.code,
                minutes=0,
                state="todo",
                at=line.closes_at,
                verb="by",
                note=f"{line.left} of {line.asked} to submit",
            )
        )
    return found


def _tasks(read: LearnerRead, pairs: Sequence[Pair], zone: str) -> list[Task]:
    monday, sunday = _this_week(read.now, zone)
    found = []
    rounds = games.on(read)
    for line, item in pairs:
        if line.id in rounds and not item.cancelled:
            found.append(games.task(read, rounds[line.id], line))
            continue
        moment = _moment(item, line)
        this_week = monday <= moment < sunday
        past = moment < read.now
        if not this_week and (not past or not line.required or line.id in read.dates.done):
            continue
        if past and not line.required:
            continue
        row = progress.row(line, item, line.id in read.dates.done, read.now)
        if not this_week and row.state is not WorkState.LATE:
            continue
        if line.kind in SESSIONS and item.ends_at < read.now and row.state is WorkState.TODO:
            continue
        found.append(
            Task(
                title=line.title,
                href=href_of(read, line, item),
                kind=row.kind.lower(),
                code=line.code,
                minutes=line.minutes,
                state=_TASK_STATE[row.state],  # type: ignore[arg-type]
                at=row.at,
                verb=row.verb,
                note=row.note,
            )
        )
    return sorted(found, key=lambda task: task.state == "done")


def _this_week(now: dt.datetime, zone_name: str) -> tuple[dt.datetime, dt.datetime]:
    """Monday 00:00 of the viewer's present week and of the next one."""
    zone = ZoneInfo(zone_name)
    today = now.astimezone(zone).date()
    monday = dt.datetime.combine(today - dt.timedelta(days=today.weekday()), dt.time(), zone)
    return monday, monday + dt.timedelta(days=7)


def fact(document: dict[str, Any]) -> Fact | None:
    """A stored explanation as the page shows it."""
    if not document:
        return None
    return Fact(
        text=document["says"],
        value=document["found"],
        bound=document.get("bound", ""),
        verdict="fact" if document.get("open") else "met" if document["holds"] else "missed",
        note=document.get("note", ""),
        parts=tuple(filter(None, (fact(child) for child in document["children"]))),
    )


def _standing(read: LearnerRead) -> tuple[Standing, ...]:
    line = read.standing
    lines: list[Standing] = []
    if line.attendance is not None:
        bound = Fraction(str(read.outline.policies.completion.attendance_overall))
        tone: Tone = "good" if line.attendance >= bound else "bad"
        why = fact(line.why_attendance)
        lines.append(
            Standing("Attendance", percent(line.attendance), tone, f"{percent(bound, True)} needed", why)
        )
    if line.award and line.mark is not None:
        lines.append(
            Standing("On course for", line.award, "", f"{cut1(line.mark)} so far", fact(line.why_award))
        )
    if line.absences_left is not None and line.attendance is not None and line.sessions_ahead:
        left = line.absences_left
        words = "attendance is out of reach" if left < 0 else "of the sessions to come"
        tone = "bad" if left < 0 else "warn" if left <= 2 else ""
        lines.append(Standing("Absences left", str(max(0, left)), tone, words))
    if line.late_open:
        lines.append(Standing("Overdue", str(line.late_open), "bad", "pieces of work"))
    return tuple(lines)


@dataclass(frozen=True)
class Year:
    """The year of a cohort in weeks: the same for all its learners, drawn once."""

    weeks: tuple[Week, ...]
    phases: tuple[Phase, ...]
    drawn: Markup


_years: Remembered[Year] = Remembered(256)


def year_of(read: LearnerRead) -> Year:
    """The cohort's year as of the present week; remembered for this version of the schedule and the cohort."""
    cohort = read.me.cohort
    version = (read.dates.version, cohort.outline_version, read.present_week)
    return _years.get(cohort.id, version, lambda: _year(read))


def _year(read: LearnerRead) -> Year:
    weeks, phases = _weeks(read), _phases(read)
    shown = max(1, min(read.present_week, read.weeks.weeks))
    return Year(weeks, phases, draw_year(weeks, phases, f"Week {shown}"))


def draw_year(weeks: Sequence[Week], phases: Sequence[Phase], label: str) -> Markup:
    """The ribbon of the weeks."""
    return drawn("ribbon", weeks, pictures.ribbon([week.hours for week in weeks]), phases, label)


def _weeks(read: LearnerRead) -> tuple[Week, ...]:
    zone = ZoneInfo(read.me.cohort.zone)
    minutes: dict[int, int] = {}
    titles: dict[int, str] = {}
    for line, item in _dated(read, scheduling.items_at(read.me.cohort_id, read.dates.version)):
        if not line.required:
            continue
        week = read.weeks.week_of(_moment(item, line).astimezone(zone).date())
        minutes[week] = minutes.get(week, 0) + line.minutes
        if line.kind is ActivityKind.LIVE_SESSION or week not in titles:
            titles[week] = line.title
    schedule = href("scheduling.schedule", slug=read.me.cohort.slug)
    result = []
    for number in range(1, read.weeks.weeks + 1):
        is_break = number in read.weeks.breaks
        monday = read.weeks.monday(number)
        result.append(
            Week(
                number=number,
                starts_on=monday,
                title="Break" if is_break else titles.get(number, "Own work"),
                kind="break" if is_break else "teach",
                hours=0 if is_break else minutes.get(number, 0) / 60,
                state="past"
                if number < read.present_week
                else "now"
                if number == read.present_week
                else "ahead",
                href=f"{schedule}?month={monday:%Y-%m}",
            )
        )
    return tuple(result)


def _phases(read: LearnerRead) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    last_end = 0
    for course in read.outline.courses:
        first = read.weeks.calendar_week(min(module.teach_from for module in course.modules))
        last = read.weeks.calendar_week(max(module.teach_to for module in course.modules))
        first = max(first, last_end + 1)
        if first <= last:
            phases.append(Phase(course.title, course.letter, first, last))
            last_end = last
    return tuple(phases)


def _capstone(read: LearnerRead) -> Capstone | None:
    stops = [line for line in read.outline.activities.values() if line.kind is ActivityKind.MILESTONE]
    first = read.dates.items.get(stops[0].id) if stops else None
    if first is None or first.starts_at > read.now:
        return None
    project = read.project
    return Capstone(
        title=project.title if project else "Choose your project",
        href=href("capstone.room", slug=read.me.cohort.slug),
        milestones=_stops(read, stops, project.states if project else {}),
        team_active=project.active if project else 0,
        team_size=project.members if project else 0,
        guide=project.guide if project else "",
    )


def _stops(
    read: LearnerRead, stops: list[ActivityLine], states: dict[int, SubmissionState]
) -> tuple[Milestone, ...]:
    result = []
    found_now = False
    for line in stops:
        state = states.get(line.id)
        if state is SubmissionState.ACCEPTED:
            shown: Any = "done"
        elif state is SubmissionState.REVISE:
            shown = "revise"
        elif not found_now:
            shown = "now"
        else:
            shown = "ahead"
        found_now = found_now or shown in ("now", "revise")
        item = read.dates.items.get(line.id)
        note = "handed in" if state is SubmissionState.SUBMITTED else ""
        due_at = item.ends_at if item else None
        result.append(Milestone(line.code, line.title, shown, href_of(read, line), due_at, note))
    return tuple(result)


def _from_forums(read: LearnerRead) -> tuple[Returned, ...]:
    """One line for what is new in the forums, where it is for this learner."""
    new, slug = read.forums, read.me.cohort.slug
    if not new.threads or new.last_at is None:
        return ()
    where = (
        f"{href('community.forum_thread', slug=slug, thread=new.only, at='new')}#new"
        if new.only
        else href("community.forum_threads", slug=slug, show="new")
    )
    title = f"New in “{new.title}”" if new.only else f"New in {new.threads} threads"
    what = "somebody names you" if new.named else "you follow it" if new.only else "you follow them"
    return (Returned(title=title, href=where, what=what, at=new.last_at, unit="Forums"),)
