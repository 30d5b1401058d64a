"""Boards: those of a cohort, and one with its members, its list, its agenda and every vote."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.errors import NotFound
from lms.enrolment.models import Place
from lms.gradebook.models import Board, BoardItem, BoardLine, BoardSeat, BoardVote
from lms.gradebook.policy import OVERSEEING
from lms.gradebook.queries.board_lists import Figures, grounds, panels
from lms.gradebook.queries.board_rows import ITEMS
from lms.gradebook.queries.plans import plan
from lms.gradebook.queries.results import results_of_cohort
from lms.gradebook.rules.boards import (
    PANEL,
    Choice,
    Condition,
    Decided,
    Grounds,
    ItemState,
    Proposal,
    Seat,
    Tally,
    count,
    decided,
)
from lms.people.models import Person
from lms.people.rules import Actor


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board, as the URL names it."""

    id: int
    public_id: str
    cohort: CohortView
    course_key: str
    title: str
    numbered: bool
    quorum: int
    taken_at: dt.datetime
    confirmed_at: dt.datetime | None
    closed_at: dt.datetime | None
    seat: Seat | None
    """What the one who looks is on it."""

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.cohort.id

    @property
    def about(self) -> str:
        """The course, or the programme."""
        courses = plan(self.cohort.version_id).courses
        return next((one.title for one in courses if one.key == self.course_key), "The programme")

    @property
    def grounds(self) -> Grounds:
        """By what it judges."""
        return grounds(self.cohort.version_id, self.course_key)


def board_visible_to(actor: Actor, slug: str, public_id: str) -> BoardView:
    """A board on which the actor sits, or of a cohort that they oversee; else NotFound. Two statements."""
    row = db.session.execute(
        sa.select(Board, BoardSeat.seat)
        .join(Cohort, Cohort.id == Board.cohort_id)
        .outerjoin(BoardSeat, sa.and_(BoardSeat.board_id == Board.id, BoardSeat.person_id == actor.person_id))
        .where(Board.public_id == public_id, Cohort.slug == slug)
    ).one_or_none()
    if row is None or (row.seat is None and not actor.has_any(OVERSEEING, row.Board.cohort_id)):
        raise NotFound
    return view_of(row.Board, cohorts.by_id(row.Board.cohort_id), row.seat)


def view_of(row: Board, cohort: CohortView, seat: Seat | None) -> BoardView:
    """A board as it is read."""
    return BoardView(
        row.id,
        row.public_id,
        cohort,
        row.course_key,
        row.title,
        row.numbered,
        row.quorum,
        row.taken_at,
        row.confirmed_at,
        row.closed_at,
        seat,
    )


@dataclass(frozen=True, slots=True)
class BoardSummary:
    """A board in a list."""

    view: BoardView
    learners: int
    open: int
    decided: int


def boards_of(cohort: CohortView, actor: Actor) -> list[BoardSummary]:
    """The boards of a cohort that the actor may see, the newest first. One statement."""
    lines = (
        sa.select(sa.func.count())
        .select_from(BoardLine)
        .where(BoardLine.board_id == Board.id)
        .scalar_subquery()
    )

    def items(*states: ItemState) -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(BoardItem)
            .where(BoardItem.board_id == Board.id, BoardItem.state.in_(states))
            .scalar_subquery()
        )

    rows = db.session.execute(
        sa.select(
            Board,
            BoardSeat.seat,
            lines.label("learners"),
            items(ItemState.OPEN, ItemState.ADOPTED, ItemState.ENTERED).label("open"),
            items(ItemState.RELEASED, ItemState.REJECTED).label("decided"),
        )
        .outerjoin(BoardSeat, sa.and_(BoardSeat.board_id == Board.id, BoardSeat.person_id == actor.person_id))
        .where(Board.cohort_id == cohort.id)
        .order_by(Board.id.desc())
    )
    sees = actor.has_any(OVERSEEING, cohort.id)
    return [
        BoardSummary(view_of(row.Board, cohort, row.seat), row.learners, row.open, row.decided)
        for row in rows
        if sees or row.seat is not None
    ]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a board."""

    person_id: int
    public_id: str
    name: str
    seat: Seat


@dataclass(frozen=True, slots=True)
class Case:
    """A learner on the list."""

    id: int
    place_id: int
    public_id: str
    name: str
    number: int
    figures: Figures
    """As the list was taken."""
    band: str
    pending: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """An item with its votes."""

    row: Any
    """Its columns, as `BoardItem` has them."""
    votes: Mapping[int, Choice]
    """The last of each member."""
    story: tuple[tuple[int, Choice, str, dt.datetime], ...]
    """(member, vote, why recused, when), every one that was given."""

    @property
    def tally(self) -> Tally:
        """The votes; once it is decided, as they were counted."""
        if self.row.decided_at is not None:
            return Tally(self.row.favour, self.row.against, self.row.abstained)
        return count(self.votes)

    @property
    def value(self) -> Fraction:
        """The shift or the mark."""
        return Fraction(self.row.numerator, self.row.denominator)


@dataclass(frozen=True)
class Room:
    """A board with everything on its table."""

    board: BoardView
    members: tuple[Member, ...]
    cases: tuple[Case, ...]
    items: tuple[Agenda, ...]

    @cached_property
    def names(self) -> dict[int, str]:
        """Members by person."""
        return {one.person_id: one.name for one in self.members}

    @property
    def chair(self) -> int | None:
        """Who is in the chair."""
        return next((one.person_id for one in self.members if one.seat is Seat.CHAIR), None)

    def case(self, line_id: int | None) -> Case | None:
        """The learner of an item."""
        return next((one for one in self.cases if one.id == line_id), None)

    def about(self, row: Any) -> Case | None:
        """The learner whom an item is about: its own, or the one of the decision that it reverses."""
        return next((one for one in self.cases if one.place_id == row.place_id), None)

    def called(self, case: Case) -> str:
        """What a learner is called on this board."""
        return f"No. {case.number}" if self.board.numbered else case.name

    @cached_property
    def in_effect(self) -> tuple[Agenda, ...]:
        """Decisions that hold: in effect, and not reversed by a later one that is, of this board or of a later one."""
        return tuple(one for one in self.items if one.row.state is ItemState.RELEASED and not one.row.undone)

    def condoned(self, case: Case) -> list[str]:
        """The conditions that the board forgave a learner."""
        return [
            one.row.key
            for one in self.in_effect
            if one.row.kind is Proposal.CONDONE and one.row.line_id == case.id
        ]

    def carried(self, case: Case) -> list[str]:
        """Why a learner's case is not closed with the others."""
        said = [one["text"] for one in case.pending]
        return said + [
            f"decision {one.row.number} carries it over"
            for one in self.in_effect
            if one.row.kind is Proposal.CARRY and one.row.line_id == case.id
        ]

    def band_set(self, case: Case) -> str:
        """The band that the board set for a learner: of several the one that took effect last."""
        bands = [
            one.row for one in self.in_effect if one.row.kind is Proposal.BAND and one.row.line_id == case.id
        ]
        last = max(bands, key=lambda row: (row.released_at, row.number), default=None)
        return last.key if last is not None else ""

    def stands(self, case: Case, figures: Mapping[str, Fraction]) -> Decided:
        """What stands for a learner with some figures and what is in effect."""
        return decided(self.board.grounds, figures, self.condoned(case), self.band_set(case))

    def now_of(self, case: Case, results: Mapping[int, Figures]) -> Figures:
        """A learner's figures as they stand now: results and panel of today, the rest as the list was taken."""
        return {**case.figures, **results.get(case.place_id, {})}

    def condition(self, key: str) -> Condition | None:
        """A condition by its key."""
        return next((one for one in self.board.grounds.conditions if one.key == key), None)


def room(board: BoardView) -> Room:
    """Read it. Four statements."""
    members = tuple(
        Member(*row)
        for row in db.session.execute(
            sa.select(Person.id, Person.public_id, Person.name, BoardSeat.seat)
            .join(BoardSeat, BoardSeat.person_id == Person.id)
            .where(BoardSeat.board_id == board.id)
            .order_by(BoardSeat.id)
        )
    )
    cases = [
        Case(
            row.id,
            row.place_id,
            row.public_id,
            row.name,
            row.number,
            {key: Fraction(value) for key, value in row.figures.items()},
            row.band,
            tuple(row.pending),
        )
        for row in db.session.execute(
            sa.select(
                BoardLine.id,
                BoardLine.place_id,
                Place.public_id,
                Person.name,
                BoardLine.number,
                BoardLine.figures,
                BoardLine.band,
                BoardLine.pending,
            )
            .join(Place, Place.id == BoardLine.place_id)
            .join(Person, Person.id == Place.person_id)
            .where(BoardLine.board_id == board.id)
            .order_by(Person.sort_name, BoardLine.id)
        )
    ]
    if board.numbered:
        cases.sort(key=lambda one: one.number)
    votes: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(
        sa.select(BoardVote.item_id, BoardVote.person_id, BoardVote.choice, BoardVote.why, BoardVote.at)
        .join(BoardItem, BoardItem.id == BoardVote.item_id)
        .where(BoardItem.board_id == board.id)
        .order_by(BoardVote.id)
    ):
        votes[row.item_id].append((row.person_id, row.choice, row.why, row.at))
    items = tuple(
        Agenda(
            item,
            {person: choice for person, choice, _why, _at in votes[item.id]},
            tuple(votes[item.id]),
        )
        for item in db.session.execute(ITEMS.where(BoardItem.board_id == board.id).order_by(BoardItem.number))
    )
    return Room(board, members, tuple(cases), items)


@dataclass(frozen=True)
class ItemPage:
    """An item of a board, as the URL names it."""

    room: Room
    item: Agenda

    @property
    def board(self) -> BoardView:
        """Its board."""
        return self.room.board

    @property
    def cohort_id(self) -> int:
        """What policies ask of a thing."""
        return self.room.board.cohort.id

    @property
    def seat(self) -> Seat | None:
        """What the one who looks is on the board."""
        return self.room.board.seat


def item_visible_to(actor: Actor, slug: str, public_id: str, number: int) -> ItemPage:
    """An item of a board that the actor sees; else NotFound."""
    found = room(board_visible_to(actor, slug, public_id))
    item = next((one for one in found.items if one.row.number == number), None)
    if item is None:
        raise NotFound
    return ItemPage(found, item)


def results_now(board: BoardView) -> dict[int, Figures]:
    """The results of a board's cohort as they stand now, and the panel's where it is asked for. Two statements."""
    found: dict[int, Figures] = {
        place: {key: one.value for key, one in of.items()}
        for place, of in results_of_cohort(board.cohort.id).items()
    }
    if any(one.figure == PANEL for one in board.grounds.conditions):
        for place, value in panels(board.cohort.version_id, found).items():
            found[place][PANEL] = value
    return found
