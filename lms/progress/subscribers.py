"""Standing follows what bears on it: attendance, marks, work handed in, places. Once for each unit of work."""

from __future__ import annotations

from typing import Any

from lms.assessment.events import MarksReleased
from lms.core import events
from lms.coursework.events import ExtensionGranted, WorkHandedIn
from lms.enrolment.events import LearnersEnrolled, PlacesChanged
from lms.gradebook.events import ResultsChanged
from lms.live.events import AttendanceChanged
from lms.people import ports as people
from lms.progress import actions
from lms.progress.events import StandingTouched
from lms.progress.queries.collisions import of_person

people.collisions_from(of_person)


def several(event: Any) -> None:
    """Attendance, marks, work, more time, places: who is concerned is in `place_ids`. Leave suppresses risk."""
    actions.touch(event.place_ids, now=event.at)


for _kind in (AttendanceChanged, MarksReleased, LearnersEnrolled, PlacesChanged, ResultsChanged):
    events.on(_kind)(several)


def work(event: Any) -> None:
    """Work handed in, more time for it: nothing else of a standing hangs on these."""
    actions.touch_work(event.cohort_id, event.place_ids, now=event.at)


events.on(WorkHandedIn)(work)
events.on(ExtensionGranted)(work)


@events.together(StandingTouched)
def refresh(touched: list[StandingTouched]) -> None:
    """After everything else was heard and results were reckoned, compute the standing of all who were touched."""
    actions.refresh_touched(touched, now=max(event.at for event in touched))
