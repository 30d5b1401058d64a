"""Grading: every graded thing counts somewhere, once, with a share, and can be marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lms.curriculum.content import schema
from lms.curriculum.content.reader import CourseContent, ModuleContent, ProgrammeContent
from lms.curriculum.content.schema.programme import GradingGroup
from lms.curriculum.content.source import Loc, Problem

Located = tuple[schema.Activity, ModuleContent, Loc]


def groups_hold(content: ProgrammeContent) -> Iterator[Problem]:
    """Activities name groups of their course; shares within a group add up; no group is empty."""
    for course in content.courses:
        members: dict[str, list[Located]] = defaultdict(list)
        for module in course.modules:
            for position, activity in enumerate(module.module.activities):
                located: Located = (activity, module, ("activities", position))
                if group := getattr(activity, "group", None):
                    members[group].append(located)
                elif getattr(activity, "weight", None) is not None:
                    line = module.source.line(("activities", position, "weight"))
                    yield Problem(
                        module.source.path, line, "a weight without a group counts nowhere; name the group"
                    )
        yield from _groups_known(course, members)
        for position, row in enumerate(course.course.groups):
            yield from _group(course, position, members[row.id], content)


def _groups_known(course: CourseContent, members: dict[str, list[Located]]) -> Iterator[Problem]:
    known = [group.id for group in course.course.groups]
    for group, rows in members.items():
        if group not in known:
            for _activity, module, loc in rows:
                yield Problem(
                    module.source.path,
                    module.source.line((*loc, "group")),
                    f"course {course.course.letter} has no grading group “{group}”; it has {', '.join(known)}",
                )


def _group(
    course: CourseContent, position: int, rows: list[Located], content: ProgrammeContent
) -> Iterator[Problem]:
    group, path, loc = course.course.groups[position], course.source.path, ("groups", position)
    yield from _weights(group.id, rows)
    yield from _contribution(group.id, rows)
    yield from _points(course, group, rows)
    if group.parts:
        total = sum(part.points for part in group.parts)
        if abs(total - group.percent) > 1e-9:
            line = course.source.line((*loc, "parts"))
            message = f"the parts of “{group.id}” have {total:g} points together; make that {group.percent:g}"
            yield Problem(path, line, message)
        yield from _parts(course, position, rows, content)
    elif not rows and content.whole:
        yield Problem(
            path, course.source.line(loc), f"nothing is graded in “{group.id}”; add an activity or parts"
        )
    if group.best and content.whole and not group.parts and group.best > len(rows):
        line = course.source.line((*loc, "best"))
        yield Problem(
            path, line, f"the best {group.best} of “{group.id}” cannot count: it has {len(rows)}; lower it"
        )


def _weights(group: str, rows: list[Located]) -> Iterator[Problem]:
    given = [
        weight
        for weight in (getattr(activity, "weight", None) for activity, _m, _l in rows)
        if weight is not None
    ]
    if given and (len(given) != len(rows) or abs(sum(given) - 100) > 1e-9):
        _activity, module, loc = next(row for row in rows if getattr(row[0], "weight", None) is not None)
        yield Problem(
            module.source.path,
            module.source.line((*loc, "weight")),
            f"the weights in “{group}” are {sum(given):g} for {len(given)} of {len(rows)} items;"
            " give every item one and make them 100, or give none",
        )


def _contribution(group: str, rows: list[Located]) -> Iterator[Problem]:
    """A date counts only beside discussions, and only one: what faculty record of rooms and peers."""
    events = [row for row in rows if isinstance(row[0], schema.Event)]
    others = [row for row in rows if not isinstance(row[0], schema.Event | schema.Discussion)]
    for position, (activity, module, loc) in enumerate(events):
        line = module.source.line((*loc, "group"))
        if others or len(events) == len(rows):
            message = f"“{activity.id}” is a date and “{group}” no group of discussions; drop its group"
            yield Problem(module.source.path, line, message)
        elif position:
            message = f"contribution counts once in “{group}”, and “{events[0][0].id}” stands for it; drop this group"
            yield Problem(module.source.path, line, message)


def _points(course: CourseContent, group: GradingGroup, rows: list[Located]) -> Iterator[Problem]:
    """The marked parts of the milestones in a group are worth the group's percent."""
    milestones = [
        (activity, module, loc) for activity, module, loc in rows if isinstance(activity, schema.Milestone)
    ]
    if not milestones or any(not activity.parts for activity, _module, _loc in milestones):
        return
    total = sum(part.points for activity, _module, _loc in milestones for part in activity.parts)
    if abs(total - group.percent) > 1e-9:
        _activity, module, loc = milestones[0]
        yield Problem(
            module.source.path,
            module.source.line((*loc, "parts")),
            f"the parts have {total:g} points together, but “{group.id}” of course {course.course.letter} is worth"
            f" {group.percent:g}; make them equal",
        )


def _parts(
    course: CourseContent, position: int, rows: list[Located], content: ProgrammeContent
) -> Iterator[Problem]:
    group = course.course.groups[position]
    members = {activity.id for module in course.modules for activity in module.module.activities}
    for at, part in enumerate(group.parts):
        line = course.source.line(("groups", position, "parts", at))
        for name in part.activities:
            if name not in members and content.whole:
                message = f"course {course.course.letter} has no activity “{name}”; correct the id"
                yield Problem(course.source.path, line, message)
    counted = {name for part in group.parts for name in part.activities}
    for activity, module, loc in rows:
        if activity.id not in counted:
            line = module.source.line((*loc, "group"))
            message = (
                f"no part of “{group.id}” counts “{activity.id}”; name it in course.yaml or drop its group"
            )
            yield Problem(module.source.path, line, message)


def graded_things_can_be_marked(content: ProgrammeContent) -> Iterator[Problem]:
    """What counts has a rubric (briefs, milestones); a milestone's parts count in a group; a gate counts in none."""
    counted = {
        name
        for course in content.courses
        for group in course.course.groups
        for part in group.parts
        for name in part.activities
    }
    for activity, module, loc in content.located():
        text = module.texts.get(activity.id)
        graded = getattr(activity, "group", None) is not None or activity.id in counted
        if (
            isinstance(activity, schema.Assignment)
            and graded
            and text
            and isinstance(text.head, schema.BriefHead)
        ):
            if text.head.rubric is None:
                yield Problem(
                    text.source.path, 1, f"“{activity.id}” counts but has no rubric; add one to the head"
                )
        elif isinstance(activity, schema.Milestone):
            line = module.source.line(loc)
            if text and isinstance(text.head, schema.BriefHead) and text.head.declare_tools is not None:
                message = (
                    f"the milestone “{activity.id}” asks for no declaration of tools; drop declare_tools"
                )
                yield Problem(text.source.path, text.source.line(("declare_tools",)), message)
            if activity.gate and graded:
                line = module.source.line((*loc, "gate"))
                yield Problem(module.source.path, line, "a gate has no mark; drop “gate” or “group”")
            elif graded != bool(activity.parts) and not activity.gate:
                message = f"the milestone “{activity.id}” needs both a group and parts to be marked; add the other one"
                yield Problem(module.source.path, line, message)
