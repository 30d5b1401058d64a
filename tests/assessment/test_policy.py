"""Who may mark, see and release: the whole table, in one's own cohort and in another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lms.assessment import policy
from lms.people.rules import Actor, Role

HERE, ELSEWHERE, ME = 1, 2, 7


@dataclass(frozen=True)
class Thing:
    """A piece of work, or anything else of a cohort."""

    cohort_id: int = HERE
    marker_id: int | None = None
    unseen: bool = False


def actor(*grants: tuple[Role, int | None]) -> Actor:
    return Actor(person_id=ME, public_id="x", name="Me", grants=frozenset(grants))


TABLE = {
    #                    mark others', mark own, see, release, allocate
    Role.LEARNER: (False, False, False, False, False),
    Role.FACULTY: (True, True, True, True, False),
    Role.MARKER: (False, True, False, False, False),
    Role.GUIDE: (False, True, False, False, False),
    Role.ASSISTANT: (False, False, False, False, False),
    Role.PANEL_MEMBER: (False, False, False, False, False),
    Role.COORDINATOR: (False, False, True, True, True),
    Role.DIRECTOR: (False, False, True, True, False),
    Role.AUDITOR: (False, False, True, False, False),
    Role.ADMINISTRATOR: (False, False, False, False, False),
}


def powers(who: Actor) -> tuple[bool, ...]:
    return (
        policy.can_mark(who, Thing()),
        policy.can_mark(who, Thing(marker_id=ME)),
        policy.can_see_marks(who, Thing()),
        policy.can_release(who, Thing()),
        policy.can_allocate(who, Thing()),
    )


def test_every_role_is_in_the_table() -> None:
    assert set(TABLE) == set(Role)


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_may_do_in_its_cohort_and_nowhere_else(role: Role) -> None:
    assert powers(actor((role, HERE))) == TABLE[role]
    assert powers(actor((role, ELSEWHERE))) == (False,) * 5
    assert powers(actor()) == (False,) * 5


@pytest.mark.parametrize("role", list(Role))
def test_who_may_read_and_hand_over_a_piece_of_work(role: Role) -> None:
    mark, own, see, _release, allocate = TABLE[role]
    who = actor((role, HERE))
    assert policy.can_read_task(who, Thing()) == (mark or see)
    assert policy.can_read_task(who, Thing(marker_id=ME)) == (own or see)
    assert policy.can_hand_over(who, Thing()) == allocate
    assert policy.can_hand_over(who, Thing(marker_id=ME)) == (allocate or own)
    assert not policy.can_mark(who, Thing(unseen=True))
    assert policy.can_read_task(who, Thing(unseen=True)) == see
    assert policy.can_have_work_to_mark(who) == own
    assert policy.can_see_own_mark(who, Thing()) == (see or role is Role.LEARNER)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DIRECTOR, Role.AUDITOR])
def test_those_of_the_whole_institution_see_every_cohort(role: Role) -> None:
    assert powers(actor((role, None))) == TABLE[role]
