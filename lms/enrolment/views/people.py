"""The people page of a cohort, and enrolling one learner by hand."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import addresses, clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions, policy, queries
from lms.enrolment.forms import EnrolForm
from lms.enrolment.rules import EnrolmentRefusal, PlaceState
from lms.enrolment.views import roster_page
from lms.enrolment.views.blueprint import bp
from lms.enrolment.views.roster_page import Asked
from lms.people import actions as people_actions
from lms.people.rules import EmailRefusal
from lms.web import filters
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires

EVERYBODY = tuple(PlaceState)


def _asked() -> Asked:
    words = {name: request.args.get(name, "")[:200] for name in ("show", "find", "section", "team")}
    if words["show"] not in roster_page.FILTERS:
        words["show"] = ""
    start = request.args.get("start", "")
    return Asked(**words, start=int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0)


@bp.get("/cohorts/<slug>/people")
@requires(policy.can_see_people, cohort_visible_to)
def people(cohort: CohortView) -> ResponseReturnValue:
    """Show who is in the cohort."""
    now, lines = clock.now(), queries.roster(cohort.id, EVERYBODY)
    page = roster_page.present(
        cohort,
        lines,
        _asked(),
        dead=addresses.dead([line.email for line in lines]),
        back=queries.expected_back(cohort.id),
        sections=[(section.id, section.name) for section in cohorts.sections(cohort.id)],
        now=now,
    )
    actor = current_actor()
    return render_template(
        "enrolment/people.html",
        page=page,
        cohort=cohort,
        may_manage=policy.can_manage_people(actor, cohort),
        may_export=policy.can_export_people(actor, cohort),
        may_message="community.announcements" in current_app.view_functions,
    )


@bp.get("/cohorts/<slug>/people.csv")
@requires(policy.can_export_people, cohort_visible_to)
def people_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give the people that the filters leave as a file."""
    chosen = roster_page.chosen(queries.roster(cohort.id, EVERYBODY), _asked())
    rows = roster_page.csv_rows(chosen, clock.now())
    return csv_file(f"{cohort.slug}-people", roster_page.HEADINGS, rows)


@bp.post("/cohorts/<slug>/people/act")
@requires(policy.can_manage_people, cohort_visible_to)
def people_act(cohort: CohortView) -> ResponseReturnValue:
    """Invite those who were ticked, or go and write to them."""
    wanted = set(request.form.getlist("person"))
    ticked = [line for line in queries.roster(cohort.id) if line.public_id in wanted]
    if not ticked:
        flash("Tick at least one person first.", "warn")
        return redirect(url_for(".people", slug=cohort.slug), code=303)
    if request.form.get("act") == "message" and "community.announcements" in current_app.view_functions:
        chosen = [line.public_id for line in ticked]
        return redirect(url_for("community.announcements", slug=cohort.slug, person=chosen), code=303)
    with unit_of_work() as work:
        sent = people_actions.invite_all(
            [line.person_id for line in ticked], actor=current_actor(), now=work.now
        )
    over = len(ticked) - sent
    if sent:
        flash(f"{filters.plural(sent, 'invitation').capitalize()} on the way.", "good")
    if over:
        flash(
            f"{filters.plural(over, 'person', 'people').capitalize()} passed over: they have set a password already, "
            "were invited in the last ten minutes, or have no address.",
            "warn",
        )
    return redirect(url_for(".people", slug=cohort.slug), code=303)


_AT = {
    EmailRefusal.NOT_AN_ADDRESS: "email",
    EmailRefusal.MIXED_LETTERS: "email",
    EnrolmentRefusal.ALREADY_HERE: "email",
    EnrolmentRefusal.STAFF_HERE: "email",
    EnrolmentRefusal.NO_NAME: "name",
    EnrolmentRefusal.TOO_LATE: "joined_on",
    EnrolmentRefusal.NO_SUCH_SECTION: "section",
}
"""The field at which a refusal is shown; the others stand above the form."""


@bp.route("/cohorts/<slug>/people/new", methods=["GET", "POST"])
@requires(policy.can_manage_people, cohort_visible_to)
def enrol(cohort: CohortView) -> ResponseReturnValue:
    """Enrol one learner by hand."""
    form = EnrolForm()
    form.offer(cohorts.sections(cohort.id))
    if form.validate_on_submit():
        typed = actions.ByHand(
            email=form.email.data,
            name=form.name.data,
            section_id=int(form.section.data) if form.section.data else None,
            joined_on=form.joined_on.data,
            zone=form.zone.data,
            employer=form.employer.data,
            job_title=form.job_title.data,
            invite=form.invite.data,
        )
        try:
            with unit_of_work() as work:
                done = actions.enrol_by_hand(cohort.id, typed, actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            form.refuse(_AT.get(refused.reason, ""), refused.message)
        else:
            _tell(done, invite=typed.invite)
            return redirect(url_for(".place", slug=cohort.slug, public_id=done.public_id), code=303)
    return render_template(
        "enrolment/enrol.html", cohort=cohort, form=form, taken=queries.seats_taken(cohort.id)
    )


def _tell(done: actions.Enrolled, *, invite: bool) -> None:
    words = f"{done.name} is enrolled"
    words += f" and joins late: sessions count from {filters.day(done.joined_on)}." if done.late else "."
    flash(words, "good")
    if done.known:
        flash(
            f"{done.name} was known here already, so nothing that is known of them was changed"
            + (f", not even the name “{done.typed_name}” that you typed." if _other_name(done) else "."),
            "info",
        )
    if done.invited:
        flash("The invitation is on the way.", "good")
    elif invite:
        flash(
            "No invitation was sent: they have set a password already, or were invited minutes ago.", "info"
        )


def _other_name(done: actions.Enrolled) -> bool:
    return bool(done.typed_name) and done.typed_name.casefold() != done.name.casefold()
