"""The conversation about a request: the learner adds, staff ask back, answer, or note something for each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from lms.cohorts import queries as cohorts
from lms.core import events
from lms.core.db import db
from lms.core.errors import RuleViolation
from lms.people.rules import Actor
from lms.requests import queries, rules
from lms.requests.actions.story import Upload, keep_files, refuse_words, taken, tell
from lms.requests.events import RequestSaid
from lms.requests.models import Request, RequestEntry, RequestState
from lms.requests.rules import EntryKind, RequestRefusal

STAFF_ENTRIES = frozenset({EntryKind.ASKED_BACK, EntryKind.ANSWERED, EntryKind.NOTED})
"""What staff may write."""


def add(
    request_id: int, text: str, uploads: Sequence[Upload] = (), *, actor: Actor, now: dt.datetime
) -> RequestEntry:
    """The learner writes more; when they were asked something, the promise runs again."""
    row = taken(request_id)
    _refuse(text, uploads)
    entry = _written(row, EntryKind.SAID, text, uploads, actor=actor, now=now)
    if row.state is RequestState.WAITING and row.waiting_since is not None:
        cohort = cohorts.by_id(row.cohort_id)
        row.promised_at = rules.resumed(
            row.promised_at, row.waiting_since, now, cohort.zone, queries.days_off(cohort, now)
        )
        promise_anew(row, now)
    db.session.flush()
    events.record(
        RequestSaid(request_id=row.id, entry_id=entry.id, by_staff=False, actor_id=actor.person_id, at=now)
    )
    return entry


def write(
    request_id: int,
    kind: EntryKind,
    text: str,
    uploads: Sequence[Upload] = (),
    *,
    actor: Actor,
    now: dt.datetime,
) -> RequestEntry:
    """Staff write: a question back lets the promise rest until it is answered; a note is read by staff alone."""
    if kind not in STAFF_ENTRIES:
        raise ValueError(kind)
    row = taken(request_id)
    _refuse(text, uploads)
    entry = _written(row, kind, text, uploads, actor=actor, now=now)
    if kind is EntryKind.ASKED_BACK and row.state is RequestState.OPEN:
        row.state, row.waiting_since = RequestState.WAITING, now
    db.session.flush()
    if kind is not EntryKind.NOTED:
        events.record(
            RequestSaid(request_id=row.id, entry_id=entry.id, by_staff=True, actor_id=actor.person_id, at=now)
        )
    return entry


def promise_anew(row: Request, now: dt.datetime) -> None:
    """Whoever answers has time again: reminder and escalation begin from here."""
    row.state, row.waiting_since, row.promise_began_at = RequestState.OPEN, None, now
    row.reminded_at = row.escalated_at = None


def _refuse(text: str, uploads: Sequence[Upload]) -> None:
    if not text.strip() and not uploads:
        raise RuleViolation(RequestRefusal.NOTHING_SAID)
    refuse_words(text, needed=False)


def _written(
    row: Request,
    kind: EntryKind,
    text: str,
    uploads: Sequence[Upload],
    *,
    actor: Actor,
    now: dt.datetime,
) -> RequestEntry:
    entry = tell(row, kind, actor=actor, now=now, text=text.strip())
    keep_files(row, entry, uploads, actor=actor, now=now)
    return entry
