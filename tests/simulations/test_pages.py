"""Pages of runs: what each kind of person finds where the simulations of a cohort are listed."""

from __future__ import annotations

import pytest

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.simulations import actions
from tests.factories import simulations, world
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("session")


def links(page) -> dict[str, str]:
    return {one.get_text(strip=True): one["href"] for one in page.soup.select("nav[aria-label=Main] a")}


def test_a_learner_finds_their_game_where_it_goes_on_and_nobody_elses(visit):
    played = simulations.run("market")
    (member, _place), cohort = played.people["team-01"][0], played.cohort
    stranger = world.learner(cohort, "Sana Seatless")
    here = f"/cohorts/{cohort.slug}/simulations/"
    with clock.at(played.round().opens_at):
        visitor = visit(member)
        visitor.get(here)
        with statements() as seen:
            page = visitor.get(here)
        assert len(seen) <= 10
        assert "Table 01" in page.text()
        assert "your team has not submitted" in page.text()
        assert "Table 02" not in page.text()
        assert links(page)["Simulations"] == here
        other = visit(stranger).get(here)
        assert "You are in no simulation at the moment" in other.text()
        assert "Simulations" not in links(other)


def test_staff_see_every_run_and_those_who_only_mark_see_none(visit):
    played = simulations.run("market")
    cohort = played.cohort
    here = f"/cohorts/{cohort.slug}/simulations/"
    with clock.at(played.round().opens_at):
        visitor = visit(world.granted(Role.FACULTY, cohort))
        with statements() as seen:
            page = visitor.get(here)
        assert len(seen) <= 14
        assert "3 teams, 9 people, 2 bots" in page.text()
        assert "0 of 3 teams submitted" in page.text()
        visit(world.granted(Role.MARKER, cohort)).refused(here, status=403)


def test_a_run_that_is_being_set_up_or_was_discarded_is_no_learners(visit):
    played = simulations.run("market", competing=False)
    (member, _place) = played.people["team-01"][0]
    here = f"/cohorts/{played.cohort.slug}/simulations/"
    assert "You are in no simulation" in visit(member).get(here).text()
    with unit_of_work() as work:
        actions.begin_practice(played.run_id, actor=world.director(), now=work.now)
    assert "Portfolio Years" in visit(member).get(here).text()
    with unit_of_work() as work:
        actions.discard_run(played.run_id, "Wrong teams.", actor=world.director(), now=work.now)
    assert "You are in no simulation" in visit(member).get(here).text()
