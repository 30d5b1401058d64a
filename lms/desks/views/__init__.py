"""The front door and the desk of each kind of person."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.assessment.policy import can_have_work_to_mark, can_see_marks
from lms.cohorts.policy import can_coordinate, can_create_cohorts, can_learn, can_oversee
from lms.cohorts.queries import CohortView, cohort_visible_to
from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.desks import actions, queries
from lms.desks.views import board as board_page
from lms.desks.views import learner as learner_page
from lms.desks.views import run_sheet as sheet_page
from lms.enrolment.policy import can_see_people
from lms.enrolment.queries import MyPlace, my_place, places_of
from lms.people.rules import Actor, Role
from lms.scheduling import queries as scheduling
from lms.scheduling.policy import can_change_dates
from lms.web import pictures
from lms.web.guards import current_actor, current_actor_or_none, public, requires
from lms.web.requests import no_store
from lms.web.shell import local_path

bp = Blueprint("desks", __name__)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """Send everybody to the desk that is theirs."""
    actor: Actor | None = current_actor_or_none()
    if actor is None:
        return redirect(url_for("security.login"))
    return redirect(_home_of(actor))


def _home_of(actor: Actor) -> str:
    if _coordinates(actor):
        return url_for("desks.coordination")
    if _teaches(actor):
        return url_for("desks.teaching")
    places = places_of(actor.person_id)
    if places:
        return url_for("desks.learner", slug=places[0][0])
    if actor.anywhere(Role.ADMINISTRATOR):
        return url_for("people.directory")
    return url_for("people.profile")


@bp.get("/cohorts/<slug>")
@requires(can_learn, my_place)
def learner(me: MyPlace) -> ResponseReturnValue:
    """Show a learner what needs them now."""
    read = queries.learner(me, clock.now())
    desk = learner_page.present(read, current_actor().zone)
    return render_template(
        "desks/learner.html",
        desk=desk,
        slug=me.cohort.slug,
        progress=pictures.ring(float(desk.done)),
        year=learner_page.year_of(read).drawn,
    )


def _teaches(actor: Actor) -> bool:
    return any(actor.anywhere(role) for role in (Role.FACULTY, Role.GUIDE, Role.MARKER, Role.ASSISTANT))


def _coordinates(actor: Actor) -> bool:
    return any(actor.anywhere(role) for role in (Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR))


@bp.get("/teaching")
@requires(_teaches)
def teaching() -> ResponseReturnValue:
    """Show somebody who teaches, marks or guides what waits for them, over all their cohorts."""
    now = clock.now()
    actor = current_actor()
    desk = queries.teaching(actor, now)
    return render_template(
        "desks/teaching.html",
        desk=desk,
        marks=can_have_work_to_mark(actor),
        marks_in={cohort.id for cohort in desk.cohorts if can_see_marks(actor, cohort)},
        people_in={cohort.id for cohort in desk.cohorts if can_see_people(actor, cohort)},
        zone=actor.zone,
        now=now,
    )


@bp.get("/coordination")
@requires(_coordinates)
def coordination() -> ResponseReturnValue:
    """Show somebody who runs or oversees cohorts what needs them."""
    now = clock.now()
    actor = current_actor()
    desk = queries.coordination(actor, now)
    may_draft = {card.view.id for card in desk.cards if can_change_dates(actor, card.view)}
    return render_template(
        "desks/coordination.html",
        desk=desk,
        may_draft=may_draft,
        drafts=scheduling.open_drafts(may_draft, actor) if may_draft else {},
        weeks=scheduling.week_now,
        may_create=can_create_cohorts(actor),
        zone=actor.zone,
        now=now,
    )


@bp.get("/run-sheet")
@requires(_coordinates)
def run_sheet() -> ResponseReturnValue:
    """Show today and the next seven days over all cohorts: each line one act and an owner."""
    now, actor = clock.now(), current_actor()
    read = queries.run_sheet(actor, now)
    page = sheet_page.present(
        read,
        actor,
        now,
        asked=sheet_page.Asked(
            cohort=request.args.get("cohort", ""),
            owner=request.args.get("owner", ""),
            kind=request.args.get("kind", ""),
            pressing=request.args.get("show") == "need",
        ),
        may=frozenset(view.id for view in read.cohorts if can_coordinate(actor, view)),
    )
    return render_template("desks/run_sheet.html", page=page, zone=actor.zone, now=now)


@bp.post("/cohorts/<slug>/run-sheet")
@requires(can_coordinate, cohort_visible_to)
def look_after(cohort: CohortView) -> ResponseReturnValue:
    """Let oneself or somebody else look after a line of the run-sheet."""
    actor = current_actor()
    who = request.form.get("who", "")
    if who in ("", "me"):
        who = actor.public_id
    try:
        with unit_of_work() as work:
            name = actions.look_after(cohort.id, request.form.get("line", ""), who, actor=actor, now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash("This line is yours." if who == actor.public_id else f"{name} looks after it.", "good")
    return redirect(local_path(request.form.get("next", "/run-sheet")), code=303)


@bp.get("/cohorts/<slug>/board")
@requires(can_oversee, cohort_visible_to)
def board(cohort: CohortView) -> ResponseReturnValue:
    """Show every learner of a cohort at a glance, the worst first."""
    now = clock.now()
    shown = board_page.present(
        cohort,
        queries.board(cohort.id),
        week=scheduling.week_now(cohort, now),
        weeks=scheduling.calendar(cohort).weeks,
        show=request.args.get("show", ""),
        find=request.args.get("find", ""),
        open_cell=(request.args.get("who", ""), request.args.get("cell", "")),
        zone=current_actor().zone,
        now=now,
    )
    return render_template(
        "desks/board.html",
        board=shown,
        may_act=can_coordinate(current_actor(), cohort),
        overview_href=url_for("cohorts.overview", slug=cohort.slug),
        strips=tuple(pictures.heat(row.heat) for row in shown.rows),
        strip_words=tuple(pictures.heat_words(row.heat) for row in shown.rows),
        keys=tuple(pictures.heat((step,)) for step in range(5)),
    )


@bp.post("/cohorts/<slug>/board")
@requires(can_coordinate, cohort_visible_to)
def board_act(cohort: CohortView) -> ResponseReturnValue:
    """Take the learners that were ticked to the page of the act that was chosen."""
    people = request.form.getlist("person")
    if not people:
        flash("Tick at least one learner first.", "warn")
        return redirect(url_for(".board", slug=cohort.slug), code=303)
    if request.form.get("act") == "extend":
        if len(people) > 1:
            flash(
                "An extension is given to one learner or team at a time; this is the first you ticked.",
                "warn",
            )
        return redirect(url_for("coursework.extension", slug=cohort.slug, public_id=people[0]), code=303)
    return redirect(url_for("community.announcements", slug=cohort.slug, person=people), code=303)


@bp.get("/cohorts/<slug>/board.csv")
@requires(can_oversee, cohort_visible_to)
def board_csv(cohort: CohortView) -> ResponseReturnValue:
    """Give the board as a spreadsheet."""
    lines = board_page.chosen(
        queries.board(cohort.id), request.args.get("show", ""), request.args.get("find", "")
    )
    no_store()
    return Response(
        board_page.as_csv(lines),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={cohort.slug}-board.csv"},
    )
