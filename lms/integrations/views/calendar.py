"""The page of one's calendar: its address, what goes in, invitations by mail."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock, mail
from lms.core.uow import unit_of_work
from lms.integrations import actions, queries, rules
from lms.integrations.calendar import Part
from lms.integrations.forms import AddressForm, CalendarForm
from lms.integrations.queries import FeedView, PersonCalendar
from lms.integrations.rules import PartWords
from lms.integrations.views.frame import bp
from lms.people.rules import STAFF, Actor, Role
from lms.people.views.frame import account_tabs
from lms.web.guards import current_actor, signed_in
from lms.web.requests import no_store

NEXT = 4
NEW = "calendar_token"
"""The secret word of an address on its way to the page that shows it, in the cookie of whoever made it."""
PROGRAMS = (
    (
        "smartphone",
        "iPhone and iPad",
        (
            "Settings",
            "Apps",
            "Calendar",
            "Calendar Accounts",
            "Add Account",
            "Other",
            "Add Subscribed Calendar",
        ),
        "Or open the address on the device itself.",
    ),
    ("laptop", "Mac", ("Calendar", "File", "New Calendar Subscription"), "Let it refresh every hour."),
    (
        "calendar-days",
        "Google Calendar",
        ("On a computer: Other calendars", "the plus sign", "From URL"),
        "Google asks about twice a day. Its app on your phone shows the calendar too.",
    ),
    (
        "mail",
        "Outlook",
        ("Calendar", "Add calendar", "Subscribe from web"),
        "Some companies allow only addresses that they know; invitations by mail are the way then.",
    ),
    (
        "monitor",
        "Thunderbird",
        ("New Calendar", "On the Network", "the address, without a user name"),
        "",
    ),
    ("tablet-smartphone", "Android", ("Google Calendar on a computer, as above, or the app ICSx5",), ""),
)
"""How one subscribes: icon, program, steps, what to know."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A part that can go in."""

    value: str
    words: PartWords
    count: int
    """How many entries of it there are now."""
    chosen: bool


@dataclass(frozen=True, slots=True)
class Address:
    """An address that was just made: shown this once."""

    https: str
    webcal: str
    """The same, as phones and computers open it in their calendar."""
    picture: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """An entry that is still to come."""

    title: str
    href: str
    starts_at: dt.datetime
    ends_at: dt.datetime | None


@dataclass(frozen=True)
class CalendarPage:
    """Everything that the page shows."""

    feed: FeedView
    address: Address | None
    choices: tuple[Choice, ...]
    ahead: tuple[Ahead, ...]
    ahead_count: int
    zone: str
    now: dt.datetime
    programs: tuple[tuple[str, str, tuple[str, ...], str], ...] = PROGRAMS
    invited_days: int = rules.AHEAD.days
    kept_days: int = rules.KEPT.days


@bp.route("/account/calendar", methods=["GET", "POST"])
@signed_in
def calendar() -> ResponseReturnValue:
    """Show one's calendar address and what goes in, and keep what one chooses."""
    no_store()
    actor, form = current_actor(), CalendarForm()
    if form.validate_on_submit():
        parts = {Part(value) for value in form.parts.data or ()}
        with unit_of_work() as work:
            actions.choose(
                parts, offered=_offered(actor), by_mail=form.by_mail.data, actor=actor, now=work.now
            )
        flash(
            "Your choices are kept. Calendars show them when they next ask, most of them within a day.",
            "good",
        )
        return redirect(url_for(".calendar"), code=303)
    token = session.pop(NEW, None) if request.method == "GET" else None
    return _page(actor, form, _address(token) if token else None)


@bp.post("/account/calendar/address")
@signed_in
def make_address() -> ResponseReturnValue:
    """Make a calendar address, in place of an earlier one; the page that follows shows it, once."""
    actor = current_actor()
    if not AddressForm().validate_on_submit():
        return redirect(url_for(".calendar"), code=303)
    with unit_of_work() as work:
        session[NEW] = actions.make_address(actor=actor, now=work.now)
    return redirect(url_for(".calendar"), code=303)


@bp.post("/account/calendar/off")
@signed_in
def switch_off() -> ResponseReturnValue:
    """End one's calendar address."""
    if AddressForm().validate_on_submit():
        with unit_of_work():
            actions.switch_off(actor=current_actor())
        flash("The address is off: calendars that have it get nothing any more.", "good")
    return redirect(url_for(".calendar"), code=303)


def _address(token: str) -> Address:
    https = mail.link_to("integrations.feed", token=token)
    webcal = f"webcal://{https.partition('://')[2]}"
    return Address(
        https,
        webcal,
        segno.make(webcal, error="m").svg_data_uri(scale=4, border=2, dark="#15191F", light="#FFFFFF"),
    )


def _offered(actor: Actor) -> tuple[Part, ...]:
    """The parts that somebody with these roles may have something in."""
    learner = any(role is Role.LEARNER for role, _cohort in actor.grants)
    teaches = any(actor.anywhere(role) for role in STAFF)
    offered = [Part.SESSIONS, Part.DEADLINES, Part.READINGS] if learner or not teaches else []
    offered.append(Part.BOOKINGS)
    if teaches:
        offered.append(Part.HOSTED)
    if actor.anywhere(Role.COORDINATOR):
        offered.append(Part.COORDINATED)
    return tuple(offered)


def _page(actor: Actor, form: CalendarForm, address: Address | None) -> str:
    now = clock.now()
    feed = queries.feed_of(actor.person_id)
    everything = queries.calendar_of(actor.person_id, (), now)
    page = _composed(feed, everything, _offered(actor), actor.zone, now, address)
    return render_template("integrations/calendar.html", tabs=account_tabs(), form=form, page=page)


def _composed(
    feed: FeedView,
    everything: PersonCalendar,
    offered: tuple[Part, ...],
    zone: str,
    now: dt.datetime,
    address: Address | None,
) -> CalendarPage:
    entries = everything.entries()
    counts = Counter(part for part, _entry in entries)
    ahead = [
        entry
        for part, entry in entries
        if part.value not in feed.left_out and entry.starts_at > now and not entry.cancelled
    ]
    return CalendarPage(
        feed=feed,
        address=address,
        choices=tuple(
            Choice(part.value, rules.PARTS[part], counts[part], part.value not in feed.left_out)
            for part in offered
        ),
        ahead=tuple(
            Ahead(entry.title, urlsplit(entry.url).path, entry.starts_at, entry.ends_at)
            for entry in ahead[:NEXT]
        ),
        ahead_count=len(ahead),
        zone=zone,
        now=now,
    )
