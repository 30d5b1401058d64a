"""Invitations by mail that follow the dates: worked out from what is so and what was last told, never from an event.

So it may run at any time and as often as one likes: what is known already is not told again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from lms.core import mail, outbox
from lms.core.db import db, upsert
from lms.core.mail import Letter
from lms.core.outbox import Effect
from lms.integrations import queries
from lms.integrations.calendar import Attendee, Entry, invitation
from lms.integrations.calendar.objects import method_of
from lms.integrations.models import CalendarFeed, CalendarInvitation
from lms.integrations.queries.invited import Invited
from lms.integrations.rules import Act, next_act

KIND = "calendar.invitation"
DUE = "calendar.invite"
"""The effect that has the worker look."""


def have_cohort_looked_at(cohort_id: int, why: str, *, now: dt.datetime) -> None:
    """Have the worker see whom of a cohort to tell, where anybody is invited at all; the same reason once."""
    if queries.concerned(cohort_id=cohort_id):
        outbox.enqueue(Effect(kind=DUE, dedupe_key=f"{DUE}:{why}", payload={"cohort_id": cohort_id}), now=now)


def have_looked_at(person_id: int, why: str, *, now: dt.datetime) -> None:
    """Have the worker see what one person is to be told."""
    outbox.enqueue(Effect(kind=DUE, dedupe_key=f"{DUE}:{why}", payload={"person_id": person_id}), now=now)


def invite(person_ids: Collection[int], *, now: dt.datetime) -> int:
    """Write to these people what they do not know yet of their live sessions; returns how many mails that is.

    One mail for each session that is new, moved or gone for somebody. Whoever wants no invitations any more gets those
    taken back that lie ahead.
    """
    _take_turns(person_ids)
    ground = queries.ground(person_ids)
    people = {one.person_id: one for one in ground.people}
    letters, told = [], []
    for (person_id, item_id), line in ground.lines.items():
        who = people.get(person_id)
        act = next_act(line.wanted, line.known, now=now) if who else None
        if who is None or act is None:
            continue
        entry = replace(
            ground.entries[item_id],
            sequence=act.sequence,
            starts_at=act.starts_at,
            ends_at=act.ends_at,
            cancelled=act.cancel,
        )
        letters.append(
            letter(
                who,
                entry,
                key=f"{item_id}:{act.sequence}",
                thread=str(item_id),
                first=line.known is None,
                now=now,
            )
        )
        told.append(_row(person_id, item_id, act, now))
    mail.post_many(letters, now=now)
    upsert(CalendarInvitation.__table__, told, keys=("person_id", "item_id"))
    return len(letters)


def _take_turns(person_ids: Collection[int]) -> None:
    """Two workers never work out the same person's at once: the second sees what the first has told."""
    db.session.execute(
        sa.select(CalendarFeed.person_id)
        .where(CalendarFeed.person_id.in_(list(person_ids)))
        .order_by(CalendarFeed.person_id)
        .with_for_update()
    ).all()


def _row(person_id: int, item_id: int, act: Act, now: dt.datetime) -> dict[str, object]:
    return {
        "person_id": person_id,
        "item_id": item_id,
        "sequence": act.sequence,
        "extra": act.extra,
        "cancelled": act.cancel,
        "starts_at": act.starts_at,
        "ends_at": act.ends_at,
        "told_at": now,
    }


def letter(who: Invited, entry: Entry, *, key: str, thread: str, first: bool, now: dt.datetime) -> Letter:
    """The mail that invites somebody, tells them of another time, or takes the invitation back."""
    if entry.cancelled:
        subject = f"Cancelled: {entry.title}"
    else:
        subject = f"{'Invitation' if first else 'Another time'}: {entry.title}"
    frame = mail.frame(
        subject,
        act_label="Open its page",
        act_href=entry.url,
        reason="You asked to be invited to your live sessions by mail. Nobody waits for an answer to this one.",
    )
    body = mail.written(
        "integrations/invitation",
        mail=frame,
        entry=entry,
        first=first,
        zone=who.zone,
        now=now,
        choices_href=mail.link_to("integrations.calendar"),
    )
    organizer = Attendee(*mail.sender())
    return Letter(
        kind=KIND,
        dedupe_key=f"{KIND}:{who.person_id}:{key}",
        to_name=who.name,
        to_address=who.email,
        subject=subject,
        text=body.text,
        html=body.html,
        person_id=who.person_id,
        calendar=invitation(entry, organizer, Attendee(who.name, who.email), at=now),
        calendar_method=method_of(entry),
        thread=f"{KIND}:{thread}",
    )
