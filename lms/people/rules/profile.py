"""Busy dates, invitations, and what a person may set for themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from lms.core.errors import Refusal

LONGEST_STRETCH = dt.timedelta(days=366)
FURTHEST = dt.timedelta(days=3 * 366)
AGAIN_AFTER = dt.timedelta(minutes=10)


class BusyRefusal(Refusal):
    """Why these days are not noted."""

    ORDER = "The last day lies before the first."
    OVER = "These days are over already. Planning looks ahead only."
    LONG = "That is more than a year. Note it in parts, or speak with your coordinator about leave."
    FAR = "That is more than three years ahead. Come back nearer the time."
    OVERLAP = "You noted {days} already, and the two overlap. Change those days instead."


class InvitationRefusal(Refusal):
    """Why no invitation is sent."""

    HAS_PASSWORD = "They have set a password already. They can reset it themselves on the sign-in page."  # noqa: S105  # nosec B105
    SUSPENDED = "The account is suspended. Reactivate it first."
    NO_ADDRESS = "There is no e-mail address to send an invitation to."
    TOO_SOON = "An invitation went out a moment ago. Give it ten minutes to arrive."
    CLOSED = "This link has been used or has run out."


class SettingsRefusal(Refusal):
    """Why a setting is not taken."""

    UNKNOWN_ZONE = "Choose a time zone from the list."
    UNKNOWN_COUNTRY = "Choose a country from the list."
    NO_NAME = "Write the name that people call you by."
    ALREADY_ON = "An authenticator app is set up already."
    NOT_ON = "No authenticator app is set up."


@dataclass(frozen=True)
class Days:
    """A stretch of days, both ends included."""

    starts_on: dt.date
    ends_on: dt.date

    def meets(self, other: Days) -> bool:
        """Whether the two share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


def why_not_busy(
    days: Days, others: Iterable[Days], *, today: dt.date
) -> tuple[BusyRefusal, Days | None] | None:
    """Why these days are not noted beside the others, and which of those is in the way."""
    if days.ends_on < days.starts_on:
        return BusyRefusal.ORDER, None
    if days.ends_on < today:
        return BusyRefusal.OVER, None
    if days.ends_on - days.starts_on > LONGEST_STRETCH:
        return BusyRefusal.LONG, None
    if days.starts_on > today + FURTHEST:
        return BusyRefusal.FAR, None
    met = next((other for other in others if other.meets(days)), None)
    return (BusyRefusal.OVERLAP, met) if met else None


def why_not_invite(
    *, email: str | None, has_password: bool, active: bool, last_sent_at: dt.datetime | None, now: dt.datetime
) -> InvitationRefusal | None:
    """Why no invitation goes out to somebody now."""
    if not email:
        return InvitationRefusal.NO_ADDRESS
    if has_password:
        return InvitationRefusal.HAS_PASSWORD
    if not active:
        return InvitationRefusal.SUSPENDED
    if last_sent_at is not None and now - last_sent_at < AGAIN_AFTER:
        return InvitationRefusal.TOO_SOON
    return None
