"""Edits of a draft in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from lms.curriculum import rules as kinds
from lms.scheduling.queries import DraftView, Worked
from lms.scheduling.rules import Edit, EditKind
from lms.web import filters


def distance(days: int) -> str:
    """So many days as one says them: 2 weeks later, 3 days earlier."""
    count = abs(days)
    words = filters.plural(count // 7, "week") if count % 7 == 0 else filters.plural(count, "day")
    return f"{words} {'later' if days > 0 else 'earlier'}"


def title_of(worked: Worked, edit: Edit) -> str:
    """What the item of an edit is called, in whichever cohort has it."""
    for each in worked.cohorts:
        if edit.cohort_id in (None, each.ground.cohort.id) and edit.key in each.base.titles:
            return each.base.titles[edit.key]
    return edit.key


_WORDS = {
    EditKind.PIN: "{title}: pinned where it is",
    EditKind.UNPIN: "{title}: follows its anchor again",
    EditKind.CANCEL: "{title}: cancelled",
    EditKind.REINSTATE: "{title}: takes place again",
    EditKind.KEEP: "{title}: kept where it is",
    EditKind.SHIFT: "{title}: {distance}",
    EditKind.SWAP: "The break of week {week} moves to week {to_week}",
    EditKind.BREAK: "A break more, in week {week}",
    EditKind.UNBREAK: "No break in week {week}",
}


def edit_words(worked: Worked, edit: Edit, zones: Mapping[int, str], now: dt.datetime) -> str:
    """What an edit does, in a line."""
    title = title_of(worked, edit)
    match edit.kind:
        case EditKind.MOVE:
            zone = zones.get(edit.cohort_id or 0, "UTC")
            parts = [filters.when(at, zone, now) for at in (edit.starts_at, edit.ends_at) if at is not None]
            return f"{title}: {' to '.join(parts)}"
        case EditKind.PUSH:
            words = [kinds.kind_word(kind).lower() for kind in sorted(edit.kinds)]
            what = f"what comes after it ({', '.join(words)})" if words else "everything after it"
            return f"{title} and {what}: {distance(edit.days)}"
        case EditKind.START:
            return (
                f"Starts on {edit.starts_on.day} {edit.starts_on:%B %Y}"
                if edit.starts_on
                else "Another start"
            )
        case EditKind.JOIN:
            return f"{title} becomes one session with {_other(worked, edit)}"
        case _:
            return _WORDS[edit.kind].format(
                title=title,
                distance=distance(edit.days) if edit.days else "",
                week=edit.week,
                to_week=edit.to_week,
            )


def _other(worked: Worked, edit: Edit) -> str:
    if edit.other is None:
        return "another"
    for each in worked.cohorts:
        if each.ground.cohort.id == edit.other[0]:
            return f"{each.base.titles.get(edit.other[1], edit.other[1])} of {each.ground.cohort.name}"
    return edit.other[1]


def where(draft: DraftView, edit: Edit) -> str:
    """In which cohorts an edit holds; empty where there is only one."""
    if len(draft.cohorts) < 2:
        return ""
    if edit.cohort_id is None:
        return "all its cohorts"
    return next((cohort.name for cohort in draft.cohorts if cohort.id == edit.cohort_id), "")
