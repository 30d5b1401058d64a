"""The pages of sessions: what a learner reads, what staff keep, who may not."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest

from lms.core import clock
from lms.live import queries
from lms.live.actions import Held
from lms.live.rules import Verdict
from lms.people.rules import Role
from tests.factories import live, world
from tests.support.statements import statements

PRESENT, HALF, ABSENT, UNMARKED = Verdict.PRESENT, Verdict.HALF, Verdict.ABSENT, Verdict.UNMARKED


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao", zone="Asia/Dubai")


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cara Coordinator")


@pytest.fixture
def assistant(cohort):
    return world.granted(Role.ASSISTANT, cohort, "Ravi Assistant")


def path(cohort, key="s20", more=""):
    return f"/cohorts/{cohort.slug}/sessions/{key}{more}"


# A learner at a session


def test_before_the_session_it_says_why_when_and_what_missing_it_would_cost(visit, cohort, asha, coordinator):
    place = live.place_of(cohort, asha)
    live.held(cohort, [Held(key="s1", ticks={place: PRESENT}), Held(key="s2", ticks={place: HALF})])
    page = visit(asha).get(path(cohort))
    line = live.session(cohort, "s20")
    assert page.title == line.line.title
    assert "GST" in page.text("#when-title")
    assert "for the cohort" in page.text()
    assert "The meeting link is not set yet" in page.text()
    assert "Cara Coordinator" in page.text()
    mine = page.text("[aria-labelledby=mine-title]")
    assert "1.5 of 2, 75.0 %" in mine
    assert "If you miss this one: 1.5 of 3 sessions, 50.0 %" in mine
    assert not page.has("form[action$='/join']")


def test_the_button_leads_to_the_meeting_and_only_a_post_is_noted(visit, cohort, asha):
    line = live.linked(cohort, "s20")
    place = live.place_of(cohort, asha)
    with clock.at(line.starts_at - dt.timedelta(minutes=15)):
        visitor = visit(asha)
        page = visitor.get(path(cohort))
        assert "form-action 'self' https:" in page.response.headers["Content-Security-Policy"]
        assert page.soup.select_one(f"a[href='{live.LINK}']") is None
        assert queries.joined(line.id, place) == []
        answer = visitor.submit(page, "form[action$='/join']", follow=False, status=303)
        assert answer.response.headers["Location"] == live.LINK
    assert len(queries.joined(line.id, place)) == 1
    assert queries.mark(line.id, place) is None


def test_too_early_too_late_and_without_a_link_nobody_is_sent_anywhere(visit, cohort, asha):
    line = live.session(cohort, "s20")
    for minutes, words in ((-16, "The room opens 15 minutes"), (10, "no meeting link"), (181, "is over")):
        with clock.at(line.starts_at + dt.timedelta(minutes=minutes)):
            visitor = visit(asha)
            page = visitor.get(path(cohort))
            token = page.soup.select_one("[name=csrf_token]")["value"]
            visitor.open("POST", path(cohort, more="/join"), data={"csrf_token": token})
            assert words in visitor.get(path(cohort)).text()
            assert "form-action 'self';" in page.response.headers["Content-Security-Policy"]
    assert queries.joined(line.id, live.place_of(cohort, asha)) == []


def test_afterwards_the_mark_explains_itself_from_the_stored_trace(visit, cohort, asha, coordinator):
    place = live.place_of(cohort, asha)
    start = live.during(cohort, "s1", 0)
    live.held(
        cohort,
        [
            Held(
                key="s1",
                intervals=[(place, start, start + dt.timedelta(minutes=131))],
                clicks={place: start},
                notes="Read **again**.",
                recording_url="https://video.example.com/s1",
            )
        ],
    )
    page = visit(asha).get(path(cohort, "s1"))
    mine = page.text("[aria-labelledby=mine-title]")
    assert "Half" in mine
    assert "131 of 180 min, 72.7 %" in mine
    assert "Present from 75 %, half from 50 % of the scheduled 3 h" in mine
    assert page.link("Watch the recording") == "https://video.example.com/s1"
    assert page.one("section strong").get_text() == "again"


def test_a_masterclass_shows_who_speaks_and_what_to_ask(visit, cohort, asha):
    line = next(line for line in queries.sessions(cohort) if line.masterclass)
    page = visit(asha).get(path(cohort, line.key))
    assert "The speaker is not named yet" in page.text()
    assert page.has("#profile-title")
    assert len(page.texts("[aria-labelledby=starters-title] li")) >= 3


@pytest.mark.parametrize("key", ["s1", "s20"])
def test_a_learners_page_costs_ten_statements_at_most(visit, cohort, asha, key):
    place = live.place_of(cohort, asha)
    live.held(cohort, [Held(key="s1", ticks={place: PRESENT})])
    visitor = visit(asha)
    visitor.get(path(cohort, key))
    with statements() as seen:
        visitor.get(path(cohort, key))
    assert len(seen) <= 10, seen


def test_another_cohorts_session_is_not_there(visit, cohort, asha):
    elsewhere = world.cohort(weeks_in=3)
    stranger = world.learner(elsewhere)
    visit(stranger).refused(path(cohort), status=404)
    visit(asha).refused(path(cohort, "no-such-session"), status=404)


@pytest.mark.parametrize("more", ["/roster", "/edit", "/import"])
def test_a_learner_reads_and_does_not_keep(visit, cohort, asha, more):
    visit(asha).refused(path(cohort, "s1", more), status=403)
    visit(world.granted(Role.GUIDE, cohort)).refused(path(cohort, "s1", more), status=403)


def test_assistants_keep_rosters_and_do_not_edit(visit, cohort, assistant):
    visitor = visit(assistant)
    assert visitor.get(path(cohort, "s1", "/roster")).title == "Roster of S1"
    visitor.refused(path(cohort, "s1", "/edit"), status=403)


# The roster


def roster(visitor, cohort, key="s1", query=""):
    return visitor.get(path(cohort, key, f"/roster{query}"))


def choice(cohort, person):
    found = next(one for one in queries.places(cohort.id) if one.name == person.name)
    return f"mark-{found.public_id}"


@pytest.mark.slow
def test_a_roster_is_kept_without_scripts(visit, cohort, asha, assistant):
    ben = world.learner(cohort, "Ben Okafor")
    visitor = visit(assistant)
    page = roster(visitor, cohort)
    page = visitor.submit(page, "form[data-autosave-url]", {choice(cohort, asha): "half"}, press="save")
    assert "Saved 1 name." in " ".join(page.messages)
    assert "2 on the roster · 1 half · 1 unmarked" in page.text()
    page = visitor.submit(page, "form[data-autosave-url]", press="rest")
    assert "2 on the roster · 1 present · 1 half" in page.text()
    page = visitor.submit(page, "form[action$='/close']")
    assert "The roster is closed: no people absent." in " ".join(page.messages)
    assert visit(ben).get(path(cohort, "s1")).texts("[aria-labelledby=mine-title] .pill") == ["Present"]
    page = visitor.submit(page, "form[action$='/reopen']", {"reason": ""})
    assert "Say why in a few words." in " ".join(page.messages)
    page = visitor.submit(page, "form[action$='/reopen']", {"reason": "Ben came late"})
    assert "The roster is open again." in " ".join(page.messages)


def quietly(visitor, cohort, page, **fields):
    form = page.one("form[data-autosave-url]")
    data = {tag["name"]: tag["value"] for tag in form.select("[type=hidden]")} | fields
    return visitor.open(
        "POST", path(cohort, "s1", "/roster"), data=data, headers={"Accept": "application/json"}
    )


def test_a_roster_saves_itself_and_tells_the_second_of_two(visit, cohort, asha, assistant, coordinator):
    first, second = visit(assistant), visit(coordinator)
    one, two = roster(first, cohort), roster(second, cohort)
    name = choice(cohort, asha)
    saved = quietly(first, cohort, one, **{name: "present"})
    assert saved.status_code == 200
    assert saved.json["out"] == {"counts": "1 present", "unmarked": "0"}
    again = quietly(first, cohort, one, **{name: "half", "version": str(saved.json["version"])})
    assert again.status_code == 200
    clash = quietly(second, cohort, two, **{name: "absent"})
    assert clash.status_code == 409
    assert "Asha Rao (you: absent; Ravi Assistant: half)" in clash.json["reason"]
    assert live.verdict(cohort, "s1", live.place_of(cohort, asha)) is HALF


def test_a_stale_or_nonsensical_roster_is_no_failure(visit, cohort, asha, assistant):
    visitor = visit(assistant)
    page = roster(visitor, cohort)
    for fields in (
        {"version": "x" * 40},
        {"mark-nobody": "present"},
        {choice(cohort, asha): "9"},
        {"do": "what"},
    ):
        assert quietly(visitor, cohort, page, **fields).status_code == 200
    live.closed(cohort, "s1")
    late = quietly(visitor, cohort, page, **{choice(cohort, asha): "present"})
    assert (late.status_code, "closed meanwhile" in late.json["reason"]) == (422, True)


@pytest.mark.slow
def test_a_roster_of_sixty_costs_what_one_of_five_costs(visit, cohort, assistant):
    visitor, seen_at = visit(assistant), []
    for size in (5, 20):
        while len(queries.places(cohort.id)) < size:
            world.learner(cohort)
        roster(visitor, cohort)
        with statements() as seen:
            page = roster(visitor, cohort)
        assert len(page.soup.select("#roster > li")) == size
        seen_at.append(len(seen))
    assert seen_at[0] == seen_at[1] <= 14


def test_a_roster_narrows_to_the_unmarked(visit, cohort, asha, assistant):
    world.learner(cohort, "Ben Okafor")
    live.ticked(cohort, "s1", {live.place_of(cohort, asha): PRESENT})
    page = roster(visit(assistant), cohort, query="?show=unmarked")
    assert page.texts("#roster .row-title") == ["Ben Okafor"]
    assert roster(visit(assistant), cohort, query="?show=team:none").has(".empty")


def test_before_the_room_opens_there_is_nothing_to_tick(visit, cohort, asha, assistant):
    page = roster(visit(assistant), cohort, "s20")
    assert "The roster opens together with the room." in page.text()
    assert not page.has("form[data-autosave-url]")
    assert not page.has("form[action$='/close']")


def test_a_coordinator_decides_and_the_learner_reads_why(visit, cohort, asha, coordinator, assistant):
    live.held(cohort, [Held(key="s1")])
    visitor = visit(coordinator)
    page = visitor.get(roster(visitor, cohort).link("Asha Rao"))
    assert "Absent" in page.text()
    refused = visitor.submit(page, "form[data-guard]", {"verdict": "present"}, status=422)
    assert "Say why in a few words." in " ".join(refused.messages)
    page = visitor.submit(page, "form[data-guard]", {"verdict": "present", "reason": "Her log shows it"})
    assert "Decided and recorded." in " ".join(page.messages)
    mine = visit(asha).get(path(cohort, "s1")).text("[aria-labelledby=mine-title]")
    assert "Present" in mine
    assert "Her log shows it" in mine
    assert not visit(assistant).get(page.url).has("form[data-guard]")


def test_a_stranger_is_on_no_roster(visit, cohort, coordinator):
    elsewhere = world.cohort(weeks_in=3)
    stranger = world.learner(elsewhere)
    public_id = next(one.public_id for one in queries.places(elsewhere.id) if one.name == stranger.name)
    visit(coordinator).refused(path(cohort, "s1", f"/roster/{public_id}"), status=404)


# Editing, weeks


def test_a_session_is_edited_and_the_link_goes_to_the_course(visit, cohort, asha, coordinator):
    visitor = visit(coordinator)
    page = visitor.get(path(cohort, more="/edit"))
    wrong = {"join_url": "http://meet.example.com", "notes": "Kept"}
    page = visitor.submit(page, "form[data-guard]", wrong, status=422)
    assert "https://" in " ".join(page.messages)
    assert page.one("[name=notes]").get_text().strip() == "Kept"
    page = visitor.submit(page, "form[data-guard]", {"join_url": live.LINK, "whole_course": True})
    assert re.search(r"The link is set for \d+ sessions", " ".join(page.messages))
    page = visitor.get(path(cohort, more="/edit"))
    visitor.submit(page, "form[data-guard]", {"host": "999999"}, status=422)
    visitor.submit(page, "form[data-guard]", {"notes": "x" * 9000}, status=422)


def test_the_sessions_of_a_week_say_what_they_lack(visit, cohort, coordinator, asha):
    page = visit(coordinator).get(f"/cohorts/{cohort.slug}/sessions-of-the-week?week=20000&week=9")
    assert page.title.startswith("Sessions of week")
    for week in ("", "?week=7", "?week=12", "?week=0", "?week=abc", "?week=99"):
        visit(coordinator).get(f"/cohorts/{cohort.slug}/sessions-of-the-week{week}")
    with clock.at(live.during(cohort, "s7", -3000)):
        page = visit(coordinator).get(f"/cohorts/{cohort.slug}/sessions-of-the-week")
        row = next(row for row in page.rows() if row[0].startswith("S7"))
        assert row[2:4] == ["nobody yet", "No host or meeting link"]
    visit(asha).refused(f"/cohorts/{cohort.slug}/sessions-of-the-week", status=403)


def test_the_attendance_list_holds_no_formulas(visit, cohort, coordinator):
    world.learner(cohort, "=cmd|' /C calc'!A0")
    live.held(cohort, [Held(key="s1")])
    answer = visit(coordinator).open("GET", f"/cohorts/{cohort.slug}/attendance.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[0][:7] == ["name", "email", "external_id", "state", "present", "sessions", "per cent"]
    assert rows[1][0].startswith("'=")
    assert rows[1][4:8] == ["0", "1", "0.0", "Absent"]
    assert answer.headers["Cache-Control"] == "no-store"
