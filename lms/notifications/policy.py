"""Whose notices one may read: one's own."""

from __future__ import annotations

from typing import Protocol

from lms.people.rules import Actor


class SomebodysNotice(Protocol):
    """A notice."""

    @property
    def person_id(self) -> int: ...


def can_read_notice(actor: Actor, notice: SomebodysNotice) -> bool:
    """Read and open a notice: the person it is for."""
    return actor.person_id == notice.person_id
