"""Second looks at marks: whoever is asked hears of it, and whoever decides hears when it is done."""

from __future__ import annotations

from lms.cohorts import queries as cohorts
from lms.core import events
from lms.core.db import db
from lms.gradebook.events import ReviewAsked, ReviewEnded
from lms.gradebook.models import MarkReview
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.rules import NoticeKind
from lms.requests.models import Request


@events.on(ReviewAsked)
def review_asked(event: ReviewAsked) -> None:
    """Tell the second assessor."""
    review = db.session.get_one(MarkReview, event.review_id)
    cohort = cohorts.by_id(event.cohort_id)
    message = Message(
        kind=NoticeKind.MARKING,
        key=f"review:{review.id}",
        title="You are asked for a second look",
        text="A learner complained about a mark. You see the work and its rubric, and no earlier mark.",
        link=queries.path("gradebook.review", cohort.slug, public_id=review.public_id),
        cohort_id=event.cohort_id,
        act="Look at the work",
    )
    actions.tell_all(queries.people([review.assessor_id]), message, now=event.at)


@events.on(ReviewEnded)
def review_ended(event: ReviewEnded) -> None:
    """Tell whoever decides that the second assessor has judged, or declined."""
    review = db.session.get_one(MarkReview, event.review_id)
    request = db.session.get_one(Request, review.request_id)
    cohort = cohorts.by_id(event.cohort_id)
    declined = review.state.value == "declined"
    message = Message(
        kind=NoticeKind.REQUEST,
        key=f"review:{review.id}:{review.state.value}",
        title="A second look was declined" if declined else "A second look is done",
        text="Ask somebody else; the reason is beside the complaint."
        if declined
        else "What the second assessor came to stands beside the complaint. It waits for your decision.",
        link=queries.path("gradebook.complaint", cohort.slug, public_id=request.public_id),
        cohort_id=event.cohort_id,
        act="Open the complaint",
    )
    people = {one for one in (request.owner_id, review.asked_by_id) if one is not None}
    actions.tell_all(queries.people(sorted(people)), message, now=event.at)
