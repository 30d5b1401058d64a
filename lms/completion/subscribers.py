"""A new place begins with everything still to do."""

from __future__ import annotations

from lms.completion import actions
from lms.core import events
from lms.enrolment.events import LearnerEnrolled


@events.on(LearnerEnrolled)
def begin(event: LearnerEnrolled) -> None:
    """Give the place its roll-ups."""
    actions.begin([event.place_id], now=event.at)
