"""Announcements: written, looked at, sent to exactly those who were shown, withdrawn."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.community.models import Announcement, AnnouncementRecipient
from lms.core.db import db
from lms.people.rules import Role
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def cohort(session):
    return world.cohort(weeks_in=3)


@pytest.fixture
def url(cohort):
    return f"/cohorts/{cohort.slug}/announcements"


def sent(desk, url, **fields):
    page = desk.get(f"{url}/new")
    page = desk.submit(
        page, "main form", {"title": "Rooms change", "text": "We meet **upstairs**.", **fields}
    )
    return desk.submit(page, "form[action$=send]")


def test_a_learner_reads_what_was_sent_to_them(visit, cohort, rhea, sanjay, coordinator, url):
    desk = visit(coordinator)
    page = desk.submit(
        desk.get(f"{url}/new"), "main form", title="Rooms change", text="We meet **upstairs**."
    )
    assert page.text("#who-title") == "2 people get this"
    assert page.texts(".names li") == ["Rhea Menon", "Sanjay Kulkarni"]
    assert visit(rhea).get(url).text(".empty h3") == "Nothing announced yet"
    page = desk.submit(page, "form[action$=send]")
    assert page.messages[0].startswith("Sent to 2 people.")
    hers = visit(rhea).get(url)
    assert hers.texts(".row-title") == ["Rooms change"]
    one = visit(rhea).get(hers.link("Rooms change"))
    assert one.one(".reading-post strong").get_text() == "upstairs"
    assert "Sanjay" not in one.text()


def test_people_may_be_chosen_by_a_link_and_others_find_nothing(
    visit, cohort, rhea, sanjay, coordinator, url
):
    desk = visit(coordinator)
    page = desk.get(f"{url}/new?person={rhea.public_id}&person=zzzzzzzzzzzz")
    page = desk.submit(page, "main form", title="For you", text="Please call me.")
    assert page.texts(".names li") == ["Rhea Menon"]
    page = desk.submit(page, "form[action$=send]")
    address = page.url
    assert visit(rhea).get(address).title == "For you"
    visit(sanjay).refused(address, status=404)
    assert visit(sanjay).get(url).has(".empty")
    visit(sanjay).refused(f"{url}/new", status=403)
    stranger = world.granted(Role.COORDINATOR, world.cohort(weeks_in=2))
    visit(stranger).refused(address, status=404)
    visit(stranger).refused(url, status=404)


def test_staff_are_written_to_when_asked(visit, cohort, rhea, coordinator, url):
    world.granted(Role.FACULTY, cohort, "Faye Faculty")
    desk = visit(coordinator)
    page = desk.submit(desk.get(f"{url}/new"), "main form", title="All", text="All of us.", staff=True)
    assert page.texts(".names li") == ["Rhea Menon", "Faye Faculty faculty"]
    page = desk.submit(page, "form[action$=send]")
    assert "All learners and staff" in page.text("aside")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": "", "text": "x"}, "Give the announcement a title."),
        ({"title": "x", "text": ""}, "Write the announcement first."),
        ({"title": "x" * 151, "text": "x"}, "at most 150 characters"),
        ({"title": "x", "text": "y" * 20_001}, "at most 20,000"),
        ({"title": "x", "text": "kept words", "audience": "places"}, "Nobody would get this."),
        ({"title": "x", "text": "kept words", "audience": "nobody"}, "Nobody would get this."),
    ],
)
def test_bad_input_is_refused_and_kept(visit, cohort, rhea, coordinator, url, fields, reason):
    desk = visit(coordinator)
    page = desk.submit(desk.get(f"{url}/new"), "main form", fields)
    assert reason in page.text(".summary-errors")
    assert page.one("textarea").get_text().strip() == fields["text"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Announcement)) == 0


def test_a_foreign_learner_cannot_be_chosen(visit, cohort, rhea, coordinator, url):
    desk = visit(coordinator)
    page = desk.get(f"{url}/new")
    page.one("#places input")["value"] = "99999"
    page = desk.submit(page, "main form", title="x", text="x", audience="places", places=["99999"])
    assert page.has(".summary-errors")


def test_sent_twice_it_goes_out_once_and_a_changed_audience_is_told(visit, cohort, rhea, coordinator, url):
    desk = visit(coordinator)
    draft = desk.submit(desk.get(f"{url}/new"), "main form", title="x", text="x")
    world.learner(cohort, "Late Comer")
    page = desk.submit(draft, "form[action$=send]")
    assert "it was 1 people and is 2 now" in page.messages[0]
    page = desk.submit(page, "form[action$=send]")
    again = desk.submit(draft, "form[action$=send]")
    assert again.messages[0].startswith("This announcement was sent already.")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AnnouncementRecipient)) == 2
    later = world.learner(cohort, "Later Still")
    assert visit(later).get(url).has(".empty"), "who came later did not get it"


def test_the_same_form_sent_twice_makes_one_draft(visit, cohort, rhea, coordinator, url):
    desk = visit(coordinator)
    form = desk.get(f"{url}/new")
    desk.submit(form, "main form", title="x", text="x")
    desk.submit(form, "main form", title="x", text="y")
    assert db.session.scalars(sa.select(Announcement.text)).all() == ["y"]


def test_a_draft_is_changed_and_discarded(visit, cohort, rhea, coordinator, url):
    desk = visit(coordinator)
    draft = desk.submit(desk.get(f"{url}/new"), "main form", title="First", text="x")
    page = desk.submit(desk.get(draft.link("Change it")), "main form", title="Second")
    assert page.title == "Second"
    page = desk.submit(page, "form[action$=discard]")
    assert page.messages[0].startswith("The draft is gone.")
    assert page.has(".empty")


def test_what_was_sent_last_stands_first_whenever_it_was_begun(visit, cohort, rhea, coordinator, url):
    desk = visit(coordinator)
    begun = desk.submit(desk.get(f"{url}/new"), "form.form", title="Begun first", text="Sent last.")
    sent(desk, url, title="Begun last", text="Sent first.")
    desk.submit(begun, "form[action$=send]")
    hers = visit(rhea)
    assert hers.get(url).texts(".row-title") == ["Begun first", "Begun last"]
    for junk in ("", "e30", "WzFd", "WyJ4IiwxXQ", "WyIyMDI2LTAxLTAxIiwxXQ"):
        assert len(hers.get(f"{url}?after={junk}").texts(".row-title")) == 2


def test_withdrawn_it_stays_with_a_mark_and_learners_no_longer_read_it(visit, cohort, rhea, coordinator, url):
    teacher = world.granted(Role.FACULTY, cohort)
    desk = visit(coordinator)
    page = sent(desk, url)
    theirs = visit(teacher)
    assert not theirs.get(page.url).has("form[action$=withdraw]")
    page = desk.submit(page, "form[action$=withdraw]", reason="Wrong floor.")
    assert "Withdrawn." in page.messages[0]
    hers = visit(rhea).get(page.url)
    assert "withdrawn on" in hers.text()
    assert "upstairs" not in hers.text()
    assert visit(rhea).get(url).texts(".pill") == ["Withdrawn"]


@pytest.mark.db
@pytest.mark.slow
def test_lists_take_the_same_statements_for_few_and_many(visit, cohort, rhea, coordinator, url):
    hers, desk = visit(rhea), visit(coordinator)
    sent(desk, url)
    counts = []
    for people, messages in ((4, 4), (12, 26)):
        for _ in range(people):
            world.learner(cohort)
        for _ in range(messages):
            sent(desk, url)
        seen = []
        latest = desk.get(url).one(".rows li:first-child a")["href"]
        for person, address in (
            (hers, url),
            (desk, url),
            (hers, latest),
            (desk, latest),
            (desk, f"{url}/new"),
        ):
            with statements() as told:
                person.get(address)
            seen.append(len(told))
        counts.append(seen)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 10
    assert hers.get(hers.get(url).link("Older")).texts(".row-title")[-1] == "Rooms change"
