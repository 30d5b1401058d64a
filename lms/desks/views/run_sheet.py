"""The run-sheet as its page shows it: days with lines, filters, who could look after a line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from lms.desks.queries import Runner, RunSheet
from lms.desks.rules import Day, Line, LineKind, Tone, by_day, narrowed
from lms.people.rules import Actor
from lms.web import filters
from lms.web.shapes import Tab

ICONS = {
    LineKind.SESSION: "video",
    LineKind.ROSTER: "clipboard-check",
    LineKind.DEADLINE: "calendar-clock",
    LineKind.ROUND: "gamepad-2",
    LineKind.REQUEST: "inbox",
    LineKind.PROMISE: "handshake",
    LineKind.RELEASE: "graduation-cap",
    LineKind.NAMES: "user-round-search",
    LineKind.DRAFT: "drafting-compass",
}
WORDS = {
    LineKind.SESSION: "Session",
    LineKind.ROSTER: "Roster",
    LineKind.DEADLINE: "Deadline",
    LineKind.ROUND: "Simulation",
    LineKind.REQUEST: "Request",
    LineKind.PROMISE: "Promise",
    LineKind.RELEASE: "Marks",
    LineKind.NAMES: "Names",
    LineKind.DRAFT: "Draft of dates",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sheet is narrowed to, as the address says it."""

    cohort: str = ""
    owner: str = ""
    kind: str = ""
    pressing: bool = False

    def given(self) -> dict[str, Any]:
        """The parts of the address that leads here."""
        found = {
            "cohort": self.cohort,
            "owner": self.owner,
            "kind": self.kind,
            "show": "need" if self.pressing else "",
        }
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Row:
    """One line in words."""

    icon: str
    kind: str
    tone: str
    title: str
    cohort: str
    about: str
    when: str
    owner: str
    act: str
    href: str
    key: str
    slug: str
    mine: bool
    others: tuple[tuple[str, str], ...]
    """Who could look after it: (public id, name)."""


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day with its rows."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class SheetPage:
    """Everything on the page."""

    days: tuple[DayShown, ...]
    count: int
    need: int
    cohort: str
    owner: str
    kind: str
    kinds: tuple[tuple[str, str], ...]
    narrow: bool
    tabs: tuple[Tab, ...]
    cohorts: tuple[tuple[str, str], ...]
    owners: tuple[tuple[str, str], ...]
    here: str


def present(
    read: RunSheet, actor: Actor, now: dt.datetime, *, asked: Asked, may: frozenset[int]
) -> SheetPage:
    """Compose the page; `may`: the cohorts in which the viewer gives lines to people."""
    people = {one.public_id: one.person_id for one in read.runners}
    these = narrowed(
        read.lines,
        cohort=asked.cohort,
        owner=asked.owner,
        me=actor.person_id,
        names=people,
        kind=asked.kind,
    )
    need = [line for line in these if line.tone is not Tone.GOOD]
    shown = need if asked.pressing else these
    days = tuple(_day(day, read.runners, actor, now, may) for day in by_day(shown, now, actor.zone))
    names = dict.fromkeys((one.public_id, one.name) for one in read.runners)
    return SheetPage(
        days=days,
        count=len(shown),
        need=len(need),
        cohort=asked.cohort,
        owner=asked.owner,
        kind=asked.kind,
        kinds=tuple((kind.value, words) for kind, words in WORDS.items()),
        narrow=bool(asked.cohort or asked.owner or asked.kind),
        tabs=(
            Tab("Everything", _href(replace(asked, pressing=False)), len(these), not asked.pressing),
            Tab("Needs somebody", _href(replace(asked, pressing=True)), len(need), asked.pressing),
        ),
        cohorts=tuple((view.slug, view.name) for view in read.cohorts),
        owners=(
            ("me", "Mine"),
            ("none", "Nobody's"),
            *(each for each in names if each[0] != actor.public_id),
        ),
        here=_href(asked),
    )


def _href(asked: Asked) -> str:
    return url_for("desks.run_sheet", **asked.given())


def _day(
    day: Day, runners: tuple[Runner, ...], actor: Actor, now: dt.datetime, may: frozenset[int]
) -> DayShown:
    title = "Behind" if day.on is None else _named(day.on, now, actor.zone)
    return DayShown(title, tuple(_row(line, day, runners, actor, now, may) for line in day.lines))


def _named(on: dt.date, now: dt.datetime, zone: str) -> str:
    today = filters.local(now, zone).date()
    words = filters.long_day(on)
    return f"Today, {words}" if on == today else words


def _row(
    line: Line,
    day: Day,
    runners: tuple[Runner, ...],
    actor: Actor,
    now: dt.datetime,
    may: frozenset[int],
) -> Row:
    behind = day.on is None
    when = filters.clock(line.at, actor.zone) if line.clock else ""
    if behind:
        when = filters.day_in(line.at, actor.zone, now)
    free = bool(line.key) and line.cohort_id in may
    return Row(
        icon=ICONS[line.kind],
        kind=WORDS[line.kind],
        tone=line.tone.value,
        title=line.title,
        cohort=line.cohort,
        about=line.note,
        when=when,
        owner=line.owner,
        act=line.act,
        href=url_for(line.endpoint, slug=line.slug, **dict(line.values)),  # type: ignore[arg-type]
        key=line.key if free else "",
        slug=line.slug,
        mine=line.owner_id == actor.person_id,
        others=tuple(
            dict.fromkeys(
                (one.public_id, one.name)
                for one in runners
                if one.cohort_id in (None, line.cohort_id) and one.person_id != actor.person_id
            )
        )
        if free
        else (),
    )
