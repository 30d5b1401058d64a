"""Dates that moved: one message for each person affected, with what changed for them, in their own zone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import CohortState
from lms.cohorts.queries import CohortView
from lms.core import events, mail
from lms.core.db import db
from lms.enrolment import queries as enrolment
from lms.enrolment.models import Place, TeamMembership
from lms.enrolment.queries import RosterLine
from lms.enrolment.rules import ACTIVE, PlaceState
from lms.notifications import actions, queries, rules
from lms.notifications.actions import Message
from lms.notifications.rules import DateChange, NoticeKind, Own, Span
from lms.scheduling import queries as scheduling
from lms.scheduling.events import PersonalDateChanged, SchedulePublished
from lms.scheduling.models import (
    ItemState,
    Override,
    OverrideScope,
    ReleaseChange,
    ScheduledItem,
    ScheduleRelease,
)

TOLD = frozenset({PlaceState.ENROLLED, PlaceState.ON_LEAVE})


@events.on(SchedulePublished)
def schedule_published(event: SchedulePublished) -> None:
    """Tell learners and staff what a release changed for them. Release 1 is news to nobody."""
    if event.number == 1 or not event.announced or not event.item_ids:
        return
    cohort = cohorts.by_id(event.cohort_id)
    release = db.session.get_one(ScheduleRelease, event.release_id)
    changes, staff_only = changes_of(cohort, event)
    own = own_dates_of(event.item_ids)
    affected: list[tuple[int, tuple[DateChange, ...]]] = []
    if cohort.state is CohortState.OPEN:
        open_to_all = [change for change in changes if change.item_id not in staff_only]
        affected += [
            (line.person_id, mine)
            for line in enrolment.roster(cohort.id, TOLD)
            if (mine := changes_for(line, open_to_all, own))
        ]
    learners = {person_id for person_id, _changes in affected}
    staff = {line.person_id for line in cohorts.staff(cohort.id)} - learners
    affected += [(person_id, tuple(changes)) for person_id in sorted(staff)]
    _tell(cohort, release, affected)


def changes_of(cohort: CohortView, event: SchedulePublished) -> tuple[list[DateChange], frozenset[int]]:
    """What a release did to its items, and which of them only staff see."""
    titles = scheduling.names(cohort).titles
    rows = db.session.execute(
        sa.select(
            ScheduledItem.id,
            ScheduledItem.key,
            ScheduledItem.kind,
            ScheduledItem.staff_only,
            ReleaseChange.old_starts_at,
            ReleaseChange.old_ends_at,
            ReleaseChange.old_state,
            ReleaseChange.new_starts_at,
            ReleaseChange.new_ends_at,
            ReleaseChange.new_state,
        )
        .join(ScheduledItem, ScheduledItem.id == ReleaseChange.item_id)
        .where(ReleaseChange.release_id == event.release_id, ScheduledItem.id.in_(event.item_ids))
        .order_by(ReleaseChange.new_starts_at, ScheduledItem.id)
    ).all()
    changes = [
        DateChange(
            item_id=row.id,
            title=titles.get(row.key, row.key),
            kind=row.kind.value,
            old=Span(row.old_starts_at, row.old_ends_at, row.old_state is ItemState.CANCELLED),
            new=Span(row.new_starts_at, row.new_ends_at, row.new_state is ItemState.CANCELLED),
        )
        for row in rows
        if row.old_starts_at is not None and row.old_ends_at is not None
    ]
    return changes, frozenset(row.id for row in rows if row.staff_only)


OwnDates = dict[tuple[OverrideScope, int], list[Own]]


def own_dates_of(item_ids: Sequence[int]) -> OwnDates:
    """The own dates in force for these items, by whose they are; one statement."""
    rows = db.session.execute(
        sa.select(Override.item_id, Override.scope, Override.scope_id, Override.ends_at)
        .where(
            Override.item_id.in_(item_ids),
            Override.scope != OverrideScope.COHORT,
            Override.revoked_at.is_(None),
            Override.ends_at.is_not(None),
        )
        .order_by(Override.id)
    )
    found: OwnDates = {}
    for row in rows:
        own = Own(row.item_id, row.ends_at, replaces=row.scope is OverrideScope.SECTION)
        found.setdefault((row.scope, row.scope_id), []).append(own)
    return found


def changes_for(line: RosterLine, changes: Iterable[DateChange], own: OwnDates) -> tuple[DateChange, ...]:
    """What changed for one learner."""
    mine = [
        *own.get((OverrideScope.SECTION, line.section_id or 0), ()),
        *own.get((OverrideScope.TEAM, line.working_team_id or 0), ()),
        *own.get((OverrideScope.TEAM, line.capstone_team_id or 0), ()),
        *own.get((OverrideScope.PERSON, line.person_id), ()),
    ]
    found = (rules.change_for(change, mine) for change in changes)
    return tuple(change for change in found if change is not None)


def _tell(
    cohort: CohortView, release: ScheduleRelease, affected: list[tuple[int, tuple[DateChange, ...]]]
) -> None:
    people = {who.person_id: who for who in queries.people([person_id for person_id, _ in affected])}
    link = queries.path("scheduling.schedule", cohort.slug)
    messages: dict[tuple[str, tuple[DateChange, ...]], Message] = {}
    told = []
    for person_id, changes in affected:
        who = people[person_id]
        message = messages.get((who.zone, changes))
        if message is None and changes:
            message = _message(cohort, release, who.zone, changes, link)
            messages[who.zone, changes] = message
        if message is not None:
            told.append((who, message))
    actions.tell(told, now=release.published_at)


def _message(
    cohort: CohortView,
    release: ScheduleRelease,
    zone: str,
    changes: tuple[DateChange, ...],
    link: str,
) -> Message:
    facts = {
        "changes": changes,
        "zone": zone,
        "now": release.published_at,
        "note": release.note,
        "cohort": cohort.name,
    }
    return Message(
        kind=NoticeKind.SCHEDULE,
        key=f"release:{release.id}",
        title=rules.changes_title(changes),
        text=mail.words("notifications/_changes", **facts),
        link=link,
        cohort_id=cohort.id,
        act="Open your schedule",
        template="changes",
        facts=facts,
        urgent=rules.at_short_notice(changes, release.published_at),
        thread=f"dates:{cohort.id}",
    )


# One's own dates ----------------------------------------------------------------------------------------------------


@events.on(PersonalDateChanged)
def personal_date_changed(event: PersonalDateChanged) -> None:
    """Tell whom an own date is for, or that it holds no more. An extension is one of these, and told here."""
    override = _latest_override(event)
    if override is None:
        return
    ended = override.revoked_at is not None
    item = db.session.get_one(ScheduledItem, event.item_id)
    cohort = cohorts.by_id(event.cohort_id)
    about = queries.thing(event.cohort_id, item.activity_id)
    title = scheduling.blueprint(cohort.version_id).titles.get(item.key, about.title)
    people = queries.people(_people_of(event))
    messages = {
        zone: Message(
            kind=NoticeKind.EXTENSION,
            key=f"own-date:{override.id}:{'ended' if ended else 'set'}",
            title=_title(title, event.scope, ended=ended),
            text=mail.words(
                "notifications/_own_date",
                title=title,
                ended=ended,
                section=event.scope == OverrideScope.SECTION.value,
                team=event.scope == OverrideScope.TEAM.value,
                at=item.ends_at if ended else override.ends_at,
                before=override.ends_at if ended else item.ends_at,
                zone=zone,
                now=override.revoked_at or override.at,
            ),
            link=about.path,
            cohort_id=cohort.id,
            act=f"Open {about.short}",
        )
        for zone in {who.zone for who in people}
    }
    actions.tell([(who, messages[who.zone]) for who in people], now=override.revoked_at or override.at)


def _title(title: str, scope: str, *, ended: bool) -> str:
    if ended:
        return f"Your own date for {title} has ended"
    return f"Another date for {title}" if scope == OverrideScope.SECTION.value else f"More time for {title}"


def _latest_override(event: PersonalDateChanged) -> Override | None:
    return db.session.scalar(
        sa.select(Override)
        .where(
            Override.item_id == event.item_id,
            Override.scope == OverrideScope(event.scope),
            Override.scope_id == event.scope_id,
            Override.ends_at.is_not(None),
        )
        .order_by(Override.revoked_at.is_not(None), Override.revoked_at.desc(), Override.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _people_of(event: PersonalDateChanged) -> list[int]:
    scope = OverrideScope(event.scope)
    if scope is OverrideScope.PERSON:
        return [event.scope_id]
    statement = sa.select(Place.person_id).where(Place.cohort_id == event.cohort_id, Place.state.in_(ACTIVE))
    if scope is OverrideScope.SECTION:
        return list(db.session.scalars(statement.where(Place.section_id == event.scope_id)))
    members = sa.select(TeamMembership.place_id).where(
        TeamMembership.team_id == event.scope_id, TeamMembership.ends_at.is_(None)
    )
    return list(db.session.scalars(statement.where(Place.id.in_(members))))
