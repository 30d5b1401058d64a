"""A course board that was held, with votes and minutes, and its second sitting, which waits for votes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from lms.assessment import queries as assessment
from lms.demo.world import Year, at
from lms.gradebook import actions, queries
from lms.gradebook.models import Board
from lms.gradebook.queries import ItemPage
from lms.gradebook.queries.boards import view_of
from lms.gradebook.rules.boards import Choice, Proposal, Seat
from lms.people.rules import Actor

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
COURSE = "core"
MEMO = "a-3"


def board(year: Year) -> None:
    """Where the first course is over its board has met; elsewhere none has yet."""
    if year.now - dt.timedelta(weeks=26) < year.items["s1"].starts_at:
        return
    secretary, chair = year.staff["coordinator"], year.staff["director"]
    wanted = {public_id for public_id, _name in queries.eligible(year.cohort, year.now)}
    taken = {secretary.person_id, chair.person_id}
    members = [one for one in year.staff.values() if one.public_id in wanted and one.person_id not in taken][
        :3
    ]
    if len(members) < 2:
        return
    with at(year.now - 4 * DAY):
        first = _called(year, "Course A board", year.now - 4 * DAY, chair, members)
        _discretion(year, first, [chair, *members], secretary, year.now - 4 * DAY + 2 * HOUR)
        _carried(year, first, [chair, *members], secretary, year.now - 4 * DAY + 3 * HOUR)
        actions.close_board(first.id, actor=secretary, now=year.now - 3 * DAY)
    with at(year.now - DAY):
        second = _called(year, "Course A board, second sitting", year.now - DAY, chair, members)
        _shift(year, second, members[0], secretary, year.now - 20 * HOUR)
        actions.propose(
            view_of(second, year.cohort, Seat.SECRETARY),
            actions.Proposed(kind=Proposal.CONFIRM, reason="Everything else is settled."),
            actor=secretary,
            now=year.now - 20 * HOUR,
        )


def _called(year: Year, title: str, when: dt.datetime, chair: Actor, members: Sequence[Actor]) -> Board:
    opening = actions.Opening(
        course_key=COURSE,
        title=title,
        chair=chair.public_id,
        members=tuple(one.public_id for one in members),
    )
    return actions.open_board(year.cohort, opening, actor=year.staff["coordinator"], now=when)


def _page(year: Year, row: Board, number: int, seat: Seat) -> ItemPage:
    room = queries.room(view_of(row, year.cohort, seat))
    return ItemPage(room, next(one for one in room.items if one.row.number == number))


def _thing(year: Year) -> tuple[int, str]:
    return next(
        (one.activity_id, one.part) for one in queries.markable(year.cohort.version_id) if one.key == MEMO
    )


def _discretion(year: Year, row: Board, voters: Sequence[Actor], secretary: Actor, when: dt.datetime) -> None:
    """Somebody's mark was raised by a vote, carried out by the secretary and released by the chair."""
    thing = _thing(year)
    room = queries.room(view_of(row, year.cohort, Seat.SECRETARY))
    marks = assessment.released_marks_of([case.place_id for case in room.cases])
    settled = [
        case
        for case in room.cases
        if thing in marks.get(case.place_id, {}) and all(one["kind"] == "mark" for one in case.pending)
    ]
    if not settled:
        return
    case = min(settled, key=lambda one: (marks[one.place_id][thing], one.number))
    item = actions.propose(
        room.board,
        actions.Proposed(
            kind=Proposal.MARK,
            reason="Wrote it between two nights in hospital; the note came after the mark.",
            case=case.number,
            thing=thing,
            value=min(marks[case.place_id][thing] + 4, Fraction(100)),
        ),
        actor=secretary,
        now=when,
    )
    for one, choice in zip(voters, (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.ABSTAIN), strict=False):
        actions.vote(_page(year, row, item.number, Seat.MEMBER), choice, actor=one, now=when)
    page = _page(year, row, item.number, Seat.SECRETARY)
    actions.decide(page, "The note was seen by two members.", actor=secretary, now=when)
    page = _page(year, row, item.number, Seat.SECRETARY)
    actions.carry_out(page, actor=secretary, now=when + HOUR)
    actions.release(_page(year, row, item.number, Seat.CHAIR), actor=voters[0], now=when + 15 * HOUR)


def _carried(year: Year, row: Board, voters: Sequence[Actor], secretary: Actor, when: dt.datetime) -> None:
    """A case with something open was carried over."""
    room = queries.room(view_of(row, year.cohort, Seat.SECRETARY))
    case = next((one for one in room.cases if one.pending), None)
    if case is None:
        return
    item = actions.propose(
        room.board,
        actions.Proposed(
            kind=Proposal.CARRY,
            reason="Something of this is not released; the second sitting decides.",
            case=case.number,
        ),
        actor=secretary,
        now=when,
    )
    for one in voters[:3]:
        actions.vote(_page(year, row, item.number, Seat.MEMBER), Choice.FOR, actor=one, now=when)
    page = _page(year, row, item.number, Seat.SECRETARY)
    actions.decide(page, "Carried over.", actor=secretary, now=when)


def _shift(year: Year, row: Board, member: Actor, secretary: Actor, when: dt.datetime) -> None:
    """A shift for everybody waits for votes; one member has voted."""
    item = actions.propose(
        view_of(row, year.cohort, Seat.SECRETARY),
        actions.Proposed(
            kind=Proposal.SCALE,
            reason="The task was set in two wordings; the second one took longer to read.",
            thing=_thing(year),
            value=Fraction(3, 2),
        ),
        actor=secretary,
        now=when,
    )
    actions.vote(_page(year, row, item.number, Seat.MEMBER), Choice.FOR, actor=member, now=when)
