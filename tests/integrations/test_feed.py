"""The feed: whose it is, what is in it, how often it was revised, and what a program that asks again is told."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib

import pytest
import sqlalchemy as sa
import structlog
from icalendar import Calendar

from lms.cohorts import actions as cohort_actions
from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment_actions
from lms.enrolment.models import Place
from lms.enrolment.rules import PlaceState
from lms.integrations import actions, queries
from lms.integrations.calendar import Part
from lms.integrations.models import CalendarFeed
from lms.people import actions as people
from lms.people.rules import Role
from lms.scheduling import queries as scheduling_queries
from lms.scheduling.actions import revoke
from lms.scheduling.models import Override, OverrideScope
from lms.scheduling.rules import Act
from lms.web import requests
from tests.factories import calendars, enrolment, live, scheduling, world
from tests.factories.notifications import leave, own
from tests.support.statements import statements

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao", zone="Europe/London")


@pytest.fixture
def path(asha):
    return calendars.address(asha)


def item(cohort, key):
    return scheduling_queries.item(cohort.id, key)


def seated(cohort, place_id):
    """Seat somebody in a new section; its id."""
    with unit_of_work():
        section = cohort_actions.add_section(cohort.id, "B", actor=world.director()).id
        db.session.execute(sa.update(Place).where(Place.id == place_id).values(section_id=section))
    return section


# What is in it ------------------------------------------------------------------------------------------------------


def test_a_learner_finds_their_sessions_and_deadlines_and_no_way_into_a_meeting(app, cohort, path):
    live.linked(cohort, "s5")
    found = calendars.events(app, path)
    lines = scheduling_queries.items(cohort.id)
    seen = [line for line in lines if not line.staff_only]
    readings = [line for line in seen if line.key.startswith("r-")]
    assert len(found) == len(seen) - len(readings)
    session = next(event for title, event in found.items() if title.startswith("S5 "))
    s5 = item(cohort, "s5")
    assert (session.start, session.end) == (s5.starts_at, s5.ends_at)
    assert session.start.tzinfo.key == "Asia/Kolkata"
    assert session["status"] == "CONFIRMED"
    assert session["transp"] == "OPAQUE"
    assert str(session["url"]).endswith(f"/cohorts/{cohort.slug}/sessions/s5")
    due = next(event for title, event in found.items() if title.startswith("Due: A-1 "))
    assert due.start == item(cohort, "a-1").ends_at
    assert due["transp"] == "TRANSPARENT"
    assert "dtend" not in due
    assert live.LINK not in calendars.fetched(app, path).get_data(as_text=True)


def test_it_says_what_it_is_and_how_often_to_ask(app, cohort, path):
    answer = calendars.fetched(app, path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert "Set-Cookie" not in answer.headers
    calendar = Calendar.from_ical(answer.get_data(as_text=True))
    assert str(calendar["name"]) == str(calendar["x-wr-calname"])
    assert calendar.refresh_interval == dt.timedelta(hours=1)
    assert calendar.color
    assert calendar["x-published-ttl"] == "PT1H"
    assert calendar.get_missing_tzids() == set()
    text = answer.get_data(as_text=True)
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_an_own_date_stands_in_place_of_everybodys(app, cohort, asha, path):
    due = item(cohort, "a-1").ends_at
    before = calendars.events(app, path)
    own(cohort, "a-1", OverrideScope.PERSON, asha.id, due + WEEK)
    after = calendars.events(app, path)
    title = next(title for title in after if title.startswith("Due: A-1 "))
    assert calendars.starts(after[title]) == due + WEEK
    assert after[title]["sequence"] == before[title]["sequence"] + 1
    assert after[title]["uid"] == before[title]["uid"]
    assert after[title]["dtstamp"].dt > before[title]["dtstamp"].dt
    other = world.learner(cohort)
    assert calendars.starts(calendars.events(app, calendars.address(other))[title]) == due


def test_the_feed_is_what_the_schedule_says_of_this_person(app, cohort, asha, path):
    """Section, team and person, each with a date of their own: the feed and the pages have one source."""
    place = live.place_of(cohort, asha)
    section = seated(cohort, place)
    team = enrolment.team(cohort, "Banyan", (place,))
    own(cohort, "a-1", OverrideScope.SECTION, section, item(cohort, "a-1").ends_at - DAY)
    own(cohort, "a-2", OverrideScope.TEAM, team, item(cohort, "a-2").ends_at + 2 * DAY)
    own(cohort, "a-3", OverrideScope.PERSON, asha.id, item(cohort, "a-3").ends_at + 3 * DAY)
    scheduling.publish(cohort, "s9", Act.MOVE, by=DAY)
    viewer = scheduling_queries.viewer_visible_to(world.actor(asha), cohort.slug)
    expected = sorted(
        (line.starts_at if line.kind.value == "session" else line.ends_at)
        for line in scheduling_queries.effective_items(cohort.id, viewer.whose)
        if not line.key.startswith("r-")
    )
    assert sorted(calendars.starts(event) for event in calendars.events(app, path).values()) == expected


def test_what_is_cancelled_is_crossed_out_for_thirty_days_and_then_gone(app, cohort, path):
    before = calendars.events(app, path)
    title = next(title for title in before if title.startswith("S9 "))
    scheduling.publish(cohort, "s9", Act.CANCEL)
    crossed = calendars.events(app, path)[f"Cancelled: {title}"]
    assert crossed["status"] == "CANCELLED"
    assert crossed["transp"] == "TRANSPARENT"
    assert crossed["sequence"] == before[title]["sequence"] + 1
    assert crossed["uid"] == before[title]["uid"]
    with clock.at(clock.now() + 29 * DAY):
        assert f"Cancelled: {title}" in calendars.events(app, path)
    with clock.at(clock.now() + 31 * DAY):
        assert f"Cancelled: {title}" not in calendars.events(app, path)


def test_whoever_leaves_sees_what_is_ahead_crossed_out_and_nothing_new(app, cohort, asha, path):
    before = calendars.events(app, path)
    with unit_of_work() as work:
        enrolment_actions.change_state(
            live.place_of(cohort, asha),
            PlaceState.WITHDRAWN,
            reason="Moves abroad.",
            effective_on=work.now.date(),
            actor=world.director(),
            now=work.now,
        )
    after = calendars.events(app, path)
    ahead = {str(event["uid"]) for event in before.values() if calendars.starts(event) > clock.now()}
    assert {str(event["uid"]) for event in after.values()} == ahead
    assert {str(event["status"]) for event in after.values()} == {"CANCELLED"}
    sequences = {str(event["uid"]): event["sequence"] for event in before.values()}
    assert all(event["sequence"] > sequences[str(event["uid"])] for event in after.values())
    with clock.at(clock.now() + 31 * DAY):
        assert calendars.events(app, path) == {}


def test_the_sequence_never_falls_whatever_happens_to_a_place_or_a_date(app, cohort, asha, path):
    def sequence():
        return next(
            event["sequence"] for title, event in calendars.events(app, path).items() if "A-1 " in title
        )

    seen = [sequence()]
    due = item(cohort, "a-1").ends_at
    own(cohort, "a-1", OverrideScope.PERSON, asha.id, due + WEEK)
    seen.append(sequence())
    override = db.session.scalar(sa.select(Override.id).where(Override.scope_id == asha.id))
    with unit_of_work() as work:
        revoke(override, actor=world.director(), now=work.now)
    seen.append(sequence())
    scheduling.publish(cohort, "a-1", Act.MOVE, by=DAY)
    seen.append(sequence())
    leave(cohort, asha)
    seen.append(sequence())
    assert seen == sorted(set(seen))


# Other hats ---------------------------------------------------------------------------------------------------------


def test_a_host_finds_the_sessions_they_host_with_the_cohorts_names(app, cohort):
    other = world.cohort(weeks_in=1)
    faculty = world.granted(Role.FACULTY, cohort)
    with unit_of_work() as work:
        cohort_actions.appoint(other.id, faculty.id, Role.FACULTY, actor=world.director(), now=work.now)
    found = calendars.events(app, calendars.address(faculty))
    hosted = [
        line for each in (cohort, other) for line in live.queries.sessions(each) if line.host_id == faculty.id
    ]
    assert len(found) == len(hosted) > 100
    names = {title.rpartition(" · ")[2] for title in found}
    assert names == {cohort.name, other.name}


def test_a_coordinator_finds_the_sessions_of_their_cohorts_and_of_no_other(app, cohort):
    world.cohort(weeks_in=1)
    coordinator = world.granted(Role.COORDINATOR, cohort)
    found = calendars.events(app, calendars.address(coordinator))
    lines = scheduling_queries.items(cohort.id)
    meeting = [line for line in lines if line.kind.value == "session" or line.staff_only]
    assert len(found) == len(meeting)


def test_a_learner_of_two_cohorts_has_one_calendar(app, cohort, asha, path):
    alone = calendars.events(app, path)
    second = world.cohort(weeks_in=1)
    world.place(second, asha)
    both = calendars.events(app, path)
    assert len(both) == 2 * len(alone)
    assert {str(event["uid"]) for event in alone.values()} < {str(event["uid"]) for event in both.values()}


def test_a_cohort_that_is_being_prepared_shows_nothing_to_its_learners(app, cohort, asha, path):
    db.session.execute(sa.text("update cohort set state = 'preparing' where id = :id"), {"id": cohort.id})
    assert calendars.events(app, path) == {}


# What one chooses ---------------------------------------------------------------------------------------------------


def test_each_part_goes_in_by_itself(app, cohort, asha, path):
    counts = {}
    for part in (Part.SESSIONS, Part.DEADLINES, Part.READINGS):
        calendars.chosen(asha, part)
        counts[part] = len(calendars.events(app, path))
    calendars.chosen(asha, Part.SESSIONS, Part.DEADLINES, Part.READINGS)
    assert len(calendars.events(app, path)) == sum(counts.values())
    assert all(counts.values())
    calendars.chosen(asha)
    assert calendars.events(app, path) == {}


# The address --------------------------------------------------------------------------------------------------------


def test_nothing_else_opens_it(app, asha, path):
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    stored = db.session.scalar(sa.select(CalendarFeed.token_hash))
    for word in (
        asha.public_id,
        str(asha.id),
        stored,
        hashlib.sha256(token.encode()).hexdigest(),
        token[:-1],
        f"{token}x",
    ):
        assert calendars.fetched(app, f"/calendar/{word}.ics").status_code == 404
    assert token not in str(db.session.execute(sa.select(CalendarFeed)).all())


def test_a_new_address_ends_the_old_one_and_switching_off_ends_both(app, asha, path):
    second = calendars.address(asha)
    assert calendars.fetched(app, path).status_code == 404
    assert calendars.fetched(app, second).status_code == 200
    with unit_of_work():
        actions.switch_off(actor=world.actor(asha))
    assert calendars.fetched(app, second).status_code == 404


def test_somebody_suspended_has_no_calendar(app, asha, path):
    with unit_of_work() as work:
        people.suspend(asha.id, reason="Left.", actor=world.director(), now=work.now)
    assert calendars.fetched(app, path).status_code == 404


def test_the_secret_word_is_in_no_log(app, path, monkeypatch):
    token = path.removeprefix("/calendar/").removesuffix(".ics")
    written = structlog.testing.CapturingLogger()
    monkeypatch.setattr(requests, "log", written)
    calendars.fetched(app, path)
    calendars.fetched(app, f"/calendar/{token}y.ics")
    assert [call.kwargs["path"] for call in written.calls] == ["/calendar/….ics"] * 2


# Asking again -------------------------------------------------------------------------------------------------------


def test_nothing_new_is_said_in_a_line_and_without_building(app, cohort, path):
    first = calendars.fetched(app, path)
    with statements() as seen:
        again = calendars.fetched(app, path, If_None_Match=first.headers["ETag"])
    assert again.status_code == 304
    assert again.get_data() == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    assert not first.headers["ETag"].startswith("W/")
    assert len(seen) <= 8


def test_the_etag_is_another_one_whenever_the_calendar_is(app, cohort, asha, path):
    def tag():
        answer = calendars.fetched(app, path)
        return answer.headers["ETag"], answer.get_data()

    seen = [tag()]
    own(cohort, "a-1", OverrideScope.PERSON, asha.id, item(cohort, "a-1").ends_at + WEEK)
    seen.append(tag())
    scheduling.publish(cohort, "s9", Act.MOVE, by=DAY)
    seen.append(tag())
    world.granted(Role.FACULTY, cohort)
    seen.append(tag())
    with unit_of_work():
        edit = cohort_actions.CohortEdit(name="Another Name", seats=60)
        cohort_actions.edit_cohort(cohort.id, edit, actor=world.director())
    seen.append(tag())
    calendars.chosen(asha, Part.SESSIONS)
    seen.append(tag())
    assert len({etag for etag, _body in seen}) == len({body for _etag, body in seen}) == len(seen)
    assert tag() == tag()


def test_packed_it_is_another_representation_of_the_same(app, path):
    plain = calendars.fetched(app, path)
    packed = calendars.fetched(app, path, Accept_Encoding="gzip, deflate")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.get_data()) < len(plain.get_data()) / 5


def test_head_says_the_same_without_a_body(app, path):
    full, head = calendars.fetched(app, path), calendars.fetched(app, path, method="HEAD")
    assert head.status_code == 200
    assert head.get_data() == b""
    assert head.headers["ETag"] == full.headers["ETag"]
    assert head.headers["Content-Length"] == full.headers["Content-Length"]


def test_as_many_statements_for_two_cohorts_as_for_one_cold_and_warm(app, cohort, asha, path):
    def counted():
        with statements() as cold:
            calendars.fetched(app, path)
        with statements() as warm:
            calendars.fetched(app, path)
        return len(cold), len(warm)

    calendars.fetched(app, path)
    with unit_of_work():
        cohort_actions.touch(cohort.id)
    one = counted()
    world.place(world.cohort(weeks_in=1), asha)
    assert counted() == one
    assert one[0] <= 10
    assert one[1] <= 7


def test_who_fetched_it_is_noted_once_an_hour(app, asha, path):
    outlook = "Microsoft Exchange/15.20 (Outlook)"
    google = "Google-Calendar-Importer"
    now = clock.now()
    calendars.fetched(app, path, User_Agent=google)
    with clock.at(now + dt.timedelta(minutes=30)):
        calendars.fetched(app, path, User_Agent=outlook)
    db.session.expire_all()
    assert queries.feed_of(asha.id).client == "Google Calendar"
    with clock.at(now + dt.timedelta(minutes=90)):
        calendars.fetched(app, path, User_Agent=outlook)
    assert queries.feed_of(asha.id).client == "Outlook"
    assert queries.feed_of(asha.id).fetched_at == pytest.approx(
        now + dt.timedelta(minutes=90), abs=dt.timedelta(minutes=1)
    )


# One session --------------------------------------------------------------------------------------------------------


def test_one_session_as_a_file_has_the_uid_of_the_feed(app, visit, cohort, asha, path):
    answer = visit(asha).open("GET", f"/cohorts/{cohort.slug}/sessions/s9/session.ics")
    (event,) = Calendar.from_ical(answer.get_data(as_text=True)).events
    title = str(event["summary"])
    assert event["uid"] == calendars.events(app, path)[title]["uid"]
    assert 'filename="s9.ics"' in answer.headers["Content-Disposition"]
    stranger = world.learner(world.cohort(weeks_in=1))
    assert visit(stranger).open("GET", f"/cohorts/{cohort.slug}/sessions/s9/session.ics").status_code == 404
