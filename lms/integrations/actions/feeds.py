"""A person's calendar address, and what they want in it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection

import sqlalchemy as sa

from lms.core import audit
from lms.core.db import db, insert_ignoring, locked
from lms.integrations import queries, rules
from lms.integrations.actions.invitations import have_looked_at
from lms.integrations.calendar import Part
from lms.integrations.models import CalendarFeed
from lms.people.rules import Actor

HOUR = dt.timedelta(hours=1)


def make_address(*, actor: Actor, now: dt.datetime) -> str:
    """Give somebody a calendar address and return the secret word in it; an earlier one stops at once.

    Only its hash is kept: nobody can be shown it again, they make another.
    """
    row = _row(actor)
    token, replaced = secrets.token_urlsafe(32), row.token_hash is not None
    row.token_hash, row.made_at = queries.feed_hash(token), now
    row.fetched_at, row.client = None, ""
    row.version += 1
    _told("integrations.make_calendar_address", actor, before={"on": replaced}, after={"on": True})
    return token


def switch_off(*, actor: Actor) -> None:
    """End somebody's calendar address: what they chose stays for the next one."""
    row = _row(actor)
    if row.token_hash is None:
        return
    row.token_hash = row.made_at = row.fetched_at = None
    row.client = ""
    row.version += 1
    _told("integrations.switch_off_calendar", actor, before={"on": True}, after={"on": False})


def choose(
    parts: Collection[Part], *, offered: Collection[Part], by_mail: bool, actor: Actor, now: dt.datetime
) -> None:
    """Keep what somebody wants in their calendar, of what they were offered, and whether they are invited by mail.

    Whoever is invited from now on gets the invitations of the next weeks; whoever is not any more has them taken back.
    """
    row = _row(actor)
    before = {"left_out": sorted(row.left_out), "by_mail": row.by_mail}
    kept = {part for part in row.left_out if part not in offered}
    left_out = sorted(kept | {part.value for part in offered if part not in parts})
    after = {"left_out": left_out, "by_mail": by_mail}
    if after == before:
        return
    row.left_out, row.by_mail = left_out, by_mail
    row.version += 1
    if by_mail != before["by_mail"]:
        have_looked_at(actor.person_id, f"choice:{actor.person_id}:{row.version}", now=now)
    _told("integrations.choose_calendar", actor, before=before, after=after)


def note_fetched(person_id: int, client: str, *, now: dt.datetime) -> None:
    """Note that a program fetched somebody's calendar; once an hour is enough."""
    db.session.execute(
        sa.update(CalendarFeed)
        .where(
            CalendarFeed.person_id == person_id,
            sa.or_(CalendarFeed.fetched_at.is_(None), CalendarFeed.fetched_at <= now - HOUR),
        )
        .values(fetched_at=now, client=client[:60])
    )


def _row(actor: Actor) -> CalendarFeed:
    """Their row under lock, made when there is none."""
    new = {
        "person_id": actor.person_id,
        "left_out": list(rules.QUIETLY_LEFT_OUT),
        "by_mail": False,
        "version": 1,
        "client": "",
    }
    insert_ignoring(CalendarFeed.__table__, [new])
    row: CalendarFeed = locked(CalendarFeed, actor.person_id)
    return row


def _told(action: str, actor: Actor, *, before: dict[str, object], after: dict[str, object]) -> None:
    audit.record(
        audit.Entry(
            actor_id=actor.person_id,
            action=action,
            subject="person",
            subject_id=actor.person_id,
            before=before,
            after=after,
        )
    )
