"""What comes before judging: the one place where judging is refused to whoever has not done it."""

from __future__ import annotations

from lms.assessment import ports
from lms.assessment.ports import Batch
from lms.assessment.rules import AssessmentRefusal
from lms.core.errors import RuleViolation
from lms.people.rules import Actor


def require_sample_judged(batch: Batch, actor: Actor) -> None:
    """Raise RuleViolation where somebody is to judge a sample before any piece of this batch, and has not."""
    first = ports.beforehand(batch, actor.person_id)
    if first is not None and first.required:
        raise RuleViolation(AssessmentRefusal.SAMPLE_FIRST)
