"""What coursework hears and answers: deadlines that changed, and the work behind a marking task."""

from __future__ import annotations

from lms.assessment import ports
from lms.core import clock, events
from lms.coursework import actions, queries
from lms.coursework.queries.work import SOURCE
from lms.scheduling.events import PersonalDateChanged, SchedulePublished

ports.work_readers[SOURCE] = queries.work_for_marker


@events.on(PersonalDateChanged)
def judge_anew(event: PersonalDateChanged) -> None:
    """Somebody has another date: work handed in under it may be on time now."""
    actions.recount_items(event.cohort_id, (event.item_id,), never_worse=False, now=clock.now())


@events.on(SchedulePublished)
def judge_all_anew(event: SchedulePublished) -> None:
    """Dates moved for everybody; release 1 finds nothing handed in."""
    if event.number > 1:
        actions.recount_items(event.cohort_id, event.item_ids, never_worse=True, now=clock.now())
