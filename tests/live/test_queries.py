"""Reads for the desks above, and the page of a session that was moved or cancelled."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.cohorts import actions as cohorts
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.live import queries
from lms.live.actions import Held
from lms.live.rules import Verdict
from lms.people.rules import Role
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as schedule
from lms.scheduling.rules import Setting
from tests.factories import live, world

pytestmark = pytest.mark.db


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


def publish(cohort, key, setting, note):
    present = schedule.schedule(cohort.id)
    wanted = schedule.Wanted({key: setting}, consent=frozenset({key}))
    with unit_of_work() as work:
        scheduling.publish(
            scheduling.Publishing(cohort_id=cohort.id, wanted=wanted, version=present.version, note=note),
            actor=world.director(),
            now=work.now,
        )


def test_the_desk_of_a_host_shows_what_each_session_lacks(cohort):
    world.learner(cohort)
    host = world.person("Anil")
    with unit_of_work() as work:
        cohorts.appoint(
            cohort.id, host.id, Role.FACULTY, course_key="core", actor=world.director(), now=work.now
        )
    line = live.linked(cohort, "s8")
    window = (line.starts_at - dt.timedelta(days=1), line.ends_at + dt.timedelta(days=7))
    found = {each.key: each for each in queries.sessions_for_host(host.id, *window)}
    assert found["s8"].lacks == ()
    assert found["s9"].lacks == ("meeting link",)
    assert found["s8"].roster.words == "Not taken yet"
    assert found["s8"].cohort_slug == cohort.slug
    assert queries.sessions_for_host(world.person().id, *window) == []


def test_the_attendance_of_everybody_and_the_ledger_of_one(cohort):
    places = [live.place_of(cohort, world.learner(cohort)) for _ in range(2)]
    live.held(cohort, [Held(key="s1", ticks={places[0]: Verdict.HALF}), Held(key="s2")])
    everybody = queries.attendance_of(cohort.id)
    assert everybody.keys() == set(places)
    assert everybody[places[0]] == queries.attendance(places[0])
    assert [(line.code, line.verdict, line.why) for line in queries.ledger(places[0])] == [
        ("S1", Verdict.HALF, "Marked on the roster"),
        ("S2", Verdict.ABSENT, "Nothing shows attendance, and the roster is closed"),
    ]


def test_a_session_that_was_moved_or_cancelled_says_so(visit, cohort):
    asha = world.learner(cohort)
    line = live.session(cohort, "s10")
    later = Setting(line.starts_at + dt.timedelta(days=1), line.ends_at + dt.timedelta(days=1))
    publish(cohort, "s10", later, "The hall is taken.")
    page = visit(asha).get(f"/cohorts/{cohort.slug}/sessions/s10")
    assert "Moved from" in page.text(".next")
    assert "The hall is taken." in page.text(".next")
    publish(cohort, "s10", Setting(cancelled=True), "The speaker is ill.")
    page = visit(asha).get(f"/cohorts/{cohort.slug}/sessions/s10")
    assert "This session does not take place: The speaker is ill." in page.text(".next")
    assert not page.has("form[action$='/join']")
    coordinator = visit(world.granted(Role.COORDINATOR, cohort))
    assert (
        "There is no roster to keep" in coordinator.get(f"/cohorts/{cohort.slug}/sessions/s10/roster").text()
    )


def test_an_act_twice_and_after_sign_out(visit, cohort, visitor):
    world.learner(cohort)
    coordinator = visit(world.granted(Role.COORDINATOR, cohort))
    address = f"/cohorts/{cohort.slug}/sessions/s1/roster"
    page = coordinator.get(address)
    first = coordinator.submit(page, "form[action$='/close']")
    assert "The roster is closed" in " ".join(first.messages)
    again = coordinator.submit(page, "form[action$='/close']")
    assert "The roster is closed already." in " ".join(again.messages)
    token = page.one("form[action$='/close'] [name=csrf_token]")["value"]
    refused = visitor.open("POST", address, data={"csrf_token": token})
    assert refused.status_code in (302, 303, 400)
    with clock.at(live.during(cohort, "s1")):
        assert live.session(cohort, "s1").closed
