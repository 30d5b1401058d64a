"""A run follows the people of its cohort; teams that melted away are put together with another."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.rules import PlaceState
from lms.simulations import actions, queries
from lms.simulations.models import RunTeam
from tests.factories import simulations, world

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("session")]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def played():
    return simulations.run("market")


def sitting(played):
    """Team's key → who sits in it now, with their roles."""
    keys = {team.id: team.key for team in queries.teams_of(played.run_id)}
    found: dict[str, dict[int, str]] = {key: {} for key in keys.values()}
    for one in queries.members_of(played.run_id):
        found[keys[one.team_id]][one.place_id] = one.lens
    return found


def places(played, key="team-01"):
    return [place for _person, place in played.people[key]]


def state(place, to, now):
    with clock.at(now), unit_of_work() as work:
        enrolment.change_state(
            place, to, reason="As agreed.", effective_on=now.date(), actor=world.director(), now=work.now
        )


def test_who_joins_leaves_and_moves_does_so_in_the_game(played):
    by, now = world.director(), played.round().opens_at
    one, two, three = places(played)
    team, other = played.team().team_id, played.team("team-02").team_id
    with clock.at(now), unit_of_work() as work:
        enrolment.remove_member(team, one, actor=by, now=work.now)
    assert sitting(played)["team-01"] == {two: "market", three: "product"}
    newcomer = simulations.place_of(played.cohort, world.learner(played.cohort, "Nia New"))
    with clock.at(now + HOUR), unit_of_work() as work:
        enrolment.add_member(team, newcomer, actor=by, now=work.now)
    assert sitting(played)["team-01"][newcomer] == "chair"
    # from a later team to an earlier one and back: nobody sits twice, nobody is lost on the way
    with clock.at(now + 2 * HOUR), unit_of_work() as work:
        enrolment.move_member(newcomer, from_team=team, to_team=other, actor=by, now=work.now)
    assert newcomer not in sitting(played)["team-01"]
    assert sitting(played)["team-02"][newcomer] == "operations"
    with clock.at(now + 3 * HOUR), unit_of_work() as work:
        enrolment.move_member(newcomer, from_team=other, to_team=team, actor=by, now=work.now)
    assert sitting(played)["team-01"][newcomer] == "chair"


def test_who_is_on_leave_comes_back_and_who_gave_up_the_seat_does_not(played):
    first = played.round()
    one, two, _three = places(played)
    state(one, PlaceState.ON_LEAVE, first.opens_at + HOUR)
    state(two, PlaceState.WITHDRAWN, first.opens_at + HOUR)
    assert not {one, two} & set(sitting(played)["team-01"])
    played.plays()
    after = played.round().results_at + HOUR
    state(one, PlaceState.ENROLLED, after)
    assert sitting(played)["team-01"][one] == "chair"
    team = played.team().team_id
    with clock.at(after), unit_of_work() as work:
        enrolment.remove_member(team, one, actor=world.director(), now=work.now)
    played.plays(2)
    with clock.at(played.round(2).results_at + HOUR), unit_of_work() as work:
        enrolment.add_member(team, one, actor=world.director(), now=work.now)
    assert one not in sitting(played)["team-01"]


def test_a_team_that_melted_away_is_put_together_and_parted_within_the_round(played):
    by, first = world.director(), played.round()
    one, two, three = places(played)
    theirs = places(played, "team-02")
    state(two, PlaceState.WITHDRAWN, first.opens_at + HOUR)
    state(three, PlaceState.WITHDRAWN, first.opens_at + HOUR)
    source, into = played.team().id, played.team("team-02").id
    with clock.at(first.opens_at + 2 * HOUR), unit_of_work() as work:
        actions.merge(played.run_id, source, into, "One is left.", actor=by, now=work.now)
    assert sitting(played)["team-02"] == dict(
        zip([*theirs, one], ["chair", "market", "product", "operations"], strict=True)
    )
    merged = db.session.get_one(RunTeam, source, populate_existing=True)
    assert (merged.merged_into_id, bool(merged.strategy)) == (into, True)
    with clock.at(first.opens_at + 3 * HOUR), unit_of_work() as work:
        actions.part(played.run_id, source, actor=by, now=work.now)
    assert sitting(played)["team-01"] == {one: "chair"}
    assert db.session.get_one(RunTeam, source, populate_existing=True).strategy == ""
    with clock.at(first.opens_at + 4 * HOUR), unit_of_work() as work:
        actions.merge(played.run_id, source, into, "One is left.", actor=by, now=work.now)
    played.plays()
    with (
        clock.at(played.round().results_at),
        pytest.raises(RuleViolation, match="what was played stands"),
        unit_of_work() as work,
    ):
        actions.part(played.run_id, source, actor=by, now=work.now)
    with (
        clock.at(played.round().results_at),
        pytest.raises(RuleViolation, match="does not play any more"),
        unit_of_work() as work,
    ):
        actions.merge(played.run_id, into, source, "Back.", actor=by, now=work.now)


def test_teams_are_named_and_rivals_added_by_hand():
    played, by = simulations.run("market", competing=False), world.director()
    with unit_of_work():
        rival = actions.add_rival(played.run_id, "pioneer", actor=by)
        actions.rename_team(played.run_id, played.team().id, "The Hill", actor=by)
        name, rival_id = rival.name, rival.id
    assert (name, played.team().name) == ("Rival 3", "The Hill")
    with pytest.raises(RuleViolation, match="is called"), unit_of_work():
        actions.rename_team(played.run_id, played.team("team-02").id, "the hill", actor=by)
    with pytest.raises(RuleViolation, match="hold no more"), unit_of_work():
        actions.add_rival(played.run_id, "pioneer", actor=by)
    with pytest.raises(RuleViolation, match="team of people"), unit_of_work():
        actions.remove_rival(played.run_id, played.team().id, actor=by)
    with unit_of_work():
        assert actions.remove_rival(played.run_id, rival_id, actor=by) == "Rival 3"
