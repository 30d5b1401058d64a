"""A complaint about a mark for those who decide it, and the second look for whoever was asked for it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.assessment import ports
from lms.assessment.forms import Typed, shown_as_typed, typed
from lms.assessment.queries import rubric_view
from lms.assessment.rules import Judgement, named_as, shown
from lms.assessment.views.desk_page import criteria
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.gradebook import actions, policy, queries
from lms.gradebook.forms import AssessorForm, DeclineForm, LookForm
from lms.gradebook.queries import Complaint, ReviewPage
from lms.gradebook.rules import read_number
from lms.gradebook.rules.complaints import ReviewState, choose_order, why_not_assess
from lms.gradebook.views.blueprint import bp
from lms.web.guards import current_actor, requires
from lms.web.html import stored
from lms.web.links import href as to
from lms.web.requests import no_store


def _room(complaint: Complaint, form: AssessorForm, status: int = 200) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    section = queries.section_of(complaint.request.place_id)
    able, barred = [], []
    for one in queries.assessors(complaint):
        why = why_not_assess(
            one,
            markers=complaint.markers,
            decider=actor.person_id,
            against=complaint.request.against_id,
            section=section,
        )
        if why:
            barred.append((one.name, why))
        else:
            able.append(one)
    form.assessor.choices = [("", "Choose …"), *((one.public_id, one.name) for one in choose_order(able))]
    page = render_template(
        "gradebook/complaint.html",
        complaint=complaint,
        cohort=complaint.cohort,
        released=shown(complaint.released),
        reviews=[
            (one, shown(one.value) if one.value is not None else "", _way(one.value, complaint.released))
            for one in complaint.reviews
        ],
        barred=barred,
        able=bool(able),
        form=form,
        may_ask=complaint.request.running and policy.can_ask_assessor(actor, complaint),
        zone=actor.zone,
        now=clock.now(),
    )
    return page, status


def _way(value: object, released: object) -> str:
    if value is None:
        return ""
    if value == released:
        return "the same"
    return "up" if value > released else "down"  # type: ignore[operator]


@bp.get("/cohorts/<slug>/complaints/<public_id>")
@requires(policy.can_see_complaint, queries.complaint_visible_to)
def complaint(found: Complaint) -> ResponseReturnValue:
    """Show a complaint's mark, who looks at it again, and what they came to."""
    return _room(found, AssessorForm(formdata=None))


@bp.post("/cohorts/<slug>/complaints/<public_id>")
@requires(policy.can_ask_assessor, queries.complaint_visible_to)
def ask_assessor(found: Complaint) -> ResponseReturnValue:
    """Ask somebody to look at the work again."""
    form = AssessorForm()
    form.assessor.choices = [(one.public_id, one.name) for one in queries.assessors(found)]
    if not form.validate_on_submit():
        return _room(found, form, 422)
    try:
        with unit_of_work() as work:
            actions.ask_assessor(found, form.assessor.data, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("assessor", refused.message)
        return _room(found, form, 422)
    flash("Asked. They see the work and its rubric, and nothing of the mark that was given.", "good")
    return redirect(request.path, code=303)


def _look(
    page: ReviewPage, fields: Typed, figure: str, decline: DeclineForm, status: int = 200
) -> ResponseReturnValue:
    no_store()
    actor = current_actor()
    rubric = rubric_view(page.cohort.version_id, page.thing.activity_id, page.thing.part)
    work = ports.read(page.source, page.source_id) if page.source else None
    open_ = page.state is ReviewState.ASKED
    files = [
        (named_as(queries.SECOND, at, file.name), to(file.endpoint, **file.values) if open_ else "")
        for at, file in enumerate(work.files if work else (), start=1)
    ]
    made = render_template(
        "gradebook/review.html",
        page=page,
        open=open_,
        criteria=criteria(rubric, fields) if rubric.words else (),
        fields=fields,
        figure=figure,
        form=LookForm(formdata=None),
        decline=decline,
        work=work,
        html=stored(work.html) if work else "",
        files=files,
        zone=actor.zone,
        now=clock.now(),
    )
    return made, status


@bp.get("/cohorts/<slug>/second-looks/<public_id>")
@requires(policy.can_review, queries.review_visible_to)
def review(page: ReviewPage) -> ResponseReturnValue:
    """Show the work beside its rubric to the second assessor: no name, no earlier mark, no comment of the first."""
    return _look(page, shown_as_typed(Judgement.read(page.judgement)), "", DeclineForm(formdata=None))


@bp.post("/cohorts/<slug>/second-looks/<public_id>")
@requires(policy.can_review, queries.review_visible_to)
def judge_again(page: ReviewPage) -> ResponseReturnValue:
    """Keep the second judgement, or decline to give one."""
    if request.form.get("act") == "decline":
        return _decline(page)
    rubric = rubric_view(page.cohort.version_id, page.thing.activity_id, page.thing.part)
    fields = typed(request.form, [row.key for row in rubric.words])
    figure = request.form.get("figure", "")[:12]
    fresh = DeclineForm()
    if fields.errors:
        return _look(page, fields, figure, fresh, 422)
    try:
        with unit_of_work() as work:
            look = actions.SecondLook(judgement=fields.judgement(), figure=read_number(figure))
            actions.judge_again(page, look, actor=current_actor(), now=work.now)
    except actions.Incomplete as refused:
        return _look(page, shown_as_typed(fields.judgement(), refused.problems), figure, fresh, 422)
    except RuleViolation as refused:
        return _look(
            page, shown_as_typed(fields.judgement(), {"figure": refused.message}), figure, fresh, 422
        )
    flash("Kept. Whoever decides the complaint sees it now.", "good")
    return redirect(request.path, code=303)


def _decline(page: ReviewPage) -> ResponseReturnValue:
    form = DeclineForm()
    rubric = rubric_view(page.cohort.version_id, page.thing.activity_id, page.thing.part)
    fields = typed(request.form, [row.key for row in rubric.words])
    figure = request.form.get("figure", "")[:12]
    if not form.validate_on_submit():
        return _look(page, fields, figure, form, 422)
    try:
        with unit_of_work() as work:
            actions.decline_review(page, why=str(form.why.data), actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("why", refused.message)
        return _look(page, fields, figure, form, 422)
    flash("Said. Somebody else is asked.", "good")
    return redirect(request.path, code=303)
