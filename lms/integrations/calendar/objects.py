"""Whole calendars: the feed that clients fetch, the file of one entry, the message that invites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from icalendar import Calendar, vCalAddress, vDuration, vText

from lms.integrations.calendar.entries import Entry, drawn, event
from lms.integrations.calendar.zones import timezone_text

PRODUCT = "-//Cadre//Calendar//EN"
REFRESH = dt.timedelta(hours=1)
COLOUR = "darkslateblue"
"""The nearest name that CSS has for our indigo."""
END = "END:VCALENDAR\r\n"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody with an address: who invites, or who is invited."""

    name: str
    email: str


def feed(name: str, about: str, url: str, zones: Iterable[str], events: Iterable[str]) -> str:
    """A calendar to subscribe to: its name, how often it is worth asking, its zones and its written entries."""
    calendar = _opened()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("description", about)
    calendar.add("url", url)
    calendar.add("color", COLOUR)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    head = calendar.to_ical().decode().removesuffix(END)
    return "".join([head, *zones, *events, END])


def single(entry: Entry) -> str:
    """A file with one entry, to take into any calendar."""
    head = _opened().to_ical().decode().removesuffix(END)
    return "".join([head, zone_of(entry), drawn(entry).at(entry.sequence), END])


def invitation(entry: Entry, organizer: Attendee, attendee: Attendee, *, at: dt.datetime) -> str:
    """The message (RFC 5546) that invites somebody, tells them of another date, or takes the invitation back.

    A cancelled entry is a CANCEL, any other a REQUEST. Nobody is asked to answer: being there is what counts.
    """
    calendar = _opened()
    calendar.add("method", method_of(entry))
    made = event(replace(entry, modified_at=at), at)
    made.add("organizer", _address(organizer))
    invited = _address(attendee)
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
    invited.params["RSVP"] = vText("FALSE")
    made.add("attendee", invited)
    head = calendar.to_ical().decode().removesuffix(END)
    return "".join([head, zone_of(entry), made.to_ical().decode(), END])


def method_of(entry: Entry) -> str:
    """What a message about an entry does."""
    return "CANCEL" if entry.cancelled else "REQUEST"


def zone_of(entry: Entry) -> str:
    """The time zone of one entry."""
    return timezone_text(entry.zone, entry.starts_at.year - 1, (entry.ends_at or entry.starts_at).year + 1)


def _opened() -> Calendar:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _address(who: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{who.email}")
    address.params["CN"] = vText(who.name.replace('"', ""))
    return address
