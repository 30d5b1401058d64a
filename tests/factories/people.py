"""Persons with accounts, built through the real actions."""

from __future__ import annotations

import itertools

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.uow import unit_of_work
from lms.people import actions, queries, security
from lms.people.actions import PersonFacts
from lms.people.models import Person
from lms.people.rules import Actor, Role
from tests.support.pages import Page

PASSWORD = "orchard lantern 42"
_numbers = itertools.count(1)
_hashes: dict[str, str] = {}


def person(name: str = "", *, email: str = "", zone: str = "Asia/Kolkata") -> Person:
    """A person without an account."""
    number = next(_numbers)
    facts = PersonFacts(
        name=name or f"Somebody {number}", email=email or f"somebody{number}@example.org", zone=zone
    )
    with unit_of_work() as work:
        return actions.add_person(facts, actor=None, now=work.now)


def member(
    name: str = "",
    *,
    email: str = "",
    role: Role | None = None,
    password: str = PASSWORD,
    zone: str = "Asia/Kolkata",
) -> Person:
    """A person who signs in with a password, and holds an institution-wide role if one is named."""
    added = person(name, email=email, zone=zone)
    if password not in _hashes:
        _hashes[password] = security.hash_password(password)
    with unit_of_work() as work:
        actions.give_account(added, password_hash=_hashes[password], now=work.now)
        if role:
            actions.grant(added.id, role, cohort_id=None, actor=None, now=work.now)
    return added


def administrator(name: str = "Ada Administrator") -> Person:
    """Somebody who looks after the house."""
    return member(name, role=Role.ADMINISTRATOR)


def actor(who: Person) -> Actor:
    """The actor a person is now."""
    return queries.actor_for(who.id, clock.now())


def with_authenticator(who: Person) -> tuple[str, list[str]]:
    """Set up an authenticator app for somebody; returns its secret and the recovery codes."""
    secret = security.codes().generate_totp_secret()
    shown, kept = security.new_recovery_codes()
    now = clock.now()
    with unit_of_work() as work:
        done = actions.switch_on(
            secret=secret,
            code=security.codes().code_at(secret, now),
            codes=kept,
            check=security.codes(),
            actor=actor(who),
            now=work.now,
        )
    assert done
    return secret, shown


def mails_to(address: str) -> list[MailMessage]:
    """The mails that were written to an address, oldest first, once the outbox has been worked off."""
    while outbox.drain():
        pass
    db.session.expire_all()
    return list(
        db.session.scalars(
            db.select(MailMessage).where(MailMessage.to_address == address).order_by(MailMessage.id)
        )
    )


def link_in(mail: MailMessage) -> str:
    """The path that a mail's link leads to."""
    found = [line for line in mail.text.splitlines() if line.startswith("http://localhost:5000/")]
    assert len(found) == 1, mail.text
    return found[0].removeprefix("http://localhost:5000")


def said(page: Page) -> str:
    """What the page says about the last act."""
    return page.texts(".notices .callout p")[0]
