"""Zoom's adapter against a double of its interface: what it asks, what it makes of faults, what the worker keeps."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.config import UnsafeSettings, load
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.integrations.meetings import provider_of
from lms.integrations.meetings.http import Client, Unreachable
from lms.integrations.meetings.zoom import Zoom
from lms.live import actions, ports, queries
from lms.live.actions import Cancelling
from lms.live.ports import MeetingBusy, MeetingRefused, MeetingWanted
from lms.live.rules import MeetingState, NameState
from lms.notifications.models import Notice
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from tests.factories import live, world
from tests.support.zoom import ACCOUNT, CLIENT, SECRET, USER, Fault, zoom_double

AT = dt.datetime(2026, 12, 5, 13, 0, tzinfo=dt.UTC)
WANTED = MeetingWanted("cadre-abc", "S5 Where to play", AT, 180, "Asia/Kolkata")
MINUTE = dt.timedelta(minutes=1)
LOOPBACK = ["127.0.0.1"]
pytestmark = pytest.mark.allow_hosts(LOOPBACK)


@pytest.fixture
def double():
    with zoom_double() as running:
        yield running


def client_of(double, *, secret=SECRET, seconds=2.0):
    return Zoom(
        api=Client(f"{double.address}/v2", seconds=seconds),
        sign_in=Client(f"{double.address}/oauth/token", seconds=seconds),
        account_id=ACCOUNT,
        client_id=CLIENT,
        client_secret=secret,
        user=USER,
    )


@pytest.fixture
def zoom(double):
    made = client_of(double)
    ports.meetings_from(made)
    yield made
    ports.meetings_from(None)


# The adapter


def test_a_meeting_is_made_moved_and_taken_away(double, zoom):
    made = zoom.create(WANTED)
    (number,) = double.meetings
    assert (made.external_id, made.join_url) == (number, f"https://zoom.example.org/j/{number}")
    assert made.host_url.endswith("zak=host")
    kept = double.meetings[number]
    assert {
        name: kept[name] for name in ("topic", "type", "start_time", "duration", "timezone", "agenda")
    } == {
        "topic": "S5 Where to play",
        "type": 2,
        "start_time": "2026-12-05T13:00:00Z",
        "duration": 180,
        "timezone": "Asia/Kolkata",
        "agenda": "cadre-abc",
    }
    zoom.update(number, MeetingWanted("cadre-abc", "S5 Where to play", AT + 60 * MINUTE, 180, "Asia/Kolkata"))
    assert double.meetings[number]["start_time"] == "2026-12-05T14:00:00Z"
    zoom.cancel(number)
    zoom.cancel(number)
    assert double.meetings == {}
    assert double.tokens == 1


def test_when_the_answer_was_lost_the_meeting_is_found_and_not_made_twice(double, zoom):
    zoom.create(MeetingWanted("cadre-other", "Another", AT, 60, "UTC"))
    double.faults.extend([Fault(200), Fault(502, after=True)])
    double.faults.popleft()
    with pytest.raises(Unreachable):
        zoom._ask("POST", f"/users/{zoom._user}/meetings", document={"agenda": "cadre-abc", "topic": "x"})
    assert len(double.meetings) == 2
    made = zoom.create(WANTED)
    assert len(double.meetings) == 2
    assert double.meetings[made.external_id]["agenda"] == "cadre-abc"
    assert made.host_url


def test_a_token_that_ran_out_is_replaced_once(double, zoom):
    zoom.create(WANTED)
    double.expire()
    zoom.cancel(next(iter(double.meetings)))
    assert (double.tokens, double.meetings) == (2, {})
    with pytest.raises(MeetingRefused, match="400 to signing in"):
        client_of(double, secret="wrong").create(WANTED)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(500), Unreachable),
        (Fault(503), Unreachable),
        (Fault(200, hang=3.0), Unreachable),
        (Fault(400), MeetingRefused),
        (Fault(302, {"Location": "http://169.254.169.254/"}), MeetingRefused),
    ],
)
def test_faults(double, fault, expected):
    double.faults.append(fault)
    with pytest.raises(expected):
        client_of(double, seconds=0.5).create(WANTED)
    assert double.meetings == {}


@pytest.mark.parametrize(("said", "seconds"), [("17", 17), ("", 30), ("soon", 30), ("999999", 86_400)])
def test_asked_to_come_back_later(double, zoom, said, seconds):
    double.faults.append(Fault(429, {"Retry-After": said} if said else {}))
    with pytest.raises(MeetingBusy) as busy:
        zoom.create(WANTED)
    assert busy.value.seconds == seconds


def person(name, address, joined, left):
    return {
        "name": name,
        "user_email": address,
        "join_time": f"{AT + joined * MINUTE:%Y-%m-%dT%H:%M:%SZ}",
        "leave_time": f"{AT + left * MINUTE:%Y-%m-%dT%H:%M:%SZ}",
        "duration": (left - joined) * 60,
    }


def test_the_report_is_read_page_by_page_over_every_time_the_meeting_was_begun(double, zoom):
    double.instances["81"] = ["/first//uuid==", "second"]
    double.reports["/first//uuid=="] = [
        [person("Asha", "asha@example.org", 0, 40)],
        [person("Ben", "", 1, 50), {"name": "Broken", "join_time": "yesterday"}],
    ]
    double.reports["second"] = [[person("Asha", "asha@example.org", 45, 170)]]
    found = zoom.participants("81")
    assert [(one.name, one.address, one.joined_at) for one in found] == [
        ("Asha", "asha@example.org", AT),
        ("Ben", "", AT + MINUTE),
        ("Asha", "asha@example.org", AT + 45 * MINUTE),
    ]
    assert zoom.participants("unknown") == []


# The worker


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


def asked(cohort, key="s10"):
    line = live.session(cohort, key)
    with unit_of_work() as work:
        actions.ask_for_meeting(line.id, actor=world.director(), now=work.now)
    return line


def drained():
    while outbox.drain():
        pass


@pytest.mark.db
def test_a_session_has_its_meeting_made_moved_and_ended_by_the_worker(cohort, double, zoom):
    line = asked(cohort)
    with pytest.raises(RuleViolation):
        asked(cohort)
    assert double.calls == []
    drained()
    (number,) = double.meetings
    assert live.session(cohort, "s10").join_url == f"https://zoom.example.org/j/{number}"
    found = queries.meeting_of(line.id)
    assert (found.state, found.external_id) == (MeetingState.MADE, number)
    wanted = Cancelling(reason="Ill.", version=scheduling.schedule(cohort.id).version)
    with clock.at(line.starts_at - 120 * MINUTE):
        with unit_of_work() as work:
            actions.cancel_session(line.id, wanted, actor=world.director(), now=work.now)
        drained()
    assert double.meetings == {}
    assert queries.meeting_of(line.id).state is MeetingState.ENDED


@pytest.mark.db
def test_faults_are_tried_again_and_a_refusal_is_kept_for_staff(cohort, double, zoom):
    line = asked(cohort)
    double.faults.extend([Fault(503), Fault(429, {"Retry-After": "90"})])
    drained()
    now = clock.now()
    for seconds in (10, 60):
        with clock.at(now + dt.timedelta(seconds=seconds)):
            drained()
    assert (double.meetings, queries.meeting_of(line.id).state) == ({}, MeetingState.ASKED)
    with clock.at(now + dt.timedelta(seconds=200)):
        drained()
    assert queries.meeting_of(line.id).state is MeetingState.MADE
    assert len(double.meetings) == 1
    other = asked(cohort, "s11")
    double.faults.append(Fault(400))
    drained()
    refused = queries.meeting_of(other.id)
    assert (refused.state, "Zoom answers 400" in refused.error) == (MeetingState.FAILED, True)
    asked(cohort, "s11")


@pytest.mark.db
def test_who_was_there_is_taken_over_once_by_address(cohort, double, zoom):
    asha = world.learner(cohort, "Asha Rao")
    world.granted(Role.COORDINATOR, cohort)
    place = live.place_of(cohort, asha)
    line = asked(cohort, "s10")
    drained()
    (number,) = double.meetings
    double.instances[number] = ["one"]

    def at(minutes):
        return f"{line.starts_at + minutes * MINUTE:%Y-%m-%dT%H:%M:%SZ}"

    double.reports["one"] = [
        [
            {"name": "A. Rao", "user_email": asha.email.upper(), "join_time": at(-5), "leave_time": at(60)},
            {"name": "Asha Rao", "user_email": "", "join_time": at(0), "leave_time": at(180)},
        ]
    ]

    def fetched(hours):
        with clock.at(line.starts_at + hours * 60 * MINUTE):
            with unit_of_work() as work:
                actions.ask_for_reports(now=work.now)
            drained()

    whole, double.reports["one"] = double.reports["one"], [[]]
    fetched(4)
    assert queries.meeting_of(line.id).reported_at is None, "it was not whole yet, and is asked for again"
    double.reports["one"] = whole
    for hours in (5, 6):
        fetched(hours)
    (entry,) = queries.entries(line.id)
    (brought,) = queries.lists(line.id)
    assert (entry.place_id, entry.source) == (place, f"list {brought.public_id}")
    assert entry.evidence.ends_at == line.starts_at + 60 * MINUTE
    assert (brought.state, brought.files) == ("Recorded", (f"Zoom-{number}.csv",))
    assert queries.meeting_of(line.id).error == ""
    (waiting,) = queries.names(cohort.id, NameState.WAITS)
    assert (waiting.name, waiting.address) == ("Asha Rao", "")
    told = db.session.scalars(sa.select(Notice.title).where(Notice.dedupe_key.startswith("names:"))).all()
    assert told == ["1 name of S10 " + line.title + " waits for you"]
    with unit_of_work() as work:
        assert actions.undo_list(brought.id, actor=world.director(), now=work.now) == 1
    assert queries.names(cohort.id, NameState.WAITS) == []


@pytest.mark.db
def test_whoever_takes_their_time_outside_keeps_nobody_waiting_here(cohort, double, zoom, monkeypatch):
    """Every call is made while nothing of the database is held."""
    inside = []
    for name in ("create", "update", "cancel", "participants"):
        asked_for = getattr(Zoom, name)

        def call(self, *args, asked_for=asked_for, **more):
            inside.append(db.session().in_transaction())
            return asked_for(self, *args, **more)

        monkeypatch.setattr(Zoom, name, call)
    line = asked(cohort)
    drained()
    with clock.at(line.starts_at + 4 * 60 * MINUTE):
        with unit_of_work() as work:
            actions.ask_for_reports(now=work.now)
        drained()
    with unit_of_work() as work:
        actions.follow_meetings([line.item_id], now=work.now)
    drained()
    wanted = Cancelling(reason="Ill.", version=scheduling.schedule(cohort.id).version)
    with unit_of_work() as work:
        actions.cancel_session(line.id, wanted, actor=world.director(), now=work.now)
    drained()
    assert inside == [False] * 4


@pytest.mark.db
def test_what_changed_while_the_provider_was_asked_is_asked_for_next(cohort, double, zoom, monkeypatch):
    line = asked(cohort)
    create = Zoom.create

    def and_cancelled_meanwhile(self, wanted):
        made = create(self, wanted)
        cancelling = Cancelling(reason="Ill.", version=scheduling.schedule(cohort.id).version)
        with unit_of_work() as work:
            actions.cancel_session(line.id, cancelling, actor=world.director(), now=work.now)
        return made

    monkeypatch.setattr(Zoom, "create", and_cancelled_meanwhile)
    drained()
    assert double.meetings == {}
    assert queries.meeting_of(line.id).state is MeetingState.ENDED


# Settings


def test_without_configuration_there_is_no_provider_and_half_of_one_is_refused(cohort, monkeypatch):
    monkeypatch.delenv("LMS_ZOOM_ACCOUNT_ID", raising=False)
    assert provider_of(load(mode="test")) is None
    with pytest.raises(UnsafeSettings, match="zoom_client_id must be set"):
        load(mode="test", zoom_account_id="a")
    with pytest.raises(UnsafeSettings, match="zoom_api_url must begin with https"):
        load(
            mode="development",
            zoom_account_id="a",
            zoom_client_id="b",
            zoom_client_secret="c",
            zoom_user="d",
            zoom_api_url="http://127.0.0.1:1/v2",
        )
    line = live.session(cohort, "s10")
    with pytest.raises(RuleViolation), unit_of_work() as work:
        actions.ask_for_meeting(line.id, actor=world.director(), now=work.now)
    assert db.session.is_active
