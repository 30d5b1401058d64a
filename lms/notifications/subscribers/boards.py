"""Boards of a cohort: members hear of seats, votes and minutes; learners, that a decision is in effect."""

from __future__ import annotations

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.core import events
from lms.core.db import db
from lms.gradebook.events import BoardAnnounced, BoardCalled, BoardClosed, BoardItemProposed
from lms.gradebook.models import Board, BoardItem, BoardSeat
from lms.gradebook.rules.boards import VOTING
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind


@events.on(BoardCalled)
def called(event: BoardCalled) -> None:
    """Tell whoever sits on a board from now on."""
    board = db.session.get_one(Board, event.board_id)
    cohort = cohorts.by_id(event.cohort_id)
    message = Message(
        kind=NoticeKind.PLACE,
        key=f"board:{board.id}",
        title=f"You sit on a board: {board.title}",
        text="The list, the agenda and the votes stand on its page. No result stands in a mail.",
        link=queries.path("gradebook.board", cohort.slug, public_id=board.public_id),
        cohort_id=event.cohort_id,
        act="Open the board",
    )
    actions.tell_all(queries.people(sorted(event.person_ids)), message, now=event.at)


@events.on(BoardItemProposed)
def proposed(event: BoardItemProposed) -> None:
    """Tell the members with a vote; not of whom or of what it is."""
    item = db.session.get_one(BoardItem, event.item_id)
    board = db.session.get_one(Board, event.board_id)
    cohort = cohorts.by_id(event.cohort_id)
    voters = db.session.scalars(
        sa.select(BoardSeat.person_id).where(
            BoardSeat.board_id == board.id,
            BoardSeat.seat.in_(VOTING),
            BoardSeat.person_id != item.proposed_by_id,
        )
    ).all()
    message = Message(
        kind=NoticeKind.REQUEST,
        key=f"board:{board.id}:item:{item.number}",
        title=f"{board.title}: item {item.number} waits for your vote",
        text="What is proposed, what it would do and the reason stand on its page.",
        link=queries.path(
            "gradebook.board_item", cohort.slug, public_id=board.public_id, number=str(item.number)
        ),
        cohort_id=event.cohort_id,
        act="Vote",
    )
    actions.tell_all(queries.people(sorted(voters)), message, now=event.at)


@events.on(BoardClosed)
def closed(event: BoardClosed) -> None:
    """Tell the members that the minutes are closed."""
    board = db.session.get_one(Board, event.board_id)
    cohort = cohorts.by_id(event.cohort_id)
    people = db.session.scalars(sa.select(BoardSeat.person_id).where(BoardSeat.board_id == board.id)).all()
    message = Message(
        kind=NoticeKind.REQUEST,
        key=f"board:{board.id}:minutes",
        title=f"{board.title}: the minutes are ready",
        text="Every item with its votes and words, to be read, printed or taken as CSV.",
        link=queries.path("gradebook.minutes", cohort.slug, public_id=board.public_id),
        cohort_id=event.cohort_id,
        act="Read the minutes",
    )
    actions.tell_all(queries.people(sorted(people)), message, now=event.at)


@events.on(BoardAnnounced)
def announced(event: BoardAnnounced) -> None:
    """Tell a learner that a decision about them is in effect; what it is stands on their page alone."""
    cohort = cohorts.by_id(event.cohort_id)
    message = Message(
        kind=NoticeKind.MARK,
        key=f"board:{event.item_id}:decided",
        title="A board decided about your results",
        text="What it decided and why stand beside your results. No result stands in a mail.",
        link=queries.path("gradebook.my_results", cohort.slug),
        cohort_id=event.cohort_id,
        act="Open your results",
    )
    actions.tell_all(queries.of_places([event.place_id]), message, now=event.at)
