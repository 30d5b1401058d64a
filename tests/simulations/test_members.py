"""A run follows the people of its cohort; teams that melted away are put together with another."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.completion import queries as completion
from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.curriculum import queries as curriculum
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import PlaceState, TeamKind
from lms.notifications.models import Notice
from lms.people.rules import Role
from lms.simulations import actions, queries
from lms.simulations.actions import NewRun
from lms.simulations.models import RunTeam
from tests.factories import simulations, world

pytestmark = pytest.mark.usefixtures("session")
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


def notices(who):
    return list(db.session.scalars(sa.select(Notice.title).where(Notice.person_id == who.id)))


@pytest.mark.slow
def test_who_brings_a_result_plays_no_second_time_and_who_brings_none_does():
    """Their team is gone, and the result has no peers: it stays as it is, whenever they are put into a team."""
    first = simulations.run("market", teams=2, members=3, rounds=3)
    (ana, at_ana), (ben, at_ben), _ = first.people["team-01"]
    by = world.director()
    first.submits()
    first.plays()
    with clock.at(first.round(2).opens_at), unit_of_work() as work:
        enrolment.remove_member(first.team().team_id, at_ben, actor=by, now=work.now)
    first.submits(number=2)
    first.plays(2)
    first.plays(3)
    assert queries.carrying("market", [at_ana, at_ben]) == set()  # a result is carried elsewhere, not at home

    later = world.cohort(weeks_in=6)
    cora = world.granted(Role.COORDINATOR, later, "Cora Coordinator")
    mates = [world.learner(later, f"Mate {number}") for number in range(4)]
    seats = [simulations.place_of(later, one) for one in mates]
    ana_again = world.place(later, ana)
    with unit_of_work() as work:
        teams = [
            NewTeam(name="North", place_ids=(ana_again, *seats[:2])),
            NewTeam(name="South", place_ids=tuple(seats[2:])),
        ]
        enrolment.form_teams(later.id, TeamKind.SIMULATION, teams, actor=by, now=work.now)
        wanted = NewRun(cohort_id=later.id, engine="market", teams=TeamKind.SIMULATION, seed=3)
        run_id = actions.create_run(wanted, actor=by, now=work.now).id
    second = simulations.Played(later, run_id, {})
    assert ana_again not in sitting(second)["team-01"]
    assert "Your result in Portfolio Years counts: you do not play it again" in notices(ana)
    assert f"{ana.name} does not play Portfolio Years with you" in notices(mates[0])
    assert not any("with you" in title for title in notices(mates[2]))
    assert f"{ana.name} stays out of Portfolio Years" in notices(cora)
    outline = curriculum.outline(later.version_id)
    carried = {outline.activities[one].key for one in completion.done(ana_again)}
    assert carried == {"ps-r1", "ps-r2"}  # of the third nothing was submitted

    # Ben sat in one of three: he brings no result, and plays like anybody who comes late
    ben_again, south = world.place(later, ben), second.team("team-02").team_id
    for phase in ("practice", "competition"):
        with unit_of_work() as work:
            begin = actions.begin_practice if phase == "practice" else actions.begin_competition
            begin(run_id, actor=by, now=work.now)
            enrolment.move_member(
                ana_again,
                from_team=second.team().team_id if phase == "practice" else south,
                to_team=south if phase == "practice" else second.team().team_id,
                actor=by,
                now=work.now,
            )
        assert not {ana_again} & {one.place_id for one in queries.members_of(run_id)}
    with unit_of_work() as work:
        enrolment.add_member(south, ben_again, actor=by, now=work.now)
    assert ben_again in sitting(second)["team-02"]
    assert not any("again" in title for title in notices(ben))


def test_whoever_is_away_and_their_team_hear_of_it_and_who_comes_back_too_late(played):
    first = played.round()
    (ana, at_ana), (ben, at_ben), (cleo, _) = played.people["team-01"]
    state(at_ana, PlaceState.ON_LEAVE, first.opens_at + HOUR)
    assert "Portfolio Years goes on while you are on leave" in notices(ana)
    assert f"{ana.name} does not play Portfolio Years with you at present" in notices(ben)
    state(at_ben, PlaceState.WITHDRAWN, first.opens_at + 2 * HOUR)
    assert not any("while you are on leave" in title for title in notices(ben))
    assert f"{ben.name} does not play Portfolio Years with you any more" in notices(cleo)
    assert not any("with you" in title for title in notices(played.people["team-02"][0][0]))
    played.plays()
    team, by = played.team().team_id, world.director()
    state(at_ana, PlaceState.ENROLLED, played.round().results_at)
    for number, act in ((1, enrolment.remove_member), (2, enrolment.add_member)):
        with clock.at(played.round(number).results_at + HOUR), unit_of_work() as work:
            act(team, at_ana, actor=by, now=work.now)
        if number == 1:
            played.plays(2)
    assert "You do not come back into Portfolio Years" in notices(ana)
    assert f"{ana.name} does not play Portfolio Years with you" in notices(cleo)


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
