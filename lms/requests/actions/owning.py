"""Who answers: taking a request, handing it over with a reason, one or many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.core import errands, events
from lms.core.db import db, locked
from lms.core.errands import Asked, Ended, Errand, GoesOn
from lms.core.errors import RuleViolation
from lms.people.models import Person
from lms.people.rules import Actor
from lms.requests import policy, queries
from lms.requests.actions.story import taken, tell
from lms.requests.events import RequestAssigned
from lms.requests.models import Request
from lms.requests.queries import RequestView
from lms.requests.rules import Candidate, EntryKind, RequestRefusal


def able(view: RequestView, now: dt.datetime) -> list[Candidate]:
    """Who may own a request: those whom its kind names, but neither its learner nor whom it complains of."""
    return [
        one
        for one in queries.candidates(view.cohort_id, view.kind.owners, now)
        if one.person_id not in (view.person_id, view.against_id)
    ]


def take(request_id: int, *, actor: Actor, now: dt.datetime) -> None:
    """Own a request oneself; nothing changes when one does already."""
    row = taken(request_id)
    if row.owner_id == actor.person_id:
        return
    if actor.person_id not in {one.person_id for one in able(queries.by_id(row.id), now)}:
        raise RuleViolation(RequestRefusal.NOT_AN_OWNER, name=actor.name)
    _give(row, actor.person_id, actor.name, EntryKind.TAKEN, "", actor=actor, now=now)


def hand_over(request_id: int, to: str, reason: str, *, actor: Actor, now: dt.datetime) -> str:
    """Give a request to somebody else, with a reason; returns their name."""
    row = taken(request_id)
    found = next((one for one in able(queries.by_id(row.id), now) if one.public_id == to), None)
    if found is None:
        raise RuleViolation(RequestRefusal.NOT_AN_OWNER, name="That person")
    if found.person_id == row.owner_id:
        raise RuleViolation(RequestRefusal.SAME_OWNER, name=found.name)
    if not reason.strip():
        raise RuleViolation(RequestRefusal.HAND_OVER_REASON)
    _give(row, found.person_id, found.name, EntryKind.HANDED_OVER, reason.strip(), actor=actor, now=now)
    return found.name


@dataclass(frozen=True, slots=True)
class Assigned:
    """What handing over many came to."""

    done: int
    left: tuple[tuple[str, str], ...]
    """(title, why not) of those that stayed where they were."""


def assign(ids: Sequence[int], to: str, reason: str, *, actor: Actor, now: dt.datetime) -> Assigned:
    """Give many requests to one person; what cannot go stays, and says why."""
    done, left = 0, []
    for request_id in ids:
        view = queries.by_id(request_id)
        if not policy.can_handle(actor, view):
            left.append((view.title, "it is not yours to hand over"))
            continue
        try:
            hand_over(request_id, to, reason, actor=actor, now=now)
        except RuleViolation as refused:
            if refused.reason is RequestRefusal.HAND_OVER_REASON:
                raise
            left.append((view.title, refused.message))
        else:
            done += 1
    return Assigned(done, tuple(left))


ASSIGNS = "requests.assign"
"""The kind of the errand that gives very many requests to one person."""
MANY = 100
"""So many are handed over at once; more are an errand's."""
STEP = 50
SHOWN = 20
"""So many of those that stay are named in the report."""


def ask_to_assign(
    ids: Sequence[int], to: str, reason: str, *, back: str, actor: Actor, now: dt.datetime
) -> Errand:
    """Have very many requests handed over by the worker. Raises RuleViolation without a reason."""
    if not reason.strip():
        raise RuleViolation(RequestRefusal.HAND_OVER_REASON)
    locked(Person, actor.person_id)
    return errands.ask(
        Asked(
            kind=ASSIGNS,
            key=str(actor.person_id),
            title=f"Handing over {len(ids)} requests",
            owner_id=actor.person_id,
            back=back,
            payload={"ids": list(ids), "to": to, "reason": reason, "at": 0, "done": 0, "left": []},
        ),
        now=now,
    )


def assign_next(payload: dict[str, Any], *, actor: Actor, now: dt.datetime) -> Ended | GoesOn:
    """Hand over the next of very many; at the end, how many went and which stayed."""
    ids, at = payload["ids"], int(payload["at"])
    came = assign(ids[at : at + STEP], payload["to"], payload["reason"], actor=actor, now=now)
    done, left = payload["done"] + came.done, [*payload["left"], *([*pair] for pair in came.left)]
    if at + STEP >= len(ids):
        return Ended(assigned_words(done, left))
    following = {**payload, "at": at + STEP, "done": done, "left": left}
    return GoesOn(following, f"Handed over {done:,} of {len(ids):,} requests", at + STEP, len(ids))


def assigned_words(done: int, left: Sequence[Sequence[str]]) -> str:
    """The report: how many were handed over, and which stay where they were, and why."""
    words = "1 request was handed over." if done == 1 else f"{done:,} requests were handed over."
    if left:
        named = " ".join(f"“{title}”: {why}" for title, why in left[:SHOWN])
        more = f" And {len(left) - SHOWN:,} more." if len(left) > SHOWN else ""
        stay = "1 stays where it was." if len(left) == 1 else f"{len(left):,} stay where they were."
        words += f" {stay} {named}{more}"
    return words


def _give(
    row: Request,
    owner_id: int,
    name: str,
    kind: EntryKind,
    reason: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    before, row.owner_id = row.owner_id, owner_id
    db.session.flush()
    tell(row, kind, actor=actor, now=now, text=reason, details={"owner": name})
    events.record(
        RequestAssigned(
            request_id=row.id,
            owner_id=owner_id,
            before_id=before,
            actor_id=actor.person_id,
            reason=reason,
            at=now,
        )
    )
