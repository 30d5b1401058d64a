"""Adding to a request's history, and telling the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from lms.core import audit, files, markdown
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.models import Person
from lms.people.rules import Actor
from lms.requests import rules
from lms.requests.models import Request, RequestEntry, RequestFile
from lms.requests.ports import Fact
from lms.requests.rules import EntryKind, RequestRefusal

LIMITS = files.Limits(types=("pdf", "png", "jpg", "docx", "xlsx", "csv", "txt"), megabytes=10)
"""What may come with a request."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody brings."""

    name: str
    stream: IO[bytes]


def taken(request_id: int) -> Request:
    """The request under lock; RuleViolation when it is decided or withdrawn."""
    row: Request | None = locked(Request, request_id)
    if row is None:
        raise NotFound
    refusal = rules.why_not_act(row.state)
    if refusal:
        over(row)
    return row


def over(row: Request) -> None:
    """Say that nothing more is done with it, and who decided."""
    who = db.session.get(Person, row.decided_by_id) if row.decided_by_id else None
    words = {
        "granted": "granted",
        "partly": "granted in part",
        "refused": "refused",
        "withdrawn": "withdrawn",
    }
    raise RuleViolation(
        RequestRefusal.OVER,
        state=words.get(row.state.value, row.state.value),
        by=f" by {who.name}" if who else "",
    )


def tell(
    row: Request,
    kind: EntryKind,
    *,
    actor: Actor | None,
    now: dt.datetime,
    text: str = "",
    details: dict[str, Any] | None = None,
) -> RequestEntry:
    """Add one entry to a request's history, and the same to the audit log."""
    entry = RequestEntry(
        request_id=row.id,
        kind=kind,
        by_id=actor.person_id if actor else None,
        text=text,
        html=markdown.render(text, heading_from=4) if text else "",
        details=details or {},
        at=now,
    )
    db.session.add(entry)
    db.session.flush()
    audit.record(
        audit.Entry(
            actor_id=actor.person_id if actor else None,
            action=f"requests.{kind.value.replace(' ', '_')}",
            subject="request",
            subject_id=row.id,
            cohort_id=row.cohort_id,
            after={"kind": row.kind, "state": row.state.value, **(details or {})},
        )
    )
    return entry


def keep_files(
    row: Request, entry: RequestEntry, uploads: Iterable[Upload], *, actor: Actor, now: dt.datetime
) -> None:
    """Keep what came with an entry. Raises RuleViolation for what is not taken; then nothing is."""
    given = list(uploads)
    if len(given) > rules.MOST_FILES:
        raise RuleViolation(RequestRefusal.TOO_MANY_FILES, most=rules.MOST_FILES)
    for each in given:
        stored = files.keep(
            each.stream, each.name, limits=LIMITS, owner_id=actor.person_id, purpose="request", now=now
        )
        db.session.add(RequestFile(request_id=row.id, entry_id=entry.id, file_id=stored.id))
    db.session.flush()


def documents(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """Facts as they are kept."""
    return [
        {"label": one.label, "value": one.value, **({"at": one.at.isoformat()} if one.at else {})}
        for one in facts
    ]


def refuse_words(text: str, *, needed: bool) -> None:
    """Raise RuleViolation when a text cannot stand."""
    refusal = rules.why_not_words(text, needed=needed)
    if refusal:
        raise RuleViolation(refusal, most=f"{rules.LONGEST:,}", count=f"{len(text):,}")
