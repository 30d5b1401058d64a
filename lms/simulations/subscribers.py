"""Runs follow the schedule's dates and the cohort's people; what was played is reached."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from lms.cohorts import queries as cohorts
from lms.cohorts.models import Section
from lms.completion import actions as completion
from lms.completion.actions import Reached
from lms.completion.rules import FactKind
from lms.core import clock, events
from lms.core.db import db
from lms.curriculum import queries as curriculum
from lms.enrolment.events import PlacesChanged, TeamChanged
from lms.scheduling.events import PersonalDateChanged, SchedulePublished
from lms.scheduling.models import ItemState, OverrideScope, ReleaseChange, ScheduledItem, ScheduleRelease
from lms.simulations import actions, queries
from lms.simulations.events import DebriefOpened, ResultsPublished, RunEnded, SeatsRefused
from lms.simulations.queries.turned import all_published


@events.on(SchedulePublished)
def schedule_published(event: SchedulePublished) -> None:
    """Move the rounds that are not over; what the release lets take place again goes on."""
    if event.number == 1:
        return
    release = db.session.get_one(ScheduleRelease, event.release_id)
    again = db.session.scalars(
        sa.select(ScheduledItem.key)
        .join(ReleaseChange, ReleaseChange.item_id == ScheduledItem.id)
        .where(
            ReleaseChange.release_id == event.release_id,
            ReleaseChange.old_state == ItemState.CANCELLED,
            ReleaseChange.new_state == ItemState.PLANNED,
        )
    )
    actions.follow_schedule(
        event.cohort_id, reinstated=set(again), reason=release.note, now=release.published_at
    )


@events.on(PersonalDateChanged)
def own_date(event: PersonalDateChanged) -> None:
    """A section's own date is the date of the run that it plays; a team's or person's is not: a world has one clock."""
    if event.scope == OverrideScope.SECTION.value and db.session.get(Section, event.scope_id) is not None:
        actions.follow_schedule(event.cohort_id, now=clock.now())


@events.together(TeamChanged)
def teams_changed(changed: Sequence[TeamChanged]) -> None:
    """Who joined plays, who left does not."""
    actions.follow_teams({event.team_id for event in changed}, now=max(event.at for event in changed))


@events.on(PlacesChanged)
def places_changed(event: PlacesChanged) -> None:
    """Who is on leave, withdrew or moved on plays no more."""
    actions.follow_places(event.place_ids, now=event.at)


@events.on(SeatsRefused)
def carried_over(event: SeatsRefused) -> None:
    """What was played of the same game in another cohort counts as played here for those who do not play it again."""
    run = queries.run_row(event.run_id)
    by_key = curriculum.outline(cohorts.by_id(event.cohort_id).version_id).by_key
    found = queries.played_elsewhere(queries.game_of(run).prefix, event.carried) if event.carried else []
    completion.record_many(
        [
            Reached(place_id=place_id, activity_id=by_key[key].id, kind=FactKind.PLAYED)
            for place_id, key in found
            if key in by_key
        ],
        now=event.at,
    )


@events.on(ResultsPublished)
def played(event: ResultsPublished) -> None:
    """A round counts as played for everybody whose team had decided; played again, for those who had decided then."""
    if event.activity_id is None:
        return
    activity_id, decided = event.activity_id, set(event.decided)
    completion.record_many(
        [
            Reached(place_id=place, activity_id=activity_id, kind=FactKind.PLAYED, reached=place in decided)
            for place in event.place_ids
            if place in decided or event.again
        ],
        now=event.at,
    )


@events.on(RunEnded)
def debriefed(event: RunEnded) -> None:
    """The debrief counts as played for those who played to the end."""
    activity_id = event.activity_id
    if activity_id is not None:
        completion.record_many(
            [
                Reached(place_id=place, activity_id=activity_id, kind=FactKind.PLAYED)
                for place in event.place_ids
            ],
            now=event.at,
        )


@events.on(DebriefOpened)
def turned(event: DebriefOpened) -> None:
    """Let the worker find out on which choices the games turned, before anybody looks."""
    actions.queue_turning(event.run_id, now=event.at)


@events.on(ResultsPublished)
def previewed(event: ResultsPublished) -> None:
    """The same once the last results are out: whoever leads the debrief prepares it from then on."""
    if all_published(event.run_id):
        actions.queue_turning(event.run_id, now=event.at)
