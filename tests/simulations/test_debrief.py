"""The debrief: told from the cohort's own decisions, shown as it is led, and never before."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.simulations import actions, queries
from lms.simulations.models import Round
from lms.simulations.rules import Part, Ranking, RoundKind, Verdict
from lms.simulations.rules.debrief import parts_of
from tests.factories import simulations, world
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("session")
ROUNDS = {"market": 8, "leadership": 6}


def game(engine, *, rounds=3, teams=2, start=True, ranking=None):
    """A run of a few rounds, all published; the first team explains itself, and a member of it dissents once."""
    played = simulations.run(engine, teams=teams, members=2)
    db.session.execute(sa.delete(Round).where(Round.run_id == played.run_id, Round.number > rounds))
    if ranking is not None:
        played.run.ranking = ranking
    db.session.commit()
    for number in range(1, rounds + 1):
        sheet = played.blank(number=number)
        if engine == "market":
            sheet["products"]["A"] |= {"price": 9.0 + number / 2, "production": 120.0}
        played.submits("team-01", sheet, number=number, why=f"Our reason of round {number}.")
        if number == 2:
            with clock.at(played.round(number).closes_at - dt.timedelta(minutes=30)), unit_of_work() as work:
                change = played.change("team-01", 1, number=number)
                submission = queries.sheet_of(change.round_id, change.team_id).submission
                actions.see(change, now=work.now)
                actions.say(change, Verdict.DISSENT, submission, "I would have waited.", now=work.now)
        played.plays(number)
    if start:
        with unit_of_work() as work:
            actions.start_debrief(played.run_id, actor=world.director(), now=work.now)
    return played


def page_of(played, *rest):
    return f"/cohorts/{played.cohort.slug}/simulations/{played.run.public_id}/{'/'.join(rest)}"


def late(played):
    """The day after the last results."""
    last = db.session.scalars(sa.select(Round.results_at).where(Round.run_id == played.run_id)).all()
    return clock.at(max(last) + dt.timedelta(days=1))


def parts(played, *names):
    with unit_of_work() as work:
        actions.reveal(played.run_id, names, actor=world.director(), now=work.now)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["market", "leadership"])
def test_who_leads_reads_everything_before_and_those_who_played_only_what_is_shown(engine, visit):
    played = game(engine, start=False)
    member = played.people["team-01"][0][0]
    here, own = page_of(played, "debrief/"), page_of(played, "teams", played.team().public_id, "debrief/")
    with late(played):
        leader, learner = visit(world.granted(Role.FACULTY, played.cohort)), visit(member)
        page = leader.get(here)
        assert "The debrief has not begun" in page.text()
        for part in parts_of(engine):
            with statements() as seen:
                told = leader.get(f"{here}?part={part.value}")
            assert len(seen) <= 14, (part, seen)
            assert len(str(told.soup)) < 120_000, part
        learner.refused(here, status=403)
        learner.refused(own, status=403)
        page = press(leader, page, "Start the debrief")
        assert "The debrief has begun" in page.text()
        assert texts(learner.get(here)) == ["What you take along"]
        press(leader, leader.get(f"{here}?part=timeline"), "Show this part")
        parts_shown = texts(learner.get(here))
        assert parts_shown == ["Round by round", "What you take along"]
        assert "I would have waited." in learner.get(f"{here}?part=timeline&round=2").text()
        for part in ("timeline", "after"):
            with statements() as seen:
                told = learner.get(f"{here}?part={part}")
            assert len(seen) <= 10, (part, seen)
            assert len(str(told.soup)) < 60_000, part
        assert learner.get(f"{here}?part=truth").one("#part-title").text == "Round by round", (
            "not shown: the first part that is"
        )
        for part in parts_of(engine):
            with statements() as seen:
                told = learner.get(f"{own}?part={part.value}")
            assert len(seen) <= 10, (part, seen)
            assert len(str(told.soup)) < 60_000, part
        press(leader, leader.get(f"{here}?part=timeline"), "Take it back")
        assert texts(learner.get(here)) == ["What you take along"]
        stranger = world.learner(played.cohort, "Sana Seatless")
        visit(stranger).refused(here, status=403)
        other = page_of(played, "teams", played.team("team-02").public_id, "debrief/")
        learner.refused(other, status=403)


def press(visitor, page, words):
    return visitor.submit(page, f'form:has(button:-soup-contains("{words}"))', press=words)


def texts(page):
    return [one.get_text(strip=True) for one in page.soup.select("nav[aria-label='Parts of the debrief'] a")]


def table_of(visitor, address):
    text = visitor.open("GET", address).get_data(as_text=True)
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


def test_a_choice_is_swapped_by_its_team_and_nothing_is_written(visit):
    played = game("market")
    member = played.people["team-01"][0][0]
    own = page_of(played, "teams", played.team().public_id, "debrief/")
    with late(played):
        learner = visit(member)
        page = learner.get(f"{own}?part=turning")
        form = {"what": "products.A.price", "round": "3", "source": "2"}
        with statements() as seen:
            told = learner.submit(page, "form[method=get]", form)
        assert not seen.writes
        assert len(seen) <= 10, repr(seen)
        assert "Round 2: A: price, put into round 3" in told.text()
        assert "₹ 10 thousand instead" in told.text()
        for query, says in (
            ("what=products.A.price&round=3&value=abc", "is not a number"),
            ("what=products.A.price&round=3&value=99", "not between 3 and 30"),
            ("what=products.C.price&round=1&value=9", "no such choice"),
            ("what=sheet&round=2", "say from which round"),
            ("what=capacity&round=99&value=1", "only rounds 1 to 3"),
            ("what=capacity&round=x&source=٣&team=team-02", "only rounds 1 to 3"),
        ):
            assert says in learner.get(f"{own}?part=turning&{query}").text(), query
        assert "Points at the end" in learner.get(f"{own}?part=turning&what=sheet&round=2&source=3").text()
        leader = visit(world.granted(Role.FACULTY, played.cohort))
        both = leader.get(
            f"{page_of(played, 'debrief/')}?part=turning&team=team-02&what=capacity&round=1&value=20"
        )
        assert "Round 1: capacity added" in both.text()


def test_a_card_is_swapped_and_a_behaviour_is_shared_only_by_whoever_wrote_it(visit):
    played = game("leadership")
    (member, _), (mate, _) = played.people["team-01"]
    own = page_of(played, "teams", played.team().public_id, "debrief/")
    here = page_of(played, "debrief/")
    card = played.cards("team-01", number=2, kind=RoundKind.ROUND)[0]
    with late(played):
        learner, other = visit(member), visit(mate)
        told = (
            learner.get(f"{own}?part=turning&what={card}&value=1").text()
            + learner.get(f"{own}?part=turning&what={card}&value=2").text()
        )
        assert "With the other option the index would have moved" in told
        assert "choose option 1, 2 or 3" in learner.get(f"{own}?part=turning&what={card}&value=9").text()
        page = learner.get(f"{here}?part=after")
        assert "Six Quarters: reflection" in page.text()
        form = "form:has(textarea)"
        page = learner.submit(page, form, {"text": "Ask the one who has not spoken.", "code": ""}, status=422)
        assert "Choose the competency" in page.text()
        page = learner.submit(page, form, {"code": "INV", "act": "start"})
        assert "Ask the one who has not spoken." not in other.get(f"{here}?part=after").text()
        learner.submit(learner.get(f"{here}?part=after"), form, {"shared": True})
        assert "Ask the one who has not spoken." in other.get(f"{here}?part=after").text()
        leader = visit(world.granted(Role.FACULTY, played.cohort))
        assert "Ask the one who has not spoken." in leader.get(f"{here}?part=after").text()
        assert other.open("POST", f"{here}behaviour/", data={"act": "stop"}).status_code in (400, 422)


@pytest.mark.slow
def test_files_are_the_teams_own_before_the_debrief_and_the_cohorts_in_it(visit):
    played = game("market", start=False)
    team = played.team().public_id
    member = played.people["team-01"][0][0]
    own, whole = page_of(played, "teams", team, "export/"), page_of(played, "export/")
    with late(played):
        learner, leader = visit(member), visit(world.granted(Role.FACULTY, played.cohort))
        head, *rows = table_of(learner, f"{own}decisions.csv")
        assert {row[head.index("team")] for row in rows} == {"team-01"}
        assert [row[head.index("products.A.price")] for row in rows] == ["9.5", "10.0", "10.5"]
        assert {row[head.index("decided")] for row in rows} == {"submitted"}
        assert "I would have waited." in str(table_of(learner, f"{own}log.csv"))
        assert learner.open("GET", f"{own}debrief.pdf").status_code == 403
        assert learner.open("GET", f"{whole}results.csv").status_code == 403
        learner.refused(f"{own}nothing.csv", status=404)
        head, *rows = table_of(leader, f"{whole}decisions.csv")
        assert len(rows) == 15, "five teams, three rounds"
        assert {row[head.index("decided")] for row in rows} == {"submitted", "nothing", "bot"}
        assert leader.open("GET", f"{whole}everything.xlsx").data[:2] == b"PK"
        with unit_of_work() as work:
            actions.start_debrief(played.run_id, actor=world.director(), now=work.now)
        head, *rows = table_of(learner, f"{whole}results.csv")
        scored = {row[head.index("team")] for row in rows if row[head.index("score")]}
        assert scored == {"team-01"}, "the ranking is hidden"
        assert learner.open("GET", f"{whole}log.csv").status_code == 403
        parts(played, Part.COMPARE.value)
        for visitor, address in (
            (learner, f"{own}debrief.pdf"),
            (learner, f"{whole}debrief.pdf"),
            (leader, f"{whole}debrief.pdf"),
        ):
            answer = visitor.open("GET", address)
            assert (answer.status_code, answer.data[:5], answer.mimetype) == (
                200,
                b"%PDF-",
                "application/pdf",
            )
            assert b"StructTreeRoot" in answer.data


def test_scores_of_others_are_in_the_debrief_only_as_the_ranking_says(visit):
    played = game("leadership", teams=5, rounds=2, ranking=Ranking.TOP)
    member = played.people["team-05"][0][0]
    parts(played, Part.SCORES.value, Part.COMPARE.value)
    with late(played):
        learner = visit(member)
        page = learner.get(f"{page_of(played, 'debrief/')}?part=scores")
        shown = [one.get_text() for one in page.soup.select("main thead th")]
        assert len(shown) - 1 in (3, 4)
        assert "Table 05" in shown


def test_a_team_export_of_people_names_no_authored_letter_and_no_hidden_value(visit):
    played = game("leadership", start=False)
    own = page_of(played, "teams", played.team().public_id, "export/")
    with late(played):
        learner = visit(played.people["team-01"][0][0])
        head, *rows = table_of(learner, f"{own}decisions.csv")
        options = {row[at] for at, name in enumerate(head) if name.startswith("options.") for row in rows}
        assert options <= {"1", "2", "3", ""}
        head, *rows = table_of(learner, f"{own}results.csv")
        assert not any(name.startswith("trust.") for name in head)
        assert {row[head.index("score")] for row in rows} == {""}


@pytest.mark.slow
def test_many_teams_of_six_quarters_stand_side_by_side_a_few_at_a_time(visit):
    played = game("leadership", rounds=2, teams=6)
    parts(played, "compare")
    here = f"{page_of(played, 'debrief/')}?part=compare"
    with late(played):
        leader = visit(world.granted(Role.FACULTY, played.cohort))
        first, second = leader.get(here), leader.get(f"{here}&some=2")
        learner = visit(played.people["team-01"][0][0]).get(here)
    assert [page.texts("main [aria-label=Teams] a") for page in (first, second, learner)] == [
        ["Table 01, Table 02, Table 03, Table 04", "Table 05, Table 06"],
        ["Table 01, Table 02, Table 03, Table 04", "Table 05, Table 06"],
        ["Table 01, Table 02", "Table 03, Table 04", "Table 05, Table 06"],
    ]
    assert "Table 05" in second.text("section[aria-labelledby=part-title]")
    assert all(len(str(page.soup)) < 120_000 for page in (first, second))
    assert len(str(learner.soup)) < 60_000
