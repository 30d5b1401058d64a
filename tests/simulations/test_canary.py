"""What a team writes, what is hidden and what waits to be shown is nowhere for anybody else: every page, every file.

The canaries are words and figures that can come from one place only: a rival's reasons and drafts, a note of whoever
runs the game, the event of a round that is to come, the results of a round that was played and not shown.
"""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.simulations import actions, queries
from lms.simulations.engines.play import parameters as parameters_in
from lms.simulations.engines.play import shipped
from lms.simulations.models import Round, WorldResult
from lms.simulations.rules import Part, Verdict
from tests.factories import calendars, live, simulations, speaking, world
from tests.support.everywhere import hand_out_what_is_printed, pages_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("session", "readable_pdfs")]

REASON = "the heron told nobody"
DRAFT = "the heron thinks aloud"
DISSENT = "the heron disagrees"
NOTE = "the heron was noted"
HELPED = "the heron needs a bot"
SHOCK, UNSHOWN = "Heron storm", "Heron flood"
BRAND, PRICE, LATER = "37.19", "11.37", "12.91"
SCORE = "9961.8"
FILES = ("decisions.csv", "results.csv", "log.csv", "everything.xlsx", "debrief.pdf", "decisions.xlsx")


@pytest.fixture
def readable_pdfs(monkeypatch):
    hand_out_what_is_printed(monkeypatch)


def heron(engine):
    """The shipped scenario with events and hidden truths that can be told from everything else."""
    raw = parameters_in(shipped("portfolio-years" if engine == "market" else "six-quarters"))
    if engine == "market":
        deck = list(raw["events"]["deck"].values())
        deck[0]["title"], deck[1]["title"] = SHOCK, UNSHOWN
    else:
        for card in raw["cards"]:
            for option in card["options"].values():
                option["consequence"] += f" {SHOCK}."
            if card.get("context"):
                card["context"]["because"] += f" {UNSHOWN}."
    return raw


def game(engine, cohort=None):
    """One round shown, a second played and not shown, a third to come; the second team has secrets."""
    played = simulations.run(engine, teams=3, members=2, cohort=cohort, parameters=heron(engine))
    by = world.director()
    for number in (1, 2):
        sheet = played.blank("team-02", number=number)
        if engine == "market":
            sheet["products"]["A"] |= {"price": float(PRICE if number == 1 else LATER), "brand": float(BRAND)}
        else:
            sheet["attention"]["stakeholders"]["ceo"] = 3.0
        played.submits("team-01", number=number, why="We looked.")
        played.submits("team-02", sheet, number=number, why=f"{REASON} {number}")
        with clock.at(played.round(number).closes_at - dt.timedelta(minutes=30)):
            with unit_of_work() as work:
                actions.say(
                    played.change("team-02", 1, number=number), Verdict.DISSENT, 1, DISSENT, now=work.now
                )
            with unit_of_work() as work:
                actions.save(played.change("team-02", number=number), sheet, DRAFT, now=work.now)
            if engine == "market" and number == 2:
                key = list(heron(engine)["events"]["deck"])[1]
                with unit_of_work():
                    actions.set_event(played.run_id, played.round(2).id, {"key": key}, "Now.", actor=by)
        played.plays(number, publish=number == 1)
    with unit_of_work() as work:
        actions.note(played.run_id, NOTE, actor=by, now=work.now)
        actions.set_strategy(
            played.run_id,
            played.team("team-03").id,
            queries.game_of(played.run).strategies()[0],
            HELPED,
            actor=by,
            now=work.now,
        )
        if engine == "market":
            key = next(iter(heron(engine)["events"]["deck"]))
            actions.set_event(played.run_id, played.round(3).id, {"key": key}, "Later.", actor=by)
    second = played.round(2).id
    db.session.execute(
        sa.update(WorldResult)
        .where(WorldResult.round_id == second)
        .values(scores={f"team-{at:02}": float(SCORE) for at in range(1, 6)})
    )
    db.session.commit()
    return played


def named(*games, tokens=("nobody",)):
    """What stands in addresses of these games: every one with every other."""
    teams = [f"team-{at:02}" for at in (1, 2)]
    rounds = sa.select(Round.public_id).where(Round.run_id.in_([one.run_id for one in games]))
    return {
        "public_id": [one.run.public_id for one in games],
        "team": [one.team(key).public_id for one in games for key in teams],
        "played": list(db.session.scalars(rounds.where(Round.number < 3).order_by(Round.id))),
        "file": FILES,
        "ending": ("csv", "xlsx"),
        "token": tokens,
    }


def walked(app, visitor, played, canaries, *, words=("ps-r2",), tokens=("nobody",)):
    """Addresses at which somebody reads one of these canaries."""
    found, looked_at = [], 0
    for address, text in pages_of(app, visitor, played.cohort, words, named(played, tokens=tokens)):
        looked_at += 1
        found += [(address, canary) for canary in canaries if canary in text]
    assert looked_at > (50 if words else 20)
    return found


@pytest.mark.parametrize("engine", ["market", "leadership"])
def test_nothing_of_another_team_or_of_what_is_to_come_is_anywhere_before_its_time(app, visit, engine):
    played = game(engine)
    elsewhere = world.cohort(weeks_in=6)
    secret = (REASON, DRAFT, DISSENT, NOTE, HELPED, SHOCK, UNSHOWN, LATER, SCORE)
    words = ("ps-r2" if engine == "market" else "ls-r2",)
    if engine == "market":
        secret += (BRAND,)
    with clock.at(live.session(played.cohort, "mc2").starts_at - dt.timedelta(weeks=3)):
        speaker = speaking.token_of(speaking.asked(played.cohort, "mc2"))
    with clock.at(played.round(2).closes_at + dt.timedelta(hours=1)):
        rival, stranger = played.people["team-01"][0][0], world.learner(played.cohort, "Sana Seatless")
        for who in (rival, stranger, world.learner(elsewhere, "Omar Other")):
            feed = calendars.address(who).removeprefix("/calendar/").removesuffix(".ics")
            tokens = (feed, speaker)
            assert "VEVENT" in visit(who).open("GET", f"/calendar/{feed}.ics").get_data(as_text=True)
            assert visit(who).open("GET", f"/speaking/{speaker}").status_code in (200, 410), "or over"
            every = words if who is rival else ()
            assert walked(app, visit(who), played, secret, words=every, tokens=tokens) == [], who.name
        for role in (Role.MARKER, Role.GUIDE, Role.PANEL_MEMBER):
            someone = visit(world.granted(role, played.cohort))
            assert walked(app, someone, played, secret, words=()) == [], role
        own = visit(played.people["team-02"][1][0])
        seen = walked(app, own, played, secret)
        assert {canary for _, canary in seen} >= {REASON, DISSENT}, "their own words are theirs"
        assert [one for one in seen if one[1] in (NOTE, HELPED, SHOCK, UNSHOWN, SCORE)] == []
    while outbox.drain():
        pass
    for table in ("outbox", "notice", "mail_message", "completion_fact", "result"):
        rows = repr(db.session.execute(sa.select(db.metadata.tables[table])).all())
        assert [canary for canary in secret if canary in rows] == [], table


@pytest.mark.parametrize("engine", ["market", "leadership"])
def test_of_the_cohorts_debrief_nothing_is_anywhere_that_is_not_shown_to_the_room(app, visit, engine):
    """A team's own debrief opens at once; what others decided, wrote and came to waits for whoever leads it."""
    played = game(engine)
    db.session.execute(sa.delete(Round).where(Round.run_id == played.run_id, Round.number > 2))
    db.session.commit()
    with clock.at(played.round(2).results_at + dt.timedelta(hours=1)):
        with unit_of_work() as work:
            actions.publish_due(now=work.now)
        with unit_of_work() as work:
            actions.start_debrief(played.run_id, actor=world.director(), now=work.now)
        latest = db.session.scalars(
            sa.select(WorldResult.report).where(WorldResult.round_id == played.round(2).id)
        ).one()
        ours, theirs = (json.loads(latest)["teams"][key] for key in ("team-01", "team-02"))
        if engine == "market":
            hidden = {BRAND, str(theirs["profit"]["after_tax"]), str(theirs["balance"]["cash"])}
        else:
            after = theirs["facilitator"]["after"]
            hidden = {repr(one) for name, one in after.items() if one != ours["facilitator"]["after"][name]}
        secret = (REASON, DRAFT, DISSENT, NOTE, HELPED, SCORE, *hidden)
        rival = visit(played.people["team-01"][0][0])
        assert walked(app, rival, played, secret) == []
        with unit_of_work() as work:
            every = (Part.TIMELINE, Part.COMPARE, Part.TRUTH)
            actions.reveal(played.run_id, every, actor=world.director(), now=work.now)
        seen = {canary for _, canary in walked(app, rival, played, secret)}
        assert seen >= {REASON, DISSENT}, "shown to the room"
        assert seen & hidden, "the cohort's tables go with what is shown"
        assert not seen & {DRAFT, NOTE, HELPED}
