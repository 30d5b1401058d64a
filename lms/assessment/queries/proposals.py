"""What giving out the work of an activity would do, worked out by rule, and what was given out last."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from lms.assessment.models import AllocationRun, MarkingTask
from lms.assessment.queries.batch_lines import BatchView
from lms.assessment.queries.markers import MarkerLine, markers_of
from lms.assessment.rules import OPEN, Candidate, Hindered, Piece, Shared, TaskState, even_out, share_out
from lms.core.db import db
from lms.people.models import Person


class What(enum.StrEnum):
    """Which pieces are given out."""

    WAITING = "waiting"
    """Those that nobody has."""
    LEAVE = "leave"
    """Those not begun of whoever is on leave."""
    EVEN = "even"
    """As few as it takes until loads lie within one of each other."""


@dataclass(frozen=True, slots=True)
class OpenPiece:
    """A piece of work of the activity that is still to be marked."""

    id: int
    public_id: str
    title: str
    version: int
    begun: bool
    marker_id: int | None
    promised_at: dt.datetime
    places: frozenset[int]


@dataclass(frozen=True, slots=True)
class Move:
    """A piece and who would have it."""

    piece: OpenPiece
    to_id: int


@dataclass(frozen=True)
class Proposal:
    """What giving work out would do."""

    what: What
    markers: tuple[MarkerLine, ...]
    pieces: tuple[OpenPiece, ...]
    moves: tuple[Move, ...]
    left: tuple[tuple[OpenPiece, Hindered], ...]
    """Pieces that nobody has, and nobody would get."""
    stamp: str
    """Names exactly this outcome: what a confirmation confirms."""

    def after(self, person_id: int) -> int:
        """How many open pieces of the activity somebody would have."""
        now = sum(piece.marker_id == person_id for piece in self.pieces)
        gone = sum(move.piece.marker_id == person_id for move in self.moves)
        return now - gone + sum(move.to_id == person_id for move in self.moves)


def open_pieces(view: BatchView, *, lock: bool = False) -> list[OpenPiece]:
    """What is still to be marked of an activity, the oldest first. One statement."""
    statement = (
        sa.select(
            MarkingTask.id,
            MarkingTask.public_id,
            MarkingTask.title,
            MarkingTask.version,
            MarkingTask.state,
            MarkingTask.marker_id,
            MarkingTask.promised_at,
            MarkingTask.place_ids,
        )
        .where(
            MarkingTask.cohort_id == view.cohort.id,
            MarkingTask.activity_id == view.activity.id,
            MarkingTask.part == view.part,
            MarkingTask.state.in_(OPEN),
        )
        .order_by(MarkingTask.handed_in_at, MarkingTask.id)
    )
    return [
        OpenPiece(
            row.id,
            row.public_id,
            row.title,
            row.version,
            row.state is TaskState.DRAFT,
            row.marker_id,
            row.promised_at,
            frozenset(row.place_ids["places"]),
        )
        for row in db.session.execute(statement.with_for_update() if lock else statement)
    ]


def propose(view: BatchView, what: What, *, now: dt.datetime, lock: bool = False) -> Proposal:
    """Work out who would get what. Five statements; with `lock` the pieces stay as they are until the end."""
    pieces = open_pieces(view, lock=lock)
    return proposal_of(what, pieces, markers_of(view.cohort, view.activity, now=now))


def proposal_of(what: What, pieces: Sequence[OpenPiece], markers: Sequence[MarkerLine]) -> Proposal:
    """The same of pieces and markers that were read already."""
    by_id = {piece.id: piece for piece in pieces}
    if what is What.EVEN:
        held = [(_of(one), one.marker_id) for one in pieces if one.marker_id is not None and not one.begun]
        shared = Shared(even_out(held, [line.candidate() for line in markers]), {})
    else:
        wanted = _wanted(what, pieces, markers)
        shared = share_out([_of(piece) for piece in wanted], _without(markers, wanted))
    moves = tuple(
        Move(by_id[number], to) for number, to in shared.given.items() if by_id[number].marker_id != to
    )
    left = tuple((by_id[number], why) for number, why in shared.left.items())
    return Proposal(what, tuple(markers), tuple(pieces), moves, left, _stamp(what, moves))


def _of(piece: OpenPiece) -> Piece:
    return Piece(piece.id, piece.places)


def _wanted(what: What, pieces: Sequence[OpenPiece], markers: Sequence[MarkerLine]) -> list[OpenPiece]:
    if what is What.WAITING:
        return [piece for piece in pieces if piece.marker_id is None]
    away = {line.person_id for line in markers if line.away}
    return [piece for piece in pieces if piece.marker_id in away and not piece.begun]


def _without(markers: Sequence[MarkerLine], wanted: Sequence[OpenPiece]) -> list[Candidate]:
    """The candidates as if nobody had these pieces."""
    found = []
    for line in markers:
        theirs = sum(piece.marker_id == line.person_id for piece in wanted)
        one = line.candidate()
        found.append(
            replace(
                one,
                waiting=one.waiting - theirs,
                in_cohort=one.in_cohort - theirs,
                here=one.here - theirs,
            )
        )
    return found


def _stamp(what: What, moves: Sequence[Move]) -> str:
    said = [f"{move.piece.id}.{move.piece.version}.{move.piece.marker_id}.{move.to_id}" for move in moves]
    return hashlib.sha256(";".join([what.value, *said]).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class RunLine:
    """Work that was given out together."""

    public_id: str
    count: int
    by: str
    at: dt.datetime
    undone_at: dt.datetime | None


def last_run(view: BatchView) -> RunLine | None:
    """What was given out last of an activity. One statement."""
    row = db.session.execute(
        sa.select(
            AllocationRun.public_id,
            AllocationRun.moves,
            Person.name,
            AllocationRun.at,
            AllocationRun.undone_at,
        )
        .join(Person, Person.id == AllocationRun.by_id)
        .where(
            AllocationRun.cohort_id == view.cohort.id,
            AllocationRun.activity_id == view.activity.id,
            AllocationRun.part == view.part,
        )
        .order_by(AllocationRun.id.desc())
        .limit(1)
    ).one_or_none()
    return RunLine(row.public_id, len(row.moves), row.name, row.at, row.undone_at) if row else None
