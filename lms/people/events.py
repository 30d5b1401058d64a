"""What this domain announces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InvitationAccepted:
    """Somebody set their first password."""

    person_id: int


@dataclass(frozen=True)
class PeopleRenamed:
    """These people are called otherwise from now on, or have another address."""

    person_ids: tuple[int, ...]


@dataclass(frozen=True)
class PersonSuspended:
    """Somebody's account was suspended: they are out, and get no mail of ours."""

    person_id: int


@dataclass(frozen=True)
class PersonReactivated:
    """A suspended account may be used again."""

    person_id: int


@dataclass(frozen=True)
class ZoneChanged:
    """Somebody reads times in another zone from now on."""

    person_id: int
