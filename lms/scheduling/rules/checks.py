"""Looking for trouble in dates: nights, holidays, clashes, order, windows that are too short. Flags, never moves."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from lms.cohorts.rules import Holiday
from lms.scheduling.rules.change import ItemState, Standing
from lms.scheduling.rules.evaluation import Calendar, ItemKind
from lms.scheduling.rules.near import Near

PLANNED = ItemState.PLANNED


class Flag(enum.StrEnum):
    """What may be wrong with a date; the value is a short name for counts."""

    HOLIDAY = "on a public holiday"
    YEAR_END = "between the years"
    NIGHT = "at night for somebody"
    STAFF = "staff teach elsewhere"
    HOST = "host or speaker is elsewhere"
    LEARNERS = "learners have to be elsewhere"
    TEAM = "a team is elsewhere or not complete"
    AWAY = "somebody is away"
    MEETS = "two sessions at once"
    ORDER = "order of the programme broken"
    SHORT = "window too short"
    BREAK = "in a break week"
    OUTSIDE = "outside the cohort's weeks"


@dataclass(frozen=True)
class Finding:
    """One thing to look at before publishing."""

    flag: Flag
    words: str
    weight: int = 1
    """How many people it concerns."""


@dataclass(frozen=True)
class Night:
    """When people sleep, on the wall clock of their own zone."""

    begins: dt.time
    ends: dt.time

    def touches(self, standing: Standing, zone: str) -> bool:
        """Whether a meeting begins or ends at night there."""
        there = ZoneInfo(zone)
        return self._at(standing.starts_at.astimezone(there).time(), True) or self._at(
            standing.ends_at.astimezone(there).time(), False
        )

    def _at(self, time: dt.time, start: bool) -> bool:
        """A meeting that starts as the night ends, or ends as it begins, does not touch it."""
        after_begin = time >= self.begins if start else time > self.begins
        before_end = time < self.ends if start else time <= self.ends
        return (after_begin or before_end) if self.begins > self.ends else (after_begin and before_end)


@dataclass(frozen=True)
class Meeting:
    """A live session of another cohort that a member of this cohort's staff teaches."""

    person: str
    course_key: str
    """The course of this cohort that they teach; empty: all."""
    cohort: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    item_id: int = 0
    joint_id: int | None = None


@dataclass(frozen=True)
class Elsewhere:
    """A live session of another cohort, and who of this cohort belongs there too."""

    cohort: str
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    learners: tuple[str, ...]
    """Names; learners of this cohort who learn or teach there, and its staff who learn there."""
    item_id: int = 0
    joint_id: int | None = None
    teams: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(team, names of those of its members)."""


@dataclass(frozen=True)
class Engaged:
    """Something at which a host or speaker is needed whom some sessions of this cohort need too."""

    person: str
    keys: frozenset[str]
    """The sessions of this cohort that need them."""
    verb: str
    """“hosts”, “speaks in”."""
    title: str
    cohort: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    item_id: int = 0
    joint_id: int | None = None


@dataclass(frozen=True)
class Booked:
    """What a team of this cohort, or a learner on their own, has agreed with somebody."""

    who: str
    members: int
    """So many people belong to the team; 0: it is one learner's."""
    what: str
    """“Grete Lind, its guide”; “Office hours with Ana Night”."""
    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True)
class Away:
    """Days on which somebody is not there, in their own zone."""

    person: str
    course_key: str | None
    """The course they teach; empty: all; None: a learner."""
    starts_on: dt.date
    ends_on: dt.date
    zone: str

    def meets(self, standing: Standing) -> bool:
        """Whether the days touch a meeting."""
        there = ZoneInfo(self.zone)
        first, last = standing.starts_at.astimezone(there).date(), standing.ends_at.astimezone(there).date()
        return first <= self.ends_on and self.starts_on <= last


@dataclass(frozen=True)
class Check:
    """Everything that dates are held against. What is not known is left empty."""

    calendar: Calendar
    night: Night
    titles: Mapping[str, str]
    """Item key → what people call it."""
    kinds: Mapping[str, str]
    """Item key → kind of its activity."""
    courses: Mapping[str, str] = field(default_factory=dict)
    """Item key → key of its course."""
    item_kinds: Mapping[str, ItemKind] = field(default_factory=dict)
    min_hours: Mapping[str, int] = field(default_factory=dict)
    """Kind of activity → hours that its window should have."""
    order: Sequence[tuple[str, str]] = ()
    holidays: Mapping[dt.date, tuple[Holiday, ...]] = field(default_factory=dict)
    learners: Mapping[str, int] = field(default_factory=dict)
    """Zone → how many learners live there."""
    staff: Sequence[tuple[str, str, str]] = ()
    """Who teaches: (name, zone, course key)."""
    meetings: Sequence[Meeting] = ()
    elsewhere: Sequence[Elsewhere] = ()
    engagements: Sequence[Engaged] = ()
    appointments: Sequence[Booked] = ()
    away: Sequence[Away] = ()
    joint: Mapping[str, int] = field(default_factory=dict)
    """Key of a session that is one with another cohort's → the joint session's id."""


def check(look: Check, now_at: Mapping[str, Standing], keys: Iterable[str]) -> dict[str, list[Finding]]:
    """What to look at about these items, by key, when everything is at `now_at`; items that are fine are left out."""
    sessions = {
        key: at
        for key, at in now_at.items()
        if look.item_kinds.get(key) is ItemKind.SESSION and at.state is PLANNED
    }
    found: dict[str, list[Finding]] = {}
    busy = _Busy(look)
    for key in keys:
        at = now_at[key]
        if at.state is not PLANNED:
            continue
        findings = [*_place(look, key, at), *_order(look, now_at, key)]
        if key in sessions:
            findings += [*_day(look, at), *_night(look, key, at), *_people(look, key, at, busy)]
            findings += _meets(look, sessions, key)
        else:
            findings += _short(look, key, at)
        if findings:
            found[key] = findings
    return found


def _local(look: Check, at: dt.datetime) -> dt.datetime:
    return at.astimezone(ZoneInfo(look.calendar.zone))


def _place(look: Check, key: str, at: Standing) -> Iterator[Finding]:
    week = look.calendar.week_of(_local(look, at.starts_at).date())
    last = look.calendar.week_of(_local(look, at.ends_at).date())
    if week < 1 or last > look.calendar.weeks:
        yield Finding(Flag.OUTSIDE, f"Outside the cohort's {look.calendar.weeks} weeks.")
    elif week in look.calendar.breaks and look.item_kinds.get(key) is ItemKind.SESSION:
        yield Finding(Flag.BREAK, f"In break week {week}.")


def _day(look: Check, at: Standing) -> Iterator[Finding]:
    day = _local(look, at.starts_at).date()
    for holiday in look.holidays.get(day, ()):
        yield Finding(Flag.HOLIDAY, f"{holiday.words}.")
    if (day.month, day.day) in YEAR_END:
        yield Finding(Flag.YEAR_END, "Many people are with their families on this day.")


YEAR_END = frozenset({(12, 24), (12, 25), (12, 26), (12, 31), (1, 1)})


def _night(look: Check, key: str, at: Standing) -> Iterator[Finding]:
    zones = {zone: count for zone, count in look.learners.items() if look.night.touches(at, zone)}
    if zones:
        count = sum(zones.values())
        places = ", ".join(
            f"{_city(zone)} {at.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" for zone in sorted(zones)
        )
        noun = "learner" if count == 1 else "learners"
        in_zones = "zone" if len(zones) == 1 else "zones"
        words = f"At night for {count} {noun} in {len(zones)} {in_zones}: {places}."
        yield Finding(Flag.NIGHT, words, count)
    names = [
        f"{name} ({at.starts_at.astimezone(ZoneInfo(zone)):%H:%M} in {_city(zone)})"
        for name, zone, course in look.staff
        if course in ("", look.courses.get(key)) and look.night.touches(at, zone)
    ]
    if names:
        yield Finding(Flag.NIGHT, f"At night for {', '.join(dict.fromkeys(names))}.")


def _city(zone: str) -> str:
    return zone.rsplit("/", 1)[-1].replace("_", " ")


class _Busy:
    """Where people have to be, found by time."""

    def __init__(self, look: Check) -> None:
        self.meetings, self.engagements = Near(look.meetings), Near(look.engagements)
        self.elsewhere, self.appointments = Near(look.elsewhere), Near(look.appointments)
        self.taught = {(each.person, each.title, each.cohort) for each in look.meetings}


def _people(look: Check, key: str, at: Standing, busy: _Busy) -> Iterator[Finding]:
    span = at.starts_at, at.ends_at
    course = look.courses.get(key, "")
    for meeting in busy.meetings.across(*span):
        if meeting.course_key in ("", course) and not _same(look, key, meeting):
            words = f"{meeting.person} teaches {meeting.title} of {meeting.cohort} at that time."
            yield Finding(Flag.STAFF, words)
    for each in busy.engagements.across(*span):
        known = (each.person, each.title, each.cohort) in busy.taught
        if key in each.keys and not known and not _same(look, key, each):
            yield Finding(Flag.HOST, f"{each.person} {each.verb} {each.title} of {each.cohort} at that time.")
    for there in busy.elsewhere.across(*span):
        if not _same(look, key, there):
            where = f"{there.title} of {there.cohort}"
            words = f"{_names(there.learners)} at the same time in {where}."
            yield Finding(Flag.LEARNERS, words, len(there.learners))
            yield from _torn(there, where)
    yield from _agreed(busy.appointments.across(*span))
    away = [each for each in look.away if each.meets(at)]
    names = [each.person for each in away if each.course_key is not None and each.course_key in ("", course)]
    if names:
        yield Finding(
            Flag.AWAY, f"{', '.join(dict.fromkeys(names))} is away on that day.", 5 * len(set(names))
        )
    learners = len({each.person for each in away if each.course_key is None})
    if learners:
        words = "1 learner is" if learners == 1 else f"{learners} learners are"
        yield Finding(Flag.AWAY, f"{words} away on that day.", learners)


TORN = 2
"""From so many members on who have to be elsewhere, it is their team that cannot be there."""


def _torn(there: Elsewhere, where: str) -> Iterator[Finding]:
    for team, members in there.teams:
        if len(members) >= TORN:
            words = f"Team {team} would be without {_and(members)}: they are in {where}."
            yield Finding(Flag.TEAM, words, len(members))


def _agreed(met: Sequence[Booked]) -> Iterator[Finding]:
    """What teams and learners have agreed for that time."""
    for each in met:
        if each.members:
            yield Finding(Flag.TEAM, f"Team {each.who} meets {each.what} at that time.", each.members)
    alone = [each for each in met if not each.members]
    if len(alone) > NAMED:
        words = f"{len({each.who for each in alone})} learners have booked slots at that time."
        yield Finding(Flag.LEARNERS, words, len(alone))
    elif alone:
        words = "; ".join(f"{each.who} has booked {each.what} at that time" for each in alone)
        yield Finding(Flag.LEARNERS, f"{words}.", len(alone))


def _same(look: Check, key: str, there: Meeting | Elsewhere | Engaged) -> bool:
    """Whether two sessions are one and the same."""
    return there.joint_id is not None and look.joint.get(key) == there.joint_id


NAMED = 3
"""So many people are named; of more it is said how many they are."""


def _names(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return f"{len(names)} learners have to be"
    return f"{_and(names)} {'has' if len(names) == 1 else 'have'} to be"


def _and(names: Sequence[str]) -> str:
    last = f" and {names[-1]}" if len(names) > 1 else names[0]
    return f"{', '.join(names[:-1])}{last}"


def _meets(look: Check, sessions: Mapping[str, Standing], key: str) -> Iterator[Finding]:
    at = sessions[key]
    for other, there in sessions.items():
        if other != key and there.starts_at < at.ends_at and at.starts_at < there.ends_at:
            yield Finding(Flag.MEETS, f"At the same time as {look.titles.get(other, other)}.")


def _order(look: Check, now_at: Mapping[str, Standing], key: str) -> Iterator[Finding]:
    for first, second in look.order:
        if key not in (first, second) or first not in now_at or second not in now_at:
            continue
        if PLANNED is not now_at[first].state or PLANNED is not now_at[second].state:
            continue
        if now_at[first].starts_at >= now_at[second].starts_at:
            names = (look.titles.get(first, first), look.titles.get(second, second))
            yield Finding(Flag.ORDER, f"{names[0]} would come after {names[1]}; the programme has it before.")


def _short(look: Check, key: str, at: Standing) -> Iterator[Finding]:
    least = look.min_hours.get(look.kinds.get(key, ""))
    if least is None or look.item_kinds.get(key) is not ItemKind.WINDOW:
        return
    hours = (at.ends_at - at.starts_at) / dt.timedelta(hours=1)
    if hours < least:
        yield Finding(Flag.SHORT, f"Open for {hours:.0f} hours; {least} is the least.")


def check_breaks(look: Check) -> list[Finding]:
    """Breaks whose neighbouring week has more public holidays on weekdays than they have themselves."""
    findings = []
    for week in look.calendar.breaks:
        own = _holidays_in(look, week)
        near = {
            other: _holidays_in(look, other)
            for other in (week - 2, week - 1, week + 1, week + 2)
            if 2 <= other <= look.calendar.weeks and other not in look.calendar.breaks
        }
        best = max(near, key=lambda other: (len(near[other]), -abs(other - week)), default=None)
        if best is not None and len(near[best]) > len(own):
            names = ", ".join(dict.fromkeys(holiday.name for holiday in near[best]))
            has = "none" if not own else str(len(own))
            words = f"Week {week} is a break with {has} of the public holidays; week {best} has {names}."
            findings.append(Finding(Flag.HOLIDAY, words))
    findings += [
        Finding(Flag.BREAK, f"Weeks {first} and {second} are breaks one after the other.")
        for first, second in pairwise(sorted(look.calendar.breaks))
        if second == first + 1
    ]
    return findings


def _holidays_in(look: Check, week: int) -> list[Holiday]:
    monday = look.calendar.monday(week)
    return [
        holiday
        for offset in range(5)
        for holiday in look.holidays.get(monday + dt.timedelta(days=offset), ())
        if holiday.of_cohort
    ]
