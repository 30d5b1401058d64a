"""Released marks change results in the same transaction; complaints about marks are requests of a kind."""

from __future__ import annotations

from collections.abc import Collection

from lms.assessment import ports as assessment
from lms.assessment.events import MarksReleased
from lms.cohorts import queries as cohorts
from lms.core import events
from lms.gradebook import actions
from lms.gradebook.actions import complaints
from lms.gradebook.actions.boards import confirmed_in
from lms.gradebook.queries.board_said import boards_before, entered_places
from lms.gradebook.queries.complaints import KIND, reads_as_assessor
from lms.people.rules import Role
from lms.requests import ports as requests
from lms.requests.events import RequestDecided, RequestWithdrawn
from lms.requests.ports import Ask, Kind, Outcomes, Subject

requests.register(
    Kind(
        key=KIND,
        title="Complaint about a mark",
        ask="Complain about a mark",
        about="Somebody who has not marked it looks at the work again. The mark may rise or fall.",
        icon="scale",
        policy="complaint",
        subject=Subject.ACTIVITY,
        asks=(Ask.CHOICE, Ask.TICK),
        labels={
            "choice": "Which mark",
            "tick": "I know that the mark may go up or down, and that there is one complaint for each mark.",
            "words": "What is wrong with the mark, and where the work shows it",
        },
        outcomes=Outcomes("The second mark counts", "", "The mark stays"),
        owners=frozenset({Role.COORDINATOR, Role.DIRECTOR}),
        repeated=True,
        offer=complaints.offer,
        subjects=complaints.subjects,
        grant=complaints.grant,
        room="gradebook.complaint",
    )
)


@events.together(MarksReleased)
def reckon(released: list[MarksReleased]) -> None:
    """Keep the results of those whose marks were released: once each, however many marks one act released."""
    places = {place_id for event in released for place_id in event.place_ids}
    actions.update_results(places, now=max(event.at for event in released))


def held_by_board(batch: assessment.Batch, place_ids: Collection[int]) -> dict[int, str]:
    """A result that a board has confirmed is changed by a board only, and what a board decided goes out on the
    board's page with its decision, never with the batch before it.
    """
    boards = boards_before(batch.cohort_id)
    wanted = set(place_ids)
    waiting = entered_places(boards.entered, batch.activity_id, batch.part)
    confirmed = confirmed_in(cohorts.by_id(batch.cohort_id), batch.activity_id) if boards.confirmed else set()
    return {
        **dict.fromkeys(confirmed & wanted, "a board has confirmed this result, and only a board changes it"),
        **dict.fromkeys(
            waiting & wanted,
            "a board has changed this mark, and its decision is released on the board's page",
        ),
    }


assessment.hold_readers.append(held_by_board)
assessment.right_readers.append(reads_as_assessor)


@events.on(RequestDecided)
def decided(event: RequestDecided) -> None:
    """A complaint that is decided needs no second look any more."""
    actions.drop_reviews(event.request_id, now=event.at)


@events.on(RequestWithdrawn)
def withdrawn(event: RequestWithdrawn) -> None:
    """Nor does one that was taken back."""
    actions.drop_reviews(event.request_id, now=event.at)
