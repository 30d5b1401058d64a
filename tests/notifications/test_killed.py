"""Web and worker are killed in the middle of telling sixty people: nothing is lost, nothing is told twice.

With real processes on a database file of the test's own, on this machine only; a few minutes at most.
"""

from __future__ import annotations

import email
import http.cookiejar
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import Message as Received
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup
from flask import Flask

from lms.core.db import db
from lms.core.mail import MailMessage, MailState
from lms.core.outbox import OutboxRow, OutboxState
from lms.notifications.models import Delivery, Notice
from lms.notifications.rules import By, NoticeKind
from lms.people.rules import Role
from tests.factories import enrolment, world
from tests.factories.people import PASSWORD, member

ROOT = Path(__file__).resolve().parents[2]
LEARNERS, KILLS, PATIENCE = 60, 4, 240.0
"""So many are told; the worker is killed so often; after so many seconds the test gives up."""
OF_RELEASES = f"notice.{NoticeKind.SCHEDULE.value}"
"""Mails of this kind are counted: what the hour brings besides to coordinators is none of it."""

pytestmark = pytest.mark.slow


class Mailbox:
    """A mail server on this machine that keeps what it is handed."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.lock = threading.Lock()

    async def handle_DATA(  # noqa: N802 - as the library calls it
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Keep whom it is for, and its id."""
        message: Received = email.message_from_bytes(envelope.content)
        with self.lock:
            self.got.append((envelope.rcpt_tos[0], str(message["Message-ID"])))
        return "250 kept"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box, port
    finally:
        server.stop()


class House:
    """`lms web` and `lms worker` as processes of their own."""

    def __init__(self, environment: dict[str, str], port: int) -> None:
        self.environment, self.port = environment, port
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, what: str) -> None:
        """Start one of them in a process group of its own."""
        self.running[what] = subprocess.Popen(
            [sys.executable, "-m", "lms", what],
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self, what: str) -> None:
        """Kill it with its children, without a chance to tidy up."""
        process = self.running.pop(what, None)
        if process is None:
            return
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def wait_for_web(self, until: float) -> None:
        """Wait until it answers."""
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.3)
        pytest.fail("the web server did not answer")


class Browser:
    """Somebody with cookies."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> BeautifulSoup:
        with self.opener.open(self.base + path, timeout=30) as answer:
            return BeautifulSoup(answer.read(), "html.parser")

    def submit(self, page: BeautifulSoup, selector: str, path: str, **fields: str) -> None:
        form = page.select_one(selector)
        assert form is not None, page.get_text(" ", strip=True)[:500]
        values = {
            str(field["name"]): str(field.get("value", ""))
            for field in form.select("input[name]")
            if field.get("type") not in ("checkbox", "radio") or field.has_attr("checked")
        }
        values |= {str(text["name"]): text.get_text() for text in form.select("textarea[name]")}
        values |= {
            str(select["name"]): str(chosen.get("value", ""))
            for select in form.select("select[name]")
            for chosen in select.select("option[selected]")
        }
        body = urllib.parse.urlencode({**values, **fields}).encode()
        action = str(form.get("action") or path)
        request = urllib.request.Request(self.base + action, body, {"Referer": self.base + path})
        self.opener.open(request, timeout=30).close()


def published() -> int:
    db.session.rollback()
    return db.session.scalar(sa.text("SELECT max(number) FROM schedule_release")) or 0


def waiting() -> int:
    db.session.rollback()
    statement = sa.select(sa.func.count()).select_from(OutboxRow).where(OutboxRow.state != OutboxState.DONE)
    return db.session.scalar(statement.where(OutboxRow.kind == "mail")) or 0


def hurried() -> None:
    """Let no lease and no pause run its full time: the rows of a killed worker are there for the next at once."""
    db.session.rollback()
    db.session.execute(
        sa.text("UPDATE outbox SET state = 'queued', run_at = created_at WHERE state = 'leased'")
    )
    db.session.commit()


def test_killed_in_a_release_to_sixty_nothing_is_lost_and_nothing_told_twice(
    app: Flask, session: Any, fresh_database: str, tmp_path: Path
) -> None:
    until = time.monotonic() + PATIENCE
    cohort = world.cohort(weeks_in=1, seats=100)
    coordinator = member("Cora Coordinator", role=Role.COORDINATOR)
    enrolment.many(cohort, LEARNERS)
    db.session.execute(sa.delete(OutboxRow))
    db.session.execute(sa.delete(Delivery))
    db.session.execute(sa.delete(Notice))
    db.session.execute(sa.delete(MailMessage))
    db.session.commit()
    with mail_server() as (box, smtp):
        port = free_port()
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("LMS_")},
            "LMS_MODE": "development",
            "LMS_SECRET_KEY": app.extensions["settings"].key("secret_key"),
            "LMS_DATA_DIR": str(tmp_path),
            "DATABASE_URL": fresh_database,
            "LMS_MAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "LMS_BASE_URL": f"http://127.0.0.1:{port}",
            "PORT": str(port),
            "LMS_PORT": str(port),
            "LMS_WEB_WORKERS": "1",
        }
        house = House(environment, port)
        try:
            kills = _publish_between_kills(house, cohort.slug, coordinator.email, until)
            kills += _drain_between_kills(house, box, until)
        finally:
            for what in list(house.running):
                house.kill(what)
    assert kills >= 2
    _nothing_lost_nothing_doubled(box)


def _publish_between_kills(house: House, slug: str, email: str, until: float) -> int:
    """Publish a release; the web server is killed while it does, until it is done."""
    path, kills = f"/cohorts/{slug}/plan/s5/change?act=cancel", 0
    while published() < 2 and time.monotonic() < until:
        house.start("web")
        house.wait_for_web(until)
        somebody = Browser(house.port)
        somebody.submit(somebody.get("/login"), "form.form", "/login", email=email, password=PASSWORD)
        page = somebody.get(path)
        killer = None
        if kills < 2:
            killer = threading.Timer(0.05 + 0.15 * kills, house.kill, ["web"])
            killer.start()
            kills += 1
        with suppress(OSError):
            somebody.submit(page, "form#publish", path, note="A board meeting.", announced="y")
        if killer is not None:
            killer.join(20)
        house.kill("web")
    assert published() == 2
    return kills


def _drain_between_kills(house: House, box: Mailbox, until: float) -> int:
    """Let the worker deliver; it is killed again and again when a few more have gone."""
    kills = 0
    while waiting() and time.monotonic() < until:
        house.start("worker")
        before = len(box.got)
        while waiting() and time.monotonic() < until:
            if kills < KILLS and len(box.got) >= before + 9:
                break
            time.sleep(0.02)
        if waiting():
            house.kill("worker")
            kills += 1
            hurried()
    assert waiting() == 0
    return kills


def _nothing_lost_nothing_doubled(box: Mailbox) -> None:
    db.session.rollback()
    notices = Counter(
        db.session.scalars(sa.select(Notice.person_id).where(Notice.kind == NoticeKind.SCHEDULE))
    )
    learners = set(db.session.scalars(sa.text("SELECT person_id FROM place")))
    assert learners <= set(notices)
    assert set(notices.values()) == {1}
    mails = db.session.execute(
        sa.select(
            MailMessage.person_id, MailMessage.state, MailMessage.public_id, MailMessage.to_address
        ).where(MailMessage.kind == OF_RELEASES)
    ).all()
    assert Counter(row.person_id for row in mails) == notices
    assert {row.state for row in mails} == {MailState.SENT}
    delivered = Counter(
        db.session.scalars(
            sa.select(Delivery.person_id)
            .join(MailMessage, MailMessage.id == Delivery.mail_id)
            .where(Delivery.channel == By.MAIL, MailMessage.kind == OF_RELEASES)
        )
    )
    assert delivered == notices
    ids: dict[str, set[str]] = {}
    for address, message_id in box.got:
        ids.setdefault(address, set()).add(message_id)
    assert {row.to_address for row in mails} <= set(ids), "everybody got one"
    told = {row.to_address for row in mails}
    assert all(len(found) == 1 for address, found in ids.items() if address in told), (
        "and only one: a repeated one carries the same id"
    )
