"""What happens between two markers and a released mark, in Chromium: the moderator's way and the director's."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from lms.cohorts.queries import CohortView
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.fairness import actions
from lms.fairness.models import SecondLook
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import assessment as marking
from tests.factories import enrolment, world
from tests.support.browser import PHONE, fits

pytestmark = pytest.mark.browser


@pytest.fixture
def cohort(live_server: str) -> CohortView:
    """A cohort in its sixth week."""
    return world.cohort(weeks_in=6, slug="spring")


def look_again(line: SecondLook, by: Person, level: int) -> None:
    """Finish a second look at one level throughout, as its page does."""
    task = marking.fresh(db.session.get_one(marking.MarkingTask, line.task_id))
    with unit_of_work() as work:
        actions.keep_look(
            line.id,
            marking.judgement(task, level),
            finish=True,
            version=line.version,
            actor=world.actor(by),
            now=work.now,
        )


def test_a_sample_is_judged_blind_settled_by_a_moderator_and_the_agreed_mark_is_read(cohort, window):
    mara, sam = marking.marker(cohort, "Mara Marker"), marking.marker(cohort, "Sam Second")
    cora = enrolment.coordinator(cohort)
    tasks = marking.works(cohort, 7)
    for task in tasks:
        marking.finish(task, mara)
    drawn = db.session.scalars(sa.select(SecondLook).order_by(SecondLook.id)).all()
    for line in drawn[1:]:
        look_again(line, sam, 3)

    held = window(cora)
    held.get_by_role("link", name="Marks", exact=True).first.click()
    held.get_by_role("link", name="A-1 Vision and strategy memo").click()
    held.get_by_role("link", name="The sample of this batch").click()
    expect(held.get_by_text("5 of 6", exact=True)).to_be_visible()
    fits(held)

    second = window(sam)
    expect(second.get_by_text("1 piece of its sample")).to_be_visible()
    fits(second)
    second.get_by_role("region", name="To mark a second time").get_by_role("link", name="Vision").click()
    expect(second.get_by_text("We stop the lake").first).to_be_visible()
    assert "72.0" not in second.content(), "the first mark is nowhere before the second is finished"
    assert "Mara" not in second.content()
    second.wait_for_load_state("networkidle")
    for _ in range(second.locator(".criterion").count()):
        second.keyboard.press("2")
    second.get_by_label("For those who decide").fill("Page 2 does not answer the question.")
    with second.expect_navigation():
        second.get_by_role("button", name="Finish").click()

    held.reload()
    expect(held.get_by_role("heading", name="72.0 or 57.0?")).to_be_visible()
    fits(held)
    held.get_by_label("Agreed mark, before lateness").fill("64.5")
    held.get_by_label("Why").first.fill("Both read it again.")
    held.get_by_role("button", name="Enter the agreed mark").click()
    expect(held.get_by_text("6 of 6", exact=True)).to_be_visible()

    gate = window(world.granted(Role.DIRECTOR, None, "Dora Director"))
    gate.goto(urljoin(gate.url, "/cohorts/spring/activities/a-1/marks"))
    gate.get_by_role("link", name="Release 7 marks").click()
    gate.get_by_role("button", name="Release 7 marks").click()
    expect(gate.get_by_text("7 learners can see the mark now")).to_be_visible()

    settled = next(task for task in tasks if task.id == drawn[0].task_id)
    author = db.session.get_one(Place, settled.place_ids["places"][0]).person_id
    phone = window(db.session.get_one(Person, author), PHONE)
    phone.get_by_role("link", name="A-1 came back").click()
    expect(phone.get_by_text("64.5").first).to_be_visible()
    fits(phone)


def test_a_director_follows_a_figure_to_its_judgement_and_releases_what_a_coordinator_put_in(cohort, window):
    mara = marking.marker(cohort, "Mara Marker")
    asha = world.person("Asha Menon")
    marking.finish(marking.bring(cohort, [world.place(cohort, asha)], title="Vision"), mara, level=2)
    cora = enrolment.coordinator(cohort)
    marking.release(cohort, cora)

    def cell_of(who: Person) -> Page:
        """The cell of the memo, as somebody finds it in the grid of everything."""
        grid = window(who)
        grid.goto(urljoin(grid.url, "/cohorts/spring/gradebook"))
        grid.get_by_role("link", name="Everything").click()
        grid.wait_for_url("**show=everything*")
        fits(grid)
        grid.get_by_role("region", name=re.compile("Marks", re.IGNORECASE)).first.get_by_text(
            "57.0"
        ).first.click()
        expect(grid.get_by_role("heading", name="Asha Menon").first).to_be_visible()
        return grid

    director = cell_of(world.granted(Role.DIRECTOR, None, "Dora Director"))
    director.get_by_text("Why 57.0?").click()
    expect(director.get_by_text("level 2").first).to_be_visible()
    assert director.get_by_role("button", name="Enter this mark").count() == 0, "who releases does not enter"

    desk = cell_of(cora)
    desk.get_by_label("Mark or ceiling").fill("61,5")
    desk.get_by_label("Why", exact=True).fill("The appendix was not read.")
    desk.get_by_role("button", name="Enter this mark").click()
    expect(desk.get_by_text("61.5").first).to_be_visible()

    phone = window(asha, PHONE)
    phone.goto(urljoin(phone.url, "/cohorts/spring/results"))
    expect(phone.get_by_text("57.0").first).to_be_visible()
    assert "61.5" not in phone.content(), "nothing of it before somebody else releases it"
    fits(phone)

    director.reload()
    director.goto(urljoin(director.url, "/cohorts/spring/activities/a-1/marks"))
    director.get_by_role("link", name="Release 1 mark").click()
    director.get_by_role("button", name="Release 1 mark").click()
    expect(director.get_by_text("1 learner can see the mark now")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("61.5").first).to_be_visible()
