"""What belongs to a session: readiness, hosts for a time, files and recordings, the console and its rooms."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.cohorts.models import StaffAssignment
from lms.core import clock
from lms.core.db import db
from lms.core.errors import Conflict, RuleViolation
from lms.core.uow import unit_of_work
from lms.live import actions, queries, rules
from lms.live.actions import Held, Recording
from lms.live.rules import (
    Captions,
    FilePhase,
    Readiness,
    RecordingRelease,
    Released,
    Room,
    SessionState,
    Stage,
    Verdict,
)
from lms.notifications.models import Notice
from lms.people.rules import Role
from tests.factories import enrolment as lists
from tests.factories import live, world
from tests.support.statements import statements

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
AT = dt.datetime(2026, 12, 5, 13, 0, tzinfo=dt.UTC)
PDF = b"%PDF-1.4 slides"
ABSENT, PRESENT, EXCUSED = Verdict.ABSENT, Verdict.PRESENT, Verdict.EXCUSED
AT_ONCE, CLOSED, ON_DATE, MISSED, NEVER = RecordingRelease


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=6)


@pytest.fixture
def asha(cohort):
    return world.learner(cohort, "Asha Rao")


@pytest.fixture
def coordinator(cohort):
    return world.granted(Role.COORDINATOR, cohort, "Cara Coordinator")


def path(cohort, key="s10", more=""):
    return f"/cohorts/{cohort.slug}/sessions/{key}{more}"


# Rules


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (8 * DAY, None),
        (7 * DAY, Stage.WEEK),
        (2 * DAY + HOUR, Stage.WEEK),
        (2 * DAY, Stage.TWO_DAYS),
        (19 * HOUR, Stage.TWO_DAYS),
        (18 * HOUR, Stage.TODAY),
        (HOUR, Stage.TODAY),
        (0 * HOUR, None),
    ],
)
def test_the_stages_of_reminding_end_with_the_day_in_the_cohorts_zone(before, expected):
    assert rules.stage(AT, "Asia/Kolkata", AT - before) is expected


def test_who_is_told_of_what():
    lacking = rules.readiness(lacks=("host", "meeting link"), slides=False, backup=True)
    fine = rules.readiness(lacks=(), slides=False, backup=False)
    assert (lacking.words, fine.words) == ("No host or meeting link", "Ready, no slides or backup host")
    assert rules.readiness(lacks=(), slides=True, backup=True).words == "Ready"
    assert rules.told_of(lacking, Stage.WEEK) == ("host", "meeting link", "slides")
    assert rules.told_of(lacking, Stage.TODAY) == ("host", "meeting link")
    assert rules.told_of(fine, Stage.TODAY) == ()
    told = [rules.coordinators_told(fine, at, host=True) for at in Stage]
    assert told == [False, False, False]
    linkless = Readiness(("meeting link",), ())
    assert [rules.coordinators_told(linkless, at, host=True) for at in Stage] == [False, True, True]
    assert rules.coordinators_told(linkless, Stage.WEEK, host=False)


@pytest.mark.parametrize(
    ("stored", "after", "expected"),
    [
        (SessionState.PLANNED, -HOUR, SessionState.PLANNED),
        (SessionState.CONFIRMED, -HOUR, SessionState.CONFIRMED),
        (SessionState.PLANNED, 0 * HOUR, SessionState.LIVE),
        (SessionState.CONFIRMED, 3 * HOUR, SessionState.HELD),
        (SessionState.CANCELLED, HOUR, SessionState.CANCELLED),
        (SessionState.HELD, HOUR, SessionState.HELD),
    ],
)
def test_the_clock_moves_a_session_on(stored, after, expected):
    assert rules.state_now(stored, AT, AT + 3 * HOUR, AT + after) is expected


@pytest.mark.parametrize(
    ("release", "at", "consent", "held_back", "closed", "seen"),
    [
        (AT_ONCE, None, True, "", False, {PRESENT, ABSENT, None}),
        (AT_ONCE, None, False, "", True, set()),
        (AT_ONCE, None, True, "consent taken back", True, set()),
        (CLOSED, None, True, "", False, set()),
        (CLOSED, None, True, "", True, {PRESENT, ABSENT, None}),
        (ON_DATE, AT + HOUR, True, "", True, set()),
        (ON_DATE, AT, True, "", False, {PRESENT, ABSENT, None}),
        (MISSED, None, True, "", True, {ABSENT}),
        (MISSED, None, True, "", False, set()),
        (NEVER, None, True, "", True, set()),
    ],
)
def test_who_sees_a_recording(release, at, consent, held_back, closed, seen):
    facts = Released(release, at, consent, held_back, closed)
    assert {verdict for verdict in (PRESENT, ABSENT, None) if rules.seen_by(facts, verdict, AT)} == seen


def test_rooms_are_the_teams_and_nobody_is_left_out():
    assert rules.from_teams([(1, "Neem"), (2, "Banyan"), (3, "Neem"), (4, "")]) == (
        Room("Banyan", (2, 4)),
        Room("Neem", (1, 3)),
    )
    assert rules.from_teams([(1, ""), (2, "")]) == (Room("Room 1", (1, 2)),)
    assert rules.seated(["A", "B"], {1: "A", 2: "A", 3: "gone"}, [1, 2, 3]) == (
        Room("A", (1, 2)),
        Room("B", (3,)),
    )
    assert rules.names_in(" A \n\nB\nA\n" + "x" * 90) == ("A", "B", "x" * 32)


# Readiness and hosts


@pytest.mark.db
def test_what_is_lacking_is_said_once_at_each_stage_and_confirming_needs_it(cohort, coordinator):
    host = world.granted(Role.FACULTY, cohort, "Prof. Mehta")
    line = live.session(cohort, "s10")
    assert line.host_id == host.id

    def told(who):
        return db.session.scalars(
            sa.select(Notice.title)
            .where(Notice.person_id == who.id, Notice.kind == "session")
            .order_by(Notice.id)
        ).all()

    for before in (6 * DAY, 5 * DAY, 40 * HOUR, 30 * HOUR):
        with clock.at(line.starts_at - before), unit_of_work() as work:
            actions.escalate(now=work.now)
    mine = [title for title in told(host) if title.startswith(line.line.code)]
    assert len(mine) == 2
    assert all("has no meeting link" in title for title in mine)
    assert len([title for title in told(coordinator) if title.startswith(line.line.code)]) == 1
    with pytest.raises(RuleViolation, match="still lacks meeting link"), unit_of_work() as work:
        actions.confirm(line.id, actor=world.actor(host), now=work.now)
    live.linked(cohort, "s10")
    with unit_of_work() as work:
        actions.confirm(line.id, actor=world.actor(host), now=work.now)
    assert live.session(cohort, "s10").state is SessionState.CONFIRMED
    with clock.at(line.starts_at + HOUR), unit_of_work() as work:
        actions.follow_clock(now=work.now)
    assert live.session(cohort, "s10").state is SessionState.LIVE
    with clock.at(line.ends_at), unit_of_work() as work:
        actions.follow_clock(now=work.now)
    assert live.session(cohort, "s10").state is SessionState.HELD


@pytest.mark.db
def test_a_substitute_has_rights_for_a_time_and_takes_no_turn(visit, cohort, coordinator):
    host = world.granted(Role.FACULTY, cohort, "Prof. Mehta")
    other = world.cohort(weeks_in=3)
    guest = world.granted(Role.FACULTY, other, "Dr. Stand-In")
    line = live.session(cohort, "s10")
    assert visit(guest).refused(path(cohort), status=404)
    desk = visit(coordinator)
    page = desk.get(path(cohort, more="/substitute"))
    desk.submit(page, "form.form", person=str(guest.id), reason="A conference")
    assert live.session(cohort, "s10").host_id == guest.id
    assert live.session(cohort, "s11").host_id == host.id
    task = db.session.scalar(
        sa.select(StaffAssignment).where(
            StaffAssignment.cohort_id == cohort.id, StaffAssignment.person_id == guest.id
        )
    )
    assert task.ends_at == line.ends_at + 7 * DAY
    visit(guest).get(path(cohort, more="/console"))
    with unit_of_work() as work:
        actions.assign_hosts(cohort.id, now=work.now)
    assert live.session(cohort, "s10").host_id == guest.id
    with clock.at(line.ends_at + 8 * DAY):
        assert visit(guest).refused(path(cohort), status=404)
    with unit_of_work() as work:
        actions.end_substitution(line.id, actor=world.actor(coordinator), now=work.now)
    assert live.session(cohort, "s10").host_id == host.id
    assert visit(guest).refused(path(cohort), status=404)


def test_the_backup_host_takes_over_in_one_act(visit, cohort, coordinator, asha):
    host = world.granted(Role.FACULTY, cohort, "Prof. Mehta")
    backup = world.granted(Role.ASSISTANT, cohort, "Ravi Assistant")
    line = live.session(cohort, "s10")
    with pytest.raises(RuleViolation), unit_of_work() as work:
        actions.take_over(line.id, actor=world.actor(coordinator), now=work.now)
    with unit_of_work() as work:
        details = actions.Details(join_url=live.LINK, backup_id=backup.id)
        actions.set_details(line.id, details, actor=world.actor(coordinator), now=work.now)
    desk = visit(coordinator)
    desk.submit(desk.get(path(cohort)), "form[action$='/take-over']")
    now = live.session(cohort, "s10")
    assert (now.host_id, now.backup_id) == (backup.id, host.id)
    titles = db.session.scalars(sa.select(Notice.title).where(Notice.person_id == asha.id)).all()
    assert f"Ravi Assistant hosts {line.line.code} {line.line.title}" in titles


# Files and recordings


def test_files_are_for_before_or_after_and_gone_when_removed(visit, cohort, asha, coordinator):
    desk, learner = visit(coordinator), visit(asha)
    page = desk.get(path(cohort, more="/materials"))
    page = desk.submit(page, "form.form", file=(PDF, "slides.pdf"), phase="before")
    page = desk.submit(page, "form.form", file=(PDF + b"!", "board.pdf"), phase="after")
    refused = desk.submit(page, "form.form", file=(b"MZ", "tool.exe"), status=422)
    assert "is not accepted here" in refused.text()
    line = live.session(cohort, "s10")
    before, after = (one.public_id for one in queries.files_of(line.id))
    assert line.slides
    assert learner.get(path(cohort)).texts(".files a") == ["slides.pdf"]
    answer = learner.open("GET", path(cohort, more=f"/files/{before}"))
    assert (answer.status_code, answer.data) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert learner.open("GET", path(cohort, more=f"/files/{after}")).status_code == 404
    with clock.at(line.ends_at):
        assert visit(asha).open("GET", path(cohort, more=f"/files/{after}")).status_code == 200
    stranger = world.learner(world.cohort(weeks_in=6))
    assert visit(stranger).open("GET", path(cohort, more=f"/files/{before}")).status_code == 404
    with unit_of_work() as work:
        actions.remove_file(line.id, before, actor=world.actor(coordinator), now=work.now)
    assert learner.open("GET", path(cohort, more=f"/files/{before}")).status_code == 404


@pytest.mark.db
def test_a_recording_waits_for_its_rule_and_then_is_told_once(visit, cohort, asha, coordinator):
    there = world.learner(cohort, "Ben There")
    places = [live.place_of(cohort, who) for who in (asha, there)]
    line = live.session(cohort, "s3")

    def told(who):
        return db.session.scalar(
            sa.select(sa.func.count()).where(Notice.person_id == who.id, Notice.kind == "session")
        )

    with pytest.raises(RuleViolation, match="agreed"), unit_of_work() as work:
        actions.add_recording(line.id, Recording(url=live.LINK), actor=world.actor(coordinator), now=work.now)
    with unit_of_work() as work:
        wanted = Recording(url=live.LINK, release=MISSED, consent=True, captions=Captions.CHECKED)
        actions.add_recording(line.id, wanted, actor=world.actor(coordinator), now=work.now)
    assert (told(asha), told(there)) == (0, 0)
    assert "once the roster is closed" in visit(asha).get(path(cohort, "s3")).text()
    live.ticked(cohort, "s3", {places[0]: ABSENT, places[1]: PRESENT})
    live.closed(cohort, "s3")
    with unit_of_work() as work:
        actions.release_recordings(now=work.now)
    assert (told(asha), told(there)) == (1, 0)
    assert visit(asha).get(path(cohort, "s3")).link("Watch the recording") == live.LINK
    assert live.LINK not in str(visit(there).get(path(cohort, "s3")).soup)
    with unit_of_work():
        actions.hold_back(line.id, "The speaker took their consent back.", actor=None)
    assert live.LINK not in str(visit(asha).get(path(cohort, "s3")).soup)


# The console


def test_the_console_shows_who_is_there_and_keeps_notes_to_oneself(visit, cohort, asha, coordinator):
    live.linked(cohort, "s10")
    assistant = world.granted(Role.ASSISTANT, cohort, "Ravi Assistant")
    line = live.session(cohort, "s10")
    with clock.at(line.starts_at + HOUR):
        learner = visit(asha)
        learner.submit(learner.get(path(cohort)), "form[action$='/join']", follow=False, status=303)
        desk = visit(assistant)
        page = desk.get(path(cohort, more="/console"))
        assert "1 of 1 so far" in page.text("[aria-labelledby=there-title]")
        assert page.has("[aria-current=step]")
        page = desk.submit(page, "form[data-autosave-url]", text="Call on Asha first.")
        assert page.one("textarea[name=text]").get_text().strip() == "Call on Asha first."
        assert "Call on Asha" not in str(visit(coordinator).get(path(cohort, more="/console")).soup)
        visit(asha).refused(path(cohort, more="/console"), status=403)
    with pytest.raises(Conflict), unit_of_work() as work:
        actions.set_note(line.id, "From an old page", version=0, actor=world.actor(assistant), now=work.now)


def test_rooms_go_to_zoom_and_to_the_projector(visit, cohort, asha, coordinator):
    others = [world.learner(cohort, name) for name in ("Ben Bose", "Chitra Das")]
    lists.team(cohort, "Banyan", (live.place_of(cohort, asha), live.place_of(cohort, others[0])))
    lists.team(cohort, "Neem", (live.place_of(cohort, others[1]),))
    desk = visit(coordinator)

    def table():
        text = desk.open("GET", path(cohort, more="/rooms.csv")).get_data(as_text=True).lstrip("\ufeff")
        return list(csv.reader(io.StringIO(text)))

    assert table()[0] == ["Pre-assign Room Name", "Email Address"]
    assert sorted(table()[1:]) == sorted(
        [["Banyan", asha.email], ["Banyan", others[0].email], ["Neem", others[1].email]]
    )
    page = desk.get(path(cohort, more="/rooms"))
    seat = next(
        one["name"] for one in page.soup.select("select[name^=seat-]") if "Asha" in one.parent.get_text()
    )
    desk.submit(page, "form.form", {seat: "Neem"}, press="Keep the rooms", names="Neem\nTeak")
    rooms = {row[0] for row in table()[1:] if row[1] == asha.email}
    assert rooms == {"Neem"}
    assert desk.get(path(cohort, more="/rooms/slide")).texts("h2") == ["Neem", "Teak"]
    page = desk.get(path(cohort, more="/rooms"))
    desk.submit(page, "form.form", press="Let them be the teams again")
    assert ["Banyan", asha.email] in table()


@pytest.mark.slow
def test_the_pages_of_a_session_cost_a_fixed_number_of_statements(visit, cohort, asha, coordinator):
    live.held(cohort, [Held(key="s1", ticks={live.place_of(cohort, asha): PRESENT})])
    desk = visit(coordinator)

    def costs():
        found = {}
        for more in ("/console", "/rooms", "/materials", "/substitute"):
            desk.get(path(cohort, "s1", more))
            with statements() as seen:
                desk.get(path(cohort, "s1", more))
            found[more] = len(seen)
        return found

    few = costs()
    for _ in range(6):
        world.learner(cohort)
    assert costs() == few
    assert max(few.values()) <= 14, few
    assert FilePhase.BEFORE.value == "before"
