"""Flask-Security, bound to the application: its settings, what it reads and writes, its codes, its mail."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from typing import Any

import segno
from flask import Flask, current_app
from flask_security import MailUtil, MfRecoveryCodesUtil, Security, SQLAlchemyUserDatastore, Totp
from flask_security.recoverable import reset_password_token_status
from flask_security.signals import user_authenticated
from passlib.exc import TokenError  # type: ignore[import-untyped]

from lms.core import clock, mail
from lms.core.config import Settings
from lms.core.db import db
from lms.people import actions
from lms.people.models import User
from lms.people.rules.accounts import LONGEST
from lms.people.security import sessions

RECOVERY_HOURS = 2


class Datastore(SQLAlchemyUserDatastore):
    """Flask-Security's view of our accounts; it never commits."""

    def commit(self) -> None:
        """Only flush: the unit of work around it commits."""
        db.session.flush()


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
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **_: Any,
    ) -> None:
        """Write the mail in the present unit of work."""
        now = clock.now()
        to = recipient if isinstance(recipient, str) else recipient[1]
        letter = mail.Letter(
            kind=f"security.{template}",
            dedupe_key=f"security:{template}:{to}:{now.isoformat()}",
            to_name="",
            to_address=to,
            subject=subject,
            text=body or "",
            html=html or "",
        )
        mail.post(letter, now=now)


def init_app(app: Flask, settings: Settings) -> None:
    """Bind Flask-Security to the application."""
    security = Security(totp_cls=Codes, mail_util_cls=OutboxMail)
    security.init_app(app, Datastore(db, User, None), register_blueprint=False)  # type: ignore[arg-type]
    app.login_manager.user_loader(sessions.load_user)  # type: ignore[attr-defined]
    app.login_manager.request_loader(sessions.no_side_door)  # type: ignore[attr-defined]
    user_authenticated.connect(sessions.keep, app)
    app.extensions["session_hours"] = settings.session_hours
    actions.sign_links_with(settings.key("secret_key"))
    app.after_request(sessions.stamp)


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

    Exactly one hash is computed whatever is kept: without a password, against that of nobody. What is longer than any
    password can be is nobody's.
    """
    nobody = _hash_of_nobody()
    if len(password) > LONGEST:
        kept = None
    plain = _extension().password_util.normalize(password[:LONGEST])
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


def account_of_link(token: str) -> User | None:
    """The account whose password this recovery link may set: not used, not run out, not made up."""
    expired, invalid, user = reset_password_token_status(token)  # type: ignore[no-untyped-call]
    if expired or invalid or user is None or not user.active:
        return None
    found: User = user
    return found
