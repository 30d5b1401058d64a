"""The pages about oneself: profile, picture, zone, busy dates, sign-ins, data; bad input is answered."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, ports, queries
from lms.people.models import BusyDate, Person
from lms.people.ports import PersonalPart
from lms.people.rules import Days, Role
from tests.factories import people, world
from tests.factories.people import said
from tests.people.test_rules import chunk, exif, jpeg, png, segment
from tests.support.statements import statements

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def ana(session):
    return people.member("Ana Silva", email="ana@example.org")


@pytest.fixture
def visitor(visit, ana):
    return visit(ana)


PAGES = ("profile", "zone", "busy-dates", "sign-ins", "security", "data")


@pytest.mark.parametrize("path", [*PAGES, "security/password", "security/authenticator"])
def test_every_page_asks_for_a_sign_in_and_leads_back(app, visitor, path):
    assert visitor.get(f"/account/{path}").url == f"/account/{path}"
    page = type(visitor)(app).get(f"/account/{path}")
    assert page.url == f"/login?next=/account/{path}"


def test_the_pages_know_each_other(visitor):
    page = visitor.get("/account")
    assert page.url == "/account/profile"
    for label in ("Time zone", "Busy dates", "Security", "Sign-ins", "My data"):
        assert visitor.get(page.link(label)).text("nav.tabs [aria-current]") == label


# Profile ------------------------------------------------------------------------------------------------------------


def test_a_profile_is_kept(visitor, ana):
    facts = {
        "name": "  Ana  Maria Silva ",
        "print_name": "Ana M. Silva",
        "pronoun": "she/her",
        "job_title": "Head of product",
        "employer": "Lakeshore",
        "country": "PT",
        "about": "Two lines\n\nabout me",
    }
    page = visitor.submit(visitor.get("/account/profile"), "main form.form.narrow", facts)
    assert said(page) == "Your profile is saved."
    known = queries.profile(ana.id)
    assert (known.name, known.print_name, known.country) == ("Ana Maria Silva", "Ana M. Silva", "PT")
    assert known.about == "Two lines\n\nabout me"
    (entry, *_rest) = queries.audit_of_person(ana.id)
    assert entry.action == "people.change_profile"
    assert "name: Ana Silva → Ana Maria Silva" in entry.changes


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Write the name that people call you by."),
        ({"name": "\u200b\u202e"}, "Write the name that people call you by."),
        ({"name": "x" * 201}, "At most 200 characters."),
        ({"pronoun": "x" * 41}, "At most 40 characters."),
        ({"about": "x" * 601}, "At most 600 characters."),
        ({"country": "XX"}, "Not a valid choice"),
    ],
)
def test_a_profile_that_will_not_do_is_shown_again(visitor, ana, fields, words):
    page = visitor.submit(
        visitor.get("/account/profile"), "main form.form.narrow", {"employer": "Kept words", **fields}
    )
    assert words in page.text(".field-bad .error")
    assert page.one("#employer")["value"] == "Kept words"
    assert queries.profile(ana.id).name == "Ana Silva"


def test_a_script_in_a_name_is_words_everywhere(visitor, visit, ana):
    name = '<script>alert("1")</script>'
    visitor.submit(
        visitor.get("/account/profile"), "main form.form.narrow", name=name, about=name, employer=name
    )
    admin = visit(people.administrator())
    for viewer, path in (
        (visitor, "/account/profile"),
        (admin, "/admin/people"),
        (admin, f"/admin/people/{ana.public_id}"),
    ):
        page = viewer.get(path)
        assert not page.has("script:not([src])")
        assert "alert(" in page.text("body")


def test_a_form_sent_after_signing_out_leads_to_the_sign_in(app, visitor, ana):
    page = visitor.get("/account/profile")
    data = {"csrf_token": page.one("main #csrf_token")["value"], "name": "Changed"}
    with unit_of_work() as work:
        actions.revoke_sign_ins(queries.user_of(ana.id).id, now=work.now)
    response = visitor.open(
        "POST", "/account/profile", data=data, headers={"Referer": "http://localhost/account/profile"}
    )
    assert (response.status_code, response.location) == (303, "/login?next=/account/profile")
    assert queries.profile(ana.id).name == "Ana Silva"


# Picture ------------------------------------------------------------------------------------------------------------

PICTURE = png(chunk(b"tEXt", b"Location\0Bengaluru"))


def upload(visitor, body, name="me.png"):
    return visitor.submit(
        visitor.get("/account/profile"), "form[action='/account/photo']", photo=(body, name)
    )


@pytest.mark.db
def test_a_picture_is_shown_without_what_the_camera_wrote(visitor, ana):
    page = upload(visitor, PICTURE)
    assert said(page) == "Your picture is shown from now on."
    address = page.one("main .avatar img")["src"]
    response = visitor.open("GET", address)
    assert response.data == png()
    headers = response.headers
    assert (headers["Content-Type"], headers["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, max-age=3600"
    page = visitor.submit(page, "form[action='/account/photo/remove']")
    assert page.text("main .avatar") == "AS"
    assert visitor.open("GET", address).status_code == 404


def test_a_jpeg_keeps_which_way_is_up(visitor, ana):
    upload(visitor, jpeg(exif(6), segment(0xDB, b"\0" * 65)), "me.JPEG")
    response = visitor.open("GET", f"/people/{ana.public_id}/photo")
    assert response.content_type == "image/jpeg"
    assert b"Bengaluru" not in response.data
    assert b"Exif" in response.data


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"", "me.png", "is empty"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "me.svg",
            "is not accepted here",
        ),
        (b"<script>alert(1)</script>", "me.png", "is not the png file its name says"),
        (PICTURE, "me.jpg", "is not the jpg file its name says"),
        (PICTURE[:40], "me.png", "is not the picture file its name says"),
        (b"\xff\xd8\xff\xe0\xff\xff", "me.jpg", "is not the picture file its name says"),
        (PICTURE, "", "Choose a picture first."),
    ],
)
def test_what_is_no_picture_is_not_taken(visitor, ana, body, name, words):
    page = upload(visitor, body, name)
    assert words in page.text(".field-bad .error")
    assert page.one("#name")["value"] == "Ana Silva"
    assert queries.photo_of(ana.id) is None


def test_a_large_picture_is_not_taken(ana):
    large = io.BytesIO(png(chunk(b"IDAT", b"x" * (5 * 1024 * 1024))))
    with pytest.raises(RuleViolation, match="is larger than 5 MB"), unit_of_work() as work:
        actions.set_photo(large, "me.png", actor=people.actor(ana), now=work.now)


@pytest.mark.db
def test_a_picture_is_for_those_who_share_a_cohort(app, visit, visitor, ana):
    upload(visitor, PICTURE)
    here, there = world.cohort(), world.cohort()
    mate, stranger, teacher, director = (
        people.member("Mate"), people.member("Stranger"), people.member("Teacher"), people.member(role=Role.DIRECTOR)
    )  # fmt: skip
    past = people.member("Past")
    with unit_of_work() as work:
        for person, role, cohort in (
            (ana, Role.LEARNER, here), (mate, Role.LEARNER, here), (teacher, Role.FACULTY, here),
            (stranger, Role.LEARNER, there), (past, Role.LEARNER, here),
        ):  # fmt: skip
            actions.grant(person.id, role, cohort_id=cohort.id, actor=None, now=work.now)
    with unit_of_work() as work:
        actions.end_grants(past.id, Role.LEARNER, cohort_id=here.id, actor=None, now=work.now)
    address = f"/people/{ana.public_id}/photo"
    seen = {
        who.name: visit(who).open("GET", address).status_code
        for who in (ana, mate, teacher, director, stranger, past)
    }
    assert list(seen.values()) == [200, 200, 200, 200, 404, 404]
    assert type(visitor)(app).open("GET", address).status_code == 303
    assert visit(mate).open("GET", "/people/aaaaaaaaaaaa/photo").status_code == 404
    assert visit(ana).open("GET", f"/people/{mate.public_id}/photo").status_code == 404, "they have none"
    assert set(queries.photos([ana.id, mate.id])) == {ana.id}


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


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "Europe", "x" * 300, "UTC\x00"])
def test_what_is_no_zone_is_not_taken(visitor, ana, zone):
    token = visitor.get("/account/busy-dates").one("main #csrf_token")["value"]
    response = visitor.open("POST", "/account/zone", data={"csrf_token": token, "zone": zone})
    assert response.status_code == 200
    assert "Choose a time zone from the list." in response.text
    assert db.session.get(Person, ana.id).zone == "Asia/Kolkata"


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
        days = Days(work.now.date(), work.now.date())
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
                on = work.now.date() + dt.timedelta(days=2 * number)
                db.session.add(BusyDate(person_id=ana.id, starts_on=on, ends_on=on, note=""))
        with statements() as seen:
            page = visitor.get("/account/busy-dates")
        assert len(page.soup.select("main .rows > li")) == size
        counts.append(len(seen))
    assert counts[0] == counts[1]


# Sign-ins -----------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_one_sees_and_ends_ones_sign_ins(app, visitor, visit, ana):
    phone = type(visitor)(app)
    page = phone.get("/login?next=/account/profile")
    phone.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) Firefox/121.0"
    phone.submit(page, email="ana@example.org", password=people.PASSWORD)
    page = visitor.get("/account/sign-ins")
    titles = page.texts("main .row-title")
    assert titles[0].endswith("This device")
    assert titles[1] == "Firefox on Android"
    assert "from 127.0.0.1" in page.texts("main .rows .meta")[1]
    page = visitor.submit(page, "main .rows li:nth-of-type(2) form")
    assert said(page) == "Firefox on Android is signed out."
    assert len(page.texts("main .row-title")) == 1
    assert phone.get("/account/profile").url.startswith("/login"), "out at the next request"


@pytest.mark.db
def test_all_others_are_ended_at_once(visit, ana):
    here, others = visit(ana), [visit(ana) for _ in range(3)]
    for other in others:
        assert other.get("/account/profile").url == "/account/profile"
    here.submit(here.get("/account/sign-ins"), "main form[action$='end-others']")
    assert all(other.get("/account/profile").url.startswith("/login") for other in others)
    assert here.get("/account/profile").url == "/account/profile"


@pytest.mark.db
def test_sign_ins_of_others_are_not_there(visitor, visit, ana):
    ben = people.member("Ben")
    his = visit(ben)
    his.get("/account/profile")
    (handle,) = [one.handle for one in queries.sign_ins(ben.id, None, clock.now())]
    token = visitor.get("/account/sign-ins").one("main .rows [name=csrf_token]")["value"]
    for path in (handle, "0" * 16, "%00"):
        response = visitor.open("POST", f"/account/sign-ins/{path}/end", data={"csrf_token": token})
        assert response.status_code == 404
    assert his.get("/account/profile").url == "/account/profile"


def test_an_expired_sign_in_is_out(visitor, ana):
    with clock.at(clock.now() + dt.timedelta(days=8)):
        assert visitor.get("/account/profile").url.startswith("/login")


# Password -----------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_a_changed_password_signs_the_others_out_and_keeps_this_device(visitor, visit, ana):
    other = visit(ana)
    page = visitor.get("/account/security/password")
    page = visitor.submit(page, password=people.PASSWORD, new_password="seven quiet rivers")
    assert page.url == "/account/security"
    assert said(page) == "Your password is changed, and every other device is signed out."
    assert visitor.get("/account/profile").url == "/account/profile"
    assert other.get("/account/profile").url.startswith("/login")
    assert [mail.subject for mail in people.mails_to("ana@example.org")] == ["Your password was changed"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("", "seven quiet rivers", "Write your present password."),
        ("wrong", "seven quiet rivers", "This is not your present password."),
        (people.PASSWORD, "", "Choose a new password."),
        (people.PASSWORD, "short", "Use at least 10 characters."),
        (people.PASSWORD, people.PASSWORD, "This is your present password."),
        (people.PASSWORD, "anasilva2026", "made of your name or address"),
        (people.PASSWORD, "x" * 5000, "Use at most 128 characters."),
    ],
)
def test_a_password_that_will_not_do(visitor, ana, old, new, words):
    kept = queries.password_hash_of(ana.id)
    page = visitor.submit(visitor.get("/account/security/password"), password=old, new_password=new)
    assert words in page.text(".field-bad .error")
    assert queries.password_hash_of(ana.id) == kept


# Data ---------------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_what_is_held_comes_as_a_file_without_secrets(visitor, ana):
    people.with_authenticator(ana)
    note(
        visitor,
        clock.now().date() + dt.timedelta(days=3),
        clock.now().date() + dt.timedelta(days=4),
        "Lisbon",
    )
    assert "You and your account" in visitor.get("/account/data").texts("main dt")
    response = visitor.open("GET", "/account/data.json")
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.headers["Cache-Control"] == "no-store"
    held = response.json["parts"]["people"]["data"]
    assert held["person"]["email"] == "ana@example.org"
    assert held["busy_dates"][0]["note"] == "Lisbon"
    assert len(held["sign_ins"]) == 1
    text = response.get_data(as_text=True)
    for secret in ("argon2", "enckey", "token_hash", "fs_uniquifier", "mf_recovery_codes"):
        assert secret not in text


def test_other_domains_add_their_part(visitor, ana, monkeypatch):
    monkeypatch.setattr(ports, "_personal_data", dict(ports._personal_data))
    ports.personal_data_from(
        "x", lambda person_id: PersonalPart("x", "Extra", "Words.", {"person": person_id})
    )
    assert "Extra" in visitor.get("/account/data").texts("main dt")
    assert visitor.open("GET", "/account/data.json").json["parts"]["x"] == {
        "what": "Words.",
        "data": {"person": ana.id},
    }


def test_the_zone_that_was_likely_meant_is_chosen(visitor):
    for address, name in (
        ("/account/zone", "Asia/Kolkata"),
        ("/account/zone?q=india", "Asia/Kolkata"),
        ("/account/zone?q=india&zone=Asia/Dubai", "Asia/Kolkata"),
        ("/account/zone?q=emirates", "Asia/Dubai"),
        ("/account/zone?zone=Asia/Dubai", "Asia/Dubai"),
    ):
        assert visitor.get(address).one("#zone-choice [selected]")["value"] == name, address
