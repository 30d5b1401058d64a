"""Requests: their owners hear what comes, learners what becomes of it; of promises that run out more than one hears."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa

from lms.core import events, mail
from lms.core.db import db
from lms.notifications import actions, queries, rules
from lms.notifications.actions import Message
from lms.notifications.models import Delivery
from lms.notifications.rules import By, DeliveryState, NoticeKind
from lms.people.models import Person
from lms.people.rules import Role
from lms.requests import queries as requests
from lms.requests.events import (
    PromiseNear,
    RequestAsked,
    RequestAssigned,
    RequestDecided,
    RequestReopened,
    RequestSaid,
    RequestWithdrawn,
)
from lms.requests.models import RequestEntry
from lms.requests.queries import RequestView
from lms.requests.rules import RequestState

QUOTED = 600
"""So much of what somebody wrote stands in a notice; the page has all of it."""
ABOVE = frozenset({Role.COORDINATOR, Role.DIRECTOR})
DECIDED = {RequestState.GRANTED: "granted", RequestState.PARTLY: "partly", RequestState.REFUSED: "refused"}


def _tell(
    view: RequestView,
    person_ids: Collection[int | None],
    *,
    key: str,
    title: str,
    at: dt.datetime,
    by_mail: bool = True,
    **facts: object,
) -> None:
    """Tell some people the same about a request, each in their zone."""
    people = queries.people([one for one in person_ids if one is not None])
    messages = {
        zone: Message(
            kind=NoticeKind.REQUEST,
            key=f"request:{view.id}:{key}",
            title=title,
            text=mail.words(
                "notifications/_request",
                request=view,
                **{"quote": "", "by": "", "done": (), "what": key.partition(":")[0], **facts},
                zone=zone,
                now=at,
            ),
            link=queries.path("requests.one", view.cohort.slug, public_id=view.public_id),
            cohort_id=view.cohort.id,
            act="Open the request",
            by_mail=by_mail,
        )
        for zone in {who.zone for who in people}
    }
    actions.tell([(who, messages[who.zone]) for who in people], now=at)


def _written(entry_id: int | None) -> tuple[str, str, int]:
    """What an entry says, who wrote it, and its id; without an id nothing."""
    row = db.session.execute(
        sa.select(RequestEntry.id, RequestEntry.text, sa.func.coalesce(Person.name, ""))
        .outerjoin(Person, Person.id == RequestEntry.by_id)
        .where(RequestEntry.id == entry_id)
    ).one()
    return rules.cut(row[1], QUOTED), row[2], row[0]


def _first(request_id: int) -> int | None:
    return db.session.scalar(
        sa.select(sa.func.min(RequestEntry.id)).where(RequestEntry.request_id == request_id)
    )


def _name(person_id: int) -> str:
    return db.session.get_one(Person, person_id).name


@events.on(RequestAsked)
def request_asked(event: RequestAsked) -> None:
    """Tell whoever owns it."""
    view = requests.by_id(event.request_id)
    quote, by, _id = _written(_first(view.id))
    _tell(
        view,
        [view.owner_id],
        key="asked",
        title=f"{view.person}: {view.title}",
        at=event.at,
        quote=quote,
        by=by,
    )


@events.on(RequestSaid)
def request_said(event: RequestSaid) -> None:
    """Tell the other side."""
    view = requests.by_id(event.request_id)
    quote, by, entry = _written(event.entry_id)
    if event.by_staff:
        asked = view.state is RequestState.WAITING
        title = f"{by} {'asks you something' if asked else 'wrote to you'} about “{view.title}”"
        _tell(view, [view.person_id], key=f"said:{entry}", title=title, at=event.at, quote=quote, by=by)
    else:
        title = f"{view.person} added to “{view.title}”"
        _tell(view, [view.owner_id], key=f"said:{entry}", title=title, at=event.at, quote=quote, by=by)


@events.on(RequestAssigned)
def request_assigned(event: RequestAssigned) -> None:
    """Tell the new owner, with the reason; the learner finds in the app who answers now."""
    view = requests.by_id(event.request_id)
    by, stamp = _name(event.actor_id), event.at.isoformat()
    if event.owner_id != event.actor_id:
        _tell(
            view,
            [event.owner_id],
            key=f"yours:{stamp}",
            title=f"{view.person}: {view.title}",
            at=event.at,
            quote=rules.cut(event.reason, QUOTED),
            by=by,
        )
    _tell(
        view,
        [view.person_id],
        key=f"owner:{stamp}",
        title=f"{view.owner} answers “{view.title}” now",
        at=event.at,
        by_mail=False,
    )


@events.on(RequestDecided)
def request_decided(event: RequestDecided) -> None:
    """Tell the learner, with the reason; in the app alone where what was done is mailed to them by itself.

    What somebody switched off, or is not nudged about on leave, is no reason to hear nothing of a decision.
    """
    view = requests.by_id(event.request_id)
    quote, by, entry = _written(event.entry_id)
    words = getattr(view.kind.outcomes, DECIDED.get(view.state, "granted")) or "Granted in part"
    _tell(
        view,
        [view.person_id],
        key=f"decided:{entry}",
        title=f"{words}: {view.title}",
        at=event.at,
        by_mail=not (event.told and _mailed(view.person_id, event.at)),
        quote=quote,
        by=by,
        done=requests.done_of(entry),
    )


def _mailed(person_id: int, at: dt.datetime) -> bool:
    """Whether what was done in this very act is mailed to somebody, or stands in their digest."""
    found = db.session.scalar(
        sa.select(Delivery.id)
        .where(
            Delivery.person_id == person_id,
            Delivery.channel.in_([By.MAIL, By.DIGEST]),
            Delivery.state != DeliveryState.BOUNCED,
            Delivery.at == at,
        )
        .limit(1)
    )
    return found is not None


@events.on(RequestWithdrawn)
def request_withdrawn(event: RequestWithdrawn) -> None:
    """Tell whoever owned it that nothing waits any more."""
    view = requests.by_id(event.request_id)
    _tell(
        view,
        [view.owner_id],
        key="withdrawn",
        title=f"{view.person} took “{view.title}” back",
        at=event.at,
        by_mail=False,
    )


@events.on(RequestReopened)
def request_reopened(event: RequestReopened) -> None:
    """Tell both sides that it is looked at again."""
    view = requests.by_id(event.request_id)
    whom = [view.person_id, *([view.owner_id] if view.owner_id != event.actor_id else [])]
    _tell(
        view,
        whom,
        key=f"reopened:{event.at.isoformat()}",
        title=f"“{view.title}” is open again",
        at=event.at,
        quote=rules.cut(event.reason, QUOTED),
        by=_name(event.actor_id),
    )


@events.on(PromiseNear)
def promise_near(event: PromiseNear) -> None:
    """Remind the owner; once the time has passed, tell everybody who runs the cohort, but whom it is about."""
    view = requests.by_id(event.request_id)
    stamp = view.promised_at.isoformat()
    if not event.passed:
        title = f"Your answer to {view.person} is due: {view.title}"
        _tell(view, [view.owner_id], key=f"near:{stamp}", title=title, at=event.at)
        return
    above = {
        one.person_id
        for one in requests.candidates(view.cohort.id, ABOVE, event.at)
        if one.person_id not in (view.against_id, view.person_id)
    }
    if view.owner_id is not None:
        above.add(view.owner_id)
    title = f"The promise to {view.person} has passed: {view.title}"
    _tell(view, sorted(above), key=f"passed:{stamp}", title=title, at=event.at)
