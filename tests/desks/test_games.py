"""Rounds of simulations on the desks: what one's own round asks, and what the games need of those who run them."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.cohorts import actions as cohorts
from lms.core import clock
from lms.core.uow import unit_of_work
from lms.desks.actions import look_after
from lms.desks.rules import rounds_note
from lms.integrations import queries as calendars
from lms.notifications import queries as notices
from lms.people.rules import Role
from lms.simulations import actions
from lms.simulations.rules import Verdict
from tests.factories import simulations, world
from tests.support.statements import statements

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def played(session):
    return simulations.run("market", teams=2)


def row(page, title, rows=".rows li"):
    """The one row that names it; empty: there is none."""
    found = [each for each in page.texts(rows) if title in each]
    assert len(found) <= 1, found
    return found[0] if found else ""


@pytest.mark.slow
def test_the_desk_says_what_the_open_round_asks_of_oneself(played, visit):
    cohort, first = played.cohort, played.round()
    ana, ben, cleo = (who for who, _place in played.people["team-01"])
    stranger = played.people["team-02"][0][0]
    address = f"/cohorts/{cohort.slug}"

    def desk(who):
        return visit(who).get(address)

    with clock.at(first.opens_at + HOUR):
        page = desk(ana)
        line = row(page, "Round 1 of Portfolio Years")
        assert "your team has not begun" in line
        assert "closes" in line
        assert "Begin to decide" in page.text("#round-1 ~ .acts")
        assert f"/teams/{played.team().public_id}/" in page.link("Round 1 of Portfolio Years")
        with unit_of_work() as work:
            actions.save(played.change(at=1), played.blank(), "A draft.", now=work.now)
        assert f"{ben.name} writes; nothing is submitted" in row(desk(ana), "Round 1 of")
        assert "you write; nothing is submitted" in row(desk(ben), "Round 1 of")
    with clock.at(first.opens_at + DAY):
        assert f"a draft by {ben.name}; nothing is submitted" in row(desk(ana), "Round 1 of")
    with clock.at(first.closes_at - 4 * HOUR):
        assert "Go on deciding" in desk(ana).text(".next")
    played.submits()
    with clock.at(first.closes_at - HOUR):
        page = desk(ben)
        assert "Round 1 of Portfolio Years" in page.text(".next")
        assert f"Submitted by {ana.name}: confirm it, or say why not" in page.text(".next")
        assert "Read and confirm" in page.text(".next")
        assert "submitted by you, 1 of 3 stand behind it" in row(desk(ana), "Round 1 of")
        assert not desk(ana).has("#round-1")
        assert "Round 1" not in desk(ana).text(".next")
        with unit_of_work() as work:
            actions.say(played.change(at=1), Verdict.DISSENT, 1, "Too dear.", now=work.now)
        assert f"; {ben.name} dissents: confirm it" in row(desk(cleo), "Round 1 of")
        assert "you dissent" in row(desk(ben), "Round 1 of")
        assert "your team has not begun" in row(desk(stranger), "Round 1 of")
        with unit_of_work() as work:
            actions.say(played.change(at=2), Verdict.CONFIRM, 1, now=work.now)
        assert f"submitted by you; {ben.name} dissents" in row(desk(ana), "Round 1 of")
    played.plays(publish=False)
    with clock.at(first.closes_at + HOUR):
        assert "closed; the results are on their way" in row(desk(ana), "Round 1 of")
        assert "closed without your team’s decision" in row(desk(stranger), "Round 1 of")
        assert "Results of" not in desk(ana).text()
    with clock.at(first.results_at), unit_of_work() as work:
        actions.publish_due(now=work.now)
    with clock.at(first.results_at + HOUR):
        page = desk(ana)
        assert "the report is there" in row(page, "Results of round 1 of Portfolio Years")
        assert visit(ana).get(page.link("Results of round 1 of Portfolio Years")).has("h1")
        assert "your team had decided nothing" in row(desk(stranger), "Results of round 1")
    with clock.at(first.results_at + 8 * DAY):
        assert "Results of round 1" not in desk(ana).text()


def test_a_stopped_clock_asks_nothing_and_the_rounds_own_page_says_the_same(played, visit):
    first, ana = played.round(), played.people["team-01"][0][0]
    by, address = world.director(), f"/cohorts/{played.cohort.slug}"
    with clock.at(first.closes_at - 3 * HOUR):
        assert "Begin to decide" in visit(ana).get(address).text(".next")
        with unit_of_work() as work:
            actions.freeze(played.run_id, first.id, "The network is down.", actor=by, now=work.now)
        page = visit(ana).get(address)
        assert "the clock is stopped" in row(page, "Round 1 of")
        assert "Round 1" not in page.text(".next")
        assert "the clock is stopped" in visit(ana).get(f"{address}/activities/ps-r1").text("main")


@pytest.mark.slow
def test_it_costs_one_statement_whatever_the_team_did(played, visit):
    cohort, ana = played.cohort, played.people["team-01"][0][0]
    address = f"/cohorts/{cohort.slug}"

    def cost(at):
        with clock.at(at):
            visitor = visit(ana)
            visitor.get(address)
            with statements() as seen:
                visitor.get(address)
        return len(seen)

    few = cost(played.round().opens_at + HOUR)
    for number in (1, 2, 3):
        played.submits(number=number)
        with clock.at(played.round(number).closes_at - HOUR), unit_of_work() as work:
            actions.say(played.change(at=1, number=number), Verdict.CONFIRM, 1, now=work.now)
            actions.say(played.change(at=2, number=number), Verdict.DISSENT, 1, "No.", now=work.now)
        played.plays(number)
    assert few == cost(played.round(4).opens_at + HOUR) <= 10


def test_who_is_missing_in_words():
    assert rounds_note(0, [], []) == "no team plays in it"
    assert rounds_note(1, [], []) == "its team has submitted"
    assert rounds_note(4, [], []) == "all 4 teams have submitted"
    assert rounds_note(4, ["A"], []) == "1 of 4 teams has not submitted: A"
    assert rounds_note(4, ["A", "B"], ["B"]) == (
        "2 of 4 teams have not submitted: A and B; B let the round before pass too"
    )
    assert rounds_note(9, ["A", "B", "C", "D", "E"], []) == (
        "5 of 9 teams have not submitted: A, B, C and 2 more"
    )


@pytest.fixture
def staff(played):
    return {
        "/run-sheet": world.granted(Role.COORDINATOR, played.cohort, "Cora Coordinator"),
        "/teaching": world.granted(Role.FACULTY, played.cohort, "Fred Faculty"),
    }


@pytest.mark.slow
def test_those_who_run_games_see_what_opens_closes_fails_and_waits(played, staff, visit):
    first = played.round()
    staff["/coordination"] = staff["/run-sheet"]

    def said(at, title):
        """What each desk says of a line; they say the same."""
        with clock.at(at):
            found = {row(visit(who).get(address), title) for address, who in staff.items()}
        assert all(found) or not any(found), found
        return " ".join(sorted(found))

    assert "its teams are told" in said(first.opens_at - 2 * DAY, "Round 1 of Portfolio Years opens")
    played.submits()
    open_ = said(first.closes_at - HOUR, "Round 1 of Portfolio Years closes")
    assert "1 of 2 teams has not submitted: Table 02" in open_
    with clock.at(first.closes_at - HOUR):
        assert row(visit(staff["/run-sheet"]).get("/run-sheet?show=need"), "Round 1 of")
    late = said(first.closes_at + HOUR, "Round 1 of Portfolio Years is over")
    assert "not played: perhaps no worker runs" in late
    played.plays(publish=False)
    waits = said(first.closes_at + HOUR, "Round 1 of Portfolio Years has results to show")
    assert "played; they can be shown earlier" in waits
    assert "not shown though their time has come" in said(
        first.results_at + HOUR, "Round 1 of Portfolio Years has results"
    )
    with clock.at(first.results_at), unit_of_work() as work:
        actions.publish_due(now=work.now)
    second = played.round(2)
    assert "Table 02 let the round before pass too" in said(second.opens_at + HOUR, "Round 2 of")
    down = said(second.opens_at + HOUR, "Table 02 is down to nobody in Portfolio Years")
    assert "another team, or a bot" in down
    with clock.at(second.opens_at + HOUR):
        desk = visit(staff["/run-sheet"])
        page = desk.get("/run-sheet?kind=round")
        assert page.link("Open the console: Round 2 of Portfolio Years closes").endswith(
            f"/simulations/{played.run.public_id}/"
        )
        assert page.link("Decide what becomes of it: Table 02 is down to nobody in Portfolio Years").endswith(
            "/setup/"
        )
        with unit_of_work() as work:
            key = f"round:{second.public_id}"
            cora = world.actor(staff["/run-sheet"])
            look_after(played.cohort.id, key, cora.public_id, actor=cora, now=work.now)
        assert "yours" in row(desk.get("/run-sheet"), "Round 2 of Portfolio Years closes")
        with unit_of_work() as work:
            actions.freeze(played.run_id, second.id, "Power cut.", actor=world.director(), now=work.now)
    assert "its clock is stopped" in said(
        second.opens_at + 2 * HOUR, "Round 2 of Portfolio Years stands still"
    )
    stranger = world.granted(Role.COORDINATOR, world.cohort(weeks_in=6), "Olga Other")
    with clock.at(second.opens_at + HOUR):
        assert "Portfolio Years" not in visit(stranger).get("/run-sheet").text("main")


@pytest.mark.slow
def test_lines_of_games_cost_two_statements(played, staff, visit):
    at, other = played.round().opens_at + HOUR, world.cohort(weeks_in=6)
    with unit_of_work() as work:
        for role, address in ((Role.COORDINATOR, "/run-sheet"), (Role.FACULTY, "/teaching")):
            cohorts.appoint(other.id, staff[address].id, role, actor=world.director(), now=work.now)

    def cost():
        found = {}
        for address, who in {**staff, "/coordination": staff["/run-sheet"]}.items():
            visitor = visit(who)
            visitor.get(address)
            with statements() as seen:
                visitor.get(address)
            found[address] = len(seen)
        return found

    with clock.at(at):
        few = cost()
    simulations.run("market", teams=4, cohort=other)
    played.submits()
    with clock.at(at):
        assert cost() == few
    assert max(few.values()) <= 14, few


def test_rounds_stand_in_digests_and_calendars_by_the_runs_own_dates(played, visit):
    """More time in the game is the schedule's, so whoever reads mail or a calendar has the same end."""
    first, ana = played.round(), played.people["team-01"][0][0]
    later = first.closes_at + 3 * HOUR
    with clock.at(first.opens_at + HOUR):
        with unit_of_work() as work:
            actions.extend(
                played.run_id, first.id, later, "The network is down.", actor=world.director(), now=work.now
            )
        now = clock.now()
        (due,) = [
            one
            for one in notices.due([ana.id], since=now, until=now + 7 * DAY)[ana.id]
            if one.title.startswith("PS-R1 ")
        ]
        assert (due.at, due.session) == (later, False)
        assert due.link.endswith("/activities/ps-r1")
        entries = [entry for _part, entry in calendars.calendar_of(ana.id, (), now).entries()]
        (entry,) = [one for one in entries if "PS-R1" in one.title]
        assert entry.starts_at == later
