"""The adapter to Flask-Security: what it reads and writes, and how its requests fit our one unit of work.

Flask-Security wants to commit its own datastore after a request. Here every POST to its views runs inside one
`unit_of_work` opened before the view and closed after it; its datastore only flushes. A sign-in is one row of
`account_session`, named by a secret word in the session cookie, so that it can be listed and revoked.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask import Flask, Response, g, request, session
from flask_security import Security, SQLAlchemyUserDatastore, UserMixin
from flask_security.signals import user_authenticated

from lms.core import clock
from lms.core.config import Settings
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people import actions, queries
from lms.people.models import User
from lms.people.rules import Actor

TOKEN = "sign_in"
BLUEPRINT = "security"


class Datastore(SQLAlchemyUserDatastore):  # type: ignore[misc]
    """Flask-Security's view of our accounts; it never commits."""

    def commit(self) -> None:
        """Only flush: the unit of work around the request commits."""
        db.session.flush()

    def set_uniquifier(self, user: User, uniquifier: str | None = None) -> None:
        """Change what sessions are bound to, signing every device out."""
        super().set_uniquifier(user, uniquifier)
        actions.revoke_sign_ins(user.id, now=clock.now())


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login sees of a signed-in person on ordinary pages: no entity, one slim select."""

    roles: Any = ()

    def __init__(self, actor: Actor, uniquifier: str) -> None:
        self.actor = actor
        self.fs_uniquifier = uniquifier
        self.active = True


def init_app(app: Flask, settings: Settings) -> None:
    """Bind Flask-Security to the application."""
    datastore = Datastore(db, User, None)
    security = Security()
    security.init_app(app, datastore, register_blueprint=True)
    app.login_manager.user_loader(_load_user)  # type: ignore[attr-defined]
    user_authenticated.connect(_signed_in, app)
    app.extensions["session_hours"] = settings.session_hours
    app.before_request(_open_work)
    app.after_request(_close_work)
    app.teardown_request(_abandon_work)


def config(settings: Settings) -> dict[str, Any]:
    """Flask-Security's settings."""
    return {
        "SECURITY_PASSWORD_SALT": settings.key("secret_key"),
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": 19456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_DATETIME_FACTORY": clock.now,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_TRACKABLE": True,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/login",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    }


def load_actor() -> Actor | None:
    """The actor of this request, from the session cookie."""
    uniquifier, token = session.get("_user_id"), session.get(TOKEN)
    if not uniquifier or not token:
        return None
    return queries.signed_in(uniquifier, token, clock.now())


def _load_user(uniquifier: str) -> Any:
    """Flask-Login's loader: the entity where Flask-Security works on it, a slim stand-in elsewhere."""
    if "actor" not in g:
        g.actor = load_actor()
    if g.actor is None:
        return None
    if request.blueprint == BLUEPRINT:
        return queries.user_by_uniquifier(uniquifier)
    return SignedIn(g.actor, uniquifier)


def _signed_in(app: Flask, user: User, **_: Any) -> None:
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


def _open_work() -> None:
    if request.blueprint == BLUEPRINT and request.method == "POST":
        g.security_work = unit_of_work()
        g.security_work.__enter__()


def _close_work(response: Response) -> Response:
    work = g.pop("security_work", None)
    if work is not None:
        work.__exit__(None, None, None)
    return response


def _abandon_work(error: BaseException | None) -> None:
    work = g.pop("security_work", None)
    if work is not None:
        failure = error or RuntimeError("the request ended without a response")
        try:
            work.__exit__(type(failure), failure, failure.__traceback__)
        except BaseException as raised:
            if raised is not failure:
                raise
