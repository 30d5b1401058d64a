"""Marking in Chromium: by keyboard, saved while one writes, seen by the next marker; every page in both themes."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from lms.assessment import actions
from lms.assessment.models import Mark
from lms.assessment.rules import Origin
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment.models import Place
from lms.people.rules import Role
from tests.factories import assessment as make
from tests.factories import world
from tests.support.browser import DESKTOP, PHONE, axe, fits, sign_in, without_complaints
from tests.support.pages import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def scene(live_server: str):
    """A cohort with six pieces of work, of which three are finished, one by a second marker, and one released."""
    cohort = world.cohort(weeks_in=10, slug="spring")
    marker, second = make.marker(cohort, "Mara Marker"), make.marker(cohort, "Sam Second")
    coordinator = world.granted(Role.COORDINATOR, cohort)
    author = world.person("Venkata Lakshmi Narasimha Raghavendra Rao")
    place = world.place(cohort, author)
    done = make.bring(cohort, [place], key="a-2", title=author.name, late_days=2)
    make.finish(done, marker, overall="Say *which* decision first.")
    make.release(cohort, coordinator, key="a-2")
    make.quiz_mark(cohort, place, "q1", Fraction(200, 3))
    tasks = [
        make.bring(
            cohort,
            [world.place(cohort, world.person(f"Author {n}"))],
            title=f"Author {n}",
            marker_id=marker.id,
        )
        for n in range(8)
    ]
    for task in tasks[:5]:
        make.finish(task, second if task is tasks[0] else marker)
    return cohort, marker, second, coordinator, author, tasks


def test_a_marker_goes_through_the_queue_by_keyboard(
    app: Flask, live_server: str, page: Page, new_context, scene
) -> None:
    _cohort, marker, second, _coordinator, _author, tasks = scene
    sign_in(page.context, Visitor(app).signed_in(marker), live_server)
    other = new_context()
    sign_in(other, Visitor(app).signed_in(second), live_server)
    with without_complaints(page):
        page.goto(f"{live_server}/marking/{tasks[5].public_id}", wait_until="networkidle")
        page.keyboard.press("4")
        page.keyboard.press("3")
        page.keyboard.press("k")
        page.keyboard.press("2")
        page.keyboard.press("c")
        page.keyboard.type("Which figure decides?")
        expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved", timeout=15_000)
        expect(page.locator("[data-out=final]")).to_contain_text("so far")
        look = other.new_page()
        look.goto(f"{live_server}/marking/{tasks[5].public_id}")
        expect(look.get_by_text("Which figure decides?")).to_be_visible()
        assert look.locator("#vision-4").is_checked()
        assert look.locator("#play-2").is_checked()
        page.locator("#rival-points").fill("64")
        page.locator("label[for=rival-3]").click()
        assert page.locator("#rival-points").input_value() == ""
        expect(page.locator("#rival-band")).to_have_text("65 to 79; empty is 72")
        for key in ("bet", "reader"):
            page.locator(f"label[for={key}-3]").click()
        page.locator("#comment").fill("Good. Name the figure that decides.")
        page.keyboard.press("Control+Enter")
        page.wait_for_url(f"**/marking/{tasks[6].public_id}")
        look.reload()
        expect(look.get_by_text("Finished. Nobody sees this mark before it is released.")).to_be_visible()


def test_a_comment_of_the_bank_is_found_and_put_in_by_keyboard_alone(
    app: Flask, live_server: str, page: Page, scene
) -> None:
    _cohort, marker, _second, _coordinator, _author, tasks = scene
    with unit_of_work() as work:
        for text in ("Which figure decides?", "Name the one reader who could say no."):
            actions.keep_snippet(
                text,
                activity_key="a-1",
                criterion="play",
                shared_with=None,
                actor=world.actor(marker),
                now=work.now,
            )
    sign_in(page.context, Visitor(app).signed_in(marker), live_server)
    with without_complaints(page):
        page.goto(f"{live_server}/marking/{tasks[5].public_id}", wait_until="networkidle")
        page.keyboard.press("4")
        page.keyboard.press("b")
        page.keyboard.press("/")
        page.keyboard.type("could say no")
        expect(page.get_by_text("Which figure decides?")).to_be_hidden()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#play-comment")).to_have_value("Name the one reader who could say no.")
        assert page.locator("#vision-4").is_checked()
        page.keyboard.press("b")
        axe(page)


def test_what_was_written_in_another_window_is_shown_beside_ones_own(
    app: Flask, live_server: str, page: Page, scene
) -> None:
    _cohort, marker, _second, _coordinator, _author, tasks = scene
    sign_in(page.context, Visitor(app).signed_in(marker), live_server)
    address = f"{live_server}/marking/{tasks[5].public_id}"
    page.goto(address, wait_until="networkidle")
    other = page.context.new_page()
    other.goto(address)
    other.locator("#comment").fill("From the other window")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved. Nobody but those who mark here sees it.")).to_be_visible()
    page.locator("#comment").fill("From this window")
    expect(page.locator("[data-saved-words]")).to_contain_text("Press Save to see both.", timeout=15_000)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Both, one after the other").check()
    page.get_by_role("button", name="Save this choice").click()
    expect(page.locator("#comment")).to_have_value("From the other window\n\nFrom this window")


def addresses(scene) -> dict[str, list[str]]:
    """Every page of marking and the gradebook, by whoever looks at it."""
    cohort, _marker, _second, _coordinator, author, tasks = scene
    place = db.session.scalar(
        sa.select(Place.public_id).where(Place.person_id == author.id, Place.cohort_id == cohort.id)
    )
    mark = db.session.scalar(sa.select(Mark.public_id).where(Mark.activity_id == make.activity_id("a-2")))
    base = "/cohorts/spring"
    return {
        "marker": [
            "/marking", "/marking?show=finished", f"/marking/{tasks[1].public_id}", f"/marking/{tasks[5].public_id}",
        ],
        "coordinator": [
            f"{base}/marks", f"{base}/activities/a-1/marks", f"{base}/activities/a-1/marks/release",
            f"{base}/activities/a-2/marks/release", f"{base}/marks/{mark}/history", f"{base}/gradebook",
            f"{base}/gradebook/core", f"{base}/learners/{place}/results", f"{base}/external-results",
            f"{base}/learners/{place}/external-results/new", f"{base}/external-results/import",
        ],
        "author": [f"{base}/marks/{mark}"],
    }  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_holds(app: Flask, live_server: str, new_context, scene, scheme) -> None:
    _cohort, marker, _second, coordinator, author, _tasks = scene
    people = {"marker": marker, "coordinator": coordinator, "author": author}
    for who, paths in addresses(scene).items():
        context = new_context()
        sign_in(context, Visitor(app).signed_in(people[who]), live_server)
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)
        for path in paths:
            with without_complaints(page):
                page.goto(live_server + path)
                for size in (PHONE, DESKTOP):
                    page.set_viewport_size(size)
                    axe(page)
                for width in (320, 390, 1440, 2560):
                    page.set_viewport_size({"width": width, "height": 900})
                    fits(page)


def test_a_marks_history_prints_on_one_page(app: Flask, live_server: str, page: Page, scene) -> None:
    """Seven versions with their reasons, who entered and who released them; what is folded is not on paper."""
    cohort, _marker, _second, coordinator, author, _tasks = scene
    mark = db.session.scalars(
        sa.select(Mark).join(Place, Place.id == Mark.place_id).where(
            Place.person_id == author.id, Mark.activity_id == make.activity_id("a-2")
        )
    ).one()  # fmt: skip
    entered = {"place_id": mark.place_id, "cohort_id": cohort.id, "activity_id": mark.activity_id}
    public_id, latest = mark.public_id, mark.latest_version
    db.session.rollback()
    for number in range(latest, latest + 6):
        with unit_of_work() as work:
            actions.enter_mark(
                actions.Entered(
                    **entered,
                    part="",
                    value=Fraction(60 + number),
                    reason="The second paragraph answers what the rubric asks for in its third row. " * 3,
                    version=number,
                    origin=Origin.ENTERED,
                ),
                actor=world.actor(coordinator),
                now=work.now,
            )
    sign_in(page.context, Visitor(app).signed_in(coordinator), live_server)
    page.goto(f"{live_server}/cohorts/{cohort.slug}/marks/{public_id}/history")
    expect(page.get_by_role("heading", name=re.compile("^Version "))).to_have_count(latest + 6)
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "1.5cm"))
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
