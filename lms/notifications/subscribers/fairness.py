"""Ratings inside teams and their end, second looks, pieces to begin with, peer reviews: who is asked hears of it."""

from __future__ import annotations

from lms.core import events, mail
from lms.fairness.events import (
    PeerReviewsAllotted,
    PeerReviewsCloseSoon,
    PeerReviewsReleased,
    RatingClosed,
    RatingClosesSoon,
    RatingOpened,
    SampleAsked,
    SecondLooksAsked,
)
from lms.notifications import actions, queries
from lms.notifications.actions import Message
from lms.notifications.queries import Thing
from lms.notifications.rules import NoticeKind


@events.on(RatingOpened)
def rating_opened(event: RatingOpened) -> None:
    """Ask the members."""
    _ask(event, "opened", soon=False)


@events.on(RatingClosesSoon)
def rating_closes_soon(event: RatingClosesSoon) -> None:
    """Remind those who have not answered."""
    _ask(event, "soon", soon=True)


def _ask(event: RatingOpened | RatingClosesSoon, word: str, *, soon: bool) -> None:
    about = queries.thing(event.cohort_id, event.activity_id)
    people = queries.of_places(event.place_ids)
    messages = {
        zone: Message(
            kind=NoticeKind.TEAM,
            key=f"team-rating:{event.rating_id}:{word}:{event.at.isoformat()}",
            title=title_of(about, soon=soon),
            text=mail.words(
                "notifications/_team_rating",
                title=about.title,
                soon=soon,
                closes_at=event.closes_at,
                zone=zone,
                now=event.at,
            ),
            link=queries.path("fairness.rate", about.cohort.slug, public_id=event.public_id),
            cohort_id=event.cohort_id,
            act="Rate the others",
        )
        for zone in {who.zone for who in people}
    }
    actions.tell([(who, messages[who.zone]) for who in people], now=event.at)


def title_of(about: Thing, *, soon: bool) -> str:
    """What the notice is called."""
    return f"Ratings for {about.short} close soon" if soon else f"What did the others do for {about.short}?"


@events.on(RatingClosed)
def rating_closed(event: RatingClosed) -> None:
    """Tell coordinators that ratings wait, and guides that their comment comes first."""
    about = queries.thing(event.cohort_id, event.activity_id)
    link = queries.path("fairness.review", about.cohort.slug, public_id=event.public_id)
    coordinators = queries.coordinators_of(event.cohort_id, event.at)
    comment = (
        "A factor is far from 1: the guide's comment comes first."
        if event.guide_ids
        else "Look at them before they count. The team's mark waits."
    )
    message = Message(
        kind=NoticeKind.MARKING,
        key=f"team-rating-closed:{event.rating_id}:{event.at.isoformat()}",
        title=f"Ratings inside {event.title} wait to be settled",
        text=f"{about.title}. {comment}",
        link=link,
        cohort_id=event.cohort_id,
        act="Look at the ratings",
    )
    actions.tell_all(queries.people(coordinators), message, now=event.at)
    asked = Message(
        kind=NoticeKind.MARKING,
        key=f"team-rating-comment:{event.rating_id}:{event.at.isoformat()}",
        title=f"Your comment on {event.title} is asked for",
        text=f"{about.title}. A member's factor lies far from 1. Say what you have seen before it counts.",
        link=link,
        cohort_id=event.cohort_id,
        act="Write the comment",
    )
    actions.tell_all(queries.people(set(event.guide_ids) - coordinators), asked, now=event.at)


@events.on(SecondLooksAsked)
def second_looks_asked(event: SecondLooksAsked) -> None:
    """Ask a second marker."""
    about = queries.thing(event.cohort_id, event.activity_id)
    pieces = "1 piece" if event.count == 1 else f"{event.count} pieces"
    message = Message(
        kind=NoticeKind.MARKING,
        key=f"second-looks:{event.moderation_id}:{event.marker_id}:{event.at.isoformat()}",
        title=f"{pieces} of {about.short} to mark a second time",
        text=f"{about.title}, {about.cohort.name}. The marks of this batch wait for its sample.",
        link=queries.path("fairness.second_looks"),
        cohort_id=event.cohort_id,
        act="Open your second looks",
    )
    actions.tell_all(queries.people([event.marker_id]), message, now=event.at)


@events.on(SampleAsked)
def sample_asked(event: SampleAsked) -> None:
    """Ask markers to judge the piece that is set before the others."""
    about = queries.thing(event.cohort_id, event.activity_id)
    message = Message(
        kind=NoticeKind.MARKING,
        key=f"sample-first:{event.calibration_id}:{event.at.isoformat()}",
        title=f"{'Still waiting: a' if event.again else 'A'} piece to begin with in {about.short}",
        text=f"{about.title}, {about.cohort.name}. Everybody who marks it judges the same piece first, and then sees"
        " how far they lie from the agreed judgement. No learner sees anything of it.",
        link=queries.path("fairness.calibrate", calibration=event.public_id),
        cohort_id=event.cohort_id,
        act="Judge the piece",
    )
    actions.tell_all(queries.people(event.marker_ids), message, now=event.at)


@events.on(PeerReviewsAllotted)
def peer_reviews_allotted(event: PeerReviewsAllotted) -> None:
    """Ask the reviewers."""
    _ask_reviewers(event, "asked", soon=False)


@events.on(PeerReviewsCloseSoon)
def peer_reviews_close_soon(event: PeerReviewsCloseSoon) -> None:
    """Remind those who have reviews to submit."""
    _ask_reviewers(event, "soon", soon=True)


def _ask_reviewers(event: PeerReviewsAllotted | PeerReviewsCloseSoon, word: str, *, soon: bool) -> None:
    about = queries.thing(event.cohort_id, event.activity_id)
    title = (
        f"Your reviews for {about.short} close soon" if soon else f"You have work to review for {about.short}"
    )
    people = queries.of_places(event.place_ids)
    messages = {
        zone: Message(
            kind=NoticeKind.DEADLINE,
            key=f"peer-review:{event.round_id}:{word}:{event.at.isoformat()}",
            title=title,
            text=mail.words(
                "notifications/_peer_review",
                title=about.title,
                soon=soon,
                closes_at=event.closes_at,
                zone=zone,
                now=event.at,
            ),
            link=queries.path("fairness.own_peer_reviews", about.cohort.slug, key=about.line.key),
            cohort_id=event.cohort_id,
            act="Open your reviews",
        )
        for zone in {who.zone for who in people}
    }
    actions.tell([(who, messages[who.zone]) for who in people], now=event.at)


@events.on(PeerReviewsReleased)
def peer_reviews_released(event: PeerReviewsReleased) -> None:
    """Tell the authors that they may read them; what is said stands in no mail."""
    about = queries.thing(event.cohort_id, event.activity_id)
    message = Message(
        kind=NoticeKind.FEEDBACK,
        key=f"peer-review-released:{event.round_id}:{event.at.isoformat()}",
        title=f"What others said of your {about.short}",
        text=f"{about.title}: the reviews of your work are there. They are no marks. You can answer each once.",
        link=queries.path("fairness.own_peer_reviews", about.cohort.slug, key=about.line.key),
        cohort_id=event.cohort_id,
        act="Read the reviews",
    )
    actions.tell_all(queries.of_places(event.place_ids), message, now=event.at)
