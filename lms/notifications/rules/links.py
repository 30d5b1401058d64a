"""Signed links in mails: what they are for, whom they are of, how long they hold and how they are revoked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

PURPOSE = "cadre: end mails of a kind"
HOLDS = dt.timedelta(days=400)
DIGEST = "digest"
"""What a link ends besides a kind."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a link ends: mails of a kind, or the digest, of one person."""

    person: str
    """Public id."""
    what: str
    """The value of a kind, or `digest`."""
    links: int
    """Which generation of their links it is of; an older one than theirs does not hold any more."""


def signed(ending: Ending, secret: str) -> str:
    """The token of a link."""
    return str(_signer(secret).dumps([ending.person, ending.what, ending.links]))


def read(token: str, secret: str) -> Ending | None:
    """What a token ends; None when it is not ours, is for something else, or has expired."""
    try:
        person, what, links = _signer(secret).loads(token, max_age=int(HOLDS.total_seconds()))
    except (BadData, ValueError, TypeError):
        return None
    if isinstance(person, str) and isinstance(what, str) and isinstance(links, int):
        return Ending(person, what, links)
    return None


def _signer(secret: str, purpose: str = PURPOSE) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=purpose)


ARRIVED = "cadre: a message arrived on a device"
ARRIVED_HOLDS = dt.timedelta(days=2)


def arrived(delivery: str, secret: str) -> str:
    """What a device says when a message arrived there; it goes along with the message, encrypted for the device."""
    return str(_signer(secret, ARRIVED).dumps(delivery))


def read_arrived(token: str, secret: str) -> str:
    """The delivery that such a token is of; empty when it is none, or too old."""
    try:
        found = _signer(secret, ARRIVED).loads(token, max_age=int(ARRIVED_HOLDS.total_seconds()))
    except (BadData, ValueError, TypeError):
        return ""
    return found if isinstance(found, str) else ""
