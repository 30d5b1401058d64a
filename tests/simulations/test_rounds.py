"""Rounds are played once, from what was submitted, and replay to the byte."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.simulations import actions, queries
from lms.simulations.engines.data import InvalidInput, canonical
from lms.simulations.models import Sheet, SheetEntry, WorldResult
from lms.simulations.rules import Entry, Phase, RoundKind, RoundState, Verdict, drawn, round_state
from tests.factories import simulations, world

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("session")]

ENGINES = ("market", "leadership")


def results(played, *, standing=True):
    wanted = sa.select(WorldResult).order_by(WorldResult.id)
    if standing:
        wanted = wanted.where(WorldResult.superseded_at.is_(None))
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def state(played, number=1):
    return round_state(queries.times_of(played.round(number)), clock.now())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_round_is_played_from_what_was_submitted_and_replays_to_the_byte(engine):
    played = simulations.run(engine)
    played.submits("team-01")
    played.submits("team-02", why="Another reason.")
    played.plays()
    (result,) = results(played)
    run = played.run
    decided = json.loads(result.decisions)
    assert decided["team-01"] is not None
    assert decided["team-03"] is None
    game = queries.game_of(run)
    start = queries.state_of(result.world_id, 1)
    again = game.turn(queries.parameters_of(run), start, decided, drawn)
    assert canonical(again.report).decode() == result.report
    assert canonical(again.state).decode() == result.state
    assert (result.engine_version, result.fingerprint) == (run.engine_version, run.fingerprint)
    idle = {sheet.team_id: sheet.idle for sheet in db.session.scalars(sa.select(Sheet))}
    assert idle[played.team("team-01").id] is False
    assert idle[played.team("team-03").id] is True
    with clock.at(played.round().results_at):
        assert state(played) is RoundState.PUBLISHED


def test_bots_fill_the_market_and_decide_for_themselves():
    played = simulations.run("market", teams=2)
    keys = [team.key for team in queries.teams_of(played.run_id)]
    assert len(keys) == 5
    played.plays()
    (result,) = results(played)
    decided = json.loads(result.decisions)
    assert [key for key in keys if decided[key] is None] == ["team-01", "team-02"]
    bots = db.session.scalars(sa.select(SheetEntry.kind).where(SheetEntry.kind == Entry.BOT)).all()
    assert len(bots) == 3


def test_closing_twice_plays_once():
    played = simulations.run("leadership")
    played.plays(publish=False)
    before = [(one.id, one.digest) for one in results(played)]
    played.plays(publish=False)
    with clock.at(played.round().closes_at + dt.timedelta(hours=1)), unit_of_work() as work:
        world_id = before and results(played)[0].world_id
        assert actions.play_world(world_id, played.round().id, 1, now=work.now) is False
    assert [(one.id, one.digest) for one in results(played)] == before


def test_a_sheet_that_was_played_is_not_written_any_more():
    played = simulations.run("market")
    played.submits()
    change = played.change()
    with clock.at(played.round().closes_at - dt.timedelta(seconds=1)):
        now = clock.now()
    played.plays(publish=False)
    with pytest.raises(RuleViolation, match="does not take decisions"), unit_of_work():
        actions.save(change, played.blank(number=2), "Too late.", now=now)


def test_the_pen_goes_round_and_nothing_is_overwritten():
    played = simulations.run("market")
    with clock.at(played.round().opens_at + dt.timedelta(hours=1)):
        sheet = played.blank()
        with unit_of_work() as work:
            actions.save(played.change(at=0), sheet, "", now=work.now)
        with pytest.raises(Conflict, match="writes at the moment"), unit_of_work() as work:
            actions.save(played.change(at=1), sheet, "Mine.", now=work.now)
        with unit_of_work() as work:
            actions.take_pen(played.change(at=1), now=work.now)
            actions.save(played.change(at=1), sheet, "Mine.", now=work.now)
        old = actions.SheetChange(**{**played.change(at=0).__dict__, "version": 1})
        with unit_of_work() as work:
            actions.take_pen(old, now=work.now)
        with pytest.raises(Conflict, match="Nothing was overwritten"), unit_of_work() as work:
            actions.save(old, sheet, "Older.", now=work.now)
    kinds = db.session.scalars(sa.select(SheetEntry.kind).order_by(SheetEntry.id)).all()
    assert kinds == [Entry.SAVED, Entry.PEN_TAKEN, Entry.SAVED, Entry.PEN_TAKEN]


def test_what_cannot_be_played_is_refused_with_its_place():
    played = simulations.run("market")
    with clock.at(played.round().opens_at):
        sheet = played.blank()
        sheet["products"]["A"]["price"] = 99.0
        with unit_of_work() as work:
            actions.save(played.change(), sheet, "", now=work.now)
        with pytest.raises(InvalidInput) as refused, unit_of_work() as work:
            actions.submit(played.change(), now=work.now)
    assert [one.place for one in refused.value.problems] == ["products.A.price"]


def test_members_confirm_the_very_submission_they_read():
    played = simulations.run("market")
    played.submits()
    with clock.at(played.round().closes_at - dt.timedelta(minutes=30)):
        with pytest.raises(Conflict, match="submitted anew"), unit_of_work() as work:
            actions.say(played.change(at=1), Verdict.CONFIRM, 7, now=work.now)
        with pytest.raises(RuleViolation, match="Say in a sentence"), unit_of_work() as work:
            actions.say(played.change(at=1), Verdict.DISSENT, 1, now=work.now)
        with unit_of_work() as work:
            actions.say(played.change(at=1), Verdict.CONFIRM, 1, now=work.now)
            actions.say(played.change(at=2), Verdict.DISSENT, 1, "The price is too low.", now=work.now)
    view = queries.sheet_of(played.round().id, played.team().id)
    assert {one.place_id: one.verdict for one in view.said} == {
        played.people["team-01"][1][1]: Verdict.CONFIRM,
        played.people["team-01"][2][1]: Verdict.DISSENT,
    }


def test_the_clock_is_stopped_moved_and_the_round_played_again():
    played, by = simulations.run("market"), world.director()
    played.submits()
    first = played.round()
    with clock.at(first.closes_at - dt.timedelta(minutes=10)), unit_of_work() as work:
        actions.freeze(played.run_id, first.id, "Sign-in is down.", actor=by, now=work.now)
    played.plays(publish=False)
    assert results(played) == []
    closes = played.round().closes_at
    with clock.at(closes + dt.timedelta(minutes=20)), unit_of_work() as work:
        actions.resume(played.run_id, first.id, "It works again.", actor=by, now=work.now)
    assert played.round().closes_at == closes + dt.timedelta(minutes=30)
    played.plays(publish=False)
    (one,) = results(played)
    with clock.at(played.round().closes_at + dt.timedelta(hours=1)), unit_of_work() as work:
        actions.play_again(played.run_id, first.id, "One sheet was read wrongly.", actor=by, now=work.now)
    played.plays(publish=False, later=90)
    two = results(played)
    assert [(each.attempt, each.digest) for each in two] == [(2, one.digest)]
    assert len(results(played, standing=False)) == 2


def test_practice_leaves_nothing_behind():
    played = simulations.run("market", competing=False)
    by = world.director()
    with unit_of_work() as work:
        actions.begin_practice(played.run_id, actor=by, now=work.now)
    played.submits(kind=RoundKind.PRACTICE)
    played.plays(kind=RoundKind.PRACTICE)
    with unit_of_work() as work:
        actions.begin_competition(played.run_id, actor=by, now=work.now)
    practice, competition = (
        queries.worlds_of(played.run_id, kind)[0] for kind in (RoundKind.PRACTICE, RoundKind.ROUND)
    )
    assert practice.seed != competition.seed
    start = queries.state_of(competition.id, 1)
    assert start["round"] == 1
    assert all(team["years"] == [] for team in start["teams"].values())


def test_the_page_of_a_round_leads_to_the_game_of_one_s_own_team(visit):
    played = simulations.run("market")
    learner, stranger = played.people["team-02"][0][0], world.learner(played.cohort)
    page = f"/cohorts/{played.cohort.slug}/activities/ps-r1"
    game = visit(learner).get(page).one("a:-soup-contains('Open the game')")["href"]
    assert game.endswith(f"/simulations/{played.run.public_id}/teams/{played.team('team-02').public_id}/")
    assert not visit(stranger).get(page).has("a:-soup-contains('Open the game')")
    faculty = world.granted(world.Role.FACULTY, played.cohort)
    assert visit(faculty).get(page).has("a:-soup-contains('Runs of this cohort')")


def test_runs_that_are_not_over_are_named_with_the_version_that_they_are_pinned_to():
    played = simulations.run("market", teams=2)
    (line,) = queries.pinned()
    assert (line.title, line.engine, line.version, line.playable) == (
        "Portfolio Years",
        "market",
        played.run.engine_version,
        True,
    )
    with unit_of_work():
        played.run.engine_version = "0.9"
    assert [(one.version, one.playable) for one in queries.pinned()] == [("0.9", False)]
    with unit_of_work():
        played.run.phase = Phase.ENDED
    assert queries.pinned() == []
