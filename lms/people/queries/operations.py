"""What runs underneath: the audit log, mails that were kept, effects that wait."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core import paging
from lms.core.audit import AuditEntry
from lms.core.db import db
from lms.core.errors import NotFound
from lms.core.mail import MailMessage, MailState
from lms.core.outbox import OutboxRow, OutboxState
from lms.people import policy
from lms.people.models import Person
from lms.people.rules import Actor, sort_name


@dataclass(frozen=True)
class AuditFilter:
    """What of the log is shown."""

    action: str = ""
    who: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class AuditLine:
    """One row of the log, in words."""

    id: int
    at: dt.datetime
    actor: str
    action: str
    words: str
    """The action as one would say it: “Grant”, “Change profile”."""
    subject: str
    changes: tuple[str, ...]
    reason: str
    hash: str


_About = aliased(Person)
_LINES = (
    sa.select(AuditEntry, Person.name, _About.name)
    .outerjoin(Person, Person.id == AuditEntry.actor_id)
    .outerjoin(_About, sa.and_(AuditEntry.subject == "person", _About.id == AuditEntry.subject_id))
    .order_by(AuditEntry.id.desc())
)


def audit_page(wanted: AuditFilter, cursor: str | None) -> paging.Page[AuditLine]:
    """The log, newest first."""
    statement = _LINES.limit(paging.SIZE + 1)
    if wanted.action:
        statement = statement.where(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if wanted.who:
        statement = statement.where(Person.sort_name.contains(sort_name(wanted.who), autoescape=True))
    if wanted.since:
        statement = statement.where(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until:
        statement = statement.where(AuditEntry.at < _midnight(wanted.until + dt.timedelta(days=1)))
    before = paging.read_cursor(cursor)
    if before and isinstance(before[0], int) and 0 < before[0] < 2**62:
        statement = statement.where(AuditEntry.id < before[0])
    lines = [_line(*row) for row in db.session.execute(statement)]
    return paging.page(lines, lambda line: (line.id,))


def audit_of_person(person_id: int, limit: int = 20) -> list[AuditLine]:
    """What was done to a person, newest first."""
    statement = _LINES.where(AuditEntry.subject == "person", AuditEntry.subject_id == person_id).limit(limit)
    return [_line(*row) for row in db.session.execute(statement)]


def actions_known() -> list[str]:
    """The domains that stand in the log, for the filter."""
    names = db.session.scalars(sa.select(AuditEntry.action).distinct().order_by(AuditEntry.action))
    return list(names)


def _midnight(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(), dt.UTC)


def _line(entry: AuditEntry, name: str | None, about: str | None) -> AuditLine:
    return AuditLine(
        id=entry.id,
        at=entry.at,
        actor=name or "the system",
        action=entry.action,
        words=entry.action.rpartition(".")[2].replace("_", " ").capitalize(),
        subject=" ".join(filter(None, (entry.subject.replace("_", " "), str(entry.subject_id or ""), about))),
        changes=_changes(entry.before, entry.after),
        reason=entry.reason,
        hash=entry.hash[:12],
    )


def _changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """“name: Ana → Anna”, “role: director”, “no longer role: director”."""
    lines = []
    for field in dict.fromkeys((*before, *after)):
        old, new = before.get(field), after.get(field)
        word = field.replace("_", " ")
        if field in before and field in after:
            lines.append(f"{word}: {_short(old)} → {_short(new)}")
        elif field in after:
            lines.append(f"{word}: {_short(new)}")
        else:
            lines.append(f"no longer {word}: {_short(old)}")
    return tuple(lines)


_INSTANT = re.compile(r"\b(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?\+00:00")


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "", [], {}) else str(value)
    text = _INSTANT.sub(r"\1 \2 UTC", text)
    return text if len(text) <= 160 else f"{text[:159]}…"


@dataclass(frozen=True)
class MailRow:
    """A mail that was kept."""

    public_id: str
    to_name: str
    to_address: str
    subject: str
    kind: str
    created_at: dt.datetime


@dataclass(frozen=True)
class KeptMail:
    """A mail that was kept, with its bodies."""

    row: MailRow
    text: str
    html: str


_MAIL = (
    MailMessage.public_id,
    MailMessage.to_name,
    MailMessage.to_address,
    MailMessage.subject,
    MailMessage.kind,
    MailMessage.created_at,
)


def kept_mails(cursor: str | None) -> paging.Page[MailRow]:
    """The mails that were kept because there is no SMTP, newest first."""
    statement = (
        sa.select(MailMessage.id, *_MAIL)
        .where(MailMessage.state == MailState.KEPT)
        .order_by(MailMessage.id.desc())
        .limit(paging.SIZE + 1)
    )
    before = paging.read_cursor(cursor)
    if before and isinstance(before[0], int) and 0 < before[0] < 2**62:
        statement = statement.where(MailMessage.id < before[0])
    found = [(row[0], MailRow(*row[1:])) for row in db.session.execute(statement)]
    page = paging.page(found, lambda entry: (entry[0],))
    return paging.Page(tuple(row for _id, row in page.rows), page.next_cursor)


def kept_mail(actor: Actor, public_id: str) -> KeptMail:
    """One kept mail; those that went out are nobody's to read."""
    if not policy.can_run_operations(actor):
        raise NotFound
    row = db.session.execute(
        sa.select(*_MAIL, MailMessage.text, MailMessage.html).where(
            MailMessage.public_id == public_id, MailMessage.state == MailState.KEPT
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return KeptMail(MailRow(*row[:6]), row.text, row.html)


@dataclass(frozen=True)
class OutboxLine:
    """An effect that waits, or waits for a person."""

    key: str
    """What the URL shows: the row's dedupe key is unique and says what it is."""
    kind: str
    state: OutboxState
    attempts: int
    created_at: dt.datetime
    run_at: dt.datetime
    error: str
    trace: str


def outbox_lines(*states: OutboxState, limit: int = 50) -> list[OutboxLine]:
    """Effects in these states: the dead newest first, others in the order in which they run."""
    dead = OutboxState.DEAD in states
    order = (OutboxRow.id.desc(),) if dead else (OutboxRow.run_at, OutboxRow.id)
    rows = db.session.scalars(
        sa.select(OutboxRow).where(OutboxRow.state.in_(states)).order_by(*order).limit(limit)
    )
    return [
        OutboxLine(
            key=row.dedupe_key,
            kind=row.kind,
            state=row.state,
            attempts=row.attempts,
            created_at=row.created_at,
            run_at=row.run_at,
            error=_last_line(row.last_error),
            trace=row.last_error,
        )
        for row in rows
    ]


def _last_line(error: str) -> str:
    lines = error.strip().splitlines()
    return lines[-1] if lines else ""
