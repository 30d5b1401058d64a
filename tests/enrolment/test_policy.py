"""Who may do what with people and teams, as a table."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lms.enrolment import policy
from lms.people.rules import Actor, Role


@dataclass(frozen=True)
class Thing:
    cohort_id: int = 1


@pytest.mark.parametrize(
    ("role", "sees", "exports", "manages"),
    [
        (Role.LEARNER, False, False, False),
        (Role.FACULTY, True, False, False),
        (Role.ASSISTANT, True, False, False),
        (Role.GUIDE, False, False, False),
        (Role.MARKER, False, False, False),
        (Role.PANEL_MEMBER, False, False, False),
        (Role.COORDINATOR, True, True, True),
        (Role.DIRECTOR, True, True, False),
        (Role.AUDITOR, True, True, False),
        (Role.ADMINISTRATOR, False, False, False),
    ],
)
def test_what_each_role_may_do_in_its_own_and_in_another_cohort(role, sees, exports, manages):
    asked = (policy.can_see_people, policy.can_export_people, policy.can_manage_people)
    here, elsewhere, everywhere = (
        Actor(1, "p", "Name", grants=frozenset({(role, cohort)})) for cohort in (1, 2, None)
    )
    assert tuple(can(here, Thing()) for can in asked) == (sees, exports, manages)
    assert tuple(can(elsewhere, Thing()) for can in asked) == (False, False, False)
    assert tuple(can(everywhere, Thing()) for can in asked) == (sees, exports, manages)
