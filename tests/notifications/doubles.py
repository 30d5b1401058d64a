"""Servers on this machine that stand for others, and people with devices and telephones."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec

from lms.core import outbox
from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.models import Delivery, Phone, PushDevice
from lms.notifications.rules import By, NoticeKind, webpush

SECRET = "s" * 40


class Double:
    """Another server on this machine: it keeps what it is sent and answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.body = 201, b"{}"
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                double.got.append((self.path, dict(self.headers), body))
                self.send_response(double.status)
                self.send_header("Content-Length", str(len(double.body)))
                self.end_headers()
                self.wfile.write(double.body)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()


def device_of(who, double, name="Firefox on Android", path="/push/1"):
    """A device whose push service is the double; only tests may have one that speaks plain http."""
    key = ec.generate_private_key(ec.SECP256R1())
    with unit_of_work() as work:
        db.session.add(
            PushDevice(
                person_id=who.id,
                name=name,
                endpoint=f"{double.url}{path}",
                public_key=webpush.encoded(webpush.point(key)),
                secret=webpush.encoded(b"0123456789abcdef"),
                added_at=work.now,
            )
        )
    return key


def phone_of(who, *, texts=True, calls_allowed=True):
    with unit_of_work() as work:
        at = work.now if texts else None
        db.session.add(
            Phone(
                person_id=who.id,
                number="+971501234567",
                calls=calls_allowed,
                texts_asked_at=at,
                confirmed_at=at,
                code_tries=0,
                codes_sent=0,
            )
        )


def told(*people, title="S5 does not take place", urgent=True, cohort=None, key="test:1"):
    message = Message(
        kind=NoticeKind.SCHEDULE, key=key, title=title, text="…", link="/notices", urgent=urgent,
        cohort_id=cohort.id if cohort else None,
    )  # fmt: skip
    with unit_of_work() as work:
        actions.tell_all(queries.people([who.id for who in people]), message, now=work.now)


def drained():
    while outbox.drain():
        pass


def states():
    rows = db.session.execute(sa.select(Delivery.channel, Delivery.state).order_by(Delivery.id))
    return {row.channel: row.state for row in rows if row.channel is not By.MAIL}
