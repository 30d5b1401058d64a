"""What the list of a board is made from: bounds of the policies, figures of each learner, and what is not settled."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from lms.assessment import queries as assessment
from lms.assessment.rules.figures import decimal
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment.models import Place
from lms.gradebook.models import CourseResit
from lms.gradebook.queries.allowances import own_of
from lms.gradebook.queries.cells import Sheet, sheet
from lms.gradebook.queries.complaints import KIND
from lms.gradebook.queries.plans import plan
from lms.gradebook.rules import (
    NOTHING,
    CoursePlan,
    Own,
    ResitState,
    course_result,
    plain,
    programme_result,
)
from lms.gradebook.rules.boards import (
    ATTENDANCE,
    FAILED,
    PANEL,
    PASSED,
    Band,
    Bound,
    Condition,
    Grounds,
)
from lms.gradebook.rules.results import Marks
from lms.live import queries as live
from lms.requests.models import Request
from lms.requests.rules import RUNNING

CAPSTONE, PANEL_GROUP = "capstone", "panel"
"""The course that awards ask for by itself, and its group that has a minimum of its own."""
Figures = dict[str, Fraction]


def grounds(version_id: int, course_key: str) -> Grounds:
    """By what a board of a course, or of the programme, judges."""
    policies = curriculum.outline(version_id).policies
    asked = policies.completion
    titles = {course.key: course.title for course in plan(version_id).courses}
    chosen = [course_key] if course_key else list(titles)
    conditions = [
        Condition(f"course:{key}", titles[key], key, decimal(asked.course_minimum[key]))
        for key in chosen
        if key in asked.course_minimum
    ]
    conditions += [
        Condition(
            f"{ATTENDANCE}:{key}",
            f"Attendance in {titles[key]}",
            f"{ATTENDANCE}:{key}",
            decimal(asked.attendance_course),
            share=True,
        )
        for key in chosen
        if key in asked.attendance_courses
    ]
    if CAPSTONE in chosen:
        conditions.append(Condition(PANEL, "Panel", PANEL, decimal(asked.panel_minimum)))
    needed = tuple(Bound(one.title, one.least) for one in conditions if one.figure == course_key)
    if course_key:
        bands: tuple[Band, ...] = (
            Band(PASSED, "Passed", {}, complete=True),
            Band(FAILED, "Not passed", {}),
        )
        bounds = needed
    else:
        conditions = [
            Condition("programme", "The programme", "", decimal(asked.programme_minimum)),
            *conditions,
            Condition(
                ATTENDANCE, "Attendance overall", ATTENDANCE, decimal(asked.attendance_overall), share=True
            ),
        ]
        bands = tuple(
            Band(
                award.id,
                award.title,
                {
                    key: decimal(least)
                    for key, least in (
                        ("", award.programme_from),
                        (CAPSTONE, award.capstone_from),
                        (ATTENDANCE, award.attendance_from),
                    )
                    if least is not None
                },
                award.needs_completion,
            )
            for award in policies.awards
        )
        bounds = tuple(Bound(band.title, band.least[""]) for band in bands if "" in band.least)
    return Grounds(
        course_key,
        bands,
        tuple(conditions),
        bounds,
        decimal(policies.gradebook.borderline),
        policies.gradebook.board_quorum,
    )


@dataclass(frozen=True)
class Reckoning:
    """Released marks of some learners with what is their own: enough to work their results out."""

    version_id: int
    marks: Mapping[int, Marks]
    own: Mapping[int, Own]

    def figures(self, place_id: int, changed: Mapping[tuple[int, str], Fraction] | None = None) -> Figures:
        """A learner's results by course, "" for the programme; with some released marks as they would be."""
        marks = {**self.marks.get(place_id, {}), **(changed or {})}
        own = self.own.get(place_id, NOTHING)
        programme = plan(self.version_id)
        courses = {course.key: course_result(course, marks, own) for course in programme.courses}
        found = {key: one.mark for key, one in courses.items() if one.mark is not None}
        whole = programme_result(programme, courses).mark
        capstone = next((one for one in programme.courses if one.key == CAPSTONE), None)
        panel = _panel(capstone, marks) if capstone else None
        return {
            **found,
            **({"": whole} if whole is not None else {}),
            **({PANEL: panel} if panel is not None else {}),
        }

    def missing(self, place_id: int, course_key: str) -> Fraction:
        """How many of the 100 points could be released and are not; a share that no activity fills is not missing."""
        marks, own = self.marks.get(place_id, {}), self.own.get(place_id, NOTHING)
        programme = plan(self.version_id)

        def released(given: Marks) -> Fraction:
            if course_key:
                return course_result(_course(self.version_id, course_key), given, own).released
            courses = {one.key: course_result(one, given, own) for one in programme.courses}
            return programme_result(programme, courses).released

        everything = {item.key: Fraction(0) for one in programme.courses for item in one.items}
        return released({**everything, **marks}) - released(marks)


def _course(version_id: int, key: str) -> CoursePlan:
    return next(one for one in plan(version_id).courses if one.key == key)


def _panel(course: CoursePlan, marks: Marks) -> Fraction | None:
    """The mean of what is released of the panel."""
    items = [
        item
        for group in course.groups
        if group.key == PANEL_GROUP
        for share in group.shares
        for item in share.items
        if item.key in marks
    ]
    weight = sum((item.weight for item in items), Fraction(0))
    return sum((item.weight * marks[item.key] for item in items), Fraction(0)) / weight if weight else None


def panels(version_id: int, place_ids: Iterable[int]) -> dict[int, Fraction]:
    """What is released of the panel now, by learner. One statement."""
    capstone = next((one for one in plan(version_id).courses if one.key == CAPSTONE), None)
    if capstone is None:
        return {}
    found = {
        place: _panel(capstone, marks)
        for place, marks in assessment.released_marks_of(list(place_ids)).items()
    }
    return {place: value for place, value in found.items() if value is not None}


def reckoning(version_id: int, place_ids: Iterable[int]) -> Reckoning:
    """Read it. Three statements."""
    places = list(place_ids)
    own = own_of(dict.fromkeys(places, version_id))
    return Reckoning(version_id, assessment.released_marks_of(places), own)


@dataclass(frozen=True, slots=True)
class Taken:
    """A learner as the list has them."""

    place_id: int
    figures: Figures
    pending: tuple[dict[str, str], ...]


def take(cohort: CohortView, course_key: str, now: dt.datetime) -> list[Taken]:
    """Everybody of whom something is released, as everything stands now."""
    courses = [one for one in plan(cohort.version_id).courses if course_key in ("", one.key)]
    labels = {item.key: item.short or item.label for course in courses for item in course.items}
    found = sheet(cohort, {activity for activity, _part in labels}, actor=None)
    places = [line.place_id for line in found.learners]
    reckoned = reckoning(cohort.version_id, places)
    attendance = live.attendance_of(cohort.id)
    complained, resits, changing = _complaints(cohort), _resits(cohort.id), found.changing
    taken = []
    for place_id in places:
        figures = reckoned.figures(place_id)
        if course_key not in figures:
            continue
        there = attendance.get(place_id)
        if there is not None:
            counts = {ATTENDANCE: there.ratio}
            counts |= {f"{ATTENDANCE}:{course.key}": there.of(course.key).share for course in courses}
            figures |= {key: value for key, value in counts.items() if value is not None}
        pending = [
            {"kind": "complaint", "text": f"a complaint about {labels[key]} is not decided"}
            for key in labels
            if (place_id, key) in complained
        ]
        pending += [
            {"kind": "resit", "text": "a resit is not over"}
            for key in resits.get(place_id, ())
            if course_key in ("", key)
        ]
        pending += _dates(found, place_id, labels, now)
        pending += _missing(changing, reckoned, place_id, course_key, labels)
        taken.append(Taken(place_id, figures, tuple(pending)))
    return taken


def _dates(
    found: Sheet, place_id: int, labels: Mapping[tuple[int, str], str], now: dt.datetime
) -> list[dict[str, str]]:
    activities = {activity: label for (activity, _part), label in labels.items()}
    return [
        {"kind": "extension", "text": f"{activities[activity]} may still be handed in: an extension"}
        for (place, activity), until in found.own_ends.items()
        if place == place_id and until > now and activity in activities
    ]


def _missing(
    changing: Iterable[tuple[int, int, str]],
    reckoned: Reckoning,
    place_id: int,
    course_key: str,
    labels: Mapping[tuple[int, str], str],
) -> list[dict[str, str]]:
    said = [
        {"kind": "version", "text": f"{labels[activity, part]} has a later version that is not released"}
        for place, activity, part in changing
        if place == place_id and (activity, part) in labels
    ]
    missing = reckoned.missing(place_id, course_key)
    if missing:
        said.append({"kind": "mark", "text": f"{plain(missing)} of 100 points are not released"})
    return said


def _complaints(cohort: CohortView) -> set[tuple[int, tuple[int, str]]]:
    """(place, mark) of complaints that are not decided. One statement."""
    outline = curriculum.outline(cohort.version_id)
    rows = db.session.execute(
        sa.select(Request.place_id, Request.about, Request.wanted).where(
            Request.cohort_id == cohort.id, Request.kind == KIND, Request.state.in_(RUNNING)
        )
    )
    found = set()
    for place_id, about, wanted in rows:
        line = outline.by_key.get(about)
        if line is not None:
            choice = (wanted or {}).get("choice", "")
            found.add((place_id, (line.id, "" if choice == "whole" else choice)))
    return found


def complained_of(cohort: CohortView, key: tuple[int, str]) -> set[int]:
    """The learners whose complaint about a mark is not decided. One statement."""
    return {place_id for place_id, mark in _complaints(cohort) if mark == key}


def _resits(cohort_id: int) -> dict[int, list[str]]:
    rows = db.session.execute(
        sa.select(CourseResit.place_id, CourseResit.course_key)
        .join(Place, Place.id == CourseResit.place_id)
        .where(Place.cohort_id == cohort_id, CourseResit.state.in_((ResitState.OPEN, ResitState.MARKED)))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for place_id, key in rows:
        found[place_id].append(key)
    return found
