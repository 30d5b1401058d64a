"""Rooms for an evening: from the working teams, changed by hand, as the meeting tool reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST_ROOMS = 50
"""So many rooms can be assigned beforehand in Zoom."""
LONGEST = 32
"""So many letters may a room's name have there."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room with the places that sit in it, in order."""

    name: str
    place_ids: tuple[int, ...] = field(default=())


def from_teams(people: Iterable[tuple[int, str]]) -> tuple[Room, ...]:
    """One room for each team; who is in none sits where the fewest are. (place, team name or empty)"""
    rooms: dict[str, list[int]] = {}
    loose = []
    for place_id, team in people:
        if team:
            rooms.setdefault(team, []).append(place_id)
        else:
            loose.append(place_id)
    if loose and not rooms:
        rooms["Room 1"] = []
    return _filled(dict(sorted(rooms.items())), loose)


def seated(names: Iterable[str], chosen: Mapping[int, str], people: Iterable[int]) -> tuple[Room, ...]:
    """The rooms of these names with everybody who was put into one; the rest sit where the fewest are."""
    rooms: dict[str, list[int]] = {name: [] for name in names}
    loose = []
    for place_id in people:
        room = rooms.get(chosen.get(place_id, ""))
        if room is None:
            loose.append(place_id)
        else:
            room.append(place_id)
    return _filled(rooms, loose)


def _filled(rooms: dict[str, list[int]], loose: list[int]) -> tuple[Room, ...]:
    for place_id in loose:
        if rooms:
            min(rooms.values(), key=len).append(place_id)
    return tuple(Room(name, tuple(members)) for name, members in rooms.items())


def names_in(text: str) -> tuple[str, ...]:
    """The names of rooms that somebody wrote, one in a line; each once, as long as the tool takes."""
    lines = (" ".join(line.split())[:LONGEST].strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))[:MOST_ROOMS]
