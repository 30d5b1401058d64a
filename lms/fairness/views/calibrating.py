"""The piece that markers of an activity begin with: setting it, who has judged it, freeing somebody, reminding."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import policy as marking
from lms.assessment import queries as assessment
from lms.assessment.queries import BatchView
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.fairness import actions, policy, queries
from lms.fairness.forms import ArrangeForm
from lms.fairness.rules import CalibrationRefusal
from lms.fairness.views import calibration_page
from lms.fairness.views.blueprint import bp
from lms.web.filters import plural
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store


@bp.get("/cohorts/<slug>/activities/<key>/calibration")
@requires(marking.can_see_marks, assessment.batch_visible_to)
def calibration(view: BatchView) -> ResponseReturnValue:
    """Show the piece that is set, and who has judged it."""
    return _page(view, ArrangeForm(formdata=None))


def _page(view: BatchView, form: ArrangeForm) -> str:
    no_store()
    actor, now = current_actor(), clock.now()
    page = calibration_page.present(view, actor, now)
    form.piece.choices = [("", "Choose …"), *page.choices]
    form.marker.choices = [("", "Choose …"), *((row.public_id, row.name) for row in page.rows if row.waits)]
    return render_template("fairness/calibration.html", page=page, form=form, zone=actor.zone, now=now)


@bp.post("/cohorts/<slug>/activities/<key>/calibration")
@requires(policy.can_moderate, assessment.batch_visible_to)
def arrange_calibration(view: BatchView) -> ResponseReturnValue:
    """Set a piece or a text, take it back, free somebody of it, remind those who have not judged it."""
    form = ArrangeForm()
    if not form.validate_on_submit():
        return _page(view, form), 422
    try:
        with unit_of_work() as work:
            said = _act(view, request.form.get("act", ""), form, work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _page(view, form), 422
    flash(said, "good")
    return redirect(url_for(".calibration", slug=view.cohort.slug, key=view.key), code=303)


def _act(view: BatchView, act: str, form: ArrangeForm, now: dt.datetime) -> str:
    actor, reason = current_actor(), form.reason.data or ""
    if act == "text":
        actions.set_text(view, form.text.data or "", why=reason, actor=actor, now=now)
        return "The text is set. A member of faculty writes the agreed judgement next."
    if act == "piece":
        actions.set_piece(view, form.piece.data or "", why=reason, actor=actor, now=now)
        return "The piece is set, without names. A member of faculty writes the agreed judgement next."
    found = queries.calibration_of(calibration_page.asked(view))
    if found is None:
        raise RuleViolation(CalibrationRefusal.NO_PIECE)
    if act == "take-back":
        actions.take_back_piece(found.id, actor=actor)
        return "It is taken back. Nothing is asked of markers any more."
    if act == "remind":
        return f"{plural(actions.remind(found.id, actor=actor, now=now), 'marker')} reminded."
    people = queries.standings_of(found, now=now)
    chosen = next((one for one in people if one.public_id == form.marker.data), None)
    if chosen is None:
        raise RuleViolation(CalibrationRefusal.NOT_A_MARKER)
    actions.exempt(found.id, chosen.person_id, reason=reason, actor=actor, now=now)
    return f"{chosen.name} marks without it. Your reason is kept."
