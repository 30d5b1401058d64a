"""Link, host, speaker, recording and notes of a session."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries, rules
from lms.live.actions import Details
from lms.live.forms import DetailsForm
from lms.live.queries import SessionView
from lms.live.rules import LiveRefusal
from lms.live.views.frame import bp
from lms.web import filters
from lms.web.guards import current_actor, requires

BY_COURSE = 0


def _form(session: SessionView) -> DetailsForm:
    form = DetailsForm(
        data={
            "host": session.host_id if session.host_chosen else BY_COURSE,
            "speaker": session.speaker,
            "join_url": session.join_url,
            "recording_url": session.recording_url,
            "notes": session.notes,
        }
    )
    people = {one.person_id: one.name for one in queries.staff(session.cohort_id)}
    form.host.choices = [(BY_COURSE, "Whoever teaches the course"), *people.items()]
    return form


@bp.route("/cohorts/<slug>/sessions/<key>/edit", methods=["GET", "POST"])
@requires(policy.can_edit, queries.session_visible_to)
def edit_session(session: SessionView) -> ResponseReturnValue:
    """Change what learners read about a session."""
    form = _form(session)
    if form.validate_on_submit() and not _refused(form):
        details = Details(
            join_url=form.join_url.data or "",
            recording_url=form.recording_url.data or "",
            speaker=form.speaker.data or "",
            notes=form.notes.data or "",
            host_id=form.host.data or None,
        )
        try:
            with unit_of_work() as work:
                linked = actions.set_details(
                    session.id,
                    details,
                    whole_course=bool(form.whole_course.data),
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            more = f" The link is set for {filters.plural(linked, 'session')}." if linked > 1 else ""
            flash(f"Saved.{more}", "good")
            return redirect(url_for(".session", slug=session.cohort.slug, key=session.key), code=303)
    return render_template(
        "live/edit_session.html", form=form, session=session, cohort=session.cohort
    ), 422 if form.errors or form.form_errors else 200


def _refused(form: DetailsForm) -> bool:
    """Show at the field which address is none."""
    wrong = [name for name in ("join_url", "recording_url") if rules.why_not_address(form[name].data or "")]
    for name in wrong:
        form.refuse(name, LiveRefusal.NOT_AN_ADDRESS)
    return bool(wrong)
