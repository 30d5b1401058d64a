"""What is put on the agenda of a board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from lms.core import events
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.gradebook.actions.boards import RUNNING, open_row, wrote
from lms.gradebook.events import BoardItemProposed
from lms.gradebook.models import BoardItem
from lms.gradebook.queries.boards import Agenda, BoardView, Room, room
from lms.gradebook.queries.earlier_decisions import earlier_decisions, reversals
from lms.gradebook.rules.boards import (
    HIGHEST,
    OF_ONE,
    BoardRefusal,
    ItemState,
    Proposal,
    why_not_shift,
)
from lms.people.rules import Actor

LONGEST = 2000
OF_MARKS = frozenset({Proposal.SCALE, Proposal.MARK})


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What somebody wants the board to decide."""

    kind: Proposal
    reason: str
    case: int | None = None
    """The number of the learner on the list."""
    thing: tuple[int, str] | None = None
    """Activity and part."""
    value: Fraction | None = None
    """The shift, or the mark."""
    key: str = ""
    """The band, or the condition."""
    reverses: int | None = None
    """The number of the decision that is to be reversed."""
    of_board: str = ""
    """The closed board whose decision that is, by public id; empty: this one."""


def propose(board: BoardView, wanted: Proposed, *, actor: Actor, now: dt.datetime) -> BoardItem:
    """Put an item on the agenda; the members are told that there is something to vote on."""
    row = open_row(board.id)
    words_given(wanted.reason)
    there = room(board)
    case = next((one for one in there.cases if one.number == wanted.case), None)
    if wanted.kind in OF_ONE and case is None:
        raise RuleViolation(BoardRefusal.NO_CASE)
    if wanted.kind in OF_MARKS and wanted.thing is None:
        raise RuleViolation(BoardRefusal.NO_THING)
    reverses = _judged(there, wanted)
    value = wanted.value if wanted.kind in OF_MARKS and wanted.value is not None else Fraction(0)
    activity_id, part = wanted.thing if wanted.kind in OF_MARKS and wanted.thing else (None, "")
    item = BoardItem(
        board_id=board.id,
        number=max((one.row.number for one in there.items), default=0) + 1,
        kind=wanted.kind,
        state=ItemState.OPEN,
        line_id=case.id if case is not None and wanted.kind in OF_ONE else None,
        activity_id=activity_id,
        part=part,
        numerator=value.numerator,
        denominator=value.denominator,
        key=wanted.key if wanted.kind in (Proposal.BAND, Proposal.CONDONE) else "",
        reverses_id=reverses,
        reason=wanted.reason.strip(),
        proposed_by_id=actor.person_id,
        proposed_at=now,
        changes=[],
    )
    db.session.add(item)
    db.session.flush()
    wrote("gradebook.propose", row, actor, item.reason, item=item.number, kind=item.kind.value)
    events.record(BoardItemProposed(item_id=item.id, board_id=row.id, cohort_id=row.cohort_id, at=now))
    return item


def _judged(there: Room, wanted: Proposed) -> int | None:
    """Refuse what makes no sense; the id of the decision that is to be reversed, if it is about one."""
    if wanted.kind is Proposal.SCALE:
        refusal = why_not_shift(wanted.value)
        if refusal is not None:
            raise RuleViolation(refusal)
    if wanted.kind is Proposal.MARK and (wanted.value is None or not 0 <= wanted.value <= HIGHEST):
        raise RuleViolation(BoardRefusal.NOT_A_MARK)
    if wanted.kind is Proposal.BAND and wanted.key not in {one.key for one in there.board.grounds.bands}:
        raise RuleViolation(BoardRefusal.NO_BAND)
    if wanted.kind is Proposal.CONDONE:
        case = next(one for one in there.cases if one.number == wanted.case)
        failed = {one.condition.key for one in there.stands(case, case.figures).met if one.met is not True}
        if wanted.key not in failed:
            raise RuleViolation(BoardRefusal.NO_CONDITION)
    if wanted.kind is Proposal.CONFIRM:
        if there.board.confirmed_at is not None:
            raise RuleViolation(BoardRefusal.LIST_CONFIRMED)
        _refuse_twice([one for one in there.items if one.row.kind is Proposal.CONFIRM])
    if wanted.kind is not Proposal.REVERSE:
        return None
    pool = earlier_decisions(there, wanted.of_board) if wanted.of_board else there.items
    earlier = next((one for one in pool if one.row.number == wanted.reverses), None)
    if earlier is None or earlier.row.state is not ItemState.RELEASED or earlier.row.kind is Proposal.CONFIRM:
        raise RuleViolation(BoardRefusal.NOT_TO_REVERSE)
    if earlier.row.undone or earlier.row.kind is Proposal.REVERSE:
        raise RuleViolation(BoardRefusal.REVERSED)
    reversed_id: int = earlier.row.id
    _refuse_twice(reversals(reversed_id))
    return reversed_id


def _refuse_twice(same: Iterable[Agenda]) -> None:
    """What can be decided once is not asked for a second time while the first waits."""
    waiting = next((one.row.number for one in same if one.row.state in RUNNING), None)
    if waiting is not None:
        raise RuleViolation(BoardRefusal.ASKED_ALREADY, number=waiting)


def words_given(text: str) -> None:
    """Refuse nothing and too much."""
    if not text.strip():
        raise RuleViolation(BoardRefusal.NO_REASON)
    if len(text) > LONGEST:
        raise RuleViolation(BoardRefusal.TOO_LONG)
