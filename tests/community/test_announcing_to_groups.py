"""Announcements to groups, with fields, at an hour, recalled; what each reads is theirs."""

from __future__ import annotations

import datetime as dt
import string

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.community import actions, jobs, queries
from lms.community.actions import Drafting
from lms.community.models import Announcement, AnnouncementState
from lms.community.rules import Audience, AudienceKind, merging
from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.markdown import render
from lms.core.uow import unit_of_work
from lms.people.rules import Role
from lms.scheduling import queries as scheduling
from tests.factories import coursework, world
from tests.factories.notifications import leave, mails, notices

EVERYONE = Audience(AudienceKind.EVERYONE)
FIVE = dt.timedelta(minutes=5)


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def url(cohort):
    return f"/cohorts/{cohort.slug}/announcements"


def drafted(cohort, by, text="We meet upstairs.", audience=EVERYONE, title="Rooms", also=()):
    with unit_of_work() as work:
        drafting = Drafting(title=title, text=text, audience=audience, by_mail=True, also=also)
        return actions.announce(cohort.id, drafting, actor=world.actor(by), now=work.now).id


def scheduled(draft, by, at=None, expected=None):
    with unit_of_work() as work:
        row = db.session.get_one(Announcement, draft)
        found = queries.listeners_of(row.cohort_id, rules_of(row), row.author_id)
        return actions.schedule(
            draft,
            expected=len(found) if expected is None else expected,
            actor=world.actor(by),
            now=work.now,
            at=at,
        ).send_at


def rules_of(row):
    from lms.community.rules import audience_of

    return audience_of(row.audience)


def minute(at):
    with clock.at(at), unit_of_work():
        jobs.announcements_due({}, at)


def titles(who):
    return [line.title for line in notices(who) if line.kind.value == "announcement"]


# Its hour -----------------------------------------------------------------------------------------------------------


def test_what_is_sent_goes_out_in_five_minutes_and_can_be_recalled(visit, cohort, rhea, coordinator, url):
    desk = visit(coordinator)
    page = desk.submit(desk.get(f"{url}/new"), "main form", title="Rooms", text="Upstairs.")
    page = desk.submit(page, "section > .acts form[action$=schedule]")
    assert "Until then you can recall it" in page.messages[0]
    assert desk.get(url).texts(".row-title .pill")[0].startswith("Goes out")
    minute(clock.now() + FIVE - dt.timedelta(seconds=20))
    assert titles(rhea) == []
    assert visit(rhea).get(url).has(".empty")
    visit(rhea).refused(page.url, status=404)
    page = desk.submit(page, "form[action$=recall]")
    assert "Nobody has got it" in page.messages[0]
    minute(clock.now() + 2 * FIVE)
    assert titles(rhea) == []
    page = desk.submit(page, "section > .acts form[action$=schedule]")
    for _ in range(2):
        minute(clock.now() + FIVE)
    assert titles(rhea) == ["Rooms"]
    assert len(mails(rhea)) >= 1
    page = desk.get(page.url)
    assert not page.has("form[action$=recall]")


@pytest.mark.db
def test_it_goes_out_at_its_hour_to_whoever_is_meant_then(cohort, rhea, coordinator):
    at = clock.now() + dt.timedelta(days=2)
    draft = drafted(cohort, coordinator)
    assert scheduled(draft, coordinator, at) == at
    later = world.learner(cohort, "Later Learner")
    minute(at + dt.timedelta(seconds=30))
    assert titles(rhea) == titles(later) == ["Rooms"]
    with pytest.raises(RuleViolation, match="went out"), unit_of_work():
        actions.recall(draft, actor=world.actor(coordinator))


@pytest.mark.parametrize(
    ("ahead", "why"), [(dt.timedelta(minutes=1), "less than five"), (dt.timedelta(days=500), "a year")]
)
def test_an_hour_that_cannot_be_meant_is_refused(cohort, rhea, coordinator, ahead, why):
    draft = drafted(cohort, coordinator)
    with pytest.raises(RuleViolation, match=why):
        scheduled(draft, coordinator, clock.now() + ahead)


def test_an_hour_typed_is_one_of_the_cohorts_clock(visit, cohort, rhea, coordinator, url):
    desk = visit(coordinator)
    page = desk.submit(desk.get(f"{url}/new"), "main form", title="Rooms", text="Upstairs.")
    day = (clock.now() + dt.timedelta(days=3)).date()
    desk.submit(page, "details form[action$=schedule]", day=day.isoformat(), hour="09:30")
    found = db.session.scalars(sa.select(Announcement.send_at)).one()
    assert found == dt.datetime.combine(day, dt.time(4), dt.UTC), "09:30 in Kolkata"


def test_whose_author_may_not_announce_any_more_becomes_a_draft_again_and_they_are_told(cohort, rhea):
    from lms.cohorts import actions as cohorts
    from lms.cohorts import queries as cohort_queries

    teacher = world.granted(Role.FACULTY, cohort)
    draft = drafted(cohort, teacher)
    scheduled(draft, teacher)
    (task,) = [line for line in cohort_queries.staff(cohort.id) if line.person_id == teacher.id]
    with unit_of_work() as work:
        cohorts.release(
            task.assignment_id, cohort_id=cohort.id, reason="Moved on.", actor=world.director(), now=work.now
        )
    minute(clock.now() + FIVE)
    assert titles(rhea) == []
    assert titles(teacher) == ["Not sent: Rooms"]
    assert db.session.get_one(Announcement, draft, populate_existing=True).state is AnnouncementState.DRAFT


# Groups -------------------------------------------------------------------------------------------------------------


def heard(cohort, audience, by):
    return [one.name for one in queries.listeners_of(cohort.id, audience, by.id)]


def test_by_how_they_stand_by_what_is_not_done_and_by_role(cohort, rhea, sanjay, coordinator, faculty):
    leave(cohort, sanjay)
    on_leave = Audience(AudienceKind.STANDING, key="on leave")
    assert heard(cohort, on_leave, coordinator) == ["Sanjay Kulkarni"]
    with clock.at(max(clock.now(), coursework.opened(cohort, "a-1"))):
        coursework.handed_in(rhea, cohort, "a-1")
    third = world.learner(cohort, "Tomás Vidal")
    assert third
    assert heard(cohort, Audience(AudienceKind.NOT_DONE, key="a-1"), coordinator) == ["Tomás Vidal"]
    assert heard(cohort, Audience(AudienceKind.NOT_DONE, key="no-such"), coordinator) == []
    guide = world.granted(Role.GUIDE, cohort, "Gita Guide")
    assert guide
    staff = Audience(AudienceKind.NO_LEARNER, staff=True, roles=("guide",))
    assert heard(cohort, staff, coordinator) == ["Gita Guide"]


def test_to_several_cohorts_each_finds_it_among_their_own_and_nobody_gets_it_twice(
    visit, cohort, rhea, coordinator
):
    other = world.cohort(weeks_in=2)
    theirs = world.learner(other, "Olga Other")
    world.place(other, rhea)
    draft = drafted(cohort, coordinator, also=(other.id,))
    with unit_of_work() as work:
        actions.send(draft, expected=2, actor=world.actor(coordinator), now=work.now)
    assert titles(rhea) == titles(theirs) == ["Rooms"]
    assert visit(theirs).get(f"/cohorts/{other.slug}/announcements").texts(".row-title") == ["Rooms"]
    with unit_of_work() as work:
        actions.withdraw(draft, "Wrong.", actor=world.actor(coordinator), now=work.now)
    assert titles(theirs) == ["Withdrawn: Rooms"]


# Fields -------------------------------------------------------------------------------------------------------------


TEXT = "Dear {{first name}}, your next session: {{next session}}. A-1 is due {{ Deadline of A-1 }}."


@pytest.mark.db
def test_each_reads_their_own_and_only_theirs(visit, cohort, sanjay, coordinator, url):
    rhea = world.learner(cohort, "Rhea <b>Menon", zone="Asia/Dubai")
    item = scheduling.item(cohort.id, "a-1")
    later = item.ends_at + dt.timedelta(days=9)
    coursework.extended(rhea, cohort, "a-1", later, by=coordinator)
    desk = visit(coordinator)
    page = desk.submit(desk.get(f"{url}/new"), "main form", title="Soon", text=TEXT)
    previews = page.texts(".panel")
    assert len(previews) == 2
    assert any("Dear Rhea," in text and "GST" in text for text in previews)
    page = desk.submit(page, "form[action$=send]")
    hers = visit(rhea).get(page.url).text(".reading-post")
    his = visit(sanjay).get(page.url).text(".reading-post")
    assert hers.startswith("Dear Rhea,")
    assert his.startswith("Dear Sanjay,")
    assert "Rhea" not in his
    (mail,) = [each for each in mails(rhea) if each.subject == "Soon"]
    assert "Dear Rhea," in mail.text
    assert "{{" not in mail.text + mail.html
    assert hers.rpartition("due ")[2] != his.rpartition("due ")[2]


@pytest.mark.parametrize(
    ("title", "text", "why"),
    [
        ("Soon", "Your mark is {{mark}}.", "There is no field “mark”"),
        ("Soon", "{{deadline of nonsense}}", "There is no field"),
        ("Soon", "{{name of Sanjay}}", "There is no field"),
        ("{{name}}", "Hello.", "not in the title"),
        ("Soon", "[here](https://example.org/{{name}})", "address of a link"),
    ],
)
def test_what_is_no_field_is_refused(cohort, rhea, coordinator, title, text, why):
    with pytest.raises(RuleViolation, match=why):
        drafted(cohort, coordinator, text=text, title=title)


def test_a_name_is_never_markup_in_what_others_or_they_read():
    page = merging.filled_page(render("Dear {{name}}"), {"name": '<script>"x"</script>'})
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@given(
    st.dictionaries(st.sampled_from(merging.PLAIN), st.text(string.printable, max_size=30)),
    st.text("{} nameto\n", max_size=60),
)
def test_filling_in_leaves_no_field_and_adds_nothing_but_values(values, text):
    filled = merging.filled(text, values)
    if not any("{{" in value for value in values.values()):
        assert all(merging.normal(found) not in values for found in merging.FIELD.findall(filled))
    if not merging.FIELD.search(text):
        assert filled == text


@given(st.integers(0, 400), st.integers(0, 50))
def test_three_to_look_at_are_real_and_different(count, turn):
    ids = tuple(range(1000, 1000 + count))
    some = merging.some_of(ids, turn=turn)
    assert set(some) <= set(ids)
    assert len(set(some)) == len(some) == min(3, count)
