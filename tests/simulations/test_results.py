"""What a team reads after a round: its report, its history, its books; and nothing before it is published."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.simulations import actions
from lms.simulations.models import World, WorldTeam
from lms.simulations.rules import Ranking, RoundKind, Verdict
from tests.factories import simulations, world
from tests.simulations.test_game import address, during, mates
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("session")


@pytest.mark.slow
def test_a_report_history_and_books_come_with_the_results(visit):
    played = simulations.run("market")
    sheet = played.blank()
    sheet["research"] = [{"study": one} for one in ("sizes", "ideals", "order", "rivals")]
    sheet["research"].append({"study": "test", "product": "A", "spend": "brand"})
    played.submits("team-01", sheet, why="We ask before we bet.")
    with clock.at(played.round().closes_at - dt.timedelta(minutes=30)), unit_of_work() as work:
        actions.say(played.change(at=1), Verdict.DISSENT, 1, "Too many studies.", now=work.now)
    played.plays(publish=False)
    report = address(played, tail=f"rounds/{played.round().public_id}/")
    with clock.at(played.round().closes_at + dt.timedelta(hours=2)):
        one, _, _ = mates(played, visit)
        rival = visit(played.people["team-02"][0][0])
        one.refused(report, status=404)
        assert "Scorecard" not in one.get(address(played)).text()
    with clock.at(played.round().results_at), unit_of_work() as work:
        actions.publish_due(now=work.now)
    with during(played, 2):
        one, _, _ = mates(played, visit)
        rival = visit(played.people["team-02"][0][0])
        page = one.get(report)
        assert len(page.rows("section[aria-labelledby=score-title] table")) == 9
        assert page.texts("section[aria-labelledby=studies-title] h3") == [
            "Size of the segments",
            "What buyers want",
            "What matters most",
            "Products of the others",
            "Test: brand of A",
        ]
        assert "How the teams stand is not shown" in page.text()
        assert page.has(".spot-ideal")
        assert page.has(".spot-rival")
        with unit_of_work():
            actions.set_ranking(played.run_id, Ranking.TOP, actor=world.director())
        assert len(one.get(report).soup.select("section[aria-labelledby=ranking-title] li")) == 3
        told = one.get(address(played, tail="history/")).text()
        assert "We ask before we bet." in told
        assert "“Too many studies.”" in told
        answer = one.open("GET", f"{report}books.xlsx")
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            names = book.read("xl/workbook.xml").decode()
            cash = book.read("xl/worksheets/sheet2.xml").decode()
        for name in ("Profit and loss", "Cash", "Balance sheet", "Products", "Scorecard"):
            assert f'name="{name}"' in names
        assert "<v>300</v>" in cash
        rival.refused(report, status=403)
        theirs = rival.get(address(played, "team-02", f"rounds/{played.round().public_id}/"))
        assert "Nothing valid was handed in" in theirs.text()
        assert not theirs.has(".spot-rival ~ text")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["market", "leadership"])
def test_pages_of_a_team_take_ten_statements_after_one_round_and_after_many(visit, engine):
    played = simulations.run(engine, teams=2, members=5)
    wanted = []
    for number in range(1, 6):
        played.submits("team-01", number=number, why=f"Because of {number}.")
        with clock.at(played.round(number).closes_at - dt.timedelta(minutes=30)), unit_of_work() as work:
            for at in range(1, 5):
                change = played.change(at=at, number=number)
                actions.say(change, Verdict.DISSENT, 1, f"No, says {at}.", now=work.now)
        played.plays(number)
        if number not in (1, 5):
            continue
        with during(played, number + 1):
            one, *_ = mates(played, visit)
            one.get("/account")
            for tail in ("", f"rounds/{played.round(number).public_id}/", "history/"):
                where = address(played, tail=tail)
                with statements() as seen:
                    one.get(where)
                wanted.append(len(seen))
                assert len(seen) <= 10, repr(seen)
    assert wanted[:3] == wanted[3:], "what there is more of takes no more of them"


def test_the_practice_report_is_offered_to_those_who_practised(visit):
    played = simulations.run("market", competing=False)
    by, kind = world.director(), RoundKind.PRACTICE
    with clock.at(played.round(1, kind).opens_at - dt.timedelta(days=1)), unit_of_work() as work:
        actions.begin_practice(played.run_id, actor=by, now=work.now)
    played.plays(1, kind)
    with unit_of_work() as work:
        actions.begin_competition(played.run_id, actor=by, now=work.now)
    practice = db.session.scalars(
        sa.select(World.id).where(World.run_id == played.run_id, World.kind == kind)
    ).one()
    away = sa.delete(WorldTeam).where(WorldTeam.world_id == practice)
    db.session.execute(away.where(WorldTeam.team_id == played.team("team-02").id))
    report = f"rounds/{played.round(1, kind).public_id}/"
    with during(played, 1):
        for team, offered in (("team-01", True), ("team-02", False)):
            page = visit(played.people[team][0][0]).get(address(played, team))
            assert page.has(f"a[href$='{report}']") is offered


def test_a_report_of_six_quarters_says_why_it_shows_no_scores(visit):
    played = simulations.run("leadership")
    with unit_of_work():
        actions.set_ranking(played.run_id, Ranking.FULL, actor=world.director())
    played.plays()
    with during(played, 2):
        page = visit(played.people["team-01"][0][0]).get(
            address(played, tail=f"rounds/{played.round().public_id}/")
        )
    assert "Scores of Six Quarters are shown in the debrief" in page.text()
    assert "All teams of your world" not in page.text()
    assert "Your quarters as a workbook" in page.text()
