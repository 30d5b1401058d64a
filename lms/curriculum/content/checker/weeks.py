"""Weeks: no week asks more than a person with a job can give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lms.curriculum.content import schema
from lms.curriculum.content.checker.calendar import Calendar
from lms.curriculum.content.reader import ModuleContent, ProgrammeContent
from lms.curriculum.content.source import Problem


def weeks_bearable(content: ProgrammeContent) -> Iterator[Problem]:
    """No teaching week asks more than the programme's limit, live minutes included."""
    limit = content.programme.weekly_limit_minutes
    line = content.source.line(("weekly_limit_minutes",))
    for week, asked in sorted(minutes_by_week(content).items()):
        total = sum(asked.values())
        if total > limit:
            most = ", ".join(
                f"{name} {part}" for name, part in sorted(asked.items(), key=lambda row: -row[1])[:4]
            )
            yield Problem(
                content.source.path,
                line,
                f"teaching week {week} asks {total} minutes, more than {limit} ({most} …); spread the work or cut it",
            )


def minutes_by_week(content: ProgrammeContent) -> dict[int, dict[str, int]]:
    """Teaching week → activity id → minutes that it asks of a learner; optional things and staff events ask none."""
    minutes = {activity.id: minutes_of(activity, module) for activity, module, _loc in content.located()}
    return _by_week(Calendar(content), [activity for activity, _module, _loc in content.located()], minutes)


def load(
    frame: schema.ProgrammeFile, activities: list[schema.Activity], minutes: dict[str, int]
) -> tuple[int, ...]:
    """What each teaching week asks, of a programme that is not in files any more: a published version."""
    calendar = Calendar.of(frame, activities)
    asked = _by_week(calendar, activities, minutes)
    return tuple(sum(asked.get(week, {}).values()) for week, _number in enumerate(calendar.teaching, start=1))


def spread(
    frame: schema.ProgrammeFile, activities: list[schema.Activity], minutes: dict[str, int]
) -> dict[str, dict[int, int]]:
    """How the work of each activity lies before its end: id → {teaching weeks before the one it ends in: minutes}."""
    calendar = Calendar.of(frame, activities)
    found = {}
    for activity in activities:
        last = calendar.last(activity)
        if not _asks(activity) or last is None:
            continue
        due = calendar.teaching_week(last)
        parts = {due - week: part for week, part in activity.effort.items()}
        found[activity.id] = parts or {0: minutes[activity.id]}
    return found


def _by_week(
    calendar: Calendar, activities: list[schema.Activity], minutes: dict[str, int]
) -> dict[int, dict[str, int]]:
    asked: dict[int, dict[str, int]] = defaultdict(dict)
    for activity in activities:
        if not _asks(activity):
            continue
        if activity.effort:
            for week, part in activity.effort.items():
                asked[week][activity.id] = part
        elif (last := calendar.last(activity)) is not None:
            asked[calendar.teaching_week(last)][activity.id] = minutes[activity.id]
    return asked


def _asks(activity: schema.Activity) -> bool:
    if isinstance(activity, schema.Event):
        return activity.audience == "everyone" and activity.minutes > 0
    return activity.required


def minutes_of(activity: schema.Activity, module: ModuleContent) -> int:
    """An activity's minutes; a reading's stand in its file."""
    text = module.texts.get(activity.id)
    if isinstance(activity, schema.Reading) and text and isinstance(text.head, schema.ReadingHead):
        return text.head.minutes
    return activity.minutes


def effort_in_time(content: ProgrammeContent) -> Iterator[Problem]:
    """Effort lies in teaching weeks that exist, and not after the thing is due."""
    calendar = Calendar(content)
    for activity, module, loc in content.located():
        last = calendar.last(activity)
        for week in activity.effort:
            line = module.source.line((*loc, "effort"))
            if week > len(calendar.teaching):
                message = (
                    f"effort names teaching week {week}, but there are {len(calendar.teaching)}; correct it"
                )
                yield Problem(module.source.path, line, message)
            elif last is not None and week > calendar.teaching_week(last):
                message = f"effort names teaching week {week}, after “{activity.id}” is due; move it forward"
                yield Problem(module.source.path, line, message)
