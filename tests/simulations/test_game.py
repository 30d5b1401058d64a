"""A team's place: what its members see of a round, and how they write, submit and confirm its sheet together."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.simulations import actions, queries
from lms.simulations.models import Presence, RunTeam, Sheet
from lms.simulations.rules import RoundKind, Verdict
from tests.factories import simulations, world
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("session")
FORM = "form.cockpit-form"
JSON = {"Accept": "application/json"}


def address(played, key="team-01", tail=""):
    run, team = played.run, played.team(key)
    return f"/cohorts/{played.cohort.slug}/simulations/{run.public_id}/teams/{team.public_id}/{tail}"


def during(played, number=1, kind=RoundKind.ROUND, *, hours=2):
    return clock.at(played.round(number, kind).opens_at + dt.timedelta(hours=hours))


def sheet(played, number=1, key="team-01"):
    return queries.sheet_of(played.round(number).id, played.team(key).id)


@pytest.fixture
def played():
    return simulations.run("market")


def mates(played, visit, key="team-01"):
    return [visit(person) for person, _ in played.people[key]]


@pytest.mark.slow
def test_a_team_writes_submits_confirms_and_dissents(played, visit):
    with during(played):
        one, two, three = mates(played, visit)
        here = address(played)
        page = one.get(here)
        assert page.title == "Year 1"
        assert "Closes" in page.text(".clockline")
        page = one.submit(
            page, FORM, {"products.A.price": "9.5", "rationale": "Cheap is loud."}, press="Save draft"
        )
        assert "Nothing is submitted by that" in page.messages[0]
        assert sheet(played).draft["products"]["A"]["price"] == 9.5

        there = two.get(here)
        assert there.one("#products-A-price")["value"] == "9.5"
        assert there.one(".sheet-fields").has_attr("disabled")
        there = two.submit(there, ".penline form", press="Take the pen over")
        there = two.submit(there, FORM, {"products.A.production": "many"}, press="Check and submit")
        assert "cannot be submitted yet" in there.text(".summary-errors")
        assert "Product A, production: is no number" in there.text(".summary-errors a")
        assert there.one("#products-A-production")["value"] == "many"
        there = two.submit(there, FORM, {"products.A.production": "1,050.5"}, press="Check and submit")
        assert "Product A" in there.text("#review")
        assert "1,050.5 thousand" in there.text("#review")
        there = two.submit(there, "#review form", press="Submit year 1")
        assert "Year 1 is submitted" in there.messages[0]
        assert not there.has("#submitted form")

        page = one.submit(one.get(here), "#submitted form", press="I stand behind it")
        page = three.submit(three.get(here), "#submitted form", {"reason": ""}, press="Dissent", status=422)
        assert "Say in a sentence" in page.text(".summary-errors")
        page = three.submit(page, "#submitted form", {"reason": "Too dear."}, press="Dissent")
        assert "“Too dear.”" in page.text("#submitted")
    said = {voice.place_id: voice.verdict for voice in sheet(played).said}
    assert sorted(said.values()) == [Verdict.CONFIRM, Verdict.DISSENT]


def test_who_saves_on_an_older_sheet_sees_both_and_loses_nothing(played, visit):
    with during(played):
        one, two, _ = mates(played, visit)
        mine, theirs = one.get(address(played)), two.get(address(played))
        two.submit(theirs, FORM, {"products.A.price": "8", "capacity": "10"}, press="Save draft")
        page = one.submit(
            mine, FORM, {"products.A.price": "11", "rationale": "Mine."}, press="Save draft", status=409
        )
        assert "writes at the moment" in page.text()
        assert page.texts("fieldset legend") == ["Capacity to add", "Product A, price", "Why"]
        page = one.submit(
            page,
            "main form.groups",
            {"pick:products.A.price": "mine", "pick-rationale": "mine"},
            press="Take the pen over and save this choice",
        )
        assert page.one("#products-A-price")["value"] == "11"
    now = sheet(played)
    assert (now.draft["products"]["A"]["price"], now.draft["capacity"], now.rationale) == (
        11.0,
        10.0,
        "Mine.",
    )


def test_the_script_saves_and_hears_what_the_others_do(played, visit):
    with during(played):
        one, two, _ = mates(played, visit)
        page = one.get(address(played))
        fields = {
            tag["name"]: tag.get("value", "")
            for tag in page.soup.select(f"{FORM} input[name]")
            if tag.get("type") != "checkbox"
        }
        answer = one.open(
            "POST", address(played, tail="sheet/save"), data=fields | {"products.A.price": "7"}, headers=JSON
        )
        assert answer.json["version"] == 1
        assert answer.json["out"]["A-revenue"] != ""
        assert answer.json["out"]["presence"] == "You here; you write"
        theirs = two.get(address(played)).one(".penline input[name=csrf_token]")["value"]
        beat = {
            "csrf_token": theirs,
            "round": fields["round"],
            "version": "0",
            "submission": "0",
        }
        heard = two.open("POST", address(played, tail="sheet/seen"), data=beat, headers=JSON)
        assert heard.json["out"]["presence"] == "You, TM here; TM writes"
        assert "saved it at" in heard.json["news"]
        late = two.open(
            "POST", address(played, tail="sheet/save"), data=fields | {"csrf_token": theirs}, headers=JSON
        )
        assert (late.status_code, "writes at the moment" in late.json["reason"]) == (409, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Presence)) == 2


def test_after_the_close_what_was_written_is_shown_and_cannot_be_saved(played, visit):
    with during(played):
        one = visit(played.people["team-01"][0][0])
        page = one.get(address(played))
    with clock.at(played.round().closes_at + dt.timedelta(seconds=1)):
        page = one.submit(page, FORM, {"products.A.price": "9.75"}, press="Save draft", status=409)
        assert "does not take decisions any more" in page.text()
        assert "9.75" in page.text("main form")
        assert page.texts("main form button") == []
        page = one.get(address(played))
        assert "Closed" in page.text(".clockline")
        assert "Nothing was submitted" in page.text()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Sheet)) == 0


@pytest.mark.slow
def test_every_state_of_a_run_has_its_page(visit):
    early = world.cohort(weeks_in=3)
    played, by = simulations.run("market", competing=False, cohort=early), world.director()
    learner = played.people["team-01"][0][0]
    page = visit(learner).get(address(played))
    assert "Being set up" in page.text(".clockline")
    with unit_of_work() as work:
        actions.begin_practice(played.run_id, actor=by, now=work.now)
    with during(played, kind=RoundKind.PRACTICE):
        page = visit(learner).get(address(played))
        assert page.title == "Practice year 1"
        assert "Practice" in page.text(".clockline")
    with unit_of_work() as work:
        actions.begin_competition(played.run_id, actor=by, now=work.now)
    first = played.round()
    with clock.at(first.opens_at - dt.timedelta(hours=3)):
        assert "Opens" in visit(learner).get(address(played)).text(".clockline")
    with during(played):
        with unit_of_work() as work:
            actions.freeze(played.run_id, first.id, "Sign-in is down.", actor=by, now=work.now)
        page = visit(learner).get(address(played))
        assert "Frozen" in page.text(".clockline")
        assert page.one(".sheet-fields").has_attr("disabled")
        with unit_of_work() as work:
            actions.resume(played.run_id, first.id, "It works again.", actor=by, now=work.now)
    played.submits()
    played.plays(publish=False)
    with clock.at(played.round().closes_at + dt.timedelta(hours=2)):
        page = visit(learner).get(address(played))
        assert "Results" in page.text(".clockline")
        assert "is submitted" in page.text("#submitted-title")
    team = played.team()
    db.session.execute(sa.update(RunTeam).where(RunTeam.id == team.id).values(ended_at=first.opens_at))
    with during(played, 2):
        assert "does not play any more" in visit(learner).get(address(played)).text()


def test_a_members_role_looks_at_its_own_figures_and_nobody_elses(played, visit):
    lens = {"team-01": "operations"}
    run = played.run
    person, place = played.people["team-01"][0]
    with unit_of_work():
        actions.set_lens(run.id, place, lens["team-01"], actor=world.director())
    played.submits()
    played.submits("team-02")
    played.plays()
    with during(played, 2):
        with statements() as seen:
            own = visit(person).get(address(played))
        other = visit(played.people["team-01"][1][0]).get(address(played))
        rival = visit(played.people["team-02"][0][0])
        rival.refused(address(played), status=403)
    assert "Your part: Operations" in own.text()
    assert "Capacity used" in own.text(".brief")
    assert "Operations" not in other.text(".cockpit-brief")
    assert len([one for one in seen if "FROM person" in one or "simulation" in one or "cohort" in one]) <= 14
