"""A board: opened with its members and a list that never changes, and closed with its minutes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import SystemRandom

import sqlalchemy as sa

from lms.assessment.rules import exact
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import audit, events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.curriculum import queries as curriculum
from lms.enrolment import queries as enrolment
from lms.gradebook.events import BoardAnnounced, BoardCalled, BoardClosed
from lms.gradebook.models import Board, BoardItem, BoardLine, BoardSeat, BoardVote
from lms.gradebook.queries.board_lists import grounds, take
from lms.gradebook.queries.board_said import confirmed_places
from lms.gradebook.queries.plans import plan
from lms.gradebook.queries.results import PROGRAMME
from lms.gradebook.rules.boards import BoardRefusal, ItemState, Proposal, Seat, decided
from lms.people.models import Person, User
from lms.people.rules import Actor, normal_email

RUNNING = (ItemState.OPEN, ItemState.ADOPTED, ItemState.ENTERED)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a board is opened with. Who opens it is its secretary."""

    course_key: str
    title: str
    chair: str
    """Public ids of persons."""
    members: tuple[str, ...] = ()
    numbered: bool = False


def open_board(cohort: CohortView, opening: Opening, *, actor: Actor, now: dt.datetime) -> Board:
    """Take the list as it stands now, and ask the members in.

    Raises RuleViolation while nothing of it is released, without somebody else in the chair, or for a learner.
    """
    taken = take(cohort, opening.course_key, now)
    if not taken:
        raise RuleViolation(BoardRefusal.NO_RESULTS)
    people = {one.public_id: one for one in cohorts.persons([opening.chair, *opening.members])}
    chair = people.get(opening.chair)
    if chair is None or chair.id == actor.person_id:
        raise RuleViolation(BoardRefusal.NO_CHAIR)
    judged_by = grounds(cohort.version_id, opening.course_key)
    row = Board(
        cohort_id=cohort.id,
        course_key=opening.course_key,
        title=opening.title.strip(),
        numbered=opening.numbered,
        quorum=judged_by.quorum,
        opened_by_id=actor.person_id,
        taken_at=now,
    )
    db.session.add(row)
    db.session.flush()
    numbers = list(range(1, len(taken) + 1))
    SystemRandom().shuffle(numbers)
    db.session.add_all(
        BoardLine(
            board_id=row.id,
            place_id=one.place_id,
            number=number,
            figures={key: exact(value) for key, value in one.figures.items()},
            band=decided(judged_by, one.figures).band.key,
            pending=list(one.pending),
        )
        for one, number in zip(taken, numbers, strict=True)
    )
    seats = {actor.person_id: Seat.SECRETARY, chair.id: Seat.CHAIR}
    for one in people.values():
        seats.setdefault(one.id, Seat.MEMBER)
    for person_id in seats:
        _refuse_learner(cohort.id, person_id)
    db.session.add_all(
        BoardSeat(board_id=row.id, person_id=person_id, seat=seat, invited_at=now)
        for person_id, seat in seats.items()
    )
    db.session.flush()
    wrote("gradebook.open_board", row, actor, row.title, seats=len(seats), learners=len(taken))
    _call(row, [one for one in seats if one != actor.person_id], now)
    return row


def add_member(board_id: int, email: str, *, actor: Actor, now: dt.datetime) -> BoardSeat:
    """Ask somebody in by the address of their account: of the house, or from outside."""
    row = open_row(board_id)
    person = db.session.execute(
        sa.select(Person.id, Person.name)
        .join(User, User.person_id == Person.id)
        .where(Person.email == normal_email(email), User.active.is_(True))
    ).first()
    if person is None:
        raise RuleViolation(BoardRefusal.UNKNOWN)
    _refuse_learner(row.cohort_id, person.id)
    if seat_of(board_id, person.id) is not None:
        raise RuleViolation(BoardRefusal.TWICE, name=person.name)
    seat = BoardSeat(board_id=board_id, person_id=person.id, seat=Seat.MEMBER, invited_at=now)
    db.session.add(seat)
    db.session.flush()
    wrote("gradebook.seat_board", row, actor, "", person_id=person.id)
    _call(row, [person.id], now)
    return seat


def remove_member(board_id: int, public_id: str, *, actor: Actor) -> None:
    """Let somebody go who has not voted. The chair and the secretary stay."""
    row = open_row(board_id)
    seat = db.session.scalar(
        sa.select(BoardSeat)
        .join(Person, Person.id == BoardSeat.person_id)
        .where(BoardSeat.board_id == board_id, Person.public_id == public_id, BoardSeat.seat == Seat.MEMBER)
    )
    if seat is None:
        raise NotFound
    voted = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(BoardVote)
        .join(BoardItem, BoardItem.id == BoardVote.item_id)
        .where(BoardItem.board_id == board_id, BoardVote.person_id == seat.person_id)
    )
    if voted:
        raise RuleViolation(BoardRefusal.SEATED)
    wrote("gradebook.unseat_board", row, actor, "", person_id=seat.person_id)
    db.session.delete(seat)
    db.session.flush()


def show_names(board_id: int, *, names: bool, actor: Actor) -> None:
    """Show learners under their names, or under the numbers that were drawn for them."""
    row = open_row(board_id)
    row.numbered = not names
    db.session.flush()
    wrote("gradebook.board_names", row, actor, "", names=names)


def close_board(board_id: int, *, actor: Actor, now: dt.datetime) -> Board:
    """Close the minutes. Raises RuleViolation while an item is neither decided nor carried out nor withdrawn."""
    row = open_row(board_id)
    left = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(BoardItem)
        .where(BoardItem.board_id == board_id, BoardItem.state.in_(RUNNING))
    )
    if left:
        raise RuleViolation(BoardRefusal.LEFT_OPEN, count=left)
    row.closed_at, row.closed_by_id = now, actor.person_id
    db.session.flush()
    wrote("gradebook.close_board", row, actor, "")
    events.record(BoardClosed(board_id=row.id, cohort_id=row.cohort_id, at=now))
    return row


def open_row(board_id: int) -> Board:
    """A board under lock; raises RuleViolation once its minutes are closed."""
    row: Board | None = locked(Board, board_id)
    if row is None:
        raise NotFound
    if row.closed_at is not None:
        raise RuleViolation(BoardRefusal.CLOSED)
    return row


def refuse_confirmed(cohort: CohortView, place_id: int, activity_id: int) -> None:
    """Raise RuleViolation where a board has confirmed the result that this mark counts in."""
    if place_id in confirmed_in(cohort, activity_id):
        raise RuleViolation(BoardRefusal.CONFIRMED)


def confirmed_in(cohort: CohortView, activity_id: int) -> set[int]:
    """Whose result a board has confirmed, of the course of an activity or of the programme."""
    outline = curriculum.outline(cohort.version_id)
    course = outline.course(outline.activities[activity_id].course_id).key
    counted = any(
        activity_id == item.activity_id for one in plan(cohort.version_id).courses for item in one.items
    )
    return confirmed_places(cohort.id, (course, PROGRAMME)) if counted else set()


def seat_of(board_id: int, person_id: int) -> Seat | None:
    """What somebody is on a board now."""
    found: Seat | None = db.session.scalar(
        sa.select(BoardSeat.seat).where(BoardSeat.board_id == board_id, BoardSeat.person_id == person_id)
    )
    return found


def _refuse_learner(cohort_id: int, person_id: int) -> None:
    if enrolment.place_of(cohort_id, person_id) is not None:
        raise RuleViolation(BoardRefusal.LEARNER, name=db.session.get_one(Person, person_id).name)


def _call(row: Board, person_ids: list[int], now: dt.datetime) -> None:
    events.record(BoardCalled(board_id=row.id, cohort_id=row.cohort_id, person_ids=tuple(person_ids), at=now))


def announce(row: Board, item: BoardItem, now: dt.datetime) -> None:
    """Let a learner be told of a band or a condoned condition, given or reversed; marks have notices of their own."""
    about = db.session.get_one(BoardItem, item.reverses_id) if item.kind is Proposal.REVERSE else item
    if about.kind in (Proposal.BAND, Proposal.CONDONE):
        line = db.session.get_one(BoardLine, about.line_id)
        events.record(
            BoardAnnounced(item_id=item.id, cohort_id=row.cohort_id, place_id=line.place_id, at=now)
        )


def wrote(action: str, row: Board, actor: Actor, reason: str, **after: object) -> None:
    """Write down what was done with a board; never a mark or a vote of somebody."""
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="board",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            after=dict(after),
            reason=reason,
        )
    )
