"""Who gets an announcement."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class AudienceKind(enum.StrEnum):
    """Which learners an announcement is for."""

    EVERYONE = "everyone"
    SECTION = "section"
    PLACES = "places"
    NO_LEARNER = "nobody"
    """Only staff."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who an announcement is for."""

    kind: AudienceKind
    ids: tuple[int, ...] = ()
    """Sections or places."""
    staff: bool = False

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {"kind": self.kind.value, "ids": list(self.ids), "staff": self.staff}


def audience_of(document: dict[str, Any]) -> Audience:
    """Read an audience back."""
    return Audience(
        AudienceKind(document["kind"]), tuple(document.get("ids", ())), bool(document.get("staff"))
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


def chosen(audience: Audience, listeners: Iterable[Listener], *, author_id: int) -> list[Listener]:
    """Who gets it: each person once, by name, never its author."""
    found: dict[int, Listener] = {}
    for one in listeners:
        if one.person_id != author_id and _is_meant(audience, one):
            found.setdefault(one.person_id, one)
    return sorted(found.values(), key=lambda one: (one.place_id is None, one.sort_name, one.person_id))


def _is_meant(audience: Audience, one: Listener) -> bool:
    if one.place_id is None:
        return audience.staff
    if audience.kind is AudienceKind.EVERYONE:
        return True
    if audience.kind is AudienceKind.SECTION:
        return one.section_id in audience.ids
    return audience.kind is AudienceKind.PLACES and one.place_id in audience.ids


def audience_words(audience: Audience, sections: dict[int, str]) -> str:
    """An audience in words: “Section A and staff”."""
    if audience.kind is AudienceKind.EVERYONE:
        learners = "All learners"
    elif audience.kind is AudienceKind.SECTION:
        names = [sections.get(section, "a section that is gone") for section in audience.ids]
        learners = "Section " + ", ".join(names)
    elif audience.kind is AudienceKind.PLACES:
        count = len(audience.ids)
        learners = "One chosen learner" if count == 1 else f"{count} chosen learners"
    else:
        return "Staff only"
    return f"{learners} and staff" if audience.staff else learners
