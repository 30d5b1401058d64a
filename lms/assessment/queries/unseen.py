"""Marks that somebody does not see yet, because they are to judge the same work without knowing the first judgement.

Whatever reads marks that are not released, their comments or a figure of one piece asks here, and nowhere else.
"""

from __future__ import annotations

from lms.assessment import ports
from lms.assessment.policy import MARKING
from lms.assessment.ports import Unseen
from lms.people.rules import Actor

SECOND = "You look at this piece second"
"""Stands where the first mark would stand."""
NOTHING = Unseen()


def unseen_by(actor: Actor, cohort_id: int) -> Unseen:
    """What this person does not see of a cohort's marks yet; nothing for those who mark nothing there.

    One statement, and none for them.
    """
    return ports.unseen(actor.person_id, cohort_id) if actor.has_any(MARKING, cohort_id) else NOTHING
