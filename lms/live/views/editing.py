"""Link, hosts, speaker and notes of a session."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, ports, queries, rules
from lms.live.actions import Details
from lms.live.forms import DetailsForm, EmptyForm
from lms.live.queries import SessionView
from lms.live.rules import LiveRefusal
from lms.live.rules.speakers import Artefact
from lms.live.views.frame import bp
from lms.web import filters
from lms.web.guards import current_actor, requires

BY_COURSE = 0
NOBODY = 0


def _form(session: SessionView) -> DetailsForm:
    form = DetailsForm(
        data={
            "host": session.host_id if session.host_chosen else BY_COURSE,
            "speaker": session.speaker,
            "join_url": session.join_url,
            "backup": session.backup_id or NOBODY,
            "notes": session.notes,
        }
    )
    people = {one.person_id: one.name for one in queries.staff(session.cohort_id)}
    if session.host_id is not None:
        people.setdefault(session.host_id, session.host)
    form.host.choices = [(BY_COURSE, "Whoever teaches the course"), *people.items()]
    form.backup.choices = [(NOBODY, "Nobody yet"), *people.items()]
    return form


@bp.route("/cohorts/<slug>/sessions/<key>/edit", methods=["GET", "POST"])
@requires(policy.can_edit, queries.session_visible_to)
def edit_session(session: SessionView) -> ResponseReturnValue:
    """Change what learners read about a session."""
    form = _form(session)
    if form.validate_on_submit() and not _refused(form):
        details = Details(
            join_url=form.join_url.data or "",
            speaker=form.speaker.data or "",
            notes=form.notes.data or "",
            host_id=form.host.data or None,
            backup_id=form.backup.data or None,
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
        "live/edit_session.html",
        form=form,
        session=session,
        cohort=session.cohort,
        provider=ports.provider(),
        unquoted=bool(queries.without_consent([session.id], Artefact.QUOTES)),
        meeting=queries.meeting_of(session.id),
        zone=current_actor().zone,
        now=clock.now(),
    ), 422 if form.errors or form.form_errors else 200


@bp.post("/cohorts/<slug>/sessions/<key>/meeting")
@requires(policy.can_edit, queries.session_visible_to)
def make_meeting(session: SessionView) -> ResponseReturnValue:
    """Have the meeting provider make a meeting; the worker does it, and sets the link."""
    if EmptyForm().validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.ask_for_meeting(session.id, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            flash("The meeting is being made. Its link is here in a moment.", "good")
    return redirect(url_for(".edit_session", slug=session.cohort.slug, key=session.key), code=303)


def _refused(form: DetailsForm) -> bool:
    """Show at the field that the address is none."""
    if rules.why_not_address(form.join_url.data or "") is None:
        return False
    form.refuse("join_url", LiveRefusal.NOT_AN_ADDRESS)
    return True
