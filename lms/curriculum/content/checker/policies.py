"""Policies: the numbers of policies.yaml and competencies.yaml do not contradict each other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import get_args

from lms.curriculum.content import schema
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.content.source import Loc, Problem, Source

KINDS = {
    kind
    for model in get_args(get_args(schema.Activity)[0])
    for kind in get_args(model.model_fields["kind"].annotation)
}
"""Every value of `kind` that an activity may have."""


def policies_consistent(content: ProgrammeContent) -> Iterator[Problem]:
    """Courses exist, bounds are the right way round, bands cover 0 to 100, awards come best first."""
    source = content.policies_source
    yield from _courses(content)
    for loc, holds, message in (*_bounds(content.policies), *_awards(content.policies)):
        if not holds:
            yield Problem(source.path, source.line(loc), message)
    for kind in content.policies.scheduling.min_window_hours:
        if kind not in KINDS:
            loc = ("scheduling", "min_window_hours", kind)
            message = f"“{kind}” is no kind of activity; correct it or remove it"
            yield Problem(source.path, source.line(loc), message)
    yield from _rated(content)
    yield from _rising(content.competencies_source, ("thresholds",), content.competencies.thresholds)
    yield from _rising(source, ("evidence", "level_marks"), content.policies.evidence.level_marks)


def _courses(content: ProgrammeContent) -> Iterator[Problem]:
    source, policies = content.policies_source, content.policies
    courses = {course.course.id for course in content.courses}
    weights: Loc = ("programme_weights",)
    named: list[tuple[Loc, str]] = [((*weights, name), name) for name in policies.programme_weights]
    named += [(("completion", "course_minimum", name), name) for name in policies.completion.course_minimum]
    named += [
        (("completion", "attendance_courses", position), name)
        for position, name in enumerate(policies.completion.attendance_courses)
    ]
    if content.whole:
        for loc, name in named:
            if name not in courses:
                yield Problem(source.path, source.line(loc), f"there is no course “{name}”; correct the id")
    for missing in sorted(courses - set(policies.programme_weights)):
        yield Problem(source.path, source.line(weights), f"course “{missing}” has no weight; add it")


def _rated(content: ProgrammeContent) -> Iterator[Problem]:
    """Only a team's work is multiplied by what its members say of each other."""
    source = content.policies_source
    of_teams = {
        activity.id
        for course in content.courses
        for module in course.modules
        for activity in module.module.activities
        if activity.kind == "group_work"
        or (activity.kind == "milestone" and any(part.by == "team" for part in activity.parts))
    }
    for position, key in enumerate(content.policies.contribution.activities):
        if content.whole and key not in of_teams:
            line = source.line(("contribution", "activities", position))
            yield Problem(
                source.path, line, f"“{key}” is no group work and no milestone with a team's part; correct it"
            )


def _rising(source: Source, loc: Loc, values: list[float]) -> Iterator[Problem]:
    if sorted(set(values)) != values:
        yield Problem(
            source.path, source.line(loc), f"{loc[-1]} rise from one to the next; put them in order"
        )


def _bounds(policies: schema.PoliciesFile) -> Iterator[tuple[Loc, bool, str]]:
    """Place, whether it holds, and what to say if not."""
    attendance, capstone, teams = policies.attendance, policies.capstone, policies.teams
    bands = policies.levels
    follow = all(lower.high < upper.low <= lower.high + 1 for lower, upper in itertools.pairwise(bands))
    whole = bands[0].low == 0 and bands[-1].high == 100 and [band.level for band in bands] == [1, 2, 3, 4]
    yield (
        ("levels",),
        follow and whole,
        "levels 1 to 4 follow each other from 0 to 100 without a gap; correct the bands",
    )
    yield (
        ("attendance", "half_from"),
        attendance.half_from <= attendance.full_from,
        "half_from lies above full_from; turn them round",
    )
    yield (
        ("capstone", "meetings_needed"),
        capstone.meetings_needed <= capstone.meetings_planned,
        "more meetings are needed than planned; correct one",
    )
    yield (
        ("capstone", "double_mark_mean_below"),
        capstone.double_mark_mean_below < capstone.double_mark_third_from,
        "double_mark_mean_below is not below double_mark_third_from; correct one",
    )
    yield (
        ("capstone", "panel_quorum"),
        capstone.panel_quorum <= capstone.panel_members,
        "the quorum is larger than the panel; correct one",
    )
    low, high = capstone.peer_factor
    yield (
        ("capstone", "peer_factor"),
        low <= 1 <= high,
        "the peer factor's bounds lie on either side of 1; correct them",
    )
    for name, (least, most) in (("size", teams.size), ("capstone_size", teams.capstone_size)):
        yield (
            ("teams", name),
            1 <= least <= most,
            f"the least {name} comes first and the largest second; correct it",
        )


def _awards(policies: schema.PoliciesFile) -> Iterator[tuple[Loc, bool, str]]:
    best: float | None = None
    for position, award in enumerate(policies.awards):
        bound = award.programme_from
        message = f"awards come best first, but “{award.id}” asks more than the one before; reorder them"
        yield ("awards", position), bound is None or best is None or bound < best, message
        best = bound if bound is not None else best
    last = policies.awards[-1]
    open_to_all = not last.needs_completion and last.programme_from is None and last.attendance_from is None
    yield (
        ("awards", len(policies.awards) - 1),
        open_to_all,
        f"the last award is for everybody, but “{last.id}” has a condition; add one without",
    )
