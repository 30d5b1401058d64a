"""Setting a run up: looked at before it is made, arranged by hand, every refusal in words."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.people.rules import Role
from lms.simulations import queries
from lms.simulations.models import Run
from lms.simulations.rules import Phase
from tests.factories import simulations, world
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("session")


def form_with(act: str, team: str = "") -> str:
    """The form of a page that does one thing to one team."""
    found = f'main form:has(input[name=act][value="{act}"])'
    return found + (f':has(input[name=team][value="{team}"])' if team else "")


def test_a_run_is_looked_at_before_it_is_made(visit):
    cohort = world.cohort(weeks_in=1)
    people = [world.learner(cohort, f"Player {number}") for number in range(1, 7)]
    visitor = visit(world.granted(Role.COORDINATOR, cohort))
    here = f"/cohorts/{cohort.slug}/simulations/new/"
    page = visitor.submit(visitor.get(here), press="Look at what it would be")
    assert "There are no teams to play" in page.text()
    look = visitor.submit(page, fields={"teams": "formed"}, press="Look at what it would be")
    assert "6 people in 1 world, with" in look.text()
    assert "8 rounds by the schedule" in look.text()
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(Run))
    bad = visitor.submit(
        look,
        fields={"parameters": "rounds: 0\nsurprise: 1"},
        press="Look at it again",
    )
    assert "surprise" in bad.text("section[aria-labelledby=problems-title]")
    assert bad.one("textarea[name=parameters]").text.strip().startswith("rounds: 0")
    bad = visitor.submit(bad, fields={"parameters": "a: &x 1\nb: *x"}, press="Look at what it would be")
    assert "anchors and aliases" in bad.text()
    bad = visitor.submit(bad, fields={"parameters": "a: [1"}, press="Look at what it would be")
    assert "line " in bad.text("section[aria-labelledby=problems-title]")
    good = visitor.submit(
        bad,
        fields={
            "parameters": "",
            "title": "Thursday's market",
            "file": (b"rounds: 4\n", "mine.yaml"),
        },
        press="Look at what it would be",
    )
    assert "4 rounds by the schedule" in good.text()
    made = visitor.submit(good, press="Make this run")
    assert made.title == "Thursday's market"
    run = db.session.scalars(sa.select(Run)).one()
    assert (run.phase, len(queries.rounds_of(run.id, clock.now()))) == (Phase.SETTING_UP, 5)
    assert "You are in no simulation" in visit(people[0]).get(f"/cohorts/{cohort.slug}/simulations/").text()
    again = visitor.submit(
        visitor.get(here), fields={"teams": "simulation"}, press="Look at what it would be"
    )
    assert "played here already: Thursday's market" in again.text()
    visit(people[0]).refused(here, status=403)


@pytest.mark.slow
def test_everything_about_a_run_is_arranged_on_its_page(visit):
    played = simulations.run("market", competing=False)
    cohort, first = played.cohort, played.team()
    run = played.run
    here = f"/cohorts/{cohort.slug}/simulations/{run.public_id}/setup/"
    visitor = visit(world.granted(Role.FACULTY, cohort))
    visitor.get(here)
    with statements() as seen:
        page = visitor.get(here)
    assert len(seen) <= 14
    key = first.public_id
    page = visitor.submit(page, form_with("rename", key), {"name": "table 02"})
    assert "Another team of this run is called" in page.text()
    assert page.one(f"#name-{key}")["value"] == "table 02"
    page = visitor.submit(page, form_with("rename", key), {"name": "The Hill"})
    assert "The team is called “The Hill”" in page.text()
    page = visitor.submit(page, form_with("rival"))
    assert "Rival 3 competes" in page.text()
    page = visitor.submit(page, form_with("practice"))
    assert "The practice has begun" in page.text()
    other = played.team("team-02").public_id
    page = visitor.submit(page, form_with("merge", key), {"into": other, "reason": "One is left."})
    assert "They play on in Table 02" in page.text()
    page = visitor.submit(page, form_with("part", key))
    assert "The Hill plays for itself again" in page.text()
    page = visitor.submit(page, form_with("assist", key), {"strategy": "pioneer", "reason": "Nobody writes."})
    assert "A bot decides for the team whenever" in page.text()
    page = visitor.submit(page, form_with("discard"), {"reason": "Wrong teams."})
    assert "The run is discarded" in page.text()
    assert "Wrong teams." in page.text("section[aria-labelledby=trail-title]")
    played.team().name = "=SUM(A1:A9)"
    db.session.commit()
    table = visitor.open("GET", f"{here}roles.csv").get_data(as_text=True)
    assert "'=SUM(A1:A9)" in table
    book = visitor.open("GET", f"{here}roles.xlsx").data
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        assert "=SUM(A1:A9)" in packed.read("xl/sharedStrings.xml").decode(), "a text"
        assert "<f>" not in packed.read("xl/worksheets/sheet1.xml").decode(), "and no formula"
    marks = here.replace("/setup/", "/marks")
    assert visitor.open("GET", f"{marks}.xlsx").data[:2] == b"PK"
    assert visitor.open("GET", f"{marks}.pdf").status_code == 404
    reader = visit(world.granted(Role.ASSISTANT, cohort)).get(here)
    assert not reader.has("main form")
    visit(played.people["team-01"][0][0]).refused(here, status=403)


def test_open_rounds_have_more_time_by_one_button(visit):
    played = simulations.run("market")
    here = f"/cohorts/{played.cohort.slug}/simulations/"
    first = played.round()
    end = first.closes_at
    with clock.at(end - dt.timedelta(hours=1)):
        visitor = visit(world.granted(Role.FACULTY, played.cohort))
        form = f'form[action="{here}extend/"]'
        page = visitor.submit(visitor.get(here), form, {"hours": "99", "why": "Sign-in is down."})
        assert "From 1 to 72 hours" in page.text()
        assert page.one("input[name=why]")["value"] == "Sign-in is down."
        page = visitor.submit(page, form, {"hours": "3"})
        assert "3 more hours for round 1 of Portfolio Years" in page.text()
    assert played.round().closes_at == end + dt.timedelta(hours=3)


def test_a_team_with_the_wrong_size_is_named(visit):
    cohort = world.cohort(weeks_in=1)
    one = simulations.place_of(cohort, world.learner(cohort, "Ona Alone"))
    with unit_of_work() as work:
        teams = [NewTeam(name="Solo", place_ids=(one,))]
        enrolment.form_teams(cohort.id, TeamKind.WORKING, teams, actor=world.director(), now=work.now)
    visitor = visit(world.granted(Role.COORDINATOR, cohort))
    page = visitor.get(f"/cohorts/{cohort.slug}/simulations/new/")
    page = visitor.submit(page, press="Look at what it would be")
    assert "The game is made for 3 to 6 in a team; look at Solo." in page.text()
