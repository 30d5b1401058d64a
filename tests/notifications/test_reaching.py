"""Who has been reached: rounds that close, cancellations at short notice, the call list, the log."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import addresses, clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.models import CallOutcome
from lms.notifications.queries import LogFilter
from lms.notifications.rules import By, DeliveryState, NoticeKind, Reached
from lms.people.rules import Role
from lms.scheduling.rules import Act
from tests.factories import scheduling, world
from tests.factories.notifications import notices
from tests.notifications.doubles import device_of, drained, phone_of, told

# Reached ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def the_telling(cohort):
    return next(line for line in queries.tellings(cohort.id, LogFilter()).rows if line.urgent)


@pytest.mark.db
def test_whoever_is_not_known_to_have_read_it_stands_on_the_call_list(
    visit, cohort, rhea, sanjay, coordinator, double
):
    device_of(sanjay, double)
    phone_of(rhea, texts=False)
    told(rhea, sanjay, world.learner(cohort, "Opened It"), cohort=cohort)
    drained()
    opened = queries.people_told(queries.told_in(cohort, the_telling(cohort).public_id)).people[0]
    with unit_of_work() as work:
        actions.mark_all_read(
            actor=world.actor(db.session.get(type(rhea), opened.person_id)), upto=None, now=work.now
        )
        actions.report(the_telling(cohort).id, sanjay.id, By.PUSH, DeliveryState.DELIVERED, now=work.now)
    desk = visit(coordinator)
    path = f"/cohorts/{cohort.slug}/told/{the_telling(cohort).public_id}"
    assert "The list begins at" in desk.get(f"{path}/calls").text(".callout")
    with clock.at(clock.now() + dt.timedelta(minutes=31)):
        page = desk.get(f"{path}/calls")
        assert [text.split(" ·")[0] for text in page.texts("main .row-title")] == ["Rhea Menon"]
        assert "+971501234567" in page.text("main .row-title")
        page = desk.submit(page, "main form", outcome="no answer", note="Tried once.")
        assert len(page.soup.select(f"#c-{rhea.public_id}")) == 1
        page = desk.submit(page, "main form", outcome="reached", note="She knows.")
        assert page.has(".empty")
        assert "She knows." in page.text("#called-title ~ ul")
        lines = {
            line.name: line.reached
            for line in queries.people_told(queries.told_in(cohort, the_telling(cohort).public_id)).people
        }
    assert lines == {
        "Opened It": Reached.OPENED,
        "Rhea Menon": Reached.CALLED,
        "Sanjay Kulkarni": Reached.DELIVERED,
    }


def test_coordinators_are_told_once_that_somebody_has_not_been_reached(cohort, rhea, coordinator):
    told(rhea, cohort=cohort)
    with unit_of_work() as work:
        assert actions.tell_of_call_lists(now=work.now) == 0
    later = clock.now() + dt.timedelta(minutes=35)
    for expected in (1, 0):
        with clock.at(later), unit_of_work() as work:
            assert actions.tell_of_call_lists(now=work.now) == expected
    (line,) = notices(coordinator, NoticeKind.DEADLINE)
    assert line.title == "1 person has not been reached"
    assert line.link.endswith("/calls")


def test_a_session_that_is_cancelled_at_short_notice_is_urgent_and_a_far_one_is_not(cohort, rhea):
    scheduling.publish(cohort, "s20", Act.CANCEL)
    from lms.scheduling import queries as schedule

    soon = schedule.item(cohort.id, "s5")
    with clock.at(soon.starts_at - dt.timedelta(hours=20)):
        scheduling.publish(cohort, "s5", Act.CANCEL)
    found = {line.title: line.urgent for line in notices(rhea, NoticeKind.SCHEDULE)}
    assert sorted(found.values()) == [False, True]


def test_a_round_that_closes_within_two_hours_is_told_once_and_to_those_who_are_not_done(
    cohort, rhea, sanjay
):
    from lms.completion import actions as completion
    from lms.curriculum import queries as curriculum
    from lms.scheduling import queries as schedule

    outline = curriculum.outline(cohort.version_id)
    line = next(each for each in outline.activities.values() if each.kind.value == "simulation")
    item = schedule.item(cohort.id, line.key)
    assert completion is not None
    for before, expected in (
        (dt.timedelta(hours=3), 0),
        (dt.timedelta(minutes=90), 2),
        (dt.timedelta(minutes=60), 2),
    ):
        with clock.at(item.ends_at - before), unit_of_work() as work:
            actions.tell_of_rounds_that_close(now=work.now)
        assert len(notices(rhea, NoticeKind.DEADLINE)) + len(notices(sanjay, NoticeKind.DEADLINE)) == expected
    assert notices(rhea, NoticeKind.DEADLINE)[0].urgent


# The log ------------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_who_was_told_what_is_there_for_coordinators_with_every_channel(
    visit, cohort, rhea, sanjay, coordinator
):
    with unit_of_work() as work:
        addresses.came_back(sanjay.email, hard=True, status="5.1.1", why="gone", now=work.now)
    told(rhea, sanjay, cohort=cohort)
    drained()
    desk = visit(coordinator)
    page = desk.get(f"/cohorts/{cohort.slug}/told?urgent=1")
    page = desk.get(page.link("S5 does not take place"))
    rows = page.texts("#told-list tr")
    assert "kept here" in rows[0]
    assert "came back" in rows[1]
    page = desk.get(f"{page.url}?show=not")
    assert len(page.soup.select("#told-list tr")) == 2, "without a mail server nothing leaves"
    csv = desk.open("GET", f"{page.url.partition('?')[0]}.csv").get_data(as_text=True)
    assert "Rhea Menon,not reached,," in csv
    one = desk.get(page.link("Sanjay Kulkarni"))
    assert "S5 does not take place" in one.text("main table")
    visit(rhea).refused(f"/cohorts/{cohort.slug}/told", status=403)
    stranger = world.granted(Role.COORDINATOR, world.cohort(weeks_in=2))
    visit(stranger).refused(f"/cohorts/{cohort.slug}/told", status=404)


def test_a_call_to_somebody_who_was_not_told_is_no_call(cohort, rhea, sanjay, coordinator):
    told(rhea, cohort=cohort)
    with pytest.raises(Exception, match="was not told"), unit_of_work() as work:
        actions.note_call(
            the_telling(cohort).id,
            sanjay.id,
            CallOutcome.REACHED,
            "",
            actor=world.actor(coordinator),
            now=work.now,
        )


def test_the_same_event_in_two_cohorts_is_two_in_the_log(cohort, rhea):
    other = world.cohort(weeks_in=1)
    told(rhea, cohort=cohort, key="mark:7")
    told(world.learner(other, "Olga Other"), cohort=other, key="mark:7")
    for one, names in ((cohort, ["Rhea Menon"]), (other, ["Olga Other"])):
        found = queries.people_told(queries.told_in(one, the_telling(one).public_id))
        assert [line.name for line in found.people] == names
