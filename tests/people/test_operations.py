"""What runs underneath, as administrators see it: audit log, mailbox, outbox."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from lms.core import audit, clock, mail, outbox
from lms.core.uow import unit_of_work
from lms.people import queries
from tests.factories import people
from tests.factories.people import said
from tests.support.statements import statements


@pytest.fixture
def ada(session):
    return people.administrator()


@pytest.fixture
def admin(visit, ada):
    return visit(ada)


@pytest.fixture
def ana(session):
    return people.member("Ana Silva", email="ana@example.org")


def file_of(person):
    return f"/admin/people/{person.public_id}"


# The audit log ------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_the_log_is_filtered_paged_and_verified(admin, session, ada):
    with unit_of_work():
        for number in range(1, 71):
            audit.record(
                audit.Entry(
                    actor_id=ada.id,
                    action="test.act",
                    subject="thing",
                    subject_id=number,
                    after={"n": number},
                )
            )
    page = admin.get("/admin/audit?action=test.act")
    seen = page.texts("main .story .scan + .quiet")
    while page.soup.select("a[href*='before=']"):
        page = admin.get(page.link("Older rows"))
        seen += page.texts("main .story .scan + .quiet")
    assert seen == [f"thing {number}" for number in range(70, 0, -1)]
    page = admin.submit(
        admin.get("/admin/audit"), "main form[role=search]", who="ADMINISTRATOR", action="test.act"
    )
    assert len(page.texts("main .story > li")) == 30
    tomorrow = clock.now().date() + dt.timedelta(days=1)
    assert "No row matches" in admin.get(f"/admin/audit?since={tomorrow}").text()
    assert admin.get("/admin/audit?since=never&until=x&action=%00").status == 200
    page = admin.get(admin.get("/admin/audit").link("Verify the chain"))
    assert "The chain is whole" in page.text("main .callout")
    session.execute(
        sa.text("update audit_entry set reason = 'forged' where subject_id = 3 and action = 'test.act'")
    )
    assert "The chain is broken" in admin.get("/admin/audit?verify=yes").text("main .callout.bad")


def test_a_line_about_a_person_names_them_and_instants_are_short(admin, ada):
    at = "2026-11-23 03:47:09.598046+00:00"
    with unit_of_work():
        audit.record(
            audit.Entry(
                actor_id=None, action="test.act", subject="person", subject_id=ada.id, after={"ends_at": at}
            )
        )
    page = admin.get("/admin/audit?action=test.act")
    assert f"person {ada.id} {ada.name}" in page.text(".story")
    assert "ends at: 2026-11-23 03:47 UTC" in page.text(".story")


def test_the_log_costs_the_same_for_5_and_60(admin, ada):
    counts = []
    for size in (5, 60):
        with unit_of_work():
            for number in range(size):
                audit.record(
                    audit.Entry(actor_id=ada.id, action="test.act", subject="thing", subject_id=number)
                )
        with statements() as seen:
            admin.get("/admin/audit")
        counts.append(len(seen))
    assert counts[0] == counts[1]


# Mailbox and outbox -------------------------------------------------------------------------------------------------


def letter(subject="Hello", html="", **more):
    facts = {"kind": "test", "dedupe_key": subject, "to_name": "Ana", "to_address": "ana@example.org"}
    with unit_of_work() as work:
        mail.post(mail.Letter(subject=subject, text="Plain words", html=html, **facts, **more), now=work.now)
    people.mails_to("ana@example.org")


@pytest.mark.db
def test_kept_mails_are_read_safely(admin, session):
    html = (
        "<style>p{}</style><h1>Hello</h1><p onclick='x()'>Words <a href='https://example.org/x'>link</a>"
        "<a href='javascript:x()'>bad</a><img src='https://example.org/t.gif'><script>x()</script></p>"
    )
    letter("<b>Hello</b>", html)
    page = admin.get("/admin/mailbox")
    assert page.texts("main .row-title") == ["<b>Hello</b>"]
    page = admin.get(page.one("main .row-link")["href"])
    shown = page.one("main .reading")
    assert not shown.select("style, script, img, h1, h2, [onclick], a[href^=javascript]")
    assert [link["href"] for link in shown.select("a[href]")] == ["https://example.org/x"]
    assert page.text("main pre") == "Plain words"


@pytest.mark.db
def test_mails_that_went_out_are_nobodys_to_read(admin, session):
    letter()
    session.execute(sa.update(mail.MailMessage).values(state=mail.MailState.SENT))
    assert "No mail was kept" in admin.get("/admin/mailbox").text()
    public_id = session.scalar(sa.select(mail.MailMessage.public_id))
    admin.refused(f"/admin/mailbox/{public_id}", status=404)
    admin.refused("/admin/mailbox/aaaaaaaaaaaa", status=404)


@pytest.mark.db
def test_what_gave_up_is_seen_and_tried_again(admin, session):
    with unit_of_work() as work:
        outbox.enqueue(outbox.Effect(kind="test.never", dedupe_key="test:<1>", payload={}), now=work.now)
        later = work.now + dt.timedelta(days=1)
        outbox.enqueue(
            outbox.Effect(kind="test.later", dedupe_key="test:2", payload={}, run_at=later), now=work.now
        )
    session.execute(
        sa.update(outbox.OutboxRow)
        .where(outbox.OutboxRow.kind == "test.never")
        .values(state=outbox.OutboxState.DEAD, attempts=8, last_error="Traceback\nKeyError: 'x'")
    )
    page = admin.get("/admin/outbox")
    assert page.text("main .rows .row-title") == "test.never test:<1>"
    assert "KeyError: 'x'" in page.text("main .rows")
    assert page.texts("main dl dd")[:3] == ["1", "0", "1"]
    assert page.rows("main table")[0][0] == "test.later test:2"
    again = admin.submit(page, "main .rows form")
    assert said(again) == "It is tried again now."
    assert "Nothing gave up" in again.text()
    assert said(admin.submit(page, "main .rows form")) == "It is not waiting for anybody any more."
    assert (
        queries.audit_page(queries.AuditFilter(action="outbox.retry"), None)
        .rows[0]
        .subject.startswith("outbox ")
    )
