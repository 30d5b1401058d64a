"""The dates of rounds are the schedule's, in both directions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from lms.cohorts import actions as cohort_actions
from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.people.rules import Role
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as schedule
from lms.scheduling.actions import PersonalDate, Publishing
from lms.scheduling.models import OverrideScope
from lms.scheduling.queries import Wanted, Whose
from lms.simulations import actions, queries
from lms.simulations.models import Run
from tests.factories import simulations, world

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("session")]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def played():
    return simulations.run("market")


def release(played, key, **setting):
    """Publish another setting for one item of the cohort's schedule."""
    cohort, by = played.cohort, world.director()
    with unit_of_work() as work:
        ground = schedule.ground(cohort)
        wanted = Wanted({key: replace(ground.graph.setting(key), **setting)}, consent=frozenset({key}))
        scheduling.publish(
            Publishing(
                cohort_id=cohort.id,
                wanted=wanted,
                version=schedule.version_of(cohort.id),
                note="The hall is taken.",
            ),
            actor=by,
            now=work.now,
        )


def seen(played, key):
    return schedule.effective_item(played.cohort.id, key, Whose(0))


@pytest.mark.slow
def test_a_release_moves_rounds_that_are_not_over(played):
    first, second = played.round(1), played.round(2)
    opens, end, later = first.opens_at, first.closes_at, second.closes_at + DAY
    played.submits()
    with clock.at(end - 30 * 60 * dt.timedelta(seconds=1)):
        release(played, "ps-r1", ends_at=end + DAY)
        release(played, "ps-r2", ends_at=later)
    first, second = played.round(1), played.round(2)
    assert (first.opens_at, first.closes_at) == (opens, end + DAY)
    assert first.results_at > end + DAY
    assert second.closes_at == later
    assert queries.sheet_of(first.id, played.team().id).submission == 1
    played.plays()
    closed = played.round(1).closes_at
    with clock.at(played.round(1).results_at + HOUR), unit_of_work() as work:
        assert actions.follow_schedule(played.cohort.id, now=work.now) == 0
    assert played.round(1).closes_at == closed


@pytest.mark.slow
def test_a_cancelled_round_stands_still_and_the_one_after_it_is_played(played):
    first = played.round(1)
    end = first.closes_at
    with clock.at(first.opens_at + HOUR):
        release(played, "ps-r1", cancelled=True)
        assert played.round(1).frozen_at is not None
        with pytest.raises(RuleViolation, match="schedule has cancelled"), unit_of_work() as work:
            actions.resume(played.run_id, first.id, "Go on.", actor=world.director(), now=work.now)
    played.plays(1, publish=False)
    assert played.round(1).closed_at is None
    with clock.at(first.opens_at + 2 * HOUR):
        release(played, "ps-r1", cancelled=False)
    assert (played.round(1).frozen_at, played.round(1).closes_at) == (None, end)
    with clock.at(first.opens_at + 3 * HOUR):
        release(played, "ps-r1", cancelled=True)
    played.plays(2)
    assert played.round(2).published_at is not None


def test_more_time_by_whoever_runs_it_is_the_schedules_date(played):
    first, by = played.round(1), world.director()
    end = first.closes_at
    with clock.at(end - HOUR), unit_of_work() as work:
        actions.extend(played.run_id, first.id, end + 4 * HOUR, "Sign-in was down.", actor=by, now=work.now)
    assert played.round(1).closes_at == end + 4 * HOUR == seen(played, "ps-r1").ends_at
    with clock.at(end), unit_of_work() as work:
        actions.freeze(played.run_id, first.id, "It is down again.", actor=by, now=work.now)
    with clock.at(end + HOUR), unit_of_work() as work:
        actions.resume(played.run_id, first.id, "It works.", actor=by, now=work.now)
    assert played.round(1).closes_at == end + 5 * HOUR == seen(played, "ps-r1").ends_at
    # so much that the next round would open before the results: it opens with them
    second = played.round(2)
    with clock.at(end + HOUR), unit_of_work() as work:
        until = second.opens_at + HOUR
        actions.extend(played.run_id, first.id, until, "A strike.", actor=by, now=work.now)
    assert played.round(2).opens_at == played.round(1).results_at == seen(played, "ps-r2").starts_at
    with (
        clock.at(end + HOUR),
        pytest.raises(RuleViolation, match="Round 2 would have no time left"),
        unit_of_work() as work,
    ):
        actions.extend(played.run_id, first.id, second.closes_at, "More.", actor=by, now=work.now)


def test_every_open_round_of_a_cohort_gets_more_time_at_once(played):
    first, by = played.round(1), world.director()
    end = first.closes_at
    with clock.at(end - HOUR):
        with unit_of_work() as work:
            found = actions.extend_all(played.cohort.id, 3 * HOUR, "Sign-in.", actor=by, now=work.now)
        assert found == [("Portfolio Years", 1)]
        assert played.round(1).closes_at == end + 3 * HOUR == seen(played, "ps-r1").ends_at
    with (
        clock.at(first.opens_at - DAY),
        pytest.raises(RuleViolation, match="No round is open"),
        unit_of_work() as work,
    ):
        actions.extend_all(played.cohort.id, HOUR, "Sign-in.", actor=by, now=work.now)


def test_a_section_plays_by_its_own_dates(played):
    first, by = played.round(1), world.director()
    end = first.closes_at
    with unit_of_work():
        section = cohort_actions.add_section(played.cohort.id, "B", actor=by).id
    db.session.execute(sa.update(Run).values(section_id=section))
    db.session.commit()
    with clock.at(end - DAY), unit_of_work() as work:
        own = PersonalDate(
            cohort_id=played.cohort.id,
            item_key="ps-r1",
            scope=OverrideScope.SECTION,
            scope_id=section,
            ends_at=end - HOUR,
            reason="Their hall closes.",
        )
        scheduling.set_personal_date(own, actor=by, now=work.now)
    assert played.round(1).closes_at == end - HOUR
    with clock.at(end - 2 * HOUR), unit_of_work() as work:
        actions.extend(played.run_id, first.id, end + HOUR, "It does not.", actor=by, now=work.now)
    theirs = schedule.effective_item(played.cohort.id, "ps-r1", Whose(0, section_id=section))
    assert played.round(1).closes_at == end + HOUR == theirs.ends_at
    assert seen(played, "ps-r1").ends_at == end


def test_nobody_has_an_own_date_in_a_round_and_the_request_form_says_why(played, visit):
    """A world has one clock: an extension that moved no round would be a date that does not hold."""
    first, (ana, _) = played.round(), played.people["team-01"][0]
    for scope, scope_id in ((OverrideScope.PERSON, ana.id), (OverrideScope.TEAM, played.team().team_id)):
        own = PersonalDate(
            cohort_id=played.cohort.id,
            item_key=first.item_key,
            scope=scope,
            scope_id=scope_id,
            ends_at=first.closes_at + 24 * HOUR,
            reason="Ill.",
        )
        with (
            clock.at(first.opens_at),
            pytest.raises(RuleViolation, match="closes for all of its teams at once"),
            unit_of_work() as work,
        ):
            scheduling.set_personal_date(own, actor=world.director(), now=work.now)
    with clock.at(first.opens_at + HOUR):
        page = visit(ana).get(f"/cohorts/{played.cohort.slug}/requests/new/extension?about={first.item_key}")
        assert "closes for all teams of its world at the same moment" in page.text()
        assert not page.has("main form textarea")
        cora = world.granted(Role.COORDINATOR, played.cohort)
        public_id = db.session.get_one(Place, played.people["team-01"][0][1]).public_id
        staff = visit(cora).get(f"/cohorts/{played.cohort.slug}/learners/{public_id}/extensions/new")
        assert not any("Portfolio Years" in one for one in staff.texts("option"))
        assert "Rounds of simulations are not here" in staff.text()


def test_a_round_waits_for_the_one_before_it(played):
    """One whose clock was stopped over the next one's opening: nobody decides on a state that is not there yet."""
    first, second, by = played.round(1), played.round(2), world.director()
    with clock.at(first.closes_at - HOUR), unit_of_work() as work:
        actions.freeze(played.run_id, first.id, "Down.", actor=by, now=work.now)
    with clock.at(second.opens_at + HOUR):
        with unit_of_work() as work:
            assert actions.open_due(now=work.now) == 0
        with pytest.raises(RuleViolation, match="Round 1 has not been played yet"), unit_of_work() as work:
            actions.take_pen(played.change(number=2), now=work.now)
    with clock.at(second.closes_at + HOUR), unit_of_work() as work:
        assert actions.close_due(now=work.now) == 0
