"""Sessions follow the schedule, hosts follow the staff, marks follow the days on which a place counts."""

from __future__ import annotations

from lms.cohorts.events import StaffAppointed, StaffReleased
from lms.core import clock, events
from lms.enrolment.events import LearnersEnrolled, PlacesChanged
from lms.live import actions, queries
from lms.scheduling import ports
from lms.scheduling.events import SchedulePublished


@events.on(SchedulePublished)
def follow_schedule(event: SchedulePublished) -> None:
    """Release 1 brings the sessions; later ones cancel, reinstate and move them."""
    now = clock.now()
    if event.number == 1:
        actions.build_sessions(event.cohort_id, now=now)
    else:
        actions.follow_schedule(event.cohort_id, event.item_ids, now=now)


@events.on(StaffAppointed)
def greet_host(event: StaffAppointed) -> None:
    """Whoever teaches a course hosts its sessions."""
    actions.assign_hosts(event.cohort_id, now=clock.now())


@events.on(StaffReleased)
def replace_host(event: StaffReleased) -> None:
    """Whoever does not teach any more hosts nothing that is still to come."""
    actions.assign_hosts(event.cohort_id, now=clock.now())


@events.on(LearnersEnrolled)
def begin(event: LearnersEnrolled) -> None:
    """Sessions before somebody's first day do not count for them."""
    actions.refresh_places(event.cohort_id, event.place_ids, now=event.at)


@events.on(PlacesChanged)
def follow_places(event: PlacesChanged) -> None:
    """Another first or last day means other sessions that count."""
    actions.refresh_places(event.cohort_id, event.place_ids, now=event.at)
    actions.follow_leavers(event.cohort_id, event.place_ids, now=event.at)


ports.engagements_from("live", queries.engagements)
