"""What coursework hears and answers: deadlines that changed, and the work behind a marking task."""

from __future__ import annotations

from lms.assessment import ports
from lms.core import afterwards, clock, events
from lms.core.outbox import Effect
from lms.coursework import actions, queries
from lms.coursework.actions import requested
from lms.coursework.events import WorkHandedIn
from lms.coursework.queries.work import SOURCE
from lms.people.rules import Role
from lms.requests import ports as requests
from lms.requests.ports import Ask, Kind, Subject
from lms.scheduling.events import PersonalDateChanged, SchedulePublished

ports.work_readers[SOURCE] = queries.works_for_markers
requests.register(
    Kind(
        key="extension",
        title="More time",
        ask="Ask for more time",
        about="A later deadline for you, or for teamwork for your team. The marker sees nothing of it.",
        icon="calendar-plus",
        subject=Subject.ACTIVITY,
        asks=(Ask.UNTIL, Ask.CHOICE),
        given=(Ask.UNTIL,),
        labels={"choice": "Reason", "words": "What happened", "until_on": "I need until"},
        owners=frozenset({Role.COORDINATOR, Role.FACULTY}),
        words_needed=False,
        offer=requested.offer,
        subjects=requested.subjects,
        grant=requested.grant,
    )
)


@afterwards.queues(WorkHandedIn)
def have_it_compared(event: WorkHandedIn) -> Effect:
    """What was handed in is laid beside what others handed in; nobody waits for it."""
    return actions.comparison_of(event.version_id)


@events.on(PersonalDateChanged)
def judge_anew(event: PersonalDateChanged) -> None:
    """Somebody has another date: work handed in under it may be on time now, an attempt may last longer."""
    actions.recount_items(event.cohort_id, (event.item_id,), never_worse=False, now=clock.now())
    actions.lengthen_attempts(event.cohort_id, activity_ids=queries.quizzes_of((event.item_id,)))


@events.on(SchedulePublished)
def judge_all_anew(event: SchedulePublished) -> None:
    """Dates moved for everybody; release 1 finds nothing handed in."""
    if event.number > 1:
        actions.recount_items(event.cohort_id, event.item_ids, never_worse=True, now=clock.now())
        actions.lengthen_attempts(event.cohort_id, activity_ids=queries.quizzes_of(event.item_ids))
