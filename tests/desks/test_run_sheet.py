"""The run-sheet: what stands on it, whose it is, what it offers."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.desks.models import Duty
from lms.desks.rules import Line, LineKind, Standing, Tone, by_day, narrowed, why_stale
from lms.people.rules import Role
from lms.progress import actions as progress
from lms.progress.actions import CaseWords
from lms.progress.models import CaseKind
from lms.scheduling.rules import Act, Edit, EditKind
from tests.factories import coursework as make
from tests.factories import live, scheduling, studio, world
from tests.factories import requests as asking
from tests.support.statements import statements

NOW = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def line(at: dt.datetime, title: str = "x", **more) -> Line:
    values = {"kind": LineKind.SESSION, "cohort_id": 1, "cohort": "Spring", "slug": "spring", "note": ""}
    rest = {"tone": Tone.GOOD, "act": "Open", "endpoint": "live.session", "values": ()}
    return Line(at=at, title=title, **{**values, **rest, **more})


def test_lines_stand_on_their_day_in_the_readers_zone_and_what_is_behind_first():
    lines = [line(NOW + 20 * HOUR, "b"), line(NOW - 20 * HOUR, "a"), line(NOW + 9 * DAY, "far")]
    kolkata = by_day(lines, NOW, "Asia/Kolkata")
    assert [(day.on, [one.title for one in day.lines]) for day in kolkata] == [
        (None, ["a"]),
        (dt.date(2026, 11, 26), []),
        (dt.date(2026, 11, 27), ["b"]),
    ]
    honolulu = by_day(lines, NOW, "Pacific/Honolulu")  # still the 25th there
    assert [day.on for day in honolulu] == [dt.date(2026, 11, 25), dt.date(2026, 11, 26)]


def test_what_is_over_today_stays_todays():
    (today,) = by_day([line(NOW - HOUR)], NOW, "UTC")
    assert (today.on, len(today.lines)) == (dt.date(2026, 11, 26), 1)


@pytest.mark.parametrize(
    ("cohort", "owner", "titles"),
    [
        ("", "", ["mine", "hers", "free"]),
        ("spring", "me", ["mine"]),
        ("", "none", ["free"]),
        ("", "herid", ["hers"]),
        ("autumn", "", []),
        ("", "unknown", ["free"]),
    ],
)
def test_narrowed(cohort, owner, titles):
    lines = [line(NOW, "mine", owner_id=1), line(NOW, "hers", owner_id=2), line(NOW, "free")]
    found = narrowed(lines, cohort=cohort, owner=owner, me=1, names={"herid": 2})
    assert [one.title for one in found] == titles


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=26)


@pytest.fixture
def cora(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cora Coordinator")


def rows(page, title):
    return [each for each in page.texts(".rows li") if title in each]


@pytest.mark.db
def test_what_needs_somebody_stands_there_with_one_act(cohort, cora, visit):
    lea = world.learner(cohort, "Lea Learner")
    request = asking.asked(cohort, lea)
    due = make.due(cohort, "b-2")
    with clock.at(due - DAY):
        with unit_of_work() as work:
            words = CaseWords(
                kind=CaseKind.PROMISE, text="Call on Friday.", readers="staff", due_on=work.now.date()
            )
            place = live.place_of(cohort, lea)
            progress.add_case_entry(place, words, actor=world.actor(cora), now=work.now)
        page = visit(cora).get("/run-sheet")
        (deadline,) = rows(page, "B-2")
        assert "1 learner has not handed in" in deadline
        assert "Write to them" in deadline
        (promise,) = rows(page, "Promised to Lea Learner")
        assert "Call on Friday." in promise
        assert "yours" in promise
    with clock.at(request.promised_at - HOUR):
        (asked,) = rows(visit(cora).get("/run-sheet"), "Lea Learner: Question")
        assert "Answer" in asked
    session = live.session(cohort, "s27")
    with clock.at(session.starts_at - DAY):
        page = visit(cora).get("/run-sheet")
        (lacks,) = rows(page, "S27")
        assert "no host, no meeting link" in lacks
        edit = page.link("Get it ready: S27 Metric trees") if "Metric trees" in lacks else ""
        assert not edit or "/sessions/s27/edit" in edit


@pytest.mark.db
def test_a_line_is_taken_and_given(cohort, cora, visit):
    other = world.granted(Role.COORDINATOR, cohort, "Olga Other")
    faculty = world.granted(Role.FACULTY, cohort, "Fred Faculty")
    with clock.at(live.session(cohort, "s27").starts_at - DAY):
        desk = visit(cora)
        address = f"/cohorts/{cohort.slug}/run-sheet"
        page = desk.get("/run-sheet")
        token = page.soup.select_one("input[name=csrf_token]")["value"]

        def send(**fields):
            return desk.open("POST", address, data={"csrf_token": token, "next": "/run-sheet", **fields})

        send(line="session:s27", who="me")
        assert "yours" in rows(desk.get("/run-sheet"), "S27")[0]
        send(line="session:s27", who=other.public_id)
        assert "Olga Other" in rows(desk.get("/run-sheet"), "S27")[0]
        assert rows(desk.get("/run-sheet?owner=me"), "S27") == []
        assert len(rows(desk.get(f"/run-sheet?owner={other.public_id}"), "S27")) == 1
        send(line="session:s27", who=faculty.public_id)
        send(line="rubbish", who="me")
        kept = db.session.execute(sa.select(Duty.key, Duty.owner_id)).all()
        assert [tuple(each) for each in kept] == [("session:s27", other.id)]


def test_another_cohort_is_not_on_it(cohort, cora, visit):
    stranger = world.granted(Role.COORDINATOR, world.cohort(weeks_in=26, slug="elsewhere"))
    asking.asked(cohort, world.learner(cohort, "Lea Learner"))
    assert "Lea Learner" not in visit(stranger).get("/run-sheet").text()
    director = visit(world.granted(Role.DIRECTOR)).get("/run-sheet")
    assert "Lea Learner" in director.text()
    assert not director.has("button[value=me]")


def test_as_many_statements_for_many_as_for_few(cohort, cora, visit):
    lea = world.learner(cohort, "Lea Learner")
    asking.asked(cohort, lea)
    desk = visit(cora)
    desk.get("/run-sheet")
    with statements() as few:
        desk.get("/run-sheet")
    for _ in range(12):
        asking.asked(cohort, world.learner(cohort))
    with statements() as many:
        desk.get("/run-sheet")
    assert len(many) == len(few) <= 14


def test_a_case_file_is_one_timeline_with_who_reads_what(cohort, cora, visit):
    lea = world.learner(cohort, "Lea Learner")
    asking.asked(cohort, lea)
    other = world.granted(Role.COORDINATOR, cohort, "Olga Other")
    asking.asked(cohort, lea, "complaint", words="She laughed.", against=cora.public_id)
    address = f"/cohorts/{cohort.slug}/learners/{make.place_public_id(lea, cohort)}"
    hers = visit(cora).get(address)
    assert hers.texts(".story .scan") == ["Question"]
    assert "its owner, coordinators and the learner read it" in hers.text(".story")
    assert visit(other).get(address).texts(".story .scan") == ["Complaint", "Question"]
    faculty = world.granted(Role.FACULTY, cohort)
    assert not visit(faculty).get(address).has(".story .scan")


# Names that wait, and drafts that go stale ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (Standing(NOW, False, None), None),
        (Standing(NOW - 3 * DAY, False, None), "nobody has touched it for days"),
        (Standing(NOW - DAY, False, NOW + 9 * DAY), None),
        (Standing(NOW, False, NOW + 6 * DAY), "what it moves is within seven days"),
        (Standing(NOW - 3 * DAY, True, NOW + 6 * DAY), "dates were published since it was last looked at"),
    ],
)
def test_when_a_draft_of_dates_goes_stale(draft, why):
    found = why_stale(draft, NOW)
    assert (found and found[0]) == why


def with_names(cohort, key="s22"):
    start = live.session(cohort, key).ends_at + HOUR
    with clock.at(start):
        live.recorded(cohort, key, live.list_of(cohort, key, [("iPhone", "", 0, 90), ("Zed", "", 0, 90)]))


@pytest.mark.db
def test_names_that_matched_nobody_stand_there_until_somebody_says_who_they_are(cohort, cora, visit):
    with_names(cohort)
    desk = visit(cora)
    page = desk.get("/run-sheet")
    (names,) = rows(page, "matched nobody")
    assert "2 names have matched nobody" in names
    assert "nobody's yet" in names
    title = f"S22 {live.session(cohort, 's22').line.title}"
    there = desk.get(page.link(f"Say who they are: {title}"))
    assert "iPhone" in there.text()
    desk.submit(page, "form:has(input[value='names:s22']):has(button[value=me])", press=f"Take it: {title}")
    assert "yours" in rows(desk.get("/run-sheet"), "matched nobody")[0]
    stranger = world.granted(Role.COORDINATOR, world.cohort(weeks_in=26, slug="elsewhere"))
    assert rows(visit(stranger).get("/run-sheet"), "matched nobody") == []


@pytest.mark.db
def test_a_draft_that_rests_or_is_overtaken_is_its_owners_line(cohort, cora, visit):
    actor = world.actor(cora)
    move = Edit(EditKind.SHIFT, cohort.id, "s29", days=7)
    draft = studio.edited(studio.begun(cohort, actor=actor), move, actor=actor)
    desk = visit(cora)
    assert rows(desk.get("/run-sheet"), "Diwali week") == []
    with clock.at(clock.now() + 3 * DAY):
        page = desk.get("/run-sheet")
        (line,) = rows(page, "Diwali week")
        assert "nobody has touched it for days" in line
        assert "yours" in line
        assert draft.public_id in page.link("Publish it or let it go: Draft “Diwali week”")
        other = world.granted(Role.COORDINATOR, cohort, "Olga Other")
        assert rows(visit(other).get("/run-sheet"), "Diwali week") == [], "it is not shared"
    scheduling.publish(cohort, "s28", Act.MOVE, by=DAY)
    (line,) = rows(desk.get("/run-sheet"), "Diwali week")
    assert "dates were published since it was last looked at" in line


def test_the_sheet_is_narrowed_by_kind_and_to_what_needs_somebody(cohort, cora, visit):
    with_names(cohort)
    asking.asked(cohort, world.learner(cohort, "Lea Learner"))
    desk = visit(cora)
    only = desk.get("/run-sheet?kind=names")
    assert len(only.texts(".rows li")) == 1
    need = desk.get(only.link("Needs somebody 1"))
    assert "kind=names" in need.url
    assert rows(need, "matched nobody")
    assert "Nothing here" in desk.get("/run-sheet?kind=names&owner=me").text()


def test_names_and_drafts_cost_one_statement_each(cohort, cora, visit):
    actor = world.actor(cora)
    desk = visit(cora)
    desk.get("/run-sheet")
    with statements() as few:
        desk.get("/run-sheet")
    with_names(cohort)
    with_names(cohort, "s23")
    for number in range(3):
        studio.begun(cohort, actor=actor, name=f"Draft {number}")
    with clock.at(clock.now() + 3 * DAY):
        desk.get("/run-sheet")
        with statements() as many:
            desk.get("/run-sheet")
    assert len(many) == len(few) <= 14
