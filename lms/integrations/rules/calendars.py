"""What is in somebody's calendar, what it is called there, and how often it was revised for them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lms.integrations.calendar import Part

KEPT = dt.timedelta(days=30)
"""So long something cancelled stays, crossed out; a client that asks once a month has seen it."""
QUIETLY_LEFT_OUT = (Part.READINGS.value,)
"""What nobody has in their calendar until they ask for it."""


@dataclass(frozen=True, slots=True)
class PartWords:
    """What people read of a part."""

    title: str
    about: str


PARTS: dict[Part, PartWords] = {
    Part.SESSIONS: PartWords("Live sessions", "Lectures, masterclasses and the other hours at which people meet."),
    Part.DEADLINES: PartWords(
        "Deadlines", "When something of yours is due, extensions included. They take no time in your calendar."
    ),
    Part.READINGS: PartWords("Readings", "The day by which each text is to be read."),
    Part.HOSTED: PartWords("Sessions you host", "In every cohort, with the cohort's name."),
    Part.COORDINATED: PartWords("Sessions of your cohorts", "Of the cohorts that you coordinate, whoever hosts them."),
    Part.BOOKINGS: PartWords(
        "Appointments", "Office hours and clinics that you booked, or that were booked with you. Cancelled ones stay "
        "crossed out for 30 days."
    ),
}  # fmt: skip


def part_of(activity: str, item: str) -> Part:
    """To which part of a learner's calendar an item belongs, by the kinds of its activity and of its date."""
    if item == "session" or activity == "event":
        return Part.SESSIONS
    return Part.READINGS if activity == "reading" else Part.DEADLINES


def summary(title: str, activity: str, item: str) -> str:
    """What an item is called among other people's appointments."""
    if item == "session" or activity == "event":
        return title
    return f"{'Read' if activity == 'reading' else 'Due'}: {title}"


def in_feed(*, cancelled: bool, modified_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether an entry is still there: something cancelled stays for a while, so that every client learns of it."""
    return not cancelled or now < modified_at + KEPT


@dataclass(frozen=True, slots=True)
class OwnSetting:
    """An own date of a section, team or person that was ever set for an item."""

    team_id: int | None
    """Of a team's."""
    revoked: bool


def own_revisions(
    settings: Iterable[OwnSetting], *, story: int, left_teams: Collection[int], extra: int = 0
) -> int:
    """How often an item was revised for one person besides the releases; it never falls, whatever happens.

    Each event of their place after the first counts (leave, return, another section), each own date that was set and
    each that was taken back, for whichever section, and leaving a team that had a date of its own.
    """
    known = list(settings)
    teams = {setting.team_id for setting in known if setting.team_id is not None}
    left = sum(1 for team in left_teams if team in teams)
    return max(0, story - 1) + sum(1 + setting.revoked for setting in known) + left + extra


CLIENTS = (
    ("Google-Calendar-Importer", "Google Calendar"),
    ("Microsoft Exchange", "Outlook"),
    ("Outlook", "Outlook"),
    ("dataaccessd", "Apple Calendar on a phone"),
    ("iOS", "Apple Calendar on a phone"),
    ("CalendarAgent", "Apple Calendar"),
    ("macOS", "Apple Calendar"),
    ("Thunderbird", "Thunderbird"),
    ("ICSx5", "ICSx⁵ on Android"),
    ("DAVx5", "DAVx⁵ on Android"),
    ("vdirsyncer", "vdirsyncer"),
    ("Yahoo", "Yahoo Calendar"),
)
_PRODUCT = re.compile(r"^[A-Za-z][A-Za-z0-9 ._-]{0,39}")


def client_name(user_agent: str) -> str:
    """What people call the program that fetched a calendar; empty where it does not say."""
    for word, name in CLIENTS:
        if word.lower() in user_agent.lower():
            return name
    found = _PRODUCT.match(user_agent)
    return found[0].strip() if found else ""
