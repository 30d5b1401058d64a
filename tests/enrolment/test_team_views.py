"""Teams, as coordinators and learners with a browser meet them."""

from __future__ import annotations

import pytest

from lms.core import clock
from lms.core.db import db
from lms.enrolment import queries
from lms.enrolment.rules import TeamKind
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import enrolment, world
from tests.support.statements import statements

TEAMS = "/cohorts/spring/teams"


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2, slug="spring")


@pytest.fixture
def coordinator(cohort, visit):
    return visit(enrolment.coordinator(cohort))


def teams(cohort, kind: TeamKind = TeamKind.WORKING) -> dict[str, list[str]]:
    return {
        team.name: [one.name for one in team.members] for team in queries.teams(cohort.id, kind, clock.now())
    }


def person_at(cohort, index: int) -> Person:
    return db.session.get_one(Person, queries.roster(cohort.id)[index].person_id)


@pytest.mark.parametrize("count", [5, 60])
def test_teams_take_the_same_few_statements_whatever_their_number(session, visit, count):
    cohort = world.cohort(slug="spring")
    places = enrolment.many(cohort, count)
    for number in range(0, count, 5):
        enrolment.team(cohort, f"Team {number}", tuple(places[number : number + 4]))
    browser = visit(enrolment.coordinator(cohort))
    browser.get(TEAMS)
    with statements() as seen:
        page = browser.get(TEAMS)
    assert len(seen) == 7, seen
    assert len(page.soup.select("h3")) == count // 5


def test_an_empty_page_teaches_and_an_empty_suggestion_too(cohort, coordinator):
    assert "No working teams yet" in coordinator.get(TEAMS).texts("h2")
    assert "No capstone teams yet" in coordinator.get(f"{TEAMS}?kind=capstone").texts("h2")
    assert "Everybody sits in a team" in coordinator.get(f"{TEAMS}/suggestion").texts("h2")
    assert coordinator.get(f"{TEAMS}?kind=nonsense").status == 200


def test_a_suggestion_is_edited_checked_and_saved(cohort, coordinator, visit):
    enrolment.many(cohort, 9)
    page = coordinator.get(f"{TEAMS}/suggestion")
    numbers = page.soup.select("main [name^=team-]")
    assert [number["value"] for number in numbers] == ["1"] * 5 + ["2"] * 4
    first = numbers[0]["name"]
    moved = coordinator.submit(
        page, "main form.sections", {first: "", "name-1": "Our team"}, press="Check again"
    )
    assert "In no team" in moved.texts("h2")
    assert moved.one("[name=name-1]")["value"] == "Our team"
    assert teams(cohort) == {}
    done = coordinator.submit(moved, "main form.sections", press="Form these teams")
    assert "2 teams formed." in done.messages[0]
    found = teams(cohort)
    assert sorted(map(len, found.values())) == [4, 4]
    assert "Our team" in found
    name = found["Our team"][0]
    index = [line.name for line in queries.roster(cohort.id)].index(name)
    assert "Our team" in visit(person_at(cohort, index)).get("/cohorts/spring/team").texts("h2")


def test_nobody_is_sent_to_a_team_that_is_not_there(cohort, coordinator):
    enrolment.many(cohort, 9)
    page = coordinator.get(f"{TEAMS}/suggestion")
    first = page.soup.select("main [name^=team-]")[0]["name"]
    for wrong in ("7", "-1", "1.5", "two", "²", "9" * 500):
        answer = coordinator.submit(page, "main form.sections", {first: wrong}, press="Form these teams")
        assert "There is no team of that number" in answer.text(".callout.bad")
        assert "In no team" in answer.texts("h2")
        assert teams(cohort) == {}


def test_a_suggestion_for_many_stays_light(cohort, coordinator):
    enrolment.many(cohort, 59)
    page = coordinator.get(f"{TEAMS}/suggestion")
    assert len(page.soup.select("main [name^=team-]")) == 59
    assert len(page.response.data) < 45_000


def test_a_suggestion_that_was_overtaken_is_kept_and_told(cohort, coordinator):
    places = enrolment.many(cohort, 8)
    page = coordinator.get(f"{TEAMS}/suggestion")
    enrolment.team(cohort, "Acacia")
    answer = coordinator.submit(page, "main form.sections", press="Form these teams")
    assert "Another team of this kind is called “Acacia”" in answer.text(".callout.bad")
    assert list(teams(cohort)) == ["Acacia"]
    enrolment.team(cohort, "Others", tuple(places))
    answer = coordinator.submit(answer, "main form.sections", {"name-1": "Fresh"}, press="Form these teams")
    assert "Nobody is in a team yet" in answer.text() or "Everybody sits" in answer.text()
    same = coordinator.submit(page, "main form.sections", {"name-1": " "}, press="Form these teams")
    assert same.status == 200


def test_a_team_is_formed_by_hand_with_its_people(cohort, coordinator):
    enrolment.many(cohort, 3)
    ids = [line.public_id for line in queries.roster(cohort.id)]
    page = coordinator.get(TEAMS)
    done = coordinator.submit(page, "form[action$=new]", name="Banyan", person=ids[:2])
    assert "Team “Banyan” is formed." in done.messages[0]
    assert [len(members) for members in teams(cohort).values()] == [2]
    twice = coordinator.submit(page, "form[action$=new]", name="banyan")
    assert "Another team of this kind is called “banyan”." in twice.text(".summary-errors")
    empty = coordinator.submit(page, "form[action$=new]", name=" ")
    assert "Give the team a name." in empty.text(".summary-errors")
    long = coordinator.submit(page, "form[action$=new]", name="x" * 161)
    assert "At most 160 characters." in long.text(".summary-errors")
    seated = coordinator.submit(done, "form[action$=seat]", {f"team-{ids[2]}": _team_id(cohort, "Banyan")})
    assert "1 person put into their teams." in seated.messages[0]
    again = coordinator.submit(done, "form[action$=seat]", {f"team-{ids[2]}": _team_id(cohort, "Banyan")})
    assert "in this team already" in again.messages[0]
    assert "Choose a team" in coordinator.submit(done, "form[action$=seat]").messages[0]


def _team_id(cohort, name: str) -> str:
    found = queries.teams(cohort.id, TeamKind.WORKING, clock.now())
    return next(team.public_id for team in found if team.name == name)


def test_members_are_added_moved_and_let_go_and_the_history_says_so(cohort, coordinator, visit):
    places = enrolment.many(cohort, 4)
    enrolment.team(cohort, "Fig", tuple(places[:2]))
    enrolment.team(cohort, "Oak", (places[2],))
    ids = [line.public_id for line in queries.roster(cohort.id)]
    page = coordinator.get(f"{TEAMS}/{_team_id(cohort, 'Fig')}")
    first = f"form.seat-row:has([value='{ids[0]}'])"
    moved = coordinator.submit(page, first, to=_team_id(cohort, "Oak"))
    assert "moved to “Oak”" in moved.messages[0]
    again = coordinator.submit(page, first, to="none")
    assert "not in this team any more" in again.messages[0]
    assert "Choose where" in coordinator.submit(moved, "form.seat-row", to="").messages[0]
    added = coordinator.submit(moved, "form[action$=add]", person=[ids[3]])
    assert "joined the team" in added.messages[0]
    assert "Choose at least one person." in coordinator.submit(moved, "form[action$=add]").messages[0]
    gone = coordinator.submit(added, f"form.seat-row:has([value='{ids[1]}'])", to="none")
    assert "left the team" in gone.messages[0]
    assert {name: len(members) for name, members in teams(cohort).items()} == {"Fig": 1, "Oak": 2}
    assert len(gone.soup.select("[aria-labelledby=history-title] li")) == 3
    mine = visit(person_at(cohort, 0)).get("/cohorts/spring/team")
    assert mine.texts("h2") == ["Oak"]
    assert mine.texts("main a[href^='mailto:']") == [queries.roster(cohort.id)[2].email]


def test_a_team_is_renamed_and_dissolved(cohort, coordinator):
    places = enrolment.many(cohort, 2)
    enrolment.team(cohort, "Fig", tuple(places))
    enrolment.team(cohort, "Oak")
    address = f"{TEAMS}/{_team_id(cohort, 'Fig')}"
    page = coordinator.get(address)
    taken = coordinator.submit(page, "form[action$=name]", name="OAK")
    assert "is called “OAK”" in taken.text(".summary-errors")
    renamed = coordinator.submit(page, "form[action$=name]", name="Elm")
    assert renamed.title == "Elm"
    done = coordinator.submit(renamed, "form[action$=dissolve]")
    assert done.title == "Teams"
    assert list(teams(cohort)) == ["Oak"]
    past = coordinator.get(address)
    assert "dissolved" in past.text(".page-head")
    assert not past.has("main form[method=post]")
    again = coordinator.submit(renamed, "form[action$=dissolve]")
    assert "This team was dissolved." in again.text(".notices")


def test_broken_soft_rules_are_listed(cohort, coordinator):
    places = enrolment.many(cohort, 6)
    enrolment.team(cohort, "Fig", tuple(places))
    page = coordinator.get(TEAMS)
    words = page.texts(".tone.warn")
    assert any("at most 5 are meant" in text for text in words)
    assert any("apart, at most 4 h are meant" in text for text in words)
    assert "This team breaks" in coordinator.get(f"{TEAMS}/{_team_id(cohort, 'Fig')}").text(".callout.warn")


def test_a_team_of_another_cohort_is_not_found_and_learners_see_only_their_own(cohort, coordinator, visit):
    other = world.cohort()
    enrolment.many(other, 1)
    enrolment.team(other, "Foreign")
    foreign = queries.teams(other.id, TeamKind.WORKING, clock.now())[0].public_id
    coordinator.refused(f"{TEAMS}/{foreign}", status=404)
    enrolment.many(cohort, 1)
    enrolment.team(cohort, "Fig")
    learner = visit(person_at(cohort, 0))
    learner.refused(f"{TEAMS}/{_team_id(cohort, 'Fig')}", status=403)
    assert "You are not in a team yet" in learner.get("/cohorts/spring/team").texts("h2")
    learner.refused(f"/cohorts/{other.slug}/team", status=404)
    coordinator.refused("/cohorts/spring/team", status=404)


def test_a_learners_own_page_takes_few_statements(cohort, visit):
    places = enrolment.many(cohort, 5)
    enrolment.team(cohort, "Fig", tuple(places))
    enrolment.team(cohort, "Deep dive", tuple(places[:3]), TeamKind.CAPSTONE)
    learner = visit(person_at(cohort, 0))
    learner.get("/cohorts/spring/team")
    with statements() as seen:
        page = learner.get("/cohorts/spring/team")
    assert len(seen) <= 6, seen
    assert page.texts("h2") == ["Fig", "Deep dive"]


def test_faculty_reads_teams_without_acts(cohort, visit):
    places = enrolment.many(cohort, 3)
    enrolment.team(cohort, "Fig", tuple(places[:2]))
    faculty = visit(world.granted(Role.FACULTY, cohort))
    for address in (TEAMS, f"{TEAMS}/{_team_id(cohort, 'Fig')}"):
        assert not faculty.get(address).has("main form[action*='/teams/']:has(button)")
