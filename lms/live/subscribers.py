"""Sessions follow the schedule, hosts follow the staff, marks follow the days on which a place counts."""

from __future__ import annotations

from lms.cohorts.events import StaffAppointed, StaffReleased
from lms.core import clock, events
from lms.enrolment.events import LearnersEnrolled, PlacesChanged
from lms.live import actions, queries
from lms.live.actions import requested
from lms.requests import ports as requests
from lms.requests.ports import Ask, Kind, Subject
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
        actions.follow_meetings(event.item_ids, now=now)


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


# What learners ask ------------------------------------------------------------------------------------------------

requests.register(
    Kind(
        key="excuse",
        title="Excuse",
        ask="Ask to be excused",
        about="For a session that you cannot attend, or could not: before it, or until its roster is settled.",
        icon="circle-check",
        subject=Subject.SESSION,
        labels={"words": "Why"},
        offer=requested.offer_excuse,
        subjects=requested.excusable,
        grant=requested.grant_excuse,
    )
)
requests.register(
    Kind(
        key=requested.DISPUTE,
        title="Attendance",
        ask="Dispute your attendance",
        about="When what the record says of you is not what happened. A correction is added, nothing is erased.",
        icon="gavel",
        subject=Subject.SESSION,
        asks=(Ask.CHOICE,),
        given=(Ask.CHOICE,),
        labels={
            "choice": "What is right",
            "words": "What you have to show for it",
            "other": "Whose presence was it?",
        },
        outcomes=requested.OUTCOMES,
        offer=requested.offer_dispute,
        subjects=requested.disputable,
        others=requested.namesakes,
        grant=requested.grant_dispute,
    )
)
