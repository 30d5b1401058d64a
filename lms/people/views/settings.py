"""One's own time zone, busy dates, sign-ins and data."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, policy, ports, queries
from lms.people.forms import BusyForm, ZoneForm
from lms.people.queries import Busy
from lms.people.rules import BusyRefusal, Days, clean
from lms.people.rules.zones import Zone, found_zones, known_zone, nearest_zone
from lms.people.views.frame import account_tabs, bp
from lms.web.filters import local, when
from lms.web.guards import current_actor, requires, signed_in
from lms.web.shell import local_path
from lms.web.zones import abbreviation


@dataclass(frozen=True)
class Moment:
    """The same moment on two wall clocks."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """What changing the zone changes."""

    zone: str
    words: str
    moments: tuple[Moment, ...]


@bp.route("/account/zone", methods=["GET", "POST"])
@signed_in
def zone() -> ResponseReturnValue:
    """Choose the zone in which times are shown; also answers the offer to take the browser's."""
    form, now = ZoneForm(), clock.now()
    before = current_actor().zone
    if form.validate_on_submit():
        try:
            with unit_of_work():
                actions.set_zone(form.zone.data or "", actor=current_actor())
        except RuleViolation as refused:
            form.refuse("", refused.message)
        else:
            flash(_changed(before, form.zone.data, now), "good")
            return redirect(local_path(form.next.data or url_for("people.zone")), code=303)
    find = clean(request.args.get("q", ""))[:80]
    wanted = request.args.get("zone", "")
    found = found_zones(find)
    return render_template(
        "people/zone.html",
        tabs=account_tabs(),
        form=form,
        here=_words(before, now),
        zone=before,
        find=find,
        groups=[(region, list(zones)) for region, zones in groupby(_labels(found, now), lambda one: one[0])],
        chosen=_chosen(wanted or before, find, found),
        comparison=_comparison(before, wanted, now) if known_zone(wanted) and wanted != before else None,
    )


def _chosen(wanted: str, find: str, found: tuple[Zone, ...]) -> str:
    if not found or any(one.name == wanted for one in found):
        return wanted
    return nearest_zone(find, found).name if find else wanted


def _changed(before: str, after: str, now: dt.datetime) -> str:
    if before == after:
        return f"Times stay in {after.replace('_', ' ')}."
    example = _deadline(before, now)
    return (
        f"Times are shown in {after.replace('_', ' ')} from now on. No deadline moved: "
        f"what read {when(example, before)} now reads {when(example, after)}."
    )


def _offset(name: str, now: dt.datetime) -> str:
    there = local(now, name)
    offset = there.utcoffset() or dt.timedelta()
    minutes = int(offset.total_seconds() // 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    ahead = f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "") if minutes else "UTC"
    short = abbreviation(there)
    return ahead if short.startswith("UTC") else f"{short}, {ahead}"


def _words(name: str, now: dt.datetime) -> str:
    place = name.rpartition("/")[2].replace("_", " ")
    return f"{place} ({_offset(name, now)})"


def _labels(found: tuple[Zone, ...], now: dt.datetime) -> list[tuple[str, str, str]]:
    return [(one.region, one.name, f"{one.place} ({_offset(one.name, now)})") for one in found]


def _deadline(name: str, now: dt.datetime) -> dt.datetime:
    """The coming Sunday, one minute to midnight, in a zone."""
    today = now.astimezone(ZoneInfo(name)).date()
    sunday = today + dt.timedelta(days=(6 - today.weekday()) % 7 or 7)
    return dt.datetime.combine(sunday, dt.time(23, 59), ZoneInfo(name))


def _comparison(before: str, after: str, now: dt.datetime) -> Comparison:
    examples = (("Now", now), ("A deadline on Sunday", _deadline(before, now)))
    moments = (Moment(label, when(at, before), when(at, after)) for label, at in examples)
    return Comparison(after, _words(after, now), tuple(moments))


# Busy dates ---------------------------------------------------------------------------------------------------------


def _today() -> dt.date:
    return clock.now().astimezone(ZoneInfo(current_actor().zone)).date()


@bp.route("/account/busy-dates", methods=["GET", "POST"])
@signed_in
def busy_dates() -> ResponseReturnValue:
    """The days on which one cannot, and a form to note more."""
    form = BusyForm()
    if form.validate_on_submit():
        days = Days(form.starts_on.data, form.ends_on.data)
        try:
            with unit_of_work() as work:
                actions.add_busy_date(days, form.note.data or "", actor=current_actor(), now=work.now)
        except RuleViolation as refused:
            _refuse(form, refused)
        else:
            flash("Noted. Whoever plans a session or a meeting sees that you cannot, never why.", "good")
            return redirect(url_for("people.busy_dates"), code=303)
    today = _today()
    known = queries.busy_dates(current_actor().person_id)
    ahead = [busy for busy in known if busy.days.ends_on >= today]
    return render_template(
        "people/busy_dates.html",
        tabs=account_tabs(),
        form=form,
        today=today,
        ahead=ahead,
        collisions=ports.collisions_of(
            current_actor().person_id,
            current_actor().zone,
            [(busy.public_id, busy.days.starts_on, busy.days.ends_on) for busy in ahead],
        ),
        zone=current_actor().zone,
        now=clock.now(),
        over=[busy for busy in reversed(known) if busy.days.ends_on < today],
    )


@bp.route("/account/busy-dates/<public_id>", methods=["GET", "POST"])
@requires(policy.can_change_own, queries.busy_date)
def busy_date(busy: Busy) -> ResponseReturnValue:
    """Change days that one noted."""
    form = BusyForm(data={"starts_on": busy.days.starts_on, "ends_on": busy.days.ends_on, "note": busy.note})
    if form.validate_on_submit():
        days = Days(form.starts_on.data, form.ends_on.data)
        try:
            with unit_of_work() as work:
                actions.change_busy_date(
                    busy.id, days, form.note.data or "", actor=current_actor(), now=work.now
                )
        except RuleViolation as refused:
            _refuse(form, refused)
        else:
            flash("Your busy dates are changed.", "good")
            return redirect(url_for("people.busy_dates"), code=303)
    return render_template("people/busy_date.html", form=form, busy=busy, today=_today())


def _refuse(form: BusyForm, refused: RuleViolation) -> None:
    at = (
        "ends_on"
        if refused.reason in (BusyRefusal.ORDER, BusyRefusal.OVER, BusyRefusal.LONG)
        else "starts_on"
    )
    form.refuse(at, refused.message)


@bp.post("/account/busy-dates/<public_id>/remove")
@requires(policy.can_change_own, queries.busy_date)
def remove_busy_date(busy: Busy) -> ResponseReturnValue:
    """Take back days that one noted."""
    with unit_of_work():
        actions.remove_busy_date(busy.id, actor=current_actor())
    flash("These days are free again.", "good")
    return redirect(url_for("people.busy_dates"), code=303)


# Sign-ins and data --------------------------------------------------------------------------------------------------


@bp.get("/account/sign-ins")
@signed_in
def sign_ins() -> ResponseReturnValue:
    """The devices on which one is signed in."""
    actor, now = current_actor(), clock.now()
    return render_template(
        "people/sign_ins.html",
        tabs=account_tabs(),
        sign_ins=queries.sign_ins(actor.person_id, actor.session_id, now),
        zone=actor.zone,
        now=now,
    )


@bp.post("/account/sign-ins/<handle>/end")
@signed_in
def end_sign_in(handle: str) -> ResponseReturnValue:
    """Sign one of one's other devices out; that of somebody else is not there."""
    with unit_of_work() as work:
        ended = actions.revoke_sign_in(handle, actor=current_actor(), now=work.now)
    if ended.present:
        flash("You are signed out on this device.", "good")
        return redirect(url_for("security.login"), code=303)
    flash(f"{ended.device} is signed out.", "good")
    return redirect(url_for("people.sign_ins"), code=303)


@bp.post("/account/sign-ins/end-others")
@signed_in
def end_other_sign_ins() -> ResponseReturnValue:
    """Sign every other device out."""
    actor = current_actor()
    with unit_of_work() as work:
        actions.end_other_sign_ins(actor=actor, now=work.now)
    flash("Every other device is signed out.", "good")
    return redirect(url_for("people.sign_ins"), code=303)


@bp.get("/account/data")
@signed_in
def my_data() -> ResponseReturnValue:
    """What is held about oneself, by part."""
    parts = ports.personal_data_of(current_actor().person_id)
    return render_template("people/my_data.html", tabs=account_tabs(), parts=parts)


@bp.get("/account/data.json")
@signed_in
def my_data_file() -> ResponseReturnValue:
    """What is held about oneself, as a file."""
    now = clock.now()
    parts = ports.personal_data_of(current_actor().person_id)
    held = {
        "made_at": now.isoformat(),
        "parts": {part.key: {"what": part.what, "data": part.data} for part in parts},
    }
    response = Response(
        json.dumps(held, ensure_ascii=False, indent=2, default=str), content_type="application/json"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{now:%Y-%m-%d}.json"'
    return response
