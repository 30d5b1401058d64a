"""Who may do what with persons, accounts and the house's machinery."""

from __future__ import annotations

from typing import Protocol

from lms.people.rules import Actor, Role, why_not_manage


class SomebodysFile(Protocol):
    """A person's file."""

    @property
    def id(self) -> int: ...

    @property
    def institution_roles(self) -> frozenset[Role]: ...


def can_look_after_people(actor: Actor) -> bool:
    """Search people, add them and open their files: administrators and directors of the institution."""
    return actor.has(Role.ADMINISTRATOR) or actor.has(Role.DIRECTOR)


def can_open_file(actor: Actor, _person: SomebodysFile) -> bool:
    """Read a person's file."""
    return can_look_after_people(actor)


def can_manage_account(actor: Actor, person: SomebodysFile) -> bool:
    """Suspend, sign out, re-invite, unlock: never oneself, never somebody beside or above."""
    return can_look_after_people(actor) and why_not_manage(actor, person.id, person.institution_roles) is None


def can_grant_roles(actor: Actor, person: SomebodysFile) -> bool:
    """Give and end institution-wide roles: never one's own; which ones is a rule of the role."""
    return can_look_after_people(actor) and actor.person_id != person.id


def can_read_audit(actor: Actor) -> bool:
    """Read the audit log and have it verified: administrators and auditors of the institution."""
    return actor.has(Role.ADMINISTRATOR) or actor.has(Role.AUDITOR)


def can_run_operations(actor: Actor) -> bool:
    """See the mailbox and the outbox: administrators."""
    return actor.has(Role.ADMINISTRATOR)


def can_read_kept_mail(actor: Actor, _mail: object) -> bool:
    """Read a mail that was kept."""
    return can_run_operations(actor)


def can_see_person(_actor: Actor, _person: object) -> bool:
    """Whoever finds a person may see what others of the cohort see."""
    return True


def can_change_own(actor: Actor, thing: SomebodysOwn) -> bool:
    """Change what is one's own."""
    return actor.person_id == thing.person_id


class SomebodysOwn(Protocol):
    """A thing that belongs to one person."""

    @property
    def person_id(self) -> int: ...


def can_see_errand(_actor: Actor, _errand: object) -> bool:
    """Whoever finds an errand asked for it."""
    return True
