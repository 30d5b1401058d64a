"""Items of boards as rows: with the learner whom each is about, and with what it reverses or is reversed by."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.gradebook.models import Board, BoardItem, BoardLine
from lms.gradebook.rules.boards import ItemState

_was, _later = aliased(BoardItem), aliased(BoardItem)
_was_of = aliased(Board)

ITEMS = (
    sa.select(
        *BoardItem.__table__.c,
        Board.public_id.label("board_public_id"),
        Board.title.label("board_title"),
        BoardLine.place_id,
        _was.number.label("reversed_number"),
        _was.board_id.label("reversed_board_id"),
        _was_of.title.label("reversed_title"),
        sa.exists()
        .where(_later.reverses_id == BoardItem.id, _later.state == ItemState.RELEASED)
        .label("undone"),
    )
    .select_from(BoardItem)
    .join(Board, Board.id == BoardItem.board_id)
    .outerjoin(_was, _was.id == BoardItem.reverses_id)
    .outerjoin(_was_of, _was_of.id == _was.board_id)
    .outerjoin(BoardLine, BoardLine.id == sa.func.coalesce(_was.line_id, BoardItem.line_id))
)
"""The columns of `BoardItem`, its board, whom it is about (through the decision that it reverses), and `undone`: a
decision that reverses it is in effect, on whichever board.
"""
