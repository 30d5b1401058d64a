"""The release of marks: how far every activity is, one batch, and the confirmation before learners see anything."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import actions, policy, queries
from lms.assessment.forms import HandOverForm, ReleaseForm
from lms.assessment.queries import BatchView
from lms.assessment.views import release_page
from lms.assessment.views.blueprint import bp
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.web.downloads import csv_file
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store

MOST = 1000
"""Versions that one request may name."""


@bp.get("/cohorts/<slug>/marks")
@requires(policy.can_see_marks, cohort_visible_to)
def marks(cohort: CohortView) -> ResponseReturnValue:
    """Show how far the marking of every activity of a cohort is."""
    no_store()
    now = clock.now()
    lines = queries.batches(cohort)
    return render_template(
        "assessment/marks.html",
        cohort=cohort,
        courses=release_page.overview(cohort, lines, current_actor(), now),
        pending=sum(line.pending for line in lines),
        waiting=sum(line.waiting for line in lines),
    )


@bp.get("/cohorts/<slug>/marks.csv")
@requires(policy.can_see_marks, cohort_visible_to)
def marks_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give every mark of a cohort as a spreadsheet."""
    head, *rows = queries.export_lines(cohort, current_actor())
    return csv_file(f"{cohort.slug}-marks", head, rows)


@bp.get("/cohorts/<slug>/activities/<key>/marks")
@requires(policy.can_see_marks, queries.batch_visible_to)
def batch(view: BatchView) -> ResponseReturnValue:
    """Show the marks of one activity: finished, waiting, released."""
    no_store()
    actor, now = current_actor(), clock.now()
    marks, waiting = queries.batch(view, actor)
    page = release_page.batch_page(
        view, marks, waiting, actor, now, to_class=queries.class_feedback_state(view)
    )
    form = HandOverForm()
    form.offer(queries.staff_markers(view.cohort.id) if page.may_allocate and page.waiting else [])
    return render_template("assessment/batch.html", page=page, form=form, zone=actor.zone, now=now)


@bp.post("/cohorts/<slug>/activities/<key>/marks")
@requires(policy.can_allocate, queries.batch_visible_to)
def allocate(view: BatchView) -> ResponseReturnValue:
    """Give the ticked pieces of work to another marker."""
    back = redirect(url_for(".batch", slug=view.cohort.slug, key=view.key), code=303)
    markers = queries.staff_markers(view.cohort.id)
    form = HandOverForm()
    form.offer(markers)
    wanted = request.form.getlist("piece")[:MOST]
    if not wanted:
        flash("Tick at least one piece of work first.", "warn")
        return back
    if not form.validate_on_submit():
        flash("Choose somebody who marks in this cohort.", "bad")
        return back
    _public, person_id, name = next(one for one in markers if one[0] == form.marker.data)
    tasks = queries.task_ids(view, wanted)
    try:
        with unit_of_work() as work:
            moved = actions.reassign(
                tasks, person_id, reason=form.why.data or "", actor=current_actor(), now=work.now
            )
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash(f"{name} marks {plural(len(moved), 'piece')} of work now.", "good")
    return back


@bp.get("/cohorts/<slug>/activities/<key>/marks/release")
@requires(policy.can_release, queries.batch_visible_to)
def release(view: BatchView) -> ResponseReturnValue:
    """Show what a release would let learners see, and ask."""
    no_store()
    marks, waiting = queries.batch(view, current_actor())
    stamps = frozenset(request.args.getlist("stamp")[:MOST])
    page = release_page.release_page(
        view, marks, waiting, stamps, current_actor(), to_class=queries.class_feedback_state(view)
    )
    return render_template("assessment/release.html", page=page, form=ReleaseForm())


@bp.post("/cohorts/<slug>/activities/<key>/marks/release")
@requires(policy.can_release, queries.batch_visible_to)
def let_go(view: BatchView) -> ResponseReturnValue:
    """Release the marks that were looked at."""
    stamps = frozenset(request.form.getlist("stamp")[:MOST])
    back = url_for(".release", slug=view.cohort.slug, key=view.key)
    if not stamps:
        flash("There was nothing to release in what you sent.", "warn")
        return redirect(back, code=303)
    try:
        with unit_of_work() as work:
            done = actions.release(
                actions.Release(
                    cohort_id=view.cohort.id,
                    activity_id=view.activity.id,
                    part=view.part,
                    stamps=stamps,
                    partial=request.form.get("partial") == "yes",
                ),
                actor=current_actor(),
                now=work.now,
            )
    except Conflict as conflict:
        flash(f"Nothing was released. {conflict.message}", "bad")
        return redirect(back, code=303)
    except RuleViolation as refused:
        flash(f"Nothing was released. {refused.message}", "bad")
        return redirect(back, code=303)
    flash(f"{view.name}: {plural(len(done.place_ids), 'learner')} can see the mark now.", "good")
    return redirect(url_for(".batch", slug=view.cohort.slug, key=view.key), code=303)
