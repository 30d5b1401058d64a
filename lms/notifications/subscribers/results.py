"""What was decided about somebody's results: an item excused, a resit. No figure stands in any of these messages."""

from __future__ import annotations

from lms.cohorts import queries as cohorts
from lms.core import events
from lms.gradebook.events import ItemExcused, ResitOpened, ResitReleased
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind


@events.on(ItemExcused)
def item_excused(event: ItemExcused) -> None:
    """Tell a learner that something is left out of their results, or counts again."""
    about = queries.thing(event.cohort_id, event.activity_id)
    text = (
        f"{about.title} counts for your results again: {event.reason}"
        if event.back
        else f"{about.title} is left out of your results, and nothing of it is awaited: {event.reason}"
    )
    message = Message(
        kind=NoticeKind.MARK,
        key=f"excused:{event.activity_id}:{event.place_id}:{event.at.isoformat()}",
        title=f"{about.short} {'counts again' if event.back else 'is excused'}",
        text=text,
        link=queries.path("gradebook.my_results", about.cohort.slug),
        cohort_id=event.cohort_id,
        act="See your results",
    )
    actions.tell_all(queries.of_places([event.place_id]), message, now=event.at)


@events.on(ResitOpened)
def resit_opened(event: ResitOpened) -> None:
    """Tell a learner that they have a second attempt."""
    _of_resit(
        event,
        title=f"You have a resit in {event.course}",
        text="What is to be done, until when, and how it counts stand beside your results.",
        act="See what is to be done",
    )


@events.on(ResitReleased)
def resit_released(event: ResitReleased) -> None:
    """Tell a learner that their second attempt came back."""
    _of_resit(
        event,
        title=f"Your resit in {event.course} came back",
        text="The mark, and what it does to your results, are on their page.",
        act="See your results",
    )


def _of_resit(event: ResitOpened | ResitReleased, *, title: str, text: str, act: str) -> None:
    message = Message(
        kind=NoticeKind.MARK,
        key=f"resit:{event.place_id}:{event.at.isoformat()}",
        title=title,
        text=text,
        link=queries.path("gradebook.my_results", cohorts.by_id(event.cohort_id).slug),
        cohort_id=event.cohort_id,
        act=act,
    )
    actions.tell_all(queries.of_places([event.place_id]), message, now=event.at)
