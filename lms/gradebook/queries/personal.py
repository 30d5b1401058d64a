"""What the gradebook holds about one person that they may know: what is their own in the reckoning, and their votes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.cohorts.models import Cohort
from lms.core.db import plain_rows
from lms.curriculum.models import Activity
from lms.enrolment.models import Place
from lms.gradebook.models import (
    Board,
    BoardItem,
    BoardLine,
    BoardSeat,
    BoardVote,
    CourseResit,
    MarkReview,
    ResitSeat,
    Ruling,
)
from lms.gradebook.rules.allowances import ResitState
from lms.gradebook.rules.boards import AT_ONCE, ItemState
from lms.people.ports import PersonalPart
from lms.requests.models import Request
from lms.requests.rules import RUNNING


def personal_part(person_id: int) -> PersonalPart:
    """Excuses, ceilings, resits, second looks, decisions of boards; and what they did for boards. Eight statements.

    Of a resit's mark, a second look and a decision nothing before it is released or decided; never another's vote.
    """
    later = aliased(BoardItem)
    mine = sa.select(Place.id).where(Place.person_id == person_id)
    released = CourseResit.state == ResitState.RELEASED
    return PersonalPart(
        key="results",
        title="Your results",
        what="What was excused or counted with a ceiling and why, your resits, second looks at your marks, "
        "decisions of boards about you that are in effect; and, where you sat on a board or on the panel of a "
        "resit, that you did, and your own votes.",
        data={
            "excuses_and_ceilings": plain_rows(
                sa.select(
                    Cohort.name.label("cohort"),
                    Activity.key.label("activity"),
                    Ruling.part,
                    Ruling.kind,
                    Ruling.numerator,
                    Ruling.denominator,
                    Ruling.reason,
                    Ruling.at,
                    Ruling.undone_at,
                )
                .join(Place, Place.id == Ruling.place_id)
                .join(Cohort, Cohort.id == Place.cohort_id)
                .join(Activity, Activity.id == Ruling.activity_id)
                .where(Ruling.place_id.in_(mine))
                .order_by(Ruling.id)
            ),
            "resits": plain_rows(
                sa.select(
                    CourseResit.course_key.label("course"),
                    CourseResit.what,
                    CourseResit.opened_at,
                    CourseResit.until,
                    sa.case((released, CourseResit.numerator)).label("numerator"),
                    sa.case((released, CourseResit.denominator)).label("denominator"),
                    sa.case((released, CourseResit.words)).label("words"),
                    CourseResit.released_at,
                    CourseResit.withdrawn_at,
                )
                .where(CourseResit.place_id.in_(mine))
                .order_by(CourseResit.id)
            ),
            "second_looks": plain_rows(
                sa.select(MarkReview.version, MarkReview.asked_at, MarkReview.ended_at)
                .join(Request, Request.id == MarkReview.request_id)
                .where(Request.place_id.in_(mine), Request.state.not_in(RUNNING))
                .order_by(MarkReview.id)
            ),
            "board_decisions": plain_rows(
                sa.select(
                    Board.title.label("board"),
                    BoardItem.number,
                    BoardItem.kind,
                    BoardItem.key,
                    BoardItem.reason,
                    BoardItem.released_at,
                    later.released_at.label("reversed_at"),
                    later.reason.label("reversed_because"),
                )
                .outerjoin(
                    later, sa.and_(later.reverses_id == BoardItem.id, later.state == ItemState.RELEASED)
                )
                .join(Board, Board.id == BoardItem.board_id)
                .join(BoardLine, BoardLine.id == BoardItem.line_id)
                .where(
                    BoardLine.place_id.in_(mine),
                    BoardItem.state == ItemState.RELEASED,
                    BoardItem.kind.not_in(AT_ONCE),
                )
                .order_by(BoardItem.id)
            ),
            "panels_of_resits": plain_rows(
                sa.select(CourseResit.course_key.label("course"), ResitSeat.seated_at)
                .join(ResitSeat, ResitSeat.resit_id == CourseResit.id)
                .where(ResitSeat.person_id == person_id)
                .order_by(ResitSeat.id)
            ),
            "second_looks_of_mine": plain_rows(
                sa.select(MarkReview.asked_at, MarkReview.state, MarkReview.ended_at, MarkReview.why)
                .where(MarkReview.assessor_id == person_id)
                .order_by(MarkReview.id)
            ),
            "boards": plain_rows(
                sa.select(Board.title.label("board"), BoardSeat.seat, BoardSeat.invited_at)
                .join(Board, Board.id == BoardSeat.board_id)
                .where(BoardSeat.person_id == person_id)
                .order_by(BoardSeat.id)
            ),
            "votes": plain_rows(
                sa.select(
                    Board.title.label("board"),
                    BoardItem.number.label("item"),
                    BoardVote.choice,
                    BoardVote.why,
                    BoardVote.at,
                )
                .join(BoardItem, BoardItem.id == BoardVote.item_id)
                .join(Board, Board.id == BoardItem.board_id)
                .where(BoardVote.person_id == person_id)
                .order_by(BoardVote.id)
            ),
        },
    )
