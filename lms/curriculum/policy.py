"""Who may look at published programmes as their authors wrote them."""

from __future__ import annotations

from lms.people.rules import Actor, Role


def can_see_programmes(actor: Actor) -> bool:
    """See published versions with their weeks and coverage: everybody who works for the institution."""
    return any(role is not Role.LEARNER for role, _cohort in actor.grants)


def can_see_version(actor: Actor, _version: object) -> bool:
    """See one published version."""
    return can_see_programmes(actor)
