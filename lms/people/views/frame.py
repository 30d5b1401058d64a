"""The blueprint, and what the pages of a group have in common."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, request, url_for

from lms.people import policy
from lms.people.rules import Actor
from lms.web.requests import no_store

bp = Blueprint("people", __name__)
bp.before_request(no_store)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages of a group."""

    label: str
    href: str
    current: bool = False
    count: int | None = None


_ACCOUNT = (
    ("Profile", "people.profile"),
    ("Time zone", "people.zone"),
    ("Busy dates", "people.busy_dates"),
    ("Notifications", "notifications.choices"),
    ("Security", "people.own_security"),
    ("Sign-ins", "people.sign_ins"),
    ("My data", "people.my_data"),
)


def account_tabs() -> list[Tab]:
    """The pages about oneself."""
    here = request.path
    return [
        Tab(label, href := url_for(endpoint), here == href or here.startswith(f"{href}/"))
        for label, endpoint in _ACCOUNT
        if endpoint in current_app.view_functions
    ]


def admin_tabs(actor: Actor) -> list[Tab]:
    """The pages of those who look after the house, as far as the actor may see them."""
    known = (
        ("People", "people.directory", policy.can_look_after_people(actor)),
        ("Audit log", "people.audit_log", policy.can_read_audit(actor)),
        ("Mailbox", "people.mailbox", policy.can_run_operations(actor)),
        ("Outbox", "people.outbox_page", policy.can_run_operations(actor)),
    )
    here = request.path
    return [
        Tab(label, href := url_for(endpoint), here == href or here.startswith(f"{href}/"))
        for label, endpoint, allowed in known
        if allowed
    ]
