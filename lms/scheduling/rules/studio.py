"""Carrying a draft's edits out, one after the other, on the graphs of one or several cohorts. Pure.

Each edit works on what the edits before it have made, so their order matters and each can be taken out again. What a
draft comes to is the same thing as any other change: settings, what is kept, another calendar; `plan` says the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from lms.cohorts.rules import CohortCalendar, length, why_not_calendar
from lms.scheduling.rules.change import ItemState, Plan, Setting, Standing, dates_of, plan
from lms.scheduling.rules.drafting import (
    OF_AN_ITEM,
    Base,
    CannotEdit,
    Drafted,
    Drafting,
    DraftRefusal,
    Edit,
    EditKind,
    Member,
)
from lms.scheduling.rules.evaluation import Calendar, ItemKind, Unschedulable, first_monday


def calendar_after(base: Base, state: Drafted) -> Calendar:
    """The weeks by which a cohort is reckoned after the edits."""
    if state.calendar is None:
        return base.graph.calendar
    wanted = state.calendar
    weeks = length(base.frame.weeks, base.frame.planned, len(wanted.breaks))
    return Calendar(first_monday(wanted.starts_on), weeks, wanted.breaks, wanted.zone)


LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def as_of(base: Base, wanted: CohortCalendar | None, now: dt.datetime) -> dt.datetime:
    """From when on dates are judged: a cohort that nobody has seen and that starts anew has nothing begun."""
    anew = wanted is not None and wanted.starts_on != base.calendar.starts_on
    return LONG_AGO if anew and not base.frame.opened else now


def plan_after(base: Base, state: Drafted, now: dt.datetime, consent: frozenset[str] = frozenset()) -> Plan:
    """What the edits so far come to, for one cohort."""
    graph = replace(base.graph, calendar=calendar_after(base, state))
    at = as_of(base, state.calendar, now)
    return plan(graph, state.settings, now=at, keep=state.keep, consent=consent)


def dates_after(base: Base, state: Drafted, now: dt.datetime) -> Mapping[str, Standing]:
    """Where everything would be."""
    if state == Drafted():
        return base.graph.standing
    graph = replace(base.graph, calendar=calendar_after(base, state))
    return dates_of(graph, state.settings, now=as_of(base, state.calendar, now), keep=state.keep)


def drafting(bases: Mapping[int, Base], joints: Iterable[frozenset[Member]], now: dt.datetime) -> Drafting:
    """A draft before its first edit."""
    return Drafting(bases, now, list(joints), dates_after)


def carry_out(drafting: Drafting, edit: Edit) -> None:
    """Carry one edit out on what those before it made.

    Raises CannotEdit, or Unschedulable when another calendar cannot hold the programme; changes nothing then.
    """
    before, joints = dict(drafting.states), list(drafting.joints)
    try:
        done: set[Member] = set()
        for cohort_id in [edit.cohort_id] if edit.cohort_id is not None else sorted(drafting.bases):
            _in_cohort(drafting, cohort_id, edit, done)
    except (CannotEdit, Unschedulable):
        for cohort_id in drafting.bases:
            drafting.put(cohort_id, before.get(cohort_id, Drafted()))
        drafting.joints[:] = joints
        raise


def _in_cohort(drafting: Drafting, cohort_id: int, edit: Edit, done: set[Member]) -> None:
    if cohort_id not in drafting.bases:
        raise CannotEdit(DraftRefusal.GONE, cohort="The cohort")
    base, old = drafting.bases[cohort_id], drafting.state(cohort_id)
    if edit.kind in OF_AN_ITEM:
        at = base.graph.standing.get(edit.key)
        if edit.cohort_id is None and (at is None or at.starts_at <= drafting.now):
            return
        if at is None:
            raise CannotEdit(DraftRefusal.GONE, cohort=base.name)
    match edit.kind:
        case EditKind.SWAP | EditKind.BREAK | EditKind.UNBREAK | EditKind.START:
            new = replace(old, calendar=_another_calendar(base, old, edit))
        case EditKind.PUSH:
            new = _pushed(drafting, base, old, edit, done)
        case EditKind.JOIN:
            new = _joined(drafting, base, old, edit)
        case _:
            new = old if (cohort_id, edit.key) in done else _one_item(drafting, base, old, edit)
    drafting.put(cohort_id, new)
    if edit.kind not in OF_AN_ITEM:
        drafting.dates(cohort_id)  # another calendar may not hold the programme: told here, of this edit
    _together(drafting, cohort_id, old, done)


# One item -----------------------------------------------------------------------------------------------------------


def _one_item(drafting: Drafting, base: Base, old: Drafted, edit: Edit) -> Drafted:
    key = edit.key
    at, setting = drafting.dates(base.cohort_id)[key], old.setting(base, key)
    window = base.graph.specs[key].kind is ItemKind.WINDOW
    match edit.kind:
        case EditKind.MOVE:
            start = edit.starts_at if edit.starts_at not in (None, at.starts_at) else setting.starts_at
            end = edit.ends_at if edit.ends_at not in (None, at.ends_at) else setting.ends_at
            return old.with_setting(key, replace(setting, starts_at=start, ends_at=end))
        case EditKind.SHIFT:
            return old.with_setting(key, _shifted(base, at, setting, _distance(edit), window=window))
        case EditKind.PIN:
            end = at.ends_at if window else setting.ends_at
            return old.with_setting(key, replace(setting, starts_at=at.starts_at, ends_at=end))
        case EditKind.UNPIN:
            with_whom = drafting.joint(base.cohort_id, key)
            if with_whom:
                others = _others(drafting, base.cohort_id, with_whom)
                raise CannotEdit(DraftRefusal.STAYS_JOINT, title=_title(base, key), cohorts=others)
            return old.with_setting(key, replace(setting, starts_at=None, ends_at=None))
        case EditKind.CANCEL | EditKind.REINSTATE:
            return old.with_setting(key, replace(setting, cancelled=edit.kind is EditKind.CANCEL))
        case _:
            settings = {each: found for each, found in old.settings.items() if each != key}
            return replace(old, settings=settings, keep=old.keep | {key})


YEAR = 366


def _distance(edit: Edit) -> int:
    if not edit.days:
        raise CannotEdit(DraftRefusal.NO_DISTANCE)
    if abs(edit.days) > YEAR:
        raise CannotEdit(DraftRefusal.TOO_FAR)
    return edit.days


def days_later(at: dt.datetime, days: int, zone: str) -> dt.datetime:
    """The same wall time so many days later; where the clocks jump over it, as much later as they jump."""
    there = at.astimezone(ZoneInfo(zone))
    moved = dt.datetime.combine(there.date() + dt.timedelta(days=days), there.time(), there.tzinfo)
    return moved.astimezone(dt.UTC)


def _shifted(base: Base, at: Standing, setting: Setting, days: int, *, window: bool) -> Setting:
    zone = base.graph.calendar.zone
    start = days_later(at.starts_at, days, zone)
    has_end = window or setting.ends_at is not None
    return replace(setting, starts_at=start, ends_at=days_later(at.ends_at, days, zone) if has_end else None)


# Many items ---------------------------------------------------------------------------------------------------------


def _pushed(drafting: Drafting, base: Base, old: Drafted, edit: Edit, done: set[Member]) -> Drafted:
    """Push an item and what comes after it. What hangs on something pushed follows by itself and is not set."""
    days, dates = _distance(edit), drafting.dates(base.cohort_id)
    if edit.key and dates[edit.key].starts_at <= drafting.now:
        raise CannotEdit(DraftRefusal.BEGUN, title=_title(base, edit.key))
    chain = chain_of(base, dates, edit, drafting.now)
    if not chain:
        raise CannotEdit(DraftRefusal.NOTHING_TO_PUSH)
    new = old
    for key in roots(base, old, chain):
        if (base.cohort_id, key) in done:
            continue
        window = base.graph.specs[key].kind is ItemKind.WINDOW
        new = new.with_setting(key, _shifted(base, dates[key], old.setting(base, key), days, window=window))
    return new


def chain_of(base: Base, dates: Mapping[str, Standing], edit: Edit, now: dt.datetime) -> frozenset[str]:
    """An item and everything of the kinds asked for that starts after it and has not begun."""
    since = dates[edit.key].starts_at
    return frozenset(
        key
        for key, at in dates.items()
        if at.starts_at > now
        and at.state is ItemState.PLANNED
        and (
            key == edit.key
            or (at.starts_at >= since and (not edit.kinds or base.kinds.get(key) in edit.kinds))
        )
    )


def roots(base: Base, state: Drafted, chain: frozenset[str]) -> list[str]:
    """Of some items those that do not follow the others with both ends; a date set by hand follows nothing."""
    known: dict[str, bool] = {}

    def follows(key: str) -> bool:
        if key not in known:
            known[key] = False  # a ring ends here; the evaluation has refused it already
            spec = base.graph.specs[key]
            targets = [spec.starts.target] + ([spec.ends.target] if spec.ends else [])
            known[key] = not state.setting(base, key).pinned and all(
                target is not None and (target in chain or follows(target)) for target in targets
            )
        return known[key]

    return sorted(key for key in chain if not follows(key))


# The calendar -------------------------------------------------------------------------------------------------------


def _another_calendar(base: Base, old: Drafted, edit: Edit) -> CohortCalendar:
    present = old.calendar or base.calendar
    breaks = set(present.breaks)
    if edit.kind is EditKind.START:
        wanted = replace(present, starts_on=edit.starts_on or present.starts_on)
    elif edit.kind is EditKind.BREAK:
        wanted = replace(present, breaks=tuple(sorted([*present.breaks, edit.week])))
    else:
        if edit.week not in breaks:
            raise CannotEdit(DraftRefusal.NO_BREAK, week=edit.week)
        others = [week for week in present.breaks if week != edit.week]
        come = [edit.to_week] if edit.kind is EditKind.SWAP else []
        wanted = replace(present, breaks=tuple(sorted([*others, *come])))
    refused = why_not_calendar(base.calendar, wanted, base.frame)
    if refused:
        raise CannotEdit(refused[0], **refused[1])
    return wanted


# Joint sessions -----------------------------------------------------------------------------------------------------


def _joined(drafting: Drafting, base: Base, old: Drafted, edit: Edit) -> Drafted:
    """Make a session one with that of another cohort: it stands at this one's dates from now on."""
    mine, other = (base.cohort_id, edit.key), edit.other
    if other is None or other[0] not in drafting.bases or other[0] == base.cohort_id:
        raise CannotEdit(DraftRefusal.GONE, cohort="The other cohort")
    there = drafting.bases[other[0]]
    if other[1] not in there.graph.standing:
        raise CannotEdit(DraftRefusal.GONE, cohort=there.name)
    if drafting.joint(*other):
        raise CannotEdit(DraftRefusal.JOINED_ALREADY, title=_title(there, other[1]))
    at = drafting.dates(base.cohort_id)[edit.key]
    for each, key in ((base, edit.key), (there, other[1])):
        standing = each.graph.standing[key]
        session = each.graph.specs[key].kind is ItemKind.SESSION
        if not session or standing.starts_at <= drafting.now or standing.state is not ItemState.PLANNED:
            raise CannotEdit(DraftRefusal.NOT_JOINED)
    known = drafting.joint(*mine)
    if known:
        drafting.joints.remove(known)
    drafting.joints.append(known | {mine, other})
    setting = replace(old.setting(base, edit.key), starts_at=at.starts_at, ends_at=at.ends_at)
    drafting.put(other[0], drafting.state(other[0]).with_setting(other[1], setting))
    return old.with_setting(edit.key, setting)


def _together(drafting: Drafting, cohort_id: int, old: Drafted, done: set[Member]) -> None:
    """What an edit set for a joint session holds for all its parts, and the edit leaves them alone from here on."""
    new = drafting.state(cohort_id)
    changed = [key for key, setting in new.settings.items() if old.settings.get(key) != setting]
    for key in changed:
        done.add((cohort_id, key))
        parts = drafting.joint(cohort_id, key)
        missing = {each for each, _key in parts} - drafting.bases.keys()
        if missing:
            base = drafting.bases[cohort_id]
            names = "another cohort" if len(missing) == 1 else f"{len(missing)} other cohorts"
            raise CannotEdit(DraftRefusal.OTHER_COHORT, title=_title(base, key), cohorts=names)
        for other, their_key in sorted(parts - {(cohort_id, key)}):
            done.add((other, their_key))
            drafting.put(other, drafting.state(other).with_setting(their_key, new.settings[key]))


def _title(base: Base, key: str) -> str:
    return base.titles.get(key, key)


def _others(drafting: Drafting, cohort_id: int, parts: Iterable[Member]) -> str:
    names = [
        drafting.bases[each].name
        for each, _key in sorted(parts)
        if each != cohort_id and each in drafting.bases
    ]
    return ", ".join(names) or "another cohort"
