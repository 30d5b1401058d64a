"""How one is told: the page of choices, quiet hours, one click in a mail, an address that mail comes back from."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lms.core import addresses, clock
from lms.core.db import db
from lms.core.mail import MailMessage
from lms.core.outbox import OutboxRow
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.actions import Message, Wanted
from lms.notifications.models import NoticeChoice
from lms.notifications.rules import Channel, Every, How, NoticeKind, Quiet, Rhythm
from lms.people.rules import Role
from tests.factories import world
from tests.factories.notifications import mails
from tests.support.statements import statements

FORM = "form:has([name^=mail-])"
PAGE = "/account/notifications"


@pytest.fixture
def rhea(session):
    return world.person("Rhea Menon", zone="Asia/Dubai")


def told(who, title="B-1 came back", kind=NoticeKind.MARK, *, key="", urgent=False):
    message = Message(
        kind=kind,
        key=key or f"test:{title}",
        title=title,
        text="Its page says more.",
        link="/",
        urgent=urgent,
    )
    with unit_of_work() as work:
        actions.tell_all(queries.people([who.id]), message, now=work.now)


def chose(who, choices=None, rhythm=None, quiet=None):
    wanted = Wanted(choices=choices or {}, rhythm=rhythm or Rhythm(Every.NEVER), quiet=quiet)
    with unit_of_work() as work:
        actions.choose(wanted, actor=world.actor(who), now=work.now)


def local(zone: str, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 8, 11, hour, minute, tzinfo=ZoneInfo(zone))


# The page -----------------------------------------------------------------------------------------------------------


def test_what_is_switched_off_comes_no_more_by_mail(visit, rhea):
    hers = visit(rhea)
    page = hers.get(PAGE)
    assert page.one("#mail-mark option[selected]").get_text() == "At once"
    assert not page.has("#mail-schedule"), "cannot be switched off"
    page = hers.submit(page, FORM, {"mail-mark": "off", "push-mark": "at once"})
    assert page.messages[0].startswith("Your choices are kept.")
    assert page.one("#mail-mark option[selected]").get_text() == "Not"
    told(rhea)
    told(rhea, "Moved", NoticeKind.SCHEDULE)
    told(rhea, "Reply", NoticeKind.DISCUSSION)
    assert [mail.subject for mail in mails(rhea)] == ["Moved", "Reply"]
    assert queries.unread_count(rhea.id) == 3


def test_staff_also_choose_marking_and_a_foreign_value_is_refused(visit, session):
    faculty = world.granted(Role.FACULTY, world.cohort(weeks_in=2))
    desk = visit(faculty)
    page = desk.get(PAGE)
    assert page.has("#mail-marking")
    page.one("#mail-marking option:last-child")["value"] = "never ever"
    page = desk.submit(page, FORM, {"mail-marking": "never ever"})
    assert page.has(".summary-errors")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NoticeChoice)) == 0


def test_a_learner_is_not_asked_about_marking(visit, rhea):
    assert not visit(rhea).get(PAGE).has("#mail-marking")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"mail-mark": "digest"}, "say whether it comes every day or once a week"),
        ({"quiet": True, "quiet_begins": "7", "quiet_ends": "7"}, "end at another hour"),
        ({"every": "day", "hour": "23", "quiet": True}, "in your quiet hours"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_kept(visit, rhea, fields, why):
    hers = visit(rhea)
    page = hers.submit(hers.get(PAGE), FORM, fields)
    assert why in page.text(".summary-errors")
    for name, value in fields.items():
        if name not in ("quiet", "every"):
            assert page.one(f"#{name} option[selected]")["value"] == value
    assert queries.habits_of([rhea.id]) == {}


def test_the_page_says_when_the_next_digest_comes(visit, rhea):
    hers = visit(rhea)
    with clock.at(local("Asia/Dubai", 12)):
        page = hers.submit(hers.get(PAGE), FORM, {"every": "day", "hour": "8"})
        assert "The next one: Wed 12 Aug, 08:00 GST" in page.text("main")


@pytest.mark.db
def test_the_page_takes_few_statements(visit, rhea):
    hers = visit(rhea)
    hers.get(PAGE)
    with statements() as sent:
        hers.get(PAGE)
    assert len(sent) <= 10


# Quiet hours --------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_in_quiet_hours_what_can_wait_waits_and_the_rest_comes(session, rhea):
    chose(rhea, quiet=Quiet(22, 7))
    with clock.at(local("Asia/Dubai", 23, 30)):
        told(rhea, "Mark")
        told(rhea, "Moved", NoticeKind.SCHEDULE)
        told(rhea, "Round closes", urgent=True)
    rows = db.session.execute(
        sa.select(MailMessage.subject, OutboxRow.run_at)
        .join(OutboxRow, OutboxRow.payload["mail_id"].as_integer() == MailMessage.id)
        .where(OutboxRow.kind == "mail")
        .order_by(MailMessage.id)
    ).all()
    late, morning = local("Asia/Dubai", 23, 30), local("Asia/Dubai", 7) + dt.timedelta(days=1)
    assert [(subject, at) for subject, at in rows] == [
        ("Mark", morning.astimezone(dt.UTC)),
        ("Moved", late.astimezone(dt.UTC)),
        ("Round closes", late.astimezone(dt.UTC)),
    ]


# One click ----------------------------------------------------------------------------------------------------------


def test_one_click_of_a_mail_program_ends_mails_of_that_kind(visitor, rhea):
    told(rhea)
    (mail,) = mails(rhea)
    path = mail.unsubscribe.removeprefix("http://localhost:5000")
    response = visitor.client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    told(rhea, "Another")
    assert len(mails(rhea)) == 1
    assert queries.unread_count(rhea.id) == 2


def test_a_get_asks_and_changes_nothing_and_the_button_can_be_taken_back(visitor, rhea):
    told(rhea)
    path = mails(rhea)[0].unsubscribe.removeprefix("http://localhost:5000")
    page = visitor.get(path)
    told(rhea, "Another")
    assert len(mails(rhea)) == 2
    page = visitor.submit(page, "main form")
    assert page.url == path
    assert page.title == "Switched off"
    told(rhea, "A third")
    assert len(mails(rhea)) == 2
    visitor.submit(page, "main form")
    told(rhea, "A fourth")
    assert len(mails(rhea)) == 3


def test_what_cannot_be_switched_off_carries_no_link(rhea):
    told(rhea, "Moved", NoticeKind.SCHEDULE)
    assert [mail.unsubscribe for mail in mails(rhea)] == [""]


def test_a_link_holds_for_its_purpose_its_time_and_until_it_is_made_void(visit, visitor, rhea):
    told(rhea)
    path = mails(rhea)[0].unsubscribe.removeprefix("http://localhost:5000")
    visitor.refused(path.replace("/end", "x/end"), status=404)
    with clock.at(clock.now() + dt.timedelta(days=1)):
        visitor.get(path)
    hers = visit(rhea)
    page = hers.submit(hers.get(PAGE), "form[action$=links]")
    assert "do nothing any more" in page.messages[0]
    visitor.refused(path, status=404)
    told(rhea, "Another")
    visitor.get(mails(rhea)[1].unsubscribe.removeprefix("http://localhost:5000"))


# The address --------------------------------------------------------------------------------------------------------


def test_somebody_whose_mail_comes_back_sees_it_and_confirms_the_address(visit, rhea):
    with unit_of_work() as work:
        addresses.came_back(rhea.email, hard=True, status="5.1.1", why="no such mailbox", now=work.now)
    told(rhea)
    assert mails(rhea) == []
    hers = visit(rhea)
    page = hers.get(PAGE)
    assert "no such mailbox" in page.text(".callout")
    page = hers.submit(page, "form[action$=address]")
    assert not page.has(".callout.bad")
    told(rhea, "Another")
    assert [mail.subject for mail in mails(rhea)] == ["Another"]


def test_choices_of_a_channel_that_is_not_offered_stay(session, rhea):
    chose(rhea, {(NoticeKind.MARK, Channel.GATEWAY): How.OFF})
    chose(rhea, {(NoticeKind.MARK, Channel.MAIL): How.OFF})
    assert queries.chosen([rhea.id]) == {
        (rhea.id, NoticeKind.MARK): {Channel.GATEWAY: How.OFF, Channel.MAIL: How.OFF}
    }
