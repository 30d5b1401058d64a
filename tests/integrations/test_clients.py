"""Real calendar programs open it, in three zones, over both changes of the clock.

vdirsyncer fetches the feed and khal shows it. vdirsyncer gives what it fetches by http other uids: hence by title.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lms.core import clock, outbox
from lms.core.db import db
from lms.integrations.calendar import Part
from lms.scheduling import queries as scheduling_queries
from lms.scheduling.rules import Act
from tests.factories import calendars, scheduling, world
from tests.integrations.test_invitations import invitations
from tests.support.programs import calendar_client

pytestmark = [pytest.mark.slow, pytest.mark.db]
ZONES = ("Asia/Kolkata", "Europe/London", "America/New_York")
DAY = dt.timedelta(days=1)
SPRING = dt.datetime(2027, 3, 1, 9, tzinfo=dt.UTC)
"""The cohorts' year: three weeks before the clocks go forward, and well over the day on which they go back."""


class Desktop:
    """A folder with a calendar, the program that fetches it and the one that shows it."""

    def __init__(self, home: Path) -> None:
        self.home, self.calendar = home, home / "calendar"
        self.calendar.mkdir(parents=True)

    def subscribe(self, address: str) -> None:
        """Fetch the feed as vdirsyncer does, once more where it did before."""
        (self.home / "vdirsyncer").write_text(
            f"""[general]
status_path = "{self.home}/status/"
[pair cadre]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{self.calendar}/"
fileext = ".ics"
[storage there]
type = "http"
url = "{address}"
"""
        )
        program = [calendar_client("vdirsyncer"), "-c", str(self.home / "vdirsyncer")]
        for verb in (["discover"], ["sync", "--force-delete"]):
            self._run([*program, *verb])

    def take(self, text: str) -> None:
        """Take a message into the calendar as a mail program hands it over."""
        file = self.home / "message.ics"
        file.write_text(text)
        self._run([*self._khal("UTC"), "import", "--batch", str(file)])

    def shows(self, zone: str, since: dt.datetime, until: dt.datetime) -> set[tuple[str, str, str]]:
        """What khal lists in a zone: title, begin, end on the wall there."""
        listed = self._run(
            [
                *self._khal(zone),
                "list",
                "--day-format",
                "",
                "--format",
                "{title}|{start-long}|{end-long}",
                f"{since:%Y-%m-%d}",
                f"{until:%Y-%m-%d}",
            ]
        )
        lines = [line.split("|") for line in listed.splitlines() if line.count("|") == 2]
        return {(title.strip(), begin.strip(), end.strip()) for title, begin, end in lines}

    def _khal(self, zone: str) -> list[str]:
        file = self.home / f"khal-{zone.replace('/', '-')}"
        file.write_text(
            f"""[calendars]
[[cadre]]
path = {self.calendar}
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {self.home}/khal-{zone.replace("/", "-")}.db
[default]
default_calendar = cadre
"""
        )
        return [calendar_client("khal"), "-c", str(file)]

    def _run(self, command: list[str]) -> str:
        environment = {**os.environ, "HOME": str(self.home), "PYTHONWARNINGS": "ignore", "LC_ALL": "C.UTF-8"}
        for name in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"):
            environment.pop(name, None)
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, timeout=120, check=False, input=""
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def walls(events, zone):
    """What a client must show of entries, on the wall in a zone."""
    there = ZoneInfo(zone)
    return {
        (
            str(event["summary"]),
            f"{event.start.astimezone(there):%Y-%m-%d %H:%M}",
            f"{event.end.astimezone(there):%Y-%m-%d %H:%M}",
        )
        for event in events
    }


@pytest.mark.parametrize("zone", ZONES)
def test_a_subscribed_calendar_shows_the_right_instants_in_every_zone(app, live_server, tmp_path, zone):
    """Of a cohort reckoned in this zone, seen from three; the year crosses both changes of the clock."""
    with clock.at(SPRING):
        cohort = world.cohort(weeks_in=1, zone=zone)
        asha = world.learner(cohort)
        path = calendars.address(asha)
        calendars.chosen(asha, Part.SESSIONS)
        found = list(calendars.events(app, path).values())
    db.session.commit()
    desktop = Desktop(tmp_path)
    desktop.subscribe(live_server + path)
    for seen_from in ZONES:
        shown = desktop.shows(seen_from, SPRING - 30 * DAY, SPRING + 400 * DAY)
        meetings = [event for event in found if event.end > event.start]
        assert walls(meetings, seen_from) <= shown
        assert {title for title, _begin, _end in shown} == {str(event["summary"]) for event in found}
    offsets = {event.start.utcoffset() for event in found}
    assert len(offsets) == (1 if zone == "Asia/Kolkata" else 2)


def test_fetched_again_after_a_release_it_shows_the_new_dates(app, live_server, tmp_path):
    cohort = world.cohort(weeks_in=2, zone="Europe/London")
    asha = world.learner(cohort)
    path = calendars.address(asha)
    calendars.chosen(asha, Part.SESSIONS)
    db.session.commit()
    desktop = Desktop(tmp_path)
    desktop.subscribe(live_server + path)
    scheduling.publish(cohort, "s9", Act.MOVE, by=DAY)
    db.session.commit()
    desktop.subscribe(live_server + path)
    at = scheduling_queries.item(cohort.id, "s9").starts_at
    shown = desktop.shows("Europe/London", at - 7 * DAY, at + 7 * DAY)
    assert [begin for title, begin, _end in shown if title.startswith("S9 ")] == [
        f"{at.astimezone(ZoneInfo('Europe/London')):%Y-%m-%d %H:%M}"
    ]


def test_invitations_taken_over_one_after_the_other_show_the_last_date(session, tmp_path):
    cohort = world.cohort(weeks_in=2, zone="America/New_York")
    asha = world.learner(cohort)
    calendars.chosen(asha, *Part, by_mail=True)
    key = next(
        line.key
        for line in scheduling_queries.items(cohort.id)
        if line.key.startswith("s") and clock.now() + 2 * DAY < line.starts_at < clock.now() + 20 * DAY
    )
    while outbox.drain():
        pass
    scheduling.publish(cohort, key, Act.MOVE, by=dt.timedelta(hours=2))
    while outbox.drain():
        pass
    desktop = Desktop(tmp_path)
    for message in invitations(asha):
        desktop.take(message.calendar)
    at = scheduling_queries.item(cohort.id, key).starts_at
    for zone in ZONES:
        shown = desktop.shows(zone, at - 2 * DAY, at + 2 * DAY)
        assert f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" in {begin for _title, begin, _end in shown}
        before = at - dt.timedelta(hours=2)
        assert f"{before.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" not in {
            begin for _title, begin, _end in shown
        }
