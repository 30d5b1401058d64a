"""Bringing a list, reading its report, the desk for names: as the people who do it."""

from __future__ import annotations

import csv
import io

import pytest

from lms.live import queries
from lms.live.rules import NameState, Verdict
from lms.people.rules import Role
from tests.factories import live, world
from tests.support.statements import statements

PRESENT = Verdict.PRESENT


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao", zone="Asia/Dubai")


@pytest.fixture
def assistant(cohort):
    return world.granted(Role.ASSISTANT, cohort, "Ravi Assistant")


def path(cohort, key="s1", more=""):
    return f"/cohorts/{cohort.slug}/sessions/{key}{more}"


def bring(visitor, cohort, *bodies, key="s1", **fields):
    page = visitor.get(path(cohort, key, "/import"))
    files = [(body, f"list-{number}.csv") for number, body in enumerate(bodies, start=1)]
    return visitor.submit(
        page, "form[data-upload]", {"files": files if len(files) > 1 else files[0], **fields}
    )


def test_a_list_is_looked_at_recorded_and_taken_back(visit, cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    visitor = visit(assistant)
    page = bring(
        visitor, cohort, live.list_of(cohort, "s1", [("x", asha.email, 0, 140), ("Asha Rao", "", 0, 140)])
    )
    assert (
        "1 row of 1 learner would go to the ledger, and 1 name would wait for somebody to say whose."
        in page.text("[aria-label='In short']")
    )
    assert "the list says so" in page.text("[aria-labelledby=read-title]")
    assert live.verdict(cohort, "s1", place) is None
    page = visitor.submit(page, "form[action$='/record']")
    assert "Recorded 1 row of 1 learner. 1 name waits for you below." in " ".join(page.messages)
    assert live.verdict(cohort, "s1", place) is PRESENT
    page = visitor.submit(page, "form[action$='/undo']")
    assert "Taken back: 1 stretch of minutes, and its names." in " ".join(page.messages)
    assert live.verdict(cohort, "s1", place) is Verdict.UNMARKED
    assert "Taken back" in visitor.get(path(cohort, "s1", "/import")).text("[aria-labelledby=past-title]")
    assert visit(assistant).open("GET", f"{page.url}/rows.csv").status_code == 200


def test_a_list_is_read_another_way_when_its_headings_are_not_known(visit, cohort, asha, assistant):
    start = live.session(cohort, "s1").starts_at
    body = f"Wer;Wann;Dauer\n{asha.email};{start:%Y-%m-%d %H:%M};150\n".encode()
    visitor = visit(assistant)
    page = bring(visitor, cohort, body)
    assert "It cannot be read like this" in page.text()
    page = visitor.submit(
        page,
        "form[action$='/read']",
        {"zone": "UTC", "column-email": "0", "column-joined": "1", "column-minutes": "2"},
    )
    assert "1 row of 1 learner would go to the ledger." in page.text()
    assert "chosen by hand" in page.text()


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"hello", b"\x00" * 50, b"PK\x03\x04x"])
def test_what_is_no_list_is_refused_at_the_form(visit, cohort, asha, assistant, body):
    visitor = visit(assistant)
    page = visitor.get(path(cohort, "s1", "/import"))
    page = visitor.submit(page, "form[data-upload]", {"files": (body, "list.csv")}, status=422)
    assert "This list cannot be read." in " ".join(page.messages)
    page = visitor.submit(page, "form[data-upload]", {}, status=422)
    assert "Choose the list" in " ".join(page.messages)


def test_the_desk_proposes_with_reasons_and_one_act_assigns(visit, cohort, asha, assistant):
    place = live.place_of(cohort, asha)
    live.recorded(
        cohort, "s1", live.list_of(cohort, "s1", [("Asha iPhone", "", 0, 140), ("Zed", "z@x.org", 0, 20)])
    )
    visitor = visit(assistant)
    desk = f"/cohorts/{cohort.slug}/unknown-names"
    page = visitor.get(desk)
    assert "the name has “asha”, which only they are called here; no minutes are theirs yet" in page.text()
    assert "Nobody on the roster has a name or an address like this." in page.text()
    page = visitor.submit(
        page, f"form[action$='{live.unknown(cohort, 'Asha iPhone').public_id}']", press="assign"
    )
    assert "“Asha iPhone” was Asha Rao: 140 minutes are in the ledger." in " ".join(page.messages)
    assert live.verdict(cohort, "s1", place) is PRESENT
    mine = visit(asha).get(path(cohort)).text("[aria-labelledby=mine-title]")
    assert "“Asha iPhone” in the list was said to be them" in mine
    page = visitor.get(f"{desk}?show=assigned")
    assert "said by Ravi Assistant" in page.text()
    page = visitor.submit(page, "form[action$='/take-back']")
    assert live.verdict(cohort, "s1", place) is Verdict.UNMARKED
    page = visitor.submit(page, f"form[action$='{live.unknown(cohort, 'Zed').public_id}']", press="guest")
    assert queries.name_counts(cohort.id) == {NameState.WAITS: 1, NameState.GUEST: 1}
    assert "Zed" in visitor.get(f"{desk}?show=guests").text()


def test_somebody_who_was_not_proposed_is_chosen_on_the_names_own_page(visit, cohort, asha, assistant):
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", [("Zed", "z@private.example", 0, 140)]))
    public_id = live.unknown(cohort, "Zed").public_id
    visitor = visit(assistant)
    page = visitor.get(f"/cohorts/{cohort.slug}/unknown-names/{public_id}")
    refused = visitor.submit(page, "form.form", press="assign", status=422)
    assert "Choose whose name it is." in " ".join(refused.messages)
    chosen = {"place": next(one.public_id for one in queries.places(cohort.id)), "remember": True}
    visitor.submit(page, "form.form", chosen, press="assign")
    line = live.unknown(cohort, "Zed")
    assert (line.state, line.who, line.remembered) == (NameState.ASSIGNED, "Asha Rao", True)


def test_names_of_another_cohort_are_not_there_and_learners_see_no_desk(visit, cohort, asha, assistant):
    elsewhere = world.cohort(weeks_in=6)
    world.learner(elsewhere)
    kept, _done = live.recorded(elsewhere, "s1", live.list_of(elsewhere, "s1", [("Zed", "", 0, 140)]))
    public_id = live.unknown(elsewhere, "Zed").public_id
    visitor = visit(assistant)
    visitor.refused(f"/cohorts/{cohort.slug}/unknown-names/{public_id}", status=404)
    visitor.refused(path(cohort, "s1", f"/lists/{kept.public_id}"), status=404)
    visit(asha).refused(f"/cohorts/{cohort.slug}/unknown-names", status=403)
    visit(asha).refused(path(cohort, "s1", "/import"), status=403)


def test_the_desk_and_the_report_send_as_many_statements_for_many_as_for_few(visit, cohort, asha, assistant):
    def sent(key: str, names: int) -> tuple[int, int]:
        rows = [(f"Asha {number}", "", 0, 140) for number in range(names)]
        kept, _done = live.recorded(cohort, key, live.list_of(cohort, key, rows))
        visitor = visit(assistant)
        with statements() as desk:
            visitor.get(f"/cohorts/{cohort.slug}/unknown-names")
        with statements() as report:
            visitor.get(path(cohort, key, f"/lists/{kept.public_id}"))
        return len(desk), len(report)

    few, many = sent("s1", 1), sent("s2", 30)
    assert few == many
    assert max(many) <= 14


def test_all_names_are_given_as_a_table_without_formulas(visit, cohort, asha, assistant):
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", [("=1+1", "", 0, 140)]))
    answer = visit(assistant).open("GET", f"/cohorts/{cohort.slug}/unknown-names.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[1][:6] == ["S1", "'=1+1", "", "", "140", "waiting"]
