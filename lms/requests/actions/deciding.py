"""Deciding: with a reason, and, where the kind knows how, doing what was asked for in the same unit of work."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from lms.core import events
from lms.core.db import db, locked
from lms.core.errors import NotFound, RuleViolation
from lms.people.rules import Actor
from lms.requests import queries, rules
from lms.requests.actions.story import documents, over, taken, tell
from lms.requests.actions.talking import promise_anew
from lms.requests.events import RequestDecided, RequestReopened
from lms.requests.models import Request, RequestEntry, RequestState
from lms.requests.ports import Deciding, Done, Kind, Wanted
from lms.requests.rules import GRANTING, EntryKind, RequestRefusal


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided."""

    outcome: RequestState | None
    reason: str
    given: Wanted = field(default_factory=Wanted)
    seen: int | None = None
    """Id of the latest entry that was on the page; None: not asked."""


def possible(kind: Kind) -> tuple[RequestState, ...]:
    """How a request of a kind may be decided."""
    words = kind.outcomes
    found = (
        (RequestState.GRANTED, words.granted),
        (RequestState.PARTLY, words.partly),
        (RequestState.REFUSED, words.refused),
    )
    return tuple(state for state, word in found if word)


def decide(request_id: int, decision: Decision, *, actor: Actor, now: dt.datetime) -> RequestEntry:
    """Decide a request. Raises RuleViolation when it was decided already, has news, or cannot be done."""
    row = taken(request_id)
    view = queries.by_id(row.id)
    refusal = rules.why_not_decide(
        row.state, decision.outcome, possible=possible(view.kind), reason=decision.reason
    )
    if refusal or decision.outcome is None:
        raise RuleViolation(refusal or RequestRefusal.NO_OUTCOME)
    if decision.seen is not None and decision.seen != queries.latest_entry(row.id):
        raise RuleViolation(RequestRefusal.NEWS)
    done = Done()
    if decision.outcome in GRANTING and view.kind.grant:
        deciding = Deciding(
            cohort_id=row.cohort_id,
            place_id=row.place_id,
            person_id=view.person_id,
            about=row.about,
            wanted=view.wanted,
            given=decision.given,
            reason=decision.reason.strip(),
        )
        done = view.kind.grant(deciding, actor, now)
    row.state = RequestState.PARTLY if done.partly else decision.outcome
    row.decided_at, row.decided_by_id, row.waiting_since = now, actor.person_id, None
    db.session.flush()
    entry = tell(
        row,
        EntryKind.DECIDED,
        actor=actor,
        now=now,
        text=decision.reason.strip(),
        details={"state": row.state.value, "facts": documents(done.facts)},
    )
    events.record(
        RequestDecided(request_id=row.id, entry_id=entry.id, told=done.told, actor_id=actor.person_id, at=now)
    )
    return entry


def reopen(request_id: int, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    """Open a decided request again. What the decision did stays; the domain that did it takes it back."""
    row: Request | None = locked(Request, request_id)
    if row is None:
        raise NotFound
    refusal = rules.why_not_reopen(row.state, reason)
    if refusal is RequestRefusal.NOT_DECIDED and row.state is RequestState.WITHDRAWN:
        over(row)
    if refusal:
        raise RuleViolation(refusal)
    view = queries.by_id(row.id)
    row.promised_at = queries.promise(view.cohort, view.kind, now)
    row.decided_at = row.decided_by_id = None
    promise_anew(row, now)
    db.session.flush()
    tell(row, EntryKind.REOPENED, actor=actor, now=now, text=reason.strip())
    events.record(RequestReopened(request_id=row.id, actor_id=actor.person_id, reason=reason.strip(), at=now))
