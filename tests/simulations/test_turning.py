"""On which choices games turned is worked out by the worker; without one, the page tells the same."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.remember import forget_all
from lms.core.uow import unit_of_work
from lms.simulations import actions
from lms.simulations.models import Round, Turned
from lms.simulations.rules import debrief_leadership, debrief_market
from tests.factories import simulations, world
from tests.simulations.test_debrief import late, page_of

pytestmark = [pytest.mark.db, pytest.mark.slow, pytest.mark.usefixtures("session")]


def decided(played, number):
    sheet = played.blank(number=number)
    if played.run.engine == "market":
        sheet["products"]["A"]["price"] = 8.0 + number
        sheet["capacity"] = 20.0
        if number == 1:
            weights = {"performance": 0.5, "ease": 0.3, "trust": 0.2}
            sheet["launch"] = {"parent": "A", "development": 80.0, "weights": weights}
    played.submits("team-01", sheet, number=number)
    played.plays(number)


def looked(visit, played):
    own = page_of(played, "teams", played.team().public_id, "debrief/?part=turning")
    with late(played):
        forget_all()
        return visit(played.people["team-01"][0][0]).get(own).text("section[aria-labelledby=part-title]")


def worked():
    while outbox.drain():
        pass
    db.session.rollback()
    return {one.team_id: (one.stamp, one.points) for one in db.session.scalars(sa.select(Turned))}


@pytest.mark.parametrize("engine", ["market", "leadership"])
def test_the_worker_finds_it_out_and_the_page_plays_nothing_again(engine, visit, monkeypatch):
    played = simulations.run(engine, teams=2, members=1)
    db.session.execute(sa.delete(Round).where(Round.run_id == played.run_id, Round.number > 2))
    db.session.commit()
    for number in (1, 2):
        decided(played, number)
    last = played.round(2)
    with clock.at(last.results_at + dt.timedelta(minutes=1)):
        before = worked()
        people = {played.team(key).id for key in ("team-01", "team-02")}
        assert set(before) == people, "of bots no debrief tells; the last results are out"
        with unit_of_work() as work:
            actions.play_again(played.run_id, last.id, "Once more.", actor=world.director(), now=work.now)
        if engine == "market":
            with unit_of_work() as work:
                actions.set_event(
                    played.run_id, last.id, {"key": "recession"}, "It was hard.", actor=world.director()
                )
        assert worked() == before
    played.plays(2, later=90)
    with late(played):
        with unit_of_work() as work:
            actions.start_debrief(played.run_id, actor=world.director(), now=work.now)
        if engine == "market":
            db.session.execute(sa.delete(Turned).where(Turned.team_id == played.team("team-02").id))
            db.session.commit()
            stale = looked(visit, played)
            after = worked()
            assert after[played.team().id] != before[played.team().id], "the round was played again"
        else:
            stale, after = looked(visit, played), worked()
        assert set(after) == people
        with unit_of_work() as work:
            assert actions.queue_missing(now=work.now) == 0
        forget_all()

    def nothing(*_args, **_more):
        raise AssertionError("a page played a game again")

    for module in (debrief_market, debrief_leadership):
        monkeypatch.setattr(module, "turning_points", nothing)
    assert looked(visit, played) == stale, "worked out by the page, and kept by the worker: the same words"
    assert "instead" in stale


def test_what_was_debriefed_before_is_found_out_later():
    """As after an upgrade, or in a demonstration: nobody asked the worker when it began."""
    played = simulations.run("leadership", teams=2, members=1)
    db.session.execute(sa.delete(Round).where(Round.run_id == played.run_id, Round.number > 1))
    db.session.commit()
    decided(played, 1)
    with late(played):
        with unit_of_work() as work:
            actions.start_debrief(played.run_id, actor=world.director(), now=work.now)
        worked()
        db.session.execute(sa.delete(Turned))
        db.session.commit()
        with unit_of_work() as work:
            assert actions.queue_missing(now=work.now) == 2
        assert len(worked()) == 2
