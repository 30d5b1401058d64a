"""Who has been reached: what each channel reports, and whom somebody has to call."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass

CALL_AFTER = dt.timedelta(minutes=30)
"""So long after an urgent message those who are not reached stand on the call list."""


class By(enum.StrEnum):
    """What carried a message besides the application."""

    MAIL = "mail"
    DIGEST = "digest"
    PUSH = "push"
    GATEWAY = "gateway"


class DeliveryState(enum.StrEnum):
    """How far a message got on one channel."""

    WAITING = "waiting"
    """For the digest."""
    QUEUED = "queued"
    SENT = "sent"
    """Handed over; whether it arrived nobody has said yet."""
    KEPT = "kept"
    """No mail server is configured: kept in the mailbox of the administrators."""
    BOUNCED = "bounced"
    DELIVERED = "delivered"
    """The device, or the provider, says that it arrived."""
    FAILED = "not reached"
    UNKNOWN = "not known"
    """Handed over, and whoever was to say whether it arrived never did."""


ORDER = (DeliveryState.WAITING, DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.DELIVERED)


def after(old: DeliveryState, new: DeliveryState) -> DeliveryState:
    """The state when a report comes in, in whatever order: what arrived stays arrived."""
    if old is DeliveryState.DELIVERED:
        return old
    if new in ORDER and old in ORDER and ORDER.index(new) < ORDER.index(old):
        return old
    if old is DeliveryState.UNKNOWN and new in ORDER and new is not DeliveryState.DELIVERED:
        return old
    if old is DeliveryState.FAILED and new is not DeliveryState.DELIVERED:
        return old
    return new


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of a message on one channel."""

    by: By
    state: DeliveryState


class Reached(enum.StrEnum):
    """Whether a person has been reached, as far as anybody can know."""

    OPENED = "opened"
    """They opened it in the application: the only reading that is recorded. Mails carry no picture that tells."""
    DELIVERED = "delivered"
    CALLED = "called"
    """Somebody spoke to them."""
    SENT = "sent"
    """It left here; nothing came back, and nothing proves that it was read."""
    NOT_YET = "not yet"
    NOT = "not reached"


def reached(*, opened: bool, called: bool, carried: Iterable[Carried]) -> Reached:
    """What is known of one person and message, the surest first."""
    states = [each.state for each in carried]
    if opened:
        return Reached.OPENED
    if called:
        return Reached.CALLED
    if DeliveryState.DELIVERED in states:
        return Reached.DELIVERED
    if DeliveryState.SENT in states or DeliveryState.UNKNOWN in states:
        return Reached.SENT
    if DeliveryState.QUEUED in states or DeliveryState.WAITING in states:
        return Reached.NOT_YET
    return Reached.NOT


SURE = frozenset({Reached.OPENED, Reached.DELIVERED, Reached.CALLED})
"""They know: nobody has to call them."""


def has_to_be_called(state: Reached, *, urgent: bool, at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a person stands on the call list: an urgent message of a while ago that is not known to have arrived."""
    return urgent and now >= at + CALL_AFTER and state not in SURE
