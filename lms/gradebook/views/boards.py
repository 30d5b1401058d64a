"""The boards of a cohort, and one board: its members, its list as it was taken, its agenda, its minutes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment.rules import plain
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import Forbidden, RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, policy, queries
from lms.gradebook.forms import BoardActForm, BoardForm
from lms.gradebook.queries import BoardView
from lms.gradebook.rules import GradebookRefusal
from lms.gradebook.rules.boards import BoardRefusal, Proposal
from lms.gradebook.rules.external import read_number
from lms.gradebook.views.blueprint import bp
from lms.gradebook.views.board_lines import FIELDS, KINDS, agenda_of, lines_of, reversals_of, things_of
from lms.gradebook.views.grids import tabs
from lms.web.guards import current_actor, requires
from lms.web.links import href as to
from lms.web.requests import no_store


def _list_page(cohort: CohortView, form: BoardForm, status: int = 200) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    may = policy.can_open_board(actor, cohort)
    if may:
        offer(cohort, form)
    return (
        render_template(
            "gradebook/boards.html",
            cohort=cohort,
            tabs=[*tabs(cohort, "boards")],
            boards=queries.boards_of(cohort, actor),
            form=form if may else None,
            oversees=actor.has_any(policy.OVERSEEING, cohort.id),
            zone=actor.zone,
            now=clock.now(),
        ),
        status,
    )


def offer(cohort: CohortView, form: BoardForm) -> None:
    """What a board may be of, and who may sit on it."""
    me = current_actor().public_id
    people = [one for one in queries.eligible(cohort, clock.now()) if one[0] != me]
    courses = queries.plan(cohort.version_id).courses
    form.course.choices = [
        ("", "Choose …"),
        *((one.key, one.title) for one in courses),
        (WHOLE, "The programme"),
    ]
    form.chair.choices = [("", "Choose …"), *people]
    form.members.choices = people


WHOLE = "programme"


"""What the form calls the programme's board."""


@bp.get("/cohorts/<slug>/boards")
@requires(policy.can_see_boards, cohort_visible_to)
def boards(cohort: CohortView) -> ResponseReturnValue:
    """Show the boards of a cohort; coordinators and directors call one together here."""
    return _list_page(cohort, BoardForm())


@bp.post("/cohorts/<slug>/boards")
@requires(policy.can_open_board, cohort_visible_to)
def open_board(cohort: CohortView) -> ResponseReturnValue:
    """Take the list as it stands and ask the members in."""
    form = BoardForm()
    offer(cohort, form)
    if not form.validate_on_submit():
        return _list_page(cohort, form, 422)
    course = str(form.course.data)
    try:
        with unit_of_work() as work:
            row = actions.open_board(
                cohort,
                actions.Opening(
                    course_key="" if course == WHOLE else course,
                    title=str(form.title.data),
                    chair=str(form.chair.data),
                    members=tuple(form.members.data or ()),
                    numbered=bool(form.numbered.data),
                ),
                actor=current_actor(),
                now=work.now,
            )
            public_id = row.public_id
    except RuleViolation as refused:
        form.refuse("course" if refused.reason is BoardRefusal.NO_RESULTS else "chair", refused.message)
        return _list_page(cohort, form, 422)
    flash("The list is taken and the members are asked in.", "good")
    return redirect(to("gradebook.board", slug=cohort.slug, public_id=public_id), code=303)


def _board_page(
    board: BoardView, form: BoardActForm, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    room = queries.room(board)
    lines = lines_of(room, queries.results_now(board))
    may_act = policy.can_act_on_board(actor, board) and board.closed_at is None
    numbers = {case.number: room.called(case) for case in room.cases}
    return (
        render_template(
            "gradebook/board.html",
            board=board,
            cohort=board.cohort,
            room=room,
            lines=lines,
            near=[line for line in lines if line.near],
            pending=[line for line in lines if line.carried],
            agenda=agenda_of(room),
            kinds=[(kind.value, words, FIELDS[kind]) for kind, words in KINDS.items()],
            cases=numbers,
            things=things_of(board),
            bands=[(band.key, band.title) for band in board.grounds.bands],
            conditions=[(one.key, one.title) for one in board.grounds.conditions],
            reversible=reversals_of(room) if may_act else [],
            may_look=policy.can_see_boards(actor, board),
            form=form,
            sent=request.form,
            problem=problem,
            may_act=may_act,
            may_write=policy.can_write_down(actor, board) and board.closed_at is None,
            within=plain(board.grounds.within),
            zone=actor.zone,
            now=clock.now(),
        ),
        status,
    )


@bp.get("/cohorts/<slug>/boards/<public_id>")
@requires(policy.can_see_board, queries.board_visible_to)
def board(board: BoardView) -> ResponseReturnValue:
    """Show a board: the list as it was taken, who is near a bound, what is open, the agenda."""
    return _board_page(board, BoardActForm())


@bp.post("/cohorts/<slug>/boards/<public_id>")
@requires(policy.can_act_on_board, queries.board_visible_to)
def change_board(board: BoardView) -> ResponseReturnValue:
    """Put an item on the agenda; ask somebody in or let them go; names or numbers; close the minutes."""
    form = BoardActForm()
    act = _sent("act")
    if not form.validate_on_submit():
        return _board_page(board, form, " ".join(form.reason.errors) or "Send this again.", 422)
    here = to("gradebook.board", slug=board.cohort.slug, public_id=board.public_id)
    actor = current_actor()
    if act != "propose" and not policy.can_write_down(actor, board):
        raise Forbidden
    try:
        with unit_of_work() as work:
            done = _changed(board, act, str(form.reason.data or ""), work.now)
    except RuleViolation as refused:
        return _board_page(board, form, refused.message, 422)
    if not done:
        flash("Choose what is to be done.", "warn")
    else:
        flash(done, "good")
    return redirect(here, code=303)


def _changed(board: BoardView, act: str, reason: str, now: Any) -> str:
    actor = current_actor()
    name, _, about = act.partition(":")
    if name == "propose":
        item = actions.propose(board, proposed(board, reason), actor=actor, now=now)
        return f"Item {item.number} is on the agenda. The members are told."
    if name == "seat":
        actions.add_member(board.id, _sent("email")[:254], actor=actor, now=now)
        return "They are asked in."
    if name == "unseat" and about:
        actions.remove_member(board.id, about, actor=actor)
        return "They do not sit on this board any more."
    if name in ("names", "numbers"):
        actions.show_names(board.id, names=name == "names", actor=actor)
        return "Learners stand under their names." if name == "names" else "Learners stand under numbers."
    if name == "close":
        actions.close_board(board.id, actor=actor, now=now)
        return "The minutes are closed. The members are told."
    return ""


def proposed(board: BoardView, reason: str) -> actions.Proposed:
    """What was sent, as the action takes it. Raises RuleViolation for what is no kind and no number."""
    sent = request.form
    kinds = {kind.value: kind for kind in Proposal}
    kind = kinds.get(sent.get("kind", ""))
    if kind is None:
        raise RuleViolation(BoardRefusal.NOTHING)
    wanted = FIELDS[kind]
    things = {key for key, _label in things_of(board)}
    thing = next(
        (
            (one.activity_id, one.part)
            for one in queries.markable(board.cohort.version_id)
            if one.key == sent.get("thing", "") and one.key in things
        ),
        None,
    )
    value = None
    if "figure" in wanted:
        text = sent.get("figure", "").strip().replace("−", "-")
        found = read_number(text.lstrip("+-"))
        if found is None or len(text) > LONGEST_FIGURE:
            raise RuleViolation(GradebookRefusal.NOT_A_NUMBER, text=text[:LONGEST_FIGURE])
        value = -found if text.startswith("-") else found
    earlier, _, number = _sent("reverses").rpartition(".")
    key = sent.get("band" if kind is Proposal.BAND else "condition", "")[:80]
    return actions.Proposed(
        kind=kind,
        reason=reason,
        case=_number("case") if "case" in wanted else None,
        thing=thing,
        value=value,
        key=key,
        reverses=_whole(number) if "reverses" in wanted else None,
        of_board=earlier[:20] if "reverses" in wanted else "",
    )


LONGEST_FIGURE = 12


def _sent(name: str) -> str:
    """A text beside the form, without the one character that PostgreSQL cannot keep."""
    return request.form.get(name, "").replace("\x00", "").strip()


def _number(name: str) -> int | None:
    return _whole(request.form.get(name, ""))


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
