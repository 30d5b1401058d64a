"""Released marks change results in the same transaction."""

from __future__ import annotations

from lms.assessment.events import MarksReleased
from lms.core import events
from lms.gradebook import actions


@events.on(MarksReleased)
def reckon(event: MarksReleased) -> None:
    """Keep the results of those whose marks were released."""
    actions.update_results(event.place_ids, now=event.at)
