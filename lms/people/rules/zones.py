"""Time zones: which there are, in which region and country."""

from __future__ import annotations

import importlib.resources
import zoneinfo
from dataclasses import dataclass
from functools import lru_cache

REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


@dataclass(frozen=True)
class Zone:
    """A zone that can be chosen."""

    name: str
    region: str
    place: str
    """“Buenos Aires (Argentina)”."""
    countries: tuple[str, ...]


@lru_cache(maxsize=1)
def _available() -> frozenset[str]:
    return frozenset(
        name for name in zoneinfo.available_timezones() if name == "UTC" or name.split("/")[0] in REGIONS
    )


def known_zone(name: str) -> bool:
    """Whether this is the name of a zone, an older spelling included."""
    return name in _available()


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """The countries of the world, ISO 3166 code to name, by name."""
    rows = (line.split("\t") for line in _table("iso3166.tab"))
    return dict(sorted(rows, key=lambda row: row[1]))


@lru_cache(maxsize=1)
def zones() -> tuple[Zone, ...]:
    """The zones to choose from, by region and place; UTC first."""
    found: dict[str, list[str]] = {}
    for line in _table("zone.tab"):
        country, _where, name = line.split("\t")[:3]
        found.setdefault(name, []).append(countries().get(country, country))
    listed = [
        Zone(
            name,
            name.split("/")[0],
            name.partition("/")[2].replace("_", " ").replace("/", ", "),
            tuple(where),
        )
        for name, where in found.items()
        if name in _available()
    ]
    utc = Zone("UTC", "The whole world", "Coordinated Universal Time", ())
    return (utc, *sorted(listed, key=lambda zone: (zone.region, zone.place)))


def found_zones(words: str) -> tuple[Zone, ...]:
    """The zones whose place or country has all the words."""
    wanted = words.lower().split()
    return tuple(zone for zone in zones() if all(word in _words(zone) for word in wanted))


def nearest_zone(words: str, found: tuple[Zone, ...]) -> Zone:
    """The one of the found zones that was most likely meant: “India” is the country before it is Indiana."""
    plain = " ".join(words.lower().split())
    named = (
        one for one in found if plain in (one.place.lower(), *(country.lower() for country in one.countries))
    )
    return next(named, found[0])


def _words(zone: Zone) -> str:
    return " ".join((zone.name.partition("/")[2] or zone.name, zone.place, *zone.countries)).lower()


def _table(name: str) -> list[str]:
    text = (importlib.resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
