"""Those who guide, direct, administer and audit, over HTTP: what they do shows where somebody else looks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work
from lms.people import actions as accounts
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import capstone as capstones
from tests.factories import coursework as make
from tests.factories import enrolment, people, world
from tests.journeys.conftest import Walk
from tests.journeys.test_week import MEMO, Cast, cast

__all__ = ["cast"]
WORDS = capstones.WORDS
QUESTION = "Should Lautan open its depots"


def test_a_guide_answers_and_notes_and_the_team_reads_it(session: Any, walk: Walk) -> None:
    with clock.at(clock.now() - dt.timedelta(weeks=27)):
        cohort = world.cohort(weeks_in=1, slug="spring")
        team = capstones.team(cohort, "Asha Rao", "Ben Okafor")
        grete = capstones.guide(cohort)
        cora = enrolment.coordinator(cohort)
    project = capstones.start(cohort, team.people[0])
    capstones.assign(project, grete)
    due = capstones.due(cohort, "m1")
    capstones.hand_in(cohort, team.people[0], "m1")
    with clock.at(due + dt.timedelta(hours=20)):
        guide = walk(grete).click(QUESTION, within="main").click("Answer M1", within="main")
        on = str(guide.page.one("#revise_on")["min"])
        answer = {"What the team should know": WORDS, "To be revised": True, "New version by the end of": on}
        guide.press("Give the answer", answer)
        ben = walk(team.people[1]).click("Capstone", within="nav").sees("revise", within="main")
        ben.click("M1 ", within="main").sees("Say what a year of waiting costs", "Grete Lind", within="main")

        guide.home().click(QUESTION, within="main")
        today = clock.now().date() - dt.timedelta(days=1)
        meeting = {
            "Day": today.isoformat(),
            "Time": "19:00",
            "Minutes": "45",
            "Decisions": "We leave out the fleet.",
        }
        guide.press("Note the meeting", meeting)
        ben.home().click("Capstone", within="nav").sees("We leave out the fleet.", within="main")
        walk(cora).click("Spring", within="main").click("Capstones", within="nav").sees(
            "Depot Five", "revise"
        )


def test_a_director_releases_and_a_learner_reads(cast: Cast, walk: Walk) -> None:
    dora = world.granted(Role.DIRECTOR, name="Dora Dean")
    make.handed_in(cast.asha, cast.cohort, text=MEMO)
    task = db.session.scalars(sa.select(marking.MarkingTask)).one()
    marking.finish(task, cast.mara, overall="The board can vote on this page.")
    asha = walk(cast.asha).misses("A-1 came back")
    director = walk(dora).click("Spring", within="main").sees("Asha Menon", within="main")
    director.click("Marks", within="nav").click("A-1", within="main")
    director.click("Release 1 mark …").press("Release 1 mark")
    asha.again().click("A-1 came back").click("Read the feedback").sees("The board can vote on this page.")


def test_an_administrator_gives_a_role_and_mends_the_outbox(cast: Cast, walk: Walk) -> None:
    ada = walk(people.administrator())
    nadia = world.person("Nadia Nobody")
    ada.press("Find", {"Name or address": "nadia"}).click("Nadia Nobody")
    ada.press("Give this role", {"Role": "Auditor", "Reason": "The accreditation visit."})
    auditor = walk(nadia).click("Spring", within="main").sees("Asha Menon", within="main")
    assert not auditor.offers("Extend a deadline")
    assert not auditor.offers("Write to them")
    auditor.click("Auditor institution").sees("The accreditation visit.", "Ada Administrator", within="main")

    with unit_of_work() as work:
        accounts.invite(nadia.id, actor=world.director(), now=work.now)
    db.session.execute(
        sa.update(OutboxRow)
        .where(OutboxRow.kind == "people.invitation")
        .values(state=OutboxState.DEAD, last_error="Refused.")
    )
    ada.home().click("Outbox", within="nav").sees("Gave up 1", "Refused.", within="main").press("Retry")
    ada.sees("Nothing gave up", within="main")
    assert [mail.subject for mail in people.mails_to(nadia.email or "")] == [
        "Your place is ready: set your password"
    ]
    ada.click("Mailbox", within="nav").sees("To Nadia Nobody", within="main")


def test_somebody_suspended_is_out_and_told_where_to_turn(cast: Cast, walk: Walk) -> None:
    ben: Person = people.member("Bo Both")
    world.place(cast.cohort, ben)
    bo = walk().press("Sign in", {"E-mail address": ben.email, "Password": people.PASSWORD}).sees("Spring")
    ada = walk(people.administrator()).press("Find", {"Name or address": "bo both"}).click("Bo Both")
    ada.press("Suspend", {"Reason": "The contract has ended."})
    bo.again().press("Sign in", {"E-mail address": ben.email, "Password": people.PASSWORD})
    bo.sees("This account is suspended. Write to your coordinator")
    cora = walk(cast.cora).click("Spring", within="main").click("People", within="nav")
    (row,) = [row for row in cora.page.rows("#people") if row[1].startswith("Bo Both")]
    assert "Account suspended" in row
