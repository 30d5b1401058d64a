"""How a learner's standing is computed from what lies below: attendance, results, work due, last visit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.completion import queries as completion
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.curriculum.models import ActivityKind
from lms.curriculum.queries import Outline
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.gradebook import queries as gradebook
from lms.gradebook.models import Result
from lms.live.models import AttendanceMark, AttendanceTotal, LiveSession, SessionState, Verdict
from lms.people.models import Person
from lms.progress import rules
from lms.progress.rules import Attendance, Risk
from lms.scheduling import queries as scheduling
from lms.scheduling.models import Override, OverrideScope, ScheduledItem
from lms.scheduling.queries import ItemLine


@dataclass(frozen=True)
class Computed:
    """A learner's standing, fresh."""

    place_id: int
    late_open: int
    risks: list[Risk]
    forecast: dict[str, Any]
    weeks: tuple[int | None, ...]


class _Required(NamedTuple):
    """Something that every learner is to do, as the cohort is dated."""

    item_id: int
    activity_id: int
    ends_at: dt.datetime
    on: dt.date
    """The day in the cohort's zone."""
    week: int
    taken_late: bool


_Dated = tuple[tuple[ItemLine, ...], str, dt.date, tuple[_Required, ...]]
_required: dict[int, _Dated] = {}
"""By cohort: the items as `scheduling` remembers them, what else it was made of, and what came of it."""


@dataclass(frozen=True)
class Shared:
    """What all learners of a cohort share, read once."""

    view: CohortView
    outline: Outline
    required: tuple[_Required, ...]
    present_week: int
    ahead: dict[str, int]
    """Required sessions still to come, by course key."""
    now: dt.datetime


@dataclass(frozen=True)
class Learner:
    """One learner's part."""

    place_id: int
    state: PlaceState
    joined_on: dt.date
    last_seen_on: dt.date | None
    totals: tuple[int, int, dict[str, Any]]
    results: dict[str, tuple[Fraction, float]]
    done: frozenset[int]
    """Done, or excused: nothing of it is awaited."""
    own_ends: dict[int, dt.datetime]
    missed_in_a_row: int


def compute(cohort_id: int, place_ids: list[int], now: dt.datetime) -> list[Computed]:
    """Compute the standing of some learners of one cohort, with a fixed number of statements."""
    shared = _shared(cohort_id, now)
    return [_one(shared, learner) for learner in _learners(place_ids, cohort_id)]


def _shared(cohort_id: int, now: dt.datetime) -> Shared:
    view = cohorts.by_id(cohort_id)
    outline = curriculum.outline(view.version_id)
    rows = db.session.execute(
        sa.select(LiveSession.activity_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            LiveSession.cohort_id == cohort_id,
            LiveSession.counts.is_(True),
            LiveSession.closed_at.is_(None),
            LiveSession.state != SessionState.CANCELLED,
            ScheduledItem.state == "planned",
        )
    ).scalars()
    ahead: dict[str, int] = defaultdict(int)
    for activity_id in rows:
        ahead[outline.course(outline.activities[activity_id].course_id).key] += 1
    return Shared(
        view=view,
        outline=outline,
        required=all_required(outline, view, scheduling.version_of(cohort_id)),
        present_week=scheduling.week_now(view, now),
        ahead=dict(ahead),
        now=now,
    )


def _learners(place_ids: list[int], cohort_id: int) -> list[Learner]:
    people = db.session.execute(
        sa.select(Place.id, Place.person_id, Place.state, Place.joined_on, Person.last_seen_on)
        .join(Person, Person.id == Place.person_id)
        .where(Place.id.in_(place_ids))
        .order_by(Place.id)
    ).all()
    totals = {
        row.place_id: (row.halves, row.sessions, row.by_course)
        for row in db.session.execute(
            sa.select(
                AttendanceTotal.place_id,
                AttendanceTotal.halves,
                AttendanceTotal.sessions,
                AttendanceTotal.by_course,
            ).where(AttendanceTotal.place_id.in_(place_ids))
        )
    }
    results: dict[int, dict[str, tuple[Fraction, float]]] = defaultdict(dict)
    for row in db.session.execute(sa.select(Result).where(Result.place_id.in_(place_ids))).scalars():
        results[row.place_id][row.course_key] = (
            Fraction(row.numerator, row.denominator),
            row.weight_released,
        )
    done = completion.done_of(place_ids)
    own = _own_ends(cohort_id)
    missed = _missed_in_a_row(place_ids)
    excused = gradebook.excused_of(place_ids)
    return [
        Learner(
            place_id=row.id,
            state=row.state,
            joined_on=row.joined_on,
            last_seen_on=row.last_seen_on,
            totals=totals.get(row.id, (0, 0, {})),
            results=results.get(row.id, {}),
            done=done.get(row.id, frozenset()) | excused.get(row.id, frozenset()),
            own_ends=own.get(row.person_id, {}),
            missed_in_a_row=missed.get(row.id, 0),
        )
        for row in people
    ]


def _own_ends(cohort_id: int) -> dict[int, dict[int, dt.datetime]]:
    """Person → item → the later deadline they were given."""
    found: dict[int, dict[int, dt.datetime]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(Override.scope_id, Override.item_id, Override.ends_at).where(
            Override.cohort_id == cohort_id,
            Override.scope == OverrideScope.PERSON,
            Override.revoked_at.is_(None),
            Override.ends_at.is_not(None),
        )
    )
    for person_id, item_id, ends_at in rows:
        if person_id is not None and ends_at is not None:
            found[person_id][item_id] = ends_at
    return found


def _missed_in_a_row(place_ids: list[int]) -> dict[int, int]:
    """The run of absences up to the latest session that counted."""
    rows = db.session.execute(
        sa.select(AttendanceMark.place_id, AttendanceMark.verdict)
        .join(LiveSession, LiveSession.id == AttendanceMark.session_id)
        .join(ScheduledItem, ScheduledItem.id == LiveSession.item_id)
        .where(
            AttendanceMark.place_id.in_(place_ids),
            LiveSession.counts.is_(True),
            AttendanceMark.verdict.in_((Verdict.PRESENT, Verdict.HALF, Verdict.ABSENT)),
        )
        .order_by(ScheduledItem.starts_at.desc(), LiveSession.id.desc())
    )
    runs: dict[int, int] = {}
    ended: set[int] = set()
    for place_id, verdict in rows:
        if place_id in ended:
            continue
        if verdict is Verdict.ABSENT:
            runs[place_id] = runs.get(place_id, 0) + 1
        else:
            ended.add(place_id)
    return runs


def _one(shared: Shared, learner: Learner) -> Computed:
    late = late_open_of(shared, learner)
    overall, courses = _attendance(shared, learner)
    completion_policy = shared.outline.policies.completion
    left = rules.absences_left(
        overall,
        {key: each for key, each in courses.items() if key in completion_policy.attendance_courses},
        Fraction(str(completion_policy.attendance_overall)),
        Fraction(str(completion_policy.attendance_course)),
    )
    unseen = None
    if learner.last_seen_on is not None:
        unseen = (shared.now.date() - learner.last_seen_on).days
    elif shared.now.date() > learner.joined_on:
        unseen = (shared.now.date() - learner.joined_on).days
    marks = [mark for key, (mark, _weight) in learner.results.items() if key]
    found = rules.risks(
        missed_in_a_row=learner.missed_in_a_row,
        late_open=late,
        days_unseen=unseen,
        absences_left=left if overall.sessions and (overall.ahead or left < 0) else None,
        lowest_course=min(marks) if marks else None,
        on_leave=learner.state is not PlaceState.ENROLLED,
    )
    return Computed(
        place_id=learner.place_id,
        late_open=late,
        risks=found,
        forecast=_forecast(shared, learner, overall, courses, left),
        weeks=weeks_of(shared, learner),
    )


def late_open_of(shared: Shared, learner: Learner) -> int:
    late = 0
    for each in shared.required:
        if not each.taken_late or each.ends_at >= shared.now or each.activity_id in learner.done:
            continue
        ends_at = max(each.ends_at, learner.own_ends.get(each.item_id, each.ends_at))
        on = each.on if ends_at == each.ends_at else ends_at.astimezone(ZoneInfo(shared.view.zone)).date()
        late += ends_at < shared.now and on >= learner.joined_on
    return late


def _attendance(shared: Shared, learner: Learner) -> tuple[Attendance, dict[str, Attendance]]:
    halves, sessions, by_course = learner.totals
    courses = {
        course.key: Attendance(
            by_course.get(course.key, {}).get("halves", 0),
            by_course.get(course.key, {}).get("sessions", 0),
            shared.ahead.get(course.key, 0),
        )
        for course in shared.outline.courses
    }
    return Attendance(halves, sessions, sum(shared.ahead.values())), courses


def _at_the_end(each: Attendance) -> str:
    """Where the share can still go; nothing before the first session, when it can go anywhere."""
    if not each.sessions:
        return ""
    if not each.ahead:
        return "no session is left"
    return f"between {_share(each.lowest)} and {_share(each.highest)} at the end"


def _share(value: Fraction | None) -> str:
    return "nothing counted yet" if value is None else f"{int(value * 1000) / 10:.1f} %"


def _forecast(
    shared: Shared, learner: Learner, overall: Attendance, courses: dict[str, Attendance], left: int
) -> dict[str, Any]:
    policies = shared.outline.policies
    programme, _weight = learner.results.get("", (None, 0.0))
    capstone_key = next((c.key for c in shared.outline.courses if c.kind.value == "capstone"), "")
    capstone = learner.results.get(capstone_key, (None, 0.0))[0]
    award = rules.forecast_award(
        programme, capstone, [each.model_dump() for each in policies.awards], reachable=left >= 0
    )
    bound = Fraction(str(policies.completion.attendance_overall))
    ratio = overall.ratio
    return {
        "attendance": None if ratio is None else [ratio.numerator, ratio.denominator],
        "absences_left": left if overall.sessions or overall.ahead else None,
        "sessions_ahead": overall.ahead,
        "award": award,
        "mark": None if programme is None else [programme.numerator, programme.denominator],
        "why_attendance": _attendance_why(shared, overall, courses, bound),
        "why_award": _award_why(shared, learner, award),
    }


def _attendance_why(
    shared: Shared, overall: Attendance, courses: dict[str, Attendance], bound: Fraction
) -> dict[str, Any]:
    course_bound = Fraction(str(shared.outline.policies.completion.attendance_course))

    def node(says: str, each: Attendance, needed: Fraction) -> dict[str, Any]:
        ratio = each.ratio
        counted = (
            f"{each.halves / 2:g} of {each.sessions}, {_share(ratio)}" if each.sessions else _share(None)
        )
        return {
            "says": says,
            "found": counted,
            "bound": f"at least {int(needed * 100)} %",
            "holds": ratio is None or ratio >= needed,
            "open": ratio is None,
            "note": _at_the_end(each),
            "children": [],
        }

    needed_in = shared.outline.policies.completion.attendance_courses
    children = [
        node(course.title, courses[course.key], course_bound)
        for course in shared.outline.courses
        if course.key in needed_in
    ]
    return {**node("Live attendance, overall", overall, bound), "children": children}


def _award_why(shared: Shared, learner: Learner, award: str) -> dict[str, Any]:
    def shown(key: str) -> str:
        mark, weight = learner.results.get(key, (None, 0.0))
        if mark is None:
            return "nothing released yet"
        return f"{int(mark * 10) / 10:.1f} from {int(weight * 10) / 10:g} % of the marks"

    children = [
        {
            "says": course.title,
            "found": shown(course.key),
            "bound": f"{shared.outline.policies.programme_weights[course.key]:g} % of the programme",
            "holds": True,
            "open": learner.results.get(course.key, (None, 0.0))[0] is None,
            "note": "",
            "children": [],
        }
        for course in shared.outline.courses
    ]
    return {
        "says": f"On course for {award}" if award else "Too early to say",
        "found": shown(""),
        "bound": "marks released so far",
        "holds": True,
        "open": not award,
        "note": "",
        "children": children,
    }


def all_required(outline: Outline, view: CohortView, version: int | None) -> tuple[_Required, ...]:
    """What every learner is to do, at a version of the schedule that was just read: worked out once for its items."""
    if version is None:
        return _date_required(outline, view, tuple(scheduling.items(view.id)))
    lines = scheduling.lines_at(view.id, version)
    known = _required.get(view.id)
    if known is not None and known[0] is lines and known[1:3] == (view.zone, view.starts_on):
        return known[3]
    found = _date_required(outline, view, lines)
    _required[view.id] = (lines, view.zone, view.starts_on, found)
    return found


def _date_required(outline: Outline, view: CohortView, lines: tuple[ItemLine, ...]) -> tuple[_Required, ...]:
    """The same, with the week and the day that each falls on for the cohort."""
    zone, calendar = ZoneInfo(view.zone), scheduling.calendar(view)
    found = []
    for item in lines:
        line = outline.activities[item.activity_id]
        if not item.further and line.required and not item.cancelled and line.kind is not ActivityKind.EVENT:
            on = item.ends_at.astimezone(zone).date()
            late = line.kind.value in rules.TAKEN_LATE
            week = calendar.week_of(on)
            found.append(_Required(item.id, item.activity_id, item.ends_at, on, week, late))
    return tuple(found)


def weeks_of(shared: Shared, learner: Learner) -> tuple[int | None, ...]:
    due: dict[int, int] = defaultdict(int)
    done: dict[int, int] = defaultdict(int)
    for each in shared.required:
        is_done = each.activity_id in learner.done
        if (is_done or each.ends_at < shared.now) and each.on >= learner.joined_on:
            due[each.week] += 1
            done[each.week] += is_done
    last = min(shared.present_week, shared.outline.frame.weeks)
    return tuple(rules.step_of(done[week], due[week]) for week in range(1, last + 1))
