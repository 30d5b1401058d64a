"""One mark in the gradebook: what it is and why, and what faculty and coordinators may do with it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import actions as assessment_actions
from lms.assessment import queries as assessment
from lms.assessment.queries import History, VersionLine
from lms.assessment.rules import AssessmentRefusal, Origin, shown
from lms.core import clock
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, policy, queries
from lms.gradebook.forms import CellForm
from lms.gradebook.queries import CellPage, RulingLine
from lms.gradebook.queries.board_said import MarkDecision
from lms.gradebook.queries.cells import TaskLine
from lms.gradebook.rules import AllowanceRefusal, RulingKind
from lms.gradebook.rules.cells import CellState, of_mark, without_mark
from lms.gradebook.views.blueprint import bp
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@dataclass(frozen=True)
class Seen:
    """What the page of a cell says."""

    page: CellPage
    state: CellState
    figure: str
    """What stands; empty: nothing."""
    learner_sees: str
    standing: VersionLine | None
    history: History | None
    versions: tuple[tuple[VersionLine, str], ...]
    rulings: tuple[RulingLine, ...]
    task: TaskLine | None
    back: str
    decisions: tuple[MarkDecision, ...] = ()
    """Of boards, with their votes: for staff."""


def seen(page: CellPage) -> Seen:
    """Read everything about a cell."""
    if page.blind or page.unseen:
        return _hidden(page)
    task, due, taken = queries.work_of(page, clock.now())
    history = (
        assessment.history_visible_to(current_actor(), page.cohort.slug, page.mark_public_id)
        if page.mark_public_id
        else None
    )
    versions = history.versions if history else ()
    released = next((one for one in versions if one.seen), None)
    latest = versions[0] if versions else None
    standing = latest if latest is not None and latest.state.value != "replaced" else released
    state = None
    if standing is not None:
        state = of_mark(
            standing.state,
            standing.origin,
            released=released is not None,
            corrected=any(one.released_at is not None and not one.seen for one in versions),
            changing=released is not None and standing is not released,
            late=task is not None and task.late_days > 0,
        )
    if page.excused:
        state = CellState.EXCUSED
    return Seen(
        page=page,
        state=state or without_mark(task.state if task else None, due=due, taken=taken),
        figure=shown(standing.value) if standing else "",
        learner_sees=shown(released.value) if released else "",
        standing=standing,
        history=history,
        versions=tuple((one, shown(one.value)) for one in versions),
        rulings=tuple(queries.rulings(page.place.id, (page.thing.activity_id, page.thing.part))),
        task=task,
        back=url_for("gradebook.course", slug=page.cohort.slug, key=page.course_key),
        decisions=tuple(queries.decisions_about(history.public_id, page.cohort.id))
        if history is not None and any(one.origin == Origin.BOARD for one in versions)
        else (),
    )


def _hidden(page: CellPage) -> Seen:
    """What whoever may put no name to the work, or judges it second, sees of it: that nothing is to be seen yet."""
    task, due, taken = queries.work_of(page, clock.now())
    there = task is not None or bool(page.latest)
    hidden = CellState.BLIND if page.blind else CellState.SECOND
    state = hidden if there else without_mark(None, due=due, taken=taken)
    return Seen(
        page=page,
        state=CellState.EXCUSED if page.excused else state,
        figure="",
        learner_sees="",
        standing=None,
        history=None,
        versions=(),
        rulings=tuple(queries.rulings(page.place.id, (page.thing.activity_id, page.thing.part))),
        task=None,
        back=url_for("gradebook.course", slug=page.cohort.slug, key=page.course_key),
    )


def _drawn(page: CellPage, form: CellForm, status: int = 200, conflict: Any = None) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    form.version.data = str(page.latest)
    return (
        render_template(
            "gradebook/cell.html",
            cell=seen(page),
            form=form,
            conflict=conflict,
            may_change=policy.can_change_marks(actor, page),
            may_see_votes=actor.has_any(policy.OVERSEEING, page.cohort_id),
            zone=actor.zone,
            now=clock.now(),
        ),
        status,
    )


@bp.get("/cohorts/<slug>/gradebook/cells/<public_id>/<key>")
@requires(policy.can_see_results, queries.cell_visible_to)
def cell(page: CellPage) -> ResponseReturnValue:
    """Show one learner's mark for one thing: state, explanation, versions, and what may be done."""
    return _drawn(page, CellForm())


@bp.post("/cohorts/<slug>/gradebook/cells/<public_id>/<key>")
@requires(policy.can_change_marks, queries.cell_visible_to)
def change_cell(page: CellPage) -> ResponseReturnValue:
    """Put a mark in, excuse, set a ceiling, or take one of these back; always with a reason."""
    form = CellForm()
    act = request.form.get("act", "")
    valid = form.validate_on_submit()
    figure = form.number() if act in ("enter", "cap") else None
    if not valid or form.errors:
        return _drawn(page, form, 422)
    try:
        done = _do(page, act, figure, form)
    except Conflict as conflict:
        return _drawn(_again(page), form, 409, conflict)
    except RuleViolation as refused:
        form.refuse("figure" if act in ("enter", "cap") else "reason", refused.message)
        return _drawn(page, form, 422)
    if not done:
        flash("Choose what is to be done with this mark.", "warn")
        return redirect(request.path, code=303)
    flash(done, "good")
    return redirect(
        url_for(".course", slug=page.cohort.slug, key=page.course_key, _anchor=f"of-{page.place.public_id}"),
        code=303,
    )


def _again(page: CellPage) -> CellPage:
    return queries.cell_visible_to(current_actor(), page.cohort.slug, page.place.public_id, page.thing.key)


def _do(page: CellPage, act: str, figure: Fraction | None, form: CellForm) -> str:
    actor, reason = current_actor(), str(form.reason.data)
    who, what = page.place.name, page.thing.label
    name, _, ruling = act.partition(":")
    with unit_of_work() as work:
        if name in ("enter", "excuse", "cap", "undo"):
            actions.refuse_confirmed(page.cohort, page.place.id, page.thing.activity_id)
        if name == "enter" and (page.blind or page.unseen):
            raise RuleViolation(AllowanceRefusal.BLIND if page.blind else AllowanceRefusal.SECOND)
        if name == "enter" and figure is not None:
            sent = form.version.data or ""
            if not sent.isdigit() or len(sent) > LONGEST_NUMBER:
                raise RuleViolation(AssessmentRefusal.CHANGED_SINCE)
            assessment_actions.enter_mark(
                assessment_actions.Entered(
                    place_id=page.place.id,
                    cohort_id=page.cohort.id,
                    activity_id=page.thing.activity_id,
                    part=page.thing.part,
                    value=figure,
                    reason=reason,
                    version=int(sent),
                ),
                actor=actor,
                now=work.now,
            )
            return f"{who}, {what}: {shown(figure)} is entered. Somebody else releases it."
        if name == "excuse":
            actions.excuse(page.place.id, page.thing, reason=reason, actor=actor, now=work.now)
            return f"{who} is excused from {what}; the result is worked out without it."
        if name == "cap":
            actions.cap(page.place.id, page.thing, figure, reason=reason, actor=actor, now=work.now)
            return f"{who}, {what}: counts with {shown(figure or Fraction(0))} at most."
        if name == "undo" and ruling:
            row = actions.take_back_ruling(page.place.id, ruling, reason=reason, actor=actor, now=work.now)
            word = (
                "is not excused any more"
                if row.kind is RulingKind.EXCUSE
                else "counts without a ceiling again"
            )
            return f"{who}, {what}: {word}."
    return ""


LONGEST_NUMBER = 9
