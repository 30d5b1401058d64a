"""What makes marks fair in the house: ratings inside Lea's team, a sample, pieces to begin with, peer reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from lms.core import clock
from lms.core.db import db
from lms.enrolment import queries as enrolment
from lms.enrolment.rules import TeamKind
from lms.fairness.models import SecondLook
from tests.factories import assessment, calibration, fairness, peers
from tests.factories import enrolment as enrolment_factory
from tests.factories.house.finding import place_of

if TYPE_CHECKING:
    from tests.factories.house import Builder


def ratings(at: Builder) -> None:
    """Lea's team is asked about G1, and the ratings for G2 wait to be settled."""
    found = enrolment.team_of(place_of(at.own, at.lea), TeamKind.WORKING)
    assert found is not None
    team_id, title = found
    members = enrolment.members(team_id, clock.now())
    team = fairness.Team((), tuple(one.place_id for one in members))
    fairness.hand_in(at.own, team, key="g1", title=title)
    fairness.hand_in(at.own, team, key="g2", title=title)
    opened, closed = fairness.rating("g1"), fairness.rating("g2")
    fairness.rate_all(closed, team)
    fairness.close(closed, at.persons["coordinator, own"])
    at.values |= {
        "fairness:public_id": opened.public_id,
        "fairness.review:public_id": closed.public_id,
        "fairness.settle_ratings:public_id": closed.public_id,
        "fairness.comment_on_ratings:public_id": closed.public_id,
    }


def sample(at: Builder) -> None:
    """Six essays of others are marked by one; "faculty, own" marks the sample again."""
    first = at.persons["marker, other work"]
    people = enrolment_factory.many(at.own, 6)
    for place in people:
        assessment.finish(assessment.bring(at.own, [place], key="a-3", marker_id=first.id), first)
    faculty = at.persons["faculty, own"]
    look = db.session.scalar(
        sa.select(SecondLook.public_id)
        .where(SecondLook.marker_id == faculty.id)
        .order_by(SecondLook.id)
        .limit(1)
    )
    assert look is not None
    at.values |= {
        "look": look,
        "fairness.moderation:key": "a-3",
        "fairness.moderation_csv:key": "a-3",
        "fairness.moderate:key": "a-3",
    }


def begin_with(at: Builder) -> None:
    """A piece to begin with is agreed on for C-2, and one for C-1 waits for its agreed judgement."""
    faculty = at.persons["faculty, own"]
    opened = calibration.set_up(at.own, faculty, key="c-2")
    bare = calibration.set_text(at.own, faculty, key="c-1")
    at.values |= {
        "calibration": opened.public_id,
        "fairness.reference:calibration": bare.public_id,
        "fairness.set_reference:calibration": bare.public_id,
        "fairness.calibration:key": "a-3",
        "fairness.arrange_calibration:key": "a-3",
        "assessment.class_feedback:key": "a-3",
        "assessment.keep_class_feedback:key": "a-3",
        "assessment.save_class_feedback:key": "a-3",
    }


def peer_reviews(at: Builder) -> None:
    """Lea reviews what others handed in for A-2; what was said of her M3 is released."""
    faculty, coordinator = at.persons["faculty, own"], at.persons["coordinator, own"]
    lea = place_of(at.own, at.lea)
    others = enrolment_factory.many(at.own, 2)
    for key, part in (("a-2", ""), ("m3", "pack")):
        for place in (lea, *others):
            assessment.bring(at.own, [place], key=key, part=part, marker_id=faculty.id)
    opened, released = peers.begin(at.own, "a-2"), peers.begin(at.own, "m3")
    review = peers.reviews(opened, by=lea)[0]
    for found in peers.reviews(released):
        peers.submit(released, found, at.lea)
    peers.release(released, coordinator)
    at.values |= {
        "fairness.answer_peer_review:key": "m3",
        "fairness.own_peer_reviews:key": "a-2",
        "fairness.peer_reviews:key": "a-2",
        "fairness.peer_reviews_csv:key": "a-2",
        "fairness.run_peer_reviews:key": "a-2",
        "fairness.peer_review:public_id": review.public_id,
        "fairness.keep_peer_review:public_id": review.public_id,
        "fairness.save_peer_review:public_id": review.public_id,
    }
