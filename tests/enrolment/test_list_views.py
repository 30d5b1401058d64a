"""Bringing lists, as a coordinator with a browser does."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from lms.core.uow import unit_of_work
from lms.enrolment import actions, queries
from lms.enrolment.rules import PlaceState, lists
from lms.people.models import Person
from tests.factories import enrolment, world
from tests.support.statements import statements

THREE = (
    "name,email,external id,section,employer,team\n"
    "Asha Menon,asha@list.example,1,A,Acme,Fig\n"
    "Ben Okafor,ben@list.example,2,A,Bolt,Fig\n"
    "Chen Wei,chen@list.example,3,,Core,Oak\n"
)
MORE = THREE + "Dana,dana@list,4,A,,\n<script>alert(1)</script>,evil@list.example,5,A,=1+1,\n"


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=2, slug="spring")


@pytest.fixture
def coordinator(cohort, visit):
    return visit(enrolment.coordinator(cohort))


def brought(browser, text: str | bytes, page: str = "import"):
    body = text.encode() if isinstance(text, str) else text
    start = browser.get(f"/cohorts/spring/{page}")
    return browser.submit(start, "main form", file=(body, "people.csv"))


def test_a_list_is_tried_carried_out_and_taken_back(cohort, coordinator, visit):
    report = brought(coordinator, MORE)
    assert report.title == "people.csv"
    assert "Only tried" in report.text(".page-head")
    assert "would enrol 4 people" in report.text()
    assert queries.roster(cohort.id) == []
    assert [row[0] for row in report.rows()] == ["5"]
    done = coordinator.submit(report, "main form.form", invite=True)
    assert "4 people enrolled. 4 invitations on the way." in done.messages[0]
    assert "Carried out" in done.text(".page-head")
    roster = coordinator.get("/cohorts/spring/people")
    assert len(roster.rows("#people")) == 4
    asha = Person.query.filter_by(email="asha@list.example").one()
    assert [row.split()[0] for row in visit(asha).get("/cohorts/spring/team").texts(".row-title")] == [
        "Asha",
        "Ben",
    ]
    with unit_of_work() as work:
        asha.last_seen_on = work.now.date()
    undone = coordinator.submit(done, "form[action$=undo]")
    assert "3 people withdrawn" in undone.messages[0]
    assert "Asha Menon" in undone.text(".callout.info")
    assert len(coordinator.get("/cohorts/spring/people").rows("#people")) == 1
    again = coordinator.submit(done, "form[action$=undo]")
    assert "undone already" in again.text(".notices")


def test_the_second_time_there_is_nothing_to_carry_out(cohort, coordinator):
    coordinator.submit(brought(coordinator, THREE), "main form.form")
    report = brought(coordinator, THREE.replace(",", ";").encode("utf-16"))
    assert "There is nothing to carry out" in report.text()
    assert not report.has("form[action$=apply]")


def test_pasted_text_reads_like_a_file(cohort, coordinator):
    start = coordinator.get("/cohorts/spring/import")
    report = coordinator.submit(start, "main form", text=THREE.replace(",", "\t"))
    assert report.title == "pasted list.csv"
    assert "would enrol 3 people" in report.text()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "Choose a file, or paste the list below."),
        (b"PK\x03\x04 a spreadsheet", "Save it there as"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text"),
        (b"colour\nred\n", "no heading that we know"),
        (b"name\nAsha\n", "no column for email or external id"),
        (b'name,email\n"Asha,a@example.org\n', "never closed"),
        (b"name,email\n" + b"x" * 3000, "larger than 5 MB"),
    ],
)
def test_what_cannot_be_read_is_told_at_the_file(cohort, coordinator, body, words, monkeypatch):
    monkeypatch.setattr(lists, "MOST_BYTES", 3000)  # the real limit is tried in test_list_rules
    page = brought(coordinator, body)
    assert words in page.text(".summary-errors")
    assert queries.imports(cohort.id, ["learners"]) == []


def test_the_rows_to_mend_come_as_a_file_with_what_to_mend(cohort, coordinator):
    report = brought(coordinator, MORE.replace("Dana,", '"Dana, ""D""",'))
    answer = coordinator.open("GET", report.link("Download the rows to mend"))
    text = answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store"
    head, row = text.removeprefix("\ufeff").strip().split("\r\n")
    assert head == "name,email,external id,section,employer,team,what to mend"
    assert row.startswith('"Dana, ""D""",dana@list,4,A,,,')
    assert "is not an e-mail address" in row


def test_the_template_reads_as_a_list(cohort, coordinator):
    for what, page in (("", "import"), ("?what=teams", "teams/import")):
        answer = coordinator.open("GET", f"/cohorts/spring/import/template.csv{what}")
        report = brought(coordinator, answer.get_data(), page)
        assert len(report.rows()) == 1


def test_many_changes_wait_for_a_second_yes(cohort, coordinator):
    rows = "".join(f"N{n},n{n}@list.example,%s\n" for n in range(6))
    coordinator.submit(
        brought(coordinator, "name,email,employer\n" + rows.replace("%s", "A")), "main form.form"
    )
    report = brought(coordinator, "name,email,employer\n" + rows.replace("%s", "B"))
    assert "Many changes" in report.texts("h2")
    refused = coordinator.submit(report, "main form.form")
    assert "more than a fifth" in refused.messages[0]
    done = coordinator.submit(report, "main form.form", confirmed=True)
    assert "6 people changed" in done.messages[0]


def test_a_list_whose_ground_moved_is_shown_anew(cohort, coordinator):
    report = brought(coordinator, THREE)
    enrolment.applied(enrolment.tried(cohort, "name,email\nBen O,ben@list.example\n"))
    moved = coordinator.submit(report, "main form.form")
    assert "nothing was done" in moved.messages[0]
    assert "would enrol 2 people" in moved.text()
    again = coordinator.submit(moved, "main form.form")
    assert "2 people enrolled, 1 person changed" in again.messages[0]
    assert "carried out already" in coordinator.submit(moved, "main form.form").messages[0]


def test_a_report_of_another_cohort_is_not_found(cohort, coordinator):
    other = world.cohort()
    found = enrolment.tried(other, THREE)
    coordinator.refused(f"/cohorts/spring/import/{found.line.public_id}", status=404)
    coordinator.refused(f"/cohorts/{other.slug}/import/{found.line.public_id}", status=404)
    coordinator.refused(f"/cohorts/spring/import/{found.line.public_id}/errors.csv", status=404)


def test_long_reports_come_in_pages_and_few_statements(session, visit):
    cohort = world.cohort(slug="spring", seats=1000)
    browser = visit(enrolment.coordinator(cohort))
    rows = "".join(f"N{n},n{n}@list.example\n" for n in range(450))
    report = brought(browser, "name,email\n" + rows)
    with statements() as seen:
        page = browser.get(report.url)
    assert len(seen) <= 8, seen
    assert len(page.rows()) == 200
    last = browser.get(browser.get(page.link("Rows after")).link("Rows after"))
    assert len(last.rows()) == 50
    assert browser.get(f"{report.url}?show=nonsense&start=99999999").status == 200


def test_names_from_a_list_are_never_markup(cohort, coordinator):
    coordinator.submit(brought(coordinator, MORE), "main form.form")
    page = coordinator.get("/cohorts/spring/people")
    assert "<script>alert(1)</script>" in page.text("#people")
    assert not page.soup.select("#people script")


def test_a_list_of_teams_is_carried_out_and_seen_by_the_learners(cohort, coordinator, visit):
    coordinator.submit(brought(coordinator, THREE), "main form.form")
    report = brought(
        coordinator, "team,email\nElm,asha@list.example\nElm,chen@list.example\n", "teams/import"
    )
    assert "would form 1 team: Elm" in report.text()
    coordinator.submit(report, "main form.form")
    chen = Person.query.filter_by(email="chen@list.example").one()
    assert "Elm" in visit(chen).get("/cohorts/spring/team").texts("h2")
    lines = {line.name: line for line in queries.roster(cohort.id)}
    with unit_of_work() as work:
        there = work.now.astimezone(ZoneInfo("Asia/Kolkata")).date()
        values = {"effective_on": there, "actor": world.director(), "now": work.now}
        actions.change_state(lines["Ben Okafor"].place_id, PlaceState.WITHDRAWN, reason="r", **values)
    wrong = brought(coordinator, "team,email\nElm,ben@list.example\n", "teams/import?kind=capstone")
    assert "no longer a learner" in wrong.text()
