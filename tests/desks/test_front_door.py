"""The front door sends everybody to the desk that is theirs, and every desk opens."""

from __future__ import annotations

import pytest

from lms.people.rules import Role
from tests.factories import world


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.COORDINATOR, "/coordination"),
        (Role.DIRECTOR, "/coordination"),
        (Role.AUDITOR, "/coordination"),
        (Role.ADMINISTRATOR, "/admin/people"),
    ],
)
def test_those_of_the_whole_institution(visit, session, role: Role, address: str) -> None:
    page = visit(world.granted(role)).get("/")
    assert page.url == address


@pytest.mark.parametrize("role", [Role.FACULTY, Role.ASSISTANT, Role.MARKER, Role.GUIDE])
def test_those_who_teach(visit, session, role: Role) -> None:
    cohort = world.cohort(weeks_in=3)
    assert visit(world.granted(role, cohort)).get("/").url == "/teaching"


def test_a_learner(visit, session) -> None:
    cohort = world.cohort(weeks_in=3)
    assert visit(world.learner(cohort)).get("/").url == f"/cohorts/{cohort.slug}"


def test_somebody_without_a_role_reaches_their_profile(visit, session) -> None:
    assert visit(world.person()).get("/").url == "/account/profile"


def test_nobody(visitor) -> None:
    assert visitor.get("/").url.startswith("/login")


def test_the_board_opens_with_facts_and_as_csv(visit, session) -> None:
    cohort = world.cohort(weeks_in=3)
    world.learner(cohort, "=cmd|Lea")
    browser = visit(world.granted(Role.COORDINATOR, cohort))
    page = browser.get(f"/cohorts/{cohort.slug}/board")
    assert page.texts("tbody th a") == ["=cmd|Lea"]
    drawer = browser.get(page.soup.select_one("tbody td a.cell")["href"])
    assert "Attendance" in drawer.text(".board-drawer")
    csv = browser.open("GET", f"/cohorts/{cohort.slug}/board.csv").get_data(as_text=True)
    assert "'=cmd|Lea" in csv


def test_a_case_file_keeps_a_promise(visit, session) -> None:
    cohort = world.cohort(weeks_in=3)
    world.learner(cohort, "Lea Learner")
    browser = visit(world.granted(Role.COORDINATOR, cohort))
    board = browser.get(f"/cohorts/{cohort.slug}/board")
    case = browser.get(board.link("Lea Learner"))
    refused = browser.submit(case, "main form", text="I call on Friday.", kind="promise")
    assert "Say when the promise falls due." in refused.text()
    assert "I call on Friday." in refused.text("textarea")
    kept = browser.submit(refused, "main form", due_on="2030-01-04")
    assert "due Fri 4 Jan" in kept.text()


def test_every_page_of_a_learner_opens_in_the_first_week(visit, session) -> None:
    cohort = world.cohort(weeks_in=1)
    browser = visit(world.learner(cohort))
    module = "/modules/a1-strategy-and-vision"
    paths = ["", "/learn", "/courses/core", module, f"{module}/why", "/progress", "/rules"]
    for path in [*paths, "/activities/ps-r1", "/schedule", "/capstone", "/team"]:
        browser.get(f"/cohorts/{cohort.slug}{path}")
