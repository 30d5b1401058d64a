"""Office hours: what a learner can book, what a host offers, who comes when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import NotFound, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import queries as enrolment
from lms.live import actions, policy, queries
from lms.live.actions import Offering
from lms.live.forms import EmptyForm
from lms.live.forms.speaking import BookForm, OfferForm, SlotReasonForm
from lms.live.queries import OfSeries, SeriesView, SlotLine
from lms.live.rules.booking import Pattern, SlotState
from lms.live.views.frame import bp
from lms.people.rules import Actor
from lms.web import filters, requests, words
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.zones import day_name

PAST = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class DayOfSlots:
    """The slots of one day in the viewer's zone."""

    title: str
    slots: tuple[SlotLine, ...]


def _days(slots: tuple[SlotLine, ...], zone: str) -> list[DayOfSlots]:
    return [
        DayOfSlots(title, tuple(found))
        for title, found in groupby(slots, key=lambda one: filters.long_day_in(one.starts_at, zone))
    ]


def _place(actor: Actor, cohort: CohortView) -> int | None:
    """The learner's place; None for those who are none."""
    return enrolment.place_of(cohort.id, actor.person_id) if policy.can_ask(actor, cohort) else None


def _back(slug: str, series: str = "") -> ResponseReturnValue:
    if series:
        return redirect(url_for(".slots", slug=slug, series=series), code=303)
    return redirect(url_for(".office_hours", slug=slug), code=303)


def _series_id(found: OfSeries) -> str:
    """Which series something belongs to, by its public id."""
    everything = queries.office_hours(found.cohort, None, now=clock.now())
    return next((one.public_id for one in everything if one.id == found.series_id), "")


@bp.get("/cohorts/<slug>/office-hours")
@requires(policy.can_see_session, cohorts.cohort_visible_to)
def office_hours(cohort: CohortView) -> ResponseReturnValue:
    """Show whose office hours there are, what is free, what one has."""
    requests.no_store()
    actor, now = current_actor(), clock.now()
    place_id = _place(actor, cohort)
    found = queries.office_hours(cohort, place_id, now=now)
    spans = [(slot.starts_at, slot.ends_at) for one in found for slot in one.slots]
    return render_template(
        "live/office_hours.html",
        cohort=cohort,
        series=[(one, _days(one.slots, actor.zone)) for one in found],
        clashes=queries.clashes(actor.person_id, cohort.id, spans) if place_id else {},
        learner=place_id is not None,
        runs={one.id for one in found if policy.can_run_slots(actor, one)},
        may_offer=policy.can_offer(actor, cohort),
        bookable=frozenset().union(*(one.bookable(now) for one in found)),
        may_wait={one.id for one in found if one.why_not_wait(now) is None},
        state=SlotState,
        zone=actor.zone,
        now=now,
    )


@bp.route("/cohorts/<slug>/office-hours/new", methods=["GET", "POST"])
@requires(policy.can_offer, cohorts.cohort_visible_to)
def new_office_hours(cohort: CohortView) -> ResponseReturnValue:
    """Offer slots."""
    actor, now = current_actor(), clock.now()
    today = now.astimezone(ZoneInfo(actor.zone)).date()
    form = OfferForm(
        data={
            "weekday": 2,
            "first_on": today + dt.timedelta(days=1),
            "last_on": today + dt.timedelta(weeks=6),
            "from_time": dt.time(18),
            "to_time": dt.time(20),
            "minutes": 20,
            "quota": 2,
            "opens_on": today,
            "closes_hours": 2,
        }
    )
    form.weekday.choices = [(number, day_name(number, "wide")) for number in range(7)]
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                series = actions.offer_slots(
                    cohort.id, _offering(form, actor.zone, now), actor=actor, now=work.now
                )
                public_id = series.public_id
        except RuleViolation as refused:
            form.refuse("", words.refusal(refused, actor.zone, now))
        except OverflowError as refused:
            form.refuse("", str(refused))
        else:
            flash("Offered. Learners find it under office hours.", "good")
            return _back(cohort.slug, public_id)
    return render_template(
        "live/new_office_hours.html", cohort=cohort, form=form, zone=actor.zone
    ), 422 if form.errors or form.form_errors else 200


def _offering(form: OfferForm, zone: str, now: dt.datetime) -> Offering:
    opens_on = form.opens_on.data
    opens_at = (
        dt.datetime.combine(opens_on, dt.time(), ZoneInfo(zone)).astimezone(dt.UTC) if opens_on else now
    )
    return Offering(
        title=form.title.data or "",
        about=form.about.data or "",
        place=form.place.data or "",
        quota=form.quota.data,
        opens_at=opens_at,
        closes_hours=form.closes_hours.data,
        pattern=Pattern(
            first_on=form.first_on.data,
            last_on=min(form.last_on.data, form.first_on.data + dt.timedelta(days=366)),
            weekday=form.weekday.data,
            from_time=form.from_time.data,
            to_time=form.to_time.data,
            minutes=form.minutes.data,
            zone=zone,
        ),
    )


def _one(found: OfSeries, *, since: dt.datetime, now: dt.datetime) -> SeriesView:
    lines = queries.office_hours(found.cohort, None, now=now, public_id=found.public_id, since=since)
    return lines[0]


@bp.get("/cohorts/<slug>/office-hours/<series>")
@requires(policy.can_run_slots, queries.series_visible_to)
def slots(found: OfSeries) -> ResponseReturnValue:
    """Show the host's list, day by day: who comes, what about, what clashes."""
    requests.no_store()
    actor, now = current_actor(), clock.now()
    view = _one(found, since=now - PAST, now=now)
    spans = [(slot.starts_at, slot.ends_at) for slot in view.slots if slot.starts_at > now]
    return render_template(
        "live/slots.html",
        cohort=found.cohort,
        series=view,
        days=_days(view.slots, actor.zone),
        clashes=queries.clashes(view.host_id, None, spans),
        free=len(view.bookable(now)),
        state=SlotState,
        zone=actor.zone,
        now=now,
    )


@bp.get("/cohorts/<slug>/office-hours/<series>/slots.csv")
@requires(policy.can_run_slots, queries.series_visible_to)
def slots_csv(found: OfSeries) -> ResponseReturnValue:
    """Give the host's list as a table, with instants as calendars read them."""
    now, zone = clock.now(), current_actor().zone
    view = _one(found, since=now - PAST, now=now)
    rows = [
        [
            filters.local(one.starts_at, zone).isoformat(timespec="minutes"),
            filters.local(one.ends_at, zone).isoformat(timespec="minutes"),
            one.state.value,
            one.name,
            one.about,
        ]
        for one in view.slots
    ]
    return csv_file(f"slots-{found.cohort.slug}", ["starts", "ends", "state", "who", "what about"], rows)


@bp.post("/cohorts/<slug>/office-hours/slots/<slot>/book")
@requires(policy.can_ask, queries.slot_visible_to)
def book_slot(found: OfSeries) -> ResponseReturnValue:
    """Book a slot."""
    form, actor = BookForm(), current_actor()
    place_id = _place(actor, found.cohort)
    if form.validate_on_submit() and place_id:
        try:
            with unit_of_work() as work:
                actions.book(found.id, place_id, form.about.data or "", actor=actor, now=work.now)
        except RuleViolation as refused:
            flash(words.refusal(refused, current_actor().zone, clock.now()), "warn")
        else:
            flash("Booked. You and the host are told.", "good")
    elif form.errors:
        flash(" ".join(form.about.errors), "bad")
    return _back(found.cohort.slug)


@bp.post("/cohorts/<slug>/office-hours/bookings/<booking>/cancel")
@requires(policy.can_cancel_booking, queries.booking_visible_to)
def cancel_booking(found: OfSeries) -> ResponseReturnValue:
    """Cancel a booking: one's own, or a learner's with a reason."""
    form, actor = SlotReasonForm(), current_actor()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.cancel_booking(found.id, form.reason.data or "", actor=actor, now=work.now)
        except RuleViolation as refused:
            flash(words.refusal(refused, current_actor().zone, clock.now()), "warn")
        else:
            flash("Cancelled, and the other is told.", "good")
    elif form.errors:
        flash(" ".join(form.reason.errors), "bad")
    own = actor.person_id == found.person_id
    return _back(found.cohort.slug, "" if own else _series_id(found))


@bp.post("/cohorts/<slug>/office-hours/slots/<slot>/withdraw")
@requires(policy.can_run_slots, queries.slot_visible_to)
def withdraw_slot(found: OfSeries) -> ResponseReturnValue:
    """Offer a slot no longer."""
    form = SlotReasonForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                actions.withdraw_slot(found.id, form.reason.data or "", actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            flash(words.refusal(refused, current_actor().zone, clock.now()), "warn")
        else:
            flash("Not offered any more.", "good")
    elif form.errors:
        flash(" ".join(form.reason.errors), "bad")
    return _back(found.cohort.slug, _series_id(found))


@bp.post("/cohorts/<slug>/office-hours/<series>/wait/<wanted>")
@requires(policy.can_ask, queries.series_visible_to)
def wait_for_slot(found: OfSeries, wanted: str) -> ResponseReturnValue:
    """Join the waiting list (`yes`), or leave it (`no`)."""
    if wanted not in ("yes", "no"):
        raise NotFound
    actor = current_actor()
    place_id = _place(actor, found.cohort)
    if EmptyForm().validate_on_submit() and place_id:
        try:
            with unit_of_work() as work:
                actions.wait_for_slot(found.id, place_id, wanted=wanted == "yes", actor=actor, now=work.now)
        except RuleViolation as refused:
            flash(words.refusal(refused, current_actor().zone, clock.now()), "warn")
        else:
            flash(
                "You wait. When a slot comes free it is kept for you, and you are told."
                if wanted == "yes"
                else "You do not wait any more.",
                "good",
            )
    return _back(found.cohort.slug)
