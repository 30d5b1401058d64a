"""What learners say and read of their own presence: the code, what an absence costs, every piece of evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment.rules import PlaceState
from lms.live import policy, queries, rules
from lms.live.actions import makeups as make_up_actions
from lms.live.actions import presence
from lms.live.forms import AbsentForm, CodeForm, EmptyForm, ShowCodeForm
from lms.live.queries import AttendanceView, OwnPlace, SessionView
from lms.live.queries import makeups as beside
from lms.live.rules import codes, costs
from lms.live.rules.costs import Cost
from lms.live.views.explaining import LEAVE_RULE
from lms.live.views.frame import bp
from lms.web import filters, requests
from lms.web.guards import current_actor, requires


def own_place(session: SessionView) -> OwnPlace:
    """The viewer's place; a learner without one has nothing here."""
    if session.place is None:
        raise NotFound
    return session.place


def _place(session: SessionView) -> int:
    return own_place(session).place_id


def _session(session: SessionView) -> str:
    return url_for(".session", slug=session.cohort.slug, key=session.key)


# The code -----------------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/sessions/<key>/code")
@requires(policy.can_mark, queries.session_visible_to)
def code(session: SessionView) -> ResponseReturnValue:
    """Show the code of the class, large enough for a shared screen."""
    return _code_page(session, ShowCodeForm(formdata=None))


def _code_page(session: SessionView, form: ShowCodeForm, status: int = 200) -> ResponseReturnValue:
    requests.no_store()
    now, actor = clock.now(), current_actor()
    window = beside.window(session.id)
    shown = window if window and window.open(now) else None
    refusal = codes.why_not_show(
        cancelled=session.cancelled,
        closed=session.closed,
        counts=session.counts,
        opens_at=session.opens_at,
        ends_at=session.ends_at,
        now=now,
    )
    digits = codes.code_at(shown, now) if shown else ""
    response = render_template(
        "live/code.html",
        session=session,
        cohort=session.cohort,
        digits=f"{digits[:3]} {digits[3:]}" if digits else "",
        next_at=codes.next_at(shown, now) if shown else None,
        until=shown.until if shown else None,
        taken=beside.codes_taken(session.id),
        refusal=refusal.value if refusal and not shown else "",
        form=form,
        act=EmptyForm(formdata=None),
        zone=actor.zone,
        now=now,
    )
    return response, status


@bp.post("/cohorts/<slug>/sessions/<key>/code")
@requires(policy.can_mark, queries.session_visible_to)
def show_code(session: SessionView) -> ResponseReturnValue:
    """Begin to show codes for some minutes."""
    form = ShowCodeForm()
    if not form.validate_on_submit():
        return _code_page(session, form, 422)
    try:
        with unit_of_work() as work:
            presence.show_code(session.id, form.minutes.data, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        form.refuse("", refused.message)
        return _code_page(session, form, 422)
    flash("Learners can enter the code on the page of the session.", "good")
    return redirect(url_for(".code", slug=session.cohort.slug, key=session.key), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/code/end")
@requires(policy.can_mark, queries.session_visible_to)
def end_code(session: SessionView) -> ResponseReturnValue:
    """Show codes no longer."""
    if EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            presence.end_code(session.id, actor=current_actor(), now=work.now)
        flash("No code is taken any more.", "good")
    return redirect(url_for(".code", slug=session.cohort.slug, key=session.key), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/enter-code")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def enter_code(session: SessionView) -> ResponseReturnValue:
    """Take the code of the class from a learner, by the server's clock."""
    form = CodeForm()
    place_id = _place(session)
    if not form.validate_on_submit():
        flash(" ".join(form.code.errors) or "Nothing was entered.", "warn")
        return redirect(_session(session), code=303)
    with unit_of_work() as work:
        refused = presence.enter_code(
            session.id, place_id, form.code.data or "", actor=current_actor(), now=work.now
        )
    if refused:
        flash(refused, "warn")
    else:
        flash("Your code is taken: you are noted as present.", "good")
    return redirect(_session(session), code=303)


# What an absence costs ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CostRow:
    """One ratio with what a session does to it, in words."""

    name: str
    now: str
    attended: str
    missed: str
    needed: str
    tone: str
    can_miss: str


@bp.route("/cohorts/<slug>/sessions/<key>/absence", methods=["GET", "POST"])
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def absence(session: SessionView) -> ResponseReturnValue:
    """Show what missing a session costs, and take it when somebody says that they will not come."""
    now, place = clock.now(), own_place(session)
    place_id = place.place_id
    form = AbsentForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                presence.announce_absence(session.id, place_id, form.reason.data or "", now=work.now)
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("Your host sees on the roster that you will not come.", "good")
            return redirect(url_for(".absence", slug=session.cohort.slug, key=session.key), code=303)
    offer = make_up_actions.offer(session, place_id, now=now)
    said = beside.mine(session.id, place_id)
    return render_template(
        "live/absence.html",
        session=session,
        cohort=session.cohort,
        rows=_costs(session, place.attendance, now) if session.counts and not session.cancelled else (),
        said=said,
        offer=offer,
        course=curriculum.outline(session.cohort.version_id).course(session.line.course_id).title,
        on_leave=LEAVE_RULE if place.state is PlaceState.ON_LEAVE else "",
        ahead=now < session.starts_at,
        form=form,
        act=EmptyForm(formdata=None),
        zone=current_actor().zone,
        now=now,
    ), 422 if form.errors or form.form_errors else 200


def _costs(session: SessionView, view: AttendanceView, now: dt.datetime) -> tuple[CostRow, ...]:
    outline = curriculum.outline(session.cohort.version_id)
    course, rule = outline.course(session.line.course_id), outline.policies.completion
    ahead = queries.ahead_by_course(session.cohort_id, now)
    found = [_row("The programme", costs.cost(view.total, sum(ahead.values()), rule.attendance_overall))]
    if course.key in rule.attendance_courses:
        own = costs.cost(view.of(course.key), ahead[course.id], rule.attendance_course)
        found.append(_row(course.title, own))
    return tuple(found)


def _row(name: str, cost: Cost) -> CostRow:
    def ratio(count: rules.Count) -> str:
        if count.share is None:
            return "none yet"
        return f"{filters.figure(count.present)} of {count.sessions}, {filters.percent(count.share)}"

    if cost.can_miss < 0:
        left = "It can no longer be reached by attending alone"
    else:
        left = f"{cost.can_miss} of the {filters.plural(cost.ahead, 'session')} ahead"
    return CostRow(
        name=name,
        now=ratio(cost.now),
        attended=ratio(cost.attended),
        missed=ratio(cost.missed),
        needed=f"{filters.percent(cost.needed, whole=True)}, not rounded",
        tone="bad" if cost.out_of_reach else "warn" if cost.breaks else "",
        can_miss=left,
    )


@bp.post("/cohorts/<slug>/sessions/<key>/absence/take-back")
@requires(policy.can_answer_for_themselves, queries.session_visible_to)
def take_back_absence(session: SessionView) -> ResponseReturnValue:
    """Say that one comes after all."""
    place_id = _place(session)
    if EmptyForm().validate_on_submit():
        with unit_of_work() as work:
            presence.take_absence_back(session.id, place_id, now=work.now)
        flash("Taken back: your host expects you.", "good")
    return redirect(url_for(".absence", slug=session.cohort.slug, key=session.key), code=303)
