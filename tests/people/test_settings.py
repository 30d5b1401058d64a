"""One's own time zone and busy dates: no deadline moves, nobody else reads why."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people import actions, queries
from lms.people.models import BusyDate, Person
from lms.people.rules import Days
from tests.factories import people
from tests.factories.people import said
from tests.support.statements import statements

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def ana(session):
    return people.member("Ana Silva", email="ana@example.org")


@pytest.fixture
def visitor(visit, ana):
    return visit(ana)


# Time zone ----------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_a_zone_is_compared_and_then_taken(visitor, ana):
    with clock.at(NOW):
        with unit_of_work() as work:
            actions.stamp_last_seen(ana.id, None, now=work.now)
        page = visitor.submit(visitor.get("/account/zone"), "main form[role=search]", q="emirates")
        page = visitor.submit(page, "main form.form")
        assert page.url.endswith("zone=Asia/Dubai")
        assert page.rows("main table") == [
            ["Now", "Fri 20 Nov, 14:30 IST", "Fri 20 Nov, 13:00 GST"],
            ["A deadline on Sunday", "Sun 22 Nov, 23:59 IST", "Sun 22 Nov, 22:29 GST"],
        ]
        assert db.session.get(Person, ana.id).zone == "Asia/Kolkata", "looking changes nothing"
        page = visitor.submit(page, "main section form[method=post]")
        assert said(page) == (
            "Times are shown in Asia/Dubai from now on. No deadline moved: "
            "what read Sun 22 Nov, 23:59 IST now reads Sun 22 Nov, 22:29 GST."
        )
    person = db.session.get(Person, ana.id)
    assert (person.zone, person.zone_chosen) == ("Asia/Dubai", True)


def test_the_browsers_zone_is_taken_from_any_page(visitor, ana):
    page = visitor.get("/account/busy-dates")
    assert page.one("main")["data-zone-href"] == "/account/zone"
    token = page.one("main [name=csrf_token]")["value"]
    data = {"csrf_token": token, "zone": "Asia/Calcutta", "next": "/account/busy-dates?x=1"}
    response = visitor.open("POST", "/account/zone", data=data)
    assert response.location == "/account/busy-dates?x=1"
    assert db.session.get(Person, ana.id).zone == "Asia/Calcutta"
    assert not visitor.get("/account/busy-dates").one("main").has_attr("data-zone-href")
    response = visitor.open("POST", "/account/zone", data=data | {"next": "//evil.example"})
    assert response.location == "/"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "x" * 300, "UT\x00"])
def test_what_is_no_zone_is_not_taken(visitor, ana, zone):
    token = visitor.get("/account/busy-dates").one("main #csrf_token")["value"]
    response = visitor.open("POST", "/account/zone", data={"csrf_token": token, "zone": zone})
    assert response.status_code == 200
    assert "Choose a time zone from the list." in response.text
    assert db.session.get(Person, ana.id).zone == "Asia/Kolkata"


def test_a_zone_sent_with_nul_is_taken_without_it(visitor, ana):
    token = visitor.get("/account/busy-dates").one("main #csrf_token")["value"]
    response = visitor.open("POST", "/account/zone", data={"csrf_token": token, "zone": "UTC\x00"})
    assert response.status_code == 303
    assert db.session.get(Person, ana.id).zone == "UTC"


@pytest.mark.parametrize(
    "query", ["zone=Mars/Olympus", "q=%00", "q=nowhere+at+all", "zone=Asia/Kolkata", "q=" + "x" * 500]
)
def test_looking_for_a_zone_never_fails(visitor, query):
    assert visitor.get(f"/account/zone?{query}").title == "Your time zone"


def test_a_city_that_is_not_there_says_so(visitor):
    assert "No zone has that name" in visitor.get("/account/zone?q=nowhere").text()


# Busy dates ---------------------------------------------------------------------------------------------------------


def note(visitor, first, last, words="", **options):
    page = visitor.get("/account/busy-dates")
    return visitor.submit(page, "main form.form", starts_on=first, ends_on=last, note=words, **options)


@pytest.mark.db
def test_busy_dates_are_noted_changed_and_removed(visitor, visit, ana):
    with clock.at(NOW):
        page = note(visitor, "2026-12-01", "2026-12-04", "Board week")
        assert page.texts("main .rows .row-title") == ["1–4 Dec"]
        page = note(visitor, "2026-12-10", "2026-12-10")
        assert page.texts("main .rows .row-title") == ["1–4 Dec", "Thu 10 Dec"]
        page = visitor.get(page.soup.select("main .rows a")[0]["href"])
        assert page.one("#note")["value"] == "Board week"
        page = visitor.submit(page, "main form", ends_on="2026-12-05")
        assert page.texts("main .rows .row-title") == ["1–5 Dec", "Thu 10 Dec"]
        page = visitor.submit(page, "main .rows li:nth-of-type(1) form")
        assert page.texts("main .rows .row-title") == ["Thu 10 Dec"]
    busy = queries.busy_within([ana.id], Days(dt.date(2026, 12, 1), dt.date(2026, 12, 31)))
    assert busy == {ana.id: [Days(dt.date(2026, 12, 10), dt.date(2026, 12, 10))]}
    with clock.at(NOW + dt.timedelta(days=60)):
        assert "Those that are over (1)" in visit(ana).get("/account/busy-dates").text()


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("", "2026-12-01", "Choose the first day."),
        ("2026-12-01", "", "Choose the last day."),
        ("tomorrow", "2026-12-01", "Not a valid date value."),
        ("2026-12-02", "2026-12-01", "The last day lies before the first."),
        ("2026-11-01", "2026-11-19", "These days are over already."),
        ("2026-12-01", "2028-12-01", "That is more than a year."),
        ("2031-12-01", "2031-12-01", "That is more than three years ahead."),
        ("9999-12-31", "9999-12-31", "That is more than three years ahead."),
        ("2026-12-24", "2026-12-30", "You noted 20 Dec 2026 to 24 Dec 2026 already, and the two overlap."),
    ],
)
def test_days_that_will_not_do_are_shown_again(visitor, ana, first, last, words):
    with clock.at(NOW):
        note(visitor, "2026-12-20", "2026-12-24")
        page = note(visitor, first, last, "Kept words")
        assert words in page.text(".field-bad .error")
        assert page.one("#note")["value"] == "Kept words"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BusyDate)) == 1


def test_sending_the_same_days_twice_notes_them_once(visitor, ana):
    with clock.at(NOW):
        note(visitor, "2026-12-01", "2026-12-02")
        assert "the two overlap" in note(visitor, "2026-12-01", "2026-12-02").text(".field-bad .error")


@pytest.mark.db
def test_busy_dates_of_others_are_not_there(visitor, visit, ana):
    ben = people.member("Ben")
    with unit_of_work() as work:
        tomorrow = work.now.date() + dt.timedelta(days=1)
        days = Days(tomorrow, tomorrow)
        row = actions.add_busy_date(days, "secret", actor=people.actor(ben), now=work.now)
    token = visitor.get("/account/busy-dates").one("main #csrf_token")["value"]
    for path in (row.public_id, "aaaaaaaaaaaa"):
        visitor.refused(f"/account/busy-dates/{path}", status=404)
        response = visitor.open("POST", f"/account/busy-dates/{path}/remove", data={"csrf_token": token})
        assert response.status_code == 404
    assert db.session.get(BusyDate, row.id) is not None


def test_busy_dates_cost_the_same_for_5_and_60(visitor, ana):
    counts = []
    for first, size in ((0, 5), (5, 60)):
        with unit_of_work() as work:
            for number in range(first, size):
                on = work.now.date() + dt.timedelta(days=1 + 2 * number)
                db.session.add(BusyDate(person_id=ana.id, starts_on=on, ends_on=on, note=""))
        with statements() as seen:
            page = visitor.get("/account/busy-dates")
        assert len(page.soup.select("main .rows > li")) == size
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_zone_that_was_likely_meant_is_chosen(visitor):
    for address, name in (
        ("/account/zone", "Asia/Kolkata"),
        ("/account/zone?q=india", "Asia/Kolkata"),
        ("/account/zone?q=india&zone=Asia/Dubai", "Asia/Kolkata"),
        ("/account/zone?q=emirates", "Asia/Dubai"),
        ("/account/zone?zone=Asia/Dubai", "Asia/Dubai"),
    ):
        assert visitor.get(address).one("#zone-choice [selected]")["value"] == name, address
