"""The authenticator app: no session before it, each code once, a pause after wrong ones, codes for a lost phone."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.people import actions, queries, security
from lms.people.models import AccountSession, User
from tests.factories import people
from tests.factories.people import said

PASSWORD = people.PASSWORD


@pytest.fixture
def ana(session):
    return people.member("Ana Silva", email="ana@example.org")


@pytest.fixture
def app_of(ana):
    """The secret in Ana's phone, and her recovery codes."""
    return people.with_authenticator(ana)


def later(minutes=1):
    return clock.at(clock.now() + dt.timedelta(minutes=minutes))


def code(secret):
    return security.codes().code_at(secret, clock.now())


def wrong_code(shown):
    """One that the app, which shows `shown(instant)`, shows neither now nor around now."""
    around = {shown(clock.now() + dt.timedelta(seconds=30 * step)) for step in range(-3, 4)}
    return next(each for each in (f"{digit}" * 6 for digit in range(10)) if each not in around)


def with_password(visitor, to="/account/profile"):
    page = visitor.submit(visitor.get(f"/login?next={to}"), email="ana@example.org", password=PASSWORD)
    assert page.title == "Type the code from your app"
    return page


def test_the_password_alone_opens_nothing(visitor, ana, app_of):
    page = with_password(visitor)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccountSession)) == 0
    for path in ("/account/profile", "/account/security", "/account/data.json"):
        assert visitor.get(path).url.startswith("/login")
    assert not page.has("header .menu")


def test_password_and_code_let_one_in(visitor, ana, app_of):
    secret, _codes = app_of
    with later():
        page = visitor.submit(with_password(visitor), code=f" {code(secret)[:3]} {code(secret)[3:]} ")
        assert page.title == "Your profile"
        with visitor.client.session_transaction() as cookie:
            assert "second_factor" not in cookie


def test_a_code_works_once(app, visitor, visit, ana, app_of):
    secret, _codes = app_of
    with later():
        used = code(secret)
        assert visitor.submit(with_password(visitor), code=used).title == "Your profile"
        again = type(visitor)(app)
        words = again.submit(with_password(again), code=used).text(".summary-errors")
        assert "it was used already" in words
    with later(-1):
        older = code(secret)
    with later(1):
        assert "That code is not right" in again.submit(with_password(again), code=older).text(
            ".summary-errors"
        )
    with later(2):
        assert again.submit(with_password(again), code=code(secret)).title == "Your profile"


def test_the_code_that_set_the_app_up_does_not_sign_in(visitor, ana, app_of):
    secret, _codes = app_of
    assert "used already" in visitor.submit(with_password(visitor), code=code(secret)).text(".summary-errors")


def test_two_at_once_use_a_code_once(app, fresh_database):
    ana = people.member(email="ana@example.org")
    secret, shown = people.with_authenticator(ana)
    user_id = queries.user_of(ana.id).id
    done = []
    instant = clock.now() + dt.timedelta(minutes=1)

    def use():
        with app.app_context(), clock.at(instant), unit_of_work() as work:
            done.append(actions.use_code(user_id, code(secret), check=security.codes()))
        with app.app_context(), unit_of_work() as work:
            done.append(actions.use_recovery_code(user_id, shown[0], vault=security.vault(), now=work.now))

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 10 + [True] * 2


@pytest.mark.slow
def test_wrong_codes_make_a_pause_and_tell_the_owner(visitor, ana, app_of):
    secret, codes = app_of
    with later():
        page = with_password(visitor)
        for _ in range(8):
            wrong = wrong_code(lambda at: security.codes().code_at(secret, at))
            page = visitor.submit(page, code=wrong)
            assert page.title == "Type the code from your app"
        page = visitor.submit(page, code=code(secret))
        assert page.url == "/login"
        assert "Too many wrong codes. Wait 15 minutes" in said(page)
        page = visitor.submit(with_password(visitor), code=code(secret))
        assert page.url == "/login", "a right password does not end the pause"
        page = visitor.submit(visitor.get("/login"), email="ana@example.org", password=PASSWORD)
        page = visitor.submit(visitor.get("/login/recovery-code"), code=codes[0])
        assert page.url == "/login", "recovery codes are counted with them"
        told = [mail.subject for mail in people.mails_to("ana@example.org")]
    assert told == ["An authenticator app was set up", "Somebody knows your password"]
    with later(17):
        assert visitor.submit(with_password(visitor), code=code(secret)).title == "Your profile"


def test_a_recovery_code_lets_one_in_once(app, visitor, ana, app_of):
    _secret, codes = app_of
    with_password(visitor)
    page = visitor.submit(visitor.get("/login/recovery-code"), code=codes[3].upper().replace("-", " "))
    assert page.url == "/account/security"
    assert "9 codes left" in page.text()
    other = type(visitor)(app)
    with_password(other)
    words = other.submit(other.get("/login/recovery-code"), code=codes[3]).text(".summary-errors")
    assert "it was used already" in words
    assert people.mails_to("ana@example.org")[-1].subject == "A recovery code was used to sign in"


@pytest.mark.parametrize("typed", ["", "x", "0" * 41, "aaaa-bbbb-cccc", "<script>", "\x00"])
def test_what_is_no_code_is_answered(visitor, ana, app_of, typed):
    with_password(visitor)
    for path in ("/login/code", "/login/recovery-code"):
        assert visitor.submit(visitor.get(path), code=typed).has(".summary-errors")


def test_codes_and_secrets_are_not_kept_in_clear(ana, app_of):
    secret, codes = app_of
    row = db.session.execute(sa.text("select tf_totp_secret, mf_recovery_codes from user_account")).one()
    assert "enckey" in row[0]
    assert security.codes().get_totp_b32_key(secret) not in row[0]
    assert not any(one in row[1] for one in codes)


def test_without_the_password_there_is_no_page_for_the_code(visitor, ana, app_of):
    for path in ("/login/code", "/login/recovery-code"):
        page = visitor.get(path)
        assert (page.url, said(page)) == ("/login", "Sign in once more: the time for the code ran out.")


def test_the_time_for_the_code_runs_out(visitor, ana, app_of):
    secret, _codes = app_of
    page = with_password(visitor)
    with later(11):
        assert visitor.submit(page, code=code(secret)).url == "/login"


def test_a_password_changed_in_the_meantime_starts_again(visitor, ana, app_of):
    secret, _codes = app_of
    page = with_password(visitor)
    user = queries.user_of(ana.id)
    with unit_of_work() as work:
        actions.reset_password(user.id, bound_to=user.fs_uniquifier, password_hash="x", now=work.now)
    with later():
        assert visitor.submit(page, code=code(secret)).url == "/login"


def test_somebody_suspended_in_the_meantime_is_not_let_in(visitor, ana, app_of):
    secret, _codes = app_of
    page = with_password(visitor)
    by = people.actor(people.administrator())
    with unit_of_work() as work:
        actions.suspend(ana.id, reason="left", actor=by, now=work.now)
    with later():
        assert visitor.submit(page, code=code(secret)).url == "/login"


# Setting up ---------------------------------------------------------------------------------------------------------


def test_setting_the_app_up(app, visit, ana):
    visitor = visit(ana)
    page = visitor.get("/account/security")
    assert "Your password is the only lock" in page.text()
    page = visitor.submit(visitor.get("/account/security/authenticator"), password=PASSWORD)
    assert page.title == "Scan this with your app"
    assert page.one("main img")["src"].startswith("data:image/svg+xml")
    key = page.text("main .secret").replace("-", "").replace(" ", "")
    shown = app.extensions["security"].totp_factory._totp(key=key)
    wrong = wrong_code(lambda at: shown.generate(time=int(at.timestamp())).token)
    page = visitor.submit(page, code=wrong)
    assert "That code is not right" in page.text(".summary-errors")
    assert page.text("main .secret").replace("-", "").replace(" ", "") == key, (
        "the same key until it is confirmed"
    )
    right = shown.generate(time=int(clock.now().timestamp())).token
    page = visitor.submit(page, code=right)
    assert page.title == "Keep these recovery codes"
    codes = page.texts("main ol code")
    assert len(codes) == len(set(codes)) == 10
    state = queries.security_of(ana.id)
    assert (state.authenticator, state.codes_left) == (True, 10)
    for path in ("/account/security", "/account/security/recovery-codes", "/account/security/authenticator"):
        assert not any(one in str(visitor.get(path).soup) for one in codes), "they are shown once"
    assert page.response.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_sets_nothing_up_and_is_counted(visit, ana):
    visitor = visit(ana)
    page = visitor.get("/account/security/authenticator")
    for _ in range(8):
        page = visitor.submit(page, password="wrong")
        assert "This is not your present password." in page.text(".summary-errors")
    assert "Too many tries" in visitor.submit(page, password=PASSWORD).text(".summary-errors")
    assert visitor.get("/account/security/authenticator/set-up").title == "Set up an authenticator app"


def test_new_codes_void_the_old(app, visitor, visit, ana, app_of):
    _secret, old = app_of
    page = visit(ana).get("/account/security/recovery-codes")
    owner = visit(ana)
    page = owner.submit(owner.get("/account/security/recovery-codes"), password=PASSWORD)
    new = page.texts("main ol code")
    assert set(new).isdisjoint(old)
    with_password(visitor)
    assert visitor.submit(visitor.get("/login/recovery-code"), code=old[0]).has(".summary-errors")
    assert visitor.submit(visitor.get("/login/recovery-code"), code=new[0]).url == "/account/security"


def test_taking_the_app_off(visitor, visit, ana, app_of):
    owner = visit(ana)
    page = owner.submit(owner.get("/account/security/authenticator/off"), password="wrong")
    assert queries.security_of(ana.id).authenticator
    owner.submit(page, password=PASSWORD)
    state = queries.security_of(ana.id)
    assert (state.authenticator, state.codes_left) == (False, 0)
    assert people.mails_to("ana@example.org")[-1].subject == "Your authenticator app was taken off"
    page = visitor.submit(
        visitor.get("/login?next=/account/profile"), email="ana@example.org", password=PASSWORD
    )
    assert page.title == "Your profile"


def test_pages_about_an_app_that_is_not_there_lead_back(visit, ana):
    visitor = visit(ana)
    for path in ("/account/security/recovery-codes", "/account/security/authenticator/off"):
        assert visitor.get(path).url == "/account/security"


def test_the_table_has_room_for_a_secret(ana, app_of):
    assert len(db.session.scalar(sa.select(User.tf_totp_secret))) <= 255
