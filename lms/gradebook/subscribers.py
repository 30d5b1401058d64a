"""Released marks change results in the same transaction."""

from __future__ import annotations

from lms.assessment.events import MarksReleased
from lms.core import events
from lms.gradebook import actions


@events.together(MarksReleased)
def reckon(released: list[MarksReleased]) -> None:
    """Keep the results of those whose marks were released: once each, however many marks one act released."""
    places = {place_id for event in released for place_id in event.place_ids}
    actions.update_results(places, now=max(event.at for event in released))
