"""The staff's pages of a cohort."""

from __future__ import annotations

import pytest

from lms.cohorts import queries
from lms.cohorts.models import CohortState
from lms.people.rules import Role
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def url(cohort, rest):
    return f"/cohorts/{cohort.slug}/{rest}"


def test_who_may_open_what(cohort, visit, coordinator):
    people = {
        world.learner(cohort): (403, 403),
        world.person(): (404, 404),
        world.granted(Role.FACULTY, cohort): (200, 403),
        coordinator: (200, 200),
        world.granted(Role.DIRECTOR): (200, 200),
        world.granted(Role.AUDITOR): (200, 403),
    }
    for who, (reading, managing) in people.items():
        visitor = visit(who)
        for rest in ("overview", "staff"):
            (visitor.get if reading == 200 else visitor.refused)(url(cohort, rest), status=reading)
        for rest in ("edit", "sections", "state/closed", f"staff/{coordinator.public_id}"):
            (visitor.get if managing == 200 else visitor.refused)(url(cohort, rest), status=managing)


def test_the_overview_says_what_is_missing(cohort, visit):
    director = world.granted(Role.DIRECTOR)
    page = visit(director).get(url(cohort, "overview"))
    assert "Nobody coordinates this cohort yet" in page.text()
    world.granted(Role.COORDINATOR, cohort)
    assert "Nobody coordinates" not in visit(director).get(url(cohort, "overview")).text()


def test_closing_asks_first_and_shuts_learners_out_of_nothing(cohort, visit, coordinator):
    learner, visitor = world.learner(cohort), visit(coordinator)
    page = visitor.get(visitor.get(url(cohort, "overview")).link("Close the cohort"))
    assert "nobody can be enrolled" in page.text()
    done = visitor.submit(page, fields={"reason": "Over"})
    assert "The cohort is closed now." in done.text(".notices")
    assert visit(learner).get(url(cohort, "schedule")).status == 200
    stale = visitor.submit(page)
    assert "it is closed now" in stale.text("[role=alert]")
    visitor.refused(url(cohort, "state/preparing"), status=404)
    visitor.refused(url(cohort, "state/nonsense"), status=404)


def test_a_cohort_back_in_preparation_disappears_for_its_learners(cohort, visit, coordinator):
    learner, visitor = world.learner(cohort), visit(coordinator)
    visitor.submit(visitor.get(url(cohort, "state/preparing")))
    assert queries.by_id(cohort.id).state is CohortState.PREPARING
    visit(learner).refused(url(cohort, "schedule"), status=404)
    visitor.submit(visitor.get(url(cohort, "state/open")))
    assert visit(learner).get(url(cohort, "schedule")).status == 200


def test_editing_keeps_what_was_typed(cohort, visit, coordinator):
    visitor = visit(coordinator)
    page = visitor.get(url(cohort, "edit"))
    wrong = visitor.submit(page, fields={"name": "", "seats": "-1"})
    assert "Give the cohort a name." in wrong.text("#name-error")
    assert wrong.one("#seats")["value"] == "-1"
    done = visitor.submit(page, fields={"name": "Cohort X", "seats": "41"})
    assert done.title == "Cohort X"
    assert queries.by_id(cohort.id).seats == 41


def test_sections_are_added_and_renamed(cohort, visit, coordinator):
    visitor = visit(coordinator)
    page = visitor.submit(visitor.get(url(cohort, "sections")), "section form", {"name": "B"})
    assert [section.name for section in queries.sections(cohort.id)] == ["A", "B"]
    taken = visitor.submit(page, "li:last-child form", {"name": "A"})
    assert "There is a section “A” already." in taken.text("[role=alert]")
    visitor.submit(page, "li:last-child form", {"name": "Bangalore"})
    assert [section.name for section in queries.sections(cohort.id)] == ["A", "Bangalore"]
    data = {"csrf_token": page.soup.select_one("[name=csrf_token]")["value"], "name": "X"}
    for bad in ("999999", "nonsense", "-1"):
        response = visitor.open("POST", url(cohort, "sections"), data={**data, "section": bad})
        assert "no such section" in response.get_data(as_text=True)


def test_somebody_is_found_appointed_and_let_go(cohort, visit, coordinator):
    teacher, visitor = world.person("Tara Teacher"), visit(coordinator)
    found = visitor.get(url(cohort, "staff?q=tara"))
    page = visitor.get(found.link("Tara Teacher"))
    done = visitor.submit(page, "#appoint", {"role": "faculty", "course": "core"})
    assert "Tara Teacher is faculty in this cohort now." in done.text(".notices")
    assert visit(teacher).get(url(cohort, "plan")).status == 200
    twice = visitor.submit(page, "#appoint", {"role": "faculty", "course": "core"})
    assert "already has this task" in twice.text("[role=alert]")
    member = visitor.get(url(cohort, f"staff/{teacher.public_id}"))
    nothing = visitor.submit(member, "aside form", {"end_reason": ""})
    assert "Say why" in nothing.text("[role=alert]")
    gone = visitor.submit(member, "aside form", {"end_reason": "She moves on."})
    assert "Tara Teacher is no longer faculty here." in gone.text(".notices")
    visit(teacher).refused(url(cohort, "plan"), status=404)


def test_somebody_takes_over(cohort, visit, coordinator):
    old = world.granted(Role.FACULTY, cohort, "Olga Old")
    new, visitor = world.person("Nina New"), visit(coordinator)
    page = visitor.get(url(cohort, f"staff/{old.public_id}?q=nina"))
    early = visitor.submit(page, "form.narrow", {"from_day": "2001-01-01", "reason": "Leave"})
    assert "Choose today or a later day." in early.text("#from_day-error")
    done = visitor.submit(page, "form.narrow", {"person": new.public_id, "reason": "Leave"})
    assert "Nina New takes over 1 task from Olga Old." in done.text(".notices")
    assert visit(new).get(url(cohort, "plan")).status == 200


def test_bad_input_to_appointing(cohort, visit, coordinator):
    visitor = visit(coordinator)
    chosen = visitor.get(url(cohort, f"staff?person={coordinator.public_id}"))
    token = chosen.one("#appoint [name=csrf_token]")["value"]
    learner = world.learner(cohort, "Lea Learner")
    for data, says in (
        ({"person": "nobody", "role": "faculty", "course": ""}, "no such person"),
        ({"person": learner.public_id, "role": "faculty", "course": ""}, "is a learner of this cohort"),
        ({"person": learner.public_id, "role": "king", "course": ""}, "Not a valid choice"),
        ({"person": "", "role": "faculty", "course": "x" * 300}, "Choose a person"),
    ):
        response = visitor.open("POST", url(cohort, "staff"), data={"csrf_token": token, **data})
        assert response.status_code == 200
        assert says in response.get_data(as_text=True)
    visitor.refused(url(cohort, "staff/nobody"), status=404)


@pytest.mark.slow
def test_the_pages_cost_a_fixed_number_of_statements(cohort, visit, coordinator):
    visitor = visit(coordinator)

    def costs():
        found = {}
        for rest in ("overview", "staff"):
            visitor.get(url(cohort, rest))
            with statements() as seen:
                visitor.get(url(cohort, rest))
            found[rest] = len(seen)
        return found

    few = costs()
    for _ in range(10):
        world.granted(Role.FACULTY, cohort)
    assert costs() == few
    assert max(few.values()) <= 10
