"""A session that is lost, made up for, or held after all: one message for each person, with everything that follows."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.core import events, mail
from lms.core.db import db
from lms.enrolment import queries as enrolment
from lms.live import queries as live
from lms.live import rules as live_rules
from lms.live.events import SessionCancelled, SessionMadeUp, SessionReinstated
from lms.live.queries import SessionView
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import DateChange, NoticeKind
from lms.notifications.subscribers import schedule
from lms.scheduling.events import SchedulePublished
from lms.scheduling.models import ReleaseChange

Event = SessionCancelled | SessionMadeUp | SessionReinstated
TITLES = {
    "cancelled": "{title} does not take place",
    "made up": "{title} is made up for",
    "restored": "{title} takes place after all",
}


@dataclass(frozen=True)
class _News:
    """What happened, as everybody reads it."""

    what: str
    lost: SessionView
    make_up: SessionView | None
    reason: str
    release_id: int
    moved: tuple[DateChange, ...]
    staff_only: frozenset[int]


@events.on(SessionCancelled)
def session_cancelled(event: SessionCancelled) -> None:
    """Tell everybody at once that a session is lost, and when it is made up for."""
    _tell(event, "cancelled", event.reason)


@events.on(SessionMadeUp)
def session_made_up(event: SessionMadeUp) -> None:
    """Tell everybody when a lost session is made up for."""
    _tell(event, "made up", "")


@events.on(SessionReinstated)
def session_reinstated(event: SessionReinstated) -> None:
    """Tell everybody that a session takes place after all."""
    _tell(event, "restored", event.reason)


def _tell(event: Event, what: str, reason: str) -> None:
    cohort = cohorts.by_id(event.cohort_id)
    news = _news(cohort, event, what, reason)
    affected: list[tuple[int, bool, tuple[DateChange, ...]]] = []
    own = schedule.own_dates_of([change.item_id for change in news.moved])
    for line in enrolment.roster(cohort.id, schedule.TOLD) if cohort.state is CohortState.OPEN else ():
        open_to_all = [change for change in news.moved if change.item_id not in news.staff_only]
        affected.append((line.person_id, True, schedule.changes_for(line, open_to_all, own)))
    learners = {person_id for person_id, _learner, _changes in affected}
    staff = {line.person_id for line in cohorts.staff(cohort.id)} | {
        person_id for person_id in (news.lost.host_id, news.lost.backup_id) if person_id is not None
    }
    affected += [(person_id, False, news.moved) for person_id in sorted(staff - learners - {event.actor_id})]
    people = {who.person_id: who for who in queries.people([person_id for person_id, *_more in affected])}
    messages: dict[tuple[str, bool, tuple[DateChange, ...]], Message] = {}
    told = []
    for person_id, learner, changes in affected:
        who = people[person_id]
        key = (who.zone, learner, changes)
        if key not in messages:
            messages[key] = _message(cohort, event, news, *key)
        told.append((who, messages[key]))
    actions.tell(told, now=event.at)


def _news(cohort: CohortView, event: Event, what: str, reason: str) -> _News:
    lost = live.by_id(event.session_id)
    make_ups = [line for line in live.make_ups(lost) if not line.cancelled]
    ids = tuple(
        db.session.scalars(
            sa.select(ReleaseChange.item_id).where(
                ReleaseChange.release_id == event.release_id,
                ReleaseChange.old_ends_at != ReleaseChange.new_ends_at,
            )
        )
    )
    release = SchedulePublished(
        cohort_id=cohort.id, release_id=event.release_id, number=0, item_ids=ids, announced=True
    )
    changes, staff_only = schedule.changes_of(cohort, release) if ids else ([], frozenset())
    make_up = make_ups[-1] if make_ups else None
    return _News(what, lost, make_up, reason, event.release_id, tuple(changes), staff_only)


def _message(
    cohort: CohortView, event: Event, news: _News, zone: str, learner: bool, changes: tuple[DateChange, ...]
) -> Message:
    title = f"{news.lost.line.code} {news.lost.line.title}".strip()
    shown = news.make_up if news.make_up is not None else news.lost
    nearest = shown if news.what == "made up" else news.lost
    return Message(
        kind=NoticeKind.SCHEDULE,
        key=f"session:{news.release_id}",
        title=TITLES[news.what].format(title=title),
        text=mail.words(
            "notifications/_lost_session",
            news=news,
            title=title,
            learner=learner,
            changes=changes,
            cohort=cohort.name,
            zone=zone,
            now=event.at,
        ),
        link=queries.path("live.session", cohort.slug, key=shown.key),
        cohort_id=cohort.id,
        act=f"Open {news.lost.line.code or 'the session'}",
        urgent=live_rules.urgent(nearest.starts_at, event.at),
    )
