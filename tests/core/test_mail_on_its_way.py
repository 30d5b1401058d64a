"""Mail on its way: headers, what comes back, and that nothing goes twice when the worker is killed."""

from __future__ import annotations

import datetime as dt
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lms.core import addresses, bounces, clock, mail, outbox
from lms.core.db import db
from lms.core.mail import Letter, MailMessage, MailState
from lms.core.outbox import OutboxRow, OutboxState
from lms.core.uow import unit_of_work

NOW = dt.datetime(2026, 8, 11, 16, 0, tzinfo=dt.UTC)


def posted(key: str = "k", **more: object) -> MailMessage:
    letter = Letter(
        kind="notice.mark", dedupe_key=key, to_name="Rhea", to_address="rhea@example.org", subject="S",
        text="T\n", **more,
    )  # fmt: skip
    with unit_of_work() as work:
        mail.post(letter, now=work.now)
    found = db.session.scalars(sa.select(MailMessage).order_by(MailMessage.id.desc())).first()
    assert found is not None
    return found


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[EmailMessage]:
    """A mail server of the test's own: it keeps what it is handed."""
    got: list[EmailMessage] = []
    monkeypatch.setitem(mail._settings, "url", "smtp://localhost")
    monkeypatch.setitem(mail._settings, "sender", "Cadre <no-reply@cadre.example>")
    monkeypatch.setattr(mail, "_hand_over", got.append)
    return got


def drained() -> None:
    while outbox.drain():
        pass


def report(
    letter: str = "", action: str = "failed", status: str = "5.1.1", to: str = "rhea@example.org"
) -> bytes:
    """A report as Postfix writes it."""
    returned = f"Message-ID: <{letter}@cadre.example>\nSubject: S\n" if letter else "Subject: S\n"
    return (
        "From: MAILER-DAEMON@mx.example\nTo: no-reply@cadre.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
        "--B\nContent-Type: text/plain\n\nIt could not be delivered.\n\n"
        "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <rhea@example.org>: no such\n  mailbox here\n\n"
        f"--B\nContent-Type: text/rfc822-headers\n\n{returned}\n--B--\n"
    ).encode()


# Headers ------------------------------------------------------------------------------------------------------------


def test_a_mail_says_who_wrote_it_how_it_ends_and_what_it_belongs_to(session, server) -> None:
    posted("a", unsubscribe="https://cadre.example/stop/x", thread="room:1")
    posted("b", thread="room:1")
    posted("c")
    drained()
    first, second, third = (message.as_string(policy=email.policy.default) for message in server)
    assert server[0]["Auto-Submitted"] == "auto-generated"
    assert server[0]["List-Unsubscribe"] == "<https://cadre.example/stop/x>"
    assert server[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert server[0]["References"] == server[1]["References"] == server[0]["In-Reply-To"]
    assert "List-Unsubscribe" not in second
    assert "References" not in third
    ids = [message["Message-ID"] for message in server]
    assert len(set(ids)) == 3
    assert first


def test_the_message_id_is_the_same_when_a_mail_is_handed_over_again(session, server) -> None:
    letter = posted()
    twice = [mail._compose(letter)["Message-ID"] for _ in range(2)]
    assert twice == [f"<{letter.public_id}@cadre.example>"] * 2


# Not twice ----------------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_a_mail_that_was_noted_as_sent_never_goes_again(session, server) -> None:
    posted()
    drained()
    with unit_of_work():
        db.session.execute(sa.update(OutboxRow).values(state=OutboxState.QUEUED))
    drained()
    assert len(server) == 1


@pytest.mark.db
def test_a_server_that_is_down_is_tried_again_and_gets_one(session, server, monkeypatch) -> None:
    letter = posted()

    def down(_message: EmailMessage) -> None:
        raise OSError("connection refused")

    with monkeypatch.context() as broken:
        broken.setattr(mail, "_hand_over", down)
        drained()
    assert db.session.get_one(MailMessage, letter.id).state is MailState.QUEUED
    row = db.session.scalars(sa.select(OutboxRow)).one()
    assert (row.state, row.attempts) == (OutboxState.QUEUED, 1)
    assert "connection refused" in row.last_error
    with clock.at(clock.now() + dt.timedelta(minutes=1)):
        drained()
    assert len(server) == 1


def test_nothing_of_the_database_is_held_while_a_server_is_slow(session, server, monkeypatch) -> None:
    posted()
    open_while_sending = []

    def slow(message: EmailMessage) -> None:
        open_while_sending.append(db.session.info.get("unit_of_work"))
        server.append(message)

    monkeypatch.setattr(mail, "_hand_over", slow)
    drained()
    assert open_while_sending == [None]
    assert len(server) == 1


# What comes back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "status", "hard"),
    [
        ("failed", "5.1.1", True),
        ("failed", "4.2.2", False),
        ("delayed", "4.4.1", False),
        ("failed", "", True),
    ],
)
def test_a_report_is_hard_or_soft(action: str, status: str, hard: bool) -> None:
    (found,) = bounces.read(report("abcdefghijkm", action, status))
    assert (found.address, found.hard, found.letter) == ("rhea@example.org", hard, "abcdefghijkm")
    assert found.why.startswith("550 5.1.1")


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", ""])
def test_what_says_that_it_arrived_is_no_bounce(action: str) -> None:
    assert bounces.read(report("x" * 12, action)) == []


@given(st.binary(max_size=400))
def test_whatever_comes_in_is_read_without_failing(junk: bytes) -> None:
    assert bounces.read(junk) == []
    bounces.read(report()[:200] + junk + report()[200:])


@pytest.mark.db
def test_a_hard_bounce_ends_mail_to_the_address_until_its_owner_confirms_it(session, server) -> None:
    letter = posted("a")
    drained()
    with unit_of_work() as work:
        assert bounces.note(bounces.read(report(letter.public_id)), now=work.now) == 1
    assert db.session.get_one(MailMessage, letter.id).state is MailState.BOUNCED
    assert addresses.dead(["Rhea@Example.org"]) == {"rhea@example.org"}
    later = posted("b")
    drained()
    assert (len(server), db.session.get_one(MailMessage, later.id).state) == (1, MailState.BOUNCED)
    with unit_of_work() as work:
        addresses.confirm("rhea@example.org", now=work.now)
    posted("c")
    drained()
    assert len(server) == 2


@pytest.mark.db
def test_soft_ones_are_counted_and_end_nothing(session, server) -> None:
    letter = posted()
    drained()
    with unit_of_work() as work:
        for _ in range(3):
            bounces.note(bounces.read(report(letter.public_id, "delayed", "4.2.2")), now=work.now)
    trouble = addresses.trouble_with("rhea@example.org")
    assert trouble is not None
    assert (trouble.soft, trouble.dead_at) == (3, None)


@pytest.mark.db
def test_a_report_about_mail_that_we_never_sent_changes_nothing(session, server) -> None:
    posted()
    with unit_of_work() as work:
        assert bounces.note(bounces.read(report(to="somebody@else.example")), now=work.now) == 0
        assert bounces.note(bounces.read(report("q" * 12)), now=work.now) == 0
    assert addresses.dead(["rhea@example.org", "somebody@else.example"]) == frozenset()


def test_the_report_of_a_letter_counts_for_the_address_it_went_to(session, server) -> None:
    """Whatever address a report claims: one who may write to us cannot end other people's mail."""
    letter = posted()
    drained()
    with unit_of_work() as work:
        bounces.note(bounces.read(report(letter.public_id, to="victim@example.org")), now=work.now)
    assert addresses.dead(["rhea@example.org", "victim@example.org"]) == {"rhea@example.org"}


def test_the_reports_are_read_from_files_too(tmp_path: Path) -> None:
    kept = tmp_path / "report.eml"
    kept.write_bytes(report("abcdefghijkm"))
    assert len(bounces.read(kept.read_bytes())) == 1
