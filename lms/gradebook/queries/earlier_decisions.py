"""Decisions of closed boards that hold, for a later board of the same results: only it can reverse them."""

from __future__ import annotations

import sqlalchemy as sa

from lms.core.db import db
from lms.gradebook.models import Board, BoardItem
from lms.gradebook.queries.board_rows import ITEMS
from lms.gradebook.queries.boards import Agenda, Room
from lms.gradebook.rules.boards import LATER, OF_ONE, ItemState


def earlier_decisions(there: Room, of_board: str = "") -> list[Agenda]:
    """What a board may reverse of closed boards before it, of one of them if it is named, by board and number.

    Decisions about one learner are among them where that learner is on the list. One statement.
    """
    statement = ITEMS.where(
        Board.cohort_id == there.board.cohort.id,
        Board.course_key == there.board.course_key,
        Board.closed_at.is_not(None),
        Board.id < there.board.id,
        BoardItem.state == ItemState.RELEASED,
        BoardItem.kind.in_(LATER),
    ).order_by(Board.id, BoardItem.number)
    if of_board:
        statement = statement.where(Board.public_id == of_board)
    listed = {case.place_id for case in there.cases}
    return [
        Agenda(row, {}, ())
        for row in db.session.execute(statement)
        if not row.undone and (row.kind not in OF_ONE or row.place_id in listed)
    ]


def reversals(item_id: int) -> list[Agenda]:
    """Every proposal to reverse a decision, on whichever board. One statement."""
    rows = db.session.execute(sa.select(*BoardItem.__table__.c).where(BoardItem.reverses_id == item_id))
    return [Agenda(row, {}, ()) for row in rows]
