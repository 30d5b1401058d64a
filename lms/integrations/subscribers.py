"""Dates, places and hosts that change: the worker looks whom invitations concern."""

from __future__ import annotations

import datetime as dt

from lms.cohorts.events import CohortStateChanged, StaffAppointed, StaffReleased
from lms.core import clock, events
from lms.enrolment.events import LearnersEnrolled, PlacesChanged
from lms.integrations import actions
from lms.scheduling.events import SchedulePublished


@events.on(SchedulePublished)
def follow_dates(event: SchedulePublished) -> None:
    """One look for each release, announced or not: an invitation is a calendar that must be right, not news."""
    if event.number > 1:
        actions.have_cohort_looked_at(event.cohort_id, f"release:{event.release_id}", now=clock.now())


@events.on(LearnersEnrolled)
def invite_those_who_came(event: LearnersEnrolled) -> None:
    """Whoever has a place is invited."""
    _look(event.cohort_id, "enrolled", event.at)


@events.on(PlacesChanged)
def follow_places(event: PlacesChanged) -> None:
    """Whoever leaves is let go; whoever comes back is invited again."""
    _look(event.cohort_id, "places", event.at)


@events.on(StaffAppointed)
def invite_host(event: StaffAppointed) -> None:
    """Whoever hosts a session has it in their calendar."""
    _look(event.cohort_id, "appointed", event.at)


@events.on(StaffReleased)
def let_host_go(event: StaffReleased) -> None:
    """Whoever hosts it no more has it taken out."""
    _look(event.cohort_id, "released", event.at)


@events.on(CohortStateChanged)
def follow_cohort(event: CohortStateChanged) -> None:
    """A cohort that opens invites; one that closes lets go."""
    _look(event.cohort_id, "state", event.at)


def _look(cohort_id: int, why: str, at: dt.datetime) -> None:
    actions.have_cohort_looked_at(cohort_id, f"{why}:{cohort_id}:{at.isoformat()}", now=clock.now())
