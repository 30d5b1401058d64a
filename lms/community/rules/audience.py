"""Who gets an announcement."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


class AudienceKind(enum.StrEnum):
    """Which learners an announcement is for."""

    EVERYONE = "everyone"
    SECTION = "section"
    TEAM = "team"
    PLACES = "places"
    STANDING = "standing"
    NOT_DONE = "not done"
    """Who is not done with an activity."""
    NO_LEARNER = "nobody"
    """Only staff."""


class Stands(enum.StrEnum):
    """How a learner stands."""

    AT_RISK = "at risk"
    BEHIND = "behind"
    """Required work of theirs is past its deadline."""
    ON_LEAVE = "on leave"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who an announcement is for."""

    kind: AudienceKind
    ids: tuple[int, ...] = ()
    """Sections, teams or places."""
    staff: bool = False
    key: str = ""
    """Of standing: which; of what is not done: the key of the activity."""
    roles: tuple[str, ...] = ()
    """Of the staff; none named: all of them."""

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "kind": self.kind.value,
            "ids": list(self.ids),
            "staff": self.staff,
            "key": self.key,
            "roles": list(self.roles),
        }


def audience_of(document: dict[str, Any]) -> Audience:
    """Read an audience back."""
    return Audience(
        AudienceKind(document["kind"]),
        tuple(document.get("ids", ())),
        bool(document.get("staff")),
        str(document.get("key", "")),
        tuple(document.get("roles", ())),
    )


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody of a cohort who may be written to."""

    person_id: int
    name: str
    sort_name: str
    place_id: int | None = None
    """Empty: staff."""
    section_id: int | None = None
    note: str = ""
    """“on leave”, “faculty”."""
    team_ids: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    """Of staff."""


def chosen(
    audience: Audience, listeners: Iterable[Listener], *, author_id: int, meant: frozenset[int] = frozenset()
) -> list[Listener]:
    """Who gets it: each person once, by name, never its author.

    `meant` are the places that stand so, or are not done, where the audience asks for that.
    """
    found: dict[int, Listener] = {}
    for one in listeners:
        if one.person_id != author_id and _is_meant(audience, one, meant):
            found.setdefault(one.person_id, one)
    return sorted(found.values(), key=lambda one: (one.place_id is None, one.sort_name, one.person_id))


def _is_meant(audience: Audience, one: Listener, meant: frozenset[int]) -> bool:
    if one.place_id is None:
        return audience.staff and (not audience.roles or bool(set(audience.roles) & set(one.roles)))
    if audience.kind is AudienceKind.EVERYONE:
        return True
    if audience.kind is AudienceKind.SECTION:
        return one.section_id in audience.ids
    if audience.kind is AudienceKind.TEAM:
        return bool(set(audience.ids) & set(one.team_ids))
    if audience.kind in (AudienceKind.STANDING, AudienceKind.NOT_DONE):
        return one.place_id in meant
    return audience.kind is AudienceKind.PLACES and one.place_id in audience.ids


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids and keys of audiences are called."""

    sections: Mapping[int, str]
    teams: Mapping[int, str]
    activities: Mapping[str, str]


STANDS_WORDS = {
    Stands.AT_RISK.value: "Learners at risk",
    Stands.BEHIND.value: "Learners with work past its deadline",
    Stands.ON_LEAVE.value: "Learners on leave",
}


def audience_words(audience: Audience, names: Names) -> str:
    """An audience in words: “Section A and staff”."""
    staff = "staff" if not audience.roles else ", ".join(audience.roles)
    if audience.kind is AudienceKind.NO_LEARNER:
        return "Staff only" if not audience.roles else f"Staff only: {staff}"
    learners = _learners(audience, names)
    return f"{learners} and {staff}" if audience.staff else learners


def _learners(audience: Audience, names: Names) -> str:
    if audience.kind is AudienceKind.EVERYONE:
        return "All learners"
    if audience.kind is AudienceKind.SECTION:
        found = [names.sections.get(section, "a section that is gone") for section in audience.ids]
        return "Section " + ", ".join(found)
    if audience.kind is AudienceKind.TEAM:
        found = [names.teams.get(team, "a team that is gone") for team in audience.ids]
        return ("Team " if len(found) == 1 else "Teams ") + ", ".join(found)
    if audience.kind is AudienceKind.STANDING:
        return STANDS_WORDS[audience.key]
    if audience.kind is AudienceKind.NOT_DONE:
        return f"Learners who are not done with {names.activities.get(audience.key, audience.key)}"
    count = len(audience.ids)
    return "One chosen learner" if count == 1 else f"{count} chosen learners"
