"""What can change of a project's scope while it is under way."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lms.capstone.rules.refusals import CapstoneRefusal


class Scope(enum.StrEnum):
    """What changes."""

    LESS = "less"
    QUESTION = "question"
    HOST = "host"

    @property
    def words(self) -> str:
        """As people read it."""
        return {
            Scope.LESS: "The same question, with less to deliver",
            Scope.QUESTION: "Another question for the same host",
            Scope.HOST: "The same question for another host",
        }[self]

    @property
    def needs_line(self) -> bool:
        """Whether something has to be called anew."""
        return self is not Scope.LESS


@dataclass(frozen=True, slots=True)
class ScopeChange:
    """A change: what, and the new question or host."""

    scope: Scope
    line: str = ""


def why_not_change(change: ScopeChange) -> CapstoneRefusal | None:
    """Why a change cannot be made as it is."""
    if change.scope.needs_line and not change.line.strip():
        return CapstoneRefusal.NO_QUESTION if change.scope is Scope.QUESTION else CapstoneRefusal.NO_NEW_HOST
    return None
