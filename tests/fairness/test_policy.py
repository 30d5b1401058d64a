"""Who may rate, read, comment on and settle ratings: the whole table, here and in another cohort."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lms.fairness import policy
from lms.people.rules import Actor, Role

HERE, ELSEWHERE, ME = 1, 2, 7


@dataclass(frozen=True)
class Thing:
    """Ratings of a team."""

    cohort_id: int = HERE
    guide_ids: frozenset[int] = frozenset()


MINE, ANOTHERS = Thing(guide_ids=frozenset({ME})), Thing(guide_ids=frozenset({8}))


def actor(*grants: tuple[Role, int | None]) -> Actor:
    return Actor(person_id=ME, public_id="x", name="Me", grants=frozenset(grants))


TABLE = {
    #              rate, see list, read without guide, read own team's, read another's, comment, settle
    Role.LEARNER: (True, False, False, False, False, False, False),
    Role.FACULTY: (False, True, True, True, False, True, False),
    Role.MARKER: (False, False, False, False, False, False, False),
    Role.GUIDE: (False, True, False, True, False, False, False),
    Role.ASSISTANT: (False, False, False, False, False, False, False),
    Role.PANEL_MEMBER: (False, False, False, False, False, False, False),
    Role.COORDINATOR: (False, True, True, True, True, False, True),
    Role.DIRECTOR: (False, True, True, True, True, False, True),
    Role.AUDITOR: (False, True, True, True, True, False, False),
    Role.ADMINISTRATOR: (False, False, False, False, False, False, False),
}


def powers(who: Actor) -> tuple[bool, ...]:
    return (
        policy.can_rate(who, Thing()),
        policy.can_see_ratings(who, Thing()),
        policy.can_read_rating(who, Thing()),
        policy.can_read_rating(who, MINE),
        policy.can_read_rating(who, ANOTHERS),
        policy.can_comment(who, Thing()),
        policy.can_settle(who, Thing()),
    )


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_may_do_in_its_cohort_and_nowhere_else(role: Role) -> None:
    assert powers(actor((role, HERE))) == TABLE[role]
    assert powers(actor((role, ELSEWHERE))) == (False,) * 7
    assert policy.can_read_notes(actor((role, HERE)), Thing()) is TABLE[role][6]


def test_only_the_teams_guide_comments_on_a_guided_team() -> None:
    for role in (Role.GUIDE, Role.FACULTY):
        assert policy.can_comment(actor((role, HERE)), MINE)
        assert not policy.can_comment(actor((role, HERE)), ANOTHERS)
    assert not policy.can_comment(actor((Role.COORDINATOR, HERE)), MINE)


@dataclass(frozen=True)
class Round:
    """Something of a round of peer review."""

    cohort_id: int = HERE
    own: bool = True


PEERS = {
    #              review one's own pieces, see all, run a round, hide a review
    Role.LEARNER: (True, False, False, False),
    Role.FACULTY: (False, True, False, True),
    Role.MARKER: (False, False, False, False),
    Role.GUIDE: (False, False, False, False),
    Role.ASSISTANT: (False, False, False, False),
    Role.PANEL_MEMBER: (False, False, False, False),
    Role.COORDINATOR: (False, True, True, True),
    Role.DIRECTOR: (False, True, True, True),
    Role.AUDITOR: (False, True, False, False),
    Role.ADMINISTRATOR: (False, False, False, False),
}


def of_peers(who: Actor) -> tuple[bool, ...]:
    return (
        policy.can_review_peers(who, Round()),
        policy.can_see_peer_reviews(who, Round()),
        policy.can_run_peer_reviews(who, Round()),
        policy.can_hide_peer_reviews(who, Round()),
    )


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_may_do_with_peer_reviews_in_its_cohort_and_nowhere_else(role: Role) -> None:
    assert of_peers(actor((role, HERE))) == PEERS[role]
    assert of_peers(actor((role, ELSEWHERE))) == (False,) * 4
    assert not policy.can_review_peers(actor((role, HERE)), Round(own=False))
