"""What the page of a list shows: its rows by what comes of them, in short, and how it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from lms.live import actions
from lms.live.queries import ListView
from lms.live.rules import FIELDS, SHOWN, TOOL_WORDS, Row, RowState
from lms.people.rules import Actor
from lms.web import filters
from lms.web.shapes import Tab

PAGE = 200
LABELS = {
    RowState.NEW: "Recorded",
    RowState.WAITS: "Wait for a name",
    RowState.KNOWN: "Known already",
    RowState.WRONG: "Not readable",
    RowState.OUTSIDE: "Outside the session",
    RowState.OFF: "Not on this roster",
    RowState.GUEST: "Guests",
    RowState.IGNORED: "Set aside",
    RowState.LOBBY: "Waiting room",
    RowState.STAFF: "Staff",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the page shows it."""

    number: str
    name: str
    address: str
    joined: str
    left: str
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a list would record or recorded."""

    summary: str
    rows: tuple[Shown, ...]
    tabs: tuple[Tab, ...]
    show: str
    newer: str
    older: str
    new: int
    waits: int
    records: bool
    """There is something to record."""
    facts: tuple[tuple[str, str, str], ...]
    columns: tuple[tuple[str, str, tuple[tuple[int, str, bool], ...]], ...]
    """(field, its words, the columns it can be: number, heading, whether it is this one)"""
    lacks: bool
    """No column says who, or none says when."""


def report(found: ListView, actor: Actor) -> Report:
    """The page of a list, by the filter that its address names."""
    counted = actions.counts(found.rows)
    present = [state for state in LABELS if counted.get(state.value)]
    asked = request.args.get("show", "")
    show = next(
        (state for state in present if state.name.lower() == asked), present[0] if present else RowState.NEW
    )
    start = request.args.get("start", "")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    rows = [row for row in found.rows if row.state is show]

    def href(state: RowState, at: int = 0) -> str:
        values: dict[str, Any] = {"start": at} if at else {}
        return url_for(
            ".attendance_list",
            slug=found.session.cohort.slug,
            key=found.session.key,
            brought=found.line.public_id,
            show=state.name.lower(),
            **values,
        )

    columns = _columns(found.reading["logs"][0])
    named = found.reading["logs"][0]["columns"]
    return Report(
        summary=_summary(found),
        rows=tuple(_shown(row, actor, len(found.line.files)) for row in rows[first : first + PAGE]),
        tabs=tuple(Tab(LABELS[state], href(state), counted[state.value], state is show) for state in present),
        show=LABELS[show],
        newer=href(show, max(0, first - PAGE)) if first else "",
        older=href(show, first + PAGE) if len(rows) > first + PAGE else "",
        new=counted.get(RowState.NEW.value, 0),
        waits=len({row.key for row in found.rows if row.state is RowState.WAITS}),
        records=any(counted.get(state.value) for state in (RowState.NEW, RowState.WAITS, RowState.GUEST)),
        facts=_facts(found),
        columns=columns,
        lacks=not {"email", "external_id", "name"} & set(named) or not {"joined", "minutes"} & set(named),
    )


def _shown(row: Row, actor: Actor, files: int) -> Shown:
    behind = f" ({row.original})" if row.original else ""
    return Shown(
        number=f"{row.file + 1}.{row.number}" if files > 1 else str(row.number),
        name=f"{row.name or 'no name'}{behind}",
        address=row.address,
        joined=filters.clock(row.starts_at, actor.zone) if row.starts_at else "",
        left=filters.clock(row.ends_at, actor.zone) if row.ends_at else "",
        words=row.words,
    )


def _summary(found: ListView) -> str:
    would = found.line.applied_at is None
    counted = actions.counts(found.rows)
    new = [row for row in found.rows if row.state is RowState.NEW]
    learners = filters.plural(len({row.place_id for row in new}), "learner")
    waits, guests = (
        len({row.key for row in found.rows if row.state is state})
        for state in (RowState.WAITS, RowState.GUEST)
    )
    written = len(new) + sum(
        counted.get(state.value, 0) for state in (RowState.WAITS, RowState.GUEST, RowState.KNOWN)
    )
    known, left = counted.get(RowState.KNOWN.value, 0), len(found.rows) - written
    parts = [
        f"{filters.plural(len(new), 'row')} of {learners} {'would go' if would else 'went'} to the ledger",
        waits
        and f"{filters.plural(waits, 'name')} {'would wait' if would else 'waited'} for somebody to say whose",
        guests and f"{filters.plural(guests, 'guest')} {_be(guests, would)} kept apart",
        known and f"{filters.plural(known, 'row')} {'is' if known == 1 else 'are'} known already",
        left and f"{filters.plural(left, 'row')} {_be(left, would)} left out",
    ]
    said = [part for part in parts if part]
    words = ", ".join(said[:-1]) + (f", and {said[-1]}" if len(said) > 1 else said[0]) + "."
    return words[:1].upper() + words[1:]


def _be(count: int, would: bool) -> str:
    return "would be" if would else "was" if count == 1 else "were"


def _facts(found: ListView) -> tuple[tuple[str, str, str], ...]:
    reading = found.reading
    how = "chosen by hand" if reading["tool"] else "found out by its headings"
    if reading["zone"]:
        zone = "chosen by hand"
    elif reading["zone_stated"]:
        zone = "the list says so"
    else:
        zone = "its times lie best within the session this way"
    lines = [
        ("It comes from", TOOL_WORDS[found.line.tool], how),
        ("Its times are in", found.line.zone.replace("_", " "), zone),
    ]
    for number, (name, log) in enumerate(zip(found.line.files, reading["logs"], strict=True), start=1):
        label = "File" if len(found.line.files) == 1 else f"File {number}"
        lines.append((label, name, f"{log['form']}, {filters.plural(log['rows'], 'row')}"))
        lines += [(f"{label} says: {what.lower()}", value, "") for what, value in log["about"]]
    return tuple(lines)


def _columns(log: Mapping[str, Any]) -> tuple[tuple[str, str, tuple[tuple[int, str, bool], ...]], ...]:
    head, named = log["head"], log["columns"]
    options = [
        (-1, "Nothing says this"),
        *((at, f"{at + 1}: {cell or 'no heading'}"[:60]) for at, cell in enumerate(head)),
    ]
    return tuple(
        (name, FIELDS[name][0], tuple((at, words, named.get(name, -1) == at) for at, words in options))
        for name in SHOWN
    )
