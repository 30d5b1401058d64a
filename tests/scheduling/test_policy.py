"""Who sees and who changes dates."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from lms.people.rules import Actor, Role
from lms.scheduling import policy


@dataclass(frozen=True)
class Thing:
    cohort_id: int = 1


@pytest.mark.parametrize(
    ("grants", "schedule", "plan", "change"),
    [
        (set(), False, False, False),
        ({(Role.LEARNER, 1)}, True, False, False),
        ({(Role.LEARNER, 2), (Role.COORDINATOR, 2)}, False, False, False),
        ({(Role.FACULTY, 1)}, True, True, False),
        ({(Role.ASSISTANT, 1)}, True, True, False),
        ({(Role.GUIDE, 1)}, True, False, False),
        ({(Role.MARKER, 1)}, True, False, False),
        ({(Role.COORDINATOR, 1)}, True, True, True),
        ({(Role.COORDINATOR, None)}, True, True, True),
        ({(Role.DIRECTOR, None)}, True, True, False),
        ({(Role.AUDITOR, None)}, True, True, False),
        ({(Role.ADMINISTRATOR, None)}, False, False, False),
    ],
)
def test_who_may_do_what(grants, schedule, plan, change):
    actor = Actor(1, "p", "Somebody", grants=frozenset(grants))
    assert policy.can_see_schedule(actor, Thing()) is schedule
    assert policy.can_see_plan(actor, Thing()) is plan
    assert policy.can_change_dates(actor, Thing()) is change
