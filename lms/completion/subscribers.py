"""New places begin with everything still to do."""

from __future__ import annotations

from lms.completion import actions
from lms.core import events
from lms.enrolment.events import LearnersEnrolled


@events.on(LearnersEnrolled)
def begin(event: LearnersEnrolled) -> None:
    """Give the places their roll-ups."""
    actions.begin(event.place_ids, now=event.at)
