"""The ways back in: recovery by mail, and the first password by invitation."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
import time_machine

from lms.core import clock, mail, outbox
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.core.uow import unit_of_work
from lms.people import actions, queries
from lms.people.events import InvitationAccepted
from lms.people.models import Invitation, User
from lms.people.rules import InvitationRefusal
from tests.factories import people
from tests.factories.people import said
from tests.support.statements import statements

NEW = "seven quiet rivers"


@pytest.fixture
def ana(session):
    return people.member("Ana Silva", email="ana@example.org")


def ask(visitor, email):
    return visitor.submit(visitor.get("/reset"), email=email)


# Recovery -----------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_the_way_back_in(visitor, visit, ana):
    device = visit(ana)
    page = ask(visitor, " ANA@example.org")
    assert page.title == "Look into your mail"
    (letter,) = people.mails_to("ana@example.org")
    assert letter.subject == "Set a new password"
    assert letter.state is mail.MailState.KEPT
    link = people.link_in(letter)
    page = visitor.submit(visitor.get(link), password=NEW)
    assert (page.url, said(page)) == (
        "/login",
        "Your new password is set, and every device is signed out. Sign in with it.",
    )
    assert device.get("/account/profile").url.startswith("/login"), "every device is out"
    assert visitor.get(link, status=410).title == "This link has been used or has run out"
    told = people.mails_to("ana@example.org")[-1]
    assert told.subject == "Your password was changed"
    page = visitor.submit(visitor.get("/login?next=/account/profile"), email="ana@example.org", password=NEW)
    assert page.title == "Your profile"


@pytest.mark.db
def test_known_and_unknown_addresses_cost_and_say_the_same(visitor, ana):
    told = []
    for email in ("ana@example.org", "nobody@example.org"):
        form = visitor.get("/reset")
        with statements() as seen:
            page = visitor.submit(form, email=email)
        told.append((page.url, page.text(), [" ".join(text.split()) for text in seen]))
    assert told[0] == told[1]
    assert people.mails_to("nobody@example.org") == []
    assert len(people.mails_to("ana@example.org")) == 1


@pytest.mark.parametrize("email", ["", "no address", "a" * 255, "<script>@x.y\x00", "x@y"])
def test_what_is_no_address_is_said_so_and_kept(visitor, ana, email):
    page = ask(visitor, email)
    assert page.has(".summary-errors")
    assert page.one("#email")["value"] == email.replace("\x00", "")


def test_asking_twice_writes_one_mail(visitor, ana):
    noon = clock.now().replace(minute=0, second=1) - dt.timedelta(hours=1)
    for seconds in (0, 90):
        with clock.at(noon + dt.timedelta(seconds=seconds)):
            ask(visitor, "Ana@example.org" if seconds else "ana@example.org")
    assert len(people.mails_to("ana@example.org")) == 1


@pytest.mark.db
def test_asking_without_end_writes_no_mail_without_end_and_says_the_same(visitor, ana):
    start = clock.now()
    for minute in range(12):
        with clock.at(start + dt.timedelta(minutes=minute, seconds=minute * 0.5)):
            assert ask(visitor, "ana@example.org").title == "Look into your mail"
    assert len(people.mails_to("ana@example.org")) <= 8


def test_suspended_people_get_no_link(visitor, ana):
    by = people.actor(people.administrator())
    with unit_of_work() as work:
        actions.suspend(ana.id, reason="left", actor=by, now=work.now)
    ask(visitor, "ana@example.org")
    assert people.mails_to("ana@example.org") == []


def test_a_link_runs_out_after_two_hours(visitor, ana):
    ask(visitor, "ana@example.org")
    link = people.link_in(people.mails_to("ana@example.org")[0])
    assert visitor.get(link).title == "Choose a new password"
    with time_machine.travel(clock.now() + dt.timedelta(hours=2, minutes=1), tick=False):
        assert visitor.get(link, status=410).title == "This link has been used or has run out"
        assert visitor.refused(f"{link}", status=410)


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "x" * 3000])
def test_made_up_links_are_answered(visitor, ana, token):
    assert visitor.get(f"/reset/{token}", status=410).title == "This link has been used or has run out"
    assert visitor.get(f"/invitation/{token}", status=410).title == "This link has been used or has run out"


def test_a_link_for_one_purpose_does_not_serve_another(visitor, ana):
    ask(visitor, "ana@example.org")
    token = people.link_in(people.mails_to("ana@example.org")[0]).removeprefix("/reset/")
    assert visitor.get(f"/invitation/{token}", status=410)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Choose a password."),
        ("short", "Use at least 10 characters."),
        ("x" * 129, "Use at most 128 characters."),
        ("password1234", "one of the first passwords"),
        ("anasilva2026", "made of your name or address"),
    ],
)
def test_a_new_password_must_be_a_good_one(visitor, ana, password, words):
    ask(visitor, "ana@example.org")
    link = people.link_in(people.mails_to("ana@example.org")[0])
    page = visitor.submit(visitor.get(link), password=password)
    assert words in page.text(".field .error")


@pytest.mark.db
def test_two_at_once_use_a_link_once(app, fresh_database):
    with unit_of_work() as work:
        person = actions.add_person(
            people.PersonFacts(name="Ana", email="ana@example.org"), actor=None, now=work.now
        )
        user = actions.give_account(person, password_hash="x", now=work.now)
        user_id, bound_to = user.id, user.fs_uniquifier
    done, reasons = [], []

    def use(number):
        with app.app_context():
            try:
                with unit_of_work() as work:
                    actions.reset_password(
                        user_id, bound_to=bound_to, password_hash=f"hash {number}", now=work.now
                    )
                done.append(number)
            except RuleViolation as refused:
                reasons.append(refused.reason)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert len(done) == 1
    assert reasons == [InvitationRefusal.CLOSED] * 7
    assert db.session.scalar(sa.select(User.password)) == f"hash {done[0]}"


# Invitations --------------------------------------------------------------------------------------------------------


@pytest.fixture
def ben(session):
    return people.person("Ben Okafor", email="ben@example.org")


def invite(*persons, by=None):
    with unit_of_work() as work:
        return actions.invite_all([one.id for one in persons], actor=by, now=work.now)


@pytest.mark.db
def test_from_the_invitation_to_the_first_page(visitor, ben):
    by = people.actor(people.administrator())
    assert invite(ben, by=by) == 1
    (letter,) = people.mails_to("ben@example.org")
    assert letter.subject == "Your place is ready: set your password"
    assert "Dear Ben," in letter.text
    assert "Ada Administrator has made a place for you at Cadre Institute." in letter.text
    link = people.link_in(letter)
    assert f'href="http://localhost:5000{link}"' in letter.html
    assert visitor.get(link).title == "Welcome, Ben"
    assert visitor.get(link).title == "Welcome, Ben", "reading it does not use it up"
    response = visitor.open(
        "POST",
        link,
        data={"csrf_token": visitor.get(link).one("main #csrf_token")["value"], "password": NEW},
    )
    assert (response.status_code, response.location) == (303, "/")
    page = visitor.get("/account/profile")
    assert page.one("#name")["value"] == "Ben Okafor"
    assert said(page) == "Welcome, Ben. Your password is set and you are signed in."
    assert visitor.get(link, status=410).title == "This link has been used or has run out"
    state = queries.security_of(ben.id)
    assert (state.has_password, state.active) == (True, True)


def test_accepting_is_announced(session, ben, monkeypatch):
    heard = []
    monkeypatch.setattr("lms.core.events._subscribers", {InvitationAccepted: [heard.append]})
    invite(ben)
    view = queries.invitation_by_token(token(ben), clock.now())
    with unit_of_work() as work:
        actions.accept_invitation(view.id, password_hash="x", now=work.now)
    assert heard == [InvitationAccepted(ben.id)]


def token(person):
    created_at = db.session.scalar(
        sa.select(Invitation.created_at)
        .where(Invitation.person_id == person.id)
        .order_by(Invitation.id.desc())
    )
    return actions.token_of(person.id, created_at)


@pytest.mark.db
def test_many_are_invited_with_as_many_statements_as_one_and_no_hash(app, session, monkeypatch):
    monkeypatch.setattr(app.extensions["security"], "pwd_context", None)
    counts = []
    for size in (1, 60):
        some = [people.person() for _ in range(size)]
        with statements() as seen:
            assert invite(*some) == size
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_whoever_need_not_be_invited_is_passed_over(session, ben):
    ana = people.member(email="ana@example.org")
    nobody = people.person("Without Address")
    nobody.email = None
    db.session.commit()
    assert invite(ben, ana, nobody) == 1
    assert invite(ben) == 0, "a second one within ten minutes is not sent"


def test_inviting_anew_makes_the_first_link_void(visitor, ben):
    invite(ben)
    first = people.link_in(people.mails_to("ben@example.org")[0])
    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        assert invite(ben) == 1
        second = people.link_in(people.mails_to("ben@example.org")[-1])
        assert first != second
        assert visitor.get(first, status=410)
        assert visitor.get(second).title == "Welcome, Ben"


def test_a_link_runs_out_after_two_weeks_and_can_be_asked_for_again(visitor, ben):
    invite(ben)
    link = people.link_in(people.mails_to("ben@example.org")[0])
    with clock.at(clock.now() + dt.timedelta(days=14, seconds=1)):
        page = visitor.submit(visitor.get(link, status=410))
        assert said(page).startswith("If that invitation can be renewed")
        fresh = people.link_in(people.mails_to("ben@example.org")[-1])
        assert visitor.get(fresh).title == "Welcome, Ben"


@pytest.mark.parametrize("what", ["made up", "used", "revoked", "suspended", "too soon"])
def test_asking_again_says_the_same_and_sends_nothing_to_who_may_not(visitor, ben, what):
    invite(ben)
    link = people.link_in(people.mails_to("ben@example.org")[0])
    by = people.actor(people.administrator())
    with unit_of_work() as work:
        if what == "used":
            view = queries.invitation_by_token(token(ben), work.now)
            actions.accept_invitation(view.id, password_hash="x", now=work.now)
        elif what == "revoked":
            actions.revoke_invitations(ben.id, actor=by, now=work.now)
        elif what == "suspended":
            actions.suspend(ben.id, reason="wrong person", actor=by, now=work.now)
    page = visitor.get(
        "/invitation/made-up" if what == "made up" else link, status=200 if what == "too soon" else 410
    )
    data = {"csrf_token": page.one("header [name=csrf_token]")["value"]}
    before = len(people.mails_to("ben@example.org"))
    later = clock.now() + (dt.timedelta(minutes=1) if what == "too soon" else dt.timedelta(days=1))
    with clock.at(later):
        response = visitor.open("POST", f"{page.url}/again", data=data)
        assert (response.status_code, response.location) == (303, "/login")
        assert said(visitor.get("/login")).startswith("If that invitation can be renewed")
        assert len(people.mails_to("ben@example.org")) == before


def test_a_letter_that_was_taken_back_before_it_was_written_is_not_sent(session, ben):
    invite(ben)
    by = people.actor(people.administrator())
    with unit_of_work() as work:
        actions.revoke_invitations(ben.id, actor=by, now=work.now)
    assert people.mails_to("ben@example.org") == []


def test_while_the_demonstration_is_built_no_letter_is_written(session, ben):
    word = outbox.sealed.set(True)
    try:
        invite(ben)
    finally:
        outbox.sealed.reset(word)
    assert people.mails_to("ben@example.org") == []


def test_a_name_with_a_script_is_words_in_the_letter(visitor, session):
    mallory = people.person("<script>alert(1)</script> Mallory", email="mallory@example.org")
    invite(mallory)
    (letter,) = people.mails_to("mallory@example.org")
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html
    page = visitor.get(people.link_in(letter))
    assert page.title == "Welcome, <script>alert(1)</script>"


@pytest.mark.db
def test_the_first_administrator_comes_from_outside(session, visitor):
    with unit_of_work() as work:
        made = actions.create_first_administrator(email="Root@example.org", name="Rose Root", now=work.now)
    assert made.email == "root@example.org"
    assert visitor.get(f"/invitation/{made.token}").title == "Welcome, Rose"
    assert people.link_in(people.mails_to("root@example.org")[0]) == f"/invitation/{made.token}"
    with unit_of_work() as work:
        again = actions.create_first_administrator(email="root@example.org", name="", now=work.now)
        assert again.token == made.token
        assert (
            actions.create_first_administrator(
                email="b@example.org", name="", now=work.now, only_the_first=True
            )
            is None
        )
    with pytest.raises(RuleViolation, match="Write an e-mail address"), unit_of_work() as work:
        actions.create_first_administrator(email="root", name="", now=work.now)
