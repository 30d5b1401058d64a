"""What is asked about boards from beside: who has to do with a case, what is confirmed, what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.models import Mark, MarkVersion
from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.gradebook.models import Board, BoardItem, BoardLine, MarkReview
from lms.gradebook.queries.board_lists import grounds
from lms.gradebook.queries.boards import room, view_of
from lms.gradebook.rules.boards import ItemState, Proposal, Tally
from lms.gradebook.rules.complaints import ReviewState
from lms.people.models import Person, RoleGrant
from lms.people.rules import Role
from lms.requests.models import Request
from lms.requests.rules import RUNNING


def entered_by(place_ids: Collection[int], activity_id: int | None, part: str) -> set[int]:
    """Who entered a version of the marks that an item is about. One statement."""
    wanted = (
        sa.select(MarkVersion.entered_by_id)
        .join(Mark, Mark.id == MarkVersion.mark_id)
        .where(Mark.place_id.in_(list(place_ids)), MarkVersion.entered_by_id.is_not(None))
        .distinct()
    )
    if activity_id is not None:
        wanted = wanted.where(Mark.activity_id == activity_id, Mark.part == part)
    return {one for one in db.session.scalars(wanted) if one is not None}


def second_assessors(place_id: int) -> set[int]:
    """Who looks a second time at a complaint of a learner that is not decided. One statement."""
    rows = db.session.scalars(
        sa.select(MarkReview.assessor_id)
        .join(Request, Request.id == MarkReview.request_id)
        .where(
            Request.place_id == place_id,
            Request.state.in_(RUNNING),
            MarkReview.state.in_((ReviewState.ASKED, ReviewState.JUDGED)),
        )
    )
    return set(rows)


def eligible(cohort: CohortView, now: dt.datetime) -> list[tuple[str, str]]:
    """Who of the house could sit on a board: faculty and coordinators of the cohort, and directors; by name."""
    rows = db.session.execute(
        sa.select(Person.public_id, Person.name, Person.sort_name)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            RoleGrant.role.in_((Role.FACULTY, Role.COORDINATOR, Role.DIRECTOR)),
            sa.or_(RoleGrant.cohort_id == cohort.id, RoleGrant.cohort_id.is_(None)),
            RoleGrant.starts_at <= now,
            sa.or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
        .distinct()
        .order_by(Person.sort_name, Person.public_id)
    )
    return [(row.public_id, row.name) for row in rows]


def any_confirmed(cohort_id: int) -> bool:
    """Whether a board of a cohort has confirmed its list. One statement."""
    wanted = sa.select(Board.id).where(Board.cohort_id == cohort_id, Board.confirmed_at.is_not(None))
    return db.session.scalar(wanted.limit(1)) is not None


def confirmed_places(cohort_id: int, course_keys: Collection[str]) -> set[int]:
    """Whose result a board has confirmed, of one of some courses. Not those whose case was carried over."""
    found: set[int] = set()
    for row in db.session.scalars(
        sa.select(Board).where(
            Board.cohort_id == cohort_id,
            Board.course_key.in_(list(course_keys)),
            Board.confirmed_at.is_not(None),
        )
    ):
        there = room(view_of(row, cohorts.by_id(cohort_id), None))
        found |= {case.place_id for case in there.cases if not there.carried(case)}
    return found


@dataclass(frozen=True, slots=True)
class Before:
    """What boards of a cohort put before a release of marks."""

    confirmed: bool
    """One of them has confirmed its list."""
    entered: dict[int, int]
    """Mark → the version that a board entered and has not released."""


def boards_before(cohort_id: int) -> Before:
    """Read it. One statement."""
    rows = db.session.execute(
        sa.select(Board.confirmed_at, BoardItem.changes)
        .outerjoin(BoardItem, sa.and_(BoardItem.board_id == Board.id, BoardItem.state == ItemState.ENTERED))
        .where(Board.cohort_id == cohort_id)
        .order_by(Board.id, BoardItem.id)
    ).all()
    return Before(
        any(row.confirmed_at is not None for row in rows),
        {change["mark"]: change["version"] for row in rows for change in row.changes or ()},
    )


def entered_places(entered: Mapping[int, int], activity_id: int, part: str) -> set[int]:
    """Whose mark of an activity stands in a version that a board entered. One statement, or none."""
    if not entered:
        return set()
    rows = db.session.execute(
        sa.select(Mark.id, Mark.place_id, Mark.latest_version).where(
            Mark.id.in_(list(entered)), Mark.activity_id == activity_id, Mark.part == part
        )
    )
    return {row.place_id for row in rows if row.latest_version == entered[row.id]}


@dataclass(frozen=True, slots=True)
class MarkDecision:
    """The decision of a board behind a version of a mark, for staff."""

    number: int
    board: str
    title: str
    at: dt.datetime
    votes: str
    version: int


def decisions_about(mark: str, cohort_id: int) -> list[MarkDecision]:
    """The decisions of boards that made versions of a mark. One statement."""
    wanted = sa.select(Mark.id).where(Mark.public_id == mark).scalar_subquery()
    rows = db.session.execute(
        sa.select(BoardItem, Board.public_id, Board.title, wanted.label("mark_id"))
        .join(Board, Board.id == BoardItem.board_id)
        .where(Board.cohort_id == cohort_id, BoardItem.entered_at.is_not(None))
        .order_by(BoardItem.id)
    )
    return [
        MarkDecision(
            row.BoardItem.number,
            row.public_id,
            row.title,
            row.BoardItem.decided_at,
            str(Tally(row.BoardItem.favour, row.BoardItem.against, row.BoardItem.abstained)),
            change["version"],
        )
        for row in rows
        for change in row.BoardItem.changes
        if change["mark"] == row.mark_id
    ]


@dataclass(frozen=True, slots=True)
class Said:
    """A decision about a learner that changed no mark, as the learner reads it: without votes."""

    number: int
    at: dt.datetime
    course_key: str
    words: str
    reason: str


def said_to(cohort: CohortView, place_id: int) -> list[Said]:
    """What boards decided about a learner besides marks, and is in effect; a decision that was reversed gives way to
    the one that reversed it. One statement.
    """
    later = aliased(BoardItem)
    rows = db.session.execute(
        sa.select(BoardItem, Board.course_key, later)
        .join(BoardLine, BoardLine.id == BoardItem.line_id)
        .join(Board, Board.id == BoardItem.board_id)
        .outerjoin(later, sa.and_(later.reverses_id == BoardItem.id, later.state == ItemState.RELEASED))
        .where(
            BoardLine.place_id == place_id,
            BoardItem.kind.in_((Proposal.BAND, Proposal.CONDONE)),
            BoardItem.state == ItemState.RELEASED,
        )
        .order_by(BoardItem.id)
    )
    found = []
    for item, course_key, reversed_by in rows:
        reversal: BoardItem | None = reversed_by
        if reversal is not None:
            words = f"Board decision {item.number} is reversed"
            found.append(
                Said(
                    reversal.number,
                    reversal.released_at or reversal.proposed_at,
                    course_key,
                    words,
                    reversal.reason,
                )
            )
            continue
        by = grounds(cohort.version_id, course_key)
        names = {one.key: one.title for one in by.bands} | {one.key: one.title for one in by.conditions}
        name = names.get(item.key, item.key)
        words = f"“{name}” is condoned" if item.kind is Proposal.CONDONE else name
        found.append(Said(item.number, item.released_at or item.proposed_at, course_key, words, item.reason))
    return found
