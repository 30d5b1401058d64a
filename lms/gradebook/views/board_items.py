"""One item of a board: who is concerned, what it would do, every vote, and each step until it takes effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment.rules import in_full, shown
from lms.core import clock
from lms.core.errors import Forbidden, RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, policy, queries
from lms.gradebook.forms import BoardActForm
from lms.gradebook.queries import Case, ItemPage
from lms.gradebook.rules.boards import (
    OF_ONE,
    VOTING,
    Choice,
    ItemState,
    Outcome,
    Proposal,
    crossed,
    outcome,
    shifted,
)
from lms.gradebook.views.blueprint import bp
from lms.gradebook.views.board_lines import STATES, TONES, reversible, voices, what
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.links import href as to
from lms.web.requests import no_store

BEFORE = frozenset({ItemState.OPEN, ItemState.ADOPTED})


@dataclass(frozen=True)
class Effect:
    """What an item does to one learner."""

    called: str
    before: str
    after: str
    result: str
    """The result before and after, cut."""
    crosses: str
    """From which band into which; empty: they stay."""


def preview(page: ItemPage) -> list[Effect]:
    """What moving marks would do to those whose mark is released: who crosses what first."""
    row, room = page.item.row, page.room
    if row.kind not in (Proposal.SCALE, Proposal.MARK) or row.activity_id is None or row.state not in BEFORE:
        return []
    chosen = room.case(row.line_id)
    cases: Iterable[Case] = [chosen] if chosen is not None else room.cases
    reckoned = queries.reckoning(room.board.cohort.version_id, [one.place_id for one in cases])
    key = (row.activity_id, row.part)
    found = []
    for case in cases:
        before = reckoned.marks.get(case.place_id, {}).get(key)
        if before is None and row.kind is Proposal.SCALE:
            continue
        after = (
            shifted(before, page.item.value)
            if row.kind is Proposal.SCALE and before is not None
            else page.item.value
        )
        was = {**case.figures, **reckoned.figures(case.place_id)}
        will = {**case.figures, **reckoned.figures(case.place_id, {key: after})}
        bands = crossed(room.board.grounds, was, will, room.condoned(case), room.band_set(case))
        found.append(
            Effect(
                room.called(case),
                shown(before) if before is not None else "–",
                shown(after),
                f"{_shown(was.get(room.board.course_key))} → {_shown(will.get(room.board.course_key))}",
                f"{bands[0].title} → {bands[1].title}" if bands else "",
            )
        )
    return sorted(found, key=lambda one: not one.crosses)


def _shown(value: Fraction | None) -> str:
    return shown(value) if value is not None else "–"


def _item_page(
    page: ItemPage, form: BoardActForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    room, item = page.room, page.item
    case = room.about(item.row)
    places = [case.place_id] if case is not None else [one.place_id for one in room.cases]
    of_marks = item.row.kind in OF_ONE or item.row.kind is Proposal.SCALE
    entered = queries.entered_by(places, item.row.activity_id, item.row.part) if of_marks else set()
    assessors = queries.second_assessors(case.place_id) if case is not None else set()
    relations = {
        one.person_id: " and ".join(
            words
            for words in (
                "entered a mark that this is about" if one.person_id in entered else "",
                "looks at a complaint of this learner: does not vote" if one.person_id in assessors else "",
            )
            if words
        )
        for one in room.members
    }
    open_board = room.board.closed_at is None
    may_write = policy.can_write_down(actor, page) and open_board
    return (
        render_template(
            "gradebook/board_item.html",
            page=page,
            board=room.board,
            cohort=room.board.cohort,
            item=item,
            words=what(room, item),
            state=STATES[item.row.state],
            tone=TONES.get(item.row.state, ""),
            members=[
                (one, item.votes.get(one.person_id), relations[one.person_id], one.seat in VOTING)
                for one in room.members
            ],
            voices=voices(room, item),
            story=[
                (room.names.get(person, ""), choice.value, why, at) for person, choice, why, at in item.story
            ],
            effects=preview(page),
            case=case,
            figure=shown(case.figures[room.board.course_key]) if case is not None else "",
            exactly=in_full(case.figures[room.board.course_key]) if case is not None else "",
            found=_found(page),
            mine=item.votes.get(actor.person_id),
            may_vote=page.seat in VOTING and item.row.state is ItemState.OPEN and open_board,
            barred=actor.person_id in assessors,
            may_decide=may_write and item.row.state is ItemState.OPEN,
            may_carry_out=may_write and item.row.state is ItemState.ADOPTED,
            may_release=item.row.state is ItemState.ENTERED
            and policy.can_release_decision(actor, page)
            and open_board,
            alone=item.row.entered_by_id == actor.person_id,
            may_reverse=item in room.in_effect and reversible(item),
            form=form,
            sent=request.form,
            problem=problem,
            zone=actor.zone,
            now=clock.now(),
        ),
        status,
    )


def _found(page: ItemPage) -> Outcome | None:
    """What the votes come to so far."""
    return outcome(page.item.votes, quorum=page.board.quorum, chair=page.room.chair)


@bp.get("/cohorts/<slug>/boards/<public_id>/items/<int:number>")
@requires(policy.can_see_board, queries.item_visible_to)
def board_item(page: ItemPage) -> ResponseReturnValue:
    """Show one item: what it would do and to whom, who voted what, what was decided."""
    return _item_page(page, BoardActForm())


@bp.post("/cohorts/<slug>/boards/<public_id>/items/<int:number>")
@requires(policy.can_act_on_board, queries.item_visible_to)
def act_on_item(page: ItemPage) -> ResponseReturnValue:
    """Vote, be recused, write the decision down, withdraw it, carry it out, release it."""
    form = BoardActForm()
    act = request.form.get("act", "")
    if not form.validate_on_submit():
        return _item_page(page, form, " ".join(form.reason.errors) or "Send this again.", 422)
    _refuse(page, act)
    try:
        with unit_of_work() as work:
            actor, words = current_actor(), str(form.reason.data or "")
            done = ""
            if act in CHOICES:
                actions.vote(page, CHOICES[act], why=words, actor=actor, now=work.now)
                done = "You do not vote on this." if act == Choice.RECUSED else f"Your vote: {act}."
            elif act == "decide":
                item = actions.decide(page, words, actor=actor, now=work.now)
                done = f"Written down: {STATES[item.state]}."
            elif act == "withdraw":
                actions.withdraw(page, words, actor=actor)
                done = "Taken off the agenda; it stays in the minutes."
            elif act == "carry-out":
                item = actions.carry_out(page, actor=actor, now=work.now)
                entered = f": {plural(len(item.changes), 'mark')} entered" if item.changes else ""
                done = f"Carried out{entered}. Somebody else releases it."
            elif act == "release":
                item = actions.release(page, actor=actor, now=work.now)
                done = f"In effect from now on{_left(item.changes)}."
    except RuleViolation as refused:
        again = queries.item_visible_to(
            current_actor(), page.board.cohort.slug, page.board.public_id, page.item.row.number
        )
        return _item_page(again, form, refused.message, 422)
    flash(done or "Choose what is to be done.", "good" if done else "warn")
    return redirect(
        to(
            "gradebook.board_item",
            slug=page.board.cohort.slug,
            public_id=page.board.public_id,
            number=page.item.row.number,
        ),
        code=303,
    )


def _left(changes: Iterable[Mapping[str, object]]) -> str:
    moved = sum(bool(change.get("moved")) for change in changes)
    return f"; {plural(moved, 'mark')} changed since it was carried out and stayed as it was" if moved else ""


CHOICES = {choice.value: choice for choice in Choice}


def _refuse(page: ItemPage, act: str) -> None:
    actor = current_actor()
    if act in ("decide", "withdraw", "carry-out") and not policy.can_write_down(actor, page):
        raise Forbidden
    if act == "release" and not policy.can_release_decision(actor, page):
        raise Forbidden
