"""The capstone's pages, for each kind of person."""

from __future__ import annotations

import datetime as dt

import pytest

from lms.capstone import queries
from lms.core import clock
from lms.people.rules import Role
from tests.factories import capstone as factory
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def c(session):
    return factory.capstone(weeks_in=26)


def room(c):
    return f"/cohorts/{c.cohort.slug}/capstone"


def test_before_it_opens_the_room_says_when_and_what(session, visit):
    cohort = world.cohort(weeks_in=3)
    page = visit(world.learner(cohort)).get(f"/cohorts/{cohort.slug}/capstone")
    assert "Projects begin on" in page.text()
    assert len(page.texts("#dates-title + ol > li")) == 8
    assert not page.has("main form[action$=capstone]")


def test_a_learner_starts_and_comes_to_the_interest_form(session, visit):
    cohort = world.cohort(weeks_in=25)
    learner = world.learner(cohort)
    here = visit(learner)
    page = here.get(f"/cohorts/{cohort.slug}/capstone")
    page = here.submit(page, "#main form[action$=capstone]")
    assert page.title == "M0 Interest, host and conflicts"
    assert page.has("form#work input[name=f-mode]")


def test_a_member_writes_hands_in_and_gets_a_receipt(c, visit):
    with clock.at(factory.due(c.cohort, "m1") - dt.timedelta(hours=2)):
        asha, ben = (visit(one) for one in c.team.people[:2])
        page = asha.get(f"{room(c)}/m1")
        sent = {
            "f-decision": "Should Lautan open its depots?",
            "f-owner": "Dewi",
            "f-host-agrees": True,
            "text": "Two pages.",
        }
        page = asha.submit(page, "form#work", sent, press="Hand in M1")
        assert "M1 is handed in, as version 1" in page.messages[0]
        assert "waits for an answer" in page.text("#version-1")
        assert ben.get(room(c)).title == "Should Lautan open its depots?"


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(c, visit):
    with clock.at(factory.opens(c.cohort, "m1") + dt.timedelta(hours=1)):
        asha = visit(c.team.people[0])
        page = asha.get(f"{room(c)}/m1")
        page = asha.submit(page, "form#work", {"f-decision": "Should we?"}, press="Hand in M1")
        assert "4 things are still missing" in page.text() or "3 things are still missing" in page.text()
        assert page.one("#f-decision")["value"] == "Should we?"
        assert page.has("#f-owner-error")


def test_the_guide_reads_answers_and_the_team_sees_it(c, visit):
    factory.hand_in(c.cohort, c.team.people[0], "m1")
    with clock.at(factory.due(c.cohort, "m1") + dt.timedelta(days=1)):
        guide, asha = visit(c.guide), visit(c.team.people[1])
        page = guide.get(f"/projects/{c.project.public_id}")
        page = guide.get(page.link("Answer M1"))
        short = guide.submit(page, "form[data-guard]", text="Fine.", verdict="accept")
        assert "at least 20 words" in short.text("form[data-guard]")
        assert short.text("#text") == "Fine."
        page = guide.submit(short, "form[data-guard]", text=factory.WORDS, verdict="revise")
        assert "is given" in page.messages[0]
        back = asha.get(room(c))
        assert back.text(".next-step").startswith("M1 came back with a list.")
        assert "You have found a decision" in asha.get(f"{room(c)}/m1").text("#version-1")


def test_conflicts_are_read_by_team_and_coordinator_only(c, visit):
    factory.hand_in(c.cohort, c.team.people[0], "m0")
    coordinator, faculty = world.granted(Role.COORDINATOR, c.cohort), world.granted(Role.FACULTY, c.cohort)
    url = f"/projects/{c.project.public_id}/milestones/m0"
    secret = "Chi's brother"
    assert secret in visit(coordinator).get(url).text()
    assert secret not in visit(c.guide).get(url).text()
    assert secret not in visit(faculty).get(url).text()
    assert secret in visit(c.team.people[2]).get(f"{room(c)}/m0").text()


def test_others_do_not_find_the_project(c, visit):
    stranger = world.learner(c.cohort, "Somebody Else")
    elsewhere = factory.guide(world.cohort(weeks_in=26), "Another Guide")
    url = f"/projects/{c.project.public_id}"
    for who in (stranger, elsewhere):
        visit(who).refused(url, status=404)
        visit(who).refused(f"{url}/milestones/m1", status=404)
    visit(stranger).refused(f"/cohorts/{c.cohort.slug}/guides", status=403)
    assert visit(c.team.people[0]).get(url).url == room(c)


def test_the_thread_is_one_for_both_sides(c, visit):
    asha, guide = visit(c.team.people[0]), visit(c.guide)
    page = asha.submit(asha.get(room(c)), "form.form[action$=thread]", text="May we drop the fleet?")
    assert "May we drop the fleet?" in page.text("ol.thread")
    page = guide.get(f"/projects/{c.project.public_id}")
    assert "May we drop the fleet?" in page.text("ol.thread")
    guide.submit(page, "form.form[action$=thread]", text="Yes, in writing.")
    assert "Yes, in writing." in asha.get(room(c)).text("ol.thread")
    empty = asha.submit(asha.get(room(c)), "form.form[action$=thread]", text=" ")
    assert empty.has("#text-error")


def test_a_meeting_is_noted_and_two_missed_ones_alarm(c, visit):
    guide, member = visit(c.guide), visit(c.team.people[0])
    page = guide.get(f"/projects/{c.project.public_id}")
    yesterday = (clock.now() + dt.timedelta(days=2)).date()
    with clock.at(clock.now() + dt.timedelta(days=3)):
        page = guide.submit(
            page,
            "form[action$=meetings]",
            {"held_on": yesterday.isoformat(), "held_at": "19:00", "held": "yes", "minutes": "45",
             "agenda": "Scope", "decisions": "Leave out the fleet."},
        )  # fmt: skip
        assert page.messages[0].startswith("The meeting is noted")
        assert "Leave out the fleet." in member.get(room(c)).text("section[aria-labelledby=meetings-title]")
        factory.meet(c.cohort, c.project, c.guide, held=False, at=clock.now() - dt.timedelta(hours=30))
        factory.meet(c.cohort, c.project, c.guide, held=False, at=clock.now() - dt.timedelta(hours=3))
        assert "2 meetings missed" in guide.get(f"/projects/{c.project.public_id}").text()
        listed = visit(world.granted(Role.COORDINATOR, c.cohort)).get(
            f"/cohorts/{c.cohort.slug}/guides?show=alarm"
        )
        assert (
            len(
                listed.rows(
                    "table.table-staff.table-cards:first-of-type tbody, table:has(th:-soup-contains('Waits'))"
                )
            )
            == 1
        )


def test_guides_page_counts_the_same_for_few_and_many(session, visit):
    cohort = world.cohort(weeks_in=26)
    coordinator = visit(world.granted(Role.COORDINATOR, cohort))
    guide = factory.guide(cohort)

    def count() -> int:
        with statements() as seen:
            coordinator.get(f"/cohorts/{cohort.slug}/guides")
        return len(seen)

    factory.assign(factory.start(cohort, factory.team(cohort, called="First").people[0]), guide)
    count()
    few = count()
    for number in range(8):
        factory.start(cohort, world.learner(cohort, f"Solo {number}"))
    assert count() == few
    assert few <= 14


def test_learner_pages_stay_within_ten_statements(c, visit):
    factory.hand_in(c.cohort, c.team.people[0], "m1")
    asha = visit(c.team.people[0])
    for url in (room(c), f"{room(c)}/m1", f"{room(c)}/m6a"):
        asha.get(url)
        with statements() as seen:
            asha.get(url)
        assert len(seen) <= 10, seen


def test_csv_defuses_formulas(c, visit):
    project = queries.by_id(c.project.id)
    assert project.title
    answer = visit(world.granted(Role.COORDINATOR, c.cohort)).open(
        "GET", f"/cohorts/{c.cohort.slug}/guides.csv"
    )
    assert answer.mimetype == "text/csv"
    assert "Depot Five" in answer.get_data(as_text=True)
