"""Who marks what: loads, caps, leave and conflicts; work given out after a preview, and taken back."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import actions, policy, queries
from lms.assessment.forms import CapForm, ConflictForm, ConflictOfForm, LeaveForm, LeaveOfForm
from lms.assessment.queries import BatchView, MarkerLine, What
from lms.assessment.views import allocation_page
from lms.assessment.views.blueprint import bp
from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.web.filters import plural
from lms.web.forms import BaseForm
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

GONE = "That is not there any more."


@bp.get("/cohorts/<slug>/activities/<key>/allocation")
@requires(policy.can_allocate, queries.batch_visible_to)
def allocation(view: BatchView) -> ResponseReturnValue:
    """Show who marks an activity, what nobody has and why, and what giving it out would do."""
    no_store()
    now = clock.now()
    asked = request.args.get("propose", "")
    what = What(asked) if asked in set(What) else What.WAITING
    waiting = queries.propose(view, What.WAITING, now=now)
    proposal = queries.proposal_of(what, waiting.pieces, waiting.markers)
    page = allocation_page.present(
        view,
        proposal,
        waiting,
        queries.last_run(view),
        queries.conflicts(cohort_id=view.cohort.id),
        asked=bool(asked),
        now=now,
    )
    caps, leave, conflict = _forms(waiting.markers, view)
    return render_template(
        "assessment/allocation.html",
        page=page,
        caps=caps,
        leave=leave,
        conflict=conflict,
        zone=current_actor().zone,
        now=now,
    )


def _forms(markers: tuple[MarkerLine, ...], view: BatchView) -> tuple[CapForm, LeaveOfForm, ConflictOfForm]:
    people = [("", "Choose …"), *((line.public_id, line.name) for line in markers)]
    caps, leave, conflict = CapForm(), LeaveOfForm(), ConflictOfForm()
    for field in (caps.capped, leave.away, conflict.barred):
        field.choices = people
    conflict.learner.choices = [
        ("", "Choose …"),
        *((place, name) for place, name, _cohort in queries.learners_to_name([view.cohort.id])),
    ]
    return caps, leave, conflict


@bp.post("/cohorts/<slug>/activities/<key>/allocation")
@requires(policy.can_allocate, queries.batch_visible_to)
def change_allocation(view: BatchView) -> ResponseReturnValue:
    """Give out, take back, set a cap, note leave or a conflict: whatever the button says."""
    acts: dict[str, Callable[[BatchView], None]] = {
        "confirm": _confirm,
        "undo": _undo,
        "cap": _set_cap,
        "leave": _add_leave,
        "end-leave": _end_leave,
        "conflict": _declare,
        "withdraw": _withdraw,
    }
    act = acts.get(request.form.get("act", ""))
    if act is None:
        flash("Nothing was changed: the form did not say what to do.", "warn")
        return _back(view)
    try:
        act(view)
    except NotFound:
        flash(GONE, "bad")
    except RuleViolation as refused:
        flash(refused.message, "bad")
        if request.form.get("act") == "confirm":
            return _back(view, propose=request.form.get("what", ""))
    return _back(view)


def _back(view: BatchView, **more: str) -> ResponseReturnValue:
    return redirect(url_for(".allocation", slug=view.cohort.slug, key=view.key, **more), code=303)  # type: ignore[arg-type]


def _confirm(view: BatchView) -> None:
    text = request.form.get("what", "")
    if text not in set(What):
        raise NotFound
    with unit_of_work() as work:
        run = actions.give_out(
            view, What(text), stamp=request.form.get("stamp", ""), actor=current_actor(), now=work.now
        )
        count = len(run.moves)
    flash(f"{plural(count, 'piece')} of work given out. Each marker is told once.", "good")


def _undo(view: BatchView) -> None:
    with unit_of_work() as work:
        back, kept = actions.undo_run(
            view, request.form.get("run", "")[:20], actor=current_actor(), now=work.now
        )
    words = (
        "1 piece went back to where it was." if back == 1 else f"{back} pieces went back to where they were."
    )
    stays = f" {plural(kept, 'piece')} begun or moved since stayed where it is." if kept else ""
    flash(words + stays, "good")


def _set_cap(view: BatchView) -> None:
    markers = _markers(view)
    form, _leave, _conflict = _forms(markers, view)
    if not _valid(form):
        return
    line = next(one for one in markers if one.public_id == form.capped.data)
    with unit_of_work():
        for key, most in (("", form.most.data), (view.activity.key, form.here.data)):
            actions.set_cap(view.cohort.id, line.person_id, key, most, actor=current_actor())
    flash(f"The caps of {line.name} are set. What they have already stays with them.", "good")


def _add_leave(view: BatchView) -> None:
    markers = _markers(view)
    _caps, form, _conflict = _forms(markers, view)
    if not _valid(form):
        return
    line = next(one for one in markers if one.public_id == form.away.data)
    _note_leave(line.person_id, form)
    flash(f"{line.name} gets nothing new on these days. What they have can be given to others here.", "good")


def _note_leave(person_id: int, form: LeaveForm) -> None:
    from_on, until_on = form.from_on.data, form.until_on.data
    with unit_of_work() as work:
        actions.add_leave(person_id, from_on, until_on, actor=current_actor(), now=work.now)


def _end_leave(view: BatchView) -> None:
    people = {line.person_id for line in _markers(view)}
    with unit_of_work():
        row = actions.end_leave(request.form.get("leave", "")[:20], actor=current_actor())
        if row.person_id not in people:
            raise NotFound
    flash("These days of leave are taken away.", "good")


def _declare(view: BatchView) -> None:
    markers = _markers(view)
    _caps, _leave, form = _forms(markers, view)
    if not _valid(form):
        return
    line = next(one for one in markers if one.public_id == form.barred.data)
    with unit_of_work() as work:
        actions.declare_conflict(
            line.person_id, form.learner.data, reason=form.why.data or "", actor=current_actor(), now=work.now
        )
    flash(f"{line.name} gets no work of this learner. Give to another what they have already.", "good")


def _withdraw(view: BatchView) -> None:
    with unit_of_work():
        actions.withdraw_conflict(
            request.form.get("conflict", "")[:20], cohort_id=view.cohort.id, actor=current_actor()
        )
    flash("The conflict is withdrawn.", "good")


def _markers(view: BatchView) -> tuple[MarkerLine, ...]:
    return tuple(queries.markers_of(view.cohort, view.activity, now=clock.now()))


def _valid(form: BaseForm) -> bool:
    if form.validate_on_submit():
        return True
    flash(" ".join(str(error) for errors in form.errors.values() for error in errors), "bad")
    return False


# One's own -----------------------------------------------------------------------------------------------------------


@bp.get("/marking/terms")
@requires(policy.can_have_work_to_mark)
def terms() -> ResponseReturnValue:
    """Show a marker their own leave and the authors whom they do not mark."""
    no_store()
    actor, now = current_actor(), clock.now()
    leave, conflict = _own_forms()
    today = now.date()
    return render_template(
        "assessment/terms.html",
        leaves=[
            (one.public_id, allocation_page.leave_words(one, today))
            for one in queries.leaves_of(actor.person_id, today)
        ],
        conflicts=queries.conflicts(person_id=actor.person_id),
        leave=leave,
        conflict=conflict,
    )


def _own_forms() -> tuple[LeaveForm, ConflictForm]:
    learners = queries.learners_to_name(current_actor().cohorts(*policy.MARKING))
    conflict = ConflictForm()
    conflict.learner.choices = [
        ("", "Choose …"),
        *((place, f"{name}, {cohort}") for place, name, cohort in learners),
    ]
    return LeaveForm(), conflict


@bp.post("/marking/terms")
@requires(policy.can_have_work_to_mark)
def change_terms() -> ResponseReturnValue:
    """Note one's own leave, or an author whom one does not mark; or take it back."""
    actor, act = current_actor(), request.form.get("act", "")
    leave, conflict = _own_forms()
    try:
        if act == "leave" and _valid(leave):
            _note_leave(actor.person_id, leave)
            flash("Noted. You get nothing new on these days; your coordinator sees them.", "good")
        elif act == "end-leave":
            with unit_of_work():
                actions.end_leave(request.form.get("leave", "")[:20], person_id=actor.person_id, actor=actor)
            flash("These days of leave are taken away.", "good")
        elif act == "conflict" and _valid(conflict):
            with unit_of_work() as work:
                actions.declare_conflict(
                    actor.person_id,
                    conflict.learner.data,
                    reason=conflict.why.data or "",
                    actor=actor,
                    now=work.now,
                )
            flash("Noted. You get no work of theirs; your coordinator sees it and why.", "good")
        elif act == "withdraw":
            with unit_of_work():
                actions.withdraw_conflict(
                    request.form.get("conflict", "")[:20], person_id=actor.person_id, actor=actor
                )
            flash("The conflict is withdrawn.", "good")
    except NotFound:
        flash(GONE, "bad")
    except RuleViolation as refused:
        flash(refused.message, "bad")
    return redirect(url_for(".terms"), code=303)
