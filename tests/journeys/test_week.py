"""A week of the fifth teaching week, over HTTP: each kind of person does their part, and another one sees it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import Tag

from lms.cohorts.queries import CohortView
from lms.core import clock
from lms.people.models import Person
from lms.people.rules import Role
from lms.web.filters import day
from tests.factories import assessment as marking
from tests.factories import coursework as make
from tests.factories import live, people, world
from tests.journeys.conftest import Walk

MEMO = "We stop the lake by March, and two products get its people. Forty hospitals saying no would change my mind."


@dataclass(frozen=True)
class Cast:
    """Who lives in the cohort."""

    cohort: CohortView
    asha: Person
    ben: Person
    mara: Person
    felix: Person
    cora: Person


@pytest.fixture
def cast(session: Any) -> Iterator[Cast]:
    """A cohort on the Tuesday evening of its fifth week; everybody is there since its first day."""
    present = clock.now()
    monday = present.date() - dt.timedelta(days=present.weekday())
    with clock.at(dt.datetime.combine(monday - dt.timedelta(weeks=4), dt.time(9), dt.UTC)):
        cohort = world.cohort(weeks_in=1, slug="spring")
        found = Cast(
            cohort,
            world.learner(cohort, "Asha Menon"),
            world.learner(cohort, "Ben Okafor"),
            marking.marker(cohort, "Mara Marker", role=Role.MARKER),
            world.granted(Role.FACULTY, cohort, "Felix Faculty"),
            world.granted(Role.COORDINATOR, cohort, "Cora Coordinator"),
        )
    with clock.at(dt.datetime.combine(monday + dt.timedelta(days=1), dt.time(15), dt.UTC)):
        yield found


def test_a_learner_reads_is_examined_hands_in_and_joins(cast: Cast, walk: Walk) -> None:
    asha = walk(cast.asha)
    asha.click("Reading a rival", within="main").press("Mark as read").sees("Read on")
    asha.home().click("Quiz 1: strategy and vision", within="main").press("Start attempt 1 of 2")
    question = asha.page.soup.select("[data-question] input[type=radio]")[0]
    asha.press("Save answers", {f"name:{question['name']}": str(question["value"])})
    asha.press("Finish the attempt").press("Finish and count attempt 1").sees("of 10 points")
    asha.home().click("Vision and strategy memo", within="main")
    asha.press("Hand in version 1", {"Your text": MEMO, "I used none": True}).sees("Version 1 handed in")

    mara = walk(cast.mara).click("Marking", within="nav").sees("1 piece to mark")
    mara.misses("Asha").click("Candidate", within="main").misses("Asha")
    mara.sees("Forty hospitals saying no", within=".paper")
    cora = walk(cast.cora).click("Spring", within="main")
    row_of = {row.split(" none yet ")[0]: row for row in cora.page.texts("main tbody tr")}
    assert "today" in row_of["Asha Menon"]
    assert "never" in row_of["Ben Okafor"]

    with clock.at(live.session(cast.cohort, "s5").starts_at + dt.timedelta(minutes=4)):
        live.linked(cast.cohort, "s5")
        asha = walk(cast.asha).click("Strategy under competition", within=".next")
        assert asha.offers("Join the session")
        form = asha.page.one("form[action$=join]")
        answer = asha.visitor.open("POST", str(form["action"]), data=fields(form))
        assert answer.headers["Location"] == live.LINK
        felix = (
            walk(cast.felix).click("Strategy under competition", within="main").click("Roster", within="main")
        )
        felix.sees("Asha Menon joined 18:34", within="main").misses("Ben Okafor joined", within="main")


def fields(form: Tag) -> dict[str, str]:
    """What a form without anything to fill in sends."""
    return {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name], button[name]")}


def test_a_marker_judges_another_releases_and_the_learner_reads_it(cast: Cast, walk: Walk) -> None:
    make.handed_in(cast.asha, cast.cohort, text=MEMO)
    mara = walk(cast.mara).click("Marking", within="nav").click("Candidate", within="main")
    rows = {f"name:{one['name']}": "3" for one in mara.page.soup.select(".criterion input[type=radio]")}
    mara.press("Save", {**rows, "To the author": "The board can vote on this page."})
    asha = walk(cast.asha)
    asha.misses("The board can vote", "Came back", within="main")
    mara.press("Finish, next")
    asha.again().misses("The board can vote", "Came back", within="main")

    felix = walk(cast.felix).click("Marks", within="main").click("A-1", within="main")
    felix.click("Release 1 mark …").press("Release 1 mark").sees("1 learner can see the mark now")

    asha.again().click("Notices, ").sees("Vision and strategy memo", within="main")
    asha.home().click("A-1 came back", within="main")
    asha.click("Read the feedback").sees("72", "The board can vote on this page.", within="main")


@pytest.mark.slow
def test_a_coordinator_moves_tells_excuses_and_gives_time(cast: Cast, walk: Walk) -> None:
    cora = walk(cast.cora).click("Spring", within="main").click("Plan", within="nav")
    cora.click("S5 Strategy under competition", within="main")
    sunday = live.session(cast.cohort, "s5").starts_at.date() + dt.timedelta(days=1)
    cora.press("Show what would move", {"Starts on": sunday.isoformat(), "at": "10:00"})
    cora.press("Publish release 2", {"Why": "The hall is flooded on Saturday."})
    ben = walk(cast.ben).sees("Strategy under competition", f"{day(sunday)}, 10:00", within=".next")
    ben.click("Schedule", within="nav").sees("10:00", within="main")
    ben.click("Notices, ").sees(
        "Strategy under competition", "The hall is flooded on Saturday.", within="main"
    )

    cora.click("Announce", within="nav").click("Write an announcement")
    hall = {"Title": "Bring a coat", "Announcement": "The other hall is cold."}
    cora.press("Look at it and at who gets it", {**hall, "By mail and in Cadre": True})
    cora.press("Send it at once")
    ben.home().click("Notices, ").click("Bring a coat").sees("The other hall is cold.", "Cora Coordinator")
    assert [mail.subject for mail in people.mails_to(cast.ben.email)][-1:] == ["Bring a coat"]

    cora.click("People", within="nav").click("Ben Okafor", within="main").click("Case file").click(
        "Extend a deadline"
    )
    friday = sunday + dt.timedelta(days=5)
    cora.press(
        "Give the extension",
        {
            "For": "A-1 Vision and strategy memo",
            "New date": friday.isoformat(),
            "Time": "23:59",
            "Reason": "Illness",
        },
    )
    ben.home().click("Learn", within="nav").click("Product strategy and vision").click(
        "Vision and strategy memo"
    )
    ben.sees(f"Due {day(friday)}, 23:59", within="main")

    cora.click("Ben Okafor", within="main").click("Place, section, teams and story").click("Put on leave")
    leave = {"First day of the leave": clock.now().date().isoformat(), "Reason": "A month with his newborn."}
    cora.press("Put Ben on leave", leave)
    felix = (
        walk(cast.felix).click("People", within="main").click("On leave").click("Ben Okafor", within="main")
    )
    felix.sees("On leave", "A month with his newborn.", within="main")


def test_somebody_withdrawn_is_out_at_once_and_staff_read_why(cast: Cast, walk: Walk) -> None:
    asha = walk(cast.asha).sees("Spring", within="main")
    cora = walk(cast.cora).click("Spring", within="main").click("People", within="nav")
    cora.click("Asha Menon", within="main").click("Withdraw")
    today = clock.now().date().isoformat()
    cora.press("Withdraw Asha Menon", {"Effective on": today, "Reason": "Her employer has moved her abroad."})
    asha.visitor.refused(asha.page.url, status=404)
    asha.home().misses("Spring", within="main")
    felix = walk(cast.felix).click("People", within="main").click("Left").click("Asha Menon", within="main")
    felix.sees("Withdrawn", "Her employer has moved her abroad.", "Cora Coordinator", within="main")
