"""Judging the piece that markers begin with, on the form of the desk; and the judgement that was agreed on."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment import queries as assessment
from lms.assessment.forms import Typed, shown_as_typed, typed
from lms.assessment.rules import Judgement
from lms.assessment.views import desk_page
from lms.core import clock
from lms.fairness import actions, policy, queries
from lms.fairness.queries import CalibrationView
from lms.fairness.views import calibration_page, judging
from lms.fairness.views.blueprint import bp
from lms.web.forms import sent_number
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.requests import no_store


def _typed(sample: CalibrationView) -> Typed:
    return typed(request.form, [row.key for row in queries.rubric_of(sample).words])


@bp.get("/calibrations/<calibration>")
@requires(policy.can_judge_sample, queries.open_calibration_visible_to)
def calibrate(sample: CalibrationView) -> ResponseReturnValue:
    """Show the piece to judge; or, once that is done, the agreed judgement beside one's own."""
    return _sample(sample, None)


def _sample(sample: CalibrationView, fields: Typed | None, version: int | None = None) -> str:
    no_store()
    actor = current_actor()
    rubric = queries.rubric_of(sample)
    page = calibration_page.sample_page(
        sample, rubric, actor, once_more=fields is not None or request.args.get("again") == "yes"
    )
    fields = fields or shown_as_typed(Judgement.read(page.draft))
    return render_template(
        "fairness/calibrate.html",
        page=page,
        sample=sample,
        html=stored(sample.html),
        rubric=desk_page.criteria(rubric, fields),
        errors=judging.errors_of(fields),
        comment=fields.overall,
        version=page.version if version is None else version,
        tolerance=f"{float(sample.policy().tolerance):g}",
        zone=actor.zone,
        now=clock.now(),
    )


def _try(sample: CalibrationView, fields: Typed, *, finish: bool) -> judging.Keep:
    return lambda now: actions.keep_try(
        sample.id,
        fields.judgement(),
        number=sent_number("number"),
        finish=finish,
        version=sent_number("version"),
        actor=current_actor(),
        now=now,
    )


@bp.post("/calibrations/<calibration>")
@requires(policy.can_judge_sample, queries.open_calibration_visible_to)
def judge_sample(sample: CalibrationView) -> ResponseReturnValue:
    """Save one's judgement of the piece, or finish it: then it is compared with the agreed one."""
    fields, finish = _typed(sample), request.form.get("act") == "finish"
    back = url_for(".calibrate", calibration=sample.public_id)
    answer = judging.sent(
        fields,
        _try(sample, fields, finish=finish),
        lambda typed, version: _sample(sample, typed, version),
        refused_to=back,
    )
    if answer is not None:
        return answer
    if not finish:
        flash("Saved. Nobody but you sees it before you finish.", "good")
    return redirect(back, code=303)


@bp.post("/calibrations/<calibration>/draft")
@requires(policy.can_judge_sample, queries.open_calibration_visible_to)
def save_sample(sample: CalibrationView) -> ResponseReturnValue:
    """Keep one's judgement of the piece while it is written; answers in JSON."""
    no_store()
    fields = _typed(sample)
    return judging.quietly(fields, _try(sample, fields, finish=False))


@bp.get("/calibrations/<calibration>/reference")
@requires(policy.can_set_reference, queries.calibration_visible_to)
def reference(sample: CalibrationView) -> ResponseReturnValue:
    """Show the judgement that was agreed on, to the one who writes it."""
    return _reference(sample, shown_as_typed(Judgement.read(sample.reference)), sample.version)


def _reference(sample: CalibrationView, fields: Typed, version: int) -> str:
    no_store()
    actor = current_actor()
    chosen = set(request.form.getlist("with")) if request.method == "POST" else set()
    return render_template(
        "fairness/reference.html",
        sample=sample,
        html=stored(sample.html),
        rubric=desk_page.criteria(queries.rubric_of(sample), fields),
        errors=judging.errors_of(fields),
        comment=fields.overall,
        version=version,
        editable=sample.opened_at is None,
        people=[
            (public_id, name, person_id in sample.agreed_with or public_id in chosen)
            for public_id, person_id, name in assessment.staff_markers(sample.cohort_id)
            if person_id != actor.person_id
        ],
        zone=actor.zone,
    )


def _agreed(sample: CalibrationView, fields: Typed, *, finish: bool) -> judging.Keep:
    return lambda now: actions.keep_reference(
        sample.id,
        fields.judgement(),
        agreed_with=_agreed_with(sample),
        finish=finish,
        version=sent_number("version"),
        actor=current_actor(),
        now=now,
    )


@bp.post("/calibrations/<calibration>/reference")
@requires(policy.can_set_reference, queries.calibration_visible_to)
def set_reference(sample: CalibrationView) -> ResponseReturnValue:
    """Save the agreed judgement, while it is written too, or let it stand: then markers are asked."""
    no_store()
    fields, finish = _typed(sample), request.form.get("act") == "finish"
    if request.accept_mimetypes.best == "application/json":
        return judging.quietly(fields, _agreed(sample, fields, finish=False))
    batch = url_for(".calibration", slug=sample.cohort_slug, key=sample.key)

    def draw(typed: Typed, version: int | None) -> str:
        if version is not None:
            return _reference(sample, typed, version)
        fresh = queries.calibration_visible_to(current_actor(), sample.public_id)
        return _reference(fresh, typed, fresh.version)

    answer = judging.sent(fields, _agreed(sample, fields, finish=finish), draw, refused_to=batch)
    if answer is not None:
        return answer
    if not finish:
        flash("Saved. Markers are asked when it is complete and you let it stand.", "good")
        return redirect(url_for(".reference", calibration=sample.public_id), code=303)
    flash("The agreed judgement stands, and those who mark this are asked.", "good")
    return redirect(batch, code=303)


def _agreed_with(sample: CalibrationView) -> list[int]:
    named = set(request.form.getlist("with")[:200])
    return [one[1] for one in assessment.staff_markers(sample.cohort_id) if one[0] in named]
