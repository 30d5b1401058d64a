"""Who was told what and when: of a cohort, of one event with everybody in it, of one learner; and the call list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.cohorts import queries as cohorts
from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.uow import unit_of_work
from lms.enrolment.queries import PlaceView
from lms.notifications import actions, policy, queries
from lms.notifications.forms import CallForm
from lms.notifications.models import CallOutcome
from lms.notifications.queries import Told, ToldLine
from lms.notifications.rules import CALL_AFTER, KINDS, By, DeliveryState, NoticeKind, Reached
from lms.notifications.views.frame import bp
from lms.notifications.views.log_form import LogForm
from lms.web.downloads import csv_file
from lms.web.guards import current_actor, requires
from lms.web.requests import no_store
from lms.web.shapes import Tab

CHANNELS = {By.MAIL: "mail", By.DIGEST: "digest", By.PUSH: "device", By.GATEWAY: "text message"}
STATES = {
    DeliveryState.WAITING: "waits for the digest",
    DeliveryState.QUEUED: "on its way",
    DeliveryState.SENT: "sent",
    DeliveryState.KEPT: "kept here",
    DeliveryState.BOUNCED: "came back",
    DeliveryState.DELIVERED: "arrived",
    DeliveryState.FAILED: "not reached",
    DeliveryState.UNKNOWN: "not known whether it arrived",
}
TONES = {
    DeliveryState.BOUNCED: "bad",
    DeliveryState.FAILED: "bad",
    DeliveryState.UNKNOWN: "warn",
    DeliveryState.DELIVERED: "good",
}
FILTERS = (
    ("all", "Everybody", tuple(Reached)),
    ("open", "Opened in Cadre", (Reached.OPENED,)),
    ("sent", "Sent, not opened", (Reached.SENT, Reached.DELIVERED, Reached.CALLED, Reached.NOT_YET)),
    ("not", "Not reached", (Reached.NOT,)),
)


@bp.get("/cohorts/<slug>/told")
@requires(policy.can_see_log, cohorts.cohort_visible_to)
def told(cohort: CohortView) -> ResponseReturnValue:
    """List what the people of a cohort were told."""
    no_store()
    zone, asked = current_actor().zone, LogForm.of(request.args)
    page = queries.tellings(cohort.id, asked.wanted(zone), cursor=request.args.get("after"))
    here = asked.given()
    return render_template(
        "notifications/told.html",
        cohort=cohort,
        slug=cohort.slug,
        lines=page.rows,
        kinds=KINDS,
        may_call=policy.can_call(current_actor(), cohort),
        asked=asked,
        channels=CHANNELS,
        states=STATES,
        tabs=_tabs(cohort.slug, asked),
        older=url_for(".told", slug=cohort.slug, after=page.next_cursor, **here) if page.next_cursor else "",
        latest=url_for(".told", slug=cohort.slug, **here) if request.args.get("after") else "",
        now=clock.now(),
        zone=zone,
    )


def _tabs(slug: str, asked: LogForm) -> tuple[Tab, ...]:
    rest: dict[str, Any] = {
        name: value for name, value in asked.given().items() if name not in ("urgent", "kind")
    }
    shown = (NoticeKind.ANNOUNCEMENT, NoticeKind.SCHEDULE, NoticeKind.SESSION, NoticeKind.PLACE)
    urgent: dict[str, Any] = {**rest, "urgent": "1"}
    return (
        Tab("All", url_for(".told", slug=slug, **rest), current=asked.kind is None and not asked.urgent),
        Tab("Urgent", url_for(".told", slug=slug, **urgent), current=asked.urgent),
        *(
            Tab(
                KINDS[each].title,
                url_for(".told", slug=slug, **{**rest, "kind": each.value}),
                current=asked.kind is each,
            )
            for each in shown
        ),
    )


@bp.get("/cohorts/<slug>/told/<telling>")
@requires(policy.can_see_log, queries.told_visible_to)
def told_people(found: Told) -> ResponseReturnValue:
    """Show everybody who was told of an event, and how far it got on every channel."""
    no_store()
    told, now, actor = queries.people_told(found), clock.now(), current_actor()
    key, _label, states = _filter()
    return render_template(
        "notifications/told_people.html",
        told=told,
        slug=told.cohort.slug,
        lines=[line for line in told.people if line.reached in states],
        tabs=tuple(
            Tab(
                label,
                url_for(".told_people", slug=told.cohort.slug, telling=told.telling.public_id, show=name),
                sum(told.totals[state] for state in of),
                current=name == key,
            )
            for name, label, of in FILTERS
        ),
        kinds=KINDS,
        channels=CHANNELS,
        states=STATES,
        tones=TONES,
        to_call=len(told.to_call(now)) if told.telling.urgent else None,
        may_call=policy.can_call(actor, told),
        now=now,
        zone=actor.zone,
    )


def _filter() -> tuple[str, str, tuple[Reached, ...]]:
    asked = request.args.get("show", "all")
    return next((each for each in FILTERS if each[0] == asked), FILTERS[0])


@bp.get("/cohorts/<slug>/told/<telling>.csv")
@requires(policy.can_see_log, queries.told_visible_to)
def told_csv(found: Told) -> ResponseReturnValue:
    """The same as a table for spreadsheets."""
    told = queries.people_told(found)
    headings = ("name", "reached", "opened in cadre", *CHANNELS.values(), "calls")
    return csv_file(f"told-{told.cohort.slug}-{told.telling.public_id}", headings, _rows(told))


def _rows(told: Told) -> Iterator[tuple[object, ...]]:
    for line in told.people:
        hops = {hop.by: f"{STATES[hop.state]} {hop.at:%Y-%m-%d %H:%M} UTC" for hop in line.hops}
        yield (
            line.name,
            line.reached.value,
            f"{line.opened_at:%Y-%m-%d %H:%M} UTC" if line.opened_at else "",
            *(hops.get(by, "") for by in CHANNELS),
            "; ".join(f"{call.outcome.value}: {call.note}".rstrip(": ") for call in line.calls),
        )


@bp.get("/cohorts/<slug>/announcements/<announcement>/told")
@requires(policy.can_see_log, queries.announcement_told_visible_to)
def announcement_told(found: Told) -> ResponseReturnValue:
    """Lead from an announcement to who was told of it."""
    return _to(found)


@bp.get("/cohorts/<slug>/releases/<number>/told")
@requires(policy.can_see_log, queries.release_told_visible_to)
def release_told(found: Told) -> ResponseReturnValue:
    """Lead from a release of the dates to who was told of it."""
    return _to(found)


def _to(found: Told) -> ResponseReturnValue:
    here = url_for(".told_people", slug=found.cohort.slug, telling=found.telling.public_id)
    return redirect(here, code=303)


# Calls --------------------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/told/<telling>/calls")
@requires(policy.can_call, queries.told_visible_to)
def calls(found: Told) -> ResponseReturnValue:
    """Show whom somebody has to call: told of something urgent a while ago, and not known to have read it."""
    return _calls_page(found, CallForm(formdata=None), "")


def _calls_page(found: Told, form: CallForm, person: str) -> str:
    no_store()
    told, now, actor = queries.people_told(found), clock.now(), current_actor()
    return render_template(
        "notifications/calls.html",
        told=told,
        slug=told.cohort.slug,
        lines=told.to_call(now),
        called=[line for line in told.people if line.calls],
        minutes=int(CALL_AFTER.total_seconds() // 60),
        begins_at=told.telling.at + CALL_AFTER,
        form=form,
        open_for=person,
        channels=CHANNELS,
        states=STATES,
        now=now,
        zone=actor.zone,
    )


@bp.post("/cohorts/<slug>/told/<telling>/calls/<person>")
@requires(policy.can_call, queries.told_visible_to)
def note_call(found: Told, person: str) -> ResponseReturnValue:
    """Note how a call went."""
    line = _line(found, person)
    form = CallForm()
    if not form.validate():
        return _calls_page(found, form, person)
    outcome = CallOutcome(form.outcome.data)
    with unit_of_work() as work:
        actions.note_call(
            found.telling.id,
            line.person_id,
            outcome,
            form.note.data or "",
            actor=current_actor(),
            now=work.now,
        )
    flash(f"Noted: {line.name}, {outcome.value}.", "good")
    here = url_for(".calls", slug=found.cohort.slug, telling=found.telling.public_id)
    return redirect(here, code=303)


def _line(found: Told, person: str) -> ToldLine:
    for line in queries.people_told(found).people:
        if line.person_public_id == person:
            return line
    raise NotFound


# One learner --------------------------------------------------------------------------------------------------------


@bp.get("/cohorts/<slug>/learners/<place>/told")
@requires(policy.can_see_log, queries.place_visible_to)
def told_one(place: PlaceView) -> ResponseReturnValue:
    """List what one learner was told in a cohort."""
    no_store()
    page = queries.told_to(place, request.args.get("after"))
    address: dict[str, Any] = {"slug": place.cohort.slug, "place": place.public_id}
    return render_template(
        "notifications/told_one.html",
        place=place,
        slug=place.cohort.slug,
        lines=page.rows,
        kinds=KINDS,
        channels=CHANNELS,
        states=STATES,
        tones=TONES,
        older=url_for(".told_one", after=page.next_cursor, **address) if page.next_cursor else "",
        latest=url_for(".told_one", **address) if request.args.get("after") else "",
        now=clock.now(),
        zone=current_actor().zone,
    )
