"""The session of a device: one row of `account_session`, named by a secret word in the cookie."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_security import UserMixin, login_user, logout_user

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.people import actions, queries
from lms.people.models import User
from lms.people.rules import Actor

TOKEN = "sign_in"  # noqa: S105  # nosec B105: a key of the session


class SignedIn(UserMixin):
    """What Flask-Login sees of a signed-in person: no entity, one slim select."""

    roles: Any = ()

    def __init__(self, actor: Actor, uniquifier: str) -> None:
        self.actor = actor
        self.fs_uniquifier = uniquifier
        self.active = True


def load_actor() -> Actor | None:
    """The actor of this request, from the session cookie."""
    uniquifier, token = session.get("_user_id"), session.get(TOKEN)
    if not uniquifier or not token:
        return None
    return queries.signed_in(uniquifier, token, clock.now())


def begin(user: User, *, now: dt.datetime) -> None:
    """Begin a session for somebody who has shown all that is asked: nothing of an earlier one is kept."""
    before = g.get("actor")
    if before is not None and before.session_id is not None:
        actions.sign_out(before.session_id, now=now)
    session.clear()
    g.pop("csrf_token", None)
    login_user(user, remember=False)


def end(actor: Actor | None, *, now: dt.datetime) -> None:
    """End the session of this device."""
    if actor is not None and actor.session_id is not None:
        actions.sign_out(actor.session_id, now=now)
    logout_user()
    session.clear()
    g.actor = None


def bind(uniquifier: str) -> None:
    """Bind the session of this device to the account as it is after its password changed."""
    session["_user_id"] = uniquifier


def load_user(uniquifier: str) -> SignedIn | None:
    """Flask-Login's loader: a stand-in for the actor."""
    if "actor" not in g:
        g.actor = load_actor()
    return SignedIn(g.actor, uniquifier) if g.actor is not None else None


def no_side_door(_request: Any) -> None:
    """Nobody signs in by a token in a header or an address."""


def keep(app: Flask, user: User, **_: Any) -> None:
    """Keep the sign-in as a row, and its secret word in the cookie."""
    word = secrets.token_urlsafe(24)
    now = clock.now()
    actions.keep_sign_in(
        user.id,
        token=word,
        address=request.remote_addr or "",
        user_agent=request.user_agent.string,
        expires_at=now + dt.timedelta(hours=app.extensions["session_hours"]),
        now=now,
    )
    session[TOKEN] = word
    session.permanent = True
    g.pop("actor", None)


def stamp(response: Response) -> Response:
    """Note, once a day and after the response has gone out, that somebody was here: the one write of a GET."""
    actor: Actor | None = g.get("actor")
    if actor is None or request.endpoint == "static" or actor.last_seen_on == clock.now().date():
        return response
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001

    def after() -> None:
        try:
            with app.app_context(), unit_of_work() as work:
                actions.stamp_last_seen(actor.person_id, actor.session_id, now=work.now)
        except Exception as failure:  # noqa: BLE001 - the answer is out already; nobody is to be told
            app.logger.warning("last seen was not noted: %r", failure)

    response.call_on_close(after)
    return response
