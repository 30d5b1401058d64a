"""The console: every team at a glance, acts with a reason, notes, the projector, and who had a part."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.simulations import actions
from lms.simulations.models import Run, RunNote, Sheet, WorldResult
from lms.simulations.queries.log import participation_in
from lms.simulations.rules import Ranking, RoundKind, Verdict
from tests.factories import simulations, world
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("session")
HOUR = dt.timedelta(hours=1)


def at(played, page=""):
    return f"/cohorts/{played.cohort.slug}/simulations/{played.run.public_id}/{page}"


def faculty(played):
    return world.granted(Role.FACULTY, played.cohort)


def text(page):
    return " ".join(page.soup.get_text(" ").split())


def row_of(page, name):
    cells = next(one for one in page.soup.select("tbody tr") if name in one.th.get_text())
    return " ".join(cells.get_text(" ").split())


def act(visitor, played, name, *, status=200, **fields):
    """Fill in the part of the console that does this, as somebody would, and send it."""
    page = visitor.get(at(played))
    return visitor.submit(page, f'form:has(input[name="act"][value="{name}"])', fields, status=status)


def present(played, key, who, number=1):
    """A member looks at the sheet now."""
    with unit_of_work() as work:
        actions.see(played.change(key, who, number=number), now=work.now)


@pytest.mark.slow
def test_every_team_at_a_glance(visit):
    played = simulations.run("market", teams=4)
    played.submits("team-01")
    close = played.round().closes_at
    with clock.at(close - HOUR):
        with unit_of_work() as work:
            actions.say(played.change("team-01", 1), Verdict.CONFIRM, 1, now=work.now)
            actions.say(played.change("team-01", 2), Verdict.DISSENT, 1, "Too dear for us.", now=work.now)
        with unit_of_work() as work:
            actions.save(played.change("team-02", 1), played.blank("team-02"), "", now=work.now)
        present(played, "team-02", 0)
        who = faculty(played)
        by = visit(who)
        by.get(at(played))
        with statements() as seen:
            page = by.get(at(played))
        assert len(seen) <= 14, seen
        assert "1 of 4 teams submitted, 0 confirmed by all" in text(page)
        first, second = row_of(page, "Table 01"), row_of(page, "Table 02")
        assert "Submitted" in first
        assert "1 of 2" in first
        assert "Team01 Member3 dissents Too dear for us." in first
        assert "1 of 3 Team02 Member1 Team02 Member2 writes Draft" in second
        assert "Nothing yet" in row_of(page, "Table 03")
        assert "a bot" in row_of(page, "Rival 1")
    played.plays()
    with clock.at(played.round(2).opens_at + HOUR):
        page = visit(who).get(at(played))
        assert "Idle last round" not in row_of(page, "Table 01")
        assert "Idle last round" in row_of(page, "Table 02")
        assert "One active, or none" not in row_of(page, "Table 01")
        assert "One active, or none" in row_of(page, "Table 03")
        assert "Cash ₹ " in row_of(page, "Table 01")
        assert "Nothing came from Table 02, Table 03, Table 04" in text(page)
        for stranger in (played.people["team-01"][0][0], world.learner(played.cohort)):
            visit(stranger).refused(at(played), status=403)
            visit(stranger).refused(at(played, "projector/"), status=403)
            visit(stranger).refused(at(played, f"teams/{played.team().public_id}/log/"), status=403)
        assert "Give more time" not in text(
            visit(world.granted(Role.ASSISTANT, played.cohort)).get(at(played))
        )


@pytest.mark.slow
def test_a_round_is_steered_with_a_reason_and_all_of_it_stands_in_the_history(visit):
    played = simulations.run("market")
    played.submits()
    closes = played.round().closes_at
    with clock.at(closes - HOUR):
        by = visit(faculty(played))
        page = act(by, played, "extend", reason="", minutes="30", status=422)
        assert "Write the reason" in text(page)
        act(by, played, "extend", reason="The network was down.", minutes="30")
        assert played.round().closes_at == closes + HOUR / 2
        later = (closes + 26 * HOUR).astimezone(dt.timezone(dt.timedelta(hours=5.5)))
        act(by, played, "extend", reason="Again.", on=f"{later:%Y-%m-%d}", time=f"{later:%H:%M}")
        assert played.round().closes_at == closes + 26 * HOUR
        assert "Nothing was changed" in text(act(by, played, "close", reason="Enough.", status=422))
        act(by, played, "freeze", reason="A fire alarm.")
    with clock.at(closes + HOUR):
        act(by, played, "resume", reason="It was a drill.")
        assert played.round().closes_at == closes + 28 * HOUR
        act(by, played, "event", event="recession", reason="As discussed.")
        act(by, played, "ranking", ranking=Ranking.TOP.value)
        act(
            by, played, "strategy", team=played.team("team-02").public_id, strategy="cost", reason="Two left."
        )
        act(by, played, "close", reason="Everybody is done.", meant=True)
        while outbox.drain():
            pass
        assert played.round().closed_at is not None
        act(by, played, "publish")
        assert played.round().published_at is not None
        assert played.run.ranking is Ranking.TOP
        standing = sa.select(WorldResult).where(WorldResult.superseded_at.is_(None))
        assert json.loads(db.session.scalars(standing).one().event)["key"] == "recession"
        assert json.loads(db.session.scalars(standing).one().decisions)["team-02"] is not None
        page = by.get(at(played))
        stale = {
            one["name"]: one["value"]
            for one in page.soup.select('form:has(input[value="play_again"]) input[type=hidden]')
        }
        act(by, played, "play_again", event="none", reason="The recession was meant for later.", meant=True)
        sent = {**stale, "reason": "Twice.", "meant": "y", "event": "none"}
        again = by.open("POST", at(played, "acts/"), data=sent, headers={"Referer": "http://localhost/"})
        assert again.status_code == 422, "somebody who saw the page from before does not do it twice"
        while outbox.drain():
            pass
        result = db.session.scalars(standing).one()
        assert (result.attempt, json.loads(result.event)) == (2, None)
        act(by, played, "reopen", minutes="180", reason="One sheet was wrong.", meant=True)
        assert played.round().closes_at == clock.now() + 3 * HOUR
        history = by.get(at(played)).text("section:has(> #history-title)")
    for words in (
        "Round 1 extended to", "The network was down.", "Round 1 frozen", "Round 1 goes on",
        "Event of round 1: A recession", "Ranking: the first three", "A bot helps Table 02: cost",
        "Round 1 closed before its time", "Results of round 1 shown",
        "Round 1 played again (attempt 2), event: nothing", "Round 1 opened again",
    ):  # fmt: skip
        assert words in history


@pytest.mark.parametrize("competing", [False, True])
def test_the_last_round_is_steered_as_any_other(visit, competing):
    played = simulations.run("market", competing=competing, rounds=1)
    kind = RoundKind.ROUND if competing else RoundKind.PRACTICE
    with clock.at(played.round(1, kind).opens_at + HOUR):
        if not competing:
            with unit_of_work() as work:
                actions.begin_practice(played.run_id, actor=world.director(), now=work.now)
        visitor = visit(faculty(played))
        assert "It closes" in visitor.get(at(played)).text("section[aria-labelledby=steer-title]")
        act(visitor, played, "extend", minutes="15", reason="Sign-in was down.")


@pytest.mark.slow
def test_notes_are_ones_own_to_change(visit):
    played = simulations.run("leadership")
    one, two = visit(faculty(played)), visit(faculty(played))
    team, round_ = played.team().public_id, played.round().public_id
    new = 'form:has(textarea[name="text"]):has(select[name="team"])'
    one.submit(one.get(at(played)), new, {"text": "They argued well.", "team": team, "round": round_})
    one.submit(one.get(at(played)), new, {"text": "  "}, status=422)
    note = db.session.scalars(sa.select(RunNote)).one()
    assert "Round 1 · Table 01" in text(two.get(at(played)))
    mine = f'form:has(input[name="note"][value="{note.public_id}"])'
    assert not two.get(at(played)).has(mine)
    token = two.get(at(played)).soup.select("form input[name=csrf_token]")[0]["value"]
    sent = {"csrf_token": token, "note": note.public_id, "text": "Mine now."}
    answer = two.open("POST", at(played, "notes/"), data=sent, headers={"Referer": "http://localhost/"})
    assert answer.status_code == 404
    one.submit(one.get(at(played)), mine, {"text": "They argued loudly."}, press="Keep the change")
    assert "They argued loudly." in text(two.get(at(played)))
    one.submit(one.get(at(played)), mine, press="Take it away")
    assert "They argued" not in text(two.get(at(played)))


@pytest.mark.slow
def test_what_is_wrong_is_said_and_asked_for_again(visit):
    played = simulations.run("market")
    close = played.round().closes_at
    with clock.at(close + dt.timedelta(minutes=1)):
        by = visit(faculty(played))
        page = by.get(at(played))
        assert "Being played" in text(page)
        assert "has not been played for more than" not in text(page)
    with clock.at(close + dt.timedelta(minutes=3)):
        assert "has not been played for more than two minutes" in text(by.get(at(played)))
        with unit_of_work() as work:
            actions.close_due(now=work.now)
        row = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.kind == "simulations.play")).one()
        row.state, row.attempts = OutboxState.DEAD, 8
        db.session.commit()
        assert "was given up after several attempts" in text(by.get(at(played)))
        act(by, played, "ask_again")
        while outbox.drain():
            pass
        assert played.round().closed_at is not None
        assert "given up" not in text(by.get(at(played)))


@pytest.mark.slow
def test_without_its_engine_a_run_can_be_read_and_nothing_is_played(visit):
    played = simulations.run("market")
    played.plays()
    db.session.execute(sa.update(Run).values(engine_version="0"))
    db.session.commit()
    with clock.at(played.round(2).closes_at + HOUR):
        by = visit(faculty(played))
        with unit_of_work() as work:
            actions.close_due(now=work.now)
        outbox.drain()
        failed = db.session.scalars(sa.select(OutboxRow).where(OutboxRow.last_error != "")).one()
        assert "no longer has" in failed.last_error
        page = by.get(at(played))
        assert "does not have the version of the engine" in text(page)
        assert "62." in row_of(page, "Table 01"), "rounds so far stay readable"
        by.get(at(played, "projector/"))
        by.get(at(played, f"teams/{played.team().public_id}/log/"))
        page = act(by, played, "ranking", ranking=Ranking.FULL.value)
        assert played.run.ranking is Ranking.FULL
    assert played.round(2).closed_at is None


CANARY = "zq-canary"


@pytest.mark.slow
def test_nothing_hidden_is_on_the_wall(visit):
    played = simulations.run("market", teams=4)
    played.submits("team-01", why=f"Because {CANARY}-reason.")
    played.plays()
    with clock.at(played.round().results_at), unit_of_work() as work:
        actions.set_ranking(played.run_id, Ranking.FULL, actor=world.director())
    result = db.session.scalars(sa.select(WorldResult)).one()
    report = json.loads(result.report)
    for segment in report["hidden"]["segments"].values():
        segment["lost"] = 71.717171
    for team in report["teams"].values():
        team["profit"]["fixed"] = 72.727272
    result.report = json.dumps(report)
    result.state = json.dumps(json.loads(result.state) | {"world": f"{CANARY}-state"})
    db.session.commit()
    second = played.round(2)
    with clock.at(second.closes_at - 2 * HOUR):
        by = visit(faculty(played))
        sheet = played.blank("team-02", number=2)
        sheet["products"]["A"]["price"] = 17.77
        with unit_of_work() as work:
            actions.save(played.change("team-02", number=2), sheet, f"{CANARY}-draft", now=work.now)
        with unit_of_work() as work:
            actions.note(played.run_id, f"{CANARY}-note", actor=world.director(), now=work.now)
        page = by.get(at(played, "projector/"))
        for secret in (CANARY, "17.77", "71.7", "72.7"):
            assert secret not in page.soup.decode()
        assert "0 of 4 submitted" in text(page)
        assert "After round 1" in text(page)
    played.submits("team-02", sheet, number=2)
    with clock.at(second.closes_at - HOUR / 2):
        assert "1 of 4 submitted" in text(by.get(at(played, "projector/")))
    played.plays(2, publish=False)
    with clock.at(second.closes_at + HOUR):
        page = by.get(at(played, "projector/"))
        assert "17.77" not in page.soup.decode(), "played, and not published"
        assert "After round 1" in text(page)
        with unit_of_work():
            actions.set_ranking(played.run_id, Ranking.HIDDEN, actor=world.director())
        page = by.get(at(played, "projector/"))
        assert "After round 1" not in text(page).replace("The market after round 1", "")
    with clock.at(second.results_at):
        with unit_of_work() as work:
            actions.publish_due(now=work.now)
        assert "17.77" in by.get(at(played, "projector/")).soup.decode()


@pytest.mark.slow
def test_the_log_says_who_did_what_and_in_how_many_rounds_they_had_a_part(visit):
    played = simulations.run("market")
    with clock.at(played.round().closes_at - 2 * HOUR):
        present(played, "team-01", 2)
        with unit_of_work() as work:
            actions.save(played.change("team-01", 1), played.blank("team-01"), "", now=work.now)
        db.session.execute(sa.update(Sheet).values(pen_id=None))
        db.session.commit()
    dearer = played.blank("team-01")
    dearer["products"]["A"]["price"] = 9.5
    played.submits("team-01", dearer, why="Dearer.")
    played.plays()
    parts = {place: (one.part, one.rounds) for place, one in participation_in(played.run_id).items()}
    assert [parts[place] for _, place in played.people["team-01"]] == [(1, 1), (1, 1), (0, 1)]
    by = visit(faculty(played))
    path = at(played, f"teams/{played.team().public_id}/log")
    page = by.get(f"{path}/")
    assert "Product A, price ₹ 9 thousand ₹ 9.5 thousand" in text(page)
    assert row_of(page, "Team01 Member3").startswith("Team01 Member3 product 0 0 0 0 0 0 of 1 0 %")
    table = by.open("GET", f"{path}.csv").get_data(as_text=True)
    assert 'saved,"Product A, price",₹ 9 thousand,₹ 9.5 thousand,' in table
    book = by.open("GET", f"{path}.xlsx").get_data()
    with zipfile.ZipFile(io.BytesIO(book)) as inside:
        assert "Product A, price" in inside.read("xl/sharedStrings.xml").decode()


@pytest.mark.slow
def test_forty_teams_cost_no_more_statements(visit):
    played = simulations.run("market", teams=40, members=2, cohort=world.cohort(weeks_in=6, seats=100))
    for number in (1, 2):
        played.plays(number)
    with clock.at(played.round(3).opens_at + HOUR):
        by = visit(faculty(played))
        by.get(at(played))
        with statements() as seen:
            page = by.get(at(played))
        assert len(seen) <= 14, seen
        assert len(page.response.get_data()) <= 120 * 1024
        assert len(page.soup.select("h2[id^=world-]")) == 7
        with statements() as seen:
            by.get(at(played, "projector/"))
        assert len(seen) <= 14, seen
