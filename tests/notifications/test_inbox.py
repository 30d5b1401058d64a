"""One's own list of notices, and what comes by mail."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.models import Notice, NoticeKind
from lms.people.models import Person
from tests.factories import world
from tests.support.statements import statements


@pytest.fixture
def rhea(session):
    return world.person("Rhea Menon", zone="Asia/Dubai")


def told(who, title="B-1 came back", kind=NoticeKind.MARK, link="/account/notifications", key=""):
    message = Message(
        kind=kind, key=key or f"test:{title}", title=title, text="Its page says more.", link=link
    )
    with unit_of_work() as work:
        actions.tell_all(queries.people([who.id]), message, now=work.now)


def test_a_notice_is_opened_by_a_button_that_marks_it_read(visit, rhea):
    told(rhea)
    hers = visit(rhea)
    page = hers.get("/notices")
    assert page.texts(".row-title") == ["B-1 came back new"]
    assert page.link("B-1 came back") == "/account/notifications"
    hers.get(page.link("B-1 came back"))
    assert queries.unread_count(rhea.id) == 1, "a plain link reads nothing"
    page = hers.submit(page, ".rows form:first-of-type")
    assert page.url == "/account/notifications"
    assert queries.unread_count(rhea.id) == 0


def test_one_may_be_marked_read_where_it_stands_and_all_that_were_shown(visit, rhea):
    for number in range(3):
        told(rhea, f"Number {number}")
    hers = visit(rhea)
    page = hers.get("/notices")
    page = hers.submit(page, ".rows li:first-child form:last-of-type")
    assert page.url == "/notices"
    assert queries.unread_count(rhea.id) == 2
    told(rhea, "While she looked")
    page = hers.submit(page, "form[action='/notices/read']")
    assert queries.unread_count(rhea.id) == 1
    assert page.messages[0].startswith("Everything is marked as read.")


def test_anothers_notice_is_not_there(visit, rhea):
    told(rhea)
    other = visit(world.person())
    page = other.get("/account/notifications")
    token = page.soup.select_one("input[name=csrf_token]")["value"]
    notice = db.session.scalar(sa.select(Notice.public_id))
    assert other.open("POST", f"/notices/{notice}", data={"csrf_token": token}).status_code == 404
    assert other.get("/notices").has(".empty")


def test_nobody_is_led_away(visit, rhea):
    told(rhea, link="//evil.example/")
    hers = visit(rhea)
    page = hers.get("/notices")
    token = page.soup.select_one("input[name=csrf_token]")["value"]
    notice = db.session.scalar(sa.select(Notice.public_id))
    response = hers.open("POST", f"/notices/{notice}", data={"csrf_token": token})
    assert response.headers["Location"] == "/"
    answer = hers.open(
        "POST", "/notices/read", data={"csrf_token": token, "next": "https://evil.example", "upto": "x"}
    )
    assert answer.headers["Location"] == "/"


def test_kinds_filter_the_list(visit, rhea):
    told(rhea)
    told(rhea, "Room", NoticeKind.ANNOUNCEMENT)
    hers = visit(rhea)
    assert hers.get("/notices?kind=announcement").texts(".row-title") == ["Room new"]
    assert len(hers.get("/notices?kind=nonsense").texts(".row-title")) == 2
    assert hers.get("/notices?kind=place").text(".empty h3") == "Nothing of this kind"
    assert len(hers.get("/notices?unread=1").texts(".row-title")) == 2


def test_a_title_is_never_markup(visit, rhea):
    told(rhea, "<script>alert(1)</script><b>bold</b>")
    page = visit(rhea).get("/notices")
    assert not page.has(".row-title b")
    assert "<script>alert(1)</script>" in page.text(".row-title")


@pytest.mark.db
def test_the_same_event_tells_nobody_twice(session, rhea):
    for _ in range(2):
        told(rhea, key="once")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1
    assert db.session.scalar(sa.text("SELECT count(*) FROM mail_message")) == 1


@pytest.mark.db
def test_the_list_takes_the_same_statements_for_few_and_many_and_goes_on(visit, rhea):
    hers = visit(rhea)
    told(rhea, "The first")
    hers.get("/notices")
    counts = []
    for start, stop in ((0, 5), (5, 60)):
        for number in range(start, stop):
            told(rhea, f"Number {number}")
        with statements() as sent:
            page = hers.get("/notices")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 10
    page = hers.get(page.link("Older"))
    page = hers.get(page.link("Older"))
    assert page.texts(".row-title")[-1] == "The first new"


def test_those_who_are_suspended_or_have_no_address_get_no_mail(session, rhea):
    with unit_of_work():
        db.session.execute(sa.text("UPDATE user_account SET active = :no"), {"no": False})
    told(rhea)
    nobody = world.person("No Address", account=False)
    with unit_of_work():
        db.session.execute(sa.update(Person).where(Person.id == nobody.id).values(email=None))
    told(nobody)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 2
    assert db.session.scalar(sa.text("SELECT count(*) FROM mail_message")) == 0
