"""Dates: anchors that resolve, in an order that can be lived, in weeks that exist."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator

from lms.curriculum.content import anchors, schema
from lms.curriculum.content.checker.calendar import DATES, Calendar
from lms.curriculum.content.reader import ProgrammeContent
from lms.curriculum.content.source import Loc, Problem, Source

_KINDS: dict[anchors.Base, tuple[type, ...]] = {
    anchors.Base.SESSION: (schema.LiveSession, schema.Masterclass),
    anchors.Base.ROUND: (schema.SimulationPhase,),
    anchors.Base.MILESTONE: (schema.Milestone,),
}
_BINDING = ("at", "first_post", "due", "closes")
"""Dates on which a learner has to be there or be done; an opening asks nothing."""


def anchors_resolve(content: ProgrammeContent) -> Iterator[Problem]:
    """What an anchor hangs on exists, is of the right kind, and nothing hangs on itself."""
    found = {activity.id: activity for activity, _module, _loc in content.located()}
    edges: dict[str, list[tuple[str, Source, Loc]]] = defaultdict(list)
    for source, loc, text, name in _anchored(content):
        anchor, line = anchors.parse(text), source.line(loc)
        yield from _in_plan(anchor, text, content, source.path, line)
        if anchor.target is None:
            continue
        target = found.get(anchor.target)
        if target is None:
            if content.whole:
                yield Problem(
                    source.path, line, f"no activity has the id “{anchor.target}”; correct the anchor"
                )
        elif not isinstance(target, _KINDS[anchor.base]):
            message = f"“{anchor.target}” is a {target.kind}, not a {anchor.base.value}; correct the anchor"
            yield Problem(source.path, line, message)
        elif name:
            edges[name].append((anchor.target, source, loc))
    yield from _rings(edges)


def _anchored(content: ProgrammeContent) -> Iterator[tuple[Source, Loc, str, str | None]]:
    for activity, module, loc in content.located():
        for key in DATES:
            if text := getattr(activity, key, None):
                yield module.source, (*loc, key), text, activity.id
    for position, text in enumerate(content.policies.instalments):
        yield content.policies_source, ("instalments", position), text, None


def _in_plan(
    anchor: anchors.Anchor, text: str, content: ProgrammeContent, path: str, line: int
) -> Iterator[Problem]:
    weeks, breaks = content.programme.weeks, content.programme.breaks
    last = {anchors.Base.WEEK: weeks, anchors.Base.TEACH: weeks - len(breaks)}.get(anchor.base)
    if last and (anchor.number or 0) > last:
        yield Problem(path, line, f"the programme has {last} such weeks; “{text}” is past its end")
    elif anchor.base is anchors.Base.WEEK and anchor.number in breaks:
        yield Problem(path, line, f"week {anchor.number} is a break; nothing happens in it")


def _rings(edges: dict[str, list[tuple[str, Source, Loc]]]) -> Iterator[Problem]:
    done: set[str] = set()

    def walk(node: str, path: tuple[str, ...]) -> Iterator[Problem]:
        for target, source, loc in edges.get(node, []):
            if target in path or target == node:
                ring = ", ".join((*path, node, target)[(*path, node, target).index(target) :])
                yield Problem(
                    source.path, source.line(loc), f"dates hang on each other in a ring ({ring}); break it"
                )
            elif target not in done:
                yield from walk(target, (*path, node))
        done.add(node)

    for start in list(edges):
        if start not in done:
            yield from walk(start, ())


def dates_in_order(content: ProgrammeContent) -> Iterator[Problem]:
    """An activity opens before it is due, and a first post is due before the thread closes."""
    calendar = Calendar(content)
    for activity, module, loc in content.located():
        given = [(key, calendar.moment(activity, key)) for key in DATES]
        known = [(key, moment) for key, moment in given if moment is not None]
        for (earlier, first), (later, second) in itertools.pairwise(known):
            if first >= second:
                line = module.source.line((*loc, later))
                yield Problem(
                    module.source.path,
                    line,
                    f"“{later}” ({_when(second)}) does not come after “{earlier}” ({_when(first)}); correct one",
                )


def dates_in_year(content: ProgrammeContent) -> Iterator[Problem]:
    """Nothing is due in a break, before the first Monday or after the last Sunday (events may come later)."""
    calendar = Calendar(content)
    for activity, module, loc in content.located():
        for key in _BINDING:
            moment = calendar.moment(activity, key)
            if moment is None or anchors.parse(getattr(activity, key)).base is anchors.Base.WEEK:
                continue
            week, line = calendar.week(moment), module.source.line((*loc, key))
            if week in calendar.breaks:
                message = f"“{key}” falls into the break of week {week}; move it before or after"
                yield Problem(module.source.path, line, message)
            elif week < 1 or (week > calendar.weeks and not isinstance(activity, schema.Event)):
                message = f"“{key}” falls outside the programme’s {calendar.weeks} weeks; only events may"
                yield Problem(module.source.path, line, message)


def windows_wide_enough(content: ProgrammeContent) -> Iterator[Problem]:
    """What opens stays open for the hours that policies.yaml promises for its kind."""
    calendar, least = Calendar(content), content.policies.scheduling.min_window_hours
    for activity, module, loc in content.located():
        opens, last = calendar.moment(activity, "opens"), calendar.last(activity)
        hours = least.get(activity.kind)
        if hours is None or opens is None or last is None or last <= opens:
            continue
        open_for = (last - opens) / dt.timedelta(hours=1)
        if open_for < hours:
            line = module.source.line((*loc, "opens"))
            yield Problem(
                module.source.path,
                line,
                f"“{activity.id}” is open for {open_for:.0f} hours, but policies.yaml promises {hours} for a"
                f" {activity.kind}; open it earlier",
            )


def sessions_apart(content: ProgrammeContent) -> Iterator[Problem]:
    """Nobody has to be in two live sessions at once."""
    calendar = Calendar(content)
    placed = []
    for activity, module, loc in content.located():
        if isinstance(activity, schema.LiveSession | schema.Masterclass) and activity.required:
            start = calendar.moment(activity, "at")
            if start is not None:
                end = start + dt.timedelta(minutes=activity.minutes)
                placed.append((start, end, activity.id, module.source.path, module.source.line((*loc, "at"))))
    placed.sort()
    for (_start, end, first, _path, _line), (start, _end, second, path, line) in itertools.pairwise(placed):
        if start < end:
            yield Problem(path, line, f"“{second}” begins before “{first}” has ended; move one of the two")


def _when(moment: dt.timedelta) -> str:
    hour, minute = divmod(moment.seconds // 60, 60)
    return f"week {Calendar.week(moment)} {anchors.DAYS[moment.days % 7]} {hour:02}:{minute:02}"
