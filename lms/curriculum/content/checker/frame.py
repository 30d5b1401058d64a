"""The frame: zone, breaks, courses and modules, and the order in which things happen."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator

from lms.curriculum.content.checker.calendar import Calendar
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.content.source import Problem


def frame_holds(content: ProgrammeContent) -> Iterator[Problem]:
    """The zone exists, breaks and modules lie in the year, folders are named once."""
    programme, source = content.programme, content.source
    if programme.zone not in zoneinfo.available_timezones():
        message = f"“{programme.zone}” is not an IANA time zone; write for instance Asia/Kolkata"
        yield Problem(source.path, source.line(("zone",)), message)
    for position, week in enumerate(programme.breaks):
        line = source.line(("breaks", position))
        if week > programme.weeks:
            message = f"a break in week {week} lies outside the {programme.weeks} weeks; correct it"
            yield Problem(source.path, line, message)
        elif week in programme.breaks[:position]:
            yield Problem(source.path, line, f"the break in week {week} is given twice; keep one")
    for position, folder in enumerate(programme.courses):
        if folder in programme.courses[:position]:
            yield Problem(
                source.path, source.line(("courses", position)), f"“{folder}” is given twice; keep one"
            )
    teaching = programme.weeks - len(programme.breaks)
    for module in content.modules():
        first, last = module.module.teach
        if first > last or last > teaching:
            message = f"teach runs from 1 to {teaching}, and its first week is not after its last; correct it"
            yield Problem(module.source.path, module.source.line(("teach",)), message)


def order_holds(content: ProgrammeContent) -> Iterator[Problem]:
    """The pairs under `order` name activities, and the week plan obeys them."""
    calendar = Calendar(content)
    found = {activity.id: activity for activity, _module, _loc in content.located()}
    for position, pair in enumerate(content.programme.order):
        line = content.source.line(("order", position))
        missing = [name for name in pair if name not in found]
        if content.whole:
            for name in missing:
                yield Problem(content.source.path, line, f"no activity has the id “{name}”; correct the pair")
        if missing:
            continue
        first, second = (calendar.last(found[name]) for name in pair)
        if first is not None and second is not None and first >= second:
            message = f"“{pair[0]}” is to happen before “{pair[1]}”, but is dated after it; move one or turn the pair"
            yield Problem(content.source.path, line, message)
