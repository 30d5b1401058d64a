"""The people page, enrolling by hand, and one place, as people with a browser meet them."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.enrolment import queries
from lms.enrolment.rules import PlaceState
from lms.people.models import Person
from lms.people.rules import Role
from tests.factories import enrolment, world
from tests.support.statements import statements


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6, slug="spring")


@pytest.fixture
def coordinator(cohort, visit):
    return visit(enrolment.coordinator(cohort))


def url(tail: str = "people") -> str:
    return f"/cohorts/spring/{tail}"


def first_place(cohort, count: int = 1) -> str:
    enrolment.many(cohort, count)
    return queries.roster(cohort.id)[0].public_id


def today() -> dt.date:
    return clock.now().astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30))).date()


# Who may --------------------------------------------------------------------------------------------------------------

READ = ["people", "teams"]
MANAGE = ["people/new", "import", "import/template.csv", "teams/import", "teams/suggestion"]


@pytest.mark.parametrize("tail", READ + MANAGE)
def test_learners_of_the_cohort_are_refused_and_others_find_nothing(cohort, visit, visitor, tail):
    other = world.cohort()
    visit(world.learner(cohort)).refused(url(tail), status=403)
    visit(world.learner(other)).refused(url(tail), status=404)
    visit(enrolment.coordinator(other)).refused(url(tail), status=404)
    assert visitor.open("GET", url(tail)).location.startswith("/login")


@pytest.mark.parametrize("tail", READ)
def test_faculty_and_directors_read(cohort, visit, tail):
    enrolment.many(cohort, 3)
    for person in (
        world.granted(Role.FACULTY, cohort),
        world.granted(Role.DIRECTOR),
        world.granted(Role.AUDITOR),
    ):
        page = visit(person).get(url(tail))
        assert not page.has("main form[method=post] button[name=act]")
    visit(world.granted(Role.FACULTY, cohort)).refused(url("people.csv"), status=403)


@pytest.mark.parametrize("tail", MANAGE)
def test_whoever_only_reads_changes_nothing(cohort, visit, tail):
    visit(world.granted(Role.FACULTY, cohort)).refused(url(tail), status=403)
    visit(world.granted(Role.DIRECTOR)).refused(url(tail), status=403)


def test_a_place_of_another_cohort_is_not_found(cohort, coordinator):
    other = world.cohort()
    foreign = first_place(other)
    for tail in ("", "/leave", "/seat"):
        coordinator.refused(url(f"people/{foreign}{tail}"), status=404)
    token = coordinator.get(url("people/new")).one("main form [name=csrf_token]")["value"]
    answer = coordinator.open("POST", url(f"people/{foreign}/drop-plan"), data={"csrf_token": token})
    assert answer.status_code == 404


# The roster -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [5, 200])
def test_the_roster_takes_the_same_few_statements_whatever_its_size(session, visit, count):
    cohort = world.cohort(slug="spring", seats=300)
    enrolment.many(cohort, count)
    browser = visit(enrolment.coordinator(cohort))
    browser.get(url())
    with statements() as seen:
        page = browser.get(url())
    assert len(seen) == 7, seen
    assert len(page.rows("#people")) == count


def test_an_empty_cohort_teaches(cohort, coordinator):
    page = coordinator.get(url())
    assert "Nobody is enrolled yet" in page.texts("h2")
    assert "0 of 60 seats taken" in page.text()


def test_the_roster_says_who_where_how(cohort, coordinator):
    enrolment.many(cohort, 3)
    enrolment.team(cohort, "Banyan", (queries.roster(cohort.id)[0].place_id,))
    row = coordinator.get(url()).rows("#people")[0]
    line = queries.roster(cohort.id)[0]
    assert row[1].startswith(line.name)
    assert row[2:] == [
        line.employer, line.zone.split("/")[1], "none", "Banyan", "Enrolled", row[7], "Not invited", "never",
    ]  # fmt: skip


def test_words_section_team_and_state_narrow_the_roster(cohort, coordinator):
    enrolment.many(cohort, 6)
    lines = queries.roster(cohort.id)
    enrolment.team(cohort, "Banyan", (lines[0].place_id, lines[1].place_id))
    page = coordinator.get(url())
    found = coordinator.submit(page, "#finder", find=lines[3].name.upper())
    assert [row[1] for row in found.rows("#people")] == [f"{lines[3].name} {lines[3].job_title}"]
    assert len(coordinator.submit(page, "#finder", team="Banyan").rows("#people")) == 2
    assert len(coordinator.submit(page, "#finder", team="none").rows("#people")) == 4
    assert len(coordinator.get(url("people?section=none")).rows("#people")) == 6
    assert coordinator.get(url("people?find=nobody-like-this")).has(".empty")
    assert coordinator.get(url("people?show=nonsense&start=abc&section=x'y")).has(".empty")
    assert coordinator.get(url("people?show=leave")).has(".empty")


def test_those_who_left_stand_under_their_own_filter(cohort, coordinator):
    place = first_place(cohort, 2)
    page = coordinator.get(url(f"people/{place}/withdraw"))
    coordinator.submit(page, reason="A new job abroad")
    assert len(coordinator.get(url()).rows("#people")) == 1
    (row,) = coordinator.get(url("people?show=left")).rows("#people")
    assert row[6].startswith("Withdrawn")
    assert len(coordinator.get(url("people?show=all")).rows("#people")) == 2


def test_the_file_holds_what_the_filters_leave_and_no_formulas(cohort, coordinator):
    enrolment.many(cohort, 3)
    with unit_of_work():
        first = db.session.get_one(Person, queries.roster(cohort.id)[0].person_id)
        first.employer = "=HYPERLINK(1)"
    answer = coordinator.open("GET", url("people.csv?find=hyperlink"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["employer"] for row in rows] == ["'=HYPERLINK(1)"]


def test_the_ticked_are_invited_and_the_rest_is_told(cohort, coordinator):
    enrolment.many(cohort, 4)
    ids = [line.public_id for line in queries.roster(cohort.id)]
    page = coordinator.get(url())
    done = coordinator.submit(page, "form.board", {"person": ids[:3]}, press="Send invitations")
    assert "3 invitations on the way." in done.messages[0]
    assert [row[8] for row in done.rows("#people")] == ["Invited now"] * 3 + ["Not invited"]
    again = coordinator.submit(page, "form.board", {"person": ids}, press="Send invitations")
    assert "1 invitation on the way." in again.text()
    assert "3 people passed over" in again.text()


def test_ticking_nobody_or_strangers_does_nothing(cohort, coordinator):
    other = world.cohort()
    foreign = first_place(other)
    enrolment.many(cohort, 1)
    page = coordinator.get(url())
    answer = coordinator.submit(page, "form.board", press="Send invitations")
    assert "Tick at least one person first." in answer.text()
    token = page.one("form.board [name=csrf_token]")["value"]
    answer = coordinator.open(
        "POST", url("people/act"), data={"csrf_token": token, "person": [foreign, "x"], "act": "invite"}
    )
    assert answer.status_code == 303
    assert queries.roster(other.id)[0].invited_at is None


# By hand --------------------------------------------------------------------------------------------------------------


def test_enrolling_by_hand_shows_in_the_learners_own_view(cohort, coordinator, visit):
    page = coordinator.get(url("people/new"))
    joins = today() + dt.timedelta(days=7)
    done = coordinator.submit(
        page,
        "main form",
        email="Asha@Example.org",
        name="Asha Menon",
        joined_on=joins.isoformat(),
        zone="Dubai",
    )
    assert done.title == "Asha Menon"
    assert "joins late" in done.messages[0]
    assert "joined late" in done.text("aside")
    person = db.session.query(Person).filter_by(email="asha@example.org").one()
    assert person.zone == "Asia/Dubai"
    assert visit(person).get(url("team")).title == "My team"


def test_somebody_known_is_taken_as_they_are_and_told(cohort, coordinator):
    known = world.person("Ben Okafor", email="ben@example.org")
    page = coordinator.get(url("people/new"))
    done = coordinator.submit(page, email="BEN@example.org", name="Benjamin")
    assert done.title == "Ben Okafor"
    assert "not even the name “Benjamin”" in done.text()
    assert db.session.get_one(Person, known.id).name == "Ben Okafor"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": ""}, "Write the learner's address."),
        ({"email": "nonsense", "name": "A"}, "Write an e-mail address like name@example.org."),
        ({"email": "new@example.org", "name": ""}, "Write their name."),
        ({"email": "new@example.org", "name": "x" * 201}, "At most 200 characters."),
        ({"email": "x" * 250 + "@example.org", "name": "A"}, "At most 254 characters."),
        ({"email": "new@example.org", "name": "A", "zone": "IST"}, "is not a time zone"),
        ({"email": "new@example.org", "name": "A", "joined_on": "2090-01-01"}, "or an earlier day"),
        ({"email": "new@example.org", "name": "A", "joined_on": "soon"}, "Not a valid date value"),
        ({"email": "staff@example.org"}, "cannot be its learner"),
        ({"email": "here@example.org"}, "already has a place"),
    ],
)
def test_what_is_wrong_by_hand_is_said_and_what_was_typed_is_kept(cohort, coordinator, fields, words):
    staff = world.person("Stan Staff", email="staff@example.org")
    with unit_of_work() as work:
        world.cohorts.appoint(cohort.id, staff.id, Role.FACULTY, actor=world.director(), now=work.now)
    world.place(cohort, world.person("Here Already", email="here@example.org"))
    page = coordinator.get(url("people/new"))
    answer = coordinator.submit(page, "main form", {"employer": "Kept Ltd", **fields})
    assert words in answer.text(".summary-errors")
    assert answer.one("[name=employer]")["value"] == "Kept Ltd"
    assert len(queries.roster(cohort.id)) == 1


def test_a_full_cohort_takes_nobody_and_keeps_what_was_typed(session, visit):
    cohort = world.cohort(slug="spring", seats=1)
    enrolment.many(cohort, 1)
    browser = visit(enrolment.coordinator(cohort))
    page = browser.get(url("people/new"))
    answer = browser.submit(page, email="new@example.org", name="New Person")
    assert "No seat is left of 1. Raise the number at /cohorts/spring/edit" in answer.text(".summary-errors")
    assert answer.link("Change the seats") == "/cohorts/spring/edit"
    assert answer.one("[name=name]")["value"] == "New Person"


def test_enrolling_twice_and_after_signing_out(cohort, coordinator):
    page = coordinator.get(url("people/new"))
    coordinator.submit(page, email="asha@example.org", name="Asha Menon")
    again = coordinator.submit(page, email="asha@example.org", name="Asha Menon")
    assert "Asha Menon already has a place" in again.text(".summary-errors")
    coordinator.client.delete_cookie(coordinator.app.config["SESSION_COOKIE_NAME"])
    answer = coordinator.open("POST", url("people/new"), data={"email": "x@example.org"})
    assert answer.status_code in (302, 303, 400)


def test_a_foreign_section_is_refused(cohort, coordinator):
    page = coordinator.get(url("people/new"))
    token = page.one("main form [name=csrf_token]")["value"]
    data = {"csrf_token": token, "email": "a@example.org", "name": "A", "section": "999999"}
    answer = coordinator.open("POST", url("people/new"), data=data)
    assert answer.status_code == 200
    assert queries.roster(cohort.id) == []


# One place ------------------------------------------------------------------------------------------------------------


def test_the_page_of_a_place_takes_few_statements(cohort, coordinator):
    place = first_place(cohort)
    coordinator.get(url(f"people/{place}"))
    with statements() as seen:
        coordinator.get(url(f"people/{place}"))
    assert len(seen) <= 8, seen


def test_leave_return_withdraw_reinstate_complete_each_with_its_page(cohort, coordinator, visit):
    place = first_place(cohort)
    learner = visit(db.session.get_one(Person, queries.roster(cohort.id)[0].person_id))
    home = url(f"people/{place}")
    learner.get(url("team"))
    steps = [
        ("leave", "Put on leave", "On leave", 200), ("return", "End the leave", "Enrolled", 200),
        ("withdraw", "Withdraw", "Withdrawn", 404), ("reinstate", "Reinstate", "Enrolled", 200),
        ("complete", "Mark as completed", "Completed", 200), ("reinstate", "Reinstate", "Enrolled", 200),
    ]  # fmt: skip
    for act, label, state, theirs in steps:
        page = coordinator.get(coordinator.get(home).link(label))
        assert page.url == f"{home}/{act}"
        assert len(page.soup.select(".points li")) >= 2
        done = coordinator.submit(page, reason="As agreed by phone")
        assert state in done.text(".page-head")
        assert "As agreed by phone" in done.text(".story")
        learner.get(url("team"), status=theirs)


def test_an_act_that_is_no_longer_possible_says_so(cohort, coordinator):
    place = first_place(cohort)
    page = coordinator.get(url(f"people/{place}/withdraw"))
    coordinator.submit(page, reason="Left")
    again = coordinator.submit(page, reason="Left")
    assert "This place is withdrawn by now" in again.text(".notices")
    left = queries.roster(cohort.id, [PlaceState.WITHDRAWN])[0]
    assert len(queries.story(left.place_id)) == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Write the reason."),
        ({"reason": "x" * 2001}, "At most 2000 characters."),
        ({"reason": "r", "effective_on": ""}, "Choose the first day."),
        ({"reason": "r", "effective_on": "2001-01-01"}, "or a later day"),
        ({"reason": "r", "effective_on": "2090-01-01"}, "or an earlier day"),
        ({"reason": "r", "effective_on": "31.12.2026"}, "Not a valid date value"),
        ({"reason": "r", "back_on": "2001-01-01"}, "before the leave begins"),
    ],
)
def test_what_is_wrong_with_a_leave_is_said_and_kept(cohort, coordinator, fields, words):
    place = first_place(cohort)
    page = coordinator.get(url(f"people/{place}/leave"))
    answer = coordinator.submit(page, "main form", fields)
    assert words in answer.text(".summary-errors")
    assert answer.one("[name=reason]").get_text().strip() == fields["reason"]
    assert "Enrolled" in coordinator.get(url(f"people/{place}")).text(".page-head")


def test_a_leave_ahead_is_shown_and_dropped(cohort, coordinator):
    place = first_place(cohort)
    page = coordinator.get(url(f"people/{place}/leave"))
    on = today() + dt.timedelta(days=12)
    done = coordinator.submit(page, reason="Board season", effective_on=on.isoformat())
    assert "Leave planned" in done.text(".callout.info")
    assert "Enrolled" in done.text(".page-head")
    dropped = coordinator.submit(done, "form[action$=drop-plan]")
    assert not dropped.has(".callout.info")
    assert "Plan dropped" in dropped.text(".story")
    again = coordinator.submit(done, "form[action$=drop-plan]")
    assert "Nothing is planned" in again.text(".notices")


def test_section_and_first_day_change_on_their_page(cohort, coordinator):
    place = first_place(cohort)
    section = world.cohort_queries.sections(cohort.id)[0]
    later = cohort.starts_on + dt.timedelta(days=21)
    page = coordinator.get(url(f"people/{place}/seat"))
    done = coordinator.submit(page, section=str(section.id), joined_on=later.isoformat(), reason="Moved")
    assert "Section changed" in done.text(".story")
    assert "joined late" in done.text("aside")
    wrong = coordinator.submit(page, joined_on="2090-01-01")
    assert "or an earlier day" in wrong.text(".summary-errors")
    assert "Choose the first day that counts." in coordinator.submit(page, joined_on="").text(
        ".summary-errors"
    )
