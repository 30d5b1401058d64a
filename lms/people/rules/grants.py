"""Who may give which role to whom: never upwards, never to oneself."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.errors import Refusal
from lms.people.rules.actor import Actor, Role

INSTITUTION_ROLES = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.COORDINATOR, Role.AUDITOR)
"""Roles that may hold for the whole institution; all others are given in a cohort, by the domain that knows why."""

_MAY_GIVE: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(INSTITUTION_ROLES),
    Role.DIRECTOR: frozenset({Role.COORDINATOR}),
}
_RANKS = {Role.ADMINISTRATOR: 3, Role.DIRECTOR: 2, Role.AUDITOR: 2, Role.COORDINATOR: 1}


class GrantRefusal(Refusal):
    """Why a role is not given or taken, or an account not touched."""

    OWN = "Nobody changes their own role or account here. Ask another administrator."
    NOT_YOURS_TO_GIVE = "You may not give or take the role {role}. Ask an administrator."
    IN_A_COHORT = "The role {role} is given in a cohort, on its staff page or by enrolment."
    LAST_ADMINISTRATOR = "This is the last administrator who can sign in. Make somebody else one first."
    NO_REASON = "Say why in a few words: it is kept in the audit log."
    ENDS_BEFORE = "The last day lies before the first."
    OVER = "The last day is over already."
    ABOVE = "You may not change the account of somebody whose role stands beside or above yours."
    NONE_IN_FORCE = "This role is not in force any more. Somebody else may have ended it."


def grantable(roles: Iterable[Role]) -> tuple[Role, ...]:
    """The institution-wide roles that somebody with these institution-wide roles may give."""
    may = frozenset().union(*(_MAY_GIVE.get(role, frozenset()) for role in roles))
    return tuple(role for role in INSTITUTION_ROLES if role in may)


def rank(roles: Iterable[Role]) -> int:
    """How far up somebody stands by their institution-wide roles."""
    return max((_RANKS.get(role, 0) for role in roles), default=0)


def why_not_grant(actor: Actor, person_id: int, role: Role) -> GrantRefusal | None:
    """Why this actor may not give this institution-wide role to this person."""
    if role not in INSTITUTION_ROLES:
        return GrantRefusal.IN_A_COHORT
    if actor.person_id == person_id:
        return GrantRefusal.OWN
    if role not in grantable(actor.institution_roles):
        return GrantRefusal.NOT_YOURS_TO_GIVE
    return None


def why_not_change_grant(
    actor: Actor, person_id: int, role: Role, *, administrators_left: int
) -> GrantRefusal | None:
    """Why this actor may not end it; `administrators_left` counts those who remain able to sign in."""
    refusal = why_not_grant(actor, person_id, role)
    if refusal:
        return refusal
    if role is Role.ADMINISTRATOR and administrators_left < 1:
        return GrantRefusal.LAST_ADMINISTRATOR
    return None


def why_not_manage(actor: Actor, person_id: int, roles: Iterable[Role]) -> GrantRefusal | None:
    """Why this actor may not suspend, sign out, re-invite or unlock somebody with these institution-wide roles."""
    if actor.person_id == person_id:
        return GrantRefusal.OWN
    if actor.has(Role.ADMINISTRATOR):
        return None
    return GrantRefusal.ABOVE if rank(roles) >= rank(actor.institution_roles) else None
