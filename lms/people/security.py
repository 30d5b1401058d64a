"""The adapter to Flask-Security: it brings hashing, signed links, the authenticator's codes and the session's cookie.

Its own views are not used: ours (views/sign_in.py) do the same work inside one unit of work, with guards, in constant
statements for known and unknown addresses, and never let a session begin before the second factor. A sign-in is one
row of `account_session`, named by a secret word in the session cookie, so that it can be listed and revoked.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from typing import Any

import segno
from flask import Flask, Response, current_app, g, request, session
from flask_security import (
    MailUtil,
    MfRecoveryCodesUtil,
    Security,
    SQLAlchemyUserDatastore,
    Totp,
    UserMixin,
    login_user,
    logout_user,
)
from flask_security.signals import user_authenticated
from passlib.exc import TokenError  # type: ignore[import-untyped]

from lms.core import clock, mail
from lms.core.config import Settings
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people import actions, queries
from lms.people.models import User
from lms.people.rules import Actor

TOKEN = "sign_in"  # noqa: S105  # nosec B105: a key of the session
RECOVERY_HOURS = 2


class Datastore(SQLAlchemyUserDatastore):
    """Flask-Security's view of our accounts; it never commits."""

    def commit(self) -> None:
        """Only flush: the unit of work around it commits."""
        db.session.flush()


class SignedIn(UserMixin):
    """What Flask-Login sees of a signed-in person: no entity, one slim select."""

    roles: Any = ()

    def __init__(self, actor: Actor, uniquifier: str) -> None:
        self.actor = actor
        self.fs_uniquifier = uniquifier
        self.active = True


class Codes(Totp):
    """The authenticator app's codes: at our clock, each once, with a QR code that the browser draws itself."""

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Whether the code is right for now and newer than the last one used."""
        try:
            match = self._totp.verify(
                token,
                totp_secret,
                time=int(clock.now().timestamp()),
                window=window,
                last_counter=user.tf_last_counter or None,
            )
        except TokenError:
            return False
        user.tf_last_counter = match.counter
        return True

    def code_at(self, totp_secret: str, at: dt.datetime) -> str:
        """The code that an app shows at an instant: for tests."""
        return str(self._totp.from_source(totp_secret).generate(time=int(at.timestamp())).token)

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture that the app reads, as an address for <img>."""
        code = segno.make(self.get_totp_uri(username, totp), error="m", micro=False)
        return str(code.svg_data_uri(scale=5, border=4, dark="#15191f", light="#ffffff"))


class OutboxMail(MailUtil):
    """Whatever Flask-Security would send goes through our outbox."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str,
        sender: str | tuple[str, str],
        body: Any,
        html: Any,
        **_: Any,
    ) -> None:
        """Write the mail in the present unit of work."""
        now = clock.now()
        letter = mail.Letter(
            kind=f"security.{template}",
            dedupe_key=f"security:{template}:{recipient}:{now.isoformat()}",
            to_name="",
            to_address=recipient,
            subject=subject,
            text=body or "",
            html=html or "",
        )
        mail.post(letter, now=now)


def init_app(app: Flask, settings: Settings) -> None:
    """Bind Flask-Security to the application."""
    security = Security()
    security.init_app(
        app,
        Datastore(db, User, None),  # type: ignore[arg-type]
        register_blueprint=False,
        totp_cls=Codes,
        mail_util_cls=OutboxMail,
    )
    app.login_manager.user_loader(_load_user)  # type: ignore[attr-defined]
    app.login_manager.request_loader(_no_side_door)  # type: ignore[attr-defined]
    user_authenticated.connect(_signed_in, app)
    app.extensions["session_hours"] = settings.session_hours
    actions.sign_links_with(settings.key("secret_key"))
    app.after_request(_stamp)


def config(settings: Settings) -> dict[str, Any]:
    """Flask-Security's settings."""
    totp_key = settings.key("totp_key")
    vault_key = base64.urlsafe_b64encode(hashlib.sha256(f"recovery codes:{totp_key}".encode()).digest())
    return {
        "SECURITY_PASSWORD_SALT": settings.key("secret_key"),
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": 19456,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_DATETIME_FACTORY": clock.now,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_TRACKABLE": True,
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_RESET_PASSWORD_WITHIN": dt.timedelta(hours=RECOVERY_HOURS),
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [vault_key],
        "SECURITY_TOTP_SECRETS": {"1": totp_key},
        "SECURITY_TOTP_ISSUER": "Cadre",
    }


# Passwords and codes ------------------------------------------------------------------------------------------------


def _extension() -> Any:
    return current_app.extensions["security"]


def hash_password(password: str) -> str:
    """What is kept of a password: argon2id at OWASP's cost. Never called inside a unit of work: it takes 20 ms."""
    return str(_extension().pwd_context.hash(_extension().password_util.normalize(password)))


def check_password(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether the password is the one kept, and its hash anew where the cost has changed.

    Exactly one hash is computed whatever is kept: without a password, against that of nobody.
    """
    nobody = _hash_of_nobody()
    plain = _extension().password_util.normalize(password)
    right, renewed = _extension().pwd_context.verify_and_update(plain, kept or nobody)
    return (bool(right) and kept is not None), renewed if kept else None


def _hash_of_nobody() -> str:
    """A hash that no password has, computed once for each process."""
    if "hash_of_nobody" not in current_app.extensions:
        current_app.extensions["hash_of_nobody"] = hash_password(secrets.token_urlsafe(32))
    return str(current_app.extensions["hash_of_nobody"])


def codes() -> Codes:
    """The authenticator app's codes."""
    factory: Codes = _extension().totp_factory
    return factory


def vault() -> MfRecoveryCodesUtil:
    """Where recovery codes are kept, encrypted with the installation's key."""
    kept: MfRecoveryCodesUtil = _extension().mf_recovery_codes_util
    return kept


def new_recovery_codes() -> tuple[list[str], list[str]]:
    """Ten new codes: as they are shown once, and as they are kept."""
    shown = list(
        codes().generate_recovery_codes(current_app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_N"])
    )
    return shown, list(vault()._encrypt_codes(shown))  # noqa: SLF001 - the one way to encrypt without writing


# Sessions -----------------------------------------------------------------------------------------------------------


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


def _load_user(uniquifier: str) -> SignedIn | None:
    """Flask-Login's loader: a stand-in for the actor."""
    if "actor" not in g:
        g.actor = load_actor()
    return SignedIn(g.actor, uniquifier) if g.actor is not None else None


def _no_side_door(_request: Any) -> None:
    """Nobody signs in by a token in a header or an address."""


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


def _stamp(response: Response) -> Response:
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
