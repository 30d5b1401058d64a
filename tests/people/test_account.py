"""The pages about oneself: profile, picture, zone, busy dates, sign-ins, data; bad input is answered."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from lms.core import clock
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, ports, queries
from lms.people.ports import PersonalPart
from lms.people.rules import Days, Role
from tests.factories import people, world
from tests.factories.people import said
from tests.people.test_rules import chunk, exif, jpeg, png, segment

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
    with unit_of_work() as work:
        day = work.now.date() + dt.timedelta(days=3)
        actions.add_busy_date(Days(day, day), "Lisbon", actor=people.actor(ana), now=work.now)
    assert "You and your account" in visitor.get("/account/data").texts("main .row-title")
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
    assert "Extra" in visitor.get("/account/data").texts("main .row-title")
    assert visitor.open("GET", "/account/data.json").json["parts"]["x"] == {
        "what": "Words.",
        "data": {"person": ana.id},
    }
