"""Whoever runs a game, in Chromium: the form that makes it, an idle team, a round opened anew, the debrief."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from lms.cohorts.queries import CohortView
from lms.core import clock, outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment import actions as enrolment
from lms.enrolment.actions import NewTeam
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from lms.people.rules import Role
from lms.scheduling import actions as scheduling
from lms.scheduling import queries as schedule
from lms.scheduling.actions import Publishing
from lms.scheduling.queries import Wanted
from lms.simulations import actions
from lms.simulations.models import Round, Run, RunTeam
from lms.simulations.rules import RoundKind
from tests.factories import world
from tests.factories.simulations import place_of
from tests.support.browser import DESKTOP, PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEAMS = ("Banyan", "Deodar", "Kadamba")


def sound(page: Page) -> None:
    """The page can be read by everybody, on a phone and at a desk, and is not wider than either."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        fits(page)
        axe(page)


def planned(cohort: CohortView, key: str) -> None:
    """The schedule has a round in these days: so it was released, three days ago."""
    now = clock.now()
    with clock.at(now - dt.timedelta(days=3)), unit_of_work() as work:
        ground = schedule.ground(cohort)
        spans = {"starts_at": now - dt.timedelta(days=1), "ends_at": now + dt.timedelta(hours=3)}
        wanted = Wanted({key: replace(ground.graph.setting(key), **spans)}, consent=frozenset({key}))
        blocked = {
            one.key for one in schedule.work_out(ground, wanted, now=work.now).plan.changes if one.obstacles
        }
        version = schedule.version_of(cohort.id)
        release = Publishing(
            cohort_id=cohort.id,
            wanted=replace(wanted, keep=frozenset(blocked - {key})),
            version=version,
            note="A week earlier.",
        )
        scheduling.publish(release, actor=world.director(), now=work.now)


def comes(kind: RoundKind, number: int) -> None:
    """A round's week has come: it opened a day ago."""
    now = clock.now()
    spans = {
        "opens_at": now - dt.timedelta(days=1),
        "closes_at": now + dt.timedelta(hours=3),
        "results_at": now + dt.timedelta(days=1),
    }
    db.session.execute(sa.update(Round).where(Round.kind == kind, Round.number == number).values(**spans))
    later = sa.update(Round).where(Round.kind == RoundKind.ROUND)
    later = later.where(Round.number > (number if kind is RoundKind.ROUND else 0))
    week = dt.timedelta(days=7)
    db.session.execute(later.values(opens_at=now + week, closes_at=now + week * 2, results_at=now + week * 3))
    db.session.commit()


def worker() -> None:
    """The worker plays what is due."""
    db.session.rollback()
    with unit_of_work() as work:
        actions.close_due(now=work.now)
    while outbox.drain():
        pass
    db.session.commit()


def test_a_game_from_the_form_to_the_debrief(
    app: Flask, live_server: str, new_context: Callable[..., BrowserContext]
) -> None:
    cohort = world.cohort(weeks_in=6)
    named = []
    for name in TEAMS:
        seats = [world.learner(cohort, f"{name} Member{at}") for at in range(1, 4)]
        named.append(NewTeam(name=name, place_ids=tuple(place_of(cohort, one) for one in seats)))
    with unit_of_work() as work:
        enrolment.form_teams(cohort.id, TeamKind.WORKING, named, actor=world.director(), now=work.now)

    def window(person: Person) -> Page:
        context = new_context()
        sign_in(context, Visitor(app).signed_in(person), live_server)
        return context.new_page()

    def asked(opens: str, **typed: str) -> None:
        """Open a question of the console, fill in what it asks for, and answer it."""
        desk.locator("summary").get_by_text(opens, exact=True).click()
        dialog = desk.get_by_role("dialog")
        for label, words in typed.items():
            dialog.get_by_label(label).fill(words)
        for box in dialog.get_by_role("checkbox").all():
            box.check()
        if opens == "Choose the event":
            dialog.get_by_label("Event").select_option(label=shock)
        dialog.locator("form button").last.click()
        desk.wait_for_load_state()

    def submits(name: str, title: str) -> None:
        """A member of a team looks, gives a reason and submits."""
        team = db.session.scalars(sa.select(RunTeam).where(RunTeam.name == name)).one()
        member = db.session.scalars(
            sa.select(Person).where(Person.name.in_([f"{was} Member1" for was in (name, *TEAMS)]))
            .where(Person.name.startswith("Banyan" if name == "The Hill" else name))
        ).one()  # fmt: skip
        page = window(member)
        with without_complaints(page):
            page.goto(f"{here}teams/{team.public_id}/")
            page.locator("#rationale").fill("We stay with the middle.")
            page.get_by_role("button", name="Check and submit").click()
            page.get_by_role("button", name=f"Submit {title}").click()
            expect(page.locator("#submitted-title")).to_contain_text("is submitted")
        page.context.close()

    desk = window(world.granted(Role.FACULTY, cohort))
    with without_complaints(desk):
        # the form is looked at before anything is made
        desk.goto(f"{live_server}/cohorts/{cohort.slug}/simulations/")
        desk.get_by_role("link", name="Set up a run").first.click()
        desk.get_by_text("Own parameters", exact=True).click()
        desk.get_by_label("Own parameters (YAML)").fill("rounds: 2")
        desk.get_by_role("button", name="Look at what it would be").click()
        expect(desk.locator("#plan-title")).to_be_visible()
        expect(desk.locator("main")).to_contain_text("2 rounds by the schedule")
        sound(desk)
        desk.get_by_role("button", name="Make this run").click()

        # teams are arranged
        expect(desk.get_by_role("heading", level=1)).to_have_text("Portfolio Years")
        desk.get_by_text("Change Banyan", exact=True).click()
        desk.get_by_label("Name in this run").first.fill("The Hill")
        desk.get_by_role("button", name="Rename").first.click()
        expect(desk.locator("main")).to_contain_text("The team is called “The Hill” in this run.")
        role = desk.get_by_label("Role of Deodar Member1")
        role.select_option(label="Finance")
        role.locator("xpath=..").get_by_role("button", name="Change").click()
        expect(desk.get_by_label("Role of Deodar Member1")).to_have_value("finance")
        sound(desk)
        setup = desk.url

        # practice, which leaves nothing behind
        desk.get_by_role("button", name="Let the practice begin").click()
        expect(desk.locator("main")).to_contain_text("The practice has begun")
        comes(RoundKind.PRACTICE, 1)
        run = db.session.scalars(sa.select(Run)).one()
        here = f"{live_server}/cohorts/{cohort.slug}/simulations/{run.public_id}/"
        submits("The Hill", "practice year 1")
        desk.get_by_role("link", name="Console").click()
        expect(desk.locator("#game-now")).to_contain_text("1 of 3 teams submitted")
        asked("Close now", Why="The hour is over.")
        worker()
        desk.goto(here)
        desk.get_by_role("button", name="Show the results now").click()
        desk.goto(setup)
        desk.get_by_role("button", name="Let the competition begin").click()
        expect(desk.locator("main")).to_contain_text("Nothing of the practice is left in them")

        # the first year: one submits, one is idle, the clock is stopped and goes on, and there is more time
        planned(cohort, "ps-r1")
        comes(RoundKind.ROUND, 1)
        desk.goto(here)
        submits("The Hill", "year 1")
        submits("Deodar", "year 1")
        expect(desk.locator("#game-now")).to_contain_text("2 of 3 teams submitted", timeout=15_000)
        asked("Give more time", Why="The network was away.")
        expect(desk.locator("main")).to_contain_text("Extended. Everybody who plays is told.")
        asked("Stop the clock", Why="A fire alarm.")
        expect(desk.locator("#game-now")).to_contain_text("the clock stands; nobody can write")
        desk.goto(f"{here}projector/")
        expect(desk.locator("#room")).to_contain_text("The clock stands still")
        expect(desk.locator("#room")).to_contain_text("2 of 3 submitted")
        desk.goto(here)
        asked("Let it go on", Why="Everybody is back.")
        expect(desk.locator("main")).to_contain_text("The round goes on.")

        # it is closed with an idle team, and opened anew with an explanation
        asked("Close now", Why="Time is up.")
        expect(desk.locator("main")).to_contain_text("Closed. The worlds are being played.")
        worker()
        desk.goto(here)
        expect(desk.locator("#game-now")).to_contain_text("Nothing came from Kadamba")
        sound(desk)
        asked("Open it again", Why="Kadamba could not sign in.")
        expect(desk.locator("main")).to_contain_text("Open again.")
        expect(desk.locator("#game-now")).to_contain_text("attempt 2")
        expect(desk.locator("main")).to_contain_text("Kadamba could not sign in.")
        submits("Kadamba", "year 1")
        asked("Close now", Why="All are in.")
        worker()
        desk.goto(here)
        expect(desk.locator("#game-now")).not_to_contain_text("Nothing came from")
        desk.get_by_role("button", name="Show the results now").click()
        expect(desk.locator("main")).to_contain_text("The results are shown now.")

        # a shock in the second year, told to the room once it has happened
        comes(RoundKind.ROUND, 2)
        desk.goto(here)
        brought = desk.locator("#game-now").inner_text().partition("The seed brings: ")[2].partition(".")[0]
        drawn = brought not in ("", "nothing")
        shock = "" if drawn else "Chips are short"
        if not drawn:
            asked("Choose the event", Why="Nothing was drawn, and it is time.")
            expect(desk.locator("#game-now")).to_contain_text(f"Event: {shock}.")
        desk.goto(f"{here}projector/")
        expect(desk.locator("#room")).not_to_contain_text("It happened in")
        desk.goto(here)
        asked("Close now", Why="It was announced so.")
        worker()
        desk.goto(here)
        desk.get_by_role("button", name="Show the results now").click()
        desk.get_by_role("link", name="On the projector").click()
        expect(desk.locator("#event-title")).to_have_text(brought if drawn else shock)
        expect(desk.locator("#room")).to_contain_text("It happened in round 2.")
        sound(desk)

        # the debrief is read first, and then opened
        desk.goto(here)
        desk.get_by_role("link", name="Debrief", exact=True).click()
        expect(desk.locator("main")).to_contain_text("The debrief has not begun")
        sound(desk)
        desk.get_by_role("button", name="Start the debrief").first.click()
        desk.get_by_role("button", name="Show this part").click()
        expect(desk.locator("main")).to_contain_text("Shown to the room")

    learner = window(db.session.scalars(sa.select(Person).where(Person.name == "Kadamba Member1")).one())
    with without_complaints(learner):
        learner.goto(f"{here}debrief/")
        expect(learner.locator("#part-title")).to_have_text("Round by round")
