"""Decisions, results and acts of a run as flat tables: a row for a team's round, a column for a place of the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.simulations.engines.leadership import deal
from lms.simulations.rules.debrief import RoundPast, Seat
from lms.simulations.rules.games import Json
from lms.simulations.rules.leadership_desk import MESSAGES

Rows = list[list[object]]

KEYS = ("world", "round", "team", "team_name", "decided")
ABOUT_KEYS = (
    "number of the world",
    "number of the round",
    "key of the team, as the engine calls it",
    "name of the team",
    "submitted, nothing (the rule for nothing handed in decided) or bot",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what each of its columns means."""

    name: str
    columns: tuple[str, ...]
    about: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class FlatWorld:
    """What of a world goes into a table."""

    number: int
    seed: int
    seats: tuple[Seat, ...]
    past: tuple[RoundPast, ...]


def leaves(value: Any, place: str = "") -> dict[str, object]:
    """Every single value of a sheet by its place: `products.A.price`. Lists become words with commas between."""
    if isinstance(value, Mapping):
        found: dict[str, object] = {}
        for key, one in value.items():
            found |= leaves(one, f"{place}.{key}" if place else str(key))
        return found
    if isinstance(value, list):
        return {place: ", ".join(_words(one) for one in value)}
    return {place: value}


def _words(value: Any) -> str:
    return " ".join(str(one) for one in value.values() if one) if isinstance(value, Mapping) else str(value)


def decisions(
    worlds: Sequence[FlatWorld], how: Mapping[tuple[int, str], str], keys: Iterable[str] | None = None
) -> Table:
    """Every sheet as it went into its round. `how` says of a team's round whether somebody submitted it."""
    wanted = None if keys is None else set(keys)
    found: list[tuple[list[object], dict[str, object]]] = []
    for world in worlds:
        names = {seat.key: seat.name for seat in world.seats if wanted is None or seat.key in wanted}
        for past in world.past:
            for key, name in names.items():
                sheet = past.decisions.get(key)
                decided = "nothing" if sheet is None else how.get((past.number, key), "bot")
                head: list[object] = [world.number, past.number, key, name, decided]
                found.append((head, leaves({} if sheet is None else _plain(sheet, world.seed))))
    places = sorted({place for _, one in found for place in one})
    return Table(
        "decisions",
        (*KEYS, *places),
        (*ABOUT_KEYS, *(_about(place) for place in places)),
        [[*head, *(one.get(place, "") for place in places)] for head, one in found],
    )


def _plain(sheet: Json, seed: int) -> Json:
    """Without who handed it in and why, which other tables hold; options and messages as they were shown."""
    found = {key: value for key, value in sheet.items() if key not in ("editor", "rationale")}
    if "options" in found:
        found["options"] = {
            card: deal.order(card, seed).index(letter) + 1 for card, letter in found["options"].items()
        }
    if "message" in found:
        found["message"] = TOLD.get(found["message"], found["message"])
    return found


TOLD = {key: words for key, words, _ in MESSAGES}
_ABOUT = {
    "price": "₹ thousand",
    "brand": "₹ million",
    "sales": "₹ million",
    "development": "₹ million; works from next year",
    "production": "thousand units planned",
    "forecast": "thousand units of demand expected",
    "mix": "share of the brand spend in this segment",
    "weights": "share of the development for this attribute",
    "trim": "points taken off this attribute",
    "research": "studies bought",
    "launch": "a new product: its parent, money and what it is spent on",
    "attention": "units of attention",
    "delegation": "how this product manager is led: 1 directed to 4 left to decide",
    "options": "option chosen on this card, by the number under which it was shown",
    "message": "what is told: " + ", ".join(words.lower() for words in TOLD.values()),
    "hire": "who is hired",
    "discovery": "share of the capacity",
}


def _about(place: str) -> str:
    parts = place.split(".")
    if parts == ["capacity"]:
        return "thousand units a year added"
    if parts[0] == "capacity":
        return "share of the capacity"
    return next((_ABOUT[part] for part in reversed(parts) if part in _ABOUT), "")


RESULTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "market": (
        ("demand", "thousand units that buyers wanted"),
        ("sold", "thousand units"),
        ("revenue", "₹ million"),
        ("profit", "₹ million after tax"),
        ("cash", "₹ million at the end of the year"),
        ("debt", "₹ million at the end of the year"),
        ("capacity", "thousand units a year, from next year"),
        (
            "score",
            "points of the scorecard, 0 to 100, as if the game ended here; empty where it may not be seen",
        ),
    ),
    "leadership": (
        ("left", "names of product managers who left in the round"),
        ("promises_broken", "promises that fell due and were not kept"),
        ("score", "index, 0 to 100, as if the game ended here; empty where it may not be seen"),
    ),
}


def results(
    engine: str,
    worlds: Sequence[FlatWorld],
    keys: Iterable[str] | None = None,
    *,
    scored: Callable[[FlatWorld, str], bool],
    true: bool = False,
) -> Table:
    """What every round came to. `true` adds the hidden values of people's games: only for a debrief."""
    wanted = None if keys is None else set(keys)
    rows: list[tuple[list[object], dict[str, object]]] = []
    for world in worlds:
        for past in world.past:
            for seat in world.seats:
                if wanted is None or seat.key in wanted:
                    told = (
                        _market(past, seat.key) if engine == "market" else _leadership(past, seat.key, true)
                    )
                    if not scored(world, seat.key):
                        told["score"] = ""
                    rows.append(([world.number, past.number, seat.key, seat.name], told))
    head = RESULTS[engine]
    more = sorted({name for _, one in rows for name in one} - {name for name, _ in head})
    names = [name for name, _ in head] + more
    about = [words for _, words in head] + ["true value after the round, 0 to 100"] * len(more)
    return Table(
        "results",
        (*KEYS[:4], *names),
        (*ABOUT_KEYS[:4], *about),
        [[*start, *(one.get(name, "") for name in names)] for start, one in rows],
    )


def score_of(engine: str, past: RoundPast, key: str) -> float:
    """A team's score as it stood after a round."""
    own = past.report["teams"][key]
    return float(own["scorecard"]["total"] if engine == "market" else own["facilitator"]["score"]["index"])


def _market(past: RoundPast, key: str) -> dict[str, object]:
    own = past.report["teams"][key]
    products = own["products"].values()
    return {
        "demand": round(sum(one["demand"] for one in products), 3),
        "sold": round(sum(one["sold"] for one in products), 3),
        "revenue": own["profit"]["revenue"],
        "profit": own["profit"]["after_tax"],
        "cash": own["balance"]["cash"],
        "debt": own["balance"]["debt"],
        "capacity": own["capacity"]["next"],
        "score": own["scorecard"]["total"],
    }


def _leadership(past: RoundPast, key: str, true: bool) -> dict[str, object]:
    own = past.report["teams"][key]
    found: dict[str, object] = {
        "left": ", ".join(own["team"]["left"]),
        "promises_broken": len(own["team"]["promises_broken"]),
        "score": own["facilitator"]["score"]["index"] if true else "",
    }
    return found | dict(own["facilitator"]["after"]) if true else found


LOG = (
    ("round", "number of the round"),
    ("team", "key of the team"),
    ("team_name", "name of the team"),
    ("at", "instant, UTC"),
    ("who", "who did it; empty: the server"),
    ("what", "saved, took the pen, submitted, confirmed, dissented, played, carried on, decided by a bot"),
    ("places", "places of the sheet that were changed"),
    ("words", "rationale, or reason of a dissent"),
)


def log(rows: Rows) -> Table:
    """Who did what to the sheets."""
    return Table("log", tuple(name for name, _ in LOG), tuple(words for _, words in LOG), rows)
