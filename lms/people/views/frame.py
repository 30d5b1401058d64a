"""The blueprint, and what the pages of a group have in common."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, request, url_for

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
    ("Calendar", "integrations.calendar"),
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
