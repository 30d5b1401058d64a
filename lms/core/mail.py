"""Mail: written as a row in the business transaction, handed to SMTP by the worker.

Without SMTP the message is kept and administrators see it in the mailbox page, so that an installation on a laptop
can be walked end to end.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import re
import smtplib
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import addresses, ids, outbox
from lms.core.db import Model, Pk, PublicId, Text, db, read

_settings: dict[str, str] = {
    "url": "",
    "sender": "Cadre <no-reply@localhost>",
    "base": "",
    "institution": "",
}


BATCH = 400
"""So many messages are written by one statement."""


class MailState(enum.StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    KEPT = "kept"
    """No SMTP is configured: shown in the mailbox page instead."""
    BOUNCED = "bounced"
    """It came back, or was not sent because mail to its address comes back."""


class MailMessage(Model):
    """One message to one person, as it was written."""

    __tablename__ = "mail_message"
    __table_args__ = (sa.Index(None, "created_at", "id"),)

    id: Mapped[Pk]
    public_id: Mapped[PublicId]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    to_name: Mapped[str] = mapped_column(sa.String(200))
    to_address: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(250))
    text: Mapped[Text]
    html: Mapped[Text]
    calendar: Mapped[Text] = mapped_column(default="")
    """An invitation that calendars understand (iMIP); empty: an ordinary mail."""
    calendar_method: Mapped[str] = mapped_column(sa.String(20), default="")
    """What it does: REQUEST or CANCEL."""
    state: Mapped[MailState] = mapped_column(default=MailState.QUEUED)
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    unsubscribe: Mapped[str] = mapped_column(default="")
    """Where one click ends mails of this kind (RFC 8058); empty: they cannot be switched off."""
    thread: Mapped[str] = mapped_column(sa.String(200), default="")
    """What it belongs to with others: mail programs show them together."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message to write."""

    kind: str
    dedupe_key: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str = ""
    person_id: int | None = None
    send_at: dt.datetime | None = None
    unsubscribe: str = ""
    thread: str = ""
    calendar: str = ""
    """An iCalendar message that goes with it (RFC 6047)."""
    calendar_method: str = ""


@dataclass(frozen=True)
class Written:
    """The two bodies of a message."""

    text: str
    html: str


Renderer = Callable[[str, dict[str, Any]], str]


def _no_renderer(_template: str, _context: dict[str, Any]) -> str:
    raise RuntimeError("mail.configure was not called")


_renderer: Renderer = _no_renderer


def configure(url: str, sender: str, base: str, renderer: Renderer, institution: str = "Cadre") -> None:
    """Say where mail goes (an empty address: nowhere), who it is from, our own address, and how bodies are rendered."""
    global _renderer
    _settings.update(url=url, sender=sender, base=base, institution=institution)
    _renderer = renderer


def sender() -> tuple[str, str]:
    """Whom mails are from: name and address."""
    return parseaddr(_settings["sender"])


def link(path: str) -> str:
    """The full address of a path on this site."""
    return _settings["base"] + path


def written(template: str, **context: Any) -> Written:
    """Render `templates/mail/<template>.txt` and `.html`."""
    context = {"link": link, **context}
    return Written(
        text=re.sub(r"\n{3,}", "\n\n", _renderer(f"mail/{template}.txt", context)).strip() + "\n",
        html=_renderer(f"mail/{template}.html", context),
    )


def words(template: str, **context: Any) -> str:
    """Render `templates/mail/<template>.txt` alone: for texts that stand in a mail and elsewhere too."""
    return _renderer(f"mail/{template}.txt", context).strip()


PageLink = Callable[[str, dict[str, Any]], str]
_pages: dict[str, PageLink] = {}


def name_pages_with(path_of: PageLink) -> None:
    """Plug in how an endpoint becomes a path where there is no request."""
    _pages["path_of"] = path_of


def path_to(endpoint: str, **values: Any) -> str:
    """The path of a page on this site, by its endpoint, where there is no request."""
    return _pages["path_of"](endpoint, values)


def link_to(endpoint: str, **values: Any) -> str:
    """The full address of a page, by its endpoint."""
    return link(path_to(endpoint, **values))


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the mail layouts read as `mail`."""

    subject: str
    institution: str
    act_label: str = ""
    act_href: str = ""
    reason: str = ""
    """Why they get this mail."""
    signature: str = ""
    product: str = "Cadre"


def frame(subject: str, **words: str) -> Frame:
    """The frame of a mail: its subject, the one act in it, why it is sent."""
    return Frame(subject=subject, institution=_settings["institution"], **words)


def post(letter: Letter, *, now: dt.datetime) -> None:
    """Write a message in the present unit of work; the same dedupe key is written once."""
    known = sa.select(outbox.OutboxRow.id).where(outbox.OutboxRow.dedupe_key == f"mail:{letter.dedupe_key}")
    if db.session.scalar(known) is not None:
        return
    done = outbox.sealed.get()
    row = MailMessage(
        person_id=letter.person_id,
        kind=letter.kind,
        to_name=letter.to_name,
        to_address=letter.to_address,
        subject=" ".join(letter.subject.split()),
        text=letter.text,
        html=letter.html,
        calendar=letter.calendar,
        calendar_method=letter.calendar_method,
        state=MailState.SENT if done else MailState.QUEUED,
        created_at=now,
        sent_at=now if done else None,
        unsubscribe=letter.unsubscribe,
        thread=letter.thread,
    )
    db.session.add(row)
    db.session.flush()
    outbox.enqueue(
        outbox.Effect(
            kind="mail",
            dedupe_key=f"mail:{letter.dedupe_key}",
            payload={"mail_id": row.id},
            run_at=letter.send_at,
        ),
        now=now,
    )


def post_many(letters: Sequence[Letter], *, now: dt.datetime) -> dict[str, int]:
    """Write many messages in the present unit of work; returns the ids of those that are new, by dedupe key.

    The same number of statements for each few hundred; the same dedupe key is written once.
    """
    written: dict[str, int] = {}
    unique = list({letter.dedupe_key: letter for letter in letters}.values())
    for start in range(0, len(unique), BATCH):
        written |= _post_batch(unique[start : start + BATCH], now)
    return written


_KEPT = sa.insert(cast("sa.Table", MailMessage.__table__)).returning(MailMessage.public_id, MailMessage.id)


_QUEUED = sa.select(outbox.OutboxRow.dedupe_key).where(
    outbox.OutboxRow.dedupe_key.in_(sa.bindparam("keys", type_=sa.String, expanding=True))
)


def _post_batch(letters: Sequence[Letter], now: dt.datetime) -> dict[str, int]:
    known = set(read(_QUEUED, {"keys": [f"mail:{letter.dedupe_key}" for letter in letters]}).scalars())
    new = [letter for letter in letters if f"mail:{letter.dedupe_key}" not in known]
    if not new:
        return {}
    done = outbox.sealed.get()
    rows = [
        {
            "public_id": ids.public_id(),
            "person_id": letter.person_id,
            "kind": letter.kind,
            "to_name": letter.to_name,
            "to_address": letter.to_address,
            "subject": " ".join(letter.subject.split())[:250],
            "text": letter.text,
            "html": letter.html,
            "calendar": letter.calendar,
            "calendar_method": letter.calendar_method,
            "state": MailState.SENT if done else MailState.QUEUED,
            "created_at": now,
            "sent_at": now if done else None,
            "unsubscribe": letter.unsubscribe,
            "thread": letter.thread,
        }
        for letter in new
    ]
    db.session.flush()
    found = db.session.connection().execute(_KEPT, rows)
    ids_of = {row.public_id: row.id for row in found}
    outbox.enqueue_all(
        [
            outbox.Effect(
                kind="mail",
                dedupe_key=f"mail:{letter.dedupe_key}",
                payload={"mail_id": ids_of[str(row["public_id"])]},
                run_at=letter.send_at,
            )
            for letter, row in zip(new, rows, strict=True)
        ],
        now=now,
    )
    return {letter.dedupe_key: ids_of[str(row["public_id"])] for letter, row in zip(new, rows, strict=True)}


@dataclass(frozen=True)
class Posting:
    """A message on its way to SMTP; without one it is kept, and to a dead address it is not sent."""

    mail_id: int
    state: MailState
    message: EmailMessage | None = None

    def send(self) -> None:
        """Hand it over."""
        if self.message is not None:
            _hand_over(self.message)

    def note(self, now: dt.datetime) -> None:
        """Write down that it went."""
        db.session.execute(
            sa.update(MailMessage)
            .where(MailMessage.id == self.mail_id, MailMessage.state == MailState.QUEUED)
            .values(state=self.state, sent_at=now)
        )


@outbox.calls("mail")
def deliver(payload: dict[str, Any], _now: dt.datetime) -> Posting | None:
    """Prepare one message for SMTP, or keep it where there is none."""
    row = db.session.get(MailMessage, payload["mail_id"])
    if row is None or row.state is not MailState.QUEUED:
        return None
    if addresses.dead([row.to_address]):
        return Posting(row.id, MailState.BOUNCED)
    if not _settings["url"]:
        return Posting(row.id, MailState.KEPT)
    return Posting(row.id, MailState.SENT, _compose(row))


def _compose(row: MailMessage) -> EmailMessage:
    message = EmailMessage()
    message["From"] = _settings["sender"]
    message["To"] = f'"{row.to_name.replace(chr(34), "")}" <{row.to_address}>'
    message["Subject"] = row.subject
    message["Date"] = format_datetime(row.created_at)
    domain = parseaddr(_settings["sender"])[1].rpartition("@")[2]
    message["Message-ID"] = f"<{row.public_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if row.thread:
        root = f"<thread.{hashlib.sha256(row.thread.encode()).hexdigest()[:24]}@{domain}>"
        message["References"] = message["In-Reply-To"] = root
    if row.unsubscribe:
        message["List-Unsubscribe"] = f"<{row.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(row.text)
    if row.html:
        message.add_alternative(row.html, subtype="html")
    if row.calendar:
        _add_calendar(message, row)
    return message


def _add_calendar(message: EmailMessage, row: MailMessage) -> None:
    """The invitation as an alternative, which calendars act on, and as a file for those that do not (RFC 6047)."""
    message.add_alternative(
        row.calendar, subtype="calendar", params={"method": row.calendar_method}, cte="base64"
    )
    message.add_attachment(
        row.calendar.encode(), maintype="application", subtype="ics", filename="invitation.ics"
    )


def _hand_over(message: EmailMessage) -> None:
    address = urlsplit(_settings["url"])
    tls = ssl.create_default_context()
    if address.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            address.hostname or "", address.port or 465, timeout=20, context=tls
        )
    else:
        connection = smtplib.SMTP(address.hostname or "", address.port or 25, timeout=20)
    with connection:
        connection.ehlo()
        if address.scheme == "smtp" and connection.has_extn("starttls"):
            connection.starttls(context=tls)
        if address.username:
            connection.login(unquote(address.username), unquote(address.password or ""))
        connection.send_message(message)


def recent(limit: int = 100) -> list[MailMessage]:
    """The latest messages, newest first."""
    return list(
        db.session.scalars(
            sa.select(MailMessage).order_by(MailMessage.created_at.desc(), MailMessage.id.desc()).limit(limit)
        )
    )
