"""A scenario of one's own, with segments and products that ours does not have, on every page of a game."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.simulations import actions
from lms.simulations.models import WorldResult
from lms.simulations.rules.debrief import parts_of
from tests.factories import simulations, world
from tests.simulations.engines.market.test_authoring import bicycles
from tests.simulations.test_debrief import late, page_of
from tests.simulations.test_game import address, during

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("session")]


def test_it_is_played_read_and_debriefed_with_bots_in_it(visit):
    raw = bicycles() | {"rounds": 2}
    played = simulations.run("market", teams=2, members=2, parameters=raw)
    member, faculty = played.people["team-01"][0][0], world.granted(Role.FACULTY, played.cohort)
    for number in (1, 2):
        with during(played, number):
            page = visit(member).get(address(played))
            assert page.has("#products-kite-price")
            assert "Kite" in page.text() or "kite" in page.text()
        sheet = played.blank(number=number)
        sheet["products"]["kite"] |= {"price": 8.0 + number, "mix": {"coast": 1.0}}
        sheet["research"] = [{"study": one} for one in ("sizes", "ideals", "order", "rivals")]
        played.submits("team-01", sheet, number=number)
        played.plays(number)
    for text in db.session.scalars(sa.select(WorldResult.decisions)):
        decided = json.loads(text)
        assert len(decided) == 4, "filled to the most that the scenario has"
        assert all(decided[key] for key in ("team-03", "team-04")), (
            "bots decide in segments that they do not know"
        )
    with late(played):
        for tail in (f"rounds/{played.round(2).public_id}/", "history/"):
            visit(member).get(address(played, tail=tail))
        leader = visit(faculty)
        for tail in ("", "projector/", "setup/", "debrief/"):
            leader.get(page_of(played, tail))
        with unit_of_work() as work:
            actions.start_debrief(played.run_id, actor=world.director(), now=work.now)
        for part in parts_of("market"):
            leader.get(f"{page_of(played, 'debrief/')}?part={part.value}")
            visit(member).get(
                f"{page_of(played, 'teams', played.team().public_id, 'debrief/')}?part={part.value}"
            )
        assert leader.open("GET", page_of(played, "export/everything.xlsx")).status_code == 200
    with clock.at(played.round(2).results_at + dt.timedelta(days=2)), unit_of_work() as work:
        actions.end_run(played.run_id, actor=world.director(), now=work.now)
