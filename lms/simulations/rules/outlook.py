"""What is expected for the next round of a world, and what its seed will bring: for whoever runs the game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lms.simulations.engines import market
from lms.simulations.engines.market import Parameters, State
from lms.simulations.rules.games import Json


@dataclass(frozen=True, slots=True)
class Outlook:
    """What teams were told to expect, and what comes unless somebody decides otherwise."""

    expected: str
    certainty: float
    brings: str
    """Title of the event that the seed brings; empty: none."""


NOTHING = Outlook("", 0.0, "")


def outlooks(engine: str, parameters: Json, states: Mapping[int, Json]) -> dict[int, Outlook]:
    """The outlook of worlds by id, from their states; Six Quarters has cards in place of events, and none."""
    if engine != "market":
        return dict.fromkeys(states, NOTHING)
    params = Parameters.read(parameters)
    found = {}
    for world_id, written in states.items():
        state = State.read(written)
        event, warned = market.due(params, state), state.warning
        found[world_id] = Outlook(
            warned.title if warned else "", warned.certainty if warned else 0.0, event.title if event else ""
        )
    return found
