"""Proving who one is: every attempt is counted in the database before it is judged, and forgotten when it was right.

An attempt is written and committed first, then the failures are counted again: of any number of attempts at the same
time, at most the allowed number sees a count that lets it go on, on both databases, without a lock. What is sent to the
database is the same for known and unknown addresses, and exactly one password hash is computed for each attempt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, session

from lms.core import clock
from lms.core.config import Settings
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, queries
from lms.people.models import User
from lms.people.rules import (
    Actor,
    SignInRefusal,
    address_key,
    email_key,
    key,
    normal_email,
    paused_for,
    second_factor_key,
)
from lms.people.security.extension import check_password

FROM_ONE_ADDRESS = 6
"""A network address may fail this many times as often as an account: many people sit behind one."""
PENDING = "second_factor"
PENDING_MINUTES = 10


@dataclass(frozen=True)
class Allowance:
    """A key under which failures are counted, and how many there may be."""

    key: str
    attempts: int


@dataclass(frozen=True)
class Proof:
    """Who somebody has shown to be, and the counted attempts to forget."""

    user_id: int
    email: str
    uniquifier: str
    second_factor: bool
    attempt_ids: tuple[int, ...]


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def address() -> str:
    """The network address of this request."""
    return request.remote_addr or ""


def _pause(allowances: list[Allowance], *, own: int) -> dt.timedelta | None:
    """How long this is paused; `own` counts the attempt at hand, when it is written already."""
    minutes, now = _settings().lockout_minutes, clock.now()
    failures = queries.failures([one.key for one in allowances], now - dt.timedelta(minutes=minutes))
    pauses = (
        paused_for(failures[one.key], attempts=one.attempts + own, minutes=minutes, now=now)
        for one in allowances
    )
    return max((pause for pause in pauses if pause), default=None)


def _count(allowances: list[Allowance], refusal: SignInRefusal) -> tuple[int, ...]:
    """Write the attempt down; raises the refusal when there were too many."""
    pause = _pause(allowances, own=0)
    ids: tuple[int, ...] = ()
    if pause is None:
        with unit_of_work() as work:
            ids = tuple(actions.note_failures([one.key for one in allowances], now=work.now))
        pause = _pause(allowances, own=1)
    if pause is not None:
        raise RuleViolation(refusal, wait=_words(pause))
    return ids


def _words(pause: dt.timedelta) -> str:
    minutes = max(1, -int(-pause.total_seconds() // 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def _for_account(email: str) -> list[Allowance]:
    attempts = _settings().lockout_attempts
    return [
        Allowance(email_key(email), attempts),
        Allowance(address_key(address()), attempts * FROM_ONE_ADDRESS),
    ]


def prove_password(email: str, password: str) -> Proof:
    """Who signs in with this address and password.

    Raises RuleViolation with the same words for a wrong password, an unknown address and an account without one.
    """
    ids = _count(_for_account(email), SignInRefusal.PAUSED)
    user = queries.user_by_email(email)
    right, renewed = check_password(password, user.password if user else None)
    if user is None or not right:
        raise RuleViolation(SignInRefusal.WRONG)
    if not user.active:
        raise RuleViolation(SignInRefusal.SUSPENDED)
    proof = Proof(user.id, user.email, user.fs_uniquifier, user.tf_primary_method is not None, ids)
    if renewed:
        with unit_of_work():
            actions.renew_password_hash(proof.user_id, renewed)
    return proof


def prove_own_password(actor: Actor, password: str) -> None:
    """That it is the owner who sits at a signed-in device; raises RuleViolation when the password is wrong."""
    account = queries.security_of(actor.person_id)
    ids = _count(_for_account(account.email), SignInRefusal.PAUSED)
    right, _renewed = check_password(password, queries.password_hash_of(actor.person_id))
    if not right:
        raise RuleViolation(SignInRefusal.WRONG_PASSWORD)
    with unit_of_work():
        actions.forget_failures(ids=ids)


def may_ask(kind: str, value: str) -> bool:
    """Whether a mail may be asked for once more; counted per address asked for and per network address."""
    attempts = _settings().lockout_attempts
    allowances = [
        Allowance(key(kind, normal_email(value)), attempts),
        Allowance(key(f"{kind} from", address()), attempts * FROM_ONE_ADDRESS),
    ]
    try:
        _count(allowances, SignInRefusal.PAUSED)
    except RuleViolation:
        return False
    return True


@dataclass(frozen=True)
class Pending:
    """Somebody who has given the right password and owes a code: no session yet."""

    user_id: int
    next: str


def remember_pending(proof: Proof, next_path: str) -> None:
    """Remember in the cookie that the password was right; nothing opens with it but the page for the code."""
    session.clear()
    until = clock.now() + dt.timedelta(minutes=PENDING_MINUTES)
    session[PENDING] = {"account": proof.uniquifier, "until": until.timestamp(), "next": next_path}


def pending() -> Pending | None:
    """Who owes a code on this device; None when the time ran out or the account changed in the meantime."""
    known = session.get(PENDING)
    if not isinstance(known, dict) or known["until"] < clock.now().timestamp():
        session.pop(PENDING, None)
        return None
    user = queries.user_by_uniquifier(known["account"])
    if user is None or not user.active or user.tf_primary_method is None:
        session.pop(PENDING, None)
        return None
    return Pending(user.id, known["next"])


def account_by_code(
    known: Pending,
    use: Callable[[dt.datetime], bool],
    refusal: SignInRefusal,
    begin: Callable[[User, dt.datetime], None],
) -> None:
    """Let somebody in who gives a right code: `use` judges and uses it up, in the unit of work that begins the session.

    Raises RuleViolation when it is wrong or too many were; the owner is told of the latter by mail.
    """
    counted = [Allowance(second_factor_key(known.user_id), _settings().lockout_attempts)]
    try:
        ids = _count(counted, SignInRefusal.CODE_PAUSED)
    except RuleViolation:
        session.pop(PENDING, None)
        with unit_of_work() as work:
            actions.second_factor_paused(known.user_id, minutes=_settings().lockout_minutes, now=work.now)
        raise
    with unit_of_work() as work:
        right = use(work.now)
        if right:
            actions.forget_failures(keys=[counted[0].key], ids=ids)
            begin(queries.account(known.user_id), work.now)
    if not right:
        raise RuleViolation(refusal)
