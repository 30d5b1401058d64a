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
        assert len(listed.rows("section[aria-labelledby=list-title] table")) == 1


def test_a_note_is_corrected_and_the_team_sees_both(c, visit):
    factory.meet(c.cohort, c.project, c.guide, at=clock.now() - dt.timedelta(hours=2))
    guide, member = visit(c.guide), visit(c.team.people[0])
    page = guide.get(f"/projects/{c.project.public_id}")
    page = guide.get(page.one("#meetings-title ~ * a, [aria-labelledby=meetings-title] .row-link")["href"])
    url = page.url
    empty = guide.submit(page, "form[data-guard]", {"reason": "", "minutes": "50"})
    assert "Say why in a few words." in empty.text("#reason-error")
    assert empty.one("#minutes")["value"] == "50"
    done = guide.submit(empty, "form[data-guard]", {"reason": "It was fifty minutes."})
    assert done.messages[0].startswith("The note is corrected.")
    stale = guide.submit(page, "form[data-guard]", {"reason": "Again.", "minutes": "55"})
    assert "corrected meanwhile" in stale.text("[role=alert]")
    assert "corrected" in member.get(room(c)).text("[aria-labelledby=meetings-title]")
    seen = member.get(url)
    assert "It was fifty minutes." in seen.text("#version-1")
    assert "50 min" in seen.text("[aria-labelledby=note-title]")
    assert not seen.has("form[data-guard]")
    token = member.get(room(c)).soup.select_one("[name=csrf_token]")["value"]
    assert member.open("POST", url, data={"csrf_token": token, "reason": "Mine."}).status_code == 403
    faculty = visit(world.granted(Role.FACULTY, c.cohort))
    assert not faculty.get(url).has("form[data-guard]")
    with clock.at(clock.now() + dt.timedelta(days=9)):
        late = visit(c.guide).get(url)
        assert "could be corrected until" in late.text()
        assert not late.has("form[data-guard]")
        assert visit(world.granted(Role.COORDINATOR, c.cohort)).get(url).has("form[data-guard]")
    guide.refused(f"/projects/{c.project.public_id}/meetings/nothing", status=404)
    assert "The note was corrected" in member.get("/notices").text()


def test_a_change_of_guide_says_what_was_handed_over(c, visit):
    factory.hand_in(c.cohort, c.team.people[0], "m1")
    with clock.at(factory.due(c.cohort, "m1") + dt.timedelta(hours=1)):
        successor = factory.guide(c.cohort, "Nora New")
        factory.assign(c.project, successor, reason="Grete is on leave.")
        page = visit(successor).get(f"/projects/{c.project.public_id}/milestones/m1")
        assert "Handed over from Grete Lind" in page.text("[aria-labelledby=state-title]")
        assert page.has("form[data-guard]")
        assert "Handed over from Grete Lind: M1 to answer." in visit(successor).get("/notices").text()
        assert "Handed over: M1 to answer." in visit(c.guide).get("/notices").text()
        assert "Handed over: M1." in visit(c.team.people[0]).get(room(c)).text()


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


def test_bad_input_is_refused_without_a_failure(c, visit):
    """Empty, too long, stale, twice, foreign ids: each is told, and nothing is a 500."""
    with clock.at(factory.opens(c.cohort, "m1") + dt.timedelta(hours=1)):
        asha, guide = visit(c.team.people[0]), visit(c.guide)
        coordinator = visit(world.granted(Role.COORDINATOR, c.cohort))
        page = asha.get(f"{room(c)}/m1")
        long = asha.submit(page, "form#work", {"text": "x" * 200_001}, press="Save draft")
        assert "At most 200,000 characters" in long.text("form#work")
        wrong = asha.submit(page, "form#work", {"file": (b"MZ", "virus.exe")}, press="Add the file")
        assert "virus.exe" in wrong.text("form#work")
        nothing = asha.submit(page, "form#work", press="Add the file")
        assert "Choose a file first" in nothing.text("form#work")
        asha.submit(page, "form#work", {"f-owner": "Dewi"}, press="Save draft")
        stale = asha.submit(page, "form#work", {"f-owner": "Somebody else"}, press="Save draft")
        assert stale.one("#f-owner")["value"] == "Somebody else"
        assert "Dewi" in stale.text("[role=alert]")
        project = guide.get(f"/projects/{c.project.public_id}")
        for fields in (
            {"held_on": "nonsense", "held_at": "25:99"},
            {"held_on": "2031-01-01", "held_at": "10:00"},
            {"minutes": "many"},
            {"present": [], "decisions": "None."},
        ):
            answer = guide.submit(project, "form[action$=meetings]", fields)
            assert answer.has("form[action$=meetings] .summary-errors"), fields
        steer = coordinator.get(f"/projects/{c.project.public_id}")
        told = coordinator.submit(steer, "form[action$=step-back]", {"back-reason": "A slip."})
        assert "only been started" in told.text("form[action$=step-back]")
        assert coordinator.submit(steer, "form[action$=end]").has("form[action$=end] .error")
        ended = coordinator.submit(steer, "form[action$=end]", {"end-reason": "They gave up."})
        assert "has ended" in ended.messages[0]
        again = coordinator.submit(steer, "form[action$=end]", {"end-reason": "Twice."})
        assert "cannot be changed like this" in again.text()
        back = coordinator.submit(again, "form[action$=step-back]", {"back-reason": "They did not."})
        assert "taken back" in back.messages[0]
        for path in ("/projects/abcdefghjkmn", f"/projects/{c.project.public_id}/milestones/m99"):
            guide.refused(path, status=404)
        guide.refused(f"/projects/{c.project.public_id}/files/abcdefghjkmn", status=404)
        asha.refused(f"{room(c)}/q1", status=404)


def test_drafts_save_themselves_and_tell_of_a_conflict(c, visit):
    with clock.at(factory.opens(c.cohort, "m1") + dt.timedelta(hours=1)):
        asha, ben = (visit(one) for one in c.team.people[:2])
        token = asha.get(f"{room(c)}/m1").one("form#work [name=csrf_token]")["value"]
        other = ben.get(f"{room(c)}/m1").one("form#work [name=csrf_token]")["value"]
        sent = {"csrf_token": token, "version": "0", "text": "", "f-owner": "Dewi"}
        first = asha.open("POST", f"{room(c)}/m1/draft", data=sent)
        assert (first.status_code, first.get_json()["version"]) == (200, 1)
        told = ben.open("POST", f"{room(c)}/m1/draft", data={**sent, "csrf_token": other, "f-owner": "Ben"})
        assert told.status_code == 409
        assert "Asha Rao changed this draft" in told.get_json()["reason"]


def test_files_are_for_members_then_for_readers_and_markers(c, visit):
    factory.hand_in(c.cohort, c.team.people[0], "m1")
    version = queries.versions(c.project.id)["m1"][-1]
    url = f"/projects/{c.project.public_id}/files/{version.files[0].public_id}"
    stranger = world.learner(c.cohort, "Somebody Else")
    for who in (c.team.people[1], c.guide, world.granted(Role.FACULTY, c.cohort)):
        answer = visit(who).open("GET", url)
        assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")
        assert "attachment" in answer.headers["Content-Disposition"]
    visit(stranger).refused(url, status=404)


def test_a_coordinator_begins_projects_and_assigns_by_load(session, visit):
    cohort = world.cohort(weeks_in=26)
    factory.team(cohort, called="Mandi")
    guide = factory.guide(cohort)
    here = visit(world.granted(Role.COORDINATOR, cohort))
    page = here.get(f"/cohorts/{cohort.slug}/guides")
    page = here.submit(page, "form[action$=projects]")
    page = here.get(page.link("Assign a guide of Mandi"))
    assert page.one(f'input[value="{guide.public_id}"]').has_attr("checked")
    page = here.submit(page, "main form")
    assert "The guide is assigned" in page.messages[0]
    assert visit(guide).get("/teaching").text().count("Mandi") >= 1
