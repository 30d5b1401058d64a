"""Time zones as a client reads them: every instant of ten years has the wall time that it really had."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Timezone

from lms.integrations.calendar import timezone_text

ZONES = (
    "Asia/Kolkata",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Europe/Dublin",
    "Pacific/Chatham",
    "UTC",
)


def observances(text):
    """(onset in UTC, offset from then on, name): what RFC 5545 says a client makes of a VTIMEZONE."""
    found = []
    for block in re.findall(r"BEGIN:(?:STANDARD|DAYLIGHT)\r\n(.*?)END:", text, re.DOTALL):
        lines = [line.partition(":") for line in block.strip().split("\r\n")]
        values = {name: value for name, _colon, value in lines}
        before, after = span(values["TZOFFSETFROM"]), span(values["TZOFFSETTO"])
        for name, _colon, value in lines:
            if name in ("DTSTART", "RDATE"):
                local = dt.datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
                found.append((local - before, after, values["TZNAME"]))
    return sorted(found)


def span(text):
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    return sign * dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:6] or 0))


@pytest.mark.parametrize("zone", ZONES)
@given(minute=st.integers(0, 10 * 365 * 24 * 60))
def test_a_client_that_reads_it_knows_every_offset(zone, minute):
    at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
    known = [each for each in observances(timezone_text(zone, 2020, 2029)) if each[0] <= at]
    there = at.astimezone(ZoneInfo(zone))
    assert (known[-1][1], known[-1][2]) == (there.utcoffset(), there.tzname())


def test_summer_time_begins_at_the_time_that_it_ends():
    """London goes forward at 01:00 and back at 02:00, New York at 02:00 both times: on the clock before the change."""
    onsets = {
        zone: re.findall(r"DTSTART:(\d{8}T\d{6})", timezone_text(zone, 2026, 2026))
        for zone in ("Europe/London", "America/New_York")
    }
    assert onsets["Europe/London"][1:] == ["20260329T010000", "20261025T020000"]
    assert onsets["America/New_York"][1:] == ["20260308T020000", "20261101T020000"]


@pytest.mark.parametrize("zone", ZONES)
def test_it_is_a_time_zone_to_the_icalendar_package_too(zone):
    read = Timezone.from_ical(timezone_text(zone, 2025, 2027))
    assert read.tz_name == zone
