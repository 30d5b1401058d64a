"""What the page of who marks what shows: markers with loads, caps and leave, work without a marker, a preview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from lms.assessment.queries import BatchView, ConflictLine, LeaveLine, MarkerLine, Proposal, RunLine, What
from lms.web.filters import days, plural, relative

WORDS = {
    What.WAITING: "Give out the work that nobody has",
    What.LEAVE: "Give the work of those on leave to others",
    What.EVEN: "Even the loads out",
}


@dataclass(frozen=True)
class MarkerRow:
    """Somebody who marks here."""

    name: str
    public_id: str
    here: str
    all: str
    cap: str
    leave: str
    leave_tone: str
    promise: str
    overdue: bool


@dataclass(frozen=True)
class PreviewRow:
    """What a proposal does to one marker."""

    name: str
    before: int
    after: int
    gets: int
    note: str


@dataclass(frozen=True)
class MoveRow:
    """A piece that would change hands."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """What would happen."""

    title: str
    what: str
    stamp: str
    rows: tuple[PreviewRow, ...]
    moves: tuple[MoveRow, ...]
    button: str


@dataclass(frozen=True)
class LeaveRow:
    """Days of leave that can be taken away."""

    public_id: str
    name: str
    words: str


@dataclass(frozen=True)
class Choice:
    """A proposal to look at."""

    label: str
    href: str
    count: str


@dataclass(frozen=True)
class AllocationPage:
    """Who marks an activity of a cohort."""

    batch: BatchView
    open: int
    markers: tuple[MarkerRow, ...]
    unowned: tuple[tuple[str, str, str], ...]
    """Pieces that nobody has: title, address, and why, or who would get it."""
    stuck: int
    """Of those, how many nobody would get."""
    choices: tuple[Choice, ...]
    preview: Preview | None
    leaves: tuple[LeaveRow, ...]
    conflicts: tuple[ConflictLine, ...]
    last: RunLine | None


def present(
    view: BatchView,
    proposal: Proposal,
    waiting: Proposal,
    last: RunLine | None,
    conflicts: Sequence[ConflictLine],
    *,
    asked: bool,
    now: dt.datetime,
) -> AllocationPage:
    """Make the page. `waiting` is the proposal for what nobody has: it says why some stays without a marker."""
    names = {line.person_id: line.name for line in proposal.markers}
    goes = {move.piece.id: names[move.to_id] for move in waiting.moves}
    why = {piece.id: hindered.words() for piece, hindered in waiting.left}
    return AllocationPage(
        batch=view,
        open=len(proposal.pieces),
        markers=tuple(_marker(line, now) for line in proposal.markers),
        unowned=tuple(
            (
                piece.title,
                url_for("assessment.desk", task=piece.public_id),
                f"would go to {goes[piece.id]}" if piece.id in goes else why.get(piece.id, ""),
            )
            for piece in proposal.pieces
            if piece.marker_id is None
        ),
        stuck=len(why),
        choices=_choices(view, proposal),
        preview=_preview(proposal, names) if asked else None,
        leaves=tuple(
            LeaveRow(leave.public_id, line.name, leave_words(leave, line.today))
            for line in proposal.markers
            for leave in line.leaves
        ),
        conflicts=tuple(conflicts),
        last=last,
    )


def leave_words(leave: LeaveLine, today: dt.date) -> str:
    """The days of a leave."""
    return days(leave.from_on, leave.until_on, today)


def _marker(line: MarkerLine, now: dt.datetime) -> MarkerRow:
    caps = [
        f"{line.cap_here} here" if line.cap_here is not None else "",
        f"{line.cap} in the cohort" if line.cap is not None else "",
    ]
    coming = next(iter(line.leaves), None)
    promise = line.promised_at
    return MarkerRow(
        name=line.name,
        public_id=line.public_id,
        here=f"{line.here}, {line.begun} begun" if line.begun else str(line.here),
        all=f"{line.in_cohort} in the cohort"
        + (f", {line.waiting} in all" if line.waiting > line.in_cohort else ""),
        cap=" · ".join(filter(None, caps)) or "none",
        leave=leave_words(line.away or coming, line.today) if coming else "",
        leave_tone="warn" if line.away else "",
        promise=relative(promise, now) if promise else "",
        overdue=promise is not None and promise < now,
    )


def _choices(view: BatchView, proposal: Proposal) -> tuple[Choice, ...]:
    away = {line.person_id for line in proposal.markers if line.away}
    unowned = sum(piece.marker_id is None for piece in proposal.pieces)
    held = sum(piece.marker_id in away and not piece.begun for piece in proposal.pieces)
    loads = [line.waiting for line in proposal.markers if not line.away]
    uneven = bool(loads) and max(loads) - min(loads) > 1 and any(line.here for line in proposal.markers)
    found = [
        (What.WAITING, plural(unowned, "piece")) if unowned else None,
        (What.LEAVE, plural(held, "piece")) if held else None,
        (What.EVEN, "") if uneven else None,
    ]
    return tuple(
        Choice(
            WORDS[one[0]],
            url_for("assessment.allocation", slug=view.cohort.slug, key=view.key, propose=one[0].value),
            one[1],
        )
        for one in found
        if one
    )


def _preview(proposal: Proposal, names: dict[int, str]) -> Preview:
    rows = []
    for line in proposal.markers:
        gets = sum(move.to_id == line.person_id for move in proposal.moves)
        note = "on leave" if line.away else ""
        if gets and line.leaves and not line.away:
            note = f"on leave {leave_words(line.leaves[0], line.today)}"
        rows.append(PreviewRow(line.name, line.here, proposal.after(line.person_id), gets, note))
    moves = proposal.moves
    return Preview(
        title=WORDS[proposal.what],
        what=proposal.what.value,
        stamp=proposal.stamp,
        rows=tuple(rows),
        moves=tuple(
            MoveRow(
                move.piece.title,
                names.get(
                    move.piece.marker_id or 0, "nobody" if move.piece.marker_id is None else "somebody else"
                ),
                names[move.to_id],
            )
            for move in moves
        ),
        button=f"Give out {plural(len(moves), 'piece')}" if moves else "",
    )
