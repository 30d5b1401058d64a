"""The page of one place and the acts on it, each with its own page that says what it does before it is done."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.core import addresses, clock
from lms.core.addresses import MailAddress
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions, policy, queries
from lms.enrolment.forms import ChangeForm, LeaveForm, PlaceForm
from lms.enrolment.queries import PlaceView, place_visible_to
from lms.enrolment.rules import EnrolmentRefusal, PlaceState, holds_seat
from lms.enrolment.views import place_page
from lms.enrolment.views.blueprint import bp
from lms.enrolment.views.roster_page import seen_words
from lms.web import filters
from lms.web.guards import current_actor, may_open, requires


@bp.get("/cohorts/<slug>/people/<public_id>")
@requires(policy.can_see_people, place_visible_to)
def place(found: PlaceView) -> ResponseReturnValue:
    """Show one place: its story, its teams, and what can be done."""
    now = clock.now()
    story = queries.story(found.id)
    seats = queries.seats_of_place(found.id)
    present = [seat for seat in seats if seat.ends_at is None]
    may_manage = policy.can_manage_people(current_actor(), found)
    return render_template(
        "enrolment/place.html",
        place=found,
        cohort=found.cohort,
        story=place_page.told(story, seats, now),
        plan=place_page.plan_of(story, now),
        days=place_page.days_words(story, now),
        back_on=place_page.back_on(story) if found.state is PlaceState.ON_LEAVE else None,
        seats=present,
        kinds=place_page.KINDS,
        acts=place_page.acts_of(found) if may_manage else (),
        may_manage=may_manage,
        trouble=_trouble(found.email),
        seen=seen_words(found.last_seen_on, now),
        has_case_file=may_open("progress.case_file", found),
        zone=current_actor().zone,
        now=now,
    )


def _trouble(address: str) -> MailAddress | None:
    """What came back from an address, while it matters."""
    found = addresses.trouble_with(address)
    return found if found and (found.dead_at or found.soft) else None


@bp.route(
    "/cohorts/<slug>/people/<public_id>/<any(leave,return,withdraw,reinstate,complete):act>",
    methods=["GET", "POST"],
)
@requires(policy.can_manage_people, place_visible_to)
def change(found: PlaceView, act: str) -> ResponseReturnValue:
    """Say what an act on a place means, and do it."""
    teams = [seat.team for seat in queries.seats_of_place(found.id) if seat.ends_at is None]
    seats_left = max(0, found.cohort.seats - queries.seats_taken(found.cohort_id))
    words = next(
        (one for one in place_page.acts_of(found, teams=teams, seats_left=seats_left) if one.key == act), None
    )
    if words is None:
        flash(EnrolmentRefusal.NOT_POSSIBLE.format(state=found.state.value), "warn")
        return redirect(_home(found), code=303)
    today = clock.now().astimezone(ZoneInfo(found.cohort.zone)).date()
    form = LeaveForm() if act == "leave" else ChangeForm()
    if not form.is_submitted():
        form.effective_on.data = today
    if form.validate_on_submit():
        if words.needs_reason and not form.reason.data:
            form.refuse("reason", EnrolmentRefusal.NO_REASON.value)
        elif _done(found, words, form, today):
            return redirect(_home(found), code=303)
    return render_template(
        "enrolment/change.html",
        place=found,
        cohort=found.cohort,
        form=form,
        act=words,
        today=today,
        no_seats=not holds_seat(found.state) and holds_seat(words.wanted) and not seats_left,
    )


_AT = {
    EnrolmentRefusal.RETURN_BEFORE_LEAVE: "back_on",
    EnrolmentRefusal.TOO_EARLY: "effective_on",
    EnrolmentRefusal.TOO_LATE: "effective_on",
    EnrolmentRefusal.NOT_AHEAD: "effective_on",
}


def _done(found: PlaceView, words: place_page.ActWords, form: LeaveForm | ChangeForm, today: dt.date) -> bool:
    on: dt.date = form.effective_on.data
    try:
        with unit_of_work() as work:
            actions.change_state(
                found.id,
                words.wanted,
                reason=form.reason.data or "",
                effective_on=on,
                back_on=form.back_on.data if isinstance(form, LeaveForm) else None,
                actor=current_actor(),
                now=work.now,
            )
    except RuleViolation as refused:
        form.refuse(_AT.get(refused.reason, ""), refused.message)  # type: ignore[call-overload]
        return False
    if on > today:
        flash(f"Planned for {filters.day(on, today)}. It comes about by itself on that day.", "good")
    else:
        flash(words.done, "good")
    return True


@bp.post("/cohorts/<slug>/people/<public_id>/drop-plan")
@requires(policy.can_manage_people, place_visible_to)
def drop_plan(found: PlaceView) -> ResponseReturnValue:
    """Drop what was planned for a place."""
    try:
        with unit_of_work() as work:
            actions.drop_plan(found.id, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "warn")
    else:
        flash("The plan is dropped. Nothing will happen by itself.", "good")
    return redirect(_home(found), code=303)


@bp.route("/cohorts/<slug>/people/<public_id>/seat", methods=["GET", "POST"])
@requires(policy.can_manage_people, place_visible_to)
def seat(found: PlaceView) -> ResponseReturnValue:
    """Change the section of a place, and the day from which it counts."""
    if found.state not in (PlaceState.ENROLLED, PlaceState.ON_LEAVE):
        flash(EnrolmentRefusal.NOT_POSSIBLE.format(state=found.state.value), "warn")
        return redirect(_home(found), code=303)
    form = PlaceForm()
    form.offer(cohorts.sections(found.cohort_id))
    if not form.is_submitted():
        form.section.data = str(found.section_id or "")
        form.joined_on.data = found.joined_on
    if form.validate_on_submit():
        section_id = int(form.section.data) if form.section.data else None
        try:
            with unit_of_work() as work:
                values = {"reason": form.reason.data or "", "actor": current_actor(), "now": work.now}
                if section_id is not None and section_id != found.section_id:
                    actions.change_section(found.id, section_id, **values)
                if form.joined_on.data != found.joined_on:
                    actions.change_joining_day(found.id, form.joined_on.data, **values)
        except RuleViolation as refused:
            at = "joined_on" if refused.reason is EnrolmentRefusal.TOO_LATE else "section"
            form.refuse(at, refused.message)
        else:
            flash("Saved. The story says what changed.", "good")
            return redirect(_home(found), code=303)
    return render_template("enrolment/seat.html", place=found, cohort=found.cohort, form=form)


def _home(found: PlaceView) -> str:
    return url_for(".place", slug=found.cohort.slug, public_id=found.public_id)
