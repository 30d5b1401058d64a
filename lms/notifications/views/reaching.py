"""Devices that show messages, a telephone number, and what they say back."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.config import Settings
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.notifications import actions
from lms.notifications.actions import NumberWanted, ReachRefusal, Subscription
from lms.notifications.forms import CodeForm, DeviceForm, NumberForm
from lms.notifications.rules import DeliveryState, gateway
from lms.notifications.views.choices import shown
from lms.notifications.views.frame import bp
from lms.people.rules import device as device_name
from lms.web.guards import called_by_programs, current_actor, public, signed_in

LARGEST = 10_000
"""Bytes of a provider's report that are read."""


@bp.post("/account/notifications/devices")
@signed_in
def add_device() -> ResponseReturnValue:
    """Let this browser show messages; a script sends what the browser gave."""
    form = DeviceForm()
    if not form.validate():
        flash(ReachRefusal.NOT_A_DEVICE.value, "bad")
        return redirect(url_for(".choices"), code=303)
    given = Subscription(
        endpoint=form.endpoint.data or "",
        public_key=form.public_key.data or "",
        secret=form.secret.data or "",
        name=device_name(request.headers.get("User-Agent", "")),
    )
    try:
        with unit_of_work() as work:
            actions.add_device(given, actor=current_actor(), now=work.now)
    except RuleViolation as refused:
        flash(refused.message, "bad")
    else:
        flash("This device shows urgent messages from now on, also while Cadre is closed.", "good")
    return redirect(f"{url_for('.choices')}#devices-title", code=303)


@bp.post("/account/notifications/devices/<device>")
@signed_in
def remove_device(device: str) -> ResponseReturnValue:
    """Show no more messages on one of one's devices."""
    with unit_of_work():
        actions.remove_device(device, actor=current_actor())
    flash("That device shows no messages any more.", "good")
    return redirect(f"{url_for('.choices')}#devices-title", code=303)


@bp.get("/push-worker.js")
@public
def push_worker() -> ResponseReturnValue:
    """The script that a browser runs when a message comes; it must stand at the root to speak for the whole site."""
    script = Path(current_app.static_folder or "") / "js" / "push-worker.js"
    response = Response(script.read_bytes(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.post("/push/<token>")
@called_by_programs("a device sends back the signed token that came with the message")
@public
def arrived(token: str) -> ResponseReturnValue:
    """A device says that a message arrived."""
    delivery = actions.read_arrival(token)
    if not delivery:
        abort(404)
    with unit_of_work() as work:
        found = actions.report_by_id(delivery, DeliveryState.DELIVERED, now=work.now)
    return ("", 204) if found else abort(404)


# Telephone ----------------------------------------------------------------------------------------------------------


@bp.post("/account/notifications/number")
@signed_in
def give_number() -> ResponseReturnValue:
    """Keep one's number and what it is for."""
    actor, form = current_actor(), NumberForm()
    if form.validate():
        wanted = NumberWanted(
            number=form.number.data or "", calls=bool(form.calls.data), texts=bool(form.texts.data)
        )
        try:
            with unit_of_work() as work:
                phone = actions.give_number(wanted, actor=actor, now=work.now)
                waits = phone.texts_asked_at is not None and phone.confirmed_at is None
        except RuleViolation as refused:
            form.refuse("number" if refused.reason is ReachRefusal.NOT_A_NUMBER else "", refused.message)
        else:
            flash("A code is on its way to it. Type it below." if waits else "Your number is kept.", "good")
            return redirect(f"{url_for('.choices')}#phone-title", code=303)
    return shown(actor, number=form)


@bp.post("/account/notifications/number/code")
@signed_in
def confirm_number() -> ResponseReturnValue:
    """Type the code that was sent to one's number."""
    actor, form = current_actor(), CodeForm()
    if form.validate():
        with unit_of_work() as work:
            refusal = actions.confirm_number(form.code.data or "", actor=actor, now=work.now)
        if refusal is None:
            flash("Urgent messages come to your telephone from now on.", "good")
            return redirect(f"{url_for('.choices')}#phone-title", code=303)
        form.refuse("code", refusal.value)
    return shown(actor, code=form)


@bp.post("/account/notifications/number/remove")
@signed_in
def remove_number() -> ResponseReturnValue:
    """Have one's number forgotten."""
    with unit_of_work():
        actions.remove_number(actor=current_actor())
    flash("Your number is forgotten.", "good")
    return redirect(f"{url_for('.choices')}#phone-title", code=303)


@bp.post("/gateway/reports")
@called_by_programs("the gateway signs its reports with the secret that both sides keep")
@public
def gateway_report() -> ResponseReturnValue:
    """The gateway says what became of a text message."""
    settings: Settings = current_app.extensions["settings"]
    body = request.get_data(cache=False)[:LARGEST]
    if not gateway.is_signed(
        body,
        stamp=request.headers.get("Cadre-Timestamp", ""),
        given=request.headers.get("Cadre-Signature", ""),
        secret=settings.gateway_secret,
        now=clock.now(),
    ):
        abort(403)
    report = gateway.read_report(body)
    if report is None:
        return {"reason": "id and state (delivered or failed) are expected"}, 422
    state = DeliveryState.DELIVERED if report.delivered else DeliveryState.FAILED
    with unit_of_work() as work:
        found = actions.report_by_id(report.key, state, now=work.now, why=report.why)
    return ({}, 200) if found else ({"reason": "no such message"}, 404)
