"""Who asks: the frozen value that policies judge."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass, field


class Role(enum.StrEnum):
    """What a person is, in a cohort or institution-wide."""

    LEARNER = "learner"
    FACULTY = "faculty"
    GUIDE = "guide"
    MARKER = "marker"
    ASSISTANT = "assistant"
    PANEL_MEMBER = "panel member"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


STAFF = frozenset({Role.FACULTY, Role.GUIDE, Role.MARKER, Role.ASSISTANT, Role.COORDINATOR})


@dataclass(frozen=True)
class Actor:
    """The person behind a request, with the grants in force now."""

    person_id: int
    public_id: str
    name: str
    zone: str = "UTC"
    grants: frozenset[tuple[Role, int | None]] = field(default_factory=frozenset)
    """(role, cohort id); None is institution-wide."""
    session_id: int | None = None
    zone_chosen: bool = True
    last_seen_on: dt.date | None = None
    photo: str | None = None

    def has(self, role: Role, cohort_id: int | None = None) -> bool:
        """Whether they hold the role in that cohort, or institution-wide when it is such a role."""
        if (role, None) in self.grants:
            return True
        return cohort_id is not None and (role, cohort_id) in self.grants

    @property
    def institution_roles(self) -> frozenset[Role]:
        """The roles they hold in the whole institution."""
        return frozenset(role for role, cohort in self.grants if cohort is None)

    def has_any(self, roles: frozenset[Role], cohort_id: int | None = None) -> bool:
        """Whether they hold one of the roles there."""
        return any(self.has(role, cohort_id) for role in roles)

    def anywhere(self, role: Role) -> bool:
        """Whether they hold the role in any cohort or institution-wide."""
        return any(held is role for held, _cohort in self.grants)

    def cohorts(self, *roles: Role) -> frozenset[int]:
        """The cohorts in which they hold one of the roles (institution-wide grants are not counted)."""
        return frozenset(cohort for role, cohort in self.grants if cohort is not None and role in roles)

    @property
    def first_name(self) -> str:
        """What one calls them in a sentence."""
        return self.name.split()[0] if self.name.split() else self.name
