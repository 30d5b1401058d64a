"""What learners read of their own record: why, the way to a dispute, their data; and the code on the screen."""

from __future__ import annotations

import pytest

from lms.core import clock
from lms.core.uow import unit_of_work
from lms.live import actions
from lms.live.rules import Verdict
from lms.people.rules import Role
from tests.factories import live, world

ABSENT = Verdict.ABSENT


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao")


@pytest.fixture
def assistant(cohort):
    return world.granted(Role.ASSISTANT, cohort, "Ravi Assistant")


def path(cohort, key, more=""):
    return f"/cohorts/{cohort.slug}/sessions/{key}{more}"


def test_the_explanation_leads_to_a_dispute_and_tells_how_it_stands(visit, cohort, asha):
    coordinator = world.granted(Role.COORDINATOR, cohort, "Cara Coordinator")
    place = live.place_of(cohort, asha)
    mine, reader = path(cohort, "s1", "/my-attendance"), visit(asha)
    live.ticked(cohort, "s1", {place: ABSENT})
    assert "The roster of this session is still open" in reader.get(mine).text(
        "[aria-labelledby=wrong-title]"
    )
    live.closed(cohort, "s1")
    page = reader.get(reader.get(mine).link("Dispute it"))
    assert page.has("[name=choice][value=present]"), "prefilled: of this session, with what stands there"
    reader.submit(page, "form.form", choice="present", words="I sat in the second row.")
    said = reader.get(mine).text("[aria-labelledby=wrong-title]")
    assert "Disputed" in said
    assert "Cara Coordinator answers by" in said
    assert "Dispute it" not in said
    desk = visit(coordinator)
    page = desk.get(str(reader.get(mine).one("[aria-labelledby=wrong-title] a")["href"]))
    desk.submit(page, "form:has([name=outcome])", outcome="refused", reason="Two saw you leave.")
    said = reader.get(mine).text("[aria-labelledby=wrong-title]")
    assert "It stands" in said
    assert "Dispute it again" in said
    stranger = visit(world.learner(cohort, "Bo"))
    assert "It stands" not in stranger.get(mine).text()


def test_the_page_of_the_code_looks_again_by_itself_and_has_a_link_for_it(visit, cohort, assistant):
    with clock.at(live.during(cohort, "s20", 20)):
        desk = visit(assistant)
        page = desk.submit(desk.get(path(cohort, "s20", "/code")), "form.form")
        part = page.one("[data-refresh]")
        assert part["data-refresh"] == path(cohort, "s20", "/code")
        assert part["id"] == part["data-refresh-part"]
        assert part.find(["form", "a"]) is None, "what has the focus is not replaced"
        assert page.link("Show the present code") == path(cohort, "s20", "/code")
        first = page.text(".class-code-digits")
    with clock.at(live.during(cohort, "s20", 22)):
        page = desk.get(path(cohort, "s20", "/code"))
        assert page.text(".class-code-digits") != first
        desk.submit(page, "form[action$='/code/end']")
        assert not desk.get(path(cohort, "s20", "/code")).has("[data-refresh]")


def test_addresses_that_are_remembered_and_evidence_are_in_ones_own_data(visit, cohort, asha, assistant):
    live.recorded(cohort, "s1", live.list_of(cohort, "s1", [("A", "asha@private.example", 0, 140)]))
    with unit_of_work() as work:
        actions.assign_name(
            live.unknown(cohort, "A").id,
            live.place_of(cohort, asha),
            remember=True,
            actor=world.actor(assistant),
            now=work.now,
        )
    reader = visit(asha)
    assert "Your live sessions" in reader.get("/account/data").texts("main .row-title")
    held = reader.open("GET", "/account/data.json").json["parts"]["sessions"]["data"]
    (known,) = held["known_in_meetings_as"]
    assert (known["value"], known["told_in"]) == ("address:asha@private.example", "S1")
    assert [one["kind"] for one in held["evidence"]] == ["interval"]
    assert held["attendance"][0]["verdict"] == "present"
    other = visit(world.learner(cohort, "Bo")).open("GET", "/account/data.json").json
    assert other["parts"]["sessions"]["data"]["known_in_meetings_as"] == []
