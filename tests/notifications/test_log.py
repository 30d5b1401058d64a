"""The log of who was told what, narrowed by person, kind, channel, state and time; texts of which nobody reports."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import addresses, clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.notifications import actions, jobs, queries, rules
from lms.notifications.models import Delivery
from lms.notifications.queries import LogFilter, Opened
from lms.notifications.rules import By, DeliveryState, NoticeKind, Reached
from lms.people.rules import Role
from tests.factories import world
from tests.factories.notifications import notices
from tests.notifications.doubles import drained, phone_of, told
from tests.support.statements import statements

pytestmark = pytest.mark.db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


@pytest.fixture
def two(cohort, rhea, sanjay):
    """Both were told that S5 is off, Rhea alone that S6 is; Sanjay's mail comes back and Rhea has opened S6."""
    with unit_of_work() as work:
        addresses.came_back(sanjay.email, hard=True, status="5.1.1", why="gone", now=work.now)
    told(rhea, sanjay, cohort=cohort)
    with clock.at(clock.now() + HOUR):
        told(rhea, cohort=cohort, key="s6", title="S6 does not take place")
        with unit_of_work() as work:
            (one,) = (each for each in notices(rhea) if each.title.startswith("S6"))
            actions.mark_read(one.public_id, actor=world.actor(rhea), now=work.now)
        drained()


def found(cohort, **wanted):
    """“S6” and “S5”, without the welcome that both got."""
    titles = [line.title.partition(" ")[0] for line in queries.tellings(cohort.id, LogFilter(**wanted)).rows]
    return [title for title in titles if title != "Welcome"]


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({}, ["S6", "S5"]),
        ({"find": "sanjay"}, ["S5"]),
        ({"find": "KULKARNI"}, ["S5"]),
        ({"find": "nobody"}, []),
        ({"kind": NoticeKind.MARK}, []),
        ({"by": By.MAIL}, ["S6", "S5"]),
        ({"by": By.PUSH}, []),
        ({"state": DeliveryState.BOUNCED}, ["S5"]),
        ({"state": DeliveryState.KEPT}, ["S6", "S5"]),
        ({"state": DeliveryState.QUEUED}, []),
        ({"by": By.MAIL, "state": DeliveryState.BOUNCED, "find": "rhea"}, []),
        ({"by": By.MAIL, "state": DeliveryState.BOUNCED, "find": "sanjay"}, ["S5"]),
        ({"state": Opened.YES}, ["S6"]),
        ({"state": Opened.NO}, ["S5"]),
        ({"state": Opened.YES, "find": "sanjay"}, []),
    ],
)
def test_the_log_is_narrowed(cohort, two, wanted, titles):
    assert found(cohort, **wanted) == titles


def test_time_is_a_stretch_whose_end_does_not_count(cohort, two):
    at = queries.tellings(cohort.id, LogFilter()).rows[0].at
    assert found(cohort, since=at) == ["S6"]
    assert found(cohort, until=at) == ["S5"]


def test_the_page_narrows_and_keeps_what_was_asked_for(cohort, two, coordinator, visit):
    desk = visit(coordinator)
    page = desk.get(f"/cohorts/{cohort.slug}/told?find=sanjay&by=mail&state=bounced")
    assert "S5 does not take place" in page.text()
    assert "S6 does not take place" not in page.text()
    assert "find=sanjay" in page.link("Urgent")
    assert "Nothing matches" in desk.get(f"/cohorts/{cohort.slug}/told?find=nobody").text()
    today = clock.now().date()
    assert "S5 does" in desk.get(f"/cohorts/{cohort.slug}/told?since={today - dt.timedelta(days=2)}").text()
    assert "Nothing matches" in desk.get(f"/cohorts/{cohort.slug}/told?until=2001-01-01").text()


@pytest.mark.parametrize("odd", ["since=yesterday", "until=9999-12-31", "state=odd&by=pigeon", "find=%00"])
def test_what_cannot_be_read_narrows_nothing(cohort, two, coordinator, visit, odd):
    assert "S5 does not take place" in visit(coordinator).get(f"/cohorts/{cohort.slug}/told?{odd}").text()


def test_two_statements_whatever_is_asked_for(cohort, two):
    wanted = LogFilter(find="a", by=By.MAIL, state=DeliveryState.KEPT, since=clock.now() - 9 * HOUR)
    with statements() as seen:
        queries.tellings(cohort.id, wanted)
    assert len(seen) == 2


# Texts of which nobody reports ----------------------------------------------------------------------------------------


def texts(who):
    return db.session.execute(
        sa.select(Delivery.state, Delivery.why)
        .where(Delivery.person_id == who.id, Delivery.channel == By.GATEWAY)
        .execution_options(populate_existing=True)
    ).all()


def settled(after):
    with clock.at(clock.now() + after), unit_of_work() as work:
        jobs.reports_that_never_come({}, work.now)


def test_a_text_whose_report_never_comes_is_not_known_and_is_called(cohort, rhea, with_texts, coordinator):
    phone_of(rhea)
    told(rhea, cohort=cohort, urgent=True)
    drained()
    assert texts(rhea)[0].state is DeliveryState.SENT
    settled(HOUR)
    assert texts(rhea)[0].state is DeliveryState.SENT
    settled(3 * HOUR)
    assert tuple(texts(rhea)[0]) == (DeliveryState.UNKNOWN, "the provider never said whether it arrived")
    line = queries.tellings(cohort.id, LogFilter(state=DeliveryState.UNKNOWN)).rows[0]
    told_all = queries.people_told(queries.told_in(cohort, line.public_id))
    assert told_all.people[0].reached is Reached.SENT
    assert [one.name for one in told_all.to_call(clock.now() + HOUR)] == ["Rhea Menon"]


def test_a_report_that_comes_late_still_counts(cohort, rhea, with_texts):
    phone_of(rhea)
    told(rhea, cohort=cohort, urgent=True)
    drained()
    settled(3 * HOUR)
    key = db.session.scalar(sa.select(Delivery.public_id).where(Delivery.channel == By.GATEWAY))
    with unit_of_work() as work:
        actions.report_by_id(key, DeliveryState.DELIVERED, now=work.now)
    assert texts(rhea)[0].state is DeliveryState.DELIVERED


def test_what_was_never_handed_over_is_not_on_its_way_for_ever(cohort, rhea, with_texts):
    phone_of(rhea)
    told(rhea, cohort=cohort, urgent=True)
    settled(3 * HOUR)
    assert texts(rhea)[0].state is DeliveryState.QUEUED, "the outbox still tries"
    with unit_of_work():
        from lms.core.outbox import OutboxRow, OutboxState

        db.session.execute(
            sa.update(OutboxRow).where(OutboxRow.kind == "gateway").values(state=OutboxState.DEAD)
        )
    settled(3 * HOUR)
    assert tuple(texts(rhea)[0]) == (DeliveryState.FAILED, "it could not be handed over")


@pytest.mark.parametrize(
    ("old", "new", "stands"),
    [
        ("sent", "not known", "not known"),
        ("not known", "sent", "not known"),
        ("not known", "queued", "not known"),
        ("not known", "delivered", "delivered"),
        ("not known", "not reached", "not reached"),
        ("delivered", "not known", "delivered"),
        ("not reached", "not known", "not reached"),
    ],
)
def test_what_stands_when_nobody_knows(old, new, stands):
    assert rules.after(DeliveryState(old), DeliveryState(new)) is DeliveryState(stands)
