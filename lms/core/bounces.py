"""Mail that came back: delivery status reports (RFC 3464), read as the mail server hands them over."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

import sqlalchemy as sa

from lms.core import addresses
from lms.core.db import db
from lms.core.mail import MailMessage, MailState

LARGEST = 5_000_000
"""Bytes of a report that are read."""
_ID = re.compile(r"<([A-Za-z0-9_-]{6,40})@")


@dataclass(frozen=True)
class Bounce:
    """What a report says of one recipient."""

    address: str
    hard: bool
    status: str
    why: str
    letter: str = ""
    """The public id of our message that it is about; empty: the report does not say."""


def read(report: bytes) -> list[Bounce]:
    """The recipients of a delivery status report to whom a message did not get; anything else has none.

    Only `failed` is hard, and only with a status of class 5; `delayed` and class 4 are soft.
    """
    message = email.message_from_bytes(report[:LARGEST], policy=email.policy.compat32)
    letter = _letter(message)
    found = []
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for fields in _recipients(part):
            bounce = _bounce(fields, letter)
            if bounce is not None:
                found.append(bounce)
    return found


def _recipients(part: Message) -> Iterator[Message]:
    """The blocks of fields of a report, each about one recipient; the first block is about the message."""
    blocks = part.get_payload()
    if isinstance(blocks, list):
        yield from (block for block in blocks if isinstance(block, Message))


def _bounce(fields: Message, letter: str) -> Bounce | None:
    recipient = str(fields.get("Original-Recipient") or fields.get("Final-Recipient") or "")
    address = recipient.partition(";")[2].strip().strip("<>").lower()
    action = str(fields.get("Action", "")).strip().lower()
    status = str(fields.get("Status", "")).strip().partition(" ")[0]
    if not address or action not in ("failed", "delayed"):
        return None
    why = str(fields.get("Diagnostic-Code", "")).partition(";")[2].strip()
    hard = action == "failed" and not status.startswith("4")
    return Bounce(address, hard, status, why, letter)


def _letter(message: Message) -> str:
    """The id of our message, from what the report returns of it."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            returned = inner[0] if isinstance(inner, list) and inner else None
            text = str(returned.get("Message-ID", "")) if isinstance(returned, Message) else ""
        elif kind == "text/rfc822-headers":
            headers = email.message_from_string(str(part.get_payload()))
            text = str(headers.get("Message-ID", ""))
        else:
            continue
        if found := _ID.search(text):
            return found[1]
    return ""


def note(bounces: list[Bounce], *, now: dt.datetime) -> int:
    """Write down what came back; returns how many of our messages that were.

    A report that names a message of ours counts for the address which that message went to. One that names none counts
    only where we have written to the address: nobody can have our mail ended for others.
    """
    counted = 0
    for bounce in bounces:
        sent = _message(bounce)
        if sent is None:
            continue
        counted += 1
        if bounce.hard:
            sent.state = MailState.BOUNCED
        addresses.came_back(sent.to_address, hard=bounce.hard, status=bounce.status, why=bounce.why, now=now)
    db.session.flush()
    return counted


def _message(bounce: Bounce) -> MailMessage | None:
    if bounce.letter:
        return db.session.scalar(sa.select(MailMessage).where(MailMessage.public_id == bounce.letter))
    return db.session.scalar(
        sa.select(MailMessage)
        .where(sa.func.lower(MailMessage.to_address) == bounce.address, MailMessage.state == MailState.SENT)
        .order_by(MailMessage.id.desc())
        .limit(1)
    )
