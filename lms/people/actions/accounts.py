"""Signing in and out: failures that are counted, sessions that are kept, passwords that change."""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from lms.core import audit, outbox
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people import queries
from lms.people.models import AccountSession, Invitation, Person, SignInFailure, User
from lms.people.rules import Actor, InvitationRefusal, device, email_key, key

RECOVERY_SLOT = 120
"""Seconds in which asking again for a recovery mail sends no second one."""


class Notice(enum.StrEnum):
    """What the owner of an account is told by mail, since somebody else may have done it."""

    PASSWORD_CHANGED = "password changed"  # noqa: S105  # nosec B105: a name
    AUTHENTICATOR_ON = "authenticator on"
    AUTHENTICATOR_OFF = "authenticator off"
    RECOVERY_CODE_USED = "recovery code used"
    CODES_RENEWED = "codes renewed"
    CODE_PAUSED = "code paused"
    ADDRESS_CHANGED = "address changed"


def tell(person_id: int, notice: Notice, *, now: dt.datetime, slot: str = "", address: str = "") -> None:
    """Have the owner told of a change to their account; `slot` makes it at most one mail per slot."""
    outbox.enqueue(
        outbox.Effect(
            kind="people.notice",
            dedupe_key=f"notice:{notice.value}:{person_id}:{slot or now.isoformat()}",
            payload={"person_id": person_id, "notice": notice.value, "address": address},
        ),
        now=now,
    )


def note_failures(keys: Sequence[str], *, now: dt.datetime) -> list[int]:
    """Count an attempt under each key before it is judged; the ids let a good one be forgotten."""
    rows = [SignInFailure(key_hash=key_hash, at=now) for key_hash in keys]
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def forget_failures(*, keys: Collection[str] = (), ids: Collection[int] = ()) -> None:
    """Forget the failures under these keys, and these single ones: somebody proved who they are."""
    db.session.execute(
        sa.delete(SignInFailure).where(sa.or_(SignInFailure.key_hash.in_(keys), SignInFailure.id.in_(ids)))
    )


def keep_sign_in(
    user_id: int, *, token: str, address: str, user_agent: str, expires_at: dt.datetime, now: dt.datetime
) -> None:
    """Write down a sign-in, so that its owner can see and end it."""
    db.session.add(
        AccountSession(
            user_id=user_id,
            token_hash=queries.token_hash(token),
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
            address=address[:64],
            device=device(user_agent),
        )
    )
    db.session.flush()


def sign_out(session_id: int, *, now: dt.datetime) -> None:
    """End one sign-in."""
    db.session.execute(
        sa.update(AccountSession)
        .where(AccountSession.id == session_id, AccountSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def revoke_sign_ins(user_id: int, *, now: dt.datetime, except_id: int | None = None) -> None:
    """End a person's sign-ins on every device, or on every other one."""
    statement = sa.update(AccountSession).where(
        AccountSession.user_id == user_id, AccountSession.revoked_at.is_(None)
    )
    if except_id is not None:
        statement = statement.where(AccountSession.id != except_id)
    db.session.execute(statement.values(revoked_at=now))


def revoke_sign_in(handle: str, *, actor: Actor, now: dt.datetime) -> queries.SignIn:
    """End one of the actor's own sign-ins; somebody else's is not there."""
    found = next(
        (one for one in queries.sign_ins(actor.person_id, actor.session_id, now) if one.handle == handle),
        None,
    )
    if found is None:
        raise NotFound
    sign_out(found.id, now=now)
    return found


def end_other_sign_ins(*, actor: Actor, now: dt.datetime) -> None:
    """End all of the actor's sign-ins but the one at hand."""
    user = _own_account(actor.person_id)
    revoke_sign_ins(user.id, now=now, except_id=actor.session_id)
    _record(actor.person_id, actor.person_id, "people.end_other_sign_ins")


def renew_password_hash(user_id: int, password_hash: str) -> None:
    """Keep the same password under the present cost."""
    db.session.execute(sa.update(User).where(User.id == user_id).values(password=password_hash))


def change_password(*, password_hash: str, actor: Actor, now: dt.datetime) -> str:
    """Set the actor's own password; every other sign-in ends. Returns what their session is bound to from now on."""
    user = _own_account(actor.person_id)
    _set_password(user, password_hash, now=now)
    revoke_sign_ins(user.id, now=now, except_id=actor.session_id)
    _record(actor.person_id, actor.person_id, "people.change_password")
    tell(user.person_id, Notice.PASSWORD_CHANGED, now=now)
    return user.fs_uniquifier


def reset_password(user_id: int, *, bound_to: str, password_hash: str, now: dt.datetime) -> None:
    """Set a password by a link from a mail, once; every sign-in ends and the pause after failures with it."""
    user: User | None = locked(User, user_id)
    if user is None or user.fs_uniquifier != bound_to or not user.active:
        raise RuleViolation(InvitationRefusal.CLOSED)
    _set_password(user, password_hash, now=now)
    revoke_sign_ins(user.id, now=now)
    forget_failures(keys=[email_key(user.email)])
    db.session.execute(
        sa.update(Invitation)
        .where(Invitation.person_id == user.person_id, Invitation.accepted_at.is_(None))
        .values(accepted_at=now)
    )
    _record(user.person_id, user.person_id, "people.reset_password")
    tell(user.person_id, Notice.PASSWORD_CHANGED, now=now)


def _set_password(user: User, password_hash: str, *, now: dt.datetime) -> None:
    user.password = password_hash
    user.fs_uniquifier = secrets.token_hex(32)
    user.confirmed_at = user.confirmed_at or now
    db.session.flush()


def request_recovery(email: str, *, now: dt.datetime) -> None:
    """Have a recovery mail written, if there is such an account: the worker finds out, so that the answer
    and its time are the same whether there is one or not."""
    user_id = db.session.scalar(sa.select(User.id).where(User.email == email))
    slot = int(now.timestamp()) // RECOVERY_SLOT
    outbox.enqueue(
        outbox.Effect(
            kind="people.recovery",
            dedupe_key=f"recovery:{key('recovery', email)[:32]}:{slot}",
            payload={"user_id": user_id},
        ),
        now=now,
    )


def second_factor_paused(user_id: int, *, minutes: int, now: dt.datetime) -> None:
    """Tell the owner that somebody who knows the password tried wrong codes; once per pause."""
    person_id = db.session.scalar(sa.select(User.person_id).where(User.id == user_id))
    if person_id is not None:
        slot = str(int(now.timestamp()) // (minutes * 60))
        tell(person_id, Notice.CODE_PAUSED, now=now, slot=slot)


def stamp_last_seen(person_id: int, session_id: int | None, *, now: dt.datetime) -> None:
    """Note that a person was here today; after the response, at most once a day."""
    today = now.date()
    db.session.execute(
        sa.update(Person)
        .where(Person.id == person_id, sa.or_(Person.last_seen_on.is_(None), Person.last_seen_on < today))
        .values(last_seen_on=today)
    )
    if session_id is not None:
        db.session.execute(
            sa.update(AccountSession).where(AccountSession.id == session_id).values(last_seen_at=now)
        )


def tidy_accounts(*, now: dt.datetime) -> None:
    """Delete failures older than a day, and sign-ins that ended a month ago."""
    db.session.execute(sa.delete(SignInFailure).where(SignInFailure.at < now - dt.timedelta(days=1)))
    old = now - dt.timedelta(days=30)
    db.session.execute(
        sa.delete(AccountSession).where(
            sa.or_(AccountSession.expires_at < old, AccountSession.revoked_at < old)
        )
    )


def _own_account(person_id: int) -> User:
    user_id = db.session.scalar(sa.select(User.id).where(User.person_id == person_id))
    user: User | None = locked(User, user_id) if user_id is not None else None
    if user is None:
        raise NotFound
    return user


def _record(actor_id: int | None, person_id: int, action: str, reason: str = "") -> None:
    audit.record(
        audit.Entry(actor_id=actor_id, action=action, subject="person", subject_id=person_id, reason=reason)
    )
