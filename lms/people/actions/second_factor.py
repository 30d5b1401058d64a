"""The authenticator app and its recovery codes: each code works once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from lms.core import audit
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people import queries
from lms.people.actions.accounts import Notice, tell
from lms.people.models import User
from lms.people.rules import Actor, SettingsRefusal, plain_recovery_code

WINDOW = 30
"""Seconds before and after in which a code still counts: clocks differ."""


class CodeCheck(Protocol):
    """What checks the codes of an authenticator app, and writes down the last one used."""

    def verify_totp(self, token: str, totp_secret: str, user: User, window: int = 0) -> bool:
        """Whether the code is right and newer than the last one."""


class CodeVault(Protocol):
    """What keeps recovery codes, encrypted."""

    def check_recovery_code(self, user: User, code: str) -> bool:
        """Whether the code is one of those left."""

    def delete_recovery_code(self, user: User, code: str) -> bool:
        """Use it up."""


def use_code(user_id: int, code: str, *, check: CodeCheck) -> bool:
    """Whether this code of the authenticator app lets the account in; it is used up under the account's lock."""
    user: User | None = locked(User, user_id)
    if user is None or not user.active or not user.tf_totp_secret:
        return False
    right = check.verify_totp(code, user.tf_totp_secret, user, WINDOW)
    db.session.flush()
    return right


def use_recovery_code(user_id: int, typed: str, *, vault: CodeVault, now: dt.datetime) -> bool:
    """Whether this recovery code lets the account in; it is used up, and the owner is told."""
    user: User | None = locked(User, user_id)
    code = plain_recovery_code(typed)
    if (
        user is None
        or not user.active
        or not user.mf_recovery_codes
        or not vault.check_recovery_code(user, code)
    ):
        return False
    vault.delete_recovery_code(user, code)
    db.session.flush()
    _record(user.person_id, user.person_id, "people.use_recovery_code")
    tell(user.person_id, Notice.RECOVERY_CODE_USED, now=now)
    return True


def switch_on(
    *, secret: str, code: str, codes: Sequence[str], check: CodeCheck, actor: Actor, now: dt.datetime
) -> bool:
    """Bind an authenticator app to the actor's account once it has shown a right code; `codes` are encrypted."""
    user = _own(actor.person_id)
    if user.tf_primary_method is not None:
        raise RuleViolation(SettingsRefusal.ALREADY_ON)
    user.tf_last_counter = 0
    if not check.verify_totp(code, secret, user, WINDOW):
        return False
    user.tf_totp_secret, user.tf_primary_method = secret, "authenticator"
    user.mf_recovery_codes = list(codes)
    db.session.flush()
    _record(actor.person_id, user.person_id, "people.authenticator_on")
    tell(user.person_id, Notice.AUTHENTICATOR_ON, now=now)
    return True


def renew_codes(*, codes: Sequence[str], actor: Actor, now: dt.datetime) -> None:
    """Replace the recovery codes; the old ones are void."""
    user = _own(actor.person_id)
    if user.tf_primary_method is None:
        raise RuleViolation(SettingsRefusal.NOT_ON)
    user.mf_recovery_codes = list(codes)
    db.session.flush()
    _record(actor.person_id, user.person_id, "people.renew_recovery_codes")
    tell(user.person_id, Notice.CODES_RENEWED, now=now)


def switch_off(person_id: int, *, actor: Actor, now: dt.datetime, reason: str = "") -> None:
    """Take the authenticator app and its recovery codes off an account."""
    user = _own(person_id)
    if user.tf_primary_method is None:
        raise RuleViolation(SettingsRefusal.NOT_ON)
    user.tf_totp_secret = user.tf_primary_method = None
    user.mf_recovery_codes = None
    db.session.flush()
    _record(actor.person_id, person_id, "people.authenticator_off", reason)
    tell(person_id, Notice.AUTHENTICATOR_OFF, now=now)


def _own(person_id: int) -> User:
    known = queries.user_of(person_id)
    user: User | None = locked(User, known.id) if known else None
    if user is None:
        raise NotFound
    return user


def _record(actor_id: int, person_id: int, action: str, reason: str = "") -> None:
    audit.record(
        audit.Entry(actor_id=actor_id, action=action, subject="person", subject_id=person_id, reason=reason)
    )
