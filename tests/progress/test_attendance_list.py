"""The list of sessions on a learner's progress page: what is cancelled reads so and counts for nothing."""

from __future__ import annotations

import pytest

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.live import queries as live_queries
from lms.live.actions import rebuild
from lms.people.rules import Role
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as schedule
from lms.scheduling.actions import Publishing
from lms.scheduling.queries import Wanted
from lms.scheduling.rules import Setting
from tests.factories import live, world
from tests.factories.live import Held


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=9)


def cancel(cohort, key):
    with unit_of_work() as work:
        scheduling.publish(
            Publishing(
                cohort_id=cohort.id,
                wanted=Wanted(settings={key: Setting(cancelled=True)}),
                version=schedule.schedule(cohort.id).version,
                note="The speaker is ill.",
            ),
            actor=world.director(),
            now=work.now,
        )


def test_a_cancelled_session_ahead_reads_cancelled_and_counts_for_nothing(cohort, visit):
    asha = world.learner(cohort)
    live.held(cohort, [Held(key="s1")])
    place = live_queries.places(cohort.id)[0].place_id
    before = live_queries.attendance(place)
    cancel(cohort, "s10")
    assert live.session(cohort, "s10").starts_at > clock.now()
    page = visit(asha).get(f"/cohorts/{cohort.slug}/progress")
    row = next(text for text in page.texts("tbody tr") if "S10" in text)
    assert "cancelled" in row
    assert "excused" not in row
    assert live_queries.attendance(place) == before
    with unit_of_work() as work:
        assert not rebuild(cohort.id, now=work.now)
    session = visit(asha).get(f"/cohorts/{cohort.slug}/sessions/s10")
    assert "Excused" not in session.text()
    coordinator = visit(world.granted(Role.COORDINATOR, cohort))
    roster = coordinator.get(f"/cohorts/{cohort.slug}/sessions/s10/roster").text()
    assert "Cancelled" in roster
    assert "xcused" not in roster
    table = coordinator.open("GET", f"/cohorts/{cohort.slug}/attendance.csv").get_data(as_text=True)
    assert "Cancelled" in table
    assert "Excused" not in table
