"""What makes marks fair in the house: ratings inside Lea's team, open and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.core import clock
from lms.enrolment import queries as enrolment
from lms.enrolment.rules import TeamKind
from tests.factories import fairness
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
