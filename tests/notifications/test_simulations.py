"""Who is told what of a simulation: once, with the way to their own team, and no figure in a mail."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.rules import PlaceState
from lms.notifications import actions as notices
from lms.notifications.models import Notice
from lms.people.rules import Role
from lms.simulations import actions, jobs
from lms.simulations.rules import RoundKind
from tests.factories import simulations, world

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("session")]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def titles(person) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(Notice.title)
            .where(Notice.person_id == person.id, Notice.dedupe_key.like("sim-%"))
            .order_by(Notice.id)
        )
    )


def ticks(at: dt.datetime) -> None:
    """The worker looks twice, and does what was asked of it."""
    with clock.at(at):
        for _time in range(2):
            with unit_of_work() as work:
                jobs.rounds({}, work.now)
            while outbox.drain():
                pass


@pytest.mark.slow
def test_a_round_is_told_from_its_opening_to_its_results():
    played = simulations.run("market")
    coordinator = world.granted(Role.COORDINATOR, played.cohort)
    editor, other = (played.people["team-01"][at][0] for at in (0, 1))
    asleep = played.people["team-02"][0][0]
    assert titles(other) == ["Portfolio Years begins: you play in Table 01"]
    first = played.round()
    opens, closes = first.opens_at, first.closes_at
    ticks(opens)
    ticks(closes - DAY)
    played.submits()
    ticks(closes - HOUR)
    with clock.at(closes - HOUR), unit_of_work() as work:
        # the reminder that other rounds have says nothing of this one
        assert notices.tell_of_rounds_that_close(now=work.now) == 0
    ticks(closes + dt.timedelta(minutes=1))
    ticks(played.round().results_at)
    opened, results = (
        "Round 1 of Portfolio Years is open",
        "The results of round 1 of Portfolio Years are there",
    )
    day = "Round 1 of Portfolio Years closes in 24 hours: nothing is submitted"
    assert titles(editor)[1:] == [opened, day, results]
    assert titles(other)[1:] == [
        opened,
        day,
        "Your team has submitted for round 1 of Portfolio Years: do you stand behind it?",
        results,
    ]
    assert titles(asleep)[1:] == [
        opened,
        day,
        "Round 1 of Portfolio Years closes in 2 hours: nothing is submitted",
        "Round 1 of Portfolio Years closed without your team's decision",
        results,
    ]
    assert titles(coordinator) == [
        "3 teams of Portfolio Years have not submitted: round 1 closes in 24 hours",
        "2 teams of Portfolio Years have not submitted: round 1 closes in 2 hours",
        "2 teams of Portfolio Years let round 1 pass",
    ]


@pytest.mark.slow
def test_changes_come_with_their_reason_and_a_team_of_one_is_told_to_who_runs_it():
    played, by = simulations.run("market"), world.director()
    coordinator = world.granted(Role.COORDINATOR, played.cohort)
    (one, _), (two, second), (three, third) = played.people["team-01"]
    first = played.round()
    ticks(first.opens_at)
    at = first.opens_at + HOUR
    with clock.at(at), unit_of_work() as work:
        actions.extend(
            played.run_id, first.id, first.closes_at + HOUR, "Sign-in was down.", actor=by, now=work.now
        )
    said = db.session.scalars(
        sa.select(Notice).where(Notice.person_id == one.id, Notice.dedupe_key.like("sim-changed%"))
    ).one()
    assert (said.title, said.urgent) == ("Round 1 of Portfolio Years has more time", True)
    assert "Sign-in was down." in said.text
    for place in (second, third):
        with clock.at(at), unit_of_work() as work:
            enrolment.change_state(
                place, PlaceState.WITHDRAWN, reason="Left.", effective_on=at.date(), actor=by, now=work.now
            )
    assert titles(coordinator) == ["Table 01 is down to one member in Portfolio Years"]
    with clock.at(at + HOUR), unit_of_work() as work:
        into = played.team("team-02").id
        actions.merge(played.run_id, played.team().id, into, "One is left.", actor=by, now=work.now)
    assert titles(one)[-1] == "You play Portfolio Years in Table 02 from now on"
    assert titles(two)[-1] == "Round 1 of Portfolio Years has more time"
    assert titles(three)[-1] == f"{two.name} does not play Portfolio Years with you any more"


def test_practice_and_debrief_are_told():
    played, by = simulations.run("leadership", teams=1, competing=False), world.director()
    person = played.people["team-01"][0][0]
    with unit_of_work() as work:
        actions.begin_practice(played.run_id, actor=by, now=work.now)
    practice = played.round(1, RoundKind.PRACTICE)
    ticks(practice.opens_at)
    assert titles(person)[1:] == ["The practice round of Six Quarters is open"]
