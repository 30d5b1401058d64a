"""Background work: the letters of this domain, and tidying."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_security.recoverable import generate_reset_password_token

from lms.core import jobs, mail, outbox
from lms.core.db import db
from lms.people import actions, queries
from lms.people.actions.accounts import Notice
from lms.people.models import Invitation, Person, User
from lms.people.rules import Actor


@dataclass(frozen=True)
class Words:
    """What a notice says."""

    subject: str
    happened: str
    if_not_you: str


_RESET = "If this was not you, reset your password now and write to your coordinator."
NOTICES: dict[Notice, Words] = {
    Notice.PASSWORD_CHANGED: Words(
        "Your password was changed",
        "The password of your account was changed, and every other device was signed out.",
        _RESET,
    ),
    Notice.AUTHENTICATOR_ON: Words(
        "An authenticator app was set up",
        "From now on a code from your authenticator app is asked for after your password.",
        _RESET,
    ),
    Notice.AUTHENTICATOR_OFF: Words(
        "Your authenticator app was taken off",
        "Your account is open with the password alone again.",
        _RESET + " Then set up the app again.",
    ),
    Notice.RECOVERY_CODE_USED: Words(
        "A recovery code was used to sign in",
        "Somebody signed in to your account with one of your recovery codes. That code does not work again.",
        _RESET,
    ),
    Notice.CODES_RENEWED: Words(
        "You have new recovery codes",
        "New recovery codes were made for your account. The old ones do not work any more.",
        _RESET,
    ),
    Notice.CODE_PAUSED: Words(
        "Somebody knows your password",
        "Your right password was given, and then too many wrong codes. Nobody was let in, and signing in is paused "
        "for a while.",
        "If that was not you, somebody knows your password: choose another one now.",
    ),
    Notice.ADDRESS_CHANGED: Words(
        "The address of your account was changed",
        "An administrator changed the e-mail address that you sign in with. Mail goes to the new address from now on.",
        "If you did not ask for this, write to your coordinator.",
    ),
}


@outbox.handles("people.invitation")
def write_invitation(payload: dict[str, Any], now: dt.datetime) -> None:
    """Write the letter of an invitation, unless it was taken back in the meantime."""
    invitation = db.session.get(Invitation, payload["invitation_id"])
    if invitation is None or invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= now:
        return
    person = db.session.get_one(Person, invitation.person_id)
    user = queries.user_of(person.id)
    if user is None or not user.active:
        return
    inviter = db.session.get(Person, invitation.invited_by_id) if invitation.invited_by_id else None
    token = actions.token_of(person.id, invitation.created_at)
    _post(
        "invitation",
        Addressee(person.id, person.name, user.email),
        invitation_frame(token),
        f"invitation:{invitation.id}",
        now,
        inviter=inviter.name if inviter else "",
        until=invitation.expires_at,
    )


@outbox.handles("people.recovery")
def write_recovery(payload: dict[str, Any], now: dt.datetime) -> None:
    """Write the mail that lets somebody set a new password; nothing where there is no such account."""
    user = db.session.get(User, payload["user_id"]) if payload["user_id"] is not None else None
    if user is None or not user.active:
        return
    token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]
    _post(
        "recovery",
        Addressee(user.person_id, db.session.get_one(Person, user.person_id).name, user.email),
        recovery_frame(token),
        f"recovery:{user.id}:{now.isoformat()}",
        now,
    )


@outbox.handles("people.notice")
def write_notice(payload: dict[str, Any], now: dt.datetime) -> None:
    """Tell the owner of an account what changed."""
    user = queries.user_of(payload["person_id"])
    if user is None:
        return
    person = db.session.get_one(Person, user.person_id)
    notice = Notice(payload["notice"])
    words = NOTICES[notice]
    _post(
        "notice",
        Addressee(user.person_id, person.name, payload["address"] or user.email),
        notice_frame(words),
        f"notice:{notice.value}:{user.id}:{now.isoformat()}",
        now,
        words=words,
        at=now,
        zone=person.zone,
    )


def invitation_frame(token: str) -> mail.Frame:
    """What stands around the letter of an invitation."""
    return mail.frame(
        "Your place is ready: set your password",
        act_label="Set your password",
        act_href=mail.link_to("people.accept_invitation", token=token),
        reason="You get this mail because you were invited. If you did not expect it, ignore it: nothing happens.",
    )


def recovery_frame(token: str) -> mail.Frame:
    """What stands around the mail that lets somebody set a new password."""
    return mail.frame(
        "Set a new password",
        act_label="Set a new password",
        act_href=mail.link_to("security.reset_password", token=token),
        reason="Somebody, most likely you, asked for this on the sign-in page. If it was not you, ignore it: "
        "your password stays as it is.",
    )


def notice_frame(words: Words) -> mail.Frame:
    """What stands around a mail about an account."""
    return mail.frame(
        words.subject,
        act_label="Reset your password",
        act_href=mail.link_to("security.forgot_password"),
        reason="You get this mail because it concerns the safety of your account. It cannot be switched off.",
    )


def bodies(kind: str, frame: mail.Frame, name: str, **words: Any) -> mail.Written:
    """A letter to somebody about their account."""
    return mail.written(f"people/{kind}", mail=frame, first_name=Actor(0, "", name).first_name, **words)


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to."""

    person_id: int
    name: str
    address: str


def _post(
    kind: str, to: Addressee, frame: mail.Frame, dedupe_key: str, now: dt.datetime, **words: Any
) -> None:
    written = bodies(kind, frame, to.name, **words)
    mail.post(
        mail.Letter(
            kind=f"people.{kind}",
            dedupe_key=dedupe_key,
            to_name=to.name,
            to_address=to.address,
            subject=frame.subject,
            text=written.text,
            html=written.html,
            person_id=to.person_id,
        ),
        now=now,
    )


@jobs.periodic("people.tidy", every=60)
def tidy(_payload: dict[str, Any], now: dt.datetime) -> None:
    """Forget old failures and sign-ins."""
    actions.tidy_accounts(now=now)
