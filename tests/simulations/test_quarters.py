"""Six Quarters at a team's place: who reads what, how a sheet is written, what stays hidden to the debrief."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
import sqlalchemy as sa
from flask import render_template

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.simulations import actions, queries
from lms.simulations.engines.leadership import Parameters, State, deal
from lms.simulations.engines.leadership.briefs import private, reading
from lms.simulations.models import WorldResult
from lms.simulations.views.desks import desk_of
from tests.factories import simulations, world
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("session")
FORM = "form.cockpit-form"
JSON = {"Accept": "application/json"}
LENSES = ("strategy", "people", "customer", "finance")


@pytest.fixture
def played():
    return simulations.run("leadership", teams=2, members=4)


def address(played, key="team-01", tail=""):
    run, team = played.run, played.team(key)
    return f"/cohorts/{played.cohort.slug}/simulations/{run.public_id}/teams/{team.public_id}/{tail}"


def during(played, number=1, *, hours=2):
    return clock.at(played.round(number).opens_at + dt.timedelta(hours=hours))


def ground(played, number=1, key="team-01"):
    """Parameters and the team's own state before a round."""
    (line,) = queries.worlds_of(played.run_id)
    state = queries.state_of(line.id, number)["teams"][key]
    return Parameters.read(queries.parameters_of(played.run)), State.read(state)


def numbers(played, number=1, letters="b"):
    """The form's fields that choose these authors' letters on the cards of a round."""
    params, state = ground(played, number)
    return {
        f"card-{at}": str(deal.shown(card, state.seed).index(letters) + 1)
        for at, card in enumerate(deal.hand(params, state.seed, number), start=1)
    }


def test_each_member_reads_their_own_brief_and_nobody_elses(played, visit):
    params, state = ground(played)
    heard = private(params, state)
    with during(played):
        for at, lens in enumerate(LENSES):
            page = visit(played.people["team-01"][at][0]).get(address(played))
            own = reading(params, state, heard[lens])
            assert f"about {own.value} of 100, between {own.low} and {own.high}" in page.text(
                "#step-situation"
            )
            assert "Only you read this; tell your team." in page.text("#step-situation")
            for other in LENSES:
                if heard[other] != heard[lens]:
                    says = reading(params, state, heard[other])
                    assert f"You alone hear: {says.title}" not in page.text()
            assert page.text().count("You alone hear") == 1
        faculty = world.granted(Role.FACULTY, played.cohort)
        watching = visit(faculty).get(address(played))
        assert "You alone hear" not in watching.text()


def test_a_team_fills_in_a_quarter_and_submits_it(played, visit):
    with during(played):
        one = visit(played.people["team-01"][0][0])
        page = one.get(address(played))
        assert page.title == "Quarter 1"
        sent = {"attention-ceo": "2", "attention-cto": "2", "attention-pm-c": "2", "attention-vision": "30"}
        page = one.submit(page, FORM, sent | {"capacity-cash": "50"}, press="Check and submit")
        problems = page.texts(".summary-errors a")
        params, state = ground(played)
        titles = [card.title for card in deal.hand(params, state.seed, 1)]
        assert problems == [
            *(f"{title}: Choose one of the three." for title in titles),
            "Capacity: The five come to 130 %. Take 30 % away.",
        ]
        assert page.one("#capacity-cash")["value"] == "50"
        assert "units too many: everybody gets" in page.text(".left-line")
        sent = numbers(played) | {"capacity-cash": "20", "attention-vision": "3.5", "rationale": "One page."}
        page = one.submit(page, FORM, sent, press="Check and submit")
        assert "Option" in page.text("#review")
        page = one.submit(page, "#review form", press="Submit quarter 1")
        assert "Quarter 1 is submitted" in page.messages[0]
    sheet = queries.sheet_of(played.round().id, played.team().id)
    assert set(sheet.submitted["options"].values()) == {"b"}
    assert sheet.submitted["attention"]["vision"] == 3.5


@pytest.mark.slow
def test_the_script_hears_the_arithmetic_and_its_pictures(played, visit):
    with during(played):
        one = visit(played.people["team-01"][0][0])
        page = one.get(address(played))
        fields = {
            tag["name"]: tag.get("value", "")
            for tag in page.soup.select(f"{FORM} input[name]")
            if tag.get("type") != "radio"
        }
        sent = fields | numbers(played) | {"attention-ceo": "2", "message": "full"}
        answer = one.open("POST", address(played, tail="sheet/save"), data=sent, headers=JSON).json
    params, state = ground(played)
    cost = sum(card.options["b"].cost for card in deal.hand(params, state.seed, 1))
    assert answer["out"]["left"] == f"Attention left {20 - cost - 2:g} of 20"
    assert answer["out"]["total"] == "100 %"
    assert answer["out"]["open-cards"] == "Every card is decided"
    assert "<svg" in answer["html"]["effect"]


AUTHORED = re.compile(r"""value=["'][abc]["']|"(?:A|E)\d+"\s*:\s*"[abc]"|&#34;[abc]&#34;""")


@pytest.mark.slow
def test_no_page_of_a_team_knows_the_authors_letters(played, visit):
    params, state = ground(played)
    with during(played):
        one, two = (visit(person) for person, _ in played.people["team-01"][:2])
        mine, theirs = one.get(address(played)), two.get(address(played))
        for card in mine.soup.select(".card-choice"):
            assert [tag["value"] for tag in card.select("input")] == ["1", "2", "3"]
        pages = [mine, theirs]
        pages.append(two.submit(theirs, FORM, numbers(played), press="Save draft"))
        pages.append(one.submit(mine, FORM, numbers(played, letters="c"), press="Save draft", status=409))
        conflict = pages[-1]
        assert conflict.texts("fieldset legend")[0].startswith("Card: ")
        assert all(f"option {number}" in conflict.text() for number in set(numbers(played).values()))
        first = deal.hand(params, state.seed, 1)[0]
        pages.append(
            one.submit(
                conflict,
                "main form.groups",
                {f"pick:options.{first.id}": "mine"},
                press="Take the pen over and save this choice",
            )
        )
        pages.append(one.submit(pages[-1], FORM, {}, press="Check and submit"))
    draft = queries.sheet_of(played.round().id, played.team().id).draft
    assert draft["options"][first.id] == "c"
    assert sorted(draft["options"].values()).count("b") == len(draft["options"]) - 1
    for page in pages:
        assert not AUTHORED.search(str(page.soup)), page.url


@pytest.mark.slow
def test_no_true_value_and_no_judgement_is_on_a_learners_page_before_the_debrief(played, visit):
    (person, _), *_rest = played.people["team-01"]
    for number in (1, 2):
        played.submits("team-01", number=number)
        played.plays(number)
    truths = set()
    for (text,) in db.session.execute(sa.select(WorldResult.report)):
        for report in json.loads(text)["teams"].values():
            secret = report["facilitator"]
            truths |= {f"{value:.4f}" for value in secret["after"].values() if value != int(value)}
            truths |= {f"{value:.1f} of 100" for value in secret["after"].values()}
            truths |= {card["because"] for card in secret["cards"] if card["because"]}
            truths |= {card["consequence"] for card in secret["cards"]}
            truths |= {f"{secret['score']['index']:.1f}"}
    with during(played, 3):
        one, here = visit(person), address(played)
        with statements() as seen:
            page = one.get(here)
        assert len(seen) <= 10, str(seen)
        links = {tag["href"] for tag in page.soup.select(f'main a[href*="{here}"]')}
        pages = [page, *(one.get(link) for link in sorted(links))]
    assert len(pages) > 1
    for page in pages:
        html = str(page.soup)
        assert not [truth for truth in truths if truth in html], page.url
        for word in ("fitting", "textbook", "facilitator", "quality"):
            assert word not in html, page.url
        assert not AUTHORED.search(html)


@pytest.mark.slow
def test_a_quarter_reads_as_a_report_and_as_a_workbook_of_ones_own_decisions(played, app):
    person, _ = played.people["team-01"][0]
    played.submits("team-01", why="Because we asked.")
    played.plays(1)
    played.plays(2)
    actor = world.actor(person)
    view = queries.team_at(actor, played.cohort.slug, played.run.public_id, played.team().public_id)
    with during(played, 3):
        seat = queries.seat_of(view, clock.now())
    assert seat.last.scores == {}, "the index is computed from what is hidden until the debrief"
    desk = desk_of("leadership")
    read = desk.read_report(seat, seat.last)
    with app.test_request_context():
        html = render_template("simulations/leadership/_report.html", report=read)
    assert "Nothing was submitted this quarter" in html
    assert "As it stands at the beginning of quarter 3." in html
    assert html.count("<svg") > 20
    decided, known = desk.sheets(seat, seat.last)
    assert decided.rows[0] == ["Quarter", "Part", "Of", "Decided"]
    assert [2, "Nothing was submitted", "", ""] in decided.rows
    cards = [row for row in decided.rows if row[1] == "Cards"]
    params, state = ground(played)
    assert [row[2] for row in cards] == sorted(
        (card.title for card in deal.hand(params, state.seed, 1)),
        key=[card.title for card in params.cards].index,
    )
    assert all(str(row[3]).startswith("Option ") for row in cards)
    assert known.rows[0] == ["Of", "Quarter 1", "Quarter 2", "Quarter 3"]
    bands = {"", *(one.name for one in params.signals.bands)}
    assert {str(word) for row in known.rows[1:] for word in row[1:]} <= bands


def test_a_member_who_leaves_takes_no_brief_with_them(played, visit):
    params, state = ground(played)
    heard = private(params, state)["finance"]
    leaver = played.people["team-01"][3][1]
    with unit_of_work():
        actions.set_lens(played.run_id, leaver, "", actor=world.director())
    with during(played):
        page = visit(played.people["team-01"][0][0]).get(address(played))
        gone = visit(played.people["team-01"][3][0]).get(address(played))
    title = reading(params, state, heard).title
    told = {tag.select_one("th").get_text(strip=True): tag for tag in page.soup.select("details tbody tr")}
    assert told[title].select("td")[-1].get_text(strip=True) != "–"
    assert "You alone hear" not in gone.text()
