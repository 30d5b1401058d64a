"""Confirming a session, a substitute with rights for a time, the backup host taking over."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.actions import Substituting
from lms.live.forms import EmptyForm, SubstituteForm
from lms.live.queries import SessionView
from lms.live.views.frame import bp
from lms.web.guards import current_actor, requires


@bp.post("/cohorts/<slug>/sessions/<key>/confirm")
@requires(policy.can_edit, queries.session_visible_to)
def confirm(session: SessionView) -> ResponseReturnValue:
    """Say that the session takes place as planned."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.confirm(session.id, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            flash("Confirmed.", "good")
    return _back(session)


@bp.post("/cohorts/<slug>/sessions/<key>/take-over")
@requires(policy.can_edit, queries.session_visible_to)
def take_over(session: SessionView) -> ResponseReturnValue:
    """The backup host takes over."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.take_over(session.id, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            flash(f"{session.backup} hosts it now. Everybody concerned is told.", "good")
    return _back(session)


@bp.route("/cohorts/<slug>/sessions/<key>/substitute", methods=["GET", "POST"])
@requires(policy.can_substitute, queries.session_visible_to)
def substitute(session: SessionView) -> ResponseReturnValue:
    """Show who could stand in for the host, and give them the session and the rights for it."""
    now, form = clock.now(), SubstituteForm()
    find = request.args.get("find", "")[:80]
    people = queries.candidates(session, find, now)
    form.person.choices = [(one.person_id, one.name) for one in people]
    if form.validate_on_submit():
        wanted = Substituting(person_id=form.person.data, reason=form.reason.data or "")
        try:
            with unit_of_work() as work:
                actions.substitute(session.id, wanted, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash("They host it now. Everybody concerned is told.", "good")
            return _back(session)
    return render_template(
        "live/substitute.html",
        session=session,
        cohort=session.cohort,
        form=form,
        people=people,
        find=find,
        running=queries.substitution(session.id, now),
        until=session.ends_at + rules.RIGHTS_AFTER,
        zone=current_actor().zone,
        now=now,
    ), 422 if form.errors or form.form_errors else 200


@bp.post("/cohorts/<slug>/sessions/<key>/substitute/end")
@requires(policy.can_substitute, queries.session_visible_to)
def end_substitution(session: SessionView) -> ResponseReturnValue:
    """Give the session back to its host."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.end_substitution(session.id, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            flash("The host has it back; the rights of the substitute have ended.", "good")
    return _back(session)


def _back(session: SessionView) -> ResponseReturnValue:
    return redirect(url_for(".session", slug=session.cohort.slug, key=session.key), code=303)
