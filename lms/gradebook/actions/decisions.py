"""What a board decides: proposed, voted on, written down, carried out by its secretary, released by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lms.assessment import actions as assessment
from lms.assessment.actions.versions import current_versions, value_of
from lms.assessment.models import Mark, MarkVersion
from lms.assessment.rules import MarkState, Origin, exact, fact, plain, shown
from lms.core.db import db, locked
from lms.core.errors import Conflict, NotFound, RuleViolation
from lms.gradebook.actions.agenda import LONGEST, OF_MARKS, words_given
from lms.gradebook.actions.boards import announce, open_row, seat_of, wrote
from lms.gradebook.models import Board, BoardItem, BoardVote
from lms.gradebook.queries.board_lists import complained_of
from lms.gradebook.queries.board_said import second_assessors
from lms.gradebook.queries.boards import ItemPage, Room, room
from lms.gradebook.rules.boards import (
    AT_ONCE,
    BoardRefusal,
    Choice,
    ItemState,
    Proposal,
    count,
    outcome,
    shifted,
    why_not_release,
    why_not_vote,
    why_not_withdraw,
)
from lms.people.rules import Actor


def vote(page: ItemPage, choice: Choice, *, why: str = "", actor: Actor, now: dt.datetime) -> BoardVote:
    """Vote, change one's mind, or say that one does not vote on this; every row is kept and the last one counts.

    Whoever was let go since they opened the page has no vote any more.
    """
    board = open_row(page.board.id)
    item = _locked(page)
    case = page.room.about(page.item.row)
    assessor = case is not None and actor.person_id in second_assessors(case.place_id)
    refusal = why_not_vote(seat_of(board.id, actor.person_id), item.state, choice, assessor=assessor, why=why)
    if refusal is not None:
        raise RuleViolation(refusal, state=item.state.value)
    if len(why) > LONGEST:
        raise RuleViolation(BoardRefusal.TOO_LONG)
    row = BoardVote(
        item_id=item.id,
        person_id=actor.person_id,
        choice=choice,
        why=why.strip() if choice is Choice.RECUSED else "",
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    wrote("gradebook.vote", board, actor, "", item=item.number)
    return row


def decide(page: ItemPage, minute: str, *, actor: Actor, now: dt.datetime) -> BoardItem:
    """Count the votes and write the decision down: from now on nobody votes on it.

    Raises RuleViolation below the quorum, without words for the minutes, or when it is decided already.
    """
    row = open_row(page.board.id)
    item = _locked(page)
    if item.state is not ItemState.OPEN:
        raise RuleViolation(BoardRefusal.NOT_OPEN, state=item.state.value)
    words_given(minute)
    there = room(page.board)
    votes = next(one for one in there.items if one.row.id == item.id).votes
    tally, found = count(votes), outcome(votes, quorum=row.quorum, chair=there.chair)
    if found is None:
        raise RuleViolation(BoardRefusal.NO_QUORUM, voted=tally.voted, quorum=row.quorum)
    item.favour, item.against, item.abstained = tally.favour, tally.against, tally.abstained
    item.casting, item.minute = found.casting, minute.strip()
    item.decided_by_id, item.decided_at = actor.person_id, now
    item.state = ItemState.ADOPTED if found.adopted else ItemState.REJECTED
    if found.adopted and item.kind in AT_ONCE:
        _at_once(row, item, there, now)
    db.session.flush()
    wrote(
        "gradebook.decide",
        row,
        actor,
        item.minute,
        item=item.number,
        state=item.state.value,
        votes=str(tally),
    )
    return item


def _at_once(row: Board, item: BoardItem, there: Room, now: dt.datetime) -> None:
    if item.kind is Proposal.CONFIRM:
        if all(there.carried(case) for case in there.cases):
            raise RuleViolation(BoardRefusal.PENDING)
        row.confirmed_at = row.confirmed_at or now
    item.state, item.released_at = ItemState.RELEASED, now


def withdraw(page: ItemPage, why: str = "", *, actor: Actor) -> BoardItem:
    """Take an item off the agenda; it stays in the minutes as withdrawn.

    What was adopted and cannot be carried out is set aside so, with its votes and with the reason in the minutes.
    """
    row = open_row(page.board.id)
    item = _locked(page)
    refusal = why_not_withdraw(item.state, why)
    if refusal is not None:
        raise RuleViolation(refusal, state=item.state.value)
    if item.state is ItemState.ADOPTED:
        words_given(why)
        item.minute = f"{item.minute}\n\nNot carried out: {why.strip()}"
    item.state = ItemState.WITHDRAWN
    db.session.flush()
    wrote("gradebook.withdraw_item", row, actor, why.strip(), item=item.number)
    return item


def carry_out(page: ItemPage, *, actor: Actor, now: dt.datetime) -> BoardItem:
    """Enter what was decided: new versions of marks, which wait until somebody else releases them.

    Raises RuleViolation when it was not adopted, when a complaint about the work is open, when no mark stands, or
    while somebody has the work in hand; then nothing is entered at all.
    """
    row = open_row(page.board.id)
    item = _locked(page)
    if item.state is not ItemState.ADOPTED:
        raise RuleViolation(BoardRefusal.NOT_ADOPTED, state=item.state.value)
    if item.kind is Proposal.REVERSE:
        item.changes = _reversed(page, item, actor, now)
    elif item.kind in OF_MARKS:
        item.changes = _entered(page, item, actor, now)
    item.state, item.entered_by_id, item.entered_at = ItemState.ENTERED, actor.person_id, now
    db.session.flush()
    wrote("gradebook.carry_out", row, actor, _called(page, item), item=item.number, marks=len(item.changes))
    return item


def release(page: ItemPage, *, actor: Actor, now: dt.datetime) -> BoardItem:
    """Let what was carried out take effect; learners see it from now on.

    A mark that was shifted before its learner saw any waits for the release of its batch as it did before. A mark that
    was changed since it was carried out stays as it is, which is written beside the decision.

    Raises RuleViolation for whoever carried it out: no one releases alone what they alone entered.
    """
    row = open_row(page.board.id)
    item = _locked(page)
    refusal = why_not_release(item.state, item.entered_by_id, actor.person_id)
    if refusal is not None:
        raise RuleViolation(refusal, state=item.state.value)
    numbers = {change["mark"]: change["version"] for change in item.changes}
    marks = _marks(sa.select(Mark).where(Mark.id.in_(list(numbers))))
    versions = current_versions(marks)
    moved = {mark.id for mark in marks if mark.latest_version != numbers[mark.id]}
    shift = _about(item).kind is Proposal.SCALE
    for mark in marks:
        waits = shift and mark.released_version is None
        version = versions[mark.id]
        if mark.id not in moved and not waits and version.state is not MarkState.RELEASED:
            assessment.release_version(version, actor=actor, now=now)
    if moved:
        item.changes = [{**one, "moved": one["mark"] in moved} for one in item.changes]
    item.state, item.released_by_id, item.released_at = ItemState.RELEASED, actor.person_id, now
    db.session.flush()
    announce(row, item, now)
    wrote("gradebook.release_decision", row, actor, _called(page, item), item=item.number, moved=len(moved))
    return item


def _entered(page: ItemPage, item: BoardItem, actor: Actor, now: dt.datetime) -> list[dict[str, object]]:
    if item.activity_id is None:
        raise NotFound
    case = page.room.case(item.line_id)
    places = [case.place_id] if case is not None else [one.place_id for one in page.room.cases]
    _refuse_complained(page, item, places)
    marks = _marks(
        sa.select(Mark).where(
            Mark.place_id.in_(places), Mark.activity_id == item.activity_id, Mark.part == item.part
        )
    )
    standing = _standing(marks)
    wanted: list[tuple[Mark, Fraction | None, Fraction, str]]
    if item.kind is Proposal.SCALE:
        shift = page.item.value
        words = f"every mark {'+' if shift > 0 else '−'}{plain(abs(shift))}"
        wanted = [
            (mark, standing[mark.id], shifted(standing[mark.id], shift), words)
            for mark in marks
            if mark.id in standing
        ]
    else:
        words = "set by the board"
        wanted = [(mark, standing.get(mark.id), page.item.value, words) for mark in marks]
        if not marks and case is not None:
            made = _enter(page, item, case.place_id, None, (None, page.item.value, words), actor, now)
            return [made]
    if not wanted:
        raise RuleViolation(BoardRefusal.NOTHING)
    return [
        _enter(page, item, mark.place_id, mark, (before, value, words), actor, now)
        for mark, before, value, words in wanted
    ]


def _reversed(page: ItemPage, item: BoardItem, actor: Actor, now: dt.datetime) -> list[dict[str, object]]:
    """What a decision changed gets the figure from before; what was changed since stays as it is.

    Raises RuleViolation where it changed marks and none of them would get another figure.
    """
    earlier = _about(item)
    if earlier.kind not in OF_MARKS:
        return []
    was = {change["mark"]: change for change in earlier.changes}
    marks = [
        mark
        for mark in _marks(sa.select(Mark).where(Mark.id.in_(list(was))))
        if mark.latest_version == was[mark.id]["version"] and was[mark.id]["before"]
    ]
    if not marks:
        raise RuleViolation(BoardRefusal.NOTHING)
    _refuse_complained(page, earlier, [mark.place_id for mark in marks])
    standing = _standing(marks)
    of = "" if earlier.board_id == item.board_id else " of an earlier board"
    words = f"decision {earlier.number}{of} is reversed"
    return [
        _enter(
            page,
            earlier,
            mark.place_id,
            mark,
            (standing.get(mark.id), Fraction(was[mark.id]["before"]), words),
            actor,
            now,
            by=item,
        )
        for mark in marks
    ]


def _about(item: BoardItem) -> BoardItem:
    """The decision that an item reverses, or the item."""
    return item if item.reverses_id is None else db.session.get_one(BoardItem, item.reverses_id)


def _refuse_complained(page: ItemPage, item: BoardItem, places: Sequence[int]) -> None:
    complained = complained_of(page.board.cohort, (item.activity_id or 0, item.part))
    if complained & set(places):
        raise RuleViolation(BoardRefusal.COMPLAINT)


def _enter(
    page: ItemPage,
    item: BoardItem,
    place_id: int,
    mark: Mark | None,
    change: tuple[Fraction | None, Fraction, str],
    actor: Actor,
    now: dt.datetime,
    by: BoardItem | None = None,
) -> dict[str, object]:
    before, value, words = change
    decision = by or item
    said = _called(page, decision)
    lines = [fact("Before", shown(before))] if before is not None else []
    try:
        version = assessment.enter_mark(
            assessment.Entered(
                place_id=place_id,
                cohort_id=page.board.cohort.id,
                activity_id=item.activity_id or 0,
                part=item.part,
                value=value,
                reason=f"{said}: {decision.reason}",
                version=mark.latest_version if mark is not None else 0,
                origin=Origin.BOARD,
                facts=[*lines, fact(said, shown(value), note=words)],
            ),
            actor=actor,
            now=now,
        )
    except Conflict as conflict:
        raise RuleViolation(BoardRefusal.CHANGED) from conflict
    return {
        "mark": version.mark_id,
        "version": version.number,
        "before": exact(before) if before is not None else "",
    }


def _called(page: ItemPage, item: BoardItem) -> str:
    """How a decision is named to everybody: never with its votes."""
    day = (item.decided_at or page.board.taken_at).astimezone(ZoneInfo(page.board.cohort.zone))
    return f"Board decision {item.number} of {day.day} {day:%B %Y}"


def _marks(wanted: sa.Select[Any]) -> Sequence[Mark]:
    return list(
        db.session.scalars(
            wanted.order_by(Mark.place_id, Mark.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _standing(marks: Sequence[Mark]) -> dict[int, Fraction]:
    """What stands of some marks: the latest version, or the one that is seen where that was taken back."""
    latest = current_versions(marks)
    found = {mark_id: value_of(one) for mark_id, one in latest.items() if one.state is not MarkState.REPLACED}
    seen = [mark for mark in marks if mark.id not in found and mark.released_version is not None]
    if seen:
        rows = db.session.scalars(
            sa.select(MarkVersion)
            .join(Mark, sa.and_(Mark.id == MarkVersion.mark_id, Mark.released_version == MarkVersion.number))
            .where(Mark.id.in_([mark.id for mark in seen]))
        )
        found |= {one.mark_id: value_of(one) for one in rows}
    return found


def _locked(page: ItemPage) -> BoardItem:
    item: BoardItem | None = locked(BoardItem, page.item.row.id)
    if item is None:
        raise NotFound
    return item
