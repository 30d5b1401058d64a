"""Games under attack: what a browser may send that no page of ours sends, twice, late, from two tabs, after a move."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.simulations import actions, queries
from lms.simulations.engines.data import canonical
from lms.simulations.engines.play import parameters as parameters_in
from lms.simulations.engines.play import shipped
from lms.simulations.models import SheetEntry, WorldResult
from lms.simulations.rules import Entry, Verdict
from tests.factories import simulations, world
from tests.simulations.test_game import address, during, sheet

pytestmark = [pytest.mark.db, pytest.mark.slow, pytest.mark.usefixtures("session")]

GARBAGE = (
    {"products": "x"},
    {"products": {"A": "x"}},
    {"products": {"A": {"price": [1], "mix": 3, "weights": "no", "trim": None}}},
    {"attention": 3},
    {"attention": {"stakeholders": "x", "people": [1]}},
    {"capacity": {"cash": {"deep": 1}}},
    {"options": ["a"]},
    {"delegation": "x", "message": {"a": 1}, "hire": 7},
    {"research": {"study": 1}, "launch": "now", "capacity": "many"},
    {"research": ["x", 3], "launch": {"parent": 3}},
    {"capacity": float("nan")},
    {"message": "a\u0000b", "editor": "\ud800"},
)


@pytest.mark.parametrize("engine", ["market", "leadership"])
def test_no_sheet_that_was_made_up_breaks_a_page(engine, visit):
    played = simulations.run(engine, teams=2, members=3)
    with during(played):
        one = visit(played.people["team-01"][0][0])
        page = one.get(address(played))
        token = page.one(".cockpit-form input[name=csrf_token]")["value"]
        for made in GARBAGE:
            fields = {
                "csrf_token": token,
                "round": played.round().public_id,
                "version": str(sheet(played).version),
                "act": "merge",
                "mine": json.dumps(made),
                **{f"pick:{name}": "mine" for name in made},
            }
            answer = one.open("POST", address(played, tail="sheet/save"), data=fields)
            assert answer.status_code in (303, 400, 409, 422), (made, answer.status_code)
            assert sheet(played).version == 0, "not from a page of ours"
            for tail in ("", "?check=1", "history/"):
                assert one.open("GET", address(played, tail=tail)).status_code == 200, (made, tail)


def saved(played, one, *, number=1, key="team-01", at=0, version=None, **changes):
    made = played.blank(key, number=number)
    made["products"]["A"] |= changes
    change = played.change(key, at, number=number)
    with unit_of_work() as work:
        actions.save(
            replace(change, version=change.version if version is None else version), made, one, now=work.now
        )


def submitted(played, *, number=1, key="team-01", at=0, version=None):
    change = played.change(key, at, number=number)
    with unit_of_work() as work:
        actions.submit(replace(change, version=change.version if version is None else version), now=work.now)


def standing(played, number=1):
    wanted = sa.select(WorldResult).where(
        WorldResult.round_id == played.round(number).id, WorldResult.superseded_at.is_(None)
    )
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def test_a_button_pressed_twice_submits_once_and_nobody_is_asked_anew():
    played = simulations.run("market", teams=2, members=2)
    with during(played):
        saved(played, "Why.", price=8.5)
        submitted(played)
        with unit_of_work() as work:
            actions.say(played.change(at=1), Verdict.CONFIRM, 1, now=work.now)
        submitted(played)
        now = sheet(played)
        assert (now.submission, [one.verdict for one in now.said]) == (1, [Verdict.CONFIRM])
        kinds = db.session.scalars(sa.select(SheetEntry.kind).order_by(SheetEntry.id)).all()
        assert kinds == [Entry.SAVED, Entry.SUBMITTED, Entry.CONFIRMED]
        saved(played, "Another reason.", price=8.5)
        submitted(played)
        assert (sheet(played).submission, sheet(played).said) == (2, ())


def test_the_older_of_two_tabs_neither_saves_nor_submits_what_it_did_not_show():
    played = simulations.run("market", teams=2, members=2)
    with during(played):
        saved(played, "First tab.", price=8.5)
        for act in (
            lambda: saved(played, "Second tab.", price=7.0, version=0),
            lambda: submitted(played, version=0),
        ):
            with pytest.raises(Conflict, match="has saved this sheet since"):
                act()
        assert (sheet(played).rationale, sheet(played).submission) == ("First tab.", 0)


def test_whoever_is_moved_in_the_middle_of_a_round_leaves_pen_page_and_voice_behind(visit):
    played = simulations.run("market", teams=2, members=3)
    cohort, (person, place) = played.cohort, played.people["team-01"][1]
    old, new = played.team("team-01"), played.team("team-02")
    with during(played):
        visitor = visit(person)
        page = visitor.get(address(played))
        with unit_of_work() as work:
            actions.take_pen(played.change(at=1), now=work.now)
        saved(played, "We agreed on this.", at=1, price=8.5)
        with unit_of_work() as work:
            ways = {"from_team": old.team_id, "to_team": new.team_id}
            enrolment.move_member(place, **ways, actor=world.director(), now=work.now)
        visitor.refused(address(played), status=403)
        answer = visitor.open(
            "POST",
            address(played, tail="sheet/save"),
            data={
                "csrf_token": page.one(".cockpit-form input[name=csrf_token]")["value"],
                "round": played.round().public_id,
                "version": "1",
            },
        )
        assert answer.status_code == 403
        with pytest.raises(RuleViolation, match="not in this team"):
            saved(played, "From an old tab.", at=1, price=3.5)
        assert "We agreed on this." not in visitor.get(address(played, "team-02")).text()
        with unit_of_work() as work:
            actions.take_pen(played.change(at=0), now=work.now)
        submitted(played)
        with pytest.raises(RuleViolation, match="not in this team"), unit_of_work() as work:
            actions.say(played.change(at=1), Verdict.CONFIRM, 1, now=work.now)
        saved(played, "Theirs.", key="team-02", price=9.5)
        submitted(played, key="team-02")
        with unit_of_work() as work:
            change = replace(played.change("team-02"), place_id=place)
            actions.say(change, Verdict.DISSENT, 1, "I would not.", now=work.now)
    played.plays()
    (result,) = standing(played)
    decided = json.loads(result.decisions)
    assert [decided[key]["products"]["A"]["price"] for key in ("team-01", "team-02")] == [8.5, 9.5]
    assert cohort.id == played.run.cohort_id


def test_a_round_played_again_after_it_was_shown_takes_back_what_rested_on_it(visit):
    """The second round was being decided on results that are no more: what fits them no longer is not played."""
    played, by = simulations.run("market", teams=2, members=2), world.director()
    member = played.people["team-01"][0][0]
    first = played.blank()
    weights = {"performance": 0.4, "ease": 0.3, "trust": 0.3}
    first["launch"] = {"parent": "A", "development": 80.0, "weights": weights}
    played.submits("team-01", first)
    played.plays()
    report = address(played, tail=f"rounds/{played.round().public_id}/")
    with during(played, 2):
        second = played.blank(number=2)
        assert "C" in second["products"], "what was launched can be sold"
        with unit_of_work() as work:
            actions.save(played.change(number=2), second, "We sell C.", now=work.now)
            actions.submit(played.change(number=2), now=work.now)
        one = visit(member)
        assert one.get(report).has("#ranking-title")
        again = clock.now() + dt.timedelta(hours=3)
        with unit_of_work() as work:
            actions.reopen(
                played.run_id, played.round().id, again, "A sheet was lost.", actor=by, now=work.now
            )
        one.refused(report, status=404)
        assert "We sell C." not in one.get(address(played)).text(), "the first round is decided anew"
        with pytest.raises(RuleViolation, match="Round 1 has not been played yet"):
            saved(played, "Early.", number=2, price=9.0)
        plain = {**first, "launch": None}
        with unit_of_work() as work:
            actions.save(played.change(), plain, "No launch.", now=work.now)
            actions.submit(played.change(), now=work.now)
    with clock.at(played.round().closes_at + dt.timedelta(minutes=1)):
        with unit_of_work() as work:
            actions.close_due(now=work.now)
        while outbox.drain():
            pass
        with unit_of_work() as work:
            actions.publish_now(played.run_id, played.round().id, actor=by, now=work.now)
        assert len(standing(played)) == 1
        one = visit(member)
        page = one.get(address(played))
        assert page.has("#products-A-price"), "the second round goes on, on other ground"
        assert page.title == "Year 2"
        assert "What is submitted cannot be played any more" in page.text("#submitted")
        assert "Product C: is not there any more" in one.get(f"{address(played)}?check=1").text(
            ".summary-errors"
        )
        assert "No launch." not in one.get(report).text("#ranking-title")
    played.plays(2)
    (result,) = standing(played, 2)
    assert json.loads(result.decisions)["team-01"] is None, (
        "C is not there any more: the rule decided, nothing broke"
    )
    assert sheet(played, 2).idle is True


def test_parameters_that_change_on_the_disk_change_no_game_and_in_the_database_none_is_played(
    tmp_path, monkeypatch
):
    played = simulations.run("market", teams=2, members=1)
    played.submits()
    other = parameters_in(shipped("portfolio-years")) | {"title": "Another", "rounds": 3}
    for one in other["segments"].values():
        one["elasticity"] = 1.1
    folder = tmp_path / "portfolio-years"
    folder.mkdir()
    (folder / "parameters.yaml").write_text(json.dumps(other), encoding="utf-8")
    monkeypatch.setattr("lms.simulations.engines.play.SCENARIOS", tmp_path)
    played.plays()
    (result,) = standing(played)
    run = played.run
    game = queries.game_of(run)
    start = queries.state_of(result.world_id, 1)
    again = game.turn(json.loads(run.parameters), start, json.loads(result.decisions), "drawn")
    assert hashlib.sha256(canonical(again.report)).hexdigest() == result.digest
    assert result.fingerprint == run.fingerprint == hashlib.sha256(run.parameters.encode()).hexdigest()
    assert simulations.run("market", teams=2, members=1).run.fingerprint != run.fingerprint
    with unit_of_work():
        played.run.parameters = canonical(other).decode()
    with (
        clock.at(played.round(2).closes_at + dt.timedelta(minutes=1)),
        pytest.raises(RuleViolation, match="are not those with which it was begun"),
        unit_of_work() as work,
    ):
        actions.play_world(result.world_id, played.round(2).id, 1, now=work.now)
    assert standing(played, 2) == []
