"""Signing in: the same for everybody who may not, counted in the database, and over at once when it is over."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from flask_security.core import _get_pwd_context

from lms.core import clock
from lms.core.config import Mode
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, queries, security
from lms.people.models import AccountSession, Person, SignInFailure, User
from lms.people.rules import address_key
from tests.factories import people
from tests.support.pages import Visitor
from tests.support.statements import statements

WRONG = "The address or the password is not right. Check both, or reset your password."


def sign_in(visitor, email, password=people.PASSWORD, at="/login", **more):
    return visitor.submit(visitor.get(at), email=email, password=password, **more)


def failures() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(SignInFailure))


@pytest.fixture
def ana(session):
    return people.member("Ana Silva", email="ana@example.org")


@pytest.mark.db
def test_a_right_password_lets_one_in_and_leads_on(visitor, ana):
    page = sign_in(visitor, "  ANA@example.org ", at="/login?next=/account/sign-ins")
    assert (page.url, page.title) == ("/account/sign-ins", "Your sign-ins")
    assert failures() == 0
    assert db.session.scalar(sa.select(User.login_count).where(User.person_id == ana.id)) == 1


def test_who_is_signed_in_already_is_led_on(visit, ana):
    response = visit(ana).open("GET", "/login?next=/account/zone")
    assert (response.status_code, response.location) == (303, "/account/zone")


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:evil",
        "\\\\evil",
        "",
    ],
)
def test_nobody_is_led_away(app, visitor, ana, next_):
    page = visitor.get("/login", query_string={"next": next_})
    response = visitor.open(
        "POST",
        "/login",
        data={
            "csrf_token": page.one("main [name=csrf_token]")["value"],
            "email": "ana@example.org",
            "password": people.PASSWORD,
            "next": next_,
        },
    )
    assert (response.status_code, response.location) == (303, "/")
    assert page.one("main [name=next]")["value"] == "/"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "", "password": "x"}, "Write your e-mail address."),
        ({"email": "ana@example.org", "password": ""}, "Write your password."),
        ({"email": "a" * 255, "password": "x"}, "Write your e-mail address."),
        ({"email": "ana@example.org", "password": "x" * 1025}, "That is longer than any password."),
        ({"email": "nobody@example.org", "password": "x\x00y"}, WRONG),
        ({"email": "<script>alert(1)</script>", "password": "x"}, WRONG),
        ({"email": "a'; drop table person; --", "password": "x"}, WRONG),
        ({"email": "ana@example.org", "password": "é" * 500}, WRONG),
    ],
)
def test_bad_input_is_answered_and_the_address_is_kept(visitor, ana, fields, words):
    page = visitor.submit(visitor.get("/login"), **fields)
    assert words in page.text(".summary-errors")
    assert page.one("#email")["value"] == fields["email"]
    assert not page.one("#password").get("value")


def suspended(person):
    by = people.actor(people.administrator())
    with unit_of_work() as work:
        actions.suspend(person.id, reason="left", actor=by, now=work.now)


@pytest.mark.db
def test_unknown_wrong_and_passwordless_cannot_be_told_apart(app, visitor, ana, monkeypatch):
    invited = people.person(email="invited@example.org")
    with unit_of_work() as work:
        actions.give_account(invited, password_hash=None, now=work.now)
    closed = people.member(email="closed@example.org")
    suspended(closed)
    hashes = []
    context = app.extensions["security"].pwd_context
    monkeypatch.setattr(
        type(context), "verify_and_update", counting(hashes, type(context).verify_and_update), raising=True
    )
    told = {}
    for name in ("ana", "nobody", "invited", "closed"):
        hashes.clear()
        page = visitor.get("/login")
        with statements() as seen:
            answer = visitor.submit(page, email=f"{name}@example.org", password="not the password")
        shown = (
            str(answer.soup)
            .replace(name, "")
            .replace(str(answer.one("[name=csrf_token]#csrf_token")["value"]), "")
        )
        told[name] = (answer.status, shown, len(hashes), [" ".join(text.split()) for text in seen])
    assert told["ana"][2] == 1
    assert told["nobody"] == told["ana"] == told["invited"] == told["closed"]


def test_in_life_a_password_costs_what_owasp_advises(app):
    context = _get_pwd_context(app)
    assert context.hash("orchard lantern 42").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def counting(seen, original):
    def counted(*args, **kwargs):
        seen.append(1)
        return original(*args, **kwargs)

    return counted


@pytest.mark.db
def test_after_eight_wrong_passwords_even_the_right_one_waits(visitor, ana):
    for _ in range(8):
        assert WRONG in sign_in(visitor, "ana@example.org", "wrong").text(".summary-errors")
    for password in ("wrong", people.PASSWORD):
        words = sign_in(visitor, "ana@example.org", password).text(".summary-errors")
        assert "Too many tries. Wait 15 minutes" in words
    assert failures() == 16, "attempts in a pause do not prolong it"
    with clock.at(clock.now() + dt.timedelta(minutes=15, seconds=1)):
        assert sign_in(visitor, "ana@example.org", at="/login?next=/account/profile").title == "Your profile"
    assert failures() == 8, (
        "what this network address failed before stays counted, the account's is forgotten"
    )


@pytest.mark.db
def test_an_unknown_address_is_paused_like_a_known_one(visitor, ana):
    for _ in range(8):
        sign_in(visitor, "nobody@example.org", "wrong")
    assert "Too many tries" in sign_in(visitor, "Nobody@Example.org", "wrong").text(".summary-errors")
    assert sign_in(visitor, "ana@example.org", at="/login?next=/account/profile").title == "Your profile"


@pytest.mark.db
def test_one_network_address_cannot_try_many_accounts(app, session, visitor, ana):
    with unit_of_work() as work:
        for number in range(48):
            actions.note_failures([f"{number:064}", address_key("127.0.0.1")], now=work.now)
    assert "Too many tries" in sign_in(visitor, "ana@example.org").text(".summary-errors")
    elsewhere = Visitor(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    assert sign_in(elsewhere, "ana@example.org", at="/login?next=/account/profile").title == "Your profile"


@pytest.mark.db
def test_contested_attempts_never_exceed_the_allowance(app, fresh_database):
    people.member(email="ana@example.org")
    judged, refused = [], []
    original = security.attempts.check_password

    def judge(password, kept):
        judged.append(1)
        return original(password, kept)

    def attempt() -> None:
        with app.test_request_context("/login", environ_base={"REMOTE_ADDR": "10.1.1.1"}):
            try:
                security.prove_password("ana@example.org", "wrong")
            except RuleViolation as why:
                refused.append(why.reason.name)

    security.attempts.check_password = judge
    try:
        threads = [threading.Thread(target=attempt) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        security.attempts.check_password = original
    assert len(refused) == 24
    assert 1 <= len(judged) <= 8
    assert refused.count("WRONG") == len(judged)


def test_a_suspended_person_with_the_right_password_is_told_why(visitor, ana):
    suspended(ana)
    assert "This account is suspended" in sign_in(visitor, "ana@example.org").text(".summary-errors")


@pytest.mark.db
def test_a_suspended_person_is_out_at_the_next_request(visit, ana):
    visitor = visit(ana)
    assert visitor.get("/account/profile").url == "/account/profile"
    suspended(ana)
    assert visitor.get("/account/profile").url == "/login?next=/account/profile"


def test_the_token_is_needed(visitor, ana):
    response = visitor.open("POST", "/login", data={"email": "ana@example.org", "password": people.PASSWORD})
    assert response.status_code == 400
    assert queries.sign_ins(ana.id, None, clock.now()) == []


def test_a_token_in_a_header_or_address_opens_nothing(app, visitor, ana):
    token = queries.user_of(ana.id)
    with app.test_request_context():
        word = app.extensions["security"].remember_token_serializer.dumps(
            {"uid": token.fs_uniquifier, "ver": "5"}
        )
    for options in ({"headers": {"Authentication-Token": word}}, {"query_string": {"auth_token": word}}):
        assert visitor.open("GET", "/account/profile", **options).status_code == 303


def test_pages_of_signing_in_are_never_kept(visitor, visit, ana):
    assert visitor.get("/login").response.headers["Cache-Control"] == "no-store"
    assert visitor.get("/reset").response.headers["Cache-Control"] == "no-store"
    assert visit(ana).get("/account/profile").response.headers["Cache-Control"] == "no-store"


# Signing out --------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_signing_out_ends_the_sign_in_and_clears_the_browser(visitor, ana):
    page = sign_in(visitor, "ana@example.org", at="/login?next=/account/profile")
    with visitor.client.session_transaction() as cookie:
        kept = dict(cookie)
    response = visitor.open(
        "POST",
        "/logout",
        data={"csrf_token": page.one("header [action='/logout'] [name=csrf_token]")["value"]},
    )
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert visitor.get("/account/profile").url == "/login?next=/account/profile"
    with visitor.client.session_transaction() as cookie:
        cookie.update(kept)
    assert visitor.get("/account/profile").url == "/login?next=/account/profile", (
        "the old cookie is worth nothing"
    )


def test_signing_out_is_a_post_with_a_token(visit, ana):
    visitor = visit(ana)
    assert visitor.open("GET", "/logout").status_code == 405
    assert visitor.open("POST", "/logout").status_code == 400
    assert visitor.get("/account/profile").url == "/account/profile"


@pytest.mark.db
def test_signing_in_as_somebody_else_ends_the_first(visitor, ana):
    ben = people.member("Ben Okafor", email="ben@example.org")
    sign_in(visitor, "ana@example.org", at="/login?next=/account/profile")
    token = visitor.get("/account/profile").one("main #csrf_token")["value"]
    response = visitor.open(
        "POST",
        "/login",
        data={
            "csrf_token": token,
            "email": "ben@example.org",
            "password": people.PASSWORD,
        },
    )
    assert response.status_code == 303
    assert visitor.get("/account/profile").one("#name")["value"] == "Ben Okafor"
    assert queries.sign_ins(ana.id, None, clock.now()) == []
    assert len(queries.sign_ins(ben.id, None, clock.now())) == 1


def test_the_session_changes_its_token_at_sign_in(visitor, ana):
    before = visitor.get("/login").one("main #csrf_token")["value"]
    after = sign_in(visitor, "ana@example.org", at="/login?next=/account/profile").one("main #csrf_token")[
        "value"
    ]
    assert before != after
    response = visitor.open("POST", "/account/zone", data={"csrf_token": before, "zone": "UTC"})
    assert response.status_code == 400


# The demonstration --------------------------------------------------------------------------------------------------


@pytest.fixture
def demonstration(app):
    kept = app.extensions["settings"]
    app.extensions["settings"] = kept.model_copy(update={"mode": Mode.DEMO})
    yield
    app.extensions["settings"] = kept


def test_the_demonstration_offers_its_people(session, visitor, demonstration):
    people.member("Rhea Menon", email="learner@cadre.example", password="cadre-demo")
    people.member("Adam Novak", email="admin@cadre.example", password="cadre-demo")
    page = visitor.get("/login?next=/account/profile")
    assert page.texts("main .rows .row-title") == ["Learner", "Administrator"]
    signed_in = visitor.submit(page, "main .rows li:nth-of-type(2) form")
    assert signed_in.one("#name")["value"] == "Adam Novak"


def test_elsewhere_nobody_is_offered(session, visitor):
    people.member("Rhea Menon", email="learner@cadre.example", password="cadre-demo")
    page = visitor.get("/login")
    assert "cadre-demo" not in str(page.soup)
    assert "learner@" not in str(page.soup)


# Last seen ----------------------------------------------------------------------------------------------------------


def visited(visitor):
    """Fetch a page to its end, as a server does; what is noted after the response is noted then."""
    with statements() as seen:
        visitor.get("/account/zone").response.close()
    return seen.writes


@pytest.mark.db
def test_that_somebody_was_here_is_noted_once_a_day(visit, ana):
    visitor = visit(ana)
    assert len(visited(visitor)) == 2
    db.session.expire_all()
    assert db.session.scalar(sa.select(Person.last_seen_on).where(Person.id == ana.id)) == clock.now().date()
    assert visited(visitor) == []
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert len(visited(visitor)) == 2
    assert db.session.scalar(sa.select(AccountSession.last_seen_at)) > clock.now() + dt.timedelta(hours=23)


def test_a_page_costs_one_select_for_the_actor(visit, ana):
    visitor = visit(ana)
    visitor.get("/account/busy-dates")
    with statements() as seen:
        visitor.get("/account/busy-dates")
    assert len(seen.about("account_session")) == 1
