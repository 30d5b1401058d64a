"""What could not wait and whom it has not reached, telephones for such hours, and how the learner likes to be told."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from lms.community import actions as community
from lms.community import queries as community_queries
from lms.community.actions import Drafting
from lms.community.models import Announcement
from lms.community.rules import Audience, AudienceKind, Stands
from lms.core.db import db
from lms.demo.world import Year, at
from lms.notifications import actions as notifications
from lms.notifications import queries
from lms.notifications.actions import NumberWanted, Wanted
from lms.notifications.models import CallOutcome, Notice, Telling
from lms.notifications.queries import Told
from lms.notifications.rules import CALL_AFTER, Channel, Every, How, NoticeKind, Quiet, Rhythm

NOT_REACHED = 4
"""So many have not opened what could not wait."""


def habits(year: Year) -> None:
    """The first learner reads what can wait in the morning, and keeps the night; some gave a number."""
    first = year.seats[0]
    since = year.now - dt.timedelta(days=20)
    waits = (NoticeKind.DISCUSSION, NoticeKind.TEAM, NoticeKind.SESSION, NoticeKind.MARK)
    with at(since):
        notifications.choose(
            Wanted(
                choices={(kind, Channel.MAIL): How.DIGEST for kind in waits},
                rhythm=Rhythm(Every.DAY, hour=7),
                quiet=Quiet(22, 6),
            ),
            actor=first.actor,
            now=since,
        )
        for number, seat in enumerate(year.seats[::3]):
            wanted = NumberWanted(number=f"+9198765{43000 + number}", calls=True, texts=False)
            notifications.give_number(wanted, actor=seat.actor, now=since)


def a_round_that_closed(year: Year) -> None:
    """The last round of a simulation that has closed: all were told two hours before, some have not opened it."""
    ended = [
        year.items[line.key]
        for line in year.outline.activities.values()
        if line.kind.value == "simulation" and year.items[line.key].ends_at < year.now
    ]
    if not ended:
        return
    last = max(ended, key=lambda item: item.ends_at)
    when = last.ends_at - dt.timedelta(minutes=100)
    with at(when):
        notifications.tell_of_rounds_that_close(now=when)
    telling = db.session.scalars(
        sa.select(Telling.public_id).where(
            Telling.key.startswith(queries.event_key(year.cohort.id, f"closing:{last.id}:"), autoescape=True)
        )
    ).first()
    if telling is None:
        return
    told = queries.people_told(queries.told_in(year.cohort, telling))
    asleep = told.people[-NOT_REACHED:]
    _opened(told, {line.person_id for line in asleep}, when + dt.timedelta(minutes=9))
    _called(year, told, asleep[0].person_id, when + CALL_AFTER + dt.timedelta(minutes=4))


def _opened(told: Told, but: set[int], when: dt.datetime) -> None:
    """Everybody else opens it."""
    mine = Notice.telling_id == told.telling.id
    with at(when):
        db.session.execute(sa.update(Notice).where(mine, Notice.person_id.not_in(but)).values(read_at=when))


def _called(year: Year, told: Told, person_id: int, when: dt.datetime) -> None:
    """The coordinators hear of it, and call the first."""
    with at(when):
        notifications.tell_of_call_lists(now=when)
        notifications.note_call(
            told.telling.id,
            person_id,
            CallOutcome.REACHED,
            "On the train; sends it from there.",
            actor=year.staff["coordinator"],
            now=when,
        )


SOON = (
    "Dear {{first name}},\n\nyour next session begins {{next session}}. Please have read the case by then: we"
    " begin with your first sentence, not with mine."
)


def announcements(year: Year) -> None:
    """One with fields that went out yesterday, one that waits for its hour, one that was recalled in time."""
    by = year.staff["coordinator"]
    everyone = Audience(AudienceKind.EVERYONE)
    when = year.now - dt.timedelta(hours=26)
    with at(when):
        sent = _drafted(year, "Your next session", SOON, everyone, when)
        heard = len(community_queries.listeners_of(year.cohort.id, everyone, by.person_id))
        community.send(sent.id, expected=heard, actor=by, now=when)
    when = year.now - dt.timedelta(hours=5)
    behind = Audience(AudienceKind.STANDING, key=Stands.BEHIND.value)
    with at(when):
        for audience, title, text in (
            (
                everyone,
                "Dinner after the last session",
                "We meet at eight. Bring whoever carried you through the year.",
            ),
            (
                behind,
                "Work that is past its deadline",
                "Dear {{first name}}, shall we look at it together this week?",
            ),
        ):
            heard = len(community_queries.listeners_of(year.cohort.id, audience, by.person_id))
            if not heard:
                continue
            waits = _drafted(year, title, text, audience, when)
            days = 3 if audience is everyone else 1
            community.schedule(
                waits.id, expected=heard, actor=by, now=when, at=year.now + dt.timedelta(days=days)
            )
            if audience is behind:
                community.recall(waits.id, actor=by)


def _drafted(year: Year, title: str, text: str, audience: Audience, when: dt.datetime) -> Announcement:
    drafting = Drafting(title=title, text=text, audience=audience, by_mail=True)
    return community.announce(year.cohort.id, drafting, actor=year.staff["coordinator"], now=when)
