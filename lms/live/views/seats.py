"""Seats: a learner's two buttons, the list that staff keep, guests beside it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, policy, queries
from lms.live.forms import EmptyForm, GuestsForm, ReasonForm, SeatsForm
from lms.live.queries import PartOfSession, SeatLine, SessionView
from lms.live.rules.seats import SeatRefusal, SeatState
from lms.live.views.frame import bp
from lms.web import filters, requests
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires

CAME = {True: "came", False: "did not come", None: ""}


def back(session: SessionView, endpoint: str = ".session", anchor: str | None = None) -> ResponseReturnValue:
    """Back to a page of the session."""
    return redirect(url_for(endpoint, slug=session.cohort.slug, key=session.key, _anchor=anchor), code=303)


@bp.post("/cohorts/<slug>/sessions/<key>/seat")
@requires(policy.can_ask, queries.session_visible_to)
def take_seat(session: SessionView) -> ResponseReturnValue:
    """Give a learner a seat, or a turn on the waiting list."""
    if EmptyForm().validate_on_submit() and session.place:
        try:
            with unit_of_work() as work:
                state = actions.take_seat(
                    session.id, session.place.place_id, actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            if state is SeatState.SEATED:
                flash("You have a seat.", "good")
            else:
                flash("All seats are taken. You are on the waiting list and told when one is yours.", "good")
    return back(session, anchor="seat-title")


@bp.post("/cohorts/<slug>/sessions/<key>/seat/give-up")
@requires(policy.can_ask, queries.session_visible_to)
def give_up_seat(session: SessionView) -> ResponseReturnValue:
    """Take a learner's seat, or turn, back and give the seat to the next in order."""
    if EmptyForm().validate_on_submit() and session.place:
        try:
            with unit_of_work() as work:
                in_time = actions.give_up_seat(
                    session.id, session.place.place_id, actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            flash(refused.message, "warn")
        else:
            late = "" if in_time else " It was after the hour until which seats are given up in time."
            flash(f"Thank you: the next in order gets it.{late}", "good")
    return back(session, anchor="seat-title")


def _page(
    session: SessionView, form: SeatsForm, guests: GuestsForm, status: int = 200
) -> ResponseReturnValue:
    requests.no_store()
    actor, now = current_actor(), clock.now()
    lines = queries.seat_lines(session.id)
    html = render_template(
        "live/seats.html",
        session=session,
        cohort=session.cohort,
        seats=queries.seats_of(session.id),
        seated=[line for line in lines if line.state is SeatState.SEATED],
        waiting=[line for line in lines if line.state is SeatState.WAITING],
        ended=[line for line in lines if line.state not in (SeatState.SEATED, SeatState.WAITING)],
        came={line.public_id: CAME[line.came(closed=session.closed)] for line in lines},
        missed=sum(line.came(closed=session.closed) is False for line in lines),
        guests=queries.guests(session.id),
        form=form,
        guests_form=guests,
        reason=ReasonForm(formdata=None),
        may_edit=policy.can_edit(actor, session),
        begun=now >= session.starts_at,
        over=now >= session.ends_at,
        zone=actor.zone,
        now=now,
    )
    return html, status


def _forms(session: SessionView) -> tuple[SeatsForm, GuestsForm]:
    plan = queries.seats_of(session.id)
    hours = queries.session_policy_of(session.cohort).cancel_hours
    data = {"seats": plan.seats if plan else None, "cancel_hours": plan.cancel_hours if plan else hours}
    return SeatsForm(formdata=None, data=data), GuestsForm(formdata=None)


@bp.get("/cohorts/<slug>/sessions/<key>/seats")
@requires(policy.can_mark, queries.session_visible_to)
def seats(session: SessionView) -> ResponseReturnValue:
    """Show who has a seat, who waits in which order, who came; and the guests."""
    return _page(session, *_forms(session))


@bp.post("/cohorts/<slug>/sessions/<key>/seats")
@requires(policy.can_edit, queries.session_visible_to)
def set_seats(session: SessionView) -> ResponseReturnValue:
    """Say how many seats there are."""
    form = SeatsForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                given = actions.set_seats(
                    session.id,
                    form.seats.data,
                    form.cancel_hours.data,
                    actor=current_actor(),
                    now=work.now,
                )
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            more = f" {filters.plural(len(given), 'learner')} who waited got one." if given else ""
            flash(f"Saved: {filters.plural(form.seats.data, 'seat')}.{more}", "good")
            return back(session, ".seats")
    return _page(session, form, GuestsForm(formdata=None), 422)


@bp.post("/cohorts/<slug>/sessions/<key>/seats/<seat>/take-back")
@requires(policy.can_edit, queries.seat_visible_to)
def take_back_seat(found: PartOfSession) -> ResponseReturnValue:
    """Take a learner off the list with a reason that they read."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.take_back_seat(found.id, form.reason.data or "", actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(refused.message, "bad")
        else:
            flash("Taken off the list and told why. The next in order has the seat.", "good")
    else:
        flash(" ".join(form.reason.errors) or SeatRefusal.NEEDS_REASON, "bad")
    return back(found.session, ".seats")


@bp.post("/cohorts/<slug>/sessions/<key>/guests")
@requires(policy.can_edit, queries.session_visible_to)
def add_guests(session: SessionView) -> ResponseReturnValue:
    """Add guests, one a line."""
    form = GuestsForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                added = actions.add_guests(
                    session.id, form.guests.data or "", actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            form.refuse("guests", refused.message)
        else:
            flash(f"{filters.plural(added, 'guest')} added.", "good")
            return back(session, ".seats", "guests-title")
    plan, _guests = _forms(session)
    return _page(session, plan, form, 422)


@bp.post("/cohorts/<slug>/sessions/<key>/guests/<guest>/remove")
@requires(policy.can_edit, queries.guest_visible_to)
def remove_guest(found: PartOfSession) -> ResponseReturnValue:
    """Take a guest off the list."""
    if EmptyForm().validate_on_submit():
        with unit_of_work():
            actions.remove_guest(found.id, actor=current_actor())
        flash("The guest is off the list.", "good")
    return back(found.session, ".seats", "guests-title")


@bp.get("/cohorts/<slug>/sessions/<key>/seats.csv")
@requires(policy.can_mark, queries.session_visible_to)
def seats_csv(session: SessionView) -> ResponseReturnValue:
    """Give the lists as a table: learners first, in order, then guests."""

    def row(line: SeatLine) -> list[object]:
        return [
            "learner",
            line.name,
            line.email,
            line.employer,
            line.state.value + (", late" if line.late else ""),
            filters.local(line.asked_at, session.cohort.zone).isoformat(timespec="minutes"),
            CAME[line.came(closed=session.closed)],
        ]

    rows = [row(line) for line in queries.seat_lines(session.id)]
    rows += [
        ["guest", one.name, one.email, one.organisation, "guest", "", ""]
        for one in queries.guests(session.id)
    ]
    headings = ["kind", "name", "email", "organisation", "state", "asked", "came"]
    return csv_file(f"seats-{session.cohort.slug}-{session.key}", headings, rows)
